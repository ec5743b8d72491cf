"""The fitted weights of features, and the likelihood that they give to each class (multinomial logistic regression)."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from functools import lru_cache

from pipeline.vocabulary import DATA

#: table of weights -> its classes; "none" is that the candidate is no fact
CLASSES = {
    "credits": ("none", "credit"),
    "offices": ("none", "Executive", "Affiliated", "Client"),
    "parts": ("none", "network", "production", "distribution"),
    "dates": ("premiere", "finale", "release", "production", "setting", "event", "other"),
}


@lru_cache(maxsize=4)
def weights(name: str) -> dict[str, tuple[float, ...]]:
    """Feature -> its weight for each class of the table."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row["feature"]: tuple(float(row[c]) for c in CLASSES[name]) for row in rows}


def likelihoods(name: str, features: Iterable[str]) -> tuple[float, ...]:
    """The likelihood of each class; features without a weight say nothing."""
    table = weights(name)
    totals = list(table["bias"])
    for feature in sorted(features):  # sums of floats depend on their order
        for k, w in enumerate(table.get(feature, ())):
            totals[k] += w
    top = max(totals)
    odds = [math.exp(t - top) for t in totals]
    return tuple(o / math.fsum(odds) for o in odds)
