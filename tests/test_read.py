"""Every kind of file that people have becomes an article, or one line that says why not. No model is needed."""

import gzip
import io
import json
import os
import tarfile
import zipfile
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.read import Columns, ReadOptions, read_articles
from pipeline.read.sources import read_bytes
from pipeline.read.text import decode
from pipeline.records import Article, Rejected

BODY = "HBO has renewed the drama Blue Door for a second season, the network said. Ann Lee created the series with Bo Sand, and both will be back as executive producers in the spring. Filming starts in Leeds in October, and ten hours are planned."
PAGE = f"""<html lang=en><head><title>HBO Renews Blue Door | Trade Daily</title><meta property="og:title" content="HBO Renews Blue Door">
<meta property="og:site_name" content="Trade Daily"><meta property="article:published_time" content="2024-01-10T09:00:00Z"></head>
<body><nav><a href=/>Home</a> <a href=/tv>TV</a></nav><div class=cookie-banner>We use cookies. Accept all?</div><article><h1>HBO Renews Blue Door</h1>
<p>{BODY}</p><p>{BODY.replace("HBO", "Max")}</p></article><footer>About us | Subscribe to our newsletter</footer></body></html>"""


def read(name: str, raw: bytes, **options: object) -> list[Article | Rejected]:
    return list(read_bytes(raw, name, ReadOptions(**options)))  # type: ignore[arg-type]


def one(name: str, raw: bytes, **options: object) -> Article:
    (item,) = read(name, raw, **options)
    assert isinstance(item, Article), item
    return item


def mail(html: bool = False) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"], message["Date"] = "HBO renews BLUE DOOR", "press@hbo.example", "Wed, 10 Jan 2024 09:00:00 -0500"
    message.set_content(f"<p>{BODY}</p>" if html else BODY, subtype="html" if html else "plain")
    return message.as_bytes()


def word() -> bytes:
    from docx import Document

    document = Document()
    document.add_heading("HBO renews Blue Door")
    document.add_paragraph(BODY)
    table = document.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "January 12", "Blue Door"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf(*pages: list[str]) -> bytes:
    """A PDF of lines of text, written by hand so that no library that we read with has made it."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{' '.join(f'{4 + 2 * n} 0 R' for n in range(len(pages)))}] /Count {len(pages)} >>", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    for n, lines in enumerate(pages):
        stream = "BT /F1 11 Tf 60 760 Td 14 TL " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
        objects += [f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * n} 0 R >>", f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream"]
    out, places = "%PDF-1.4\n", []
    for n, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{n} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{p:010} 00000 n \n" for p in places)
    return (out + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF").encode("latin-1")


@pytest.mark.parametrize(
    ("name", "raw", "published"),
    [
        ("a.txt", BODY.encode(), None),
        ("a.md", BODY.encode(), None),
        ("a.html", PAGE.encode(), "2024-01-10"),  # a saved page: its own date
        ("a.eml", mail(), "2024-01-10"),  # the header's date
        ("a.eml", mail(html=True), "2024-01-10"),
        ("a.docx", word(), None),
        ("a.pdf", pdf(["HBO has renewed the drama Blue Door for a second season, the net-", "work said. Ann Lee created the series."]), None),
        ("a.txt.gz", gzip.compress(BODY.encode()), None),
    ],
)
def test_a_file_is_an_article(name: str, raw: bytes, published: str | None) -> None:
    article = one(name, raw)
    assert "renewed the drama Blue Door for a second season" in " ".join(article.text.split())
    assert (article.published.isoformat() if article.published else None) == published
    assert article.article_id == "a"


def test_a_saved_page_has_no_navigation() -> None:
    article = one("a.html", PAGE.encode())
    assert article.title == "HBO Renews Blue Door" and article.publisher == "Trade Daily"
    for noise in ("cookies", "Subscribe", "Home"):
        assert noise not in article.text


def test_a_word_file_keeps_its_tables() -> None:
    assert "January 12 | Blue Door" in one("a.docx", word()).text


def test_a_pdf_is_mended() -> None:
    pages = [["Press kit 2024", "The drama was pro-", "duced in Leeds by a company that nobody there had heard of before.", "Page 1 of 3"], ["Press kit 2024", "It stars Ann Lee.", "2"], ["Press kit 2024", "It ends well.", "3"]]
    text = one("kit.pdf", pdf(*pages)).text
    assert "produced in Leeds" in text and "Press kit" not in text and "Page 1" not in text


ROWS = [{"id": "x-1", "title": "HBO renews", "body": BODY, "date": "2024-01-10"}, {"id": "x-2", "title": "", "body": BODY.replace("HBO", "Max"), "date": "Jan. 11, 2024"}]


def parquet() -> bytes:
    import pyarrow as pa
    from pyarrow import parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), out)
    return out.getvalue()


FEED = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>Trade Daily</title><item><title>HBO renews</title><description>{BODY}</description><pubDate>Wed, 10 Jan 2024 09:00:00 GMT</pubDate></item>
<item><title>Max renews</title><description>&lt;p&gt;{BODY.replace("HBO", "Max")}&lt;/p&gt;</description><pubDate>Thu, 11 Jan 2024 09:00:00 GMT</pubDate></item></channel></rss>"""


