"""Evaluate a run: its tables read and checked, judged article by article, summed, with intervals."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.annotations import AnnotationError, Gold, read_annotations
from pipeline.evaluation.mentions import WAYS, Counts, score_mentions
from pipeline.evaluation.scoring import EIGHT, ENTITY, FIVE, Article, Cell, Judged, Judgement, Row, fold, judge
from pipeline.tables import PRIMARY_KEYS, TABLES

OUTCOMES = ("right", "wrong", "missed")
Counted = NDArray[np.int64]


def f1(counts: NDArray[np.float64] | Counted) -> NDArray[np.float64]:
    """F1 along the last axis (right, wrong, missed); 1 where there is nothing to find and nothing found."""
    right, wrong, missed = counts[..., 0], counts[..., 1], counts[..., 2]
    both = 2 * right + wrong + missed
    return np.where(both == 0, 1.0, 2 * right / np.maximum(both, 1))


@dataclass(frozen=True, slots=True)
class Score:
    """One table's counts over all articles, and its F1's 95 % interval by bootstrap over articles."""

    right: int
    wrong: int
    missed: int
    low: float
    high: float
    macro: float

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        return float(f1(np.array([self.right, self.wrong, self.missed])))

    @property
    def gold(self) -> int:
        return self.right + self.missed

    @property
    def found(self) -> int:
        return self.right + self.wrong


@dataclass
class Evaluation:
    """Everything that was judged; figures are computed from it when asked for."""

    golds: list[Gold]
    judgements: dict[str, Judgement]
    found: dict[str, Article]
    mentions: dict[str, dict[str, dict[str, Counts]]] = field(default_factory=dict)  # article -> kind -> way

    @cached_property
    def counts(self) -> Counted:
        """Articles × eight tables × (right, wrong, missed)."""
        out = np.zeros((len(self.golds), len(EIGHT), 3), dtype=np.int64)
        for i, gold in enumerate(self.golds):
            for row in self.judgements[gold.article].rows:
                out[i, EIGHT.index(row.table), OUTCOMES.index(row.outcome)] += 1
        return out

    @cached_property
    def resampled(self) -> NDArray[np.float64]:
        """F1 of each table in 1,000 samples of the articles, drawn with replacement: 1,000 × 8."""
        rng = np.random.default_rng(0)
        picks = rng.integers(0, len(self.golds), (1000, len(self.golds)))
        return f1(np.stack([self.counts[p].sum(axis=0) for p in picks]))

    @property
    def rows(self) -> list[Judged]:
        return [r for g in self.golds for r in self.judgements[g.article].rows]

    @property
    def cells(self) -> list[Cell]:
        return [c for g in self.golds for c in self.judgements[g.article].cells]

    @property
    def scores(self) -> dict[str, Score]:
        total = self.counts.sum(axis=0)
        out = {}
        for i, table in enumerate(EIGHT):
            low, high = np.quantile(self.resampled[:, i], [0.025, 0.975])
            has = self.counts[:, i].sum(axis=1) > 0  # an article without the table says nothing about it
            macro = float(f1(self.counts[has, i]).mean()) if has.any() else 1.0
            right, wrong, missed = (int(n) for n in total[i])
            out[table] = Score(right, wrong, missed, float(low), float(high), macro)
        return out

    def mean(self, tables: tuple[str, ...]) -> tuple[float, float, float]:
        """Mean F1 of several tables, and its 95 % interval."""
        at = [EIGHT.index(t) for t in tables]
        low, high = np.quantile(self.resampled[:, at].mean(axis=1), [0.025, 0.975])
        return float(f1(self.counts.sum(axis=0))[at].mean()), float(low), float(high)

    @property
    def five(self) -> float:
        return self.mean(FIVE)[0]

    @property
    def eight(self) -> float:
        return self.mean(EIGHT)[0]

    @property
    def cell_scores(self) -> dict[tuple[str, str], tuple[int, int]]:
        """(table, column) -> (cells right, cells compared)."""
        right: Counter[tuple[str, str]] = Counter()
        all_: Counter[tuple[str, str]] = Counter()
        for c in self.cells:
            all_[c.table, c.column] += 1
            right[c.table, c.column] += c.right
        return {k: (right[k], n) for k, n in sorted(all_.items())}

    @property
    def mention_scores(self) -> dict[str, dict[str, Counts]]:
        """Kind of mention, and "all" -> way of comparing -> counts."""
        out: dict[str, dict[str, Counts]] = {}
        for kinds in self.mentions.values():
            for kind, ways in kinds.items():
                for way in WAYS:
                    old = out.setdefault(kind, {w: Counts() for w in WAYS})
                    old[way] = old[way] + ways[way]
        return out


def read_tables(output: Path) -> dict[str, list[Row]]:
    """A run's tables, checked: every table and column is there and every id leads somewhere."""
    tables: dict[str, list[Row]] = {}
    for name, columns in TABLES.items():
        path = output / f"{name}.csv"
        if not path.exists():
            raise AnnotationError(f"{path} is missing: is {output} the output of a run?")
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            tables[name] = list(reader)
        if absent := [c.name for c in columns if c.name not in (reader.fieldnames or [])]:
            raise AnnotationError(f"{path}:1: column {absent[0]} is missing")
    ids = {t: {r[key] for r in tables[t]} for t, key in PRIMARY_KEYS.items()}
    for name, columns in TABLES.items():
        for c in columns:
            for n, row in enumerate(tables[name], 2):
                if c.table and row[c.name] and row[c.name] not in ids[c.table]:
                    raise AnnotationError(f"{output / name}.csv:{n}: {c.name} {row[c.name]!r} is not in {c.table}.csv")
                if c.values and row[c.name] and row[c.name] not in c.values:
                    raise AnnotationError(f"{output / name}.csv:{n}: {c.name} {row[c.name]!r} is none of its vocabulary")
    return tables


