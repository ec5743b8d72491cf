"""What a set of annotations says: entities by key and rows of the tables; and every fault that would make it a lie."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pipeline import vocabulary as v
from pipeline.annotations.standoff import AnnotationError, EventMark, Fault, Mark, Relation, Standoff, parse_standoff

ENTITIES = ("Show", "Person", "Company")
MARK_TYPES = (*ENTITIES, "Character", "Work", "Date", "Role", "Trigger")
KINDS = {"Show": v.SHOW_KINDS, "Company": v.COMPANY_KINDS, "Date": v.DATE_KINDS}
#: the types that a relation goes from and to
ROLE_TARGET = {"business": ("Company", "Show"), "press": ("Company", "Show"), "creative": ("Show",), "cast": ("Show",)}
Row = dict[str, str]


@dataclass(slots=True)
class Gold:
    """One article's annotated facts: entities by key (their first mention's id), and rows of the tables keyed by entity keys.

    ``mentions``: (start, end, kind, entity key), kind as in TABLES ``mentions.kind`` or ``character``.
    """

    article: str
    text: str
    entities: dict[str, Row] = field(default_factory=dict)
    mentions: list[tuple[int, int, str, str]] = field(default_factory=list)
    roles: list[Row] = field(default_factory=list)
    dates: list[Row] = field(default_factory=list)
    show_companies: list[Row] = field(default_factory=list)
    show_links: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)


class _Reader:
    """Standoff -> Gold, collecting faults; a fact with a fault is left out."""

    def __init__(self, file: str, doc: Standoff, text: str, faults: list[Fault]) -> None:
        self.file, self.doc, self.faults = file, doc, faults
        self.gold = Gold(doc.name, text)
        self.marks = {m.id: m for m in doc.marks}
        self.key = doc.first()

    def fault(self, line: int, message: str) -> None:
        self.faults.append(Fault(self.file, line, message))

    def read(self) -> Gold:
        self.groups()
        places: dict[tuple[int, int, str], str] = {}
        for m in self.doc.marks:
            if m.type not in MARK_TYPES:
                self.fault(m.line, f"{m.id}: {m.type} is no type of mention ({', '.join(MARK_TYPES)})")
                continue
            if m.text != m.text.strip():
                self.fault(m.line, f"{m.id} begins or ends with white space: {m.text!r}")
            if old := places.get((m.start, m.end, m.type)):
                self.fault(m.line, f"{m.id} marks the same words as {old}: {m.text!r}")
            places[m.start, m.end, m.type] = m.id
            self.mark(m)
        self.names()
        seen: dict[tuple[object, ...], str] = {}
        facts: list[Relation | EventMark] = [*self.doc.relations, *self.doc.events]
        for fact in facts:
            told = self.doc.told(fact.id)
            for column in ("season", "episodes"):
                if not told.get(column, "1").isdigit():
                    self.fault(fact.line, f"{fact.id} has {column} {told[column]!r}, which is no number")
            if isinstance(fact, Relation):
                key: tuple[object, ...] = (fact.type, self.key.get(fact.a), self.key.get(fact.b), *(told.get(k) for k in ("season", "title", "character")))
                self.relation(fact, told)
            else:
                key = (fact.type, self.key.get(fact.arguments[0][1]) if fact.arguments else "", told.get("season"))
                self.event(fact, told)
            if old := seen.get(key):
                self.fault(fact.line, f"{fact.id} says the same as {old}")
            seen[key] = fact.id
        return self.gold

    def groups(self) -> None:
        owner: dict[str, str] = {}
        for group in self.doc.groups:
            line = self.doc.lines.get(f"*{group[0]}", 0)
            types = {self.marks[t].type for t in group if t in self.marks}
            for t in group:
                if t not in self.marks:
                    self.fault(line, f"Equiv names {t}, which is no mention")
                if owner.setdefault(t, group[0]) != group[0]:
                    self.fault(line, f"{t} belongs to two entities, {owner[t]} and {group[0]}")
            if len(types) > 1:
                self.fault(line, f"one entity of several types: {', '.join(sorted(types))}")

    def kind(self, m: Mark, told: Row) -> None:
        if m.type in KINDS and told.get("kind") not in KINDS[m.type]:
            self.fault(m.line, f"{m.id} {m.text!r} has kind {told.get('kind')!r}, not one of {', '.join(KINDS[m.type])}")

    def mark(self, m: Mark) -> None:
        told = self.doc.told(m.id)
        if m.type == "Date":
            self.kind(m, told)
            try:
                first, last = date.fromisoformat(told.get("from", "")), date.fromisoformat(told.get("to", told.get("from", "")))
                if first > last:
                    self.fault(m.line, f"{m.id} {m.text!r} ends before it begins: {first}..{last}")
            except ValueError:
                self.fault(m.line, f"{m.id} {m.text!r} has no from and to as YYYY-MM-DD")
                return
            self.gold.dates.append({**told, "text": m.text, "start": str(m.start), "end": str(m.end), "from": first.isoformat(), "to": last.isoformat()})
            self.gold.mentions.append((m.start, m.end, "date", ""))
        elif m.type == "Role":
            if told.get("role") not in v.role_groups():
                self.fault(m.line, f"{m.id} {m.text!r} has role {told.get('role')!r}, which is none of the vocabulary")
            self.gold.mentions.append((m.start, m.end, "role", ""))
        elif m.type == "Character":
            self.gold.mentions.append((m.start, m.end, "character", self.key[m.id]))
        elif m.type in ENTITIES:
            key = self.key[m.id]
            row = self.gold.entities.setdefault(key, {"type": m.type, "name": "", "forms": "", **self.doc.told(key)})
            row["forms"] += ("|" if row["forms"] else "") + m.text
            if "name" not in self.doc.told(key) and len(m.text) > len(row["name"]):
                row["name"] = " ".join(m.text.split())
            self.gold.mentions.append((m.start, m.end, m.type.lower(), key))
            if key == m.id:
                self.kind(m, told)

    def names(self) -> None:
        owner: dict[tuple[str, str], str] = {}
        for key, e in self.gold.entities.items():
            if old := owner.get((e["type"], e["name"])):
                self.fault(self.marks[key].line, f"{key} and {old} are two entities with one name, {e['name']!r}: join them by Equiv or tell them apart by name=")
            owner[e["type"], e["name"]] = key

    def argument(self, line: int, ident: str, t: str, types: tuple[str, ...]) -> str | None:
        if t not in self.marks:
            self.fault(line, f"{ident}: {t} is no mention")
        elif self.marks[t].type not in types:
            self.fault(line, f"{ident}: {t} {self.marks[t].text!r} is a {self.marks[t].type}, not a {' or a '.join(types)}")
        else:
            return self.key[t]
        return None

    def relation(self, r: Relation, told: Row) -> None:
        name = r.type.replace("_", " ")
        groups = v.role_groups()
        if told.get("status", "") not in ("", *v.STATUSES):
            self.fault(r.line, f"{r.id} has status {told['status']!r}, not one of {', '.join(v.STATUSES)}")
        if name in groups:
            a, b = self.argument(r.line, r.id, r.a, ("Person",)), self.argument(r.line, r.id, r.b, ROLE_TARGET[groups[name]])
            if a and b:
                self.gold.roles.append({"person": a, "role": name, self.marks[b].type.lower(): b, **told})
        elif r.type in v.SHOW_COMPANY_RELATIONS:
            a, b = self.argument(r.line, r.id, r.a, ("Show",)), self.argument(r.line, r.id, r.b, ("Company",))
            if a and b:
                self.gold.show_companies.append({"show": a, "company": b, "relation": r.type, **told})
        elif r.type in v.LINK_RELATIONS:
            a, b = self.argument(r.line, r.id, r.a, ("Show",)), self.argument(r.line, r.id, r.b, ("Show", "Work"))
            if told.get("other_kind", "other") not in v.OTHER_KINDS:
                self.fault(r.line, f"{r.id} has other_kind {told['other_kind']!r}, not one of {', '.join(v.OTHER_KINDS)}")
            if a and b:
                other = "" if told.get("untitled") else self.gold.entities[b]["name"] if b in self.gold.entities else " ".join(self.marks[b].text.split())
                self.gold.show_links.append({"show": a, "relation": r.type, "other": b, "other_name": other, **told})
        else:
            self.fault(r.line, f"{r.id}: {r.type} is no relation")

    def event(self, e: EventMark, told: Row) -> None:
        if e.type not in v.SHOW_EVENTS + v.PERSON_EVENTS:
            self.fault(e.line, f"{e.id}: {e.type} is no event")
            return
        if e.trigger not in self.marks or self.marks[e.trigger].type != "Trigger":
            self.fault(e.line, f"{e.id}: its trigger {e.trigger} is no mention of type Trigger")
            return
        subject = "Show" if e.type in v.SHOW_EVENTS else "Person"
        trigger = self.marks[e.trigger]
        row: Row = {"event": e.type, "start": str(trigger.start), "end": str(trigger.end), **told}
        for role, t in e.arguments:
            found = self.argument(e.line, e.id, t, (role,) if role in ENTITIES else ENTITIES)
            if found:
                row[self.marks[found].type.lower()] = found
        if subject.lower() not in row:
            self.fault(e.line, f"{e.id}: {e.type} has no {subject}")
            return
        self.gold.events.append(row)


def check_annotation(file: str, ann: str, text: str) -> tuple[Gold, list[Fault]]:
    """What the lines of one ``.ann`` file say of ``text``, and all their faults."""
    doc, faults = parse_standoff(file, ann, text)
    gold = _Reader(file, doc, text, faults).read()
    return gold, sorted(faults, key=lambda f: f.line)


def read_gold(file: str, ann: str, text: str) -> Gold:
    """As ``check_annotation``, but raises ``AnnotationError`` with file and line for the first fault."""
    gold, faults = check_annotation(file, ann, text)
    if faults:
        raise AnnotationError(str(faults[0]))
    return gold


def check_folder(annotations: Path, corpus: Path) -> tuple[list[Gold], list[Fault]]:
    """All annotated articles of a folder, in order of name, and all faults; an article with a fault is still given."""
    files = sorted(annotations.glob("*.ann"))
    if not files:
        raise AnnotationError(f"{annotations}: no .ann file in this folder")
    golds, faults = [], []
    for ann in files:
        source = corpus / f"{ann.stem}.txt"
        if not source.exists():
            faults.append(Fault(str(ann), 0, f"its text {source} is missing"))
            continue
        try:
            lines, text = ann.read_text(encoding="utf-8"), source.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            faults.append(Fault(str(ann), 0, f"it or its text is not UTF-8 ({error.reason})"))
            continue
        gold, found = check_annotation(str(ann), lines, text)
        golds.append(gold)
        faults += found
    return golds, faults


def read_annotations(annotations: Path, corpus: Path) -> list[Gold]:
    """All annotated articles of a folder; raises ``AnnotationError`` for the first fault."""
    golds, faults = check_folder(annotations, corpus)
    if faults:
        raise AnnotationError(str(faults[0]))
    return golds
