"""Train: what the tagger and the weights in ``pipeline/data/`` are made with. A run never imports this.

The weights are fitted on articles that the tagger has not seen: the train part is cut in two, and
each half is tagged by a tagger trained on the other, for half as long. That one knows less than the
shipped tagger, and errs more on these articles, as that does on articles of others; with taggers of
two thirds of them, or trained as long, the weights trusted the tagger too much.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence, Set
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from pipeline.annotations import Gold, read_annotations
from pipeline.annotations.corpus import read_index
from pipeline.tag.blocks import TAGGER

FOLDS = 2
#: How often the tagger sees each article; with ten times what is told of names is clearly worse (chosen on dev).
EPOCHS = 20
#: How often those of the halves do: they are to err on these articles as the tagger does on articles of others.
HALF_EPOCHS = 10
#: Processes that train side by side.
WORKERS = 2


def train(annotations: Path, corpus: Path, start: Path, work: Path, report: Callable[[str], None] = print) -> None:
    """Train the tagger and fit all weights on the train part of the corpus; the taggers of the halves stand in ``work``.

    ``start`` is the folder of MiniLM, which the tagger starts from.

    A tagger that already stands in ``work`` is taken as it is, so that the weights can be fitted again
    alone. Raises ``AnnotationError`` for a fault in the annotations.
    """
    index = read_index(annotations / "index.csv")
    golds = [g for g in read_annotations(annotations, corpus) if index[g.article].split in ("train", "facts")]
    jobs = {"whole": [g.article for g in golds], **{half(k): [g.article for n, g in enumerate(golds) if n % FOLDS != k] for k in range(FOLDS)}}
    work.mkdir(parents=True, exist_ok=True)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # sums in one order, so that the same corpus gives the same tagger
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        waiting = {name: pool.submit(_train_one, annotations, corpus, names, start, work / name, EPOCHS if name == "whole" else HALF_EPOCHS) for name, names in jobs.items() if not (work / name).exists()}
        for name, done in waiting.items():
            report(f"tagger on {name}: loss {done.result():.2f}")
    if TAGGER.exists():
        shutil.rmtree(TAGGER)
    shutil.copytree(work / "whole", TAGGER)
    fit(golds, {name for name, entry in index.items() if entry.split == "train"}, work, report)


def half(part: int) -> str:
    """The folder of the tagger that has not seen this part of the articles."""
    return f"without{part}"


def fit(golds: Sequence[Gold], news: Set[str], work: Path, report: Callable[[str], None] = print) -> None:
    """Fit all weights, with the taggers of the halves that stand in ``work``; those of the evidence for names on the articles in ``news`` alone.

    The other articles are denser in titles than news is: on them the evidence would learn that any run of capitals may be a title.
    """
    from pipeline.train import evidence, facts
    from pipeline.train.copies import joined_copy, quoted_copy

    articles = [evidence.tagged(copy, work / half(n % FOLDS)) for n, g in enumerate(golds) for copy in (g, quoted_copy(joined_copy(g)))]
    told = [a for a in articles if a.gold.article in news]
    for step, chosen in ((evidence.fit_evidence, told), (facts.fit_kinds, articles), (facts.fit_dates, articles), (facts.fit_facts, articles), (facts.fit_characters, articles), (facts.fit_links, articles)):
        step(chosen)
        report(f"{step.__name__.replace('fit_', '')}: fitted on {len({a.gold.article for a in chosen})} articles and a copy of each")


def _train_one(annotations: Path, corpus: Path, names: Sequence[str], start: Path, output: Path, epochs: int) -> float:
    from pipeline.train.tagger import blocks_of, train_tagger

    articles = [(n, (corpus / f"{n}.txt").read_text(encoding="utf-8"), (annotations / f"{n}.ann").read_text(encoding="utf-8")) for n in names]
    return train_tagger(blocks_of(articles), start, output, epochs)
