"""Every format holds the same values, typed; none runs a formula, changes a title or lets a page run what an article says."""

import csv
import json
import shutil
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from pipeline.consolidate import consolidate
from pipeline.export import FORMATS
from pipeline.records import Article, DateFact, Entity, Facts, Mention, Role
from pipeline.report import write_report
from pipeline.rows import flatten
from pipeline.store import Store
from pipeline.tables import TABLES
from pipeline.write import CsvStyle, safe, write_tables

ROOT = Path(__file__).parent.parent
#: Titles that spreadsheets take for something else, or that signs and scripts make hard.
AWKWARD = [
    *["1883", "1923", "007", "24", "90210", "11.22.63", "9-1-1", "9/11", "3E5", "1E3", "MAR-1", "SEPT2", "Jan-24", "12:01", "0x1F", "TRUE", "FALSE", "NULL", "NaN", "#N/A", "1,000", "50%", "$1", "£5", "€9", "+1", "00123", "1/2", "2-2", "4400", "300", "54", "1408", "1917", "2012", "3%"],
    "Yes, Minister", "What’s Up, Doc?", 'The "Real" Thing', "M*A*S*H", "Se7en", "¡Three Amigos!", "愛の不時着", "기생충", "Бумер", "الهيبة", "שטיסל", "नागिन", "Amélie", "Ôkami", "Ẹ̀gbọ́n", "🎬 Cut!", "  Padded  ", "Two\nLines", "Tab\tHere", "Semi;colon", "Pipe|Line", "Back\\slash",
    "8½", "3:10 to Yuma", "10-4", "XIII", "I", "2 + 2", "Who?", "http://example.org", "mailto:a@b.example", "'Til Death", "''", "-", "--", "_", "a" * 300,
]  # fmt: skip
HOSTILE = ['=HYPERLINK("http://evil.example","x")', "=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1+1", "\r=1+1", "=WEBSERVICE(\"http://evil.example\")", "=IMPORTXML(A1)"]
#: More of both: years, parts of dates and numbers of every shape; every sign that begins a formula before every kind of body.
AWKWARD += [str(y) for y in range(1900, 1950)] + [f"{m}-{d}" for m in ("JAN", "Feb", "OCT", "DEC") for d in (1, 12, 31)] + [f"{a}{s}{b}" for s in "-/:.E" for a, b in ((1, 2), (10, 11), (99, 100), (2001, 4))]
HOSTILE += [f"{sign}{body}" for sign in "=+-@" for body in ("A1", "SUM(A1:A9)", "HYPERLINK(\"http://e.example\")", "cmd|' /C x'!A0", "IMPORTDATA(\"e\")", "1", "(1)", "{1}", "\"x\"&1", "NOW()", "RAND()", "INDIRECT(\"A1\")", "EXEC(\"x\")", "DDE(\"a\";\"b\";\"c\")", "T(1)", "IF(1;2;3)", "A1:B2", "Sheet1.A1", "+1", "-1", "@x", "=1", "1e9")]
PAYLOADS = ["<script>alert(1)</script>", "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\" onmouseover=\"alert(1)", "{{ 7 * 7 }}", "<!--", "]]>", "\u2028alert(1)"]


def store_of(titles: list[str]) -> Store:
    """One article that names every title, each with a credit and a date."""
    text = "\n".join(titles)
    entities, mentions, roles, dates, at = [Entity("p", "person", "Ann Lee")], [], [], [], 0
    for n, title in enumerate(titles):
        entities.append(Entity(f"s{n}", "show", title, "series", (title,)))
        mentions.append(Mention("show", title, at, at + len(title), f"s{n}", "quotes", 0.9))
        roles.append(Role(at, at + len(title), (at, at + len(title)), "rule", 0.8, "p", "Creator", title, f"s{n}"))
        dates.append(DateFact(at, at + len(title), (at, at + len(title)), "rule", 0.8, title, date(2024, 1, 1), date(2024, 1, 2), "day", "premiere", f"s{n}"))
        at += len(title) + 1
    store = Store()
    run = store.begin()
    store.note(run, "a.txt", "a", store.add("k", flatten(Facts(Article("a", "a.txt", text), tuple(entities), tuple(mentions), tuple(roles), tuple(dates)))))
    consolidate(store, run)
    return store


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    store = store_of([*AWKWARD, *HOSTILE])
    for file, write in FORMATS.values():
        write(store, folder / file, tuple(TABLES), lambda line: None)
    return folder


def test_sqlite_holds_the_values_with_keys(exported: Path) -> None:
    db = sqlite3.connect(exported / "callsheet.sqlite")
    assert {r[0] for r in db.execute("SELECT text FROM dates")} == {*AWKWARD, *HOSTILE}
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert db.execute("SELECT count(*) FROM roles JOIN shows USING (show_id) JOIN people USING (person_id)").fetchone()[0] == len(AWKWARD) + len(HOSTILE)
    assert db.execute("SELECT typeof(char_start), typeof(confidence) FROM roles").fetchone() == ("integer", "real")


