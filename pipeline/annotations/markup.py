"""The inline markup that articles are annotated in, and its compiler to text and standoff.

An article is plain text with marks, a line ``---``, and facts::

    [HBO|c1 n] has [renewed|renewed s1 c1 n=2] “[Blue Door|s1],” [created|r Creator] by [Ann Lee|p1], for
    [2025|2025 premiere]. {Head of drama|t1} [Bo Sand|p2] said …
    ---
    p1 cr,ep s1
    p2 ex c1 t1
    s1 net c1

Marks: ``sN`` show, ``pN`` person, ``cN`` company, ``xN`` character, ``wN`` source work, each followed
once by its kind; an interval and a kind for a date; an event and its arguments for a trigger;
``r ROLE`` or braces for words that name a role; ``-`` for words that are no mention. Every other
place where marked words stand again, in the same case or in capitals, is marked too, and so is the
surname of a person whom the article gives in full. ``?`` makes anything optional; ``[[words]]`` are
words that stand in square brackets in the text itself.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from pipeline import vocabulary as v
from pipeline.annotations.corpus import KINDS as KINDS_OF_ARTICLES
from pipeline.annotations.corpus import MANNERS, REGIONS, add_to_index
from pipeline.annotations.gold import read_gold
from pipeline.annotations.standoff import AnnotationError, EventMark, Mark, Relation, Standoff, format_standoff

TYPES = {"s": "Show", "p": "Person", "c": "Company", "x": "Character", "w": "Work", "t": "Role"}
KINDS = {
    "s": {"": "series", "f": "film", "sp": "special", "pod": "podcast", "o": "other"},
    "c": {"n": "network", "st": "streamer", "su": "studio", "pc": "production company", "d": "distributor", "pub": "publisher", "a": "agency", "o": "other"},
}
ROLES = {
    "cr": "Creator", "dev": "Developer", "sr": "Showrunner", "ep": "Executive Producer", "coep": "Co-Executive Producer", "sup": "Supervising Producer", "con": "Consulting Producer",
    "pr": "Producer", "copr": "Co-Producer", "di": "Director", "wr": "Writer", "au": "Author", "comp": "Composer", "dp": "Cinematographer", "ed": "Editor",
    "pd": "Production Designer", "cd": "Costume Designer", "cast": "Casting Director", "chor": "Choreographer", "ac": "Actor", "ho": "Host", "nar": "Narrator",
    "ju": "Judge", "par": "Participant", "sub": "Subject", "ex": "Executive", "af": "Affiliated", "cl": "Client", "jo": "Journalist",
}  # fmt: skip
PARTS = {"net": "network", "prod": "production", "dist": "distribution"}
LINKS = {"spin": "spinoff_of", "pre": "prequel_to", "seq": "sequel_to", "remake": "remake_of", "based": "based_on"}
NOTES = {"n": "season", "ep": "episodes"}
#: [words|spec], {words} for [words|r], or {words|spec} as with square brackets
MARK = re.compile(r"\[([^\[\]|]+)\|([^\[\]|]+)\]|\{([^{}|]+)(?:\|([^{}|]+))?\}")
#: [words] without a bar: the brackets alone fall away; [[words]] keeps one pair
BARE = re.compile(r"\[([^\[\]|]*)\]")
KEY = re.compile(r"[spcxwt]\d+")
#: A year, a year and month, or a day, alone or as the two ends of an interval.
WHEN = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
#: what stands before a date and is no part of it
LEAD = re.compile(r"(?:on|in|since|from|by|until|at|during|over|for)\s+", re.IGNORECASE)
SUFFIXES = {"Jr.", "Jr", "Sr.", "Sr", "II", "III", "IV"}


def interval(text: str) -> tuple[str, str]:
    """First and last day of ``2024``, ``2024-05``, ``2024-05-02`` or two of these joined by ``..``.

    >>> interval("2024-02"), interval("2024-06..2024-08-10")
    (('2024-02-01', '2024-02-29'), ('2024-06-01', '2024-08-10'))
    """
    ends = []
    for part, last in zip((text.split("..") * 2)[:2] if ".." not in text else text.split(".."), (False, True), strict=True):
        m = WHEN.fullmatch(part)
        if not m:
            raise AnnotationError(f"{text!r} is no date")
        year, month, day = m[1], m[2] or ("12" if last else "01"), m[3]
        if day is None:
            day = f"{monthrange(int(year), int(month))[1]:02}" if last else "01"
        ends.append(f"{year}-{month}-{day}")
    return ends[0], ends[1]


@dataclass(slots=True)
class _Compiler:
    """One article on its way from markup to standoff; ``where`` begins every fault's line."""

    where: str
    text: str = ""
    spans: list[tuple[int, int, str, str]] = field(default_factory=list)  # start, end, type, key
    told: dict[str, dict[str, str]] = field(default_factory=dict)  # key -> kind, optional, name
    dates: dict[tuple[int, int], dict[str, str]] = field(default_factory=dict)
    triggers: dict[tuple[int, int], str] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)  # words -> key

    def fault(self, message: str) -> AnnotationError:
        return AnnotationError(f"{self.where}: {message}")

    def read_marks(self, marked: str) -> None:
        position = 0
        marked = BARE.sub(r"\1", marked.replace("[[", "\ue000").replace("]]", "\ue001"))
        for m in MARK.finditer(marked):
            self.text += marked[position : m.start()]
            words, spec = (m[1], m[2]) if m[1] else (m[3], m[4] or "r")
            self.read_mark(len(self.text), words, spec.split())
            self.text += words
            position = m.end()
        self.text += marked[position:]
        if stray := re.search(r"[\[\]{}]", self.text):
            raise self.fault(f"a stray {stray[0]!r} in …{self.text[max(0, stray.start() - 40) : stray.start() + 20]!r}")
        self.text = self.text.replace("\ue000", "[").replace("\ue001", "]")

    def read_mark(self, start: int, words: str, spec: list[str]) -> None:
        span, head = (start, start + len(words)), spec[0]
        optional = {"optional": ""} if "?" in spec else {}
        rest = [s for s in spec[1:] if s != "?"]
        if head == "-":
            self.spans.append((*span, "", ""))
        elif head[0].isdigit():
            if led := LEAD.match(words):  # a preposition is no part of the date
                span = (start + led.end(), span[1])
                words = words[led.end() :]
            first, last = interval(head)
            if not rest or rest[0] not in v.DATE_KINDS:
                raise self.fault(f"date {words!r} has no kind")
            self.dates[span] = {"kind": rest[0], "from": first, "to": last, **optional}
            self.spans.append((*span, "Date", ""))
        elif head == "r":
            self.spans.append((*span, "Role", ""))
            self.told[f"@{start}"] = {"role": " ".join(rest)} if rest else {}
        elif head in v.SHOW_EVENTS + v.PERSON_EVENTS:
            self.triggers[span] = " ".join(spec)
            self.spans.append((*span, "Trigger", ""))
        elif KEY.fullmatch(head):
            told = self.told.setdefault(head, {})
            told.update(optional)
            for r in rest:
                if r.startswith("name="):
                    told["name"] = r.removeprefix("name=").replace("_", " ")
                elif r in KINDS.get(head[0], {}):
                    told["kind"] = KINDS[head[0]][r]
                else:
                    raise self.fault(f"{r!r} after {head} is no kind")
            if head[0] == "s":
                told.setdefault("kind", "series")
            self.spans.append((*span, TYPES[head[0]], head))
            if head[0] != "t":
                if self.forms.setdefault(words, head) != head:
                    self.forms[words] = ""  # two entities share the words: each place is marked by hand
        else:
            raise self.fault(f"{head!r} is no key, date, event or role")

    def spread(self) -> None:
        """Mark the other places where marked words, or the surname of a person told in full, stand."""
        forms = {w: k for w, k in self.forms.items() if k}
        names = {w: k for w, k in forms.items() if k[0] == "p" and " " in w}
        last = {w: [x for x in w.split() if x not in SUFFIXES][-1] for w in names}
        owners = Counter((name, k) for w, k in names.items() for name in (last[w],))
        for w, k in names.items():
            if len({key for name, key in owners if name == last[w]}) == 1 and last[w] not in self.forms:
                forms[last[w]] = k
        for words, key in list(forms.items()):
            if len(words) > 4:
                forms.setdefault(words.upper(), key)
        taken = [(a, b) for a, b, *_ in self.spans]
        for words in sorted(forms, key=lambda w: (-len(w), w)):
            for m in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", self.text):
                if not any(a < m.end() and m.start() < b for a, b in taken):
                    taken.append(m.span())
                    self.spans.append((*m.span(), TYPES[forms[words][0]], forms[words]))
        self.spans = sorted(s for s in self.spans if s[2])

    def role_of(self, start: int, words: str) -> str:
        """The role that marked words name: as told, else by the vocabulary."""
        told = self.told.get(f"@{start}", {}).get("role", "")
        role = ROLES.get(told, told) or _role_named(words)
        if role not in v.role_groups():
            raise self.fault(f"{words!r} names no role by itself: write [{words}|r ROLE]")
        return role

    def standoff(self, facts: str) -> Standoff:
        doc = Standoff(self.where)
        ids: dict[str, list[str]] = {}
        at: dict[tuple[int, int], str] = {}
        for n, (a, b, kind, key) in enumerate(self.spans, 1):
            t = at[a, b] = f"T{n}"
            words = self.text[a:b]
            doc.marks.append(Mark(t, kind, a, b, words))
            if key:
                ids.setdefault(key, []).append(t)
            if kind == "Role":
                doc.notes[t] = {"role": "Executive" if key else self.role_of(a, words)}
            elif kind == "Date":
                told = self.dates[a, b]
                doc.attributes[t] = {k: x for k, x in told.items() if k in ("kind", "optional")}
                doc.notes[t] = {k: told[k] for k in ("from", "to")}
        for key, marks in ids.items():
            told = self.told.get(key, {})
            if key[0] == "c" and "kind" not in told:
                raise self.fault(f"company {key} has no kind")
            if len(marks) > 1 and key[0] != "t":
                doc.groups.append(tuple(marks))
            doc.attributes.setdefault(marks[0], {}).update({k: x for k, x in told.items() if k in ("kind", "optional")})
            doc.notes.setdefault(marks[0], {}).update({k: x for k, x in told.items() if k == "name"})
        for span, spec in self.triggers.items():
            for part in spec.split(" ; "):
                self.add_event(doc, ids, at[span], part.split())
        for n, line in enumerate(facts.splitlines(), 1):
            if line.strip():
                self.add_fact(doc, ids, line.split(), f"fact {n} ({line.strip()})")
        return doc

    def mentions(self, ids: dict[str, list[str]], keys: str, place: str) -> list[str]:
        for key in keys.split(","):
            if key not in ids:
                raise self.fault(f"{place}: {key} marks no words")
        return [ids[key][0] for key in keys.split(",")]

    def more(self, doc: Standoff, ids: dict[str, list[str]], target: str, words: list[str], place: str) -> None:
        """What follows a fact's arguments: a character, a title, key=value, a status, optional."""
        note = doc.notes.setdefault(target, {})
        for w in words:
            if w == "?":
                doc.attributes.setdefault(target, {})["optional"] = ""
            elif w in v.STATUSES:
                note["status"] = w
            elif w in v.OTHER_KINDS:
                note["other_kind"] = w
            elif KEY.fullmatch(w) and w[0] in "xt":
                mark = next(m for m in doc.marks if m.id == self.mentions(ids, w, place)[0])
                note["character" if w[0] == "x" else "title"] = " ".join(mark.text.split())
            elif "=" in w and w.split("=")[0] in NOTES:
                note[NOTES[w.split("=")[0]]] = w.split("=")[1]
            else:
                raise self.fault(f"{place}: {w!r} says nothing")

    def add_event(self, doc: Standoff, ids: dict[str, list[str]], trigger: str, words: list[str]) -> None:
        arguments = [w for w in words[1:] if KEY.fullmatch(w.split(",")[0])]
        more = [w for w in words[1:] if w not in arguments]
        if not arguments or words[0] not in v.SHOW_EVENTS + v.PERSON_EVENTS:
            raise self.fault(f"event {' '.join(words)!r} has no show or person")
        for subject in self.mentions(ids, arguments[0], words[0]):
            kind = {"s": "Show", "p": "Person"}[arguments[0][0]]
            others = tuple((TYPES[k[0]], t) for k in arguments[1:] for t in self.mentions(ids, k, words[0]))
            ident = f"E{len(doc.events) + 1}"
            doc.events.append(EventMark(ident, words[0], trigger, ((kind, subject), *others)))
            self.more(doc, ids, ident, more, words[0])

    def add_fact(self, doc: Standoff, ids: dict[str, list[str]], words: list[str], place: str) -> None:
        if len(words) < 3:
            raise self.fault(f"{place}: a fact is subject, relation, object")
        subjects, labels, objects, *more = words
        for label in labels.split(","):
            relation = ROLES.get(label) or PARTS.get(label) or LINKS.get(label)
            if not relation:
                raise self.fault(f"{place}: {label!r} is no role, part or link")
            for a in self.mentions(ids, subjects, place):
                for b in [a] if objects == "-" else self.mentions(ids, objects, place):
                    ident = f"R{len(doc.relations) + 1}"
                    doc.relations.append(Relation(ident, relation.replace(" ", "_"), a, b))
                    self.more(doc, ids, ident, more, place)
                    if objects == "-":
                        doc.notes[ident]["untitled"] = "yes"


