"""Evaluate: a run's tables against hand annotations, table by table, with every mistake listed."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pipeline.annotations import AnnotationError, Gold, read_annotations
from pipeline.vocabulary import SHOW_EVENTS

FIVE = ("shows", "people", "companies", "roles", "dates")
EIGHT = (*FIVE, "show_companies", "show_links", "events")
ENTITY = {"shows": ("show", "show_id", "title", "Show"), "people": ("person", "person_id", "name", "Person"), "companies": ("company", "company_id", "name", "Company")}
Key = tuple[str, ...]


@dataclass(slots=True)
class Score:
    """Counts of one table: rows right, rows wrong, rows missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        p, r = self.precision, self.recall
        return 2 * p * r / (p + r) if p + r else 0.0

    @property
    def gold(self) -> int:
        return self.right + self.missed

    @property
    def found(self) -> int:
        return self.right + self.wrong


@dataclass(slots=True)
class Report:
    articles: int
    scores: dict[str, Score]
    mistakes: list[tuple[str, str, str, str]] = field(default_factory=list)

    @property
    def five(self) -> float:
        return sum(self.scores[t].f1 for t in FIVE) / len(FIVE)

    @property
    def eight(self) -> float:
        return sum(self.scores[t].f1 for t in EIGHT) / len(EIGHT)


def fold(text: str) -> str:
    """A name as it is compared: no case, accents, signs, possessive or leading article.

    >>> fold("The Late Show’s"), fold("Apple TV+")
    ('late show', 'apple tv plus')
    """
    text = unicodedata.normalize("NFKD", text).casefold()
    text = "".join(c for c in text if not unicodedata.combining(c)).replace("&", " and ").replace("+", " plus ")
    text = re.sub(r"[\W_]+", " ", re.sub(r"[’']s\b", "", text)).strip()
    return re.sub(r"^(the|a|an) ", "", text)


def read_table(output: Path, name: str) -> list[dict[str, str]]:
    path = output / f"{name}.csv"
    if not path.exists():
        raise AnnotationError(f"{path} is missing: is {output} the output of a run?")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def evaluate(output: Path, annotations: Path, corpus: Path | None = None) -> Report:
    """Scores of the tables in ``output`` against the ``.ann`` files; the texts are in ``corpus`` beside them.

    Entities are right where any of their forms is one of the annotation's; the other tables where
    their keys are (person, role, show or company; first and last day; show, relation, company; show,
    relation, other; event, show or person). What is marked optional counts neither way.
    """
    golds = read_annotations(annotations, corpus or annotations.parent / "corpus")
    tables = {t: defaultdict(list) for t in ("mentions", *EIGHT[3:])}  # type: ignore[var-annotated]
    for t, rows in tables.items():
        for row in read_table(output, t):
            rows[row["article_id"]].append(row)
    names = {t: {r[i]: r[n] for r in read_table(output, t)} for t, (_, i, n, _) in ENTITY.items()}
    report = Report(len(golds), {t: Score() for t in EIGHT})
    for gold in golds:
        links = {t: _match_entities(report, gold, t, tables["mentions"][gold.article], names[t]) for t in ENTITY}

        def p(table: str, row: dict[str, str], links: dict[str, dict[str, str]] = links) -> str:
            kind, column = ENTITY[table][:2]
            return links[table].get(row[column], f"?{row[kind]}" if row[column] else "")

        g = {k: e["name"] for k, e in gold.entities.items()}
        optional = {e["name"] for e in gold.entities.values() if "optional" in e}

        def name(row: dict[str, str], key: str, g: dict[str, str] = g) -> str:
            return g.get(row.get(key, ""), "")

        wanted: dict[str, list[tuple[Key, bool]]] = {
            "roles": [((name(r, "person"), r["role"], name(r, "show") or name(r, "company")), "optional" in r) for r in gold.roles],
            "show_companies": [((name(r, "show"), r["relation"], name(r, "company")), "optional" in r) for r in gold.show_companies],
            "show_links": [((name(r, "show"), r["relation"], "" if r.get("untitled") else fold(r["other_name"])), "optional" in r) for r in gold.show_links],
            "events": [((r["event"], name(r, "show" if r["event"] in SHOW_EVENTS else "person")), "optional" in r) for r in gold.events],
            "dates": [((r["from"], r["to"]), "optional" in r) for r in gold.dates],
        }
        a = gold.article
        found: dict[str, list[Key]] = {
            "roles": [(p("people", r), r["role"], p("shows", r) or p("companies", r)) for r in tables["roles"][a]],
            "show_companies": [(p("shows", r), r["relation"], p("companies", r)) for r in tables["show_companies"][a]],
            "show_links": [(p("shows", r), r["relation"], fold(r["other"])) for r in tables["show_links"][a]],
            "events": [(r["event"], p("shows", r) if r["event"] in SHOW_EVENTS else p("people", r)) for r in tables["events"][a]],
            "dates": [_nearest_date((r["date_from"], r["date_to"]), [k for k, _ in wanted["dates"]]) for r in tables["dates"][a]],
        }
        for table, keys in wanted.items():
            need = {k for k, o in keys if not o and not set(k) & optional}
            free = {k for k, o in keys} - need
            have = {k for k in found[table] if k in need or not set(k) & optional}
            _count(report, a, table, need & have, have - need - free, need - have)
    return report


