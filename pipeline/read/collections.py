"""One file, many articles: tables with a text column, and feeds."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.read.documents import Document, html_document, parse_date
from pipeline.read.text import decode

#: The longest text that one cell may hold.
csv.field_size_limit(20_000_000)


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of a table's columns; '' takes the first of ``GUESSES`` that is there."""

    text: str = ""
    id: str = ""
    date: str = ""
    title: str = ""
    publisher: str = ""


#: What such columns are mostly called.
GUESSES = {
    "text": ("text", "body", "content", "article", "article_text", "fulltext"),
    "id": ("id", "article_id", "guid", "url", "link"),
    "date": ("date", "published", "published_at", "pubdate", "publish_date"),
    "title": ("title", "headline"),
    "publisher": ("publisher", "source", "site", "outlet"),
}
#: Key of an article within its file (an id, or its number) and the article, or why it could not be read.
Items = Iterator[tuple[str, Document | str]]


def _named(columns: Columns, names: list[str]) -> dict[str, str]:
    """Which column holds what; raises ``ValueError`` where there is none with the text."""
    lower = {n.lower(): n for n in reversed(names)}
    found = {}
    for what, guesses in GUESSES.items():
        told = getattr(columns, what)
        if told and told not in names:
            raise ValueError(f"no column {told!r}; there are {', '.join(map(repr, names[:12]))}")
        found[what] = told or next((lower[g] for g in guesses if g in lower), "")
    if not found["text"]:
        raise ValueError(f"no column with the text: name it with --text-column; there are {', '.join(map(repr, names[:12]))}")
    return found


def _items(rows: Iterator[Mapping[str, Any]], named: dict[str, str], encoding: str) -> Items:
    seen: set[str] = set()
    for n, row in enumerate(rows, 1):
        def cell(what: str, row: Mapping[str, Any] = row) -> str:
            value = row.get(named[what]) if named[what] else None
            return "" if value is None else str(value)

        key = cell("id").strip()[:200] or str(n)
        key = key if key not in seen else f"{key}-{n}"
        seen.add(key)
        text, title = cell("text"), " ".join(cell("title").split())
        if not text.strip():
            yield key, "empty"
            continue
        yield key, Document(f"{title}\n\n{text}" if title and title not in text[:300] else text, title, cell("publisher").strip(), parse_date(cell("date")) if cell("date") else None, encoding)


def from_csv(raw: bytes, columns: Columns) -> Items:
    text, encoding = decode(raw)
    head = text[: text.find("\n") if "\n" in text else len(text)]
    delimiter = max(",;\t|", key=head.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    yield from _items(iter(reader), _named(columns, list(reader.fieldnames or [])), encoding)


def from_jsonl(raw: bytes, columns: Columns) -> Items:
    text, encoding = decode(raw)
    named: dict[str, str] = {}
    for n, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError("not an object")
            named = named or _named(columns, list(row))
        except RecursionError:
            yield str(n), "no JSON object: nested too deep"
            continue
        except ValueError as error:
            if not isinstance(error, json.JSONDecodeError) and not named:
                raise
            yield str(n), f"no JSON object: {error}"
            continue
        for key, item in _items(iter([row]), named, encoding):
            yield (key if key != "1" or str(row.get(named["id"])) == "1" else str(n)), item


def from_parquet(raw: bytes, columns: Columns) -> Items:
    try:
        from pyarrow import BufferReader
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise ImportError("reading Parquet needs pyarrow: install callsheet[parquet]") from None
    file = ParquetFile(BufferReader(raw))
    named = _named(columns, file.schema_arrow.names)
    rows = (row for batch in file.iter_batches(256, columns=sorted({n for n in named.values() if n})) for row in batch.to_pylist())
    yield from _items(rows, named, "utf-8")


def from_feed(raw: bytes, columns: Columns) -> Items:
    """The entries of an RSS or Atom feed: title and the fullest text that each has."""
    import feedparser

    feed = feedparser.parse(raw)
    if not feed.entries:
        raise ValueError("no feed, or one without entries")
    publisher = " ".join(str(feed.feed.get("title", "")).split())
    for n, entry in enumerate(feed.entries, 1):
        bodies = [c.get("value", "") for c in entry.get("content", [])] + [entry.get("summary", "")]
        title = " ".join(str(entry.get("title", "")).split())
        try:
            body = html_document(max(bodies, key=len)).text
        except ValueError:
            body = ""
        if not (title or body):
            yield str(n), "empty"
            continue
        yield str(n), Document(f"{title}\n\n{body}", title, publisher, parse_date(str(entry.get("published") or entry.get("updated") or "")), str(feed.get("encoding") or "utf-8"))


#: The ending of a file's name -> its reader.
COLLECTIONS: dict[str, Callable[[bytes, Columns], Items]] = {".csv": from_csv, ".tsv": from_csv, ".jsonl": from_jsonl, ".ndjson": from_jsonl, ".parquet": from_parquet, ".rss": from_feed, ".atom": from_feed, ".xml": from_feed}
