"""The sentences of an article as candidates for facts are read from them: units, the shows around them, and who "she" is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipeline.match.items import MODIFIED, Sentence, Unit, acts
from pipeline.match.scope import CREDITS_TOLD, OFFSHOOTS
from pipeline.vocabulary import word_kinds

#: Words that stay themselves in a signature; all others are one dot.
SIGNS = {
    ",", ".", ";", ":", "(", ")", "-", "'s", "'", "/", "&", "and", "or", "by", "of", "for", "at", "with", "from", "as", "in", "on", "to", "is", "are", "was", "were", "be", "been", "will", "has", "have", "who", "which", "that",
    "through", "via", "under", "alongside", "also", "both", "former", "new", "its", "his", "her", "their", "where", "while", "not", "than", "after", "before", "opposite", "including", "called", "the", "a", "an", "between", "behind",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """How a show was named in a sentence: ``manner``, the number of that row, its block, and how many other shows were named since."""

    manner: str
    row: int
    block: int
    since: int = 0


@dataclass(slots=True)
class Row:
    """One sentence with its units and the shows around it."""

    sentence: Sentence
    units: list[Unit]
    focus: str = ""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    past: bool = False
    #: how the sentence names the shows it speaks of (``naming``)
    naming: str = "bare"
    #: whether the sentence speaks of what its show was made from: "the original was created by"
    of_original: bool = False
    #: the show that begins the block, and the one that the last block set like a title names
    head: str = ""
    section: str = ""
    #: show -> how it was last named before this sentence
    earlier: dict[str, Named] = field(default_factory=dict)
    people: list[int] = field(default_factory=list)
    shows: list[int] = field(default_factory=list)
    companies: list[int] = field(default_factory=list)
    #: the shows that stand in one list with a show, by their units, itself among them
    lists: dict[int, list[int]] = field(default_factory=dict)


def rows_of(sentences: Sequence[Sentence], focus: Sequence[str], plain: bool = False) -> list[Row]:
    """The sentences as rows, pronouns as the people they mean, each with the shows named before and after it; ``focus`` is the show spoken of in each.

    ``plain``: without what is only told of a name on its way (see ``plain_units``).
    """
    rows = []
    who: list[str] = []
    group: list[str] = []
    for s, f in zip(sentences, focus, strict=True):
        units = s.units
        if plain:
            units = plain_units(units)
        units = with_people(units, who, group)
        if not s.heading:
            who = _subject(units) or who
            group = who if len(who) > 1 else group
        row = Row(s, units, f, past=bool({u.word for u in units} & CREDITS_TOLD))
        for i, u in enumerate(units):
            if u.kind == "P":
                row.people.append(i)
            elif u.kind == "S":
                row.shows.append(i)
            elif u.kind == "C":
                row.companies.append(i)
        row.lists = _lists(row)
        row.naming = naming(units)
        first = next((u for u in units if u.kind in "ASPV"), None)
        row.of_original = first is not None and first.kind == "A" and "original" in first.word.split()
        rows.append(row)
    seen: list[str] = []
    named: dict[str, Named] = {}
    for n, row in enumerate(rows):
        row.earlier = dict(named)
        for i in row.shows:
            key = row.units[i].key
            named = {k: v if k == key else replace(v, since=v.since + 1) for k, v in named.items()}
            named[key] = Named(manner(row, i), n, row.sentence.block)
        row.before = tuple(dict.fromkeys(reversed(seen[-12:])))[:3]
        seen += [row.units[i].key for i in row.shows]
    _sections(rows)
    ahead: list[str] = []
    for row in reversed(rows):
        row.after = tuple(dict.fromkeys(reversed(ahead[-8:])))[:1]
        ahead += [row.units[i].key for i in reversed(row.shows)]
    return rows


def _lists(row: Row) -> dict[int, list[int]]:
    """The lists of shows in a row: "S, C's S (C) and the drama S"."""
    out: dict[int, list[int]] = {}
    for i in row.shows:
        before = next((k for k in reversed(row.shows) if k < i), None)
        members = out[before] if before is not None and _joined(row.units[before + 1 : i]) and not _begins_clause(row, before, i) else []
        members.append(i)
        out[i] = members
    return out


def _begins_clause(row: Row, before: int, i: int) -> bool:
    """Whether a show after a comma is no second of two but what its clause speaks of: "Based on S, T was developed by"."""
    return before > 0 and [u.word for u in row.units[before + 1 : i]] == [","] and acts(row.units[i + 1 : i + 2])


def _joined(between: Sequence[Unit]) -> bool:
    """Whether what stands between two names only joins them: signs, brackets, a company as owner, words for a show."""
    depth, signs = 0, 0
    for u in between:
        if u.kind == "W" and u.word in "()":
            depth += 1 if u.word == "(" else -1
        elif depth:
            continue
        elif u.kind == "W" and u.word in (",", ";", "and", "&", "or", "plus"):
            signs += 1
        elif not (u.kind in "CA" or u.word in ("'s", "'", "the", "a", "an", "its", "as", "well") or word_kinds("shows").longest([u.word], 0)):
            return False
    return depth == 0 and signs > 0


def manner(row: Row, i: int) -> str:
    """How the show at unit i is named: as the subject, in passing, as what somebody did before, ..."""
    units = row.units
    before, after = units[max(0, i - 4) : i], units[i + 1 : i + 2]
    near = [u.word for u in before]
    if row.sentence.heading:
        return "heading"
    if after and (after[0].kind in "RP" or after[0].word in MODIFIED):
        return "modifier"
    if "(" in near and ")" not in near[near.index("(") :]:
        return "paren"
    if row.past:
        return "past"
    if near[-1:] in (["whose"], ["his"], ["her"]):
        return "whose"
    if near[-1:] == [":"] or set(near[-2:]) & {"called", "titled", "entitled", "known", "as", "named"}:
        return "called"
    if not any(u.kind in "PSV" for u in units[:i]):
        return "subject" if any(u.kind in "V" or u.tag.startswith("VB") for u in units[i + 1 :]) else "first"
    if any(u.kind == "P" for u in units[:i]) and near[-1:] and near[-1] in ("of", "in", "on", "for"):
        return "oblique"
    return "listed" if any(u.kind == "S" for u in before) else "other"


def is_origin(units: Sequence[Unit], i: int) -> bool:
    """Whether the show at unit i is named as what another is made from: "S, a remake of the Danish drama S"."""
    for u in reversed(units[max(0, i - 7) : i]):
        if u.word in OFFSHOOTS:
            return True
        if u.kind in "SPCV" or u.word in (",", ".", ";", "and", "(", ")"):
            return False
    return False


def naming(units: Sequence[Unit]) -> str:
    """How a sentence names the shows it speaks of: by a word ("the series", but not in "the series S"), by a title, or not at all."""
    if any(u.kind == "A" and not (i + 1 < len(units) and units[i + 1].kind == "S") for i, u in enumerate(units)):
        return "anaphor"
    return "named" if any(u.kind == "S" for u in units) else "bare"


def plain_units(units: Sequence[Unit]) -> list[Unit]:
    """The units without what is told of a name on its way, and never is what the sentence tells: "P (S)", "S (C)", "C's P", "S and S's P".

    Brackets that name a person or part, or tell a role, stay.
    """
    out: list[Unit] = []
    i = 0
    while i < len(units):
        u = units[i]
        if u.kind == "W" and u.word == "(" and out and out[-1].kind in "PXSC":
            close = next((k for k in range(i + 1, min(i + 30, len(units))) if units[k].word == ")" and units[k].kind == "W"), 0)
            if close and not any(x.kind in "PXRV" for x in units[i + 1 : close]):
                i = close + 1
                continue
        if u.kind == "W" and u.word in ("'s", "'") and i + 1 < len(units) and units[i + 1].kind == "P" and out and out[-1].kind in "CS":
            kind = out[-1].kind
            while out and out[-1].kind == kind:
                out.pop()
                if len(out) > 1 and kind == "S" and out[-1].word in ("and", "&", ",") and out[-2].kind == kind:
                    out.pop()
            i += 1
            continue
        out.append(u)
        i += 1
    return out


def with_people(units: Sequence[Unit], who: Sequence[str], group: Sequence[str]) -> list[Unit]:
    """The units with the last sentence's people in place of "he", "they", of "her" where it begins a sentence ("Her credits include S"), and the last two or three (``group``) in place of "the pair"."""
    out: list[Unit] = []
    for i, u in enumerate(units):
        owner = u.word in ("his", "her", "their") and i < 2
        people = group if u.word in ("pair", "duo", "trio") else who if owner or u.word in ("he", "she", "they") else ()
        if people and u.kind in "QW" and (u.word not in ("he", "she", "his", "her")) == (len(people) > 1):
            for n, key in enumerate(people):
                out += [Unit("W", u.first, u.last, ",")] * bool(n) + [Unit("P", u.first, u.last, u.word, key)]
            out += [Unit("W", u.first, u.last, "'s")] * owner
        else:
            out.append(u)
    return out