def _role_named(words: str) -> str:
    """The role whose noun or verb these words end in, '' for none.

    >>> _role_named("recurring guest star"), _role_named("co-created"), _role_named("friend")
    ('Actor', 'Creator', '')
    """
    parts = v.words_of(words)
    for i in range(len(parts)):
        noun, verb = v.role_nouns().longest(parts, i), v.role_verbs().longest(parts, i)
        if noun and noun[0] == len(parts):
            return noun[1]
        if verb and verb[0] == len(parts):
            return verb[1][0].role
    return ""


def compile_markup(markup: str, where: str = "markup") -> tuple[str, Standoff]:
    """The text and the standoff of one marked-up article; raises ``AnnotationError``."""
    marked, _, facts = markup.partition("\n---\n")
    compiler = _Compiler(where)
    compiler.read_marks(marked.rstrip("\n") + "\n")
    compiler.spread()
    return compiler.text, compiler.standoff(facts)


def write_marked(markup: Path, corpus: Path, annotations: Path) -> list[str]:
    """Compile marked-up articles (``@@@ NAME MANNER KIND REGION`` before each) into texts, ``.ann`` files and the index.

    Returns their names. Everything is compiled and checked before the first file is written.
    """
    done: dict[str, tuple[str, str]] = {}
    heads: dict[str, list[str]] = {}
    wrong: list[str] = []
    for part in re.split(r"(?m)^@@@ ", markup.read_text(encoding="utf-8")):
        head, _, body = part.partition("\n")
        if not head.strip() or not body.strip():
            continue
        name, *heads[head.split()[0]] = head.split()
        if len(heads[name]) != 3:
            wrong.append(f"{markup}: {name}: the head line is @@@ NAME MANNER KIND REGION")
            continue
        if unknown := [f"{word!r} is none of {', '.join(allowed)}" for word, allowed in zip(heads[name], (MANNERS, KINDS_OF_ARTICLES, REGIONS), strict=True) if word not in allowed]:
            wrong.append(f"{markup}: {name}: {'; '.join(unknown)}")
            continue
        if name in done:
            raise AnnotationError(f"{markup}: {name} stands twice")
        try:
            text, doc = compile_markup(body, f"{markup}: {name}")
            ann = format_standoff(doc)
            read_gold(f"{name}.ann", ann, text)
        except AnnotationError as error:
            wrong.append(str(error))
            continue
        done[name] = text, ann
    if wrong:
        raise AnnotationError("\n".join(wrong))
    add_to_index(annotations / "index.csv", heads)
    for name, (text, ann) in done.items():
        (corpus / f"{name}.txt").write_text(text, encoding="utf-8")
        (annotations / f"{name}.ann").write_text(ann, encoding="utf-8")
    return list(done)
