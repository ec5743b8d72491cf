"""The table list: every table's columns and types, the one place that write, evaluate and the data package read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pipeline import vocabulary as v


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type (Frictionless), its vocabulary and the table that it points to."""

    name: str
    type: str = "string"
    values: tuple[str, ...] = ()
    table: str = ""
    required: bool = False


def _c(spec: str, **values: tuple[str, ...]) -> tuple[Column, ...]:
    """Columns from a line: name, name:type, name>table; a ! makes it required."""
    out = []
    for word in spec.split():
        required, word = word.endswith("!"), word.rstrip("!")
        name, _, table = word.partition(">")
        name, _, kind = name.partition(":")
        out.append(Column(name, kind or "string", values.get(name, ()), table, required))
    return tuple(out)


_SPAN = "char_start:integer! char_end:integer! evidence rule confidence:number"
_ROLES = tuple(v.role_groups())
#: Table -> its columns, in the order of the contract; rule and confidence are further columns of ours.
TABLES: dict[str, tuple[Column, ...]] = {
    "articles": _c("article_id! source title publisher published:date words:integer sha256 encoding"),
    "shows": _c("show_id! title! kind aliases articles:integer mentions:integer wikidata imdb tvmaze", kind=v.SHOW_KINDS),
    "people": _c("person_id! name! given_name family_name aliases articles:integer mentions:integer wikidata imdb tvmaze"),
    "companies": _c("company_id! name! kind aliases articles:integer mentions:integer wikidata imdb tvmaze", kind=v.COMPANY_KINDS),
    "roles": _c(f"article_id>articles! person_id>people! person role! title group show_id>shows show season:integer company_id>companies company character status {_SPAN}", role=_ROLES, group=v.ROLE_GROUPS, status=v.STATUSES),
    "dates": _c(f"article_id>articles! text! date_from:date! date_to:date! precision kind show_id>shows show season:integer {_SPAN}", precision=v.PRECISIONS, kind=v.DATE_KINDS),
    "show_companies": _c(f"article_id>articles! show_id>shows! show company_id>companies! company relation! {_SPAN}", relation=v.SHOW_COMPANY_RELATIONS),
    "show_links": _c(f"article_id>articles! show_id>shows! show relation! other_id>shows other other_kind {_SPAN}", relation=v.LINK_RELATIONS, other_kind=v.OTHER_KINDS),
    "events": _c(f"article_id>articles! event! show_id>shows show season:integer episodes:integer person_id>people person company_id>companies company date_from:date date_to:date {_SPAN}", event=v.SHOW_EVENTS + v.PERSON_EVENTS),
    "mentions": _c("mention_id! article_id>articles! kind! entity_id text! char_start:integer! char_end:integer! source confidence:number", kind=v.MENTION_KINDS),
}
#: The tables of facts, each row read from one place of one article.
FACT_TABLES = ("roles", "dates", "show_companies", "show_links", "events")
PRIMARY_KEYS = {"articles": "article_id", "shows": "show_id", "people": "person_id", "companies": "company_id", "mentions": "mention_id"}


@lru_cache(maxsize=1)
def _descriptions() -> dict[tuple[str, str], str]:
    return {(r["table"], r["column"]): r["description"] for _, r in v.read_rows("columns.csv", ("table", "column", "description"))}


def describe(table: str, column: str) -> str:
    """What a column says, in a sentence."""
    told = _descriptions()
    return told.get((table, column)) or told["*", column]


def data_package(hashes: Mapping[str, tuple[str, int]], delimiter: str = ",") -> dict[str, object]:
    """The Frictionless Tabular Data Package that describes a run's tables; ``hashes``: table -> (SHA-256 of its file, bytes).

    A reader who checks the hashes knows that all files are of one run.
    """
    resources = []
    for table, columns in TABLES.items():
        fields, keys = [], []
        for c in columns:
            limits: dict[str, object] = {"required": True} if c.required else {}
            if c.values:
                limits["enum"] = list(c.values)
            fields.append({"name": c.name, "type": c.type, "description": describe(table, c.name), **({"constraints": limits} if limits else {})})
            if c.table:
                keys.append({"fields": [c.name], "reference": {"resource": c.table, "fields": [PRIMARY_KEYS[c.table]]}})
        schema: dict[str, object] = {"fields": fields, "missingValues": [""]}
        if table in PRIMARY_KEYS:
            schema["primaryKey"] = [PRIMARY_KEYS[table]]
        if keys:
            schema["foreignKeys"] = keys
        digest, size = hashes[table]
        dialect: dict[str, object] = {"dialect": {"delimiter": delimiter}} if delimiter != "," else {}
        resources.append({"name": table, "profile": "tabular-data-resource", "path": f"{table}.csv", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8", "hash": f"sha256:{digest}", "bytes": size, **dialect, "schema": schema})
    return {"name": "callsheet", "profile": "tabular-data-package", "resources": resources}
