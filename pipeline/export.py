"""A run's tables in other formats: Excel, SQLite, DuckDB, Parquet, JSON Lines. All hold the values as read, typed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipeline.consolidate import ENTITY_TABLES, table_rows
from pipeline.store import Store
from pipeline.tables import FACT_TABLES, PRIMARY_KEYS, TABLES, Column, describe

#: Excel's limits: rows of a sheet, characters of a cell, links of a sheet.
MOST_ROWS, MOST_CHARACTERS, MOST_LINKS = 1_048_576, 32_767, 65_000
#: The widest a column of a sheet gets, in characters.
WIDEST = 60
SQL_TYPES = {"string": "TEXT", "integer": "INTEGER", "number": "REAL", "date": "DATE"}
Note = Callable[[str], None]


class MissingLibrary(ImportError):
    """A format needs a library that is an extra."""


def typed(columns: Sequence[Column], row: Sequence[Any]) -> list[Any]:
    """A row's cells as numbers and texts; None for what is missing."""
    return [None if v in ("", None) else int(v) if c.type == "integer" else float(v) if c.type == "number" else str(v) for c, v in zip(columns, row, strict=True)]


def typed_rows(store: Store, table: str) -> Iterator[list[Any]]:
    for row in table_rows(store, table):
        yield typed(TABLES[table], row)


# ── SQLite ───────────────────────────────────────────────────────────────────────────────────────


def schema_of(table: str, keys: bool = True) -> str:
    """SQL that makes a table, with its keys where all tables stand together."""
    parts = []
    for c in TABLES[table]:
        if not keys:
            parts.append(f'"{c.name}" {SQL_TYPES[c.type]}')
            continue
        key = " PRIMARY KEY" if PRIMARY_KEYS.get(table) == c.name else " NOT NULL" if c.required else ""
        to = f' REFERENCES "{c.table}" ("{PRIMARY_KEYS[c.table]}")' if c.table else ""
        parts.append(f'"{c.name}" {SQL_TYPES[c.type]}{key}{to}')
    return f'CREATE TABLE "{table}" ({", ".join(parts)})'


def fill_sqlite(db: sqlite3.Connection, store: Store, tables: Sequence[str]) -> None:
    """The tables in a SQLite database, with foreign keys, and an index on every id."""
    for table in (t for t in TABLES if t in tables):
        db.execute(schema_of(table, set(tables) == set(TABLES)))
        db.executemany(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(TABLES[table]))})', typed_rows(store, table))
        for c in TABLES[table]:
            if (c.name.endswith("_id") and PRIMARY_KEYS.get(table) != c.name) or c.name in ("title", "name"):
                db.execute(f'CREATE INDEX "{table}_{c.name}" ON "{table}" ("{c.name}")')
    db.commit()


def to_sqlite(store: Store, file: Path, tables: Sequence[str], note: Note) -> None:
    db = sqlite3.connect(file)
    try:
        fill_sqlite(db, store, tables)
    finally:
        db.close()


# ── Excel ────────────────────────────────────────────────────────────────────────────────────────


def to_xlsx(store: Store, file: Path, tables: Sequence[str], note: Note) -> None:
    """One workbook: a sheet for each table, typed cells, frozen and filtered headers, ids linked to their sheets; the first sheet explains the columns."""
    import xlsxwriter

    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"})
    head = book.add_format({"bold": True, "bg_color": "#E8EDF3", "bottom": 1})
    link = book.add_format({"font_color": "#1F4E79", "underline": 0})
    about = book.add_worksheet("About")
    about.write_row(0, 0, ("sheet", "column", "what it says"), head)
    about.freeze_panes(1, 0)
    about.set_column(0, 1, 18)
    about.set_column(2, 2, 90)
    lines = [(t, c.name, describe(t, c.name)) for t in tables for c in TABLES[t]]
    for n, line in enumerate(lines, 1):
        about.write_row(n, 0, line)
    places: dict[tuple[str, str], int] = {}
    for table in (t for t in (*ENTITY_TABLES, "articles") if t in tables):
        for n, row in enumerate(table_rows(store, table), 2):
            places[table, str(row[0])] = n
    for table in tables:
        _sheet(book, store, table, head, link, places, note)
    book.close()


def _sheet(book: Any, store: Store, table: str, head: Any, link: Any, places: dict[tuple[str, str], int], note: Note) -> None:
    columns = TABLES[table]
    sheet: Any = None
    count, links = MOST_ROWS, 0
    part = 0
    for row in typed_rows(store, table):
        if count >= MOST_ROWS:
            _close(sheet, count, len(columns))
            part += 1
            sheet = _open(book, table if part == 1 else f"{table} {part}", columns, head)
            count, links = 1, 0
            if part == 2:
                note(f"{table} has more rows than a sheet of Excel holds; it goes on in further sheets")
        for x, (c, value) in enumerate(zip(columns, row, strict=True)):
            if value is None:
                continue
            if c.type == "date":
                sheet.write_datetime(count, x, date.fromisoformat(value))
            elif c.type in ("integer", "number"):
                sheet.write_number(count, x, value)
            else:
                if len(value) > MOST_CHARACTERS:
                    note(f"{table}, row {count + 1}, {c.name}: longer than a cell of Excel holds, cut to {MOST_CHARACTERS} characters")
                    value = value[:MOST_CHARACTERS]
                place = places.get((c.table, value)) if c.table else None
                if place and links < MOST_LINKS:
                    links += 1
                    sheet.write_url(count, x, f"internal:'{c.table}'!A{place}", link, value)
                else:
                    sheet.write_string(count, x, value)
        count += 1
    _close(sheet or _open(book, table, columns, head), count if sheet else 1, len(columns))


