"""The commands on a run's tables: status, export, query and the ready questions, report."""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from pipeline.console import app, err, fail, one_line, out

Folder = Annotated[Path, typer.Argument(help="Folder with a run's tables.", metavar="output")]
At = Annotated[Path, typer.Option("--output", "-o", help="Folder with a run's tables.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")]


@contextmanager
def _store(output: Path) -> Iterator[Any]:
    """The consolidated store of an output folder."""
    from pipeline.consolidate import consolidate
    from pipeline.store import StoreError, read_store

    try:
        store = read_store(output)
        if store is None or not store.current:
            raise fail(f"{output} holds no tables; make them with: callsheet run PATH -o {output}")
        consolidate(store, store.current)
        yield store
        store.close()
    except StoreError as error:
        raise fail(str(error)) from None


@app.command("status")
def status_command(output: Folder = Path("output"), as_json: Annotated[bool, typer.Option("--json", help="Print as one JSON object.")] = False) -> None:
    """What an output folder holds: when it was made, by which version, how many rows, what was rejected and why."""
    from pipeline.cli import rows_table
    from pipeline.store import StoreError, fingerprint, read_store
    from pipeline.write import changed_tables

    try:
        store = read_store(output)
    except StoreError as error:
        raise fail(str(error)) from None
    if store is None or not store.current:
        raise fail(f"{output} holds no tables; make them with: callsheet run PATH -o {output}")
    rejected = [{"source": s, "reason": r} for s, r, _ in store.rejected(store.current)]
    articles, _ = store.count(store.current)
    told = {"output": str(output), "articles": articles, "made": store.meta("at"), "version": store.meta("version"), "current": store.meta("fingerprint") == fingerprint(), "rows": json.loads(store.meta("rows")), "changed": list(changed_tables(output)), "rejected": rejected}
    store.close()
    if as_json:
        out.print_json(data=told)
        return
    out.print(f"{articles:,} articles, written {told['made']} by callsheet {told['version']}", markup=False)
    if not told["current"]:
        out.print("Code, data or configuration have changed since: the next run reads all articles again")
    if told["changed"]:
        out.print(f"Not as they were written: {', '.join(told['changed'])}")
    out.print(rows_table(told["rows"]))
    for r in rejected[:20]:
        out.print(f"rejected  {one_line(r['source'])}: {one_line(r['reason'])}", markup=False, soft_wrap=True)
    if len(rejected) > 20:
        out.print(f"… and {len(rejected) - 20} more in {output / 'rejected.csv'}", markup=False)


@app.command("export")
def export_command(
    output: Folder = Path("output"),
    formats: Annotated[str, typer.Option("--format", help="csv, xlsx, sqlite, parquet, duckdb, jsonl; several joined by commas.")] = "xlsx",
    tables: Annotated[str, typer.Option(help="Only these tables, joined by commas.")] = "",
    to: Annotated[Path | None, typer.Option(help="Folder for the files; the output folder itself where it is not given.")] = None,
    delimiter: Annotated[str, typer.Option(help="What parts the cells of the CSV.")] = ",",
    excel: Annotated[bool, typer.Option("--excel", help="CSV with a byte-order mark.")] = False,
    raw: Annotated[bool, typer.Option("--raw", help="Leave cells that begin like a formula as they are.")] = False,
) -> None:
    """Write a run's tables in other formats; nothing is read again."""
    import os
    import shutil

    from pipeline.consolidate import table_rows
    from pipeline.export import FORMATS
    from pipeline.tables import TABLES
    from pipeline.write import CsvStyle, export_formats, write_csv

    wanted = [t.strip() for t in tables.split(",") if t.strip()] or list(TABLES)
    if unknown := [t for t in wanted if t not in TABLES]:
        raise fail(f"--tables: {unknown[0]!r} is no table; there are {', '.join(TABLES)}")
    if len(delimiter) != 1:
        raise fail(f"--delimiter {delimiter!r} is not one character")
    try:
        others = export_formats(formats)
    except ValueError as error:
        raise fail(f"--format: {error}") from None
    as_csv = "csv" in [f.strip() for f in formats.split(",")]
    if as_csv and to is None:
        raise fail("--format csv needs --to FOLDER: the CSV in the output folder belongs to the run")
    target = to or output
    with _store(output) as store:
        try:
            target.mkdir(parents=True, exist_ok=True)
            for f in others:
                name, write = FORMATS[f]
                stage = target / f".callsheet-{name}"
                shutil.rmtree(stage, ignore_errors=True)
                stage.unlink(missing_ok=True)
                write(store, stage, wanted, lambda line: err.print(f"callsheet: {line}", markup=False, soft_wrap=True))
                if stage.is_dir():
                    shutil.rmtree(target / name, ignore_errors=True)
                os.replace(stage, target / name)
                out.print(f"{target / name}", markup=False, soft_wrap=True)
            for table in wanted if as_csv else ():
                write_csv(target / f"{table}.csv", TABLES[table], table_rows(store, table), CsvStyle(delimiter, excel, raw))
                out.print(f"{target / table}.csv", markup=False, soft_wrap=True)
        except ImportError as error:
            raise fail(str(error)) from None
        except OSError as error:
            raise fail(f"cannot write to {target}: {error.strerror or error}") from None


@contextmanager
def _database(output: Path) -> Iterator[sqlite3.Connection]:
    """The tables as a SQLite database in memory, to be read only."""
    from pipeline.export import fill_sqlite
    from pipeline.tables import TABLES

    with _store(output) as store:
        db = sqlite3.connect(":memory:")
        fill_sqlite(db, store, tuple(TABLES))
        db.execute("PRAGMA query_only = ON")
        yield db
        db.close()


