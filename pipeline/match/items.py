"""Sentences as rows of items: what the rules look at.

An item is a group of mentions ("A, B and C"), a group of role nouns, a role verb, a word for a show
("the spinoff"), a pronoun, or a plain word. What stands in brackets after a name, and the company
that a person belongs to, is kept with the group and taken out of the row, so that a list goes on
behind it: "Jack Roe (The Dig) and Ann Lee of Tall Tree star".
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.records import Block, Mention, Span, Token
from pipeline.vocabulary import RoleVerb, match_words, number, office_end, role_crafts, role_groups, role_nouns, role_verbs, word_kinds, word_set, words_of

KIND_LETTER = {"show": "S", "person": "P", "company": "C", "character": "X"}
DETERMINERS = {"the", "this", "both", "its", "their", "these", "that", "said"}
#: Words for a show that point back to one: with a determiner before them.
ANAPHORS = {"series", "show", "drama", "comedy", "sitcom", "film", "movie", "project", "spinoff", "spin-off", "program", "programme", "pic", "feature", "miniseries", "documentary", "docuseries", "pilot", "shows", "films", "movies", "projects", "thriller", "special", "podcast", "prequel", "sequel", "reboot", "revival", "remake", "anthology", "soap", "dramedy", "production", "adaptation", "offshoot", "title", "titles", "dramas", "comedies", "telenovela", "picture", "procedural", "season"}
PRONOUNS = {"he", "she", "they", "who", "him", "her", "them", "duo", "pair", "trio"}


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
    season: str = ""
    episodes: str = ""
    units: list[Unit] = field(default_factory=list)


def sentences(blocks: Sequence[Block], mentions: Sequence[Mention], text: str) -> Iterator[Sentence]:
    """All sentences of an article; a sentence never ends inside a mention."""
    for number_, block in enumerate(blocks):
        inside = {m.start: m for m in mentions if block.start <= m.start < block.end}
        tokens = block.tokens
        cuts = [0]
        covered = -1
        for i, t in enumerate(tokens):
            if i and t.sent != tokens[i - 1].sent and t.start >= covered:
                cuts.append(i)
            if t.start in inside:
                covered = max(covered, inside[t.start].end)
        cuts.append(len(tokens))
        for a, b in itertools.pairwise(cuts):
            if a < b:
                items = _items(block, a, b, inside, text)
                season, episodes = season_of(items)
                units = [_unit(it) for it in _drop_quotes(items)]
                yield Sentence(number_, reduce(items), tokens[a].start, tokens[b - 1].end, block.heading, False, season, episodes, units)


def _unit(it: Item) -> Unit:
    roles = tuple(r for r, *_ in it.roles) or tuple(v.role for v in it.verbs[:1])
    return Unit(it.kind, it.first, it.last, it.word, it.mentions[0].entity if it.mentions else "", roles, it.tag)


def _items(block: Block, a: int, b: int, inside: dict[int, Mention], text: str) -> list[Item]:
    tokens = block.tokens[a:b]
    low = [t.lower for t in tokens]
    tags = ["" if t.start in inside else t.tag for t in tokens]
    items: list[Item] = []
    i = 0
    while i < len(tokens):
        mention = inside.get(tokens[i].start)
        if mention and mention.kind in KIND_LETTER:
            j = i + 1
            while j < len(tokens) and tokens[j].start < mention.end:
                j += 1
            items.append(Item(KIND_LETTER[mention.kind], a + i, a + j, low[i], [mention]))
            i = j
            continue
        j, role = match_words(low, i, role_nouns())
        if (office := office_end(low, i)) > max(i, j):
            j, role = office, "Executive"
        if not role and (by := _craft_by(low, i)):
            j, role = by
        k, verbs = match_words(low, i, role_verbs())
        if verbs and (k > j or (k == j and tokens[k - 1].tag.startswith("VB"))) and _is_verb(tokens[k - 1].tag, low, i, k):
            items.append(Item("V", a + i, a + k, " ".join(low[i:k]), verbs=verbs, tag=tokens[k - 1].tag))
            i = k
        elif verbs and k > j and verbs[0].form == "third" and items and (items[-1].kind in "PQ" or (items[-1].word == "and" and len(items) > 1 and items[-2].kind == "V")):
            items.append(Item("V", a + i, a + k, " ".join(low[i:k]), verbs=verbs, tag="VBZ"))  # "P directs and writes", whatever the tagger says
            i = k
        elif role and verbs and k == j and items and (items[-1].kind in "PQ" or items[-1].word in ("to", "will", "also")) and "".join(low[k : k + 1]) in VERB_FOLLOWS:
            items.append(Item("V", a + i, a + k, " ".join(low[i:k]), verbs=verbs, tag="VBZ"))
            i = k
        elif low[i] == "stars" and items and (items[-1].kind in "SA" or items[-1].word in (",", "and", "soap", "drama", "comedy", "series", "film", "show")) and any(x.kind in "SA" or x.word in ("soap", "drama", "comedy", "series", "film", "show", "it") for x in items) and _stars_is_verb(tokens, inside, max(k, i + 1)):
            k = max(k, i + 1)
            items.append(Item("V", a + i, a + k, low[i], verbs=verbs or (), tag="VBZ"))
            i = k
        elif role:
            if role == "Director" and low[j : j + 1] == ["of"] and j + 1 < len(low) and tags[j + 1].startswith(("NN", "JJ")) and not word_kinds("shows").longest(low[j + 1 : j + 3], 0):
                role = "Executive"  # "director of drama" sits in an office, not on a set
            if role == "Director" and j + 1 < len(low) and low[j] in ("of", ",") and tokens[i].text[0].isupper() and tokens[j + 1].text[0].isupper() and low[j + 1] in word_set("arms", "departments"):
                role = "Executive"  # "Director of Comedy", "Director, Drama and Features": capitals tell the office
            span = (tokens[i].start, tokens[j - 1].end)
            items.append(Item("R", a + i, a + j, " ".join(low[i:j]), roles=[(role, text[span[0] : span[1]], span)]))
            i = j
        elif low[i] in DETERMINERS and (k := _anaphor(low, tags, i + 1)):
            items.append(Item("A", a + i, a + k, " ".join(low[i:k])))
            i = k
        elif low[i] in PRONOUNS:
            items.append(Item("Q", a + i, a + i + 1, low[i]))
            i += 1
        else:
            items.append(Item("W", a + i, a + i + 1, low[i], tag=tokens[i].tag))
            i += 1
    return items


def _craft_by(low: list[str], i: int) -> tuple[int, str] | None:
    """"music by", "the costumes are by": (one past "by", the role), or None."""
    j, role = match_words(low, i, role_crafts())
    if role and low[j : j + 1] and low[j] in ("is", "are", "was", "were"):
        j += 1
    return (j + 1, role) if role and low[j : j + 1] == ["by"] else None


def _stars_is_verb(tokens: Sequence[Token], inside: dict[int, Mention], k: int) -> bool:
    """Whether "stars" between a show and people is the sentence's verb ("Lost stars A as X."), no noun ("Lost stars A and B said")."""
    first = next((m for m in range(k, min(k + 4, len(tokens))) if tokens[m].start in inside and inside[tokens[m].start].kind == "person"), None)
    if first is None:
        return False
    depth = 0
    for m in range(first, len(tokens)):
        depth += (tokens[m].text == "(") - (tokens[m].text == ")")
        if tokens[m].text in ("as", ".", ";") and not depth:
            return True
        if tokens[m].tag in ("VBZ", "VBP", "VBD", "MD") and not depth:
            return False
    return True


