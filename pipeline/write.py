"""Write: the tables as CSV with their data package, all together or not at all.

Everything is written in a folder beside first. A line in the journal then says that it is complete,
and the files are renamed into place; whoever finds the journal after a crash finishes the renames.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.consolidate import table_rows
from pipeline.export import FORMATS, Note
from pipeline.store import FOLDER, Store
from pipeline.tables import TABLES, Column, data_package

#: A text cell that begins so is a formula to a spreadsheet (OWASP): it gets a leading apostrophe.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
#: Characters that change the direction of text around them: invisible, and a way to disguise a cell.
BIDI = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
REJECTED = tuple(Column(c) for c in ("source", "reason", "sha256"))
#: The folder within the store's where the next tables are made ready, and the file that says they are complete.
STAGE, JOURNAL = "next", "complete"

Cells = Iterable[str | int | float | None]


class OutputError(OSError):
    """The output folder cannot be written; nothing that stood there was changed."""


@dataclass(frozen=True, slots=True)
class CsvStyle:
    """How CSV is written: the delimiter, a byte-order mark for Excel, formulas left as they are."""

    delimiter: str = ","
    bom: bool = False
    raw: bool = False


def write_csv(file: Path, columns: tuple[Column, ...], rows: Iterable[Cells], style: CsvStyle) -> int:
    """Rows as RFC 4180 CSV with line feeds, text cells made safe for spreadsheets; the number of rows."""
    text = [c.type == "string" for c in columns]
    count = 0
    with file.open("w", encoding="utf-8-sig" if style.bom else "utf-8", newline="") as out:
        writer = csv.writer(out, delimiter=style.delimiter, lineterminator="\n")
        quoting = csv.writer(out, delimiter=style.delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow([c.name for c in columns])
        for row in rows:
            cells = [safe(v, style.raw) if is_text and v else "" if v is None else v for v, is_text in zip(row, text, strict=True)]
            # the module quotes a cell for a line feed, but not for a carriage return, which also ends a line to who reads it
            (quoting if any("\r" in c for c in cells if isinstance(c, str)) else writer).writerow(cells)
            count += 1
        out.flush()
        os.fsync(out.fileno())
    return count


def safe(value: str | int | float, raw: bool = False) -> str:
    """A text cell that no spreadsheet runs; without the marks of direction, and without NUL.

    >>> safe("=1+1"), safe("-"), safe("9-1-1"), safe("=1+1", raw=True)
    ("'=1+1", "'-", '9-1-1', '=1+1')
    """
    cell = str(value).translate(BIDI).replace("\0", "")
    return "'" + cell if cell.startswith(FORMULA) and not raw else cell


def export_formats(told: str) -> tuple[str, ...]:
    """Formats joined by commas; raises ``ValueError`` for one that is none."""
    wanted = tuple(f.strip() for f in told.split(",") if f.strip() and f.strip() != "csv")
    for f in wanted:
        if f not in FORMATS:
            raise ValueError(f"{f!r} is no format; there are csv, {', '.join(FORMATS)}")
    return wanted


def write_tables(store: Store, run: int, output: Path, style: CsvStyle, formats: tuple[str, ...] = (), note: Note = lambda _: None) -> dict[str, int]:
    """Write a consolidated run's tables, as CSV and in further formats; rows by table. Raises ``OutputError``, and then the old tables stand whole."""
    stage = output / FOLDER / STAGE
    counts: dict[str, int] = {}
    try:
        shutil.rmtree(stage, ignore_errors=True)
        stage.mkdir()
        for table, columns in TABLES.items():
            counts[table] = write_csv(stage / f"{table}.csv", columns, table_rows(store, table), style)
        write_csv(stage / "rejected.csv", REJECTED, store.rejected(run), style)
        hashes = {t: (file_hash(stage / f"{t}.csv"), (stage / f"{t}.csv").stat().st_size) for t in TABLES}
        package = json.dumps(data_package(hashes, style.delimiter), indent=2, ensure_ascii=False) + "\n"
        (stage / "datapackage.json").write_text(package, encoding="utf-8")
        for f in formats:
            name, export = FORMATS[f]
            export(store, stage / name, tuple(TABLES), note)
        (stage / JOURNAL).write_text("", encoding="utf-8")
        finish_writing(output)
    except OSError as error:
        raise OutputError(f"cannot write to {output}: {error.strerror or error}") from error
    return counts


def finish_writing(output: Path) -> None:
    """Rename tables that are complete into place; what is not complete goes."""
    stage = output / FOLDER / STAGE
    if (stage / JOURNAL).exists():
        for file in sorted(stage.iterdir(), key=lambda f: (f.name == "datapackage.json", f.name)):
            if file.name != JOURNAL:
                if file.is_dir():
                    shutil.rmtree(output / file.name, ignore_errors=True)
                os.replace(file, output / file.name)
        (stage / JOURNAL).unlink()
    shutil.rmtree(stage, ignore_errors=True)


def file_hash(file: Path) -> str:
    with file.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def changed_tables(output: Path) -> Iterator[str]:
    """The names of tables that do not fit their data package: none, unless a run is just putting new ones in place."""
    package = json.loads((output / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        if file_hash(output / resource["path"]) != resource["hash"].removeprefix("sha256:"):
            yield resource["name"]
