"""The second reading of a fact's candidates: what the rest of the article says for them, once each was weighed by itself.

The first weights see one sentence. An article tells more: who stands in the same list is meant of
the same show, the credits of one sentence mostly belong together, a show has one network. Here the
first likelihoods of the other candidates become features of each (stacked learning of Kou and
Cohen, 2007), and a second small table of weights decides.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from heapq import nlargest

from pipeline.match.pairs import Candidate
from pipeline.weights import CLASSES

#: A likelihood becomes one feature for each of these that it reaches.
STEPS = (0.01, 0.03, 0.07, 0.12, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.96)
#: Sums of likelihoods below this are too little to compare with.
ENOUGH = 0.3
NO_FELLOWS, ALONE = frozenset({"no-fellows"}), frozenset({"row-alone"})
#: An event is told at its likeliest place and at those at least so many times as likely.
HALF = 0.5
#: Features of the first reading that the second sees too, by how they begin.
KEPT = {"credits": ("how:", "places:"), "parts": ("kind:", "places:", "home:"), "events": ("kind:", "places:", "sure:")}
#: ... and those that it sees by their whole name.
ALSO_KEPT = {"events": frozenset({"main-show", "only-show", "heading", "past", "denied"})}


def steps(name: str, value: float) -> frozenset[str]:
    """A likelihood as features: ``name>0.2`` for every step that it reaches.

    >>> sorted(steps("row", 0.05)), sorted(steps("row", 0.0))
    (['row>0.01', 'row>0.03'], ['row~0'])
    """
    return _reached(name, bisect_right(STEPS, value))


@cache
def _reached(name: str, count: int) -> frozenset[str]:
    return frozenset(f"{name}>{s}" for s in STEPS[:count]) or frozenset({f"{name}~0"})


def _kept(table: str, c: Candidate) -> set[str]:
    return {f for f in c.features if f.startswith(KEPT[table])} | (c.features & ALSO_KEPT.get(table, frozenset()))


def credit_features(groups: Sequence[Sequence[Candidate]], first: Sequence[Sequence[float]]) -> list[list[set[str]]]:
    """For each group of credits (one person, role and place; the shows that may be meant) the features of its candidates.

    ``first`` are the likelihoods of the first reading, in the same shape.
    """
    mass: dict[str, float] = defaultdict(float)
    rows: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    fellows: dict[tuple[int, str, int, str], list[tuple[int, float]]] = defaultdict(list)
    roles: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    shows: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for group, likely in zip(groups, first, strict=True):
        for c, p in zip(group, likely, strict=True):
            person, role, show = c.key
            row = c.row.sentence.start
            mass[show] += p
            rows[row][show] += p
            fellows[row, role, c.anchor, show].append((c.person, p))
            for held, key in ((roles[person, show], role), (shows[person, role], show)):
                held[key] = max(held.get(key, 0.0), p)
    total = sum(mass.values()) or 1.0
    rank = {show: n for n, show in enumerate(sorted(mass, key=lambda s: (-mass[s], s)))}
    order = sorted(rows)
    before = dict(zip(order[1:], order[:-1], strict=True))
    out = []
    for group, likely in zip(groups, first, strict=True):
        best, none = max(likely), 1 - sum(likely)
        features = []
        for c, p in zip(group, likely, strict=True):
            person, role, show = c.key
            row = c.row.sentence.start
            f = {f"role:{role}", f"options:{min(len(group), 5)}", "best" if p == best else "not-best", f"rank:{min(rank[show], 4)}"}
            f |= steps("first", p) | steps("none", none) | steps("gap", best - p) | steps("mass", (mass[show] - p) / total)
            near = [x for place, x in fellows[row, role, c.anchor, show] if place != c.person]
            f |= steps("fellows", sum(near) / len(near)) if near else NO_FELLOWS
            rest = sum(rows[row].values()) - sum(likely)
            f |= steps("row", (rows[row][show] - p) / rest) if rest > ENOUGH else ALONE
            last = rows[before[row]] if row in before else {}
            if (told := sum(last.values())) > ENOUGH:
                f |= steps("row-before", last.get(show, 0.0) / told)
            f |= steps("other-role", max((x for r, x in roles[person, show].items() if r != role), default=0.0))
            f |= steps("other-show", max((x for s, x in shows[person, role].items() if s != show), default=0.0))
            f |= steps("likelier-place", shows[person, role][show] - p)
            features.append(f | _kept("credits", c))
        out.append(features)
    return out


def part_features(candidates: Sequence[Candidate], first: Sequence[Sequence[float]]) -> list[set[str]]:
    """For each show and company near each other its features; ``first`` are the likelihoods of the classes in the first reading."""
    classes = CLASSES["parts"]
    told = range(1, len(classes))
    both: dict[tuple[str, ...], list[float]] = defaultdict(lambda: [0.0] * len(classes))
    mass: dict[str, float] = defaultdict(float)
    rows: dict[tuple[int, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for c, odds in zip(candidates, first, strict=True):
        show, company = c.key
        for k in told:
            both[c.key][k] = max(both[c.key][k], odds[k])
        mass[show] += 1 - odds[0]
        rows[c.row.sentence.start, company][show] += 1 - odds[0]
    total = sum(mass.values()) or 1.0
    of_show: dict[tuple[str, int], list[tuple[float, str]]] = defaultdict(list)
    of_company: dict[tuple[str, int], list[tuple[float, str]]] = defaultdict(list)
    for (show, company), most in both.items():
        for k in told:
            of_show[show, k].append((most[k], company))
            of_company[company, k].append((most[k], show))
    # the likeliest of the others is the first or the second of all
    best_companies, best_shows = ({key: nlargest(2, found) for key, found in of.items()} for of in (of_show, of_company))
    out = []
    for c, odds in zip(candidates, first, strict=True):
        show, company = c.key
        here = rows[c.row.sentence.start, company]
        f = {"best-in-row" if here[show] == max(here.values()) else "not-best-in-row"}
        f |= steps("mass", mass[show] / total) | steps("row-others", sum(here.values()) - here[show])
        for k in told:
            f |= steps(f"first:{classes[k]}", odds[k]) | steps(f"likeliest-place:{classes[k]}", both[c.key][k])
            f |= steps(f"other-company:{classes[k]}", next((p for p, x in best_companies[show, k] if x != company), 0.0))
            f |= steps(f"other-show:{classes[k]}", next((p for p, x in best_shows[company, k] if x != show), 0.0))
        out.append(f | _kept("parts", c))
    return out


def event_features(groups: Sequence[Sequence[Candidate]], first: Sequence[Sequence[float]]) -> dict[tuple[str, ...], tuple[list[Candidate], set[str]]]:
    """For each event and show or person its likeliest places, the best first, and the features of all its places taken together: key (event, show or person)."""
    places: dict[tuple[str, ...], list[tuple[float, Candidate]]] = defaultdict(list)
    for group, likely in zip(groups, first, strict=True):
        for c, p in zip(group, likely, strict=True):
            for whom in (c.key[1], *c.also):
                places[c.key[0], whom].append((p, c))
    most = {key: max(p for p, _ in found) for key, found in places.items()}
    of_whom: dict[str, dict[str, float]] = defaultdict(dict)
    of_event: dict[str, dict[str, float]] = defaultdict(dict)
    for (event, whom), p in most.items():
        of_whom[whom][event] = p
        of_event[event][whom] = p
    out = {}
    for key, found in places.items():
        event, whom = key
        found.sort(key=lambda x: -x[0])
        p, best = found[0]
        none = 1.0
        for q, _ in found:
            none *= 1 - q
        others = [q for other, q in of_event[event].items() if other != whom]
        f = {f"places:{min(len(found), 4)}"} | steps("most", p) | steps("any", 1 - none) | steps("next", found[1][0] if len(found) > 1 else 0.0) | _kept("events", best)
        f |= steps("beside", max(others, default=0.0)) | steps("besides", min(1.0, sum(others)))
        f |= {x for other, q in of_whom[whom].items() if other != event and q >= STEPS[0] for x in steps(f"told:{other}", q)}  # what is hardly told is not told
        out[key] = [c for q, c in found if q >= HALF * p], f | {f"event:{event}"} | {f"{event}:{x}" for x in f}
    return out
