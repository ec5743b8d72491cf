"""The way of an article on one screen: read → tag → resolve → match → normalize; then consolidate → write."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from pipeline import __version__
from pipeline.consolidate import consolidate
from pipeline.match import match
from pipeline.pool import LIMIT, extract_all
from pipeline.read import ReadOptions, make_article, read_articles
from pipeline.records import Article, Fact, Facts, Mention, Rejected
from pipeline.resolve import link
from pipeline.rows import sha256
from pipeline.store import DATABASE, FOLDER, Store, StoreError, fingerprint, open_store, read_store
from pipeline.tables import TABLES
from pipeline.tag import load_tagger, load_tokenizer, role_words, tag
from pipeline.write import CsvStyle, finish_writing, write_tables

if TYPE_CHECKING:
    import pandas as pd

F = TypeVar("F", bound=Fact)
#: Seconds between commits: what a killed run loses at most.
COMMIT_EVERY = 2.0


def extract_article(article: Article) -> Facts:
    """All facts of one article: a pure function of its text and date."""
    blocks, found = tag(article.text, load_tokenizer(), load_tagger())
    mentions, entities = link(found, article.text, blocks)
    facts, dates = match(blocks, mentions, entities, article.text, article.published, article.published_span)
    roles = _once(facts.roles, lambda r: (r.person, r.role, r.show, r.company, r.season), lambda r: bool(r.character) + bool(r.title))
    dated = [Mention("date", d.text, d.start, d.end, "", d.rule, d.confidence) for d in dates]
    held = role_words(blocks, article.text)
    named = [m for m in mentions if m.kind != "character"]
    _settle()
    return Facts(
        article,
        tuple(e for e in entities if e.kind != "character"),
        tuple(sorted([*named, *dated, *held], key=lambda m: (m.start, m.end, m.kind))),
        tuple(roles),
        tuple(dates),
        tuple(_once(facts.show_companies, lambda s: (s.show, s.company, s.relation), lambda s: s.confidence)),
        tuple(_once(facts.show_links, lambda s: (s.show, s.relation, s.other), lambda s: s.confidence)),
        tuple(_once(facts.events, lambda e: (e.event, e.show, e.person, e.season), lambda e: bool(e.date_from) + bool(e.company))),
    )


@cache
def _settle() -> None:
    """What the first article has loaded stays: take it out of the garbage collector's rounds, which would look through it again and again."""
    gc.freeze()


def _once(facts: Sequence[F], key: Callable[[F], object], worth: Callable[[F], float]) -> list[F]:
    """One fact for each key: the first, unless a later one tells more."""
    best: dict[object, F] = {}
    for fact in facts:
        old = best.get(k := key(fact))
        if old is None or worth(fact) > worth(old):
            best[k] = fact
    return sorted(best.values(), key=lambda f: (f.start, f.end))


def extract(text: str, published: date | str | None = None) -> Facts:
    """The typed facts of one text; ``published`` (a date or ISO string) stands above what the text says."""
    day = date.fromisoformat(published) if isinstance(published, str) else published
    return extract_article(make_article(text, "", "article", day))


@dataclass(slots=True)
class Result:
    """What a run did: counts of articles in the tables, of those that were extracted anew, and what was rejected and why."""

    articles: int = 0
    extracted: int = 0
    removed: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Options:
    """How a run goes: what is read and how, by how many processes, what becomes of articles that are gone, how CSV is written."""

    read: ReadOptions = field(default_factory=ReadOptions)
    workers: int = 0
    limit: float = LIMIT
    keep_removed: bool = False
    csv: CsvStyle = field(default_factory=CsvStyle)
    formats: tuple[str, ...] = ()


def run_files(paths: Sequence[str], output: Path, options: Options | None = None, progress: Callable[[int], None] = lambda _: None) -> Result:
    """Read what is new, consolidate all and write the tables of ``output``; a bad source stands aside.

    ``progress`` is called with the number of sources done since the last call. Raises ``StoreError``
    and ``OutputError``; the old tables stand whole then, and what was extracted is kept.
    """
    options = options or Options()
    with open_store(output) as store:
        finish_writing(output)
        run = store.begin()
        result = read_into(store, run, paths, options, progress)
        read, _ = store.count(run)
        if options.keep_removed:
            store.keep_removed(run)
        if read or (options.keep_removed and store.count(run)[0]):  # nothing read: what stands there stays
            result.removed = store.removed(run)
            write_run(store, run, output, options, result)
        return result


