"""The store of an output folder: what each article gave, in SQLite, so that no article is read twice.

``results`` holds one row for each text that was read, by its key (text, given metadata, and the
fingerprint of code, data and models); beside it stand the stored tables of ``pipeline.rows``.
``sources`` says which file, in which run, had which result, or why it was rejected. A run writes
its own ``sources``; only when it is done does it take the place of the one before.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

from pipeline.config import config_bytes
from pipeline.rows import ARTICLE, STORED, ArticleRows

#: The store's folder within an output folder, and its files.
FOLDER, DATABASE, LOCK = ".callsheet", "store.sqlite", "lock"
#: Changed when a stored table is: an older store is then made anew.
SCHEMA = 1
_TABLES = (
    f"CREATE TABLE results (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, {', '.join(ARTICLE)})",
    *("CREATE TABLE stored_{} (result INTEGER NOT NULL, {})".format(t, ", ".join(f'"{c}"' for c in columns)) for t, columns in STORED.items()),
    *(f"CREATE INDEX of_{t} ON stored_{t} (result)" for t in STORED if t != "entities"),
    "CREATE UNIQUE INDEX of_entities ON stored_entities (result, local)",
    "CREATE TABLE sources (run INTEGER NOT NULL, source TEXT NOT NULL, stem TEXT, result INTEGER, reason TEXT, sha256 TEXT, PRIMARY KEY (run, source)) WITHOUT ROWID",
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID",
)


class StoreError(OSError):
    """The store cannot be opened or written; the tables that stand are whole."""


class Busy(StoreError):
    """Another run holds the output folder."""


class Store:
    """An open store; ``path`` None is one in memory, for tables that are only handed on."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.db = sqlite3.connect(":memory:" if path is None else path, isolation_level=None)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = NORMAL")
        self.db.execute("PRAGMA cache_size = -16000")
        if self._version() != SCHEMA:
            self._make()
        self.db.execute("BEGIN")

    def _version(self) -> int:
        return int(self.db.execute("PRAGMA user_version").fetchone()[0])

    def _make(self) -> None:
        self.db.execute("BEGIN")
        for (name,) in self.db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").fetchall():
            self.db.execute(f'DROP TABLE "{name}"')
        for statement in _TABLES:
            self.db.execute(statement)
        self.db.execute(f"PRAGMA user_version = {SCHEMA}")
        self.db.execute("COMMIT")

    def commit(self) -> None:
        self.db.execute("COMMIT")
        self.db.execute("BEGIN")

    def close(self) -> None:
        self.db.close()

    # ── results ──────────────────────────────────────────────────────────────────────────────────

    def find(self, key: str) -> int | None:
        row = self.db.execute("SELECT id FROM results WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def add(self, key: str, rows: ArticleRows) -> int:
        """Keep what one article gave; its result's number."""
        if (old := self.find(key)) is not None:
            return old
        result = self.db.execute(f"INSERT INTO results (key, {', '.join(ARTICLE)}) VALUES (?{', ?' * len(ARTICLE)})", (key, *rows.article)).lastrowid
        assert result is not None
        for table, columns in STORED.items():
            self.db.executemany(f"INSERT INTO stored_{table} VALUES (?{', ?' * len(columns)})", ((result, *row) for row in rows.rows[table]))
        return result

    # ── runs ─────────────────────────────────────────────────────────────────────────────────────

    def meta(self, name: str) -> str:
        row = self.db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def set_meta(self, **values: str) -> None:
        self.db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    @property
    def current(self) -> int:
        """The number of the last run that was done, 0 where there is none."""
        return int(self.meta("run") or 0)

    def begin(self) -> int:
        """The number of a new run; what a broken run left of its sources goes, its results stay."""
        run = self.current + 1
        self.db.execute("DELETE FROM sources WHERE run <> ?", (self.current,))
        return run

    def note(self, run: int, source: str, stem: str, result: int | None, reason: str = "", sha256: str = "") -> bool:
        """Say what became of a source; False where this run has met it already."""
        done = self.db.execute("INSERT OR IGNORE INTO sources VALUES (?, ?, ?, ?, ?, ?)", (run, source, stem, result, reason, sha256))
        return done.rowcount > 0

    def keep_removed(self, run: int) -> None:
        """Take over the articles of the last run that this one was not given."""
        self.db.execute("INSERT OR IGNORE INTO sources SELECT ?, source, stem, result, reason, sha256 FROM sources WHERE run = ? AND result IS NOT NULL", (run, self.current))

    def removed(self, run: int) -> int:
        """How many articles of the last run this one does not hold."""
        return int(self.db.execute("SELECT count(*) FROM sources WHERE run = ? AND result IS NOT NULL AND source NOT IN (SELECT source FROM sources WHERE run = ? AND result IS NOT NULL)", (self.current, run)).fetchone()[0])

    def finish(self, run: int, **meta: str) -> None:
        """The run is the current one now; results that no source has any more go."""
        self.set_meta(run=str(run), **meta)
        self.db.execute("DELETE FROM sources WHERE run <> ?", (run,))
        self.db.execute("CREATE TEMP TABLE unused AS SELECT id FROM results WHERE id NOT IN (SELECT result FROM sources WHERE result IS NOT NULL)")
        for table in STORED:
            self.db.execute(f"DELETE FROM stored_{table} WHERE result IN (SELECT id FROM unused)")
        self.db.execute("DELETE FROM results WHERE id IN (SELECT id FROM unused)")
        self.db.execute("DROP TABLE unused")
        self.commit()

    def take(self, share: Path, run: int) -> None:
        """Take over the results and sources of another output folder's last run."""
        with open_store(share, write=False) as other:
            for key, result in other.db.execute("SELECT DISTINCT r.key, r.id FROM results r JOIN sources s ON s.result = r.id WHERE s.run = ?", (other.current,)).fetchall():
                article = other.db.execute(f"SELECT {', '.join(ARTICLE)} FROM results WHERE id = ?", (result,)).fetchone()
                rows = {t: [r[1:] for r in other.db.execute(f"SELECT * FROM stored_{t} WHERE result = ? ORDER BY rowid", (result,))] for t in STORED}
                kept = self.add(key, ArticleRows(article, rows))
                for source, stem in other.db.execute("SELECT source, stem FROM sources WHERE run = ? AND result = ?", (other.current, result)).fetchall():
                    self.note(run, source, stem, kept)
            for source, reason, digest in other.rejected(other.current):
                self.note(run, source, "", None, reason, digest)

    def sources(self) -> Iterator[str]:
        """The sources of the articles of the last run."""
        for (source,) in self.db.execute("SELECT source FROM sources WHERE run = ? AND result IS NOT NULL", (self.current,)):
            yield source

    def count(self, run: int) -> tuple[int, int]:
        """Articles and rejected sources of a run."""
        read, rejected = self.db.execute("SELECT count(result), count(*) - count(result) FROM sources WHERE run = ?", (run,)).fetchone()
        return read, rejected

    def rejected(self, run: int) -> Iterator[tuple[str, str, str]]:
        """Source, reason and SHA-256 of what a run could not read, in order."""
        yield from self.db.execute("SELECT source, reason, sha256 FROM sources WHERE run = ? AND result IS NULL ORDER BY source", (run,))


@contextmanager
def open_store(output: Path, write: bool = True) -> Iterator[Store]:
    """The store of an output folder, with its lock where it is to be written; raises ``StoreError``.

    The operating system frees the lock of a process that ends, however it ends.
    """
    from filelock import FileLock, Timeout

    folder = output / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK)
        if write:
            lock.acquire(timeout=0)
    except Timeout:
        raise Busy(f"{output} is being written by {_holder(folder)}; wait until it is done, or give another folder with -o") from None
    except OSError as error:
        raise StoreError(f"cannot write to {output}: {error.strerror or error}") from error
    try:
        if write:
            (folder / "holder").write_text(f"process {os.getpid()}", encoding="utf-8")
        store = Store(folder / DATABASE)
        try:
            yield store
        finally:
            store.close()
    except sqlite3.Error as error:
        raise StoreError(f"cannot write to {output}: {error}; if it goes on, delete {folder} and run again") from error
    finally:
        lock.release()