@pytest.mark.parametrize(
    ("name", "raw", "ids"),
    [
        ("news.jsonl", "\n".join(map(json.dumps, ROWS)).encode(), ["x-1", "x-2"]),
        ("news.csv", b"id,title,body,date\n" + "\n".join(f'{r["id"]},{r["title"]},"{r["body"]}","{r["date"]}"' for r in ROWS).encode(), ["x-1", "x-2"]),
        ("news.csv", b"id;title;body;date\n" + "\n".join(f'{r["id"]};{r["title"]};"{r["body"]}";{r["date"]}' for r in ROWS).encode(), ["x-1", "x-2"]),
        ("news.parquet", parquet(), ["x-1", "x-2"]),
        ("news.rss", FEED.encode(), ["news-1", "news-2"]),
    ],
)
def test_a_file_of_many_articles(name: str, raw: bytes, ids: list[str]) -> None:
    items = read(name, raw)
    assert [i.article_id for i in items if isinstance(i, Article)] == ids
    assert [i.published for i in items if isinstance(i, Article)] == [date(2024, 1, 10), date(2024, 1, 11)]
    assert all(isinstance(i, Article) and "drama Blue Door" in i.text for i in items)


def test_columns_are_named() -> None:
    raw = b"story,key\n" + f'"{BODY}",k9'.encode()
    (fault,) = read("a.csv", raw)
    assert isinstance(fault, Rejected) and "--text-column" in fault.reason
    assert one("a.csv", raw, columns=Columns(text="story", id="key")).article_id == "k9"


def test_archives() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as z:
        z.writestr("b/two.html", PAGE)
        z.writestr("one.txt", BODY)
        z.writestr("image.png", b"\x89PNG")
        z.writestr("inner.zip", b"PK")
    items = read("news.zip", packed.getvalue())
    assert [(type(i).__name__, i.source) for i in items] == [("Article", "news.zip/b/two.html"), ("Rejected", "news.zip/inner.zip"), ("Article", "news.zip/one.txt")]
    tarred = io.BytesIO()
    with tarfile.open(fileobj=tarred, mode="w:gz") as t:
        info = tarfile.TarInfo("../../evil.txt")  # a name that leads out: it is only a name here
        info.size = len(BODY)
        t.addfile(info, io.BytesIO(BODY.encode()))
    assert one("news.tar.gz", tarred.getvalue()).article_id == "evil"


