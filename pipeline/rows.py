"""One article's facts as plain rows: what is kept, sent between processes and consolidated."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from pipeline.config import config, key_of, known_entities
from pipeline.records import Entity, Fact, Facts
from pipeline.tables import FACT_TABLES, TABLES
from pipeline.vocabulary import role_groups

Cell = str | int | float | None
#: What begins an item of a list and is no part of its sentence (a leading "-" would be a formula to a spreadsheet).
BULLETS = "-–•*·▪●→ "
#: What joins the forms of an entity: no text holds it (a unit separator is a control character).
JOIN = "\x1f"
#: Stored table -> its columns. An entity stands as its key within the article (``local``); ``key`` is
#: the one that articles share. Ids, and names over all articles, are consolidation's.
STORED: dict[str, tuple[str, ...]] = {
    "entities": ("local", "kind", "key", "name", "subkind", "mentions", "forms"),
    "mentions": ("n", "kind", "entity", "text", "char_start", "char_end", "source", "confidence"),
    **{t: tuple(c.name for c in TABLES[t] if c.name != "article_id" and not c.name.endswith("_id")) + (("other_name",) if t == "show_links" else ()) for t in FACT_TABLES},
}


@dataclass(frozen=True, slots=True)
class ArticleRows:
    """The rows of one article: of itself (in the columns of ``ARTICLE``) and of each stored table."""

    article: tuple[Cell, ...]
    rows: dict[str, list[tuple[Cell, ...]]]


#: What is kept of an article; the text is what all offsets point into.
ARTICLE = ("text", "title", "publisher", "published", "words", "sha256", "encoding")


def sha256(text: str) -> str:
    """Of a text's UTF-8 bytes, in hexadecimal; a lone surrogate counts as its own three bytes."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def plain(value: Any) -> Cell:
    return value.isoformat() if isinstance(value, date) else "" if value is None else value


def flatten(facts: Facts) -> ArticleRows:
    """Facts as rows: names not yet joined over articles, evidence as its words."""
    a = facts.article
    rows: dict[str, list[tuple[Cell, ...]]] = {}
    counts = Counter(m.entity for m in facts.mentions)
    rows["entities"] = [_entity_row(e, counts[e.key]) for e in facts.entities]
    rows["mentions"] = [(n, m.kind, m.entity, m.text, m.start, m.end, m.source, m.confidence) for n, m in enumerate(facts.mentions, 1)]
    for table in FACT_TABLES:
        rows[table] = [tuple(_cell(a.text, fact, column) for column in STORED[table]) for fact in getattr(facts, table)]
    return ArticleRows((a.text, a.title, a.publisher, plain(a.published), len(a.text.split()), sha256(a.text), a.encoding), rows)


def _entity_row(e: Entity, mentions: int) -> tuple[Cell, ...]:
    """An entity by the key that articles share; under the user's own name where there is one."""
    key = key_of(e.kind, e.name)
    own = known_entities(config()).get((e.kind, key))
    return (e.key, e.kind, own.key if own else key, own.name if own else e.name, (own and own.subkind) or e.subkind, mentions, JOIN.join((*e.forms, e.name)))


def _cell(text: str, fact: Fact, column: str) -> Cell:
    if column == "evidence":
        return " ".join(text[slice(*fact.evidence)].split()).lstrip(BULLETS)
    if column == "group":
        return role_groups()[fact.role]  # type: ignore[attr-defined]
    return plain(getattr(fact, {"char_start": "start", "char_end": "end"}.get(column, column)))


assert {f.name for f in fields(Facts)} == {"article", *STORED}, "every kind of fact has its stored table"