def plan(paths: Sequence[str], output: Path, options: Options) -> dict[str, int]:
    """What a run would find: articles that are new or changed, unchanged or gone, and sources that cannot be read; nothing is written."""
    mark = fingerprint()
    counts = dict.fromkeys(("to read", "unchanged", "gone", "rejected"), 0)
    known = read_store(output)
    found: set[str] = set()
    for item in read_articles(paths, options.read):
        if isinstance(item, Rejected):
            counts["rejected"] += 1
        else:
            counts["unchanged" if known and known.find(article_key(item, mark)) is not None else "to read"] += 1
            found.add(item.source)
    if known:
        counts["gone"] = 0 if options.keep_removed else sum(s not in found for s in known.sources())
        known.close()
    return counts


def merge(shares: Sequence[Path], output: Path) -> Result:
    """Bring the stores of several output folders together and write their tables as of one run."""
    result = Result()
    with open_store(output) as store:
        finish_writing(output)
        run = store.begin()
        for share in shares:
            if not (share / FOLDER / DATABASE).exists():
                raise StoreError(f"{share} is no output folder of callsheet")
            store.take(share, run)
        result.rejected = [Rejected(*r) for r in store.rejected(run)]
        write_run(store, run, output, Options(), result)
    return result


def read_into(store: Store, run: int, paths: Sequence[str], options: Options, progress: Callable[[int], None]) -> Result:
    """Bring every source's result into the store: found there, or extracted now."""
    result = Result()
    mark = fingerprint()
    waiting: dict[str, list[tuple[str, str]]] = {}

    def todo() -> Iterator[tuple[str, Article]]:
        for item in read_articles(paths, options.read):
            if isinstance(item, Rejected):
                result.rejected.append(item)
                store.note(run, item.source, "", None, item.reason, item.sha256)
                progress(1)
                continue
            key = article_key(item, mark)
            if (known := store.find(key)) is not None:
                store.note(run, item.source, item.article_id, known)
                progress(1)
            elif key in waiting:
                waiting[key].append((item.source, item.article_id))
            else:
                waiting[key] = [(item.source, item.article_id)]
                yield key, item

    last = monotonic()
    for key, article, rows in extract_all(todo(), options.workers, options.limit):
        places = waiting.pop(key)
        kept = None if isinstance(rows, str) else store.add(key, rows)
        result.extracted += kept is not None
        for source, stem in places:
            if isinstance(rows, str):
                result.rejected.append(Rejected(source, rows, sha256(article.text)))
                store.note(run, source, "", None, rows, sha256(article.text))
            else:
                store.note(run, source, stem, kept)
        progress(len(places))
        if monotonic() - last > COMMIT_EVERY:
            store.commit()
            last = monotonic()
    store.commit()
    return result


def write_run(store: Store, run: int, output: Path, options: Options, result: Result) -> None:
    """Consolidate a run whose sources are all in the store, write its tables, and make it the current one."""
    consolidate(store, run)
    result.rows = write_tables(store, run, output, options.csv, options.formats)
    result.articles = store.count(run)[0]
    store.finish(run, version=__version__, at=datetime.now(UTC).isoformat(timespec="seconds"), fingerprint=fingerprint(), rows=json.dumps(result.rows))


def article_key(article: Article, mark: str) -> str:
    """What decides an article's result: its text, what was given with it, and the fingerprint of code, data and models."""
    return sha256("\0".join((mark, article.title, article.publisher, str(article.published), article.text)))


def run(paths: str | Path | Iterable[str | Path], output: str | Path | None = None, published: date | str | None = None, workers: int = 0) -> dict[str, pd.DataFrame]:
    """Run over files and folders; returns each table as a DataFrame of strings, and writes them where ``output`` is given.

    ``workers`` above 0 needs the caller's ``if __name__ == "__main__":``, as all of multiprocessing does.
    """
    import pandas as pd

    names = [str(paths)] if isinstance(paths, str | Path) else [str(p) for p in paths]
    day = date.fromisoformat(published) if isinstance(published, str) else published
    with TemporaryDirectory() as folder:
        target = Path(output) if output else Path(folder)
        run_files(names, target, Options(ReadOptions(day), workers))
        return {t: pd.read_csv(target / f"{t}.csv", dtype="str", keep_default_na=False) for t in TABLES}
