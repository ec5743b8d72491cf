"""The command line of a run: run, merge and show; those on a run's tables are in cli_output, those on annotations in cli_annotations. Exit codes: 0 all well, 1 some sources rejected, 2 usage or fatal, 130 interrupted."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from pipeline import cli_annotations, cli_output  # noqa: F401  (their commands)
from pipeline.console import app, err, fail, one_line, out
from pipeline.tables import TABLES

if TYPE_CHECKING:
    from pipeline.flow import Result
    from pipeline.records import Facts


#: Sources under which a run reads in its own process (a process of its own takes longer to start than to read), and from which it takes all cores.
FEW, MANY = 4, 20


def parse_day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise fail(f"--published {text!r} is no date: write it as 2024-04-17") from None


def parse_shard(text: str | None) -> tuple[int, int]:
    if text is None:
        return 1, 1
    part, _, parts = text.partition("/")
    if not (part.isdigit() and parts.isdigit() and 1 <= int(part) <= int(parts)):
        raise fail(f"--shard {text!r} is no share: write it as 2/8, the second of eight")
    return int(part), int(parts)


def take_config(path: Path | None) -> None:
    from pipeline.config import ConfigError, use_config

    try:
        use_config(path)
    except ConfigError as error:
        raise fail(str(error)) from None


@contextmanager
def _progress(paths: list[str], quiet: bool) -> Iterator[Callable[[int], None]]:
    """A bar with rate and time left on a terminal; nothing elsewhere."""
    if quiet or not err.is_terminal:
        yield lambda _: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from pipeline.read import count_sources

    rate = TextColumn("{task.fields[rate]}")
    with Progress(TextColumn("Reading"), BarColumn(), MofNCompleteColumn(), rate, TimeRemainingColumn(), console=err, transient=True) as bar:
        task = bar.add_task("", total=count_sources(paths), rate="")

        def advance(done: int) -> None:
            bar.advance(task, done)
            shown = bar.tasks[task]
            bar.update(task, total=max(shown.total or 0, shown.completed), rate=f"{shown.speed:.1f} a second" if shown.speed else "")

        yield advance


Paths = Annotated[list[str], typer.Argument(help="Files, folders, patterns: .txt .md .html .eml .docx .pdf .csv .tsv .jsonl .parquet .rss .atom .xml, packed as .gz .zip .tar or not; - reads one text from standard input.", metavar="PATH...")]
Output = Annotated[Path, typer.Option("--output", "-o", help="Folder for the tables; made where it is missing.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no summary; errors only.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")]


@app.command("run")
def run_command(
    paths: Paths,
    output: Output = Path("output"),
    published: Annotated[str | None, typer.Option(help="The articles' own date (YYYY-MM-DD), above what they say themselves.")] = None,
    workers: Annotated[int, typer.Option("--workers", "-w", min=0, help="Processes that read. Without it: one for each core for many articles, this one alone for fewer than four.")] = 0,
    limit: Annotated[float, typer.Option(min=0.1, help="Seconds that one article may take before it is rejected.")] = 30.0,
    keep_removed: Annotated[bool, typer.Option("--keep-removed", help="Keep in the tables what an earlier run read and this one is not given.")] = False,
    split: Annotated[bool, typer.Option("--split", help="Part a file at ruled lines (----, ====) where it holds several articles.")] = False,
    text_column: Annotated[str, typer.Option(help="Column with the text, in .csv, .jsonl and .parquet.")] = "",
    id_column: Annotated[str, typer.Option(help="Column with each article's id.")] = "",
    date_column: Annotated[str, typer.Option(help="Column with each article's date.")] = "",
    formats: Annotated[str, typer.Option("--format", help="Further formats beside the CSV, joined by commas: xlsx, sqlite, parquet, duckdb, jsonl.")] = "",
    delimiter: Annotated[str, typer.Option(help="What parts the cells of the CSV; ';' suits Excel where the comma is decimal.")] = ",",
    excel: Annotated[bool, typer.Option("--excel", help="CSV with a byte-order mark, by which Excel knows UTF-8.")] = False,
    raw: Annotated[bool, typer.Option("--raw", help="Leave cells that begin like a formula as they are.")] = False,
    config: Annotated[Path | None, typer.Option(help="A callsheet.toml with your own names; the one in this folder is taken where there is one.")] = None,
    shard: Annotated[str | None, typer.Option(help="Read only a share of the sources: 2/8 is the second of eight. Bring the shares together with merge.")] = None,
    engine: Annotated[str, typer.Option(help="local, or dask: a cluster of machines (needs callsheet[dask]).")] = "local",
    scheduler: Annotated[str, typer.Option(help="Address of a Dask scheduler; without it Dask runs on this machine.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be read, and change nothing.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Stay, and run again whenever something changes in PATH.")] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Read articles and write the ten CSV tables and datapackage.json; what was read before and is unchanged is not read again."""
    day = parse_day(published)
    share = parse_shard(shard)
    if len(delimiter) != 1:
        raise fail(f"--delimiter {delimiter!r} is not one character")
    from pipeline.read import Columns, ReadOptions, count_sources, holds_many

    take_config(config)
    from pipeline.flow import Options, plan, run_files
    from pipeline.store import StoreError
    from pipeline.write import CsvStyle, OutputError, export_formats

    try:
        wanted = export_formats(formats)
    except ValueError as error:
        raise fail(f"--format: {error}") from None
    count = count_sources(paths)
    processes = workers or (0 if count < FEW and not holds_many(paths) else 1 if count < MANY else os.cpu_count() or 1)
    options = Options(ReadOptions(day, share, Columns(text_column, id_column, date_column), split), processes, limit, keep_removed, CsvStyle(delimiter, excel, raw), wanted)
    if dry_run:
        _print_plan(plan(paths, output, options), as_json)
        return
    before = ""
    while True:
        try:
            with _progress(paths, quiet or as_json) as progress:
                if engine == "dask":
                    from pipeline.cluster import run_dask

                    result: Result = run_dask(paths, output, options, scheduler, progress)
                elif engine == "local":
                    result = run_files(paths, output, options, progress)
                else:
                    raise fail(f"--engine {engine!r} is neither local nor dask")
        except (OutputError, StoreError, ImportError) as error:
            raise fail(str(error)) from None
        _print_result(result, output, quiet, as_json)
        if not watch:
            break
        before = _wait_for_change(paths, before, quiet)
    if not result.articles:
        raise fail(f"no article could be read; {output} is as it was")
    if result.rejected:
        raise typer.Exit(1)


