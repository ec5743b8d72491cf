"""Every mistake once: what was expected and found, the sentence, the rule, and the stage where it arose."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import astuple, dataclass, fields

from pipeline.annotations import Gold
from pipeline.evaluation.evaluate import Evaluation
from pipeline.evaluation.scoring import ENTITY, Article, Judged, Judgement, Row

#: where a mistake can arise, in the order of the pipeline
STAGES = ("mention", "type", "resolution", "relation", "normal form")
#: a sentence's end: a full stop, question or exclamation mark and a space, or a line break
SENTENCE_END = re.compile(r"(?<=[.!?”])\s+(?=[A-Z“\"‘])|\n+")


@dataclass(frozen=True, slots=True)
class Mistake:
    article_id: str
    table: str
    mistake: str
    stage: str
    expected: str
    found: str
    rule: str
    confidence: str
    sentence: str


def sentence_at(text: str, position: int) -> str:
    """The sentence around a character, white space folded.

    >>> sentence_at("One. Two is here. Three.", 7)
    'Two is here.'
    """
    start = max((m.end() for m in SENTENCE_END.finditer(text) if m.end() <= position), default=0)
    end = next((m.start() for m in SENTENCE_END.finditer(text) if m.start() > position), len(text))
    return " ".join(text[start:end].split())


def list_mistakes(evaluation: Evaluation) -> list[Mistake]:
    """All mistakes, in order of article, table and place in the judgement."""
    out = []
    for gold in evaluation.golds:
        judgement, found = evaluation.judgements[gold.article], evaluation.found[gold.article]
        for row in judgement.rows:
            if row.outcome != "right":
                out.append(_mistake(row, gold, judgement, found))
        for c in judgement.cells:
            if not c.right:
                out.append(Mistake(c.article, f"{c.table}.{c.column}", "cell", "normal form", c.gold, c.found, "", "", ""))
    return out


def _mistake(row: Judged, gold: Gold, judgement: Judgement, found: Article) -> Mistake:
    text = " / ".join(row.key)
    got = row.found or {}
    sentence = got.get("evidence") or sentence_at(gold.text, _position(row, gold, found))
    source = got.get("rule", "") or next((m["source"] for m in found.rows["mentions"] if m["entity_id"] == got.get("id", "-")), "")
    confidence = got.get("confidence", "") or next((m["confidence"] for m in found.rows["mentions"] if m["entity_id"] == got.get("id", "-")), "")
    expected, seen = (text, "") if row.outcome == "missed" else ("", text)
    return Mistake(row.article, row.table, row.outcome, _stage(row, gold, judgement, found), expected, seen, source, confidence, sentence)


def _position(row: Judged, gold: Gold, found: Article) -> int:
    """Where in the text a row stands: its own place, else the first place where its last entity comes near its first."""
    if row.table == "dates":
        return int((row.gold or {}).get("start", 0))
    if row.found and row.table in ENTITY:
        return next((int(m["char_start"]) for m in found.rows["mentions"] if m["entity_id"] == row.found["id"]), 0)
    told = row.gold or {}
    keys = [told["key"]] if "key" in told else [told[c] for c in ("person", "show", "company") if told.get(c)]
    places = [[a for a, _, _, key in gold.mentions if key == k] for k in keys]
    if not places or not places[0]:
        return 0
    if len(places) == 1 or not places[1]:
        return places[0][0]
    return min((abs(a - b), a) for a in places[0] for b in places[1])[1]


def _stage(row: Judged, gold: Gold, judgement: Judgement, found: Article) -> str:
    if row.table in ENTITY:
        return _entity_stage(row, gold, found)
    if row.table == "dates":
        if row.outcome == "missed":
            a, b = int((row.gold or {})["start"]), int((row.gold or {})["end"])
            return "normal form" if any(int(m["char_start"]) < b and a < int(m["char_end"]) for m in found.rows["mentions"] if m["kind"] == "date") else "mention"
        place = int((row.found or {})["char_start"])
        return "normal form" if any(int(d["start"]) <= place < int(d["end"]) for d in gold.dates) else "mention"
    if row.outcome == "wrong":
        return "mention" if any(k.startswith("?") for k in row.key) else "relation"
    linked = {key for links in judgement.links.values() for key in links.values()}
    told = row.gold or {}
    absent = [told[c] for c in ("person", "show", "company") if told.get(c) and told[c] not in linked and c in _needed(row)]
    if absent:
        key = absent[0]
        return _entity_stage(Judged(row.article, next(t for t, x in ENTITY.items() if x[3] == gold.entities[key]["type"]), "missed", (), None, {**gold.entities[key], "key": key}), gold, found)
    return "relation"


def _needed(row: Judged) -> tuple[str, ...]:
    return ("show", "person") if row.table == "events" else ("person", "show", "company")


def _entity_stage(row: Judged, gold: Gold, found: Article) -> str:
    kind = ENTITY[row.table][0]
    if row.outcome == "wrong":
        own: list[Row] = [m for m in found.rows["mentions"] if row.found and m["entity_id"] == row.found["id"] and m["kind"] == kind]
        spans = [(int(m["char_start"]), int(m["char_end"])) for m in own]
        hits = {k for a, b, k, _ in gold.mentions if any(a < y and x < b for x, y in spans)}
        return "resolution" if kind in hits else "type" if hits else "mention"
    key = (row.gold or {}).get("key", "")
    spans = [(a, b) for a, b, _, k in gold.mentions if k == key]
    kinds = {m["kind"] for m in found.rows["mentions"] if any(a < int(m["char_end"]) and int(m["char_start"]) < b for a, b in spans)}
    return "resolution" if kind in kinds else "type" if kinds else "mention"


def mistakes_csv(mistakes: list[Mistake]) -> str:
    """The mistakes as CSV, a header line first."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([f.name for f in fields(Mistake)])
    writer.writerows(astuple(m) for m in mistakes)
    return buffer.getvalue()