def test_parquet_duckdb_and_jsonl_hold_the_same(exported: Path) -> None:
    import duckdb

    wanted = sorted([*AWKWARD, *HOSTILE])
    with duckdb.connect(str(exported / "callsheet.duckdb"), read_only=True) as db:
        assert sorted(r[0] for r in db.execute("SELECT text FROM dates").fetchall()) == wanted
        assert sorted(r[0] for r in db.execute(f"SELECT text FROM '{exported / 'parquet' / 'dates.parquet'}'").fetchall()) == wanted
        assert db.execute(f"SELECT typeof(date_from), typeof(char_start) FROM '{exported / 'parquet' / 'dates.parquet'}' LIMIT 1").fetchone() == ("DATE", "BIGINT")
    (article,) = [json.loads(line) for line in (exported / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sorted(r["title"] for r in article["roles"]) == wanted
    assert all(article["text"][m["char_start"] : m["char_end"]] == m["text"] for m in article["mentions"])


def test_no_cell_of_the_csv_is_a_formula(tmp_path: Path) -> None:
    store = store_of([*AWKWARD, *HOSTILE])
    (tmp_path / ".callsheet").mkdir()
    write_tables(store, 1, tmp_path, CsvStyle())
    with (tmp_path / "dates.csv").open(encoding="utf-8", newline="") as file:
        titles = [r["text"] for r in csv.DictReader(file)]
    assert sorted(titles) == sorted(safe(t) for t in [*AWKWARD, *HOSTILE])
    assert not [t for t in titles if t.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_csv_for_excel_with_semicolons(tmp_path: Path) -> None:
    (tmp_path / ".callsheet").mkdir()
    write_tables(store_of(AWKWARD), 1, tmp_path, CsvStyle(";", True))
    raw = (tmp_path / "shows.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and b"show_id;title;" in raw


def office(file: Path, folder: Path, *options: str) -> list[list[str]]:
    """A file's first sheet of data as LibreOffice reads it."""
    subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{folder / 'profile'}", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1", *options, "--outdir", str(folder), str(file)], capture_output=True, check=True, timeout=180)
    (found,) = folder.glob("*-dates.csv") if file.suffix == ".xlsx" else folder.glob("*.csv")
    with found.open(encoding="utf-8", newline="") as f:
        return list(csv.reader(f))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_reads_the_workbook_unchanged(exported: Path, tmp_path: Path) -> None:
    rows = office(exported / "callsheet.xlsx", tmp_path)
    titles = {r[1] for r in rows[1:]}
    assert titles == {t.replace("\r", "\n") for t in [*AWKWARD, *HOSTILE]} or titles == {*AWKWARD, *HOSTILE}


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_makes_formulas_of_the_control_and_of_none_of_ours(tmp_path: Path) -> None:
    """The same hostile cells, raw and made safe, opened with the default import: only the raw ones come out computed."""
    computed = {}
    for name, raw in (("raw", True), ("safe", False)):
        folder = tmp_path / name
        (folder / ".callsheet").mkdir(parents=True)
        write_tables(store_of(["=1+1", *HOSTILE]), 1, folder, CsvStyle(raw=raw))
        (folder / "office").mkdir()
        subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path / 'profile'}", "--infilter=Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,true", "--convert-to", "fods", "--outdir", str(folder / "office"), str(folder / "dates.csv")], capture_output=True, check=True, timeout=180)
        computed[name] = (folder / "office" / "dates.fods").read_text(encoding="utf-8").count("table:formula=")
    assert computed["raw"] > 0 and computed["safe"] == 0, computed


def test_a_page_runs_nothing_that_an_article_says(tmp_path: Path) -> None:
    store = store_of(PAYLOADS)
    store.set_meta(at="2024-01-01", version="0")
    write_report(store, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    script = page.split('<script id="data" type="application/json">')[1].split("</script>")[0]
    assert "<" not in script and {r[1] for r in json.loads(script)["rows"]["dates"]} == set(PAYLOADS)
    assert "http://" not in page.replace("http://www.w3.org", "") and "src=" not in page.split("<script id")[0]


@pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed")
@pytest.mark.parametrize("width", [1400, 420])
def test_the_page_in_a_browser(width: int, tmp_path: Path) -> None:
    store = store_of([*PAYLOADS, "Blue Door"])
    store.set_meta(at="2024-01-01", version="0")
    write_report(store, tmp_path / "report.html")
    done = subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width},800", "--virtual-time-budget=2000", "--dump-dom", f"file://{tmp_path / 'report.html'}#roles"], capture_output=True, text=True, check=True, timeout=120)
    body = done.stdout.split('<tbody id="body">')[1].split("</tbody>")[0]
    assert "Blue Door" in body and body.count("<tr>") == len(PAYLOADS) + 1
    assert "<img src" not in body and "<script>alert" not in body


def callsheet(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "pipeline", *args], cwd=ROOT, capture_output=True, text=True, check=False)


def test_questions_to_an_output(tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    assert callsheet("run", "corpus/apple-space-race.txt", "-o", out, "-q").returncode == 0
    asked = callsheet("query", out, "SELECT count(*) AS n FROM roles JOIN shows USING (show_id)", "--csv")
    assert asked.stdout.splitlines()[0] == "n" and int(asked.stdout.splitlines()[1]) > 10
    assert "Star City" in callsheet("credits", "Maril Davis", "-o", out).stdout
    assert "renewed" in callsheet("timeline", "For All Mankind", "-o", out).stdout
    assert "Star City" in callsheet("shows", "--network", "Apple TV+", "-o", out).stdout
    wrong = callsheet("query", out, "SELEC 1")
    assert wrong.returncode == 2 and "syntax error" in wrong.stderr and len(wrong.stderr.splitlines()) == 1
    assert callsheet("query", out, "DELETE FROM roles").returncode == 2
    assert callsheet("credits", "Nobody", "-o", out).returncode == 2
    exported = callsheet("export", out, "--format", "xlsx,csv", "--tables", "shows,roles", "--to", str(tmp_path / "to"))
    assert exported.returncode == 0, exported.stderr
    assert sorted(p.name for p in (tmp_path / "to").iterdir()) == ["callsheet.xlsx", "roles.csv", "shows.csv"]