def read_store(output: Path) -> Store | None:
    """The store of an output folder to look things up in, None where there is none; raises ``StoreError`` where it is broken or of another version."""
    file = output / FOLDER / DATABASE
    if not file.exists():
        return None
    try:
        db = sqlite3.connect(f"file:{quote(str(file.resolve()))}?mode=ro", uri=True)
        if db.execute("PRAGMA user_version").fetchone()[0] != SCHEMA:
            raise StoreError(f"{output} was written by another version of callsheet: run again")
        return Store(file)
    except sqlite3.Error as error:
        raise StoreError(f"cannot read {file}: {error}") from error


def _holder(folder: Path) -> str:
    try:
        return (folder / "holder").read_text(encoding="utf-8")
    except OSError:
        return "another run"


def fingerprint() -> str:
    """What results depend on beside the text: the package's own code and data, the models and libraries."""
    import hashlib

    here = Path(__file__).parent
    digest = hashlib.sha256(config_bytes())
    parts = [here / "data", here / "tag", here / "match"]
    files = sorted(p for part in parts for p in part.rglob("*") if p.is_file() and p.suffix != ".pyc") + [here / f"{m}.py" for m in ("read/text", "flow", "resolve", "normalize", "dates", "records", "vocabulary", "gazetteer", "rows", "config")]
    for file in files:
        digest.update(file.relative_to(here).as_posix().encode() + b"\0" + file.read_bytes())
    for package in ("spacy", "onnxruntime", "vicary", "dateparser"):
        digest.update(f"{package}={version(package)}".encode())
    return digest.hexdigest()
