"""Hand annotations as brat standoff (``NAME.ann`` for ``NAME.txt``), and the inline markup they are written in.

In a ``.ann`` file text-bound lines (T) are mentions, ``*  Equiv`` lines say which mentions are one
entity, relations (R) are roles, company parts and links, events (E) what happened; a note (#) on a
line holds what brat has no place for, as ``key=value`` pairs joined by ``; ``.

The markup is plain text with ``[words|key]`` around each mention, then a line ``---`` and one fact a
line; ``compile_markup`` turns it into the text and its standoff with exact offsets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from pipeline import vocabulary as v

#: First letter of a markup key -> the type of its mentions.
TYPES = {"s": "Show", "p": "Person", "c": "Company", "d": "Date", "x": "Character", "w": "Work", "e": "Trigger"}
MARK = re.compile(r"\[([^\[\]|]+)\|([a-z]+\d*)\]")


class AnnotationError(ValueError):
    """A fault in an annotation, with file and line."""


@dataclass(slots=True)
class Gold:
    """One article's annotated facts: entities by key, and rows of the tables keyed by entity keys."""

    article: str
    text: str
    entities: dict[str, dict[str, str]] = field(default_factory=dict)
    mentions: list[tuple[int, int, str, str]] = field(default_factory=list)
    roles: list[dict[str, str]] = field(default_factory=list)
    dates: list[dict[str, str]] = field(default_factory=list)
    show_companies: list[dict[str, str]] = field(default_factory=list)
    show_links: list[dict[str, str]] = field(default_factory=list)
    events: list[dict[str, str]] = field(default_factory=list)


def _notes(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split("; ") if "=" in part)


def compile_markup(markup: str, where: str = "markup") -> tuple[str, str]:
    """The text and the ``.ann`` of one marked-up article; raises ``AnnotationError``."""
    marked, _, facts = markup.partition("\n---\n")
    text, spans, position = "", [], 0
    for m in MARK.finditer(marked):
        text += marked[position : m.start()]
        spans.append((len(text), len(text) + len(m[1]), m[2]))
        text += m[1]
        position = m.end()
    text += marked[position:]
    lines: list[str] = []
    ids: dict[str, list[str]] = {}
    for n, (a, b, key) in enumerate(spans, 1):
        if key[0] not in TYPES:
            raise AnnotationError(f"{where}: mark {key!r} begins with none of {', '.join(TYPES)}")
        lines.append(f"T{n}\t{TYPES[key[0]]} {a} {b}\t{text[a:b]}")
        ids.setdefault(key, []).append(f"T{n}")
    lines += [f"*\tEquiv {' '.join(group)}" for key, group in ids.items() if len(group) > 1 and key[0] not in "de"]
    counts = {"R": 0, "E": 0, "#": 0}

    def note(target: str, pairs: list[str]) -> None:
        if pairs:
            counts["#"] += 1
            lines.append(f"#{counts['#']}\tAnnotatorNotes {target}\t{'; '.join(pairs)}")

    for n, line in enumerate(facts.splitlines(), 1):
        if not line.strip():
            continue
        head, *pairs = [part.strip() for part in line.split(";")]
        words = head.split()
        for w in words:
            if re.fullmatch(r"[spcdxwe]\d+", w) and w not in ids:
                raise AnnotationError(f"{where}: fact {n}: {w} marks no words: {line}")
        if len(words) == 1:
            note(ids[words[0]][0], pairs)
        elif words[0] == "event":
            counts["E"] += 1
            arguments = " ".join(f"{TYPES[w[0]]}:{ids[w][0]}" for w in words[3:])
            lines.append(f"E{counts['E']}\t{words[1]}:{ids[words[2]][0]} {arguments}".rstrip())
            note(f"E{counts['E']}", pairs)
        else:
            counts["R"] += 1
            lines.append(f"R{counts['R']}\t{words[1]} Arg1:{ids[words[0]][0]} Arg2:{ids[words[2]][0]}")
            note(f"R{counts['R']}", pairs)
    return text, "\n".join(lines) + "\n"


