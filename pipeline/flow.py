"""The way of an article on one screen: read → tag → resolve → match → normalize; then consolidate → write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pipeline.consolidate import Row, consolidate
from pipeline.match import match
from pipeline.read import make_article, read_articles
from pipeline.records import Article, Fact, Facts, Mention, Rejected
from pipeline.resolve import link
from pipeline.tag import load_model, load_tagger, role_words, tag
from pipeline.write import write_tables

if TYPE_CHECKING:
    import pandas as pd

F = TypeVar("F", bound=Fact)


def extract_article(article: Article) -> Facts:
    """All facts of one article: a pure function of its text and date."""
    blocks, found = tag(article.text, load_model(), load_tagger())
    mentions, entities = link(found, article.text)
    facts, dates = match(blocks, mentions, entities, article.text, article.published, article.published_span)
    roles = _once(facts.roles, lambda r: (r.person, r.role, r.show, r.company, r.season), lambda r: bool(r.character) + bool(r.title))
    dated = [Mention("date", d.text, d.start, d.end, "", d.rule, d.confidence) for d in dates]
    held = role_words(blocks, article.text)
    named = [m for m in mentions if m.kind != "character"]
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
    """What a run gave: the tables' rows, the sources that could not be read, the articles' count."""

    tables: dict[str, list[Row]]
    rejected: list[Rejected] = field(default_factory=list)
    articles: int = 0


def run_files(paths: Iterable[str], output: Path | None = None, published: date | None = None, progress: Callable[[Iterable[Article]], Iterator[Article]] = iter) -> Result:
    """Read, extract, consolidate and, where ``output`` is given, write; a bad source stands aside."""
    rejected: list[Rejected] = []
    articles: list[Article] = []
    for item in read_articles(paths, published):
        rejected.append(item) if isinstance(item, Rejected) else articles.append(item)
    facts: list[Facts] = []
    for article in progress(articles):
        try:
            facts.append(extract_article(article))
        except RecursionError as error:  # a text so odd that the parser gives up on it
            rejected.append(Rejected(article.source, f"{type(error).__name__}: {error}"))
    tables = consolidate(_same_ids(facts))
    if output is not None and facts:  # nothing read: what stands there stays
        write_tables(tables, rejected, output)
    return Result(tables, rejected, len(facts))


def _same_ids(facts: list[Facts]) -> list[Facts]:
    """Ids of articles that share a file name go by their text, so that the order of input changes nothing."""
    stems: dict[str, list[Facts]] = {}
    for f in facts:
        stems.setdefault(Path(f.article.source).stem, []).append(f)
    out: list[Facts] = []
    for group in stems.values():
        base = min(g.article.article_id for g in group)
        for n, f in enumerate(sorted(group, key=lambda g: (g.article.source, g.article.text)), 1):
            out.append(f if len(group) == 1 else replace(f, article=replace(f.article, article_id=base if n == 1 else f"{base}-{n}")))
    return out


def run(paths: str | Path | Iterable[str | Path], output: str | Path | None = None, published: date | str | None = None) -> dict[str, pd.DataFrame]:
    """Run over files and folders; returns each table as a DataFrame of strings, and writes them where ``output`` is given."""
    import pandas as pd

    from pipeline.tables import TABLES

    names = [str(paths)] if isinstance(paths, str | Path) else [str(p) for p in paths]
    day = date.fromisoformat(published) if isinstance(published, str) else published
    result = run_files(names, Path(output) if output else None, day)
    return {t: pd.DataFrame(rows, columns=[c.name for c in TABLES[t]], dtype="str") for t, rows in result.tables.items()}