def _count(report: Report, article: str, table: str, right: set[Key], wrong: set[Key], missed: set[Key]) -> None:
    score = report.scores[table]
    score.right += len(right)
    score.wrong += len(wrong)
    score.missed += len(missed)
    report.mistakes += [(article, table, "wrong", " / ".join(k)) for k in sorted(wrong)]
    report.mistakes += [(article, table, "missed", " / ".join(k)) for k in sorted(missed)]


def _match_entities(report: Report, gold: Gold, table: str, mentions: list[dict[str, str]], names: dict[str, str]) -> dict[str, str]:
    """Found entity id -> name of the annotated entity that it is."""
    kind, _, _, type_ = ENTITY[table]
    forms: dict[str, set[str]] = defaultdict(set)
    for m in mentions:
        if m["kind"] == kind:
            forms[m["entity_id"]].add(fold(m["text"]))
    links: dict[str, str] = {}
    right: set[Key] = set()
    missed: set[Key] = set()
    wanted = {k: e for k, e in gold.entities.items() if e["type"] == type_}
    for key, e in wanted.items():
        own = {fold(f) for f in (e["name"], *e["forms"].split("|"))}
        hit = next((i for i in sorted(forms) if i not in links and (forms[i] | {fold(names.get(i, ""))}) & own), None)
        if hit is not None:
            links[hit] = e["name"]
        if "optional" not in e:
            (right if hit is not None else missed).add((e["name"], key))
    wrong: set[Key] = {(names.get(i, i),) for i in forms if i not in links}
    score = report.scores[table]
    score.right += len(right)
    _count(report, gold.article, table, set(), wrong, {(n,) for n, _ in missed})
    return links


def _nearest_date(span: tuple[str, str], wanted: list[Key]) -> Key:
    """The annotated interval that a found one counts as: a day exactly, a longer one where they share half."""
    a, b = (date.fromisoformat(x).toordinal() for x in span)
    for key in wanted:
        c, d = (date.fromisoformat(x).toordinal() for x in key)
        shared = min(b, d) - max(a, c) + 1
        if shared > 0 and shared / (max(b, d) - min(a, c) + 1) >= (1 if c == d else 0.5):
            return key
    return span


def mistakes_csv(report: Report) -> str:
    """Every mistake as CSV: article, table, wrong or missed, the row's key."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["article_id", "table", "mistake", "row"])
    writer.writerows(report.mistakes)
    return buffer.getvalue()
