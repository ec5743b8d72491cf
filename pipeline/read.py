"""Read: files, folders and standard input become articles; what cannot be read is told, never dropped."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from pipeline.dates import parse_absolute
from pipeline.records import Article, Rejected

MOST_BYTES = 20_000_000
# The first line's "date 2024-04-17", the mark that some feeds put before the text.
DATE_LINE = re.compile(r"\A\s*date[: ]\s*(\d{4}-\d{2}-\d{2})\b", re.I)
# How far into a text its own date may stand.
HEAD = 1200
# An absolute date with its year, as datelines write it.
MONTH = r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
DATELINE = re.compile(rf"\b({MONTH}\s+\d{{1,2}},?\s+\d{{4}}|\d{{1,2}}(?:st|nd|rd|th)?\s+{MONTH},?\s+\d{{4}}|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}\.\d{{1,2}}\.(?:19|20)\d{{2}}|\d{{1,2}}/\d{{1,2}}/(?:19|20)\d{{2}})\b", re.I)
# What may follow the date of a line of its own or of a dateline: its end, a dash, a wire, a time of day; not the rest of a sentence.
AFTER_DATE = re.compile(r"\s*(?:\n|\Z|[–—\-/():|\]]|,?\s*(?:at\s+)?\d{1,2}[:.]\d{2})|\.\s+[A-Z“\"]")


# "SOURCE Paramount+", "Source: Amazon.com, Inc.": the line by which a release names who sends it; no sentence.
SOURCE_LINE = re.compile(r"(?m)^(?:SOURCE|Source):?[ \t]+([^\n]{2,60}?)[ \t]*$")
# The wires that mark their copy.
WIRE = re.compile(r"/(PRNewswire)(?:-\w+)?/|\((BUSINESS WIRE|GLOBE NEWSWIRE)\)")


def find_publisher(text: str) -> str:
    """Who sends the text out, as it says itself: its source line, else the wire that carries it; '' where it says nothing.

    >>> find_publisher("Text.\\n\\nSOURCE Paramount+\\n"), find_publisher("NEW YORK /PRNewswire/ -- Text."), find_publisher("Source material.")
    ('Paramount+', 'PRNewswire', '')
    """
    line = SOURCE_LINE.search(text)
    if line and not line[1].endswith("."):
        return line[1]
    if line and line[1].endswith(("Inc.", "Ltd.", "Corp.", "Co.")):
        return line[1]
    wire = WIRE.search(text[:HEAD])
    return (wire[1] or wire[2].title()) if wire else ""


def find_published(text: str) -> tuple[date, tuple[int, int]] | None:
    """The article's own date as its text tells it: a first line, or a dateline near the top."""
    line = DATE_LINE.match(text)
    if line:
        return (value, line.span(1)) if (value := parse_absolute(line[1])) else None
    for match in DATELINE.finditer(text[:HEAD]):
        start = text.rfind("\n", 0, match.start()) + 1
        before = text[start : match.start()]
        after = text[match.end() : match.end() + 30]
        stop = after.startswith(". ")
        whole_line = len(before) < 60 and AFTER_DATE.match(after) is not None and (not stop or before.rstrip().endswith((",", ";")) or not before.strip())
        labelled = re.search(r"(?:release|published|posted|updated|embargo\w*|date)\b[^.]{0,60}\Z", before, re.I)
        dotted = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", match[1])  # day first, wherever points are written
        value = parse_absolute(f"{dotted[3]}-{dotted[2]:0>2}-{dotted[1]:0>2}" if dotted else match[1])
        if (whole_line or labelled) and value:
            return value, match.span(1)
    return None


def read_text(raw: bytes) -> str:
    """Decode an article: BOM, strict UTF-8, then Windows-1252; raises ``ValueError`` with the reason where it is no text."""
    if len(raw) > MOST_BYTES:
        raise ValueError(f"larger than {MOST_BYTES // 1_000_000} MB")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = raw.decode("utf-16")
    elif b"\0" in raw[:8192]:
        raise ValueError("binary, not text")
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            try:
                text = raw.decode("cp1252")
            except UnicodeDecodeError as error:
                raise ValueError("neither UTF-8 nor Windows-1252") from error
            if sum(c < " " and c not in "\t\r\n\f" for c in text) > len(text) / 100:
                raise ValueError("binary, not text") from None
    if not text.strip():
        raise ValueError("empty")
    return text


def make_article(text: str, source: str, article_id: str, published: date | None = None) -> Article:
    """An article from its text; ``published`` stands above what the text says."""
    found = find_published(text)
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    title = first if len(first) < 200 and not first.endswith((".", ",")) and not DATE_LINE.match(first) and len(text) > len(first) + 50 else ""
    when = published or (found[0] if found else None)
    span = found[1] if found and found[0] == when else None
    return Article(article_id, source, text, title, find_publisher(text), when, span)


def list_sources(paths: Iterable[str]) -> Iterator[Path | str | Rejected]:
    """Every file named by paths and folders, in a stable order; '-' is standard input."""
    seen: set[Path] = set()
    for name in paths:
        if name == "-":
            yield "-"
            continue
        path = Path(name)
        if not path.exists():
            yield Rejected(name, "no such file or folder")
            continue
        files = sorted(p for p in path.rglob("*.txt") if not any(part.startswith(".") for part in p.relative_to(path).parts)) if path.is_dir() else [path]
        if not files:
            yield Rejected(name, "no .txt file in this folder")
        for file in files:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file if file.is_file() else Rejected(str(file), "not a regular file")


def read_articles(paths: Iterable[str], published: date | None = None) -> Iterator[Article | Rejected]:
    """Articles in order of their ids' first use; a source that cannot be read becomes ``Rejected``."""
    used: dict[str, int] = {}
    for source in list_sources(paths):
        if isinstance(source, Rejected):
            yield source
            continue
        try:
            raw = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        except OSError as error:
            yield Rejected(str(source), error.strerror or str(error))
            continue
        try:
            text = read_text(raw)
        except ValueError as error:
            yield Rejected(str(source), str(error), hashlib.sha256(raw).hexdigest())
            continue
        stem = "stdin" if source == "-" else re.sub(r"[^\w.-]+", "-", Path(source).stem).strip("-") or "article"
        used[stem] = used.get(stem, 0) + 1
        article_id = stem if used[stem] == 1 else f"{stem}-{used[stem]}"
        yield make_article(text, str(source), article_id, published)
