"""Fit the weights of the evidence for names (``pipeline/data/evidence.csv``).

The articles that the weights are fitted on must be tagged by a tagger that was not trained on them,
else the weights trust it too much.
"""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.annotations import Gold
from pipeline.records import Block
from pipeline.tag.blocks import load_tagger, load_tokenizer, read_blocks
from pipeline.train.learn import fit_classes, write_weights
from pipeline.vocabulary import read_rows

decide = importlib.import_module("pipeline.tag.decide")
#: Inverse strength of the penalty, chosen on dev.
PENALTY = 0.3
ROUNDS = 3
#: Hand-set weights of the evidence, from which the fit starts.
PRIOR = Path(__file__).with_name("prior.csv")


@dataclass(frozen=True, slots=True)
class Tagged:
    """One annotated article with its blocks as a run would see them."""

    gold: Gold
    blocks: list[Block]


def tagged(gold: Gold, tagger: Path) -> Tagged:
    return Tagged(gold, read_blocks(gold.text, load_tokenizer(), load_tagger(tagger)))


def fit_evidence(articles: Sequence[Tagged]) -> None:
    """Fit and write the weights of the evidence, starting from the hand-set ones of ``prior.csv``; each round reads the articles with the weights of the last."""
    prior = {row["feature"]: [float(row[k]) for k in decide.KINDS] for _, row in read_rows(str(PRIOR), ("feature", *decide.KINDS))}
    write_weights("evidence", "The hand-set weights, to begin with.", decide.KINDS, prior, 2, 0.0)
    decide.weights.cache_clear()
    for _ in range(ROUNDS):
        features: list[Mapping[str, float]] = []
        kinds = []
        for a in articles:
            told = {(s, e): kind for s, e, kind, _ in a.gold.mentions if kind in decide.KINDS}
            readings, _ = decide.decide(a.blocks, a.gold.text)
            for reading in readings.values():
                votes: Counter[str] = Counter()
                for place in reading.places:
                    tokens = a.blocks[place.block].tokens
                    votes[told.get((tokens[place.first].start, tokens[place.last - 1].end), "other")] += 1
                features.append(reading.values())
                kinds.append(max(sorted(votes), key=lambda k: (votes[k], k != "other")))
        table = fit_classes(features, kinds, decide.KINDS, PENALTY, prior=prior)
        bias = table.pop("bias_of_model")
        table["bias"] = [a + b for a, b in zip(table.get("bias", bias), bias, strict=True)]
        head = "What each piece of evidence says for or against each reading of a name: one row a feature, one column a kind. The features are computed in pipeline/tag/evidence.py and shapes.py."
        write_weights("evidence", head, decide.KINDS, table, 2, 0.0)
        decide.weights.cache_clear()
