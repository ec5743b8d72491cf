"""The corpus as a whole: what each article is (``annotations/index.csv``), the split, near-duplicates, and the coverage table."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import combinations
from pathlib import Path

from pipeline.annotations.gold import Gold
from pipeline.annotations.standoff import AnnotationError

MANNERS = {"t": "trade journalism", "p": "press release"}
REGIONS = {"us": "United States", "uk": "United Kingdom", "ca": "Canada", "au": "Australia and New Zealand", "in": "India", "kr": "Korea", "jp": "Japan", "as": "elsewhere in Asia", "me": "Middle East", "af": "Africa", "la": "Latin America", "eu": "Europe"}
KINDS = (
    "renewal", "order", "pilot", "cancellation", "casting", "premiere", "development", "rights", "overall-deal", "hire", "promotion", "exit", "layoffs", "sales", "coproduction",
    "spinoff", "remake", "adaptation", "documentary", "kids", "unscripted", "live", "film", "podcast", "newsletter", "roundup", "production", "awards", "obituary", "ratings", "negative",
)  # fmt: skip
#: "facts": denser in titles than news is; what is a name is not weighed on them
SPLITS = ("train", "facts", "dev", "test")
#: of each five articles of a kind three are for training, one for dev, one for test
TURN = ("train", "dev", "train", "test", "train")
#: two articles are near-duplicates where this share of the shorter one's five-word sequences stands in the other
NEAR = 0.2


@dataclass(frozen=True, slots=True)
class Entry:
    """One article of the index."""

    article: str
    manner: str
    kind: str
    region: str
    split: str


def read_index(file: Path) -> dict[str, Entry]:
    """Article -> its entry; raises ``AnnotationError`` with file and line for a word outside the vocabularies."""
    if not file.exists():
        return {}
    out: dict[str, Entry] = {}
    with file.open(encoding="utf-8", newline="") as f:
        for n, row in enumerate(csv.DictReader(f), 2):
            if list(row) != [x.name for x in fields(Entry)]:
                raise AnnotationError(f"{file}:1: columns are {', '.join(map(str, row))}")
            e = Entry(**row)
            for value, allowed in ((e.manner, MANNERS), (e.kind, KINDS), (e.region, REGIONS), (e.split, SPLITS)):
                if value not in allowed:
                    raise AnnotationError(f"{file}:{n}: {value!r} is none of {', '.join(allowed)}")
            if e.article in out:
                raise AnnotationError(f"{file}:{n}: {e.article} stands twice")
            out[e.article] = e
    return out


def add_to_index(file: Path, heads: Mapping[str, Sequence[str]]) -> None:
    """Enter articles (name -> manner, kind, region); one that is new takes its kind's next turn of the split, an old one keeps its place."""
    index = read_index(file)
    for name, (manner, kind, region) in heads.items():
        old = index.get(name)
        of_kind = sum(e.kind == kind for e in index.values())
        split = old.split if old else TURN[(of_kind + KINDS.index(kind)) % len(TURN)]
        index[name] = Entry(name, manner, kind, region, split)
    with file.open("w", encoding="utf-8", newline="") as f:
        writer = csv.DictWriter(f, [x.name for x in fields(Entry)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(e) for _, e in sorted(index.items()))
    read_index(file)


def near_duplicates(texts: Mapping[str, str]) -> list[tuple[str, str, float]]:
    """Pairs of articles that share much of their wording: (one, other, share of the shorter one's five-word sequences)."""

    def shingles(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", text.lower())
        return set(zip(*(words[i:] for i in range(5)), strict=False))

    sets = {name: shingles(text) for name, text in texts.items()}
    out = []
    for a, b in combinations(sorted(sets), 2):
        least = min(len(sets[a]), len(sets[b]))
        share = len(sets[a] & sets[b]) / least if least else 0.0
        if share >= NEAR:
            out.append((a, b, share))
    return out


def _table(title: str, rows: Iterable[tuple[str, int]]) -> list[str]:
    return [f"| {title} | articles |", "|---|---|", *(f"| {name} | {n} |" for name, n in rows), ""]


def coverage(index: Mapping[str, Entry], golds: Sequence[Gold]) -> str:
    """What the corpus covers, as Markdown: counts by split, manner, kind, region, year, length, and of what is annotated."""
    entries = [index[g.article] for g in golds if g.article in index]
    words = {g.article: len(g.text.split()) for g in golds}
    years = Counter(next((d["from"][:4] for d in g.dates if d["kind"] == "published"), "none") for g in golds)
    spans = Counter("none" if y == "none" else f"{int(y) // 5 * 5}–{int(y) // 5 * 5 + 4}" for y in years.elements())
    lengths = Counter(f"{n // 100 * 100}–{n // 100 * 100 + 99} words" for n in words.values())
    mentions = Counter(kind for g in golds for *_, kind, _ in g.mentions)
    rows = {t: sum(len(getattr(g, t)) for g in golds) for t in ("roles", "dates", "show_companies", "show_links", "events")}
    lines = [f"{len(golds)} articles, {sum(words.values()):,} words; {sum(mentions.values()):,} mentions of {sum(len(g.entities) for g in golds):,} entities; {sum(rows.values()):,} facts.", ""]
    lines += _table("split", ((s, sum(e.split == s for e in entries)) for s in SPLITS))
    lines += _table("manner", ((name, sum(e.manner == m for e in entries)) for m, name in MANNERS.items()))
    lines += _table("kind", ((k, sum(e.kind == k for e in entries)) for k in KINDS))
    lines += _table("region", ((name, sum(e.region == r for e in entries)) for r, name in REGIONS.items()))
    lines += _table("published", sorted(spans.items()))
    lines += _table("length", sorted(lengths.items(), key=lambda x: int(x[0].split("–")[0])))
    lines += ["| annotated | count |", "|---|---|", *(f"| {k} mentions | {n:,} |" for k, n in mentions.most_common()), *(f"| {t} | {n:,} |" for t, n in rows.items()), ""]
    return "\n".join(lines)
