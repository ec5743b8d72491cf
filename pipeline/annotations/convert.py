"""Annotations in other programs' formats, both ways: Label Studio, Prodigy, doccano, spaCy's DocBin; and the benchmark's gold.

Every reader and writer works on ``(text, Standoff)`` pairs. A writer returns with its output what the
format cannot hold, as counts by kind, so that nothing is lost in silence.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pipeline.annotations.gold import Gold, read_gold
from pipeline.annotations.standoff import AnnotationError, EventMark, Mark, Relation, Standoff, format_standoff, parse_standoff

Pair = tuple[str, Standoff]
Json = dict[str, Any]


def _extra(doc: Standoff, ident: str) -> Json:
    """Attributes and notes of one annotation as plain JSON."""
    return {k: v for k, v in (("attributes", doc.attributes.get(ident)), ("notes", doc.notes.get(ident))) if v}


def _set_extra(doc: Standoff, ident: str, extra: Json) -> None:
    if extra.get("attributes"):
        doc.attributes[ident] = dict(extra["attributes"])
    if extra.get("notes"):
        doc.notes[ident] = dict(extra["notes"])


def _pairs(extra: Json) -> list[str]:
    return [f"{group}.{k}={v}" for group, pairs in extra.items() for k, v in pairs.items()]


def _unpairs(words: Iterable[str]) -> Json:
    extra: Json = {"attributes": {}, "notes": {}}
    for word in words:
        group, _, pair = word.partition(".")
        key, sign, value = pair.partition("=")
        if group in extra and sign:
            extra[group][key] = value
    return extra


# ── brat ─────────────────────────────────────────────────────────────────────────────────────────


def read_brat(folder: Path, corpus: Path) -> list[Pair]:
    pairs = []
    for ann in sorted(folder.glob("*.ann")):
        text = (corpus / f"{ann.stem}.txt").read_bytes().decode("utf-8")
        doc, faults = parse_standoff(str(ann), ann.read_text(encoding="utf-8"), text)
        if faults:
            raise AnnotationError(str(faults[0]))
        pairs.append((text, doc))
    if not pairs:
        raise AnnotationError(f"{folder}: no .ann file in this folder")
    return pairs


def write_brat(pairs: Sequence[Pair], target: Path) -> Counter[str]:
    """A folder of ``.ann`` and ``.txt`` side by side, as brat wants them."""
    target.mkdir(parents=True, exist_ok=True)
    for text, doc in pairs:
        (target / f"{doc.name}.txt").write_bytes(text.encode("utf-8"))
        (target / f"{doc.name}.ann").write_text(format_standoff(doc), encoding="utf-8")
    return Counter()


# ── Label Studio: https://labelstud.io/guide/task_format ─────────────────────────────────────────


def to_label_studio(text: str, doc: Standoff) -> Json:
    """One task; attributes, notes, entities and events ride on regions' ``meta`` and relations' ``labels``, which Label Studio keeps."""
    result: list[Json] = []
    for m in doc.marks:
        region: Json = {"id": m.id, "type": "labels", "from_name": "label", "to_name": "text", "value": {"start": m.start, "end": m.end, "text": m.text, "labels": [m.type]}}
        if extra := _extra(doc, m.id):
            region["meta"] = {"text": _pairs(extra)}
        result.append(region)
    for r in doc.relations:
        result.append({"type": "relation", "from_id": r.a, "to_id": r.b, "direction": "right", "labels": [r.type, *_pairs(_extra(doc, r.id))]})
    for group in doc.groups:
        result += [{"type": "relation", "from_id": group[0], "to_id": t, "direction": "bi", "labels": ["Equiv"]} for t in group[1:]]
    for e in doc.events:
        for n, (role, t) in enumerate(e.arguments):
            result.append({"type": "relation", "from_id": e.trigger, "to_id": t, "direction": "right", "labels": [f"{e.type}:{role}", f"event={e.id}", *(_pairs(_extra(doc, e.id)) if n == 0 else [])]})
    return {"data": {"text": text, "name": doc.name}, "annotations": [{"result": result}]}


def from_label_studio(task: Json) -> Pair:
    text, doc = task["data"]["text"], Standoff(task["data"].get("name", str(task.get("id", "article"))))
    groups: dict[str, list[str]] = {}
    events: dict[str, tuple[str, str, list[tuple[str, str]], Json]] = {}
    for item in task["annotations"][0]["result"]:
        if item["type"] == "labels":
            value = item["value"]
            doc.marks.append(Mark(item["id"], value["labels"][0], value["start"], value["end"], text[value["start"] : value["end"]]))
            _set_extra(doc, item["id"], _unpairs(item.get("meta", {}).get("text", [])))
            continue
        label, *more = item["labels"]
        if label == "Equiv":
            groups.setdefault(item["from_id"], [item["from_id"]]).append(item["to_id"])
        elif ":" in label:
            kind, _, role = label.partition(":")
            ident = next((w.removeprefix("event=") for w in more if w.startswith("event=")), f"E{len(events) + 1}")
            event = events.setdefault(ident, (kind, item["from_id"], [], _unpairs(more)))
            event[2].append((role, item["to_id"]))
        else:
            ident = f"R{len(doc.relations) + 1}"
            doc.relations.append(Relation(ident, label, item["from_id"], item["to_id"]))
            _set_extra(doc, ident, _unpairs(more))
    doc.groups = [tuple(g) for g in groups.values()]
    for ident, (kind, trigger, arguments, extra) in events.items():
        doc.events.append(EventMark(ident, kind, trigger, tuple(arguments)))
        _set_extra(doc, ident, extra)
    return text, doc


# ── Prodigy: https://prodi.gy/docs/api-interfaces ────────────────────────────────────────────────


def to_prodigy(text: str, doc: Standoff) -> Json:
    """One task of the relations interface; what Prodigy has no name for rides in ``meta``-like keys that it passes through."""
    import spacy

    tokens = [{"text": t.text, "start": t.idx, "end": t.idx + len(t), "id": t.i, "ws": bool(t.whitespace_)} for t in spacy.blank("en")(text)]

    def at(m: Mark) -> tuple[int, int]:
        inside = [t["id"] for t in tokens if t["start"] < m.end and m.start < t["end"]]
        return inside[0], inside[-1]

    spans = {m.id: {"id": m.id, "start": m.start, "end": m.end, "token_start": at(m)[0], "token_end": at(m)[1], "label": m.type, **_extra(doc, m.id)} for m in doc.marks}

    def arc(a: str, b: str, label: str, **more: Any) -> Json:
        return {"head": spans[a]["token_end"], "child": spans[b]["token_end"], "head_span": {k: spans[a][k] for k in ("id", "start", "end", "label")}, "child_span": {k: spans[b][k] for k in ("id", "start", "end", "label")}, "label": label, **more}

    arcs = [arc(r.a, r.b, r.type, **_extra(doc, r.id)) for r in doc.relations]
    arcs += [arc(g[0], t, "Equiv") for g in doc.groups for t in g[1:]]
    arcs += [arc(e.trigger, t, f"{e.type}:{role}", event=e.id, **(_extra(doc, e.id) if n == 0 else {})) for e in doc.events for n, (role, t) in enumerate(e.arguments)]
    return {"text": text, "meta": {"source": doc.name}, "tokens": tokens, "spans": list(spans.values()), "relations": arcs, "answer": "accept"}


def from_prodigy(task: Json) -> Pair:
    text, doc = task["text"], Standoff(task.get("meta", {}).get("source", "article"))
    ids: dict[tuple[int, int, str], str] = {}
    for n, s in enumerate(task.get("spans", []), 1):
        ident = s.get("id", f"T{n}")
        ids[s["start"], s["end"], s["label"]] = ident
        doc.marks.append(Mark(ident, s["label"], s["start"], s["end"], text[s["start"] : s["end"]]))
        _set_extra(doc, ident, s)
    groups: dict[str, list[str]] = {}
    events: dict[str, tuple[str, str, list[tuple[str, str]]]] = {}
    for r in task.get("relations", []):
        a, b = (r[k].get("id") or ids[r[k]["start"], r[k]["end"], r[k]["label"]] for k in ("head_span", "child_span"))
        if r["label"] == "Equiv":
            groups.setdefault(a, [a]).append(b)
        elif ":" in r["label"]:
            kind, _, role = r["label"].partition(":")
            ident = r.get("event", f"E{len(events) + 1}")
            events.setdefault(ident, (kind, a, []))[2].append((role, b))
            _set_extra(doc, ident, r)
        else:
            ident = f"R{len(doc.relations) + 1}"
            doc.relations.append(Relation(ident, r["label"], a, b))
            _set_extra(doc, ident, r)
    doc.groups = [tuple(g) for g in groups.values()]
    doc.events = [EventMark(i, kind, trigger, tuple(arguments)) for i, (kind, trigger, arguments) in events.items()]
    return text, doc


# ── doccano: https://doccano.github.io/doccano, sequence labeling with relations ─────────────────


def to_doccano(number: int, text: str, doc: Standoff) -> tuple[Json, Counter[str]]:
    """One line; doccano has types only, so attributes, notes and events' groupings are not held and are counted."""
    entities = [{"id": n, "label": m.type, "start_offset": m.start, "end_offset": m.end} for n, m in enumerate(doc.marks, 1)]
    ids = {m.id: n for n, m in enumerate(doc.marks, 1)}
    arcs = [(r.a, r.b, r.type) for r in doc.relations] + [(g[0], t, "Equiv") for g in doc.groups for t in g[1:]]
    arcs += [(e.trigger, t, f"{e.type}:{role}") for e in doc.events for role, t in e.arguments]
    relations = [{"id": n, "from_id": ids[a], "to_id": ids[b], "type": kind} for n, (a, b, kind) in enumerate(arcs, 1)]
    lost = Counter({"attributes": sum(map(len, doc.attributes.values())), "notes": sum(map(len, doc.notes.values()))})
    lost["events on one trigger"] = len(doc.events) - len({e.trigger for e in doc.events})
    return {"id": number, "text": text, "name": doc.name, "entities": entities, "relations": relations}, +lost


