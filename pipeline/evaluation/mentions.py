"""Score mentions: where entities, dates and roles are named, whatever they are resolved to.

Four ways to compare, after SemEval-2013 task 9.1 (Segura-Bedmar et al.), which builds on MUC-5
(Chinchor and Sundheim, 1993): strict (same words and kind), exact (same words), partial (some words
shared, counted half), type (some words shared and the same kind).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

#: (first character, one past the last, kind)
Place = tuple[int, int, str]
WAYS = ("strict", "exact", "partial", "type")


@dataclass(slots=True)
class Counts:
    """Of annotated mentions: correct, incorrect, partial or missing; of found ones also spurious."""

    correct: int = 0
    incorrect: int = 0
    partial: int = 0
    missing: int = 0
    spurious: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Counts)))

    @property
    def possible(self) -> int:
        return self.correct + self.incorrect + self.partial + self.missing

    @property
    def actual(self) -> int:
        return self.correct + self.incorrect + self.partial + self.spurious

    @property
    def precision(self) -> float:
        return (self.correct + 0.5 * self.partial) / self.actual if self.actual else 1.0

    @property
    def recall(self) -> float:
        return (self.correct + 0.5 * self.partial) / self.possible if self.possible else 1.0

    @property
    def f1(self) -> float:
        p, r = self.precision, self.recall
        return 2 * p * r / (p + r) if p + r else 0.0


def score_mentions(gold: Sequence[Place], found: Sequence[Place]) -> dict[str, Counts]:
    """Counts for each of the four ways.

    A found mention is compared with the annotated one of the same words and kind, else of the same
    words, else with the first that it overlaps and that no other found one has been compared with.

    >>> score_mentions([(0, 8, "show")], [(4, 8, "show")])["partial"].partial
    1
    """
    counts = {way: Counts() for way in WAYS}
    left = list(gold)
    rest: list[Place] = []
    for place in found:  # exact places first, so that an overlapping neighbour does not take them
        if place in left:
            left.remove(place)
            for c in counts.values():
                c.correct += 1
        else:
            rest.append(place)
    later: list[Place] = []
    for place in rest:
        hit = next((g for g in left if g[:2] == place[:2]), None)
        if hit is None:
            later.append(place)
            continue
        left.remove(hit)
        counts["strict"].incorrect += 1
        counts["exact"].correct += 1
        counts["partial"].correct += 1
        counts["type"].incorrect += 1
    for place in later:
        hit = next((g for g in left if g[0] < place[1] and place[0] < g[1]), None)
        if hit is None:
            for c in counts.values():
                c.spurious += 1
            continue
        left.remove(hit)
        counts["strict"].incorrect += 1
        counts["exact"].incorrect += 1
        counts["partial"].partial += 1
        if hit[2] == place[2]:
            counts["type"].correct += 1
        else:
            counts["type"].incorrect += 1
    for c in counts.values():
        c.missing += len(left)
    return counts
