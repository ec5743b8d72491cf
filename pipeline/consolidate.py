"""Consolidate: the rows of all articles become the tables; order and grouping of the input do not matter.

Sorting and joining are SQLite's, on disk, so that memory does not grow with the articles.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from pipeline.config import config, known_entities
from pipeline.normalize import split_name
from pipeline.records import Facts
from pipeline.rows import JOIN, STORED, flatten
from pipeline.store import Store
from pipeline.tables import TABLES

Row = dict[str, str]
#: table of entities -> (kind, column of its id, column of its name)
ENTITY_TABLES = {"shows": ("show", "show_id", "title"), "people": ("person", "person_id", "name"), "companies": ("company", "company_id", "name")}


def slug(name: str) -> str:
    """A readable id from a name.

    >>> slug("Ronald D. Moore"), slug("Apple TV+"), slug("Law & Order"), slug("愛の不時着")
    ('ronald-d-moore', 'apple-tv-plus', 'law-and-order', '愛の不時着')
    """
    name = unicodedata.normalize("NFKC", name).replace("&", " and ").replace("+", " plus ")
    plain = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "-", re.sub(r"[’'.]", "", plain.lower())).strip("-") or "x"


def consolidate(store: Store, run: int) -> None:
    """Join the results of a run: who is who over all articles, and every article's and entity's id, as temporary tables.

    ``art``: article_id, result, source; ``entity``: kind, key, id, name and the entity tables' columns.
    """
    db = store.db
    for table in ("art", "entity"):
        db.execute(f"DROP TABLE IF EXISTS temp.{table}")
    db.execute("CREATE TEMP TABLE art (base TEXT, source TEXT, result INTEGER, article_id TEXT)")
    db.execute("INSERT INTO art SELECT stem, source, result, stem FROM sources WHERE run = ? AND result IS NOT NULL", (run,))
    _tell_namesakes_apart(db, "art", "article_id", "base", "source")
    db.execute("CREATE UNIQUE INDEX temp.art_id ON art (article_id)")
    db.execute("CREATE TEMP TABLE entity (kind TEXT, key TEXT, base TEXT, id TEXT, name TEXT, subkind TEXT, given_name TEXT, family_name TEXT, aliases TEXT, articles INTEGER, mentions INTEGER, wikidata TEXT, imdb TEXT, tvmaze TEXT, PRIMARY KEY (kind, key)) WITHOUT ROWID")
    db.executemany("INSERT INTO entity VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _entities(db))
    _tell_namesakes_apart(db, "entity", "id", "kind, base", "key")
    db.execute("CREATE UNIQUE INDEX temp.entity_id ON entity (kind, id)")


def _entities(db: sqlite3.Connection) -> Iterator[tuple[str | int, ...]]:
    """One row for each entity over all articles: the name and kind that most articles give it, all forms."""
    told = db.execute("SELECT e.kind, e.key, a.article_id, e.name, e.subkind, e.mentions, e.forms FROM art a JOIN stored_entities e ON e.result = a.result ORDER BY e.kind, e.key, a.article_id, e.local")
    for (kind, key), members in groupby(told, lambda r: (r[0], r[1])):
        names: Counter[str] = Counter()
        kinds: Counter[str] = Counter()
        forms: set[str] = set()
        articles = mentions = 0
        last = ""
        for _, _, article, name, subkind, count, joined in members:
            names[name] += 1
            kinds[subkind] += bool(subkind)
            forms |= {name, *(f for f in joined.split(JOIN) if f)}
            articles += article != last
            mentions += count
            last = article
        best = min(names, key=lambda n: (-names[n], n.isupper(), -len(n), n))
        given, family = split_name(best) if kind == "person" else ("", "")
        most = min((k for k in kinds if k), key=lambda k: (-kinds[k], k), default="other")
        base = slug(best)
        own = known_entities(config()).get((kind, key))
        yield kind, key, base, base, best, most, given, family, "|".join(sorted(forms - {best})), articles, mentions, *(own.ids if own else ("", "", ""))


def _tell_namesakes_apart(db: sqlite3.Connection, table: str, column: str, group: str, order: str) -> None:
    """``-2``, ``-3`` after the ids of all but the first of a group, passing over what is another one's own id."""
    db.execute(f"CREATE INDEX temp.{table}_base ON {table} ({group})")
    columns = group.split(", ")
    same = " AND ".join(f"{c} = ?" for c in columns)
    for values in db.execute(f"SELECT {group} FROM {table} GROUP BY {group} HAVING count(*) > 1").fetchall():
        n = 1
        for (member,) in db.execute(f"SELECT {order} FROM {table} WHERE {same} ORDER BY {order} LIMIT -1 OFFSET 1", values).fetchall():
            n += 1
            while db.execute(f"SELECT 1 FROM {table} WHERE {same}", (*values[:-1], f"{values[-1]}-{n}")).fetchone():
                n += 1
            db.execute(f"UPDATE {table} SET {column} = ? WHERE {same} AND {order} = ?", (f"{values[-1]}-{n}", *values, member))