def from_doccano(line: Json) -> Pair:
    text, doc = line["text"], Standoff(line.get("name", str(line.get("id", "article"))))
    for e in line.get("entities", []):
        doc.marks.append(Mark(f"T{e['id']}", e["label"], e["start_offset"], e["end_offset"], text[e["start_offset"] : e["end_offset"]]))
    groups: dict[str, list[str]] = {}
    events: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for r in line.get("relations", []):
        a, b = f"T{r['from_id']}", f"T{r['to_id']}"
        if r["type"] == "Equiv":
            groups.setdefault(a, [a]).append(b)
        elif ":" in r["type"]:
            kind, _, role = r["type"].partition(":")
            events.setdefault((kind, a), []).append((role, b))
        else:
            doc.relations.append(Relation(f"R{len(doc.relations) + 1}", r["type"], a, b))
    doc.groups = [tuple(g) for g in groups.values()]
    doc.events = [EventMark(f"E{n}", kind, trigger, tuple(arguments)) for n, ((kind, trigger), arguments) in enumerate(events.items(), 1)]
    return text, doc


# ── spaCy DocBin ─────────────────────────────────────────────────────────────────────────────────


def write_docbin(pairs: Sequence[Pair], target: Path) -> Counter[str]:
    """Mentions as the span group ``mentions`` and, where they do not overlap, as ``doc.ents``; the rest in ``doc.user_data["callsheet"]``.

    A mention whose borders are not token borders stands on the tokens that it touches; its exact
    characters are kept in the user data, so that only programs that look at spans alone lose them.
    """
    import spacy
    from spacy.tokens import DocBin
    from spacy.util import filter_spans

    nlp, bin_, lost = spacy.blank("en"), DocBin(store_user_data=True), Counter[str]()
    for text, standoff in pairs:
        doc = nlp(text)
        spans = []
        for m in standoff.marks:
            span = doc.char_span(m.start, m.end, label=m.type, span_id=m.id, alignment_mode="expand")
            if (span.start_char, span.end_char) != (m.start, m.end):
                lost["span borders within a token (kept in user_data)"] += 1
            spans.append(span)
        doc.spans["mentions"] = spans
        doc.ents = filter_spans(s for s in spans if s.label_ not in ("Trigger",))
        doc.user_data["callsheet"] = {"name": standoff.name, "standoff": format_standoff(standoff)}
        bin_.add(doc)
    bin_.to_disk(target)
    return lost


