"""The command line of a run: run and show; the commands on annotations are in cli_annotations. Exit codes: 0 all well, 1 some sources rejected, 2 usage or fatal, 130 interrupted."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from pipeline import cli_annotations  # noqa: F401  (its commands)
from pipeline.console import app, err, fail, out
from pipeline.tables import TABLES

if TYPE_CHECKING:
    from pipeline.records import Article, Facts

def parse_day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise fail(f"--published {text!r} is no date: write it as 2024-04-17") from None


def _progress(quiet: bool):  # type: ignore[no-untyped-def]
    def bar(articles: Iterable[Article]) -> Iterator[Article]:
        if quiet or not err.is_terminal:
            yield from articles
            return
        from rich.progress import track

        yield from track(list(articles), "Reading", console=err, transient=True)

    return bar


@app.command("run")
def run_command(
    paths: Annotated[list[str], typer.Argument(help="Files and folders of .txt articles; - reads one article from standard input.", metavar="PATH...")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the tables; made where it is missing.")] = Path("output"),
    published: Annotated[str | None, typer.Option(help="The articles' own date (YYYY-MM-DD), above what they say themselves.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no summary; errors only.")] = False,
) -> None:
    """Read articles and write the ten CSV tables and datapackage.json."""
    day = parse_day(published)
    from pipeline.flow import run_files
    from pipeline.write import OutputError

    try:
        result = run_files(paths, output, day, _progress(quiet))
    except OutputError as error:
        raise fail(str(error)) from None
    for r in result.rejected:
        err.print(f"callsheet: {r.source}: {r.reason}", soft_wrap=True, markup=False)
    if not result.articles:
        raise fail(f"no article could be read; {output} is as it was")
    if not quiet:
        out.print(f"{result.articles} articles read, {len(result.rejected)} rejected")
        table = Table("table", "rows", box=SIMPLE_HEAD)
        table.columns[1].justify = "right"
        for name in TABLES:
            table.add_row(name, str(len(result.tables[name])))
        out.print(table)
        out.print(f"Tables are in {output}", soft_wrap=True, markup=False)
    if result.rejected:
        raise typer.Exit(1)


@app.command("show")
def show_command(
    article: Annotated[str, typer.Argument(help="One .txt article, or - for standard input.")],
    published: Annotated[str | None, typer.Option(help="The article's own date (YYYY-MM-DD).")] = None,
) -> None:
    """Print one article's mentions and facts, the rule behind each and the sentence it was read from."""
    day = parse_day(published)
    from pipeline.flow import extract_article
    from pipeline.read import read_articles
    from pipeline.records import Rejected

    items = list(read_articles([article], day))
    if len(items) != 1:
        raise fail(f"{article}: show takes one article, these are {len(items)}")
    if isinstance(items[0], Rejected):
        raise fail(f"{items[0].source}: {items[0].reason}")
    _print_facts(extract_article(items[0]))


def _print_facts(facts: Facts) -> None:
    from pipeline.consolidate import consolidate

    rows = consolidate([facts])
    text = facts.article.text
    out.print(f"{facts.article.article_id}  published {facts.article.published or 'unknown'}", style="bold", markup=False)
    for table, columns in (
        ("shows", ("title", "kind", "aliases", "mentions")),
        ("people", ("name", "aliases", "mentions")),
        ("companies", ("name", "kind", "aliases", "mentions")),
        ("mentions", ("kind", "text", "entity_id", "source", "confidence")),
        ("roles", ("person", "role", "show", "company", "character", "title", "status", "rule")),
        ("dates", ("text", "date_from", "date_to", "precision", "kind", "show", "rule")),
        ("show_companies", ("show", "relation", "company", "rule")),
        ("show_links", ("show", "relation", "other", "other_kind", "rule")),
        ("events", ("event", "show", "season", "person", "company", "date_from", "rule")),
    ):
        if not rows[table]:
            continue
        out.print(f"\n{table} ({len(rows[table])})", style="bold", markup=False)
        grid = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
        for column in columns:
            grid.add_column(column, overflow="fold", no_wrap=column in ("date_from", "date_to", "confidence", "mentions", "season", "kind", "role"))
        for row in rows[table]:
            cells = [row[c] for c in columns]
            if "char_start" in row and table != "mentions" and not cells[0]:
                cells[0] = text[int(row["char_start"]) : int(row["char_end"])]
            grid.add_row(*cells)
        out.print(grid, markup=False)
    out.print("Sentences", style="bold")
    told: dict[str, list[str]] = {}
    for table in ("roles", "dates", "show_companies", "show_links", "events"):
        for row in rows[table]:
            told.setdefault(row["evidence"], []).append(f"{table}: {row['rule']}")
    for sentence, rules in told.items():
        out.print(f"  {sentence}", markup=False)
        out.print(f"    {', '.join(sorted(set(rules)))}", style="dim", markup=False)


def main() -> None:
    """Entry point of the ``callsheet`` command."""
    try:
        app()
    except KeyboardInterrupt:
        err.print("callsheet: interrupted; the tables are as they were")
        sys.exit(130)


if __name__ == "__main__":
    main()