def read_annotation(ann: Path, text: str) -> Gold:
    """Read one ``.ann`` file against its text; raises ``AnnotationError`` with file and line for every kind of fault."""
    gold = Gold(ann.stem, text)
    spans: dict[str, tuple[str, int, int, str]] = {}
    same: dict[str, str] = {}
    notes: dict[str, dict[str, str]] = {}
    relations: list[tuple[int, str, str, str, str]] = []
    events: list[tuple[int, str, str, str, list[str]]] = []

    def fault(n: int, message: str) -> AnnotationError:
        return AnnotationError(f"{ann}:{n}: {message}")

    for n, line in enumerate(ann.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        parts = line.split("\t")
        ident = parts[0]
        if ident in spans or any(ident == r[1] for r in relations) or any(ident == e[1] for e in events):
            raise fault(n, f"{ident} stands twice")
        try:
            if ident.startswith("T"):
                kind, a, b = parts[1].split()
                if kind not in TYPES.values():
                    raise fault(n, f"{kind} is no type of mention")
                if text[int(a) : int(b)] != parts[2]:
                    raise fault(n, f"{ident} says {parts[2]!r}, the text has {text[int(a) : int(b)]!r}")
                spans[ident] = (kind, int(a), int(b), parts[2])
            elif ident == "*":
                group = parts[1].split()[1:]
                for t in group:
                    same[t] = group[0]
            elif ident.startswith("R"):
                kind, a, b = parts[1].split()
                relations.append((n, ident, kind, a.removeprefix("Arg1:"), b.removeprefix("Arg2:")))
            elif ident.startswith("E"):
                head, *arguments = parts[1].split()
                kind, _, trigger = head.partition(":")
                events.append((n, ident, kind, trigger, [x.partition(":")[2] for x in arguments]))
            elif ident.startswith("#"):
                notes[parts[1].split()[1]] = _notes(parts[2])
            else:
                raise fault(n, f"a line that begins with {ident!r} is no standoff")
        except (IndexError, ValueError) as error:
            if isinstance(error, AnnotationError):
                raise
            raise fault(n, "the line is not complete") from None

    def entity(n: int, t: str) -> str:
        if t not in spans:
            raise fault(n, f"{t} is no mention")
        return same.get(t, t)

    for t, (kind, first, last, words) in spans.items():
        if kind == "Date":
            told = notes.get(t, {})
            if told.get("kind") not in v.DATE_KINDS:
                raise fault(0, f"date {t} {words!r} has kind {told.get('kind')!r}")
            gold.dates.append({"text": words, "from": told["from"], "to": told.get("to", told["from"]), **told})
            gold.mentions.append((first, last, "date", ""))
        elif kind in ("Show", "Person", "Company"):
            key = same.get(t, t)
            row = gold.entities.setdefault(key, {"type": kind, "name": "", "forms": "", **notes.get(key, {})})
            row["forms"] += ("|" if row["forms"] else "") + words
            if "name" not in notes.get(key, {}) and len(words) > len(row["name"]):
                row["name"] = words
            gold.mentions.append((first, last, kind.lower(), key))
    groups = v.role_groups()
    for n, ident, kind, a1, a2 in relations:
        a, b = entity(n, a1), entity(n, a2)
        told = notes.get(ident, {})
        name = kind.replace("_", " ")
        if name in groups:
            target = "show" if spans[b][0] == "Show" else "company"
            gold.roles.append({"person": a, "role": name, target: b, **told})
        elif kind in v.SHOW_COMPANY_RELATIONS:
            gold.show_companies.append({"show": a, "company": b, "relation": kind, **told})
        elif kind in v.LINK_RELATIONS:
            gold.show_links.append({"show": a, "relation": kind, "other": b, "other_name": gold.entities[b]["name"] if b in gold.entities else spans[b][3], **told})
        else:
            raise fault(n, f"{kind} is no relation")
    for n, ident, kind, trigger, arguments in events:
        if kind not in v.SHOW_EVENTS + v.PERSON_EVENTS:
            raise fault(n, f"{kind} is no event")
        if trigger not in spans:
            raise fault(n, f"{trigger} is no mention")
        gold.events.append({"event": kind, **{spans[t][0].lower(): entity(n, t) for t in arguments}, **notes.get(ident, {})})
    return gold


def read_annotations(annotations: Path, corpus: Path) -> list[Gold]:
    """All annotated articles of a folder, in order of name."""
    files = sorted(annotations.glob("*.ann"))
    if not files:
        raise AnnotationError(f"{annotations}: no .ann file in this folder")
    out = []
    for ann in files:
        source = corpus / f"{ann.stem}.txt"
        if not source.exists():
            raise AnnotationError(f"{ann}: its text {source} is missing")
        out.append(read_annotation(ann, source.read_text(encoding="utf-8")))
    return out


def write_marked(markup: Path, corpus: Path, annotations: Path) -> list[str]:
    """Compile marked-up articles (``@@@ NAME`` before each) into texts and ``.ann`` files; returns their names."""
    names = []
    for part in re.split(r"(?m)^@@@ ", markup.read_text(encoding="utf-8")):
        name, _, body = part.partition("\n")
        if not name.strip() or not body.strip():
            continue
        text, ann = compile_markup(body, f"{markup}: {name}")
        (corpus / f"{name}.txt").write_text(text + "\n", encoding="utf-8")
        (annotations / f"{name}.ann").write_text(ann, encoding="utf-8")
        read_annotation(annotations / f"{name}.ann", text + "\n")
        names.append(name)
    return names
