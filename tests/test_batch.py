"""Batches: what is unchanged is not read again, any history gives the tables of one run from scratch, nothing that dies takes the rest with it."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.flow import Options, merge, run_files
from pipeline.pool import extract_all
from pipeline.read import ReadOptions, make_article
from pipeline.records import Article
from pipeline.rows import ArticleRows, flatten
from pipeline.store import DATABASE, FOLDER, Busy, open_store
from pipeline.tables import TABLES
from pipeline.write import JOURNAL, STAGE, OutputError, changed_tables, finish_writing

ROOT = Path(__file__).parent.parent
#: Short articles of ours, so that a run takes a moment.
TEXTS = sorted((p.read_text(encoding="utf-8") for p in (ROOT / "corpus").glob("*.txt")), key=len)[:16]


def digest(folder: Path) -> str:
    return hashlib.sha256(b"".join((folder / f"{t}.csv").read_bytes() for t in TABLES)).hexdigest()


def write(folder: Path, texts: dict[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        if old.name not in texts:
            old.unlink()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def news(tmp_path: Path) -> Path:
    write(tmp_path / "news", {f"{n}.txt": t for n, t in enumerate(TEXTS[:6])})
    return tmp_path / "news"


def test_a_second_run_reads_nothing(news: Path, tmp_path: Path) -> None:
    first = run_files([str(news)], tmp_path / "out")
    before = digest(tmp_path / "out")
    second = run_files([str(news)], tmp_path / "out")
    assert (first.extracted, second.extracted, second.articles) == (6, 0, 6)
    assert digest(tmp_path / "out") == before


@pytest.mark.parametrize("seed", range(int(os.environ.get("CALLSHEET_HISTORIES", "4"))))
def test_any_history_gives_the_tables_of_one_run(seed: int, tmp_path: Path) -> None:
    """Adding, changing, removing and renaming, in any order."""
    chance = random.Random(seed)
    folder, state = tmp_path / "news", {f"{n}.txt": TEXTS[n] for n in range(4)}
    for _ in range(4):
        for _ in range(chance.randint(1, 3)):
            name = chance.choice(sorted(state))
            act = chance.choice(("add", "change", "remove", "rename", "double"))
            if act == "add":
                state[f"new{chance.randint(0, 99)}.txt"] = chance.choice(TEXTS)
            elif act == "change":
                state[name] = chance.choice(TEXTS)
            elif act == "remove" and len(state) > 1:
                del state[name]
            elif act == "rename":
                state[f"moved{chance.randint(0, 99)}.txt"] = state.pop(name)
            elif act == "double":
                state[f"copy of {name}"] = state[name]
        write(folder, state)
        run_files([str(folder)], tmp_path / "out")
    run_files([str(folder)], tmp_path / "scratch")
    assert digest(tmp_path / "out") == digest(tmp_path / "scratch")


def test_removed_articles_leave_unless_kept(news: Path, tmp_path: Path) -> None:
    run_files([str(news)], tmp_path / "out")
    before = digest(tmp_path / "out")
    (news / "0.txt").unlink()
    kept = run_files([str(news)], tmp_path / "out", Options(keep_removed=True))
    assert (kept.articles, kept.removed, digest(tmp_path / "out")) == (6, 0, before)
    gone = run_files([str(news)], tmp_path / "out")
    assert (gone.articles, gone.removed) == (5, 1)


def test_order_workers_and_hash_seed_change_nothing(news: Path, tmp_path: Path) -> None:
    files = [str(p) for p in sorted(news.iterdir())]
    found = set()
    for workers, order, seed in ((1, 1, "1"), (2, -1, "2"), (4, 1, "3")):
        out = tmp_path / f"out{workers}"
        done = subprocess.run([sys.executable, "-m", "pipeline", "run", *files[::order], "-o", str(out), "-w", str(workers), "-q"], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        found.add(digest(out))
    assert len(found) == 1


def test_shards_merge_to_the_tables_of_one_run(news: Path, tmp_path: Path) -> None:
    for k in (1, 2):
        run_files([str(news)], tmp_path / f"share{k}", Options(ReadOptions(shard=(k, 2))))
    merge([tmp_path / "share1", tmp_path / "share2"], tmp_path / "merged")
    run_files([str(news)], tmp_path / "whole")
    assert digest(tmp_path / "merged") == digest(tmp_path / "whole")


def test_one_of_two_runs_wins(news: Path, tmp_path: Path) -> None:
    with open_store(tmp_path / "out"), pytest.raises(Busy, match="process"):
        run_files([str(news)], tmp_path / "out")
    assert run_files([str(news)], tmp_path / "out").articles == 6


def _work(article: Article) -> ArticleRows:
    """A stand-in for extraction that does what an article's text tells it to."""
    if "die" in article.text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "hang" in article.text:
        time.sleep(60)
    if "fault" in article.text:
        raise ValueError("odd")
    from pipeline.records import Facts

    return flatten(Facts(article))


