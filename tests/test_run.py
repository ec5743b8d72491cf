"""The whole way, with the real model: files in, tables out, and what must hold for every run."""

import csv
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from frictionless import Package

from pipeline.annotations.corpus import read_index
from pipeline.evaluation import evaluate
from pipeline.evaluation.floors import below, read_floors
from pipeline.tables import TABLES
from pipeline.write import safe

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "corpus"


def callsheet(*args: str, stdin: bytes | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([sys.executable, "-m", "pipeline", *args], input=stdin, capture_output=True, cwd=ROOT, env={**os.environ, **env}, check=False)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def digest(folder: Path) -> str:
    return hashlib.sha256(b"".join((folder / f"{t}.csv").read_bytes() for t in TABLES)).hexdigest()


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("output")
    done = callsheet("run", "corpus", "-o", str(folder))
    assert done.returncode == 0, done.stderr
    return folder


def test_data_package_validates(output: Path) -> None:
    report = Package(str(output / "datapackage.json")).validate()
    assert report.valid, report.flatten(["resource", "rowNumber", "fieldName", "note"])[:10]


def test_every_mention_is_its_characters(output: Path) -> None:
    texts = {p.stem: p.read_text(encoding="utf-8") for p in CORPUS.glob("*.txt")}
    mentions = rows(output, "mentions")
    assert mentions
    for m in mentions:
        assert safe(texts[m["article_id"]][int(m["char_start"]) : int(m["char_end"])]) == m["text"]  # but for the sign that keeps "@midnight" from being a formula


def test_every_fact_has_its_sentence(output: Path) -> None:
    texts = {p.stem: " ".join(p.read_text(encoding="utf-8").split()) for p in CORPUS.glob("*.txt")}
    for table in ("roles", "dates", "show_companies", "show_links", "events"):
        for row in rows(output, table):
            assert row["evidence"] and row["evidence"] in texts[row["article_id"]], (table, row)


def test_same_bytes_in_another_order_and_hash_seed(output: Path, tmp_path: Path) -> None:
    files = [str(p) for p in sorted(CORPUS.glob("*.txt"), reverse=True)]
    done = callsheet("run", *files, "-o", str(tmp_path), "--quiet", PYTHONHASHSEED="7")
    assert done.returncode == 0, done.stderr
    for table in TABLES:
        if table != "articles":  # the source column tells how each file was named
            assert (tmp_path / f"{table}.csv").read_bytes() == (output / f"{table}.csv").read_bytes(), table


def test_first_article_of_the_readme(output: Path) -> None:
    """The news the product began with: who created and runs which of two series."""
    credits = {(r["person"], r["role"], r["show"]) for r in rows(output, "roles") if r["article_id"] == "apple-space-race"}
    assert ("Ronald D. Moore", "Creator", "For All Mankind") in credits
    assert ("Ben Nedivi", "Showrunner", "Star City") in credits
    assert ("Maril Davis", "Executive Producer", "Star City") in credits
    links = {(r["show"], r["relation"], r["other"]) for r in rows(output, "show_links") if r["article_id"] == "apple-space-race"}
    assert links == {("Star City", "spinoff_of", "For All Mankind")}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "no such file"),  # a path that is not there
        (b"", "empty"),
        (b"\x00\x01\x02PK\x03\x04", "binary"),
        (b"\x81\x8d\x8f\x90\x9d" * 9, "neither UTF-8"),  # bytes that no text encoding of ours has
    ],
)
def test_bad_input_stands_aside(content: bytes | None, reason: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    if content is not None:
        bad.write_bytes(content)
    good = tmp_path / "good.txt"
    shutil.copy(CORPUS / "schedule-week.txt", good)
    done = callsheet("run", str(bad), str(good), "-o", str(tmp_path / "out"), "--quiet")
    assert done.returncode == 1
    assert [line for line in done.stderr.splitlines() if reason in line and str(bad) in line], done.stderr
    assert "Traceback" not in done.stderr
    assert [r["source"] for r in rows(tmp_path / "out", "articles")] == [str(good)]
    assert [r["source"] for r in rows(tmp_path / "out", "rejected")] == [str(bad)]


def test_unwritable_output_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = callsheet("run", "corpus/layoffs.txt", "-o", str(tmp_path / "file"))
    assert done.returncode == 2
    assert "cannot write to" in done.stderr and len(done.stderr.splitlines()) == 1


def test_nothing_read_leaves_the_tables_as_they_were(tmp_path: Path) -> None:
    assert callsheet("run", "corpus/layoffs.txt", "-o", str(tmp_path)).returncode == 0
    before = digest(tmp_path)
    done = callsheet("run", "nowhere.txt", "-o", str(tmp_path))
    assert done.returncode == 2 and "no such file" in done.stderr
    assert digest(tmp_path) == before


def test_a_wrong_date_is_told() -> None:
    done = callsheet("run", "corpus/layoffs.txt", "--published", "yesterday")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


def test_show_and_standard_input() -> None:
    text = b"date 2024-01-10\nHBO has renewed the drama Blue Door for a second season. Ann Lee created the series."
    done = callsheet("show", "-", stdin=text)
    assert done.returncode == 0, done.stderr
    for word in ("Blue Door", "Ann Lee", "Creator", "renewed", "2024-01-10"):
        assert word in done.stdout


def test_no_table_is_under_its_floor(output: Path) -> None:
    dev = {e.article for e in read_index(ROOT / "annotations" / "index.csv").values() if e.split == "dev"}
    found = evaluate(output, ROOT / "annotations", articles=dev)
    assert below(found, read_floors(ROOT / "annotations" / "floors.toml")) == []
