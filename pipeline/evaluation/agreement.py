"""How far two annotations of the same articles agree: each is judged by the other as a run's tables would be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from pipeline.annotations import Gold
from pipeline.evaluation.scoring import EIGHT, ENTITY, Article, Row, fold, judge
from pipeline.tables import TABLES


def as_found(gold: Gold) -> Article:
    """An annotation as the rows that a run would have found; what it calls optional it does not claim."""
    found = Article()
    tables = {kind: table for table, (_, _, _, kind) in ENTITY.items()}
    for key, e in gold.entities.items():
        if "optional" not in e:
            longest = max(e["forms"].split("|"), key=lambda s: (len(s), s))
            forms = sorted({fold(e["name"]), fold(longest)} - {""})
            found.entities[tables[e["type"]]].append({"id": key, "name": e["name"], "kind": e.get("kind", ""), "forms": "|".join(forms), "text": longest})

    def linked(table: str, row: Row) -> Row:
        told = {c: v for c, v in row.items() if c not in ("show", "person", "company", "other")}
        ids = {f"{c}_id": row[c] for c in ("show", "person", "company") if row.get(c)}
        names = {c: gold.entities[row[c]]["name"] for c in ("show", "person", "company") if row.get(c)}
        return {**{c.name: "" for c in TABLES[table]}, **told, **ids, **names}

    for table, rows in (("roles", gold.roles), ("show_companies", gold.show_companies), ("events", gold.events)):
        found.rows[table] = [linked(table, r) for r in rows if "optional" not in r]
    found.rows["show_links"] = [{**linked("show_links", r), "other": r["other_name"]} for r in gold.show_links if "optional" not in r]
    found.rows["dates"] = [{"text": d["text"], "date_from": d["from"], "date_to": d["to"], "kind": d["kind"], "char_start": d["start"], "char_end": d["end"]} for d in gold.dates if "optional" not in d]
    return found


def agreement(first: Mapping[str, Gold], second: Mapping[str, Gold]) -> dict[str, tuple[float, int]]:
    """Table -> (F1 of one annotation by the other, averaged over both directions; rows compared) over the articles that both have."""
    both = sorted(first.keys() & second.keys())
    out: dict[str, tuple[float, int]] = {}
    ways = []
    for by, of in ((first, second), (second, first)):
        counts = {t: Counter[str]() for t in EIGHT}
        for name in both:
            for row in judge(by[name], as_found(of[name])).rows:
                counts[row.table][row.outcome] += 1
        ways.append(counts)
    for table in EIGHT:
        scores = [2 * c["right"] / max(1, 2 * c["right"] + c["wrong"] + c["missed"]) for c in (w[table] for w in ways)]
        out[table] = (sum(scores) / 2, ways[0][table]["right"] + ways[0][table]["missed"])
    return out