def read_docbin(source: Path) -> list[Pair]:
    import spacy
    from spacy.tokens import DocBin

    pairs = []
    for n, doc in enumerate(DocBin(store_user_data=True).from_disk(source).get_docs(spacy.blank("en").vocab), 1):
        told = doc.user_data.get("callsheet")
        if told:
            standoff, _ = parse_standoff(told["name"], told["standoff"], doc.text)
            standoff.name = told["name"]
        else:
            standoff = Standoff(f"article-{n}", [Mark(f"T{i}", s.label_, s.start_char, s.end_char, s.text) for i, s in enumerate(doc.ents, 1)])
        pairs.append((doc.text, standoff))
    return pairs


# ── the benchmark's gold ─────────────────────────────────────────────────────────────────────────


def to_benchmark(gold: Gold) -> Json:
    """One article's facts as the benchmark's gold JSON (its GUIDELINES.md); mentions' places are not held."""
    prefix = {"Show": "s", "Person": "p", "Company": "c"}
    ids = {key: f"{prefix[e['type']]}{key[1:]}" for key, e in gold.entities.items()}

    def entity(key: str) -> Json:
        e = gold.entities[key]
        also = sorted({f for f in e["forms"].split("|") if f != e["name"]})
        return {"id": ids[key], "name": e["name"], "also": also, **({"kind": e["kind"]} if "kind" in e else {}), **_optional(e)}

    def fact(row: dict[str, str], *columns: str) -> Json:
        out: Json = {c: ids.get(row[c], row[c]) if c in ("person", "show", "company") else int(row[c]) if c in ("season", "episodes") else row[c] for c in columns if row.get(c)}
        return {**out, **_optional(row)}

    published = next((d["from"] for d in gold.dates if d["kind"] == "published"), "")
    return {
        "article": gold.article,
        "published": published,
        "shows": [entity(k) for k, e in gold.entities.items() if e["type"] == "Show"],
        "people": [entity(k) for k, e in gold.entities.items() if e["type"] == "Person"],
        "companies": [entity(k) for k, e in gold.entities.items() if e["type"] == "Company"],
        "roles": [fact(r, "person", "role", "show", "company", "character", "title", "season", "status") for r in gold.roles],
        "dates": [fact(d, "text", "from", "to", "kind") for d in gold.dates],
        "show_companies": [fact(r, "show", "company", "relation") for r in gold.show_companies],
        "show_links": [{**fact(r, "show", "relation", "other_kind"), "other": r["other_name"]} for r in gold.show_links],
        "events": [fact(r, "event", "show", "season", "episodes", "person", "company") for r in gold.events],
    }