def _subject(units: Sequence[Unit]) -> list[str]:
    """The first person of a sentence, with those of the same list."""
    out: list[str] = []
    for i, u in enumerate(units):
        if u.kind == "P":
            out.append(u.key)
        elif out and not (u.word in (",", "and", "&") and i + 1 < len(units) and (units[i + 1].kind == "P" or units[i + 1].word in ("and", "&"))):
            break
    return list(dict.fromkeys(out))[:3]


def _sections(rows: Sequence[Row]) -> None:
    """Tell each row the show that its block begins with, and the one that stands above it like a title."""
    section, since = "", 0
    heads: dict[int, str] = {}
    for row in rows:
        number, units = row.sentence.block, row.units
        if number not in heads:
            lead = next((u for u in units[:4] if u.kind == "S"), None)
            heads[number] = lead.key if lead else ""
            named = [u for u in units if u.kind == "S"]
            title = bool(named) and len({u.key for u in named}) == 1 and not any(u.kind in "VPQ" for u in units) and sum(u.kind == "W" and u.word.isalpha() for u in units) <= 6
            if title:
                section, since = named[0].key, number
        row.head = heads[number]
        row.section = section if section and number - since <= 6 else ""


def signature(units: Sequence[Unit], a: int, b: int) -> str:
    """What stands between two units, in few signs: names by their kind, a list of names as one, small words as they are.

    The signature of "… P , Q and R , who wrote" between P and the verb is ``P+ , who``.
    """
    out: list[str] = []
    i = a
    while i < b:
        u = units[i]
        if u.kind in "PSCX":
            j = i + 1
            while j + 1 < b and units[j].kind == "W" and units[j].word in (",", "and", "&") and (units[j + 1].kind == u.kind or (units[j + 1].word in ("and", "&") and j + 2 < b and units[j + 2].kind == u.kind)):
                j += 2 if units[j + 1].kind == u.kind else 3
            out.append(u.kind + ("+" if j > i + 1 else ""))
            i = j
            continue
        sign = u.kind if u.kind in "RVAQ" else u.word if u.word in SIGNS else "·"
        if not (sign == "·" and out and out[-1] == "·"):
            out.append(sign)
        i += 1
    return " ".join(out) if len(out) <= 7 else f"{' '.join(out[:3])} … {' '.join(out[-2:])}"


def distance(n: int) -> str:
    """A number of units in few steps: near ones told apart, far ones not."""
    return str(n) if n < 4 else "4-6" if n < 7 else "7-12" if n < 13 else "13+"


def earlier(row: Row, show: str, number: int, bare: str) -> set[str]:
    """How a show was last named before row ``number``, and how far back."""
    last = row.earlier.get(show)
    if last is None:
        return {"earlier-none"}
    ago, same = min(number - last.row, 4), "here" if last.block == row.sentence.block else "above"
    return {f"earlier:{last.manner}:{bare}", f"earlier:{last.manner}:{ago}", f"ago:{ago}:{same}:{bare}", f"since:{min(last.since, 3)}:{bare}", f"since:{min(last.since, 3)}:{last.manner}"}
