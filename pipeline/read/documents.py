"""One file, one article: text, HTML, mail, Word and PDF become a document."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from pipeline.read.text import decode

#: Bytes that a Word file, which is a ZIP archive, may unpack to.
MOST_UNPACKED = 50_000_000
# A word broken at the end of a printed line: "produc-\ntion"; not "co-\nPresident". PDFium writes U+FFFE for both signs.
HYPHENATED = re.compile(r"(?<=[a-zß-ÿ])(?:[-\u00ad\u2010]\n|\ufffe)(?=[a-zß-ÿ])")
# A line of page furniture: a number alone, "Page 3 of 7", "- 2 -".
PAGE_NUMBER = re.compile(r"(?i)\W*(?:page\s+)?\d{1,3}(?:\s*(?:/|of)\s*\d{1,3})?\W*")
#: A printed line shorter than this share of the usual one ends a paragraph.
SHORT_LINE = 0.75


@dataclass(frozen=True, slots=True)
class Document:
    """A text with what its file tells of it, '' and None where it tells nothing."""

    text: str
    title: str = ""
    publisher: str = ""
    published: date | None = None
    encoding: str = ""


def from_text(raw: bytes) -> Document:
    text, encoding = decode(raw)
    return Document(text, encoding=encoding)


def from_html(raw: bytes) -> Document:
    """A saved page: headline and main text without navigation, captions and notices; its own date and site."""
    from lxml import etree

    parser = etree.HTMLParser()
    etree.fromstring(raw or b"<p/>", parser)
    if any("depth" in str(entry.message).lower() for entry in parser.error_log):
        raise ValueError("HTML nested deeper than 256 elements, which would be lost")
    declared = re.search(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{2,30})", raw[:4096], re.I)
    html, encoding = decode(raw, declared[1].decode() if declared else None)
    return html_document(html, encoding)


def html_document(html: str, encoding: str = "") -> Document:
    """As ``from_html``, of decoded HTML or a piece of it."""
    import logging

    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what a page lacks is told by us, in one line
    if not re.search(r"(?i)<html", html):
        html = f"<html><body><article>{html}</article></body></html>"

    found = trafilatura.bare_extraction(html, include_comments=False, include_tables=True, with_metadata=True)
    text = (found.text or "") if found else ""
    if not text.strip():
        text = trafilatura.html2txt(html) or ""
    if not text.strip():
        raise ValueError("no text in this page")
    title = (found.title or "") if found else ""
    body = re.sub(r"\n(?=\S)", "\n\n", text)  # every line of the extraction is a paragraph
    when = found.date if found else None
    return Document(f"{title}\n\n{body}" if title and not body.startswith(title) else body, title, (found.sitename or "") if found else "", date.fromisoformat(when[:10]) if when else None, encoding)


def from_mail(raw: bytes) -> Document:
    """A press mailing: its subject, and its plain part, else the text of its HTML part; the date of its header."""
    from email import message_from_bytes, policy
    from email.utils import parsedate_to_datetime

    message = message_from_bytes(raw, policy=policy.default)
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        raise ValueError("a mail without a text")
    content = part.get_content()
    body = html_document(content).text if part.get_content_subtype() == "html" else str(content)
    subject = " ".join(str(message["Subject"] or "").split())
    try:
        when: date | None = parsedate_to_datetime(str(message["Date"])).date() if message["Date"] else None
    except ValueError:
        when = None
    if not body.strip():
        raise ValueError("empty")
    return Document(f"{subject}\n\n{body}" if subject and subject not in body[:400] else body, subject, "", when, part.get_content_charset("utf-8"))


def from_word(raw: bytes) -> Document:
    """A Word file: its paragraphs and tables in order."""
    from docx import Document as read_word
    from docx.table import Table

    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        if sum(i.file_size for i in archive.infolist()) > MOST_UNPACKED:
            raise ValueError(f"unpacks to more than {MOST_UNPACKED // 1_000_000} MB")
    word = read_word(io.BytesIO(raw))
    parts: list[str] = []
    for item in word.iter_inner_content():
        if isinstance(item, Table):
            parts += [" | ".join(dict.fromkeys(c.text.strip() for c in row.cells)) for row in item.rows]
        else:
            parts.append(("• " if item.style is not None and (item.style.name or "").startswith("List") else "") + item.text)
    text = "\n\n".join(p for p in parts if p.strip())
    if not text:
        raise ValueError("empty")
    return Document(text, (word.core_properties.title or "").strip(), encoding="utf-8")


def from_pdf(raw: bytes) -> Document:
    """A PDF's text: columns as the file orders them, words mended, running heads and page numbers left out."""
    import pypdfium2

    pdf = pypdfium2.PdfDocument(raw)
    try:
        pages = [[line.strip() for line in page.get_textpage().get_text_range().replace("\r\n", "\n").split("\n")] for page in pdf]
    finally:
        pdf.close()
    if not any(line for page in pages for line in page):
        raise ValueError("a PDF without text (scanned?)")
    heads = Counter(line for page in pages for line in {*page[:2], *page[-2:]} if line)
    furniture = {line for line, n in heads.items() if len(pages) > 2 and n > len(pages) / 2}
    lines = [line for page in pages for line in page if line not in furniture and not PAGE_NUMBER.fullmatch(line)]
    usual = median([len(line) for line in lines if len(line) > 20] or [0])
    out: list[str] = []
    for line in lines:
        out.append(line)
        if not line or len(line) < SHORT_LINE * usual:
            out.append("")  # the line did not reach the margin: the paragraph ends
    return Document(re.sub(r"\n{3,}", "\n\n", HYPHENATED.sub("", "\n".join(out)).replace("\ufffe", "-")).strip() + "\n", encoding="utf-8")


#: The ending of a file's name -> its reader; each raises ``ValueError`` with the reason where it cannot read.
DOCUMENTS: dict[str, Callable[[bytes], Document]] = {
    ".txt": from_text, ".text": from_text, ".md": from_text,
    ".html": from_html, ".htm": from_html, ".xhtml": from_html,
    ".eml": from_mail, ".docx": from_word, ".pdf": from_pdf,
}  # fmt: skip


def parse_date(text: str) -> date | None:
    """A date as data columns and feeds write it: ISO 8601, RFC 2822, or day and month in words; None for anything else.

    >>> parse_date("2024-04-17T08:00:00Z"), parse_date("Wed, 17 Apr 2024 08:00:00 GMT"), parse_date("soon")
    (datetime.date(2024, 4, 17), datetime.date(2024, 4, 17), None)
    """
    from email.utils import parsedate_to_datetime

    from pipeline.dates import parse_absolute

    text = text.strip()
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, IndexError):
        return parse_absolute(text) if 6 <= len(text) <= 40 and re.search(r"\d{4}", text) else None