def _print_result(result: Result, output: Path, quiet: bool, as_json: bool) -> None:
    for r in result.rejected:
        err.print(f"callsheet: {one_line(r.source)}: {one_line(r.reason)}", soft_wrap=True, markup=False)
    if as_json:
        out.print_json(data={"output": str(output), "articles": result.articles, "extracted": result.extracted, "removed": result.removed, "rejected": [{"source": r.source, "reason": r.reason} for r in result.rejected], "rows": result.rows})
    elif not quiet and result.articles:
        unchanged = result.articles - result.extracted
        out.print(f"{result.articles} articles: {result.extracted} read, {unchanged} unchanged, {result.removed} gone; {len(result.rejected)} rejected")
        out.print(rows_table(result.rows))
        out.print(f"Tables are in {output}", soft_wrap=True, markup=False)


def rows_table(rows: Mapping[str, int]) -> Table:
    table = Table("table", "rows", box=SIMPLE_HEAD)
    table.columns[1].justify = "right"
    for name in TABLES:
        table.add_row(name, f"{rows.get(name, 0):,}")
    return table


def _print_plan(counts: Mapping[str, int], as_json: bool) -> None:
    if as_json:
        out.print_json(data=counts)
        return
    for what, n in counts.items():
        out.print(f"{n:7,} {what}")
    out.print("Nothing was read or written (--dry-run)")


def _wait_for_change(paths: list[str], before: str, quiet: bool) -> str:
    """Sleep until a file named by the paths comes, goes or changes and then stays so for a second; what was seen."""
    from time import sleep

    from pipeline.read import signature

    seen = before or signature(paths)
    if not quiet:
        err.print("callsheet: waiting for changes; Ctrl-C ends it")
    while True:
        sleep(1)
        now = signature(paths)
        if now != seen:
            sleep(1)
            if now == signature(paths):
                return now


@app.command("merge")
def merge_command(
    shares: Annotated[list[Path], typer.Argument(help="Output folders of runs with --shard.", metavar="FOLDER...")],
    output: Output = Path("output"),
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Bring the shares of a run together: the same tables as one run over all sources."""
    from pipeline.flow import merge
    from pipeline.store import StoreError
    from pipeline.write import OutputError

    try:
        result = merge(shares, output)
    except (OutputError, StoreError) as error:
        raise fail(str(error)) from None
    _print_result(result, output, quiet, as_json)


@app.command("show")
def show_command(
    article: Annotated[str, typer.Argument(help="One article, or - for standard input.")],
    published: Annotated[str | None, typer.Option(help="The article's own date (YYYY-MM-DD).")] = None,
) -> None:
    """Print one article's mentions and facts, the rule behind each and the sentence it was read from."""
    day = parse_day(published)
    take_config(None)
    from pipeline.flow import extract_article
    from pipeline.read import ReadOptions, read_articles
    from pipeline.records import Rejected

    items = list(read_articles([article], ReadOptions(day)))
    if len(items) != 1:
        raise fail(f"{article}: show takes one article, these are {len(items)}")
    if isinstance(items[0], Rejected):
        raise fail(f"{items[0].source}: {items[0].reason}")
    _print_facts(extract_article(items[0]))


def _print_facts(facts: Facts) -> None:
    from pipeline.consolidate import tables_of

    rows = tables_of([facts])
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
        err.print("callsheet: interrupted; the tables are as they were, and what was read is kept for the next run")
        sys.exit(130)


if __name__ == "__main__":
    main()
