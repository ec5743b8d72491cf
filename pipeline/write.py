"""Write: the tables as CSV with their data package, all together or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import tempfile
from pathlib import Path

from pipeline.consolidate import Row
from pipeline.records import Rejected
from pipeline.tables import TABLES, data_package

#: A text cell that begins so is a formula to a spreadsheet (OWASP): it gets a leading apostrophe.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class OutputError(OSError):
    """The output folder cannot be written; nothing that stood there was changed."""


def to_csv(columns: list[str], rows: list[Row], text_columns: set[str]) -> str:
    """Rows as RFC 4180 CSV with line feeds; text cells that a spreadsheet would run are neutralised."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(["'" + v if c in text_columns and v.startswith(FORMULA) else v for c in columns for v in [row.get(c, "")]])
    return buffer.getvalue()


def write_tables(tables: dict[str, list[Row]], rejected: list[Rejected], output: Path) -> None:
    """Write every table beside its old one first, then put all in place; raises ``OutputError``."""
    files = {f"{t}.csv": to_csv([c.name for c in columns], tables[t], {c.name for c in columns if c.type == "string"}) for t, columns in TABLES.items()}
    files["rejected.csv"] = to_csv(["source", "reason", "sha256"], [{"source": r.source, "reason": r.reason, "sha256": r.sha256} for r in rejected], {"source", "reason"})
    files["datapackage.json"] = json.dumps(data_package(), indent=2, ensure_ascii=False) + "\n"
    try:
        output.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=".callsheet-", dir=output))
        try:
            for name, content in files.items():
                (stage / name).write_text(content, encoding="utf-8", errors="replace", newline="")
            for name in files:
                os.replace(stage / name, output / name)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
    except OSError as error:
        raise OutputError(f"cannot write to {output}: {error.strerror or error}") from error
