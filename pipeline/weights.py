"""The fitted weights of features, and the likelihoods that they give (multinomial and conditional logistic regression)."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from pipeline.vocabulary import COMPANY_KINDS, DATA, SHOW_KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: table of weights -> its classes; "none" is that the candidate is no fact. Candidates of one class only compete with each other (``shares``).
#: What ends in "again" is the second reading (``pipeline/match/second.py``).
CLASSES = {
    "credits": ("credit",),
    "offices": ("none", "Executive", "Affiliated", "Client"),
    "statuses": ("current", "former", "incoming"),  # of an office that holds
    "parts": ("none", "network", "production", "distribution"),
    "events": ("event",),
    "characters": ("part",),
    "links": ("link",),
    "credits_again": ("credit",),
    "parts_again": ("none", "network", "production", "distribution"),
    "events_again": ("none", "event"),
    "show_kinds": SHOW_KINDS,
    "company_kinds": COMPANY_KINDS,
    "dates": ("premiere", "finale", "release", "production", "setting", "event", "other"),
}
#: Candidates that are weighed at once: more need memory and are no quicker.
AT_ONCE = 256
#: Weights are summed as whole numbers of so many parts of one: in any order they come to the same.
FINE = 2.0**32
#: The row of a table that holds for every candidate.
BIAS = "bias"


def competes(table: str) -> bool:
    """Whether the candidates of a table compete with each other: the shows that one credit may be meant of."""
    return len(CLASSES[table]) == 1


class Weights:
    """A table of weights: for each feature a row of its weight for each of so many ``classes``."""

    def __init__(self, table: Mapping[str, Sequence[float]], classes: int) -> None:
        features = sorted(f for f in table if f != BIAS)
        self.classes = classes
        self.numbers = {f: n for n, f in enumerate(features, 1)}
        self._known = frozenset(features)
        rows = np.array([table.get(BIAS, [0.0] * classes), *(table[f] for f in features)], np.float64)
        self._rows = np.rint(rows * FINE).astype(np.int64)

    def scores(self, options: Sequence[Iterable[str]]) -> NDArray[np.float64]:
        """The score of each class for each of some candidates, given as their features: (candidates, classes). Features without a weight say nothing."""
        found = [self._scores(options[k : k + AT_ONCE]) for k in range(0, len(options), AT_ONCE)]
        return np.concatenate(found) if found else np.zeros((0, self.classes))

    def _scores(self, options: Sequence[Iterable[str]]) -> NDArray[np.float64]:
        number = self.numbers.__getitem__
        known = [[0, *map(number, self._known.intersection(features))] for features in options]
        starts = [0, *accumulate(len(row) for row in known[:-1])]
        sums: NDArray[np.float64] = np.add.reduceat(self._rows[[n for row in known for n in row]], starts, axis=0) / FINE
        return sums


@lru_cache(maxsize=len(CLASSES))
def weights(name: str) -> Weights:
    """The weights of a table in ``pipeline/data/``."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(line for line in file if not line.startswith("#"))
        head = next(rows)
        columns = [head.index(c) for c in CLASSES[name]]
        return Weights({row[0]: [float(row[k]) for k in columns] for row in rows}, len(columns))


def likelihoods(table: Weights, options: Sequence[Iterable[str]]) -> list[list[float]]:
    """The likelihood of each class for each of some candidates, given as their features."""
    scores = table.scores(options)
    odds = np.exp(scores - scores.max(axis=1, keepdims=True)) if len(scores) else scores
    likely: list[list[float]] = (odds / odds.sum(axis=1, keepdims=True)).tolist()
    return likely


def shares(table: Weights, groups: Sequence[Sequence[Iterable[str]]]) -> list[list[float]]:
    """The likelihood of each of the options in each of some groups, of which one at most holds: they and "none of them" make one.

    This is the conditional logit of McFadden (1974); "none" has the score 0.
    """
    scores = iter(table.scores([features for options in groups for features in options])[:, 0].tolist())
    out = []
    for options in groups:
        own = [next(scores) for _ in options]
        top = max([0.0, *own])
        odds = [math.exp(s - top) for s in own]
        total = math.fsum([*odds, math.exp(-top)])
        out.append([o / total for o in odds])
    return out
