"""Compare two runs on the same annotations: what the second gained and lost, and whether that is more than chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.evaluation.evaluate import Evaluation, f1
from pipeline.evaluation.scoring import EIGHT, FIVE, Judged


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of both runs; ``p`` is the two-sided p-value of the paired permutation test."""

    name: str
    a: float
    b: float
    p: float


@dataclass(frozen=True, slots=True)
class Comparison:
    differences: list[Difference]
    gained: list[Judged]  # mistakes of A that B does not make
    lost: list[Judged]  # mistakes of B that A does not make


def compare(a: Evaluation, b: Evaluation, rounds: int = 10_000) -> Comparison:
    """Compare run ``b`` with run ``a``.

    The test swaps the two runs' counts of each article with probability one half, ``rounds`` times,
    and asks how often the difference is at least as large as the observed one (approximate
    randomization: Noreen 1989; for F1, Yeh 2000). Seeded, so the same answer each time.
    """
    if [g.article for g in a.golds] != [g.article for g in b.golds]:
        raise ValueError("the two runs are not judged on the same articles")
    rng = np.random.default_rng(0)
    both = np.stack([a.counts, b.counts]).astype(np.float64)  # 2 × articles × tables × 3
    swaps = rng.random((rounds, len(a.golds))) < 0.5
    change = both[1] - both[0]
    sums = np.einsum("ra,atk->rtk", swaps.astype(np.float64), change)
    one, two = f1(both[0].sum(axis=0) + sums), f1(both[1].sum(axis=0) - sums)
    seen = f1(both.sum(axis=1))
    groups: dict[str, tuple[str, ...]] = {**{t: (t,) for t in EIGHT}, "five tables": FIVE, "eight tables": EIGHT}
    differences = []
    for name, tables in groups.items():
        at = [EIGHT.index(t) for t in tables]
        observed = float(abs(seen[1, at].mean() - seen[0, at].mean()))
        chance = np.abs(two[:, at].mean(axis=1) - one[:, at].mean(axis=1))
        p = (int((chance >= observed - 1e-12).sum()) + 1) / (rounds + 1)
        differences.append(Difference(name, float(seen[0, at].mean()), float(seen[1, at].mean()), p))

    def mistakes(e: Evaluation) -> dict[tuple[object, ...], Judged]:
        return {(r.article, r.table, r.outcome, r.key): r for r in e.rows if r.outcome != "right"}

    before, after = mistakes(a), mistakes(b)
    return Comparison(differences, [r for k, r in before.items() if k not in after], [r for k, r in after.items() if k not in before])
