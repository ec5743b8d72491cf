"""Judge one article's rows against its annotation: each row right, wrong or missed, each cell of a right row too.

What counts as the same is the benchmark's own rule (score.py): entities match one to one by any of
their names; other rows by their keys; a day exactly, a longer interval where intersection over union
is at least a half. What is marked optional is neither rewarded nor punished.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from pipeline.annotations import Gold
from pipeline.vocabulary import SHOW_EVENTS

FIVE = ("shows", "people", "companies", "roles", "dates")
EIGHT = (*FIVE, "show_companies", "show_links", "events")
#: table -> (mention kind, id column, name column, type of annotation)
ENTITY = {"shows": ("show", "show_id", "title", "Show"), "people": ("person", "person_id", "name", "Person"), "companies": ("company", "company_id", "name", "Company")}
#: table -> cells that are compared where a row is right and the annotation fills them
CELLS = {"shows": ("kind",), "companies": ("kind",), "roles": ("character", "title", "season", "status"), "dates": ("kind",), "show_links": ("other_kind",), "events": ("season", "episodes", "company")}
Row = dict[str, str]
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """One row: what was expected, what was found, and whether that is right, wrong or missed."""

    article: str
    table: str
    outcome: str
    key: Key
    found: Row | None = None
    gold: Row | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a right row that the annotation fills."""

    article: str
    table: str
    column: str
    right: bool
    gold: str
    found: str