def by_article(tables: dict[str, list[Row]]) -> dict[str, Article]:
    """The tables' rows article by article, entities with their forms as the benchmark compares them."""
    out: dict[str, Article] = defaultdict(Article)
    entities = {kind: (table, {r[key]: r for r in tables[table]}, name) for table, (kind, key, name, _) in ENTITY.items()}
    texts: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for m in tables["mentions"]:
        out[m["article_id"]].rows["mentions"].append(m)
        if m["kind"] in entities:
            texts[m["article_id"], m["kind"], m["entity_id"]].add(m["text"])
    for (article, kind, ident), forms in texts.items():
        table, rows, column = entities[kind]
        row = rows.get(ident, {column: "?", "kind": ""})
        longest = max(forms, key=lambda s: (len(s), s))
        folded = {fold(row[column]), fold(longest)} - {""}
        out[article].entities[table].append({"id": ident, "name": row[column], "kind": row.get("kind", ""), "forms": "|".join(sorted(folded)), "text": longest})
    for table in EIGHT[3:]:
        for row in tables[table]:
            out[row["article_id"]].rows[table].append(row)
    return out


def evaluate(output: Path, annotations: Path, corpus: Path | None = None, articles: set[str] | None = None) -> Evaluation:
    """Judge the run in ``output`` by the ``.ann`` files of ``annotations``; the texts are in ``corpus`` beside it.

    ``articles``: names of the articles to judge, all where it is None. Raises ``AnnotationError`` where
    the annotations or the tables have a fault.
    """
    golds = [g for g in read_annotations(annotations, corpus or annotations.parent / "corpus") if articles is None or g.article in articles]
    if not golds:
        raise AnnotationError(f"{annotations}: none of the articles asked for is annotated here")
    found = by_article(read_tables(output))
    return Evaluation(golds, {g.article: judge(g, found[g.article]) for g in golds}, found, {g.article: _judge_mentions(g, found[g.article]) for g in golds})


def _judge_mentions(gold: Gold, found: Article) -> dict[str, dict[str, Counts]]:
    free = [(a, b) for a, b, kind, key in gold.mentions if "optional" in gold.entities.get(key, {})]
    free += [(int(d["start"]), int(d["end"])) for d in gold.dates if "optional" in d]
    wanted = [(a, b, kind) for a, b, kind, _ in gold.mentions if kind != "character" and (a, b) not in free]
    places = [(int(m["char_start"]), int(m["char_end"]), m["kind"]) for m in found.rows["mentions"]]
    places = [p for p in places if not any(a < p[1] and p[0] < b for a, b in free)]
    kinds = sorted({k for *_, k in (*wanted, *places)})
    out = {kind: score_mentions([p for p in wanted if p[2] == kind], [p for p in places if p[2] == kind]) for kind in kinds}
    out["all"] = score_mentions(wanted, places)
    return out
