"""Candidates for the part that somebody plays: the characters named beside an actor, with what speaks for each.

Simple readers find the plain forms ("P as X", "P and Q play X and Y"); what they and the rules found is
evidence beside how the sentence stands between the two names. Weights fitted on the corpus decide
(``characters.csv``); the characters of one place compete.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from pipeline.heard import passed
from pipeline.match.context import SIGNS, distance, signature
from pipeline.match.items import Unit
from pipeline.match.pairs import Candidate
from pipeline.match.scope import Scope
from pipeline.normalize import clean_name
from pipeline.weights import shares, weights

#: How many units from "the title role" its show may stand.
NEAR = 8
#: How many units from an actor his part may stand.
FAR = 25
#: A part less likely than this is not told.
LEAST = 0.4
#: A part told after one of these is not that of the person before it.
CLAUSE_ENDS = {",", ".", ";", ":", "and", "but", "who", "while", "opposite", "alongside"}

#: The parts that may be meant at one place: name -> features.
Options = dict[str, set[str]]


def likeliest_part(places: Sequence[Candidate], scope: Scope) -> str:
    """The part that the places of a credit tell of its person; '' for none."""
    best, part = LEAST, next((title for c in places if (title := _title_role(c, scope))), "")
    if part:
        return part  # too seldom for weights, and plain
    for options in parts_played(places, scope):
        for name, likely in zip(options, shares(weights("characters"), [list(options.values())])[0], strict=True):
            if likely > best:
                best, part = likely, name
    return part


def parts_played(places: Sequence[Candidate], scope: Scope) -> list[Options]:
    """For each place of an actor's credit the parts that may be meant there, then those that rules alone read."""
    person, role, show = places[0].key
    own = [r for r in scope.found.roles if (r.person, r.role, r.show) == (person, role, show) and r.character]
    kin = own or [r for r in scope.found.roles if (r.person, r.role) == (person, role) and r.character]
    told: Options = {}
    for r in kin:
        told.setdefault(r.character, set()).update({f"rule:{r.rule}", "own" if own else "kin"})
    out: list[Options] = []
    seen: set[tuple[int, int]] = set()
    for c in places:
        if c.person < 0 or (c.row.sentence.start, c.person) in seen:
            continue
        seen.add((c.row.sentence.start, c.person))
        options = _beside(c, scope)
        for name, features in options.items():
            features |= told.get(name, {"no-rule-here"} if told else {"no-rule"})
        if options:
            out.append(options)
    alone = {name: {"rule-alone", *features} for name, features in told.items() if not any(name in options for options in out)}
    return [*out, *([alone] if alone else [])]


def _beside(c: Candidate, scope: Scope) -> Options:
    """The characters of a sentence, and a person right after "P as", by how they stand to the actor; of one named twice the nearer place counts."""
    units, p = c.row.units, c.person
    plain, paired = _plain(c), _paired(c)
    out: Options = {}
    for x in sorted((k for k, u in enumerate(units) if u.kind == "X" or (u.kind == "P" and k in (plain, paired))), key=lambda k: abs(k - p)):
        lo, hi = min(p, x), max(p, x)
        mention = scope.mentions.get(scope.unit_span(c.row.sentence, units[x])[0])  # a pronoun is none
        name = clean_name(mention.text) if mention else ""
        if hi - lo > FAR or x == p or not name or name in out:
            continue
        side = "after" if x > p else "before"
        between = units[lo + 1 : hi]
        rank = sum(u.kind == "X" for u in between)
        people = sum(u.kind == "P" for u in between)
        f = {f"{side}:{signature(units, lo + 1, hi)}", f"{side}:{distance(len(between))}", f"{side}:rank{min(rank, 3)}:people{min(people, 3)}", f"kind:{units[x].kind}"}
        f |= {f"{side}:from:{_sign(units, lo + 1)}", f"{side}:to:{_sign(units, hi - 1)}", f"before-part:{_sign(units, x - 1)}", f"after-part:{_sign(units, x + 1)}", f"after-person:{_sign(units, p + 1)}"}
        f |= {f"{side}:over:{u.word}" for u in between if u.word in CLAUSE_ENDS or u.kind in "VR"}
        f |= {f"{side}:plays"} if any(u.kind in "VR" and "Actor" in u.roles for u in between) else set()
        f |= {"plain"} if x == plain else set()
        f |= {"paired"} if x == paired else {"other-paired"} if paired >= 0 else set()
        block = c.row.sentence.block
        f |= set(passed("pair", scope.heard.related("plays", block, (units[p].first,), (units[x].first,))))
        f |= set(passed("rival", max((scope.heard.related("plays", block, words, (units[x].first,)) for who, words in scope.heard.near(block, units[x].first, "person").items() if who != units[p].key), default=0.0)))
        f |= {"owner"} if _owns(units, x) else set()
        f |= {"past"} if c.row.past else set()
        out[name] = f
    return out


