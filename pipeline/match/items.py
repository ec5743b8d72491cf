"""Sentences as rows of items: what the rules look at.

An item is a group of mentions ("A, B and C"), a group of role nouns, a role verb, a word for a show
("the spinoff"), a pronoun, or a plain word. What stands in brackets after a name, and the company
that a person belongs to, is kept with the group and taken out of the row, so that a list goes on
behind it: "Jack Roe (The Dig) and Ann Lee of Tall Tree star".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.records import Mention, Span
from pipeline.vocabulary import RoleVerb, role_groups, role_verbs, words_of

#: After a show's name these make it a mere modifier.
MODIFIED = {"'s", "'", "veteran", "alum", "alumna", "star", "follow", "follow-up", "spinoff", "spin-off", "spin", "prequel", "sequel", "reboot", "revival", "remake", "offshoot", "universe", "franchise", "fame"}
#: What may stand between the people of a list: "and his daughter, Elle".
KIN = {"his", "her", "their", "son", "daughter", "wife", "husband", "brother", "sister", "partner", "fellow", "newcomer", "newcomers", "colleague"}
#: After "P stars", "P hosts" these make the word a verb, whatever the tagger says.
VERB_FOLLOWS = {"in", "as", "on", "alongside", "opposite", "the", "a", "an", "with", "and"}


@dataclass(slots=True)
class Item:
    """One unit of a sentence; ``kind``: S, P, C, X (mentions), R (role nouns), V (role verb), A (word for a show), Q (pronoun), W (word)."""

    kind: str
    first: int
    last: int
    word: str = ""
    mentions: list[Mention] = field(default_factory=list)
    roles: list[tuple[str, str, Span]] = field(default_factory=list)
    verbs: tuple[RoleVerb, ...] = ()
    tag: str = ""
    #: person start -> character mention told right there ("as X", "(X)")
    characters: dict[int, Mention] = field(default_factory=dict)
    #: (person, company mention, how) affiliations told inside the group
    ties: list[tuple[Mention, Mention, str]] = field(default_factory=list)

    @property
    def group(self) -> str:
        return role_groups()[self.roles[0][0]] if self.roles else ""


@dataclass(frozen=True, slots=True)
class Unit:
    """One item as it stood before brackets, ties and lists were folded; ``key`` is its mention's entity, ``roles`` what it tells."""

    kind: str
    first: int
    last: int
    word: str = ""
    key: str = ""
    roles: tuple[str, ...] = ()
    tag: str = ""


@dataclass(slots=True)
class Sentence:
    """One sentence of a block as a row of items."""

    block: int
    items: list[Item]
    start: int
    end: int
    heading: bool = False
    quoted: bool = False
    #: the seasons told, each with the token where it stands
    seasons: tuple[tuple[int, str], ...] = ()
    episodes: str = ""
    units: list[Unit] = field(default_factory=list)

    @property
    def season(self) -> str:
        """The one season that the sentence speaks of, '' where none or several."""
        told = {season for _, season in self.seasons}
        return told.pop() if len(told) == 1 else ""


def modifies(items: Sequence[Item], k: int) -> bool:
    """Whether a show's name only modifies what follows: "Lost star", "Lost's creator", "the Lost follow-up"."""
    nxt = items[k + 1] if k + 1 < len(items) else None
    return bool(nxt and (nxt.kind in "RP" or nxt.word in MODIFIED))


def reduce(items: list[Item]) -> list[Item]:
    """Fold brackets, affiliations, characters and coordination into groups of names and of role nouns."""
    items = drop_quotes(items)
    items = _brackets(items)
    items = _group_roles(items)
    items = _settle(items)
    items = _affiliations(items)
    items = _characters(items)
    return _coordinate(items)


def _settle(items: list[Item]) -> list[Item]:
    """Mend what only the neighbours tell: "P stars as" is a verb, "the drama S" points to S alone."""
    verbs = role_verbs()
    for i, it in enumerate(items):
        nxt = items[i + 1] if i + 1 < len(items) else None
        if it.kind == "A" and nxt and nxt.kind == "S":
            it.kind = "W"
        elif it.kind == "R" and i and items[i - 1].kind in "PQ" and (nxt is None or (nxt.kind == "W" and nxt.word in VERB_FOLLOWS | {".", ";"})):
            hit = verbs.longest(words_of(it.word), 0)
            if hit and hit[0] == len(words_of(it.word)) and it.word.endswith("s"):
                it.kind, it.verbs, it.roles, it.tag = "V", hit[1], [], "VBZ"
    return items


def drop_quotes(items: list[Item]) -> list[Item]:
    """Take out the quotation marks around titles and the commas inside them."""
    out: list[Item] = []
    for i, it in enumerate(items):
        if it.kind == "W" and it.word in ('"', "'"):
            after = items[i + 1].kind if i + 1 < len(items) else ""
            before = items[i - 1] if i else None
            if after == "S" or (before and (before.kind == "S" or (before.word in (",", ".") and i > 1 and items[i - 2].kind == "S"))):
                continue
        out.append(it)
    return out


