"""A text becomes an article: its encoding, its own date, its title, who sends it out."""

from __future__ import annotations

import re
from datetime import date

from pipeline.dates import parse_absolute
from pipeline.records import Article

# Half of a surrogate pair: JSON can hold one, no UTF-8 can.
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# The first line's "date 2024-04-17", the mark that some feeds put before the text.
DATE_LINE = re.compile(r"\A\s*date[: ]\s*(\d{4}-\d{2}-\d{2})\b", re.I)
# How far into a text its own date may stand.
HEAD = 1200
# An absolute date with its year, as datelines write it.
MONTH = r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
DATELINE = re.compile(rf"\b({MONTH}\s+\d{{1,2}},?\s+\d{{4}}|\d{{1,2}}(?:st|nd|rd|th)?\s+{MONTH},?\s+\d{{4}}|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}\.\d{{1,2}}\.(?:19|20)\d{{2}}|\d{{1,2}}/\d{{1,2}}/(?:19|20)\d{{2}})\b", re.I)
# What may follow the date of a line of its own or of a dateline: its end, a dash, a wire, a time of day; not the rest of a sentence.
AFTER_DATE = re.compile(r"\s*(?:\n|\Z|[–—\-/():|\]]|,?\s*(?:at\s+)?\d{1,2}[:.]\d{2})|\.\s+\S")

# "Published:", "for release on", "Embargo: no use until 6.30 on": what tells that the date after it in the line is the article's own.
LABEL = re.compile(r"(?:release|published|posted|updated|date)\b[^.]{0,60}\Z|embargo\w*\b(?:[^.]|\.\d){0,90}\Z", re.I)

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
        labelled = LABEL.search(before)
        if not (whole_line or labelled):
            continue
        dotted = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", match[1])  # day first, wherever points are written
        value = parse_absolute(f"{dotted[3]}-{dotted[2]:0>2}-{dotted[1]:0>2}" if dotted else match[1])
        if value:
            return value, match.span(1)
    return None


def decode(raw: bytes, declared: str | None = None) -> tuple[str, str]:
    """A text and the encoding it was in; raises ``ValueError`` with the reason where it is no text.

    A byte-order mark stands above what is declared, that above strict UTF-8, that above Windows-1252,
    which is what unmarked Western text mostly is; what none of these can read is guessed by its letters.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        tried: tuple[str, ...] = ("utf-16",)
    elif b"\0" in raw[:8192]:
        raise ValueError("binary, not text")
    else:
        tried = (*([declared] if declared else []), "utf-8-sig", "cp1252")
    for encoding in tried:
        try:
            text = raw.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if not _odd(text):
            return _checked(text), "utf-8" if encoding == "utf-8-sig" else encoding.lower()
    from charset_normalizer import from_bytes

    best = from_bytes(raw[:200_000]).best()
    if best is None or best.encoding in ("utf_8", "ascii") or (text := raw.decode(best.encoding, "replace")).count("\ufffd") or _odd(text):
        raise ValueError("neither UTF-8 nor Windows-1252, nor any encoding that could be made out")
    return _checked(text), best.encoding.replace("_", "-")


def _odd(text: str) -> bool:
    """Whether control characters say that this is no text, or not in this encoding."""
    return sum((c < " " and c not in "\t\r\n\f") or "\x7f" <= c < "\xa0" for c in text[:100_000]) > min(len(text), 100_000) / 100


def _checked(text: str) -> str:
    if not text.strip():
        raise ValueError("empty")
    return text


def make_article(text: str, source: str, article_id: str, published: date | None = None, title: str = "", publisher: str = "", encoding: str = "") -> Article:
    """An article from its text; what is given (date, title, publisher) stands above what the text says."""
    text = LONE_SURROGATE.sub("\ufffd", text)
    found = find_published(text)
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    told = first if len(first) < 200 and not first.endswith((".", ",")) and not DATE_LINE.match(first) and len(text) > len(first) + 50 else ""
    when = published or (found[0] if found else None)
    span = found[1] if found and found[0] == when else None
    return Article(article_id, source, text, title or told, publisher or find_publisher(text), when, span, encoding)