def test_a_worker_that_dies_takes_one_article_with_it() -> None:
    texts = ["good one", "die", "good two", "hang", "fault", "good three"]
    todo = [(n, make_article(t, t, t)) for n, t in enumerate(texts)]
    found = {article.text: rows if isinstance(rows, str) else "read" for _, article, rows in extract_all(todo, 2, 1.0, _work)}
    assert {t: found[t] for t in texts if t.startswith("good")} == {"good one": "read", "good two": "read", "good three": "read"}
    assert "died" in found["die"] and "longer than 1 seconds" in found["hang"] and "odd" in found["fault"]


def test_tables_that_are_complete_are_put_in_place_after_a_crash(news: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_files([str(news)], out)
    before = digest(out)
    stage = out / FOLDER / STAGE
    stage.mkdir()
    (stage / "shows.csv").write_text("half")  # killed while it wrote: what stands stays
    finish_writing(out)
    assert digest(out) == before
    stage.mkdir()
    (stage / "shows.csv").write_text("whole")
    (stage / JOURNAL).write_text("")  # killed between the renames: they are finished
    finish_writing(out)
    assert (out / "shows.csv").read_text() == "whole" and list(changed_tables(out)) == ["shows"]


#: The calls at which a run is killed: every write, rename and commit.
POINTS = ("os.replace", "os.fsync", "Store.commit", "Store.add", "Store.note", "Store.finish", "write_csv")
KILLER = """
import os, signal, sys
from pathlib import Path
import pipeline.flow as flow, pipeline.write as write
from pipeline.store import Store
name, n, news, out = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
owner, attribute = {"os.replace": (os, "replace"), "os.fsync": (os, "fsync"), "write_csv": (write, "write_csv")}.get(name) or (Store, name.split(".")[1])
real, calls = getattr(owner, attribute), [0]
def counted(*args, **kwargs):
    calls[0] += 1
    if calls[0] == n:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*args, **kwargs)
setattr(owner, attribute, counted)
flow.COMMIT_EVERY = 0.0
flow.extract_all = lambda todo, *_: ((k, a, __import__("tests.test_batch", fromlist=["_work"])._work(a)) for k, a in todo)
flow.run_files([news], Path(out))
"""


@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_then_run_again(point: str, tmp_path: Path) -> None:
    """Old tables stand; a run is killed at the n-th call; then run again: the tables of an undisturbed run."""
    write(tmp_path / "old", {f"{n}.txt": f"good {n}" for n in range(3)})
    write(tmp_path / "new", {f"{n}.txt": f"good {n} {n}" for n in range(1, 5)})

    def run(news: str, out: Path, name: str = "os.replace", n: int = 0) -> int:
        return subprocess.run([sys.executable, "-c", KILLER, name, str(n), str(tmp_path / news), str(out)], cwd=ROOT, capture_output=True, check=False).returncode

    assert run("new", tmp_path / "clean") == 0
    for n in range(1, 1 + int(os.environ.get("CALLSHEET_KILLS", "3"))):
        out = tmp_path / f"{n}"
        assert run("old", out) == 0
        if run("new", out, point, n) == 0:
            break  # fewer calls than n
        assert run("new", out) == 0
        assert digest(out) == digest(tmp_path / "clean"), (point, n)
        assert list(changed_tables(out)) == []


def test_a_full_disk_is_one_error_and_the_old_tables_stand(news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    run_files([str(news)], out)
    before = digest(out)
    write(news, {"x.txt": TEXTS[9]})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipeline.write.os.fsync", full)
    with pytest.raises(OutputError, match="No space left on device"):
        run_files([str(news)], out)
    assert digest(out) == before


@contextmanager
def command(*args: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen([sys.executable, "-m", "pipeline", *args], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()


def test_an_interrupt_loses_nothing(tmp_path: Path) -> None:
    write(tmp_path / "news", {f"{n}.txt": t for n, t in enumerate(TEXTS)})
    with command("run", str(tmp_path / "news"), "-o", str(tmp_path / "out"), "-w", "1") as process:
        until = time.monotonic() + 60
        while not (tmp_path / "out" / FOLDER / DATABASE).exists() and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.5)  # the store stands, the worker is on its way: the middle of a run, on a slow machine too
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode in (0, 130), errors
    assert "Traceback" not in errors
    assert run_files([str(tmp_path / "news")], tmp_path / "out").articles == len(TEXTS)


def test_json_dry_run_and_status(news: Path, tmp_path: Path) -> None:
    def call(*args: str) -> dict[str, object]:
        done = subprocess.run([sys.executable, "-m", "pipeline", *args], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout))

    out = str(tmp_path / "out")
    assert call("run", str(news), "-o", out, "--dry-run", "--json") == {"to read": 6, "unchanged": 0, "gone": 0, "rejected": 0}
    assert not (tmp_path / "out").exists()
    summary = call("run", str(news), "-o", out, "--json")
    assert (summary["articles"], summary["extracted"], summary["rejected"]) == (6, 6, [])
    (news / "0.txt").unlink()
    assert call("run", str(news), "-o", out, "--dry-run", "--json") == {"to read": 0, "unchanged": 5, "gone": 1, "rejected": 0}
    status = call("status", out, "--json")
    assert (status["articles"], status["current"], status["changed"]) == (6, True, [])


def hostile() -> dict[str, bytes]:
    """Thirty kinds of file that come one day."""
    import gzip
    import io
    import zipfile

    def zipped(content: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
            z.writestr("a.txt", content)
        return out.getvalue()

    good = TEXTS[0].encode()
    return {
        "empty.txt": b"", "blank.txt": b" \n\t\n", "nul.txt": b"a\0b" * 99, "binary.txt": bytes(range(256)) * 9, "undecodable.txt": b"\x81\x8d\x8f\x90\x9d" * 99, "big.txt": b"x" * 20_000_001,
        "elf.txt": b"\x7fELF\x02\x01\x01\0" + b"\0" * 99, "image.html": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 99, "deep.html": b"<div>" * 2000 + b"x", "no-text.html": b"<html><body></body></html>",
        "broken.docx": b"PK\x03\x04 no word", "text.docx": good, "broken.pdf": b"%PDF-1.7 no pdf", "text.pdf": good, "broken.eml": b"Subject: nothing\n\n",
        "broken.zip": b"PK\x03\x04", "bomb.zip": zipped(b"0" * 60_000_000), "nested.zip": zipped(b"x").replace(b"a.txt", b"a.zip"), "broken.txt.gz": b"no gzip", "bomb.txt.gz": gzip.compress(b"0" * 30_000_000), "cut.txt.gz": gzip.compress(good)[:-20],
        "broken.tar": b"no tar" * 99, "broken.jsonl": b'{"text": \n', "list.jsonl": b"[1, 2]\n", "deep.jsonl": b'{"text":' * 2000 + b"\n", "no-text.csv": b"a,b\n1,2\n", "empty-cell.csv": b"text\n\"\"\n", "broken.parquet": b"PAR1 no parquet", "broken.rss": b"<rss", "no-feed.xml": b"<a/>",
    }  # fmt: skip


def test_hostile_files_stand_aside(tmp_path: Path) -> None:
    """CALLSHEET_HOSTILE of each of thirty kinds among a hundred times as many good ones."""
    each = int(os.environ.get("CALLSHEET_HOSTILE", "1"))
    kinds = hostile()
    assert len(kinds) == 30
    good = {f"{n}.txt": f"{t}\nNumber {n}.\n" for n, t in enumerate(TEXTS * (each * 100 // len(TEXTS) + 1)) if n < (each * 100 if each > 1 else 8)}
    write(tmp_path / "good", good)
    run_files([str(tmp_path / "good")], tmp_path / "clean")
    write(tmp_path / "mixed", {})
    for name, text in good.items():
        (tmp_path / "mixed" / name).write_text(text, encoding="utf-8")
    for n in range(each):
        for name, raw in kinds.items():
            (tmp_path / "mixed" / f"bad{n} {name}").write_bytes(raw)
    result = run_files([str(tmp_path / "mixed")], tmp_path / "out", Options(workers=2 if each > 1 else 0))
    assert (result.articles, len({r.source.split("/bad")[1].split("#")[0] for r in result.rejected})) == (len(good), 30 * each)
    for table in TABLES:
        if table != "articles":  # which names the folder
            assert (tmp_path / "out" / f"{table}.csv").read_bytes() == (tmp_path / "clean" / f"{table}.csv").read_bytes(), table


@pytest.mark.parametrize("seed", range(int(os.environ.get("CALLSHEET_MOMENTS", "2"))))
def test_killed_at_any_moment_then_run_again(seed: int, tmp_path: Path) -> None:
    write(tmp_path / "old", {f"{n}.txt": f"good {n}" for n in range(30)})
    write(tmp_path / "new", {f"{n}.txt": f"good {n} {n}" for n in range(10, 50)})
    told = [sys.executable, "-c", KILLER, "os.replace", "0"]
    for news, out in (("old", "out"), ("new", "clean")):
        subprocess.run([*told, str(tmp_path / news), str(tmp_path / out)], cwd=ROOT, check=True)
    process = subprocess.Popen([*told, str(tmp_path / "new"), str(tmp_path / "out")], cwd=ROOT)
    time.sleep(random.Random(seed).uniform(0.0, 1.2))
    process.kill()
    process.wait()
    subprocess.run([*told, str(tmp_path / "new"), str(tmp_path / "out")], cwd=ROOT, check=True)
    assert digest(tmp_path / "out") == digest(tmp_path / "clean")


def test_dask_gives_the_same_tables_though_a_worker_dies(news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CALLSHEET_DASK articles on a cluster of two, of which one is killed in the middle."""
    distributed = pytest.importorskip("distributed")

    import pipeline.cluster as cluster

    count = int(os.environ.get("CALLSHEET_DASK", "8"))
    write(news, {f"{n}.txt": f"{TEXTS[n % 6]}\nNumber {n}.\n" for n in range(count)})
    run_files([str(p) for p in sorted(news.iterdir())], tmp_path / "local", Options(workers=2 if count > 20 else 0))
    monkeypatch.setattr(cluster, "SHARE", max(2, count // 20))
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as local:
        victim = next(iter(local.workers.values())).pid
        killed: list[int] = []

        def kill_once(_: int) -> None:  # when the first share is there and others are being read
            if not killed:
                os.kill(victim, signal.SIGKILL)
                killed.append(victim)

        result = cluster.run_dask([str(p) for p in sorted(news.iterdir())], tmp_path / "out", Options(), local.scheduler_address, kill_once)
    assert killed
    assert result.articles == count
    assert digest(tmp_path / "out") == digest(tmp_path / "local")