def _sign(units: Sequence[Unit], i: int) -> str:
    if not 0 <= i < len(units):
        return "-"
    return units[i].word if units[i].kind == "W" and (units[i].word in SIGNS or units[i].word in CLAUSE_ENDS) else units[i].kind


def _plain(c: Candidate) -> int:
    """The unit of the part that stands right at a person ("P as X", "P (X)", "X (P)") or follows in the clause ("P stars in the series as X", "P reprises the role of X", "P is his partner, X"); -1 for none."""
    units, p = c.row.units, c.person
    for i, signs in ((p + 2, ("as", "(", "plays", "is", ":")), (p - 2, ("(",)), (p + 3, ("as",))):
        if 0 <= i < len(units) and units[i].kind == "X" and units[min(i, p) + 1].word in signs and not _owns(units, i):
            return i
    for k in range(p + 1, min(p + 10, len(units))):
        if units[k].kind in "PX" or units[k].word in CLAUSE_ENDS:
            break
        his = k == p + 1 and units[k].word == "is" and k + 1 < len(units) and units[k + 1].word in ("his", "her", "their")
        if his or units[k].word == "as" or (units[k].word == "of" and units[k - 1].word in ("role", "part")):
            named = next((j for j in range(k + 1, min(k + 7, len(units))) if (units[j].kind in "PXCS" or units[j].word in (".", ";", "and")) and not _owns(units, j)), -1)
            # a part that has a person's name: "P as Dr. Ann Lee"
            as_person = named >= 0 and units[named].kind == "P" and units[k].word == "as" and k == p + 1 and "," not in (u.word for u in units[k:named])
            return named if named >= 0 and (units[named].kind == "X" or as_person) else -1
    return -1


def _title_role(c: Candidate, scope: Scope) -> str:
    """The show's own name, where a person has "the title role" in it: "P has the title role on S", "S, with P as the title character"."""
    units, show = c.row.units, c.key[2]
    for i in (k for k, u in enumerate(units[:-1]) if u.word in ("title", "titular") and units[k + 1].word in ("role", "character", "part")):
        named = [k for k in c.row.shows if abs(k - i) < NEAR and units[k].key == show]
        if named and not any(u.kind in "PX" for u in units[i : named[0]]):
            return scope.entities[show].name
    return ""


def _paired(c: Candidate) -> int:
    """The unit of the part of a person in a list that as many parts follow, -1 for none: "P and Q star as X and Y"."""
    units, p = c.row.units, c.person
    people = _listed(units, p, "P")
    if len(people) < 2:
        return -1
    k = people[-1] + 1
    while k < min(len(units), people[-1] + 6) and (units[k].kind in "VQ" or units[k].word in ("as", "are", "will", "to", "who")):
        k += 1
    parts = _listed(units, k, "XP") if k < len(units) and units[k].kind == "X" else []
    if any(units[j].kind == "P" and j + 1 < len(units) and units[j + 1].word == "as" for j in parts):
        return -1  # "P, Q as X, R as Y": the next of the list is no part
    return parts[people.index(p)] if len(parts) == len(people) else -1


def _listed(units: Sequence[Unit], i: int, kinds: str) -> list[int]:
    """The units of the list "A, B and C", all of them of the ``kinds``, that the name at ``i`` stands in."""
    names = [k for k, u in enumerate(units) if u.kind in kinds]
    joined = {a: all(u.kind == "W" and u.word in (",", "and", "&") for u in units[a + 1 : b]) and b - a < 4 for a, b in pairwise(names)}
    first = last = names.index(i)
    while first > 0 and joined[names[first - 1]]:
        first -= 1
    while last + 1 < len(names) and joined[names[last]]:
        last += 1
    return names[first : last + 1]


def _owns(units: Sequence[Unit], i: int) -> bool:
    """Whether what stands at ``i`` owns what is meant: "Cassie" in "as Cassie's dad, Martin"."""
    return i + 1 < len(units) and units[i + 1].word in ("'s", "'")


def same_part(a: str, b: str) -> bool:
    """Whether two names are one part's: one holds the other ("Cassie", "DCI Cassie Stuart")."""
    a, b = a.casefold(), b.casefold()
    return bool(a and b) and (a in b or b in a)


def told_parts(options: Options, characters: Iterable[str]) -> list[bool]:
    """Which of the options the annotation tells."""
    known = list(characters)
    return [any(same_part(name, k) for k in known) for name in options]