def _brackets(items: list[Item]) -> list[Item]:
    out: list[Item] = []
    i = 0
    while i < len(items):
        it = items[i]
        if it.word == "(" and it.kind == "W":
            close = next((k for k in range(i + 1, min(i + 40, len(items))) if items[k].word == ")" and items[k].kind == "W"), None)
            if close:
                inner = items[i + 1 : close]
                named = [x for x in inner if x.kind in "SPCX"]
                owner = out[-1] if out and out[-1].kind in "PX" else None
                if owner and named and all(x.kind in "PX" or x.word in (",", "and") for x in inner) and {owner.kind, named[0].kind} == {"P", "X"}:
                    person, character = (owner, named[0]) if owner.kind == "P" else (named[0], owner)
                    person.characters[person.mentions[0].start] = character.mentions[0]
                    out[-1] = person
                    i = close + 1
                    continue
                if owner and owner.kind == "P" and named and len(inner) <= 3 and named[0].kind == "C":
                    owner.ties.append((owner.mentions[0], named[0].mentions[0], "brackets"))
                    i = close + 1
                    continue
                if not any(x.kind in "VR" for x in inner) or (owner and named):
                    i = close + 1
                    continue
        out.append(it)
        i += 1
    return out


def _group_roles(items: list[Item]) -> list[Item]:
    """ "writer, director and executive producer", "creator/showrunner", "executive producer and head of X" stay apart by group."""
    out: list[Item] = []
    i = 0
    while i < len(items):
        it = items[i]
        if it.kind == "R" and it.group != "business":
            j = i + 1
            while True:
                k = j
                while k < len(items) and items[k].word in (",", "and", "/", "-", "&", "an", "a", "also", "series", "then") and items[k].kind == "W":
                    k += 1
                if k > j and k < len(items) and items[k].kind == "R" and items[k].group != "business":
                    it.roles += items[k].roles
                    it.last = items[k].last
                    j = k + 1
                else:
                    break
            out.append(it)
            i = j
        else:
            out.append(it)
            i += 1
    return out


def _affiliations(items: list[Item]) -> list[Item]:
    """ "P of C", "P from C", "P for C", "C's P", "P through/via C"."""
    out: list[Item] = []
    i = 0
    while i < len(items):
        it = items[i]
        nxt = items[i + 1] if i + 1 < len(items) else None
        third = items[i + 2] if i + 2 < len(items) else None
        if it.kind == "C" and nxt and nxt.word in ("'s", "'") and third and third.kind == "P":
            third.ties.append((third.mentions[0], it.mentions[0], "possessive"))
            third.first = it.first
            i += 2
            continue
        if it.kind == "P" and nxt and third and third.kind == "C" and nxt.word in ("of", "for", "via", "from", "at", "under"):
            companies = [third]
            j = i + 3
            while j + 1 < len(items) and items[j].word in ("and", "&", "/") and items[j + 1].kind == "C":
                companies.append(items[j + 1])
                j += 2
            fourth = items[j] if j < len(items) else None
            if nxt.word != "from" and not (nxt.word in ("for", "at") and fourth and fourth.kind == "W" and fourth.word in ("'s", "'")):
                pair = out[-2] if len(out) > 1 and out[-1].word in ("and", "&") and out[-2].kind == "P" and not out[-2].ties else None
                it.ties += [(p.mentions[-1], c.mentions[0], nxt.word) for c in companies for p in ((pair, it) if pair else (it,))]
                it.last = companies[-1].last
                out.append(it)
                i = j
                continue
        out.append(it)
        i += 1
    return out


def _characters(items: list[Item]) -> list[Item]:
    """ "P as X", "P as the doctor X": the character goes with the person."""
    out: list[Item] = []
    i = 0
    while i < len(items):
        it = items[i]
        if it.kind == "P" and i + 1 < len(items) and items[i + 1].word == "as":
            k = i + 2
            while k < len(items) and items[k].kind in "WAR" and items[k].word not in (",", ".", ";", "and", "(") and k - i < 8:
                k += 1
            if k < len(items) and items[k].kind == "X":
                it.characters[it.mentions[0].start] = items[k].mentions[0]
                it.last = items[k].last
                out.append(it)
                i = k + 1
                continue
        out.append(it)
        i += 1
    return out


def acts(after: Sequence[Item | Unit]) -> bool:
    """Whether a verb follows: what stands before it is its subject."""
    return bool(after) and (after[0].kind == "V" or after[0].tag in ("VBZ", "VBD", "MD"))


def _coordinate(items: list[Item]) -> list[Item]:
    """ "A, B and C" of one kind become one group."""
    out: list[Item] = []
    i = 0
    while i < len(items):
        it = items[i]
        if it.kind in "PSCX":
            j = i + 1
            while j < len(items):
                k = j
                while k < len(items) and items[k].kind == "W" and (items[k].word in (",", "and", "&", ";", "or", "plus", "as", "well") or (it.kind == "P" and items[k].word in KIN)):
                    k += 1
                signs = {items[m].word for m in range(j, k)}
                if k == j or k >= len(items) or items[k].kind != it.kind or k - j > 5 or signs <= KIN:
                    break
                if signs == {"as"} or signs == {"as", "well"}:
                    break
                if it.kind == "S" and signs == {","} and i > 0 and len(it.mentions) == 1 and acts(items[k + 1 : k + 2]):
                    break  # "Based on S, T was developed by": where a list of two had "and"
                it.mentions = it.mentions + items[k].mentions
                it.characters.update(items[k].characters)
                it.ties += items[k].ties
                it.last = items[k].last
                j = k + 1
            out.append(it)
            i = j
        else:
            out.append(it)
            i += 1
    return out