def _optional(row: dict[str, str]) -> Json:
    return {"optional": True} if "optional" in row else {}


# ── files ────────────────────────────────────────────────────────────────────────────────────────

FORMATS = ("brat", "label-studio", "prodigy", "doccano", "docbin", "benchmark")


def read_pairs(source: Path, corpus: Path, form: str) -> list[Pair]:
    """Annotated texts from a folder of ``.ann`` (texts in ``corpus``), a Label Studio JSON, a JSONL or a DocBin file."""
    try:
        if form == "brat":
            return read_brat(source, corpus)
        if form == "docbin":
            return read_docbin(source)
        if form == "label-studio":
            return [from_label_studio(t) for t in json.loads(source.read_text(encoding="utf-8"))]
        lines = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [from_prodigy(t) if form == "prodigy" else from_doccano(t) for t in lines]
    except (KeyError, IndexError, TypeError, ValueError) as error:
        if isinstance(error, AnnotationError):
            raise
        raise AnnotationError(f"{source} cannot be read as {form}: {type(error).__name__} {error}") from None


def write_pairs(pairs: Sequence[Pair], target: Path, form: str) -> Counter[str]:
    """Write annotated texts; returns what the format could not hold, as counts."""
    if form == "brat":
        return write_brat(pairs, target)
    if form == "benchmark":
        target.mkdir(parents=True, exist_ok=True)
        for text, doc in pairs:
            gold = to_benchmark(read_gold(doc.name, format_standoff(doc), text))
            (target / f"{doc.name}.json").write_text(json.dumps(gold, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return Counter({"places of mentions": sum(len(doc.marks) for _, doc in pairs)})
    target.parent.mkdir(parents=True, exist_ok=True)
    if form == "docbin":
        return write_docbin(pairs, target)
    lost: Counter[str] = Counter()
    if form == "label-studio":
        target.write_text(json.dumps([to_label_studio(*p) for p in pairs], ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return lost
    lines = []
    for n, (text, doc) in enumerate(pairs, 1):
        if form == "prodigy":
            line = to_prodigy(text, doc)
        else:
            line, missing = to_doccano(n, text, doc)
            lost += missing
        lines.append(json.dumps(line, ensure_ascii=False))
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return lost
