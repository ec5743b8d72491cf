"""brat standoff (``NAME.ann`` for ``NAME.txt``) as plain records: read, write, and the faults of a line.

The format: https://brat.nlplab.org/standoff.html. Text-bound lines (T) are mentions, ``*  Equiv`` lines
say which mentions are one entity, relations (R) are roles, company parts and links, events (E) what
happened; attributes (A) hold what has a closed vocabulary, notes (#) the rest as ``key=value`` pairs
joined by ``; ``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


class AnnotationError(ValueError):
    """A fault in an annotation, with file and line."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, where: ``line`` counts from 1, 0 where the fault is of the whole file."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Mark:
    """A text-bound annotation: ``text[start:end]`` of the article, half-open code points."""

    id: str
    type: str
    start: int
    end: int
    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Relation:
    id: str
    type: str
    a: str
    b: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class EventMark:
    """An event: its trigger's id and its arguments as (argument name, mention id)."""

    id: str
    type: str
    trigger: str
    arguments: tuple[tuple[str, str], ...]
    line: int = 0


@dataclass(slots=True)
class Standoff:
    """All annotations of one article.

    ``groups``: the ids of mentions of one entity, first mention first; ``attributes`` and ``notes``:
    id of a mention, relation or event -> {name: value} ('' is a flag's value).
    """

    name: str
    marks: list[Mark] = field(default_factory=list)
    groups: list[tuple[str, ...]] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    events: list[EventMark] = field(default_factory=list)
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: dict[str, dict[str, str]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def told(self, ident: str) -> dict[str, str]:
        """Attributes and notes of one annotation together."""
        return {**self.attributes.get(ident, {}), **self.notes.get(ident, {})}

    def first(self) -> dict[str, str]:
        """Mention id -> id of its entity's first mention (itself where it stands alone)."""
        same = {t: group[0] for group in self.groups for t in group}
        return {m.id: same.get(m.id, m.id) for m in self.marks}


def format_standoff(doc: Standoff) -> str:
    """The lines of a ``.ann`` file."""
    lines = [f"{m.id}\t{m.type} {m.start} {m.end}\t{m.text}" for m in doc.marks]
    lines += [f"*\tEquiv {' '.join(group)}" for group in doc.groups]
    lines += [f"{r.id}\t{r.type} Arg1:{r.a} Arg2:{r.b}" for r in doc.relations]
    lines += [f"{e.id}\t{e.type}:{e.trigger}" + "".join(f" {role}:{t}" for role, t in e.arguments) for e in doc.events]
    order = [m.id for m in doc.marks] + [r.id for r in doc.relations] + [e.id for e in doc.events]
    flags = [(target, name, value) for target in order for name, value in sorted(doc.attributes.get(target, {}).items())]
    lines += [f"A{n}\t{name.capitalize()} {target} {value.replace(' ', '_')}".rstrip() for n, (target, name, value) in enumerate(flags, 1)]
    noted = [(target, doc.notes[target]) for target in order if doc.notes.get(target)]
    lines += [f"#{n}\tAnnotatorNotes {target}\t{'; '.join(f'{k}={x}' for k, x in pairs.items())}" for n, (target, pairs) in enumerate(noted, 1)]
    return "\n".join(lines) + "\n"


def parse_standoff(name: str, ann: str, text: str) -> tuple[Standoff, list[Fault]]:
    """Read the lines of one ``.ann`` against its text; a line with a fault is left out and told."""
    doc, faults = Standoff(Path(name).stem), []
    for n, line in enumerate(ann.splitlines(), 1):
        if not line.strip():
            continue
        try:
            _parse_line(doc, line, n, text)
        except (IndexError, ValueError) as error:
            faults.append(Fault(name, n, str(error) if isinstance(error, AnnotationError) else "the line is not complete"))
    for target in (*doc.attributes, *doc.notes):
        if target not in doc.lines:
            faults.append(Fault(name, doc.lines.get(f"@{target}", 0), f"{target} is attributed or noted but is no annotation"))
    return doc, faults


def _parse_line(doc: Standoff, line: str, n: int, text: str) -> None:
    parts = line.split("\t")
    ident = parts[0]
    if ident in doc.lines:
        raise AnnotationError(f"{ident} stands twice")
    if ident.startswith("T"):
        kind, *offsets = parts[1].split()
        a, b = map(int, offsets)
        if not 0 <= a < b <= len(text):
            raise AnnotationError(f"{ident} has offsets {a} {b}, the text has {len(text)} characters")
        if text[a:b] != parts[2]:
            raise AnnotationError(f"{ident} says {parts[2]!r}, the text has {text[a:b]!r}")
        doc.marks.append(Mark(ident, kind, a, b, parts[2], n))
    elif ident == "*":
        label, *group = parts[1].split()
        if label != "Equiv" or len(group) < 2:
            raise AnnotationError("an Equiv line names two mentions or more")
        doc.groups.append(tuple(group))
        doc.lines[f"*{group[0]}"] = n
        return
    elif ident.startswith("R"):
        kind, a1, a2 = parts[1].split()
        doc.relations.append(Relation(ident, kind, a1.removeprefix("Arg1:"), a2.removeprefix("Arg2:"), n))
    elif ident.startswith("E"):
        head, *arguments = parts[1].split()
        kind, _, trigger = head.partition(":")
        pairs = tuple((role, t) for role, _, t in (x.partition(":") for x in arguments))
        doc.events.append(EventMark(ident, kind, trigger, pairs, n))
    elif ident.startswith("A"):
        attribute, target, *value = parts[1].split()
        doc.attributes.setdefault(target, {})[attribute.lower()] = value[0].replace("_", " ") if value else ""
        doc.lines[f"@{target}"] = n
    elif ident.startswith("#"):
        target = parts[1].split()[1]
        doc.notes.setdefault(target, {}).update(_pairs(parts[2]))
        doc.lines[f"@{target}"] = n
    else:
        raise AnnotationError(f"a line that begins with {ident!r} is no standoff")
    doc.lines[ident] = n


def _pairs(note: str) -> dict[str, str]:
    pairs = {}
    for part in note.split("; "):
        key, sign, value = part.partition("=")
        if not sign:
            raise AnnotationError(f"a note is key=value pairs, not {part!r}")
        pairs[key] = value
    return pairs