def _open(book: Any, name: str, columns: Sequence[Column], head: Any) -> Any:
    sheet = book.add_worksheet(name)
    for x, c in enumerate(columns):
        wide = {"evidence": WIDEST, "source": 30, "aliases": 30, "title": 30, "rule": 16}.get(c.name, 24 if c.name.endswith("_id") or c.type == "string" else 11)
        sheet.set_column(x, x, max(wide, len(c.name) + 3))
        sheet.write_string(0, x, c.name, head)
    sheet.freeze_panes(1, 1)
    return sheet


def _close(sheet: Any, rows: int, columns: int) -> None:
    if sheet is not None:
        sheet.autofilter(0, 0, max(rows - 1, 1), columns - 1)


# ── Parquet, DuckDB ──────────────────────────────────────────────────────────────────────────────


def to_parquet(store: Store, folder: Path, tables: Sequence[str], note: Note) -> None:
    """A folder with one Parquet file for each table."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise MissingLibrary("Parquet needs pyarrow: install callsheet[parquet]") from None
    types = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "date": pa.date32()}
    folder.mkdir()
    for table in tables:
        schema = pa.schema([(c.name, types[c.type]) for c in TABLES[table]])
        dates = [c.type == "date" for c in TABLES[table]]
        with parquet.ParquetWriter(folder / f"{table}.parquet", schema) as writer:
            for batch in _batches(typed_rows(store, table), 10_000):
                columns = [[date.fromisoformat(v) if v and is_date else v for v in column] for column, is_date in zip(zip(*batch, strict=True), dates, strict=True)]
                writer.write_table(pa.table(columns, schema=schema))


def to_duckdb(store: Store, file: Path, tables: Sequence[str], note: Note) -> None:
    try:
        import duckdb
    except ImportError:
        raise MissingLibrary("DuckDB needs duckdb: install callsheet[duckdb]") from None
    with TemporaryDirectory() as folder, duckdb.connect(str(file)) as db:
        for table in tables:
            columns = {c.name: {"TEXT": "VARCHAR", "REAL": "DOUBLE", "INTEGER": "BIGINT"}.get(SQL_TYPES[c.type], "DATE") for c in TABLES[table]}
            rows = Path(folder) / f"{table}.jsonl"
            with rows.open("w", encoding="utf-8") as out:
                for row in typed_rows(store, table):
                    out.write(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False) + "\n")
            listed = ", ".join(f"'{n}': '{t}'" for n, t in columns.items())
            db.execute(f'CREATE TABLE "{table}" AS SELECT * FROM read_json(?, format = \'newline_delimited\', columns = {{{listed}}}, maximum_object_size = 67108864)', [str(rows)])


def _batches(rows: Iterator[list[Any]], size: int) -> Iterator[list[list[Any]]]:
    batch: list[list[Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


# ── JSON Lines ───────────────────────────────────────────────────────────────────────────────────


def to_jsonl(store: Store, file: Path, tables: Sequence[str], note: Note) -> None:
    """One article on each line, with its text and its facts nested by table."""
    told = [t for t in (*FACT_TABLES, "mentions") if t in tables]
    names = {t: [c.name for c in TABLES[t]] for t in TABLES}
    streams = {t: _by_article(typed_rows(store, t), names[t].index("article_id")) for t in told}
    heads = {t: next(s, None) for t, s in streams.items()}
    with file.open("w", encoding="utf-8") as out:
        for row in typed_rows(store, "articles"):
            article = {n: v for n, v in zip(names["articles"], row, strict=True) if v is not None}
            article["text"] = store.db.execute("SELECT r.text FROM art a JOIN results r ON r.id = a.result WHERE a.article_id = ?", (row[0],)).fetchone()[0]
            for t in told:
                head = heads[t]
                rows = head[1] if head and head[0] == row[0] else []
                if rows:
                    heads[t] = next(streams[t], None)
                article[t] = [{n: v for n, v in zip(names[t], r, strict=True) if v is not None and n != "article_id"} for r in rows]
            out.write(json.dumps(article, ensure_ascii=False) + "\n")


def _by_article(rows: Iterator[list[Any]], at: int) -> Iterator[tuple[str, list[list[Any]]]]:
    from itertools import groupby

    for article, group in groupby(rows, lambda r: str(r[at])):
        yield article, list(group)


#: format -> (name of its file or folder in the output, writer)
FORMATS: dict[str, tuple[str, Callable[[Store, Path, Sequence[str], Note], None]]] = {
    "xlsx": ("callsheet.xlsx", to_xlsx),
    "sqlite": ("callsheet.sqlite", to_sqlite),
    "parquet": ("parquet", to_parquet),
    "duckdb": ("callsheet.duckdb", to_duckdb),
    "jsonl": ("articles.jsonl", to_jsonl),
}
