"""Consolidate: the facts of all articles become the tables; order and grouping of the input do not matter."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from pipeline.normalize import company_key, entity_key, split_name
from pipeline.records import Entity, Fact, Facts
from pipeline.tables import TABLES
from pipeline.vocabulary import role_groups

Row = dict[str, str]
ID = {"show": ("shows", "show_id", "title"), "person": ("people", "person_id", "name"), "company": ("companies", "company_id", "name")}
#: What begins an item of a list and is no part of its sentence (a leading "-" would be a formula to a spreadsheet).
BULLETS = "-–•*·▪●→ "


def slug(name: str) -> str:
    """A readable id from a name.

    >>> slug("Ronald D. Moore"), slug("Apple TV+"), slug("Law & Order"), slug("愛の不時着")
    ('ronald-d-moore', 'apple-tv-plus', 'law-and-order', '愛の不時着')
    """
    name = unicodedata.normalize("NFKC", name).replace("&", " and ").replace("+", " plus ")
    plain = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "-", re.sub(r"[’'.]", "", plain.lower())).strip("-") or "x"


def cell(value: Any) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def consolidate(all_facts: Iterable[Facts]) -> dict[str, list[Row]]:
    """All tables as lists of rows of strings, in a stable order."""
    facts = sorted(all_facts, key=lambda f: f.article.article_id)
    tables: dict[str, list[Row]] = {t: [] for t in TABLES}
    ids, names = _entity_rows(facts, tables)
    for f in facts:
        a = f.article
        tables["articles"].append({"article_id": a.article_id, "source": a.source, "title": a.title, "publisher": a.publisher, "published": cell(a.published), "words": str(len(a.text.split())), "sha256": hashlib.sha256(a.text.encode("utf-8", "surrogatepass")).hexdigest()})
        for i, m in enumerate(f.mentions, 1):
            tables["mentions"].append({"mention_id": f"{a.article_id}:{i}", "article_id": a.article_id, "kind": m.kind, "entity_id": ids.get((a.article_id, m.entity), ""), "text": m.text, "char_start": str(m.start), "char_end": str(m.end), "source": m.source, "confidence": cell(m.confidence)})
        for table in ("roles", "dates", "show_companies", "show_links", "events"):
            rows = [_fact_row(f, fact, table, ids, names) for fact in getattr(f, table)]
            tables[table] += sorted(rows, key=lambda r: (int(r["char_start"]), int(r["char_end"]), *r.values()))
    return tables


def _fact_row(f: Facts, fact: Fact, table: str, ids: dict[tuple[str, str], str], names: dict[tuple[str, str], str]) -> Row:
    a = f.article
    row: Row = {}
    for column in TABLES[table]:
        name = column.name
        if name == "article_id":
            row[name] = a.article_id
        elif name == "group":
            row[name] = role_groups()[fact.role]  # type: ignore[attr-defined]
        elif name == "evidence":
            row[name] = " ".join(a.text[slice(*fact.evidence)].split()).lstrip(BULLETS)
        elif name in ("char_start", "char_end"):
            row[name] = str(fact.start if name == "char_start" else fact.end)
        elif name.endswith("_id"):
            row[name] = ids.get((a.article_id, getattr(fact, name[:-3])), "")
        elif name in ("show", "person", "company"):
            row[name] = names.get((name, ids.get((a.article_id, getattr(fact, name)), "")), "")
        elif name == "other":
            row[name] = names.get(("show", ids.get((a.article_id, fact.other), "")), str(fact.other_name))  # type: ignore[attr-defined]
        else:
            row[name] = cell(getattr(fact, name))
    return row


def _entity_rows(facts: list[Facts], tables: dict[str, list[Row]]) -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], str]]:
    """The rows of shows, people and companies; (article, entity key) -> id; (kind, id) -> name."""
    groups: dict[tuple[str, str], list[tuple[Facts, Entity]]] = defaultdict(list)
    for f in facts:
        for e in f.entities:
            key = company_key(e.name) if e.kind == "company" else entity_key(e.name)
            groups[e.kind, key].append((f, e))
    ids: dict[tuple[str, str], str] = {}
    names: dict[tuple[str, str], str] = {}
    used: dict[str, Counter[str]] = defaultdict(Counter)
    for (kind, _), members in sorted(groups.items()):
        table, id_column, name_column = ID[kind]
        counts = Counter(e.name for _, e in members)
        name = min(counts, key=lambda n: (-counts[n], n.isupper(), -len(n), n))
        base = slug(name)
        used[kind][base] += 1
        eid = base if used[kind][base] == 1 else f"{base}-{used[kind][base]}"
        forms = sorted({form for _, e in members for form in (*e.forms, e.name)} - {name})
        kinds = Counter(e.subkind for _, e in members if e.subkind)
        count = sum(m.entity == e.key for f, e in members for m in f.mentions)
        row = {id_column: eid, name_column: name, "aliases": "|".join(forms), "articles": str(len({f.article.article_id for f, _ in members})), "mentions": str(count)}
        if kind == "person":
            row["given_name"], row["family_name"] = split_name(name)
        else:
            row["kind"] = min(kinds, key=lambda k: (-kinds[k], k)) if kinds else "other"
        tables[table].append(row)
        names[kind, eid] = name
        for f, e in members:
            ids[f.article.article_id, e.key] = eid
    for table, id_column, _ in ID.values():
        tables[table].sort(key=lambda r: r[id_column])
    return ids, names