def modifies(items: Sequence[Item], k: int) -> bool:
    """Whether a show's name only modifies what follows: "Lost star", "Lost's creator", "the Lost follow-up"."""
    nxt = items[k + 1] if k + 1 < len(items) else None
    return bool(nxt and (nxt.kind in "RP" or nxt.word in MODIFIED))


def _is_verb(tag: str, low: list[str], i: int, k: int) -> bool:
    """Whether a word of role_verbs.csv is used as a verb here."""
    word = low[k - 1]
    if tag.startswith("VB") or word in ("starring", "helmed", "toplined", "penned", "showrun", "repped") or k - i > 1:
        return True
    return k < len(low) and low[k] == "by" and word.endswith(("ed", "en"))


def _anaphor(low: list[str], tags: list[str], i: int) -> int:
    """One past the word for a show after a determiner ("the hit NBC drama" is none: it names a channel)."""
    for k in range(i, min(i + 4, len(low))):
        hit = word_kinds("shows").longest(low[k : k + 3], 0)
        if not tags[k]:
            return 0  # a name stands between: "the NBC drama"
        if low[k] in ANAPHORS or hit:
            end = k + (hit[0] if hit else 1)
            if end < len(tags) and tags[end].startswith("NN") and low[end] not in ("season",):
                return 0
            if low[k] == "season" or (k + 1 < len(low) and low[k + 1] in ("finale", "premiere", "creator", "star")):
                return 0
            return end
        if not low[k].isalpha() and "-" not in low[k]:
            return 0
        if low[k] in ("of", "to", "on", "in", "for", "and", "is", "will", "first", "second", "third", "last"):
            return 0
    return 0


def season_of(items: Sequence[Item]) -> tuple[str, str]:
    """The one season and the number of episodes that a sentence speaks of, '' where none or several."""
    words = [it.word if it.kind in "WA" else "\0" for it in items]
    seasons: list[str] = []
    episodes: list[str] = []
    for i, word in enumerate(words):
        nxt = words[i + 1] if i + 1 < len(words) else ""
        before = words[i - 1] if i else ""
        if word in ("season", "series", "seasons") and (n := number(nxt)) is not None and nxt not in ("one's", "i", "a"):
            seasons.append(str(n))
        elif word in ("season", "run", "outing", "instalment", "installment", "seasons") or (word == "series" and before not in ("the", "a")):
            for back in range(1, 4):
                w = words[i - back] if i - back >= 0 else ""
                if (n := number(w)) is not None and (not w.isdigit()) and w not in ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "i", "x", "v"):
                    seasons.append(str(n))
                    break
        elif word in ("episode", "episodes", "part", "parts", "hour"):
            for back in (1, 2, 3):
                w = words[i - back] if i - back >= 0 else ""
                if (n := number(w)) is not None and (word != "hour") and not w.endswith(("th", "st", "nd", "rd")) and w not in ("first", "second", "third", "i"):
                    episodes.append(str(n))
                    break
    one = sorted(set(seasons))
    return (one[0] if len(one) == 1 else ""), (episodes[0] if episodes else "")


def reduce(items: list[Item]) -> list[Item]:
    """Fold brackets, affiliations, characters and coordination into groups of names and of role nouns."""
    items = _drop_quotes(items)
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


def _drop_quotes(items: list[Item]) -> list[Item]:
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
    """"writer, director and executive producer", "creator/showrunner", "executive producer and head of X" stay apart by group."""
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
    """"P of C", "P from C", "P for C", "C's P", "P through/via C"."""
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
    """"P as X", "P as the doctor X": the character goes with the person."""
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


def _coordinate(items: list[Item]) -> list[Item]:
    """"A, B and C" of one kind become one group."""
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
