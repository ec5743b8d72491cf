"""The fitted weights of features, and the likelihoods that they give (multinomial and conditional logistic regression)."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from pipeline.vocabulary import COMPANY_KINDS, DATA, SHOW_KINDS

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


def competes(table: str) -> bool:
    """Whether the candidates of a table compete with each other: the shows that one credit may be meant of."""
    return len(CLASSES[table]) == 1


@lru_cache(maxsize=len(CLASSES))
def weights(name: str) -> dict[str, tuple[float, ...]]:
    """Feature -> its weight for each class of the table."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row["feature"]: tuple(float(row[c]) for c in CLASSES[name]) for row in rows}


def likelihoods(table: Mapping[str, Sequence[float]], features: Iterable[str]) -> tuple[float, ...]:
    """The likelihood of each class by a table of weights; features without a weight say nothing."""
    found = [table["bias"], *[table[f] for f in features if f in table]]
    totals = [math.fsum(column) for column in zip(*found, strict=True)]  # exact, whatever the order of the features
    top = max(totals)
    odds = [math.exp(t - top) for t in totals]
    return tuple(o / math.fsum(odds) for o in odds)


def shares(table: Mapping[str, Sequence[float]], options: Sequence[Iterable[str]]) -> list[float]:
    """The likelihood of each of the options, given as their features, of which one at most holds: they and "none of them" make one.

    This is the conditional logit of McFadden (1974); "none" has the score 0.
    """
    scores = [math.fsum([table[f][0] for f in features if f in table]) for features in options]
    top = max(0.0, *scores)
    odds = [math.exp(s - top) for s in scores]
    total = math.fsum([*odds, math.exp(-top)])
    return [o / total for o in odds]