def table_rows(store: Store, table: str) -> Iterator[tuple[str | int | float | None, ...]]:
    """A consolidated table's rows in their order, typed, in the table's columns; '' and None are missing values."""
    yield from store.db.execute(_query(table))


def _query(table: str) -> str:
    if table == "articles":
        return "SELECT a.article_id, a.source, r.title, r.publisher, r.published, r.words, r.sha256, r.encoding FROM art a JOIN results r ON r.id = a.result ORDER BY a.article_id"
    if table in ENTITY_TABLES:
        kind, id_column, name_column = ENTITY_TABLES[table]
        own = {id_column: "id", name_column: "name", "kind": "subkind"}
        return f"SELECT {', '.join(own.get(c.name, c.name) for c in TABLES[table])} FROM entity WHERE kind = '{kind}' ORDER BY id"
    if table == "mentions":
        return "SELECT a.article_id || ':' || f.n, a.article_id, f.kind, coalesce(x.id, ''), f.text, f.char_start, f.char_end, f.source, f.confidence FROM art a JOIN stored_mentions f ON f.result = a.result LEFT JOIN stored_entities i ON i.result = f.result AND i.local = f.entity LEFT JOIN entity x ON x.kind = i.kind AND x.key = i.key ORDER BY a.article_id, f.n"
    held = [c for c in ("show", "person", "company", "other") if c in STORED[table]]
    columns = []
    for c in TABLES[table]:
        stem = c.name.removesuffix("_id")
        if c.name == "article_id":
            columns.append("a.article_id AS article_id")
        elif stem in held:
            given = "f.other_name" if c.name == "other" else "''"
            columns.append(f"coalesce(x_{stem}.{'id' if c.name.endswith('_id') else 'name'}, {given}) AS {c.name}")
        else:
            columns.append(f'f."{c.name}" AS "{c.name}"')
    joins = "".join(f" LEFT JOIN stored_entities i_{h} ON i_{h}.result = f.result AND i_{h}.local = f.{h} LEFT JOIN entity x_{h} ON x_{h}.kind = i_{h}.kind AND x_{h}.key = i_{h}.key" for h in held)
    order = ", ".join(str(n) for n, c in enumerate(TABLES[table], 1) if c.name not in ("article_id", "char_start", "char_end"))
    return f"SELECT {', '.join(columns)} FROM art a JOIN stored_{table} f ON f.result = a.result{joins} ORDER BY a.article_id, f.char_start, f.char_end, {order}"


def tables_of(all_facts: Iterable[Facts]) -> dict[str, list[Row]]:
    """All tables of some articles, in memory, as rows of strings."""
    store = Store()
    run = store.begin()
    for n, facts in enumerate(all_facts):
        a = facts.article
        store.note(run, a.source or f"{a.article_id} {n}", a.article_id, store.add(str(n), flatten(facts)))
    consolidate(store, run)
    tables = {t: [{c.name: "" if v is None else str(v) for c, v in zip(TABLES[t], row, strict=True)} for row in table_rows(store, t)] for t in TABLES}
    store.close()
    return tables