@dataclass(slots=True)
class Article:
    """One article's rows as a run found them, by table; entities as ``{"id", "name", "kind", "forms"}``."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {t: [] for t in (*EIGHT, "mentions")})
    entities: dict[str, list[Row]] = field(default_factory=lambda: {t: [] for t in ENTITY})


@dataclass(slots=True)
class Judgement:
    rows: list[Judged] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    #: found entity id -> key of the annotated entity that it is, by table
    links: dict[str, dict[str, str]] = field(default_factory=dict)


def fold(text: str) -> str:
    """A name as it is compared: no case, accents, signs, possessive or leading article.

    >>> fold("The Late Show’s"), fold("Apple TV+")
    ('late show', 'apple tv plus')
    """
    text = unicodedata.normalize("NFKD", text or "").casefold()
    text = "".join(c for c in text if not unicodedata.combining(c)).replace("&", " and ").replace("+", " plus ")
    text = re.sub(r"[\W_]+", " ", re.sub(r"[’']s\b", "", text)).strip()
    return re.sub(r"^(the|a|an) ", "", text)


def overlap(a: tuple[str, str], b: tuple[str, str]) -> float:
    """Intersection over union of two intervals of days, both ends included (ISO dates).

    >>> overlap(("2024-01-01", "2024-01-31"), ("2024-01-17", "2024-01-31"))
    0.4838709677419355
    """
    (a0, a1), (b0, b1) = ([date.fromisoformat(x).toordinal() for x in ends] for ends in (a, b))
    shared = min(a1, b1) - max(a0, b0) + 1
    return shared / (max(a1, b1) - min(a0, b0) + 1) if shared > 0 else 0.0


def same_words(gold: str, found: str) -> bool:
    """Whether two titles share at least 70 % of their words.

    >>> same_words("head of drama", "Head of Drama"), same_words("head of drama", "head")
    (True, False)
    """
    a, b = set(fold(gold).split()), set(fold(found).split())
    return bool(b) and len(a & b) / len(a | b) >= 0.7


def same_cell(column: str, gold: str, found: str) -> bool:
    if column == "title":
        return same_words(gold, found)
    a, b = fold(gold), fold(found)
    return bool(b) and (a in b or b in a) if column == "character" else a == b


def _forms(entity: Row, also: bool) -> set[str]:
    return {fold(f) for f in ([entity["name"], *entity["forms"].split("|")] if also else [entity["name"]])}


def judge(gold: Gold, found: Article) -> Judgement:
    """All rows of one article, judged."""
    out = Judgement()
    for table in ENTITY:
        _judge_entities(out, gold, found, table)
    optional = {fold_name for e in gold.entities.values() if "optional" in e for fold_name in (e["name"],)}

    def name(row: Row, key: str) -> str:
        return gold.entities[row[key]]["name"] if row.get(key) else ""

    def link(table: str, row: Row) -> str:
        kind, column = ENTITY[table][:2]
        if not row.get(column):
            return ""
        key = out.links[table].get(row[column])
        return gold.entities[key]["name"] if key else f"?{row[kind] or row[column]}"

    def subject(event: str) -> str:
        return "show" if event in SHOW_EVENTS else "person"

    keys: dict[str, tuple[Callable[[Row], Key], Callable[[Row], Key]]] = {
        "roles": (lambda r: (name(r, "person"), r["role"], name(r, "show") or name(r, "company")), lambda r: (link("people", r), r["role"], link("shows", r) if r["show_id"] else link("companies", r))),
        "show_companies": (lambda r: (name(r, "show"), r["relation"], name(r, "company")), lambda r: (link("shows", r), r["relation"], link("companies", r))),
        "show_links": (lambda r: (name(r, "show"), r["relation"], fold(r["other_name"])), lambda r: (link("shows", r), r["relation"], fold(r["other"]))),
        "events": (lambda r: (r["event"], name(r, subject(r["event"]))), lambda r: (r["event"], link("shows" if r["event"] in SHOW_EVENTS else "people", r))),
    }
    for table, (gold_key, found_key) in keys.items():
        _judge_keyed(out, gold.article, table, [(gold_key(r), r) for r in getattr(gold, table)], [(found_key(r), r) for r in found.rows[table]], optional)
    _judge_dates(out, gold, found)
    for cell_row in [r for r in out.rows if r.outcome == "right"]:
        _judge_cells(out, gold, cell_row)
    return out


def _judge_entities(out: Judgement, gold: Gold, found: Article, table: str) -> None:
    wanted = {k: e for k, e in gold.entities.items() if e["type"] == ENTITY[table][3]}
    links: dict[str, str] = {}
    for also in (False, True):  # full names first, so that a short form does not take another's place
        for p in found.entities[table]:
            if p["id"] in links:
                continue
            own = set(p["forms"].split("|"))
            hit = next((k for k, e in wanted.items() if k not in links.values() and own & _forms(e, also)), None)
            if hit:
                links[p["id"]] = hit
    out.links[table] = links
    by_id = {p["id"]: p for p in found.entities[table]}
    seen = {key: by_id[i] for i, key in links.items()}
    for key, e in wanted.items():
        if "optional" not in e:
            out.rows.append(Judged(gold.article, table, "right" if key in seen else "missed", (e["name"],), seen.get(key), {**e, "key": key}))
    free = {f for e in wanted.values() if "optional" in e for f in _forms(e, True)}
    for p in found.entities[table]:
        if p["id"] not in links and not set(p["forms"].split("|")) & free:
            out.rows.append(Judged(gold.article, table, "wrong", (p["name"],), p))


def _judge_keyed(out: Judgement, article: str, table: str, gold: Iterable[tuple[Key, Row]], found: Iterable[tuple[Key, Row]], optional: set[str]) -> None:
    need: dict[Key, list[Row]] = defaultdict(list)
    free: dict[Key, list[Row]] = defaultdict(list)
    have: dict[Key, list[Row]] = defaultdict(list)
    for key, row in gold:
        (free if "optional" in row or set(key) & optional else need)[key].append(row)
    for key, row in found:
        if key in need or not set(key) & optional:
            have[key].append(row)
    for key, rows in need.items():
        if key in have:  # of several rows with one key, such as two titles at one company, the pair that fits best is compared
            pairs = [(f, g) for g in (*rows, *free[key]) for f in have[key]]
            best = max(pairs, key=lambda p: sum(same_cell(c, p[1].get(c, ""), p[0].get(c, "")) for c in CELLS[table]) if table in CELLS else 0)
            out.rows.append(Judged(article, table, "right", key, *best))
        elif key not in free:
            out.rows.append(Judged(article, table, "missed", key, None, rows[0]))
    out.rows += [Judged(article, table, "wrong", key, rows[0]) for key, rows in have.items() if key not in need and not free.get(key)]


def _judge_dates(out: Judgement, gold: Gold, found: Article) -> None:
    """Intervals that several annotated dates share count once, and any of their kinds is right."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in gold.dates:
        groups[row["from"], row["to"]].append(row)
    used: set[tuple[str, str]] = set()
    seen: set[tuple[str, str]] = set()
    for row in found.rows["dates"]:
        span = row["date_from"], row["date_to"] or row["date_from"]
        fit = [(overlap(span, g), g) for g in groups]
        best = max((x for x in fit if x[0] == 1 or (x[0] >= 0.5 and x[1][0] != x[1][1])), key=lambda x: x[0], default=None)
        if best is None:
            if span not in seen:
                out.rows.append(Judged(gold.article, "dates", "wrong", span, row))
        elif best[1] not in used:
            used.add(best[1])
            rows = groups[best[1]]
            if any("optional" not in r for r in rows):
                kinds = {r["kind"]: r for r in rows}
                out.rows.append(Judged(gold.article, "dates", "right", best[1], row, kinds.get(row["kind"], rows[0])))
        seen.add(span)
    out.rows += [Judged(gold.article, "dates", "missed", span, None, rows[0]) for span, rows in groups.items() if span not in used and any("optional" not in r for r in rows)]


def _judge_cells(out: Judgement, gold: Gold, row: Judged) -> None:
    assert row.found is not None and row.gold is not None
    for column in CELLS.get(row.table, ()):
        wanted = row.gold.get(column, "")
        if column == "title" and row.gold.get("role") != "Executive":
            continue
        if column == "company" and wanted:
            wanted = gold.entities[wanted]["name"]
            key = out.links["companies"].get(row.found.get("company_id", ""))
            got = gold.entities[key]["name"] if key else row.found.get("company", "")
        else:
            got = row.found.get(column, "")
        if wanted:
            out.cells.append(Cell(row.article, row.table, column, same_cell(column, wanted, got), wanted, got))