def _print_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]], as_csv: bool) -> None:
    if as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
        return
    grid = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    told = [[one_line("" if v is None else str(v)) for v in row] for row in rows]
    full = [n for n in range(len(columns)) if not rows or any(row[n] for row in told)]  # a column that says nothing takes no room
    for n in full:
        grid.add_column(columns[n], overflow="fold", no_wrap=max((len(row[n]) for row in told), default=0) <= 12)
    for row in told:
        grid.add_row(*(row[n] for n in full))
    out.print(grid, markup=False)
    out.print(f"{len(rows)} row{'' if len(rows) == 1 else 's'}", style="dim")


def _ask(output: Path, sql: str, values: Sequence[Any], as_csv: bool, nothing: str = "") -> None:
    with _database(output) as db:
        try:
            found = db.execute(sql, values)
            rows = found.fetchall()
        except sqlite3.Error as error:
            raise fail(f"{error}; the tables are {', '.join(r[0] for r in db.execute('SELECT name FROM sqlite_master WHERE type = ' + repr('table')))}") from None
        if not rows and nothing:
            raise fail(nothing)
        _print_rows([d[0] for d in found.description or ()], rows, as_csv)


@app.command("query")
def query_command(output: Folder, sql: Annotated[str, typer.Argument(help="A SELECT over the tables.", metavar="SQL")], as_csv: AsCsv = False) -> None:
    """Ask the tables in SQL."""
    _ask(output, sql, (), as_csv)


CREDITS = """
SELECT a.published AS told, r.person, r.role, r.title, coalesce(r.show, r.company) AS "of", r.season, r.character, r.status, r.article_id
FROM roles r JOIN articles a USING (article_id) WHERE r.person_id IN (
  SELECT person_id FROM people WHERE lower(name) = lower(?1) OR '|' || lower(coalesce(aliases, '')) || '|' LIKE '%|' || lower(?1) || '|%' OR person_id = lower(?1))
ORDER BY a.published, 5, r.role"""

TIMELINE = """
SELECT day AS "from", until AS "to", what, season, company, words, article_id FROM (
  SELECT date_from AS day, date_to AS until, kind AS what, season, NULL AS company, text AS words, article_id, show_id FROM dates
  UNION ALL SELECT coalesce(e.date_from, a.published), e.date_to, e.event, e.season, e.company, CASE WHEN e.date_from IS NULL THEN 'told ' || a.published END, e.article_id, e.show_id FROM events e JOIN articles a USING (article_id))
WHERE show_id IN (SELECT show_id FROM shows WHERE lower(title) = lower(?1) OR '|' || lower(coalesce(aliases, '')) || '|' LIKE '%|' || lower(?1) || '|%' OR show_id = lower(?1))
ORDER BY day IS NULL, day, what"""

SHOWS = """
SELECT s.title, s.kind, group_concat(DISTINCT CASE c.relation WHEN 'network' THEN c.company END) AS network, group_concat(DISTINCT CASE c.relation WHEN 'production' THEN c.company END) AS production,
  (SELECT group_concat(DISTINCT r.person) FROM roles r WHERE r.show_id = s.show_id AND r.role = 'Creator') AS creators, s.articles
FROM shows s LEFT JOIN show_companies c USING (show_id)
WHERE (?1 = '' OR s.show_id IN (SELECT show_id FROM show_companies WHERE relation = 'network' AND (lower(company) = lower(?1) OR company_id = lower(?1))))
  AND (?2 = '' OR s.show_id IN (SELECT show_id FROM show_companies WHERE relation <> 'network' AND (lower(company) = lower(?2) OR company_id = lower(?2))))
  AND (?3 = '' OR s.kind = ?3)
GROUP BY s.show_id ORDER BY s.articles DESC, s.title"""


@app.command("credits")
def credits_command(person: Annotated[str, typer.Argument(help="A person's name, other name or id.", metavar="NAME")], output: At = Path("output"), as_csv: AsCsv = False) -> None:
    """Everything a person does or did, by the articles."""
    _ask(output, CREDITS, (person,), as_csv, f"{person!r} has no credit in {output}")


@app.command("timeline")
def timeline_command(show: Annotated[str, typer.Argument(help="A show's title, other title or id.", metavar="SHOW")], output: At = Path("output"), as_csv: AsCsv = False) -> None:
    """What happened to a show, by date."""
    _ask(output, TIMELINE, (show,), as_csv, f"{show!r} has no date or event in {output}")


@app.command("shows")
def shows_command(
    network: Annotated[str, typer.Option(help="Only shows of this network or streamer.")] = "",
    company: Annotated[str, typer.Option(help="Only shows that this company makes or sells.")] = "",
    kind: Annotated[str, typer.Option(help="Only series, film, special, podcast or other.")] = "",
    output: At = Path("output"),
    as_csv: AsCsv = False,
) -> None:
    """The shows of a run, with who shows, makes and created them."""
    _ask(output, SHOWS, (network, company, kind), as_csv)


@app.command("report")
def report_command(output: Folder = Path("output"), to: Annotated[Path | None, typer.Option(help="The HTML file; report.html in the output folder where it is not given.")] = None) -> None:
    """Write a self-contained page: the tables searchable, each row with its sentence in the article, who works with whom, and a timeline."""
    from pipeline.report import write_report

    file = to or output / "report.html"
    with _store(output) as store:
        try:
            write_report(store, file)
        except ImportError as error:
            raise fail(f"{error}; install callsheet[report]") from None
        except OSError as error:
            raise fail(f"cannot write {file}: {error.strerror or error}") from None
    out.print(f"{file}", markup=False, soft_wrap=True)