def test_several_articles_in_one_file() -> None:
    raw = f"{BODY}\n\n* * *\n\n{BODY.replace('HBO', 'Max')}\n\n-----\n\nShort.\n".encode()
    assert len(read("digest.txt", raw)) == 1
    assert [i.article_id for i in read("digest.txt", raw, split=True) if isinstance(i, Article)] == ["digest-1", "digest-2"]


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("zeros.txt", b"0" * 60_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "raw", "reason"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b"x" * 20_000_001, "larger than 20 MB"),
        ("a.txt", b"\x00\x01PK", "binary"),
        ("a.txt.gz", b"no gzip", "broken gzip"),
        ("a.txt.gz", gzip.compress(b"a" * 30_000_000), "unpacks to more"),
        ("a.zip", b"PK no zip", "broken zip"),
        ("a.zip", bomb(), "unpacks to more"),
        ("a.docx", b"PK no word", "broken docx"),
        ("a.pdf", b"%PDF no pdf", "broken pdf"),
        ("a.pdf", pdf([]), "without text"),
        ("a.html", b"<div>" * 3000 + b"deep", "deeper than 256"),
        ("a.html", b"<html></html>", "no text"),
        ("a.eml", b"Subject: x\n\n", "empty"),
        ("a.jsonl", b"{broken\n", "no JSON object"),
        ("a.csv", b"a,b\n1,2\n", "--text-column"),
        ("a.rss", b"<rss></rss>", "no feed"),
        ("a.parquet", b"PAR1", "Parquet file size"),
    ],
)
def test_what_cannot_be_read_is_told(name: str, raw: bytes, reason: str) -> None:
    items = read(name, raw)
    assert items and all(isinstance(i, Rejected) and reason in i.reason for i in items), items


@pytest.mark.parametrize(
    ("raw", "text", "encoding"),
    [
        ("Café".encode(), "Café", "utf-8"),
        ("\ufeffCafé".encode(), "Café", "utf-8"),
        ("Café".encode("utf-16"), "Café", "utf-16"),
        ("“Café”".encode("cp1252"), "“Café”", "cp1252"),
    ],
)
def test_encodings(raw: bytes, text: str, encoding: str) -> None:
    assert decode(raw) == (text, encoding)


def test_html_says_its_encoding() -> None:
    page = f"<html><head><meta charset=iso-8859-2></head><body><article><p>Zlatko Topčić režira. {BODY}</p></article></body></html>"
    assert "Topčić" in one("a.html", page.encode("iso-8859-2")).text


def test_walking_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(BODY)
    (tmp_path / "README.txt").write_text("what is here")
    (tmp_path / ".hidden.txt").write_text(BODY)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.TXT").write_text(BODY)
    (tmp_path / "sub" / "loop").symlink_to(tmp_path)
    (tmp_path / "again.txt").symlink_to(tmp_path / "a.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "two\nlines.txt").write_text(BODY)
    found = list(read_articles([str(tmp_path)]))
    assert sorted(i.article_id for i in found if isinstance(i, Article)) == ["a", "b", "two-lines"]
    assert sorted((Path(i.source).name, i.reason) for i in found if isinstance(i, Rejected)) == [("gone.txt", "No such file or directory"), ("pipe.txt", "not a regular file")]


def test_shards_part_the_sources(tmp_path: Path) -> None:
    for n in range(20):
        (tmp_path / f"{n}.txt").write_text(BODY)
    shares = [{i.source for i in read_articles([str(tmp_path)], ReadOptions(shard=(k, 3)))} for k in (1, 2, 3)]
    assert sum(map(len, shares)) == 20 and len(set().union(*shares)) == 20


@given(raw=st.binary(max_size=400), suffix=st.sampled_from([".txt", ".html", ".eml", ".docx", ".pdf", ".csv", ".jsonl", ".parquet", ".rss", ".zip", ".tar", ".txt.gz"]))
@settings(deadline=None, max_examples=150)
def test_any_bytes_give_articles_or_reasons(raw: bytes, suffix: str) -> None:
    for item in read(f"a{suffix}", raw):
        assert isinstance(item, Article | Rejected)
        if isinstance(item, Article):
            item.text.encode("utf-8")  # no lone surrogate reaches the models
