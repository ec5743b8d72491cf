"""When: the calendar expressions of an article, each with what it is the date of."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from datetime import date

from pipeline.dates import DateSpan, find_dates
from pipeline.heard import Heard
from pipeline.match.items import Sentence
from pipeline.records import DateFact, Mention, Span
from pipeline.weights import CLASSES, likelihoods, weights

#: Words around a date that tell its kind; the nearest before it decides, else the nearest after.
DATE_KIND = (
    ("setting", re.compile(r"(?i)\bset (?:in|during|around|against)\b|\btakes place\b")),
    ("production", re.compile(r"(?i)\b(?:film(?:ing|ed)|shoot(?:ing|s)?|shot|production (?:begins|began|starts|will|is|on|in|to)|begin(?:s)? production|cameras|into production)\b")),
    ("finale", re.compile(r"(?i)\b(?:finale|ends|ended|(?:will|to|would) (?:end|conclude|finish|wrap)|(?:comes?|coming|came) to an end|(?:final|last) episode|concludes?|concluded|wraps|(?:bows?|bowed|bowing) out|(?:signs?|signed|signing) off)\b")),
    ("premiere", re.compile(r"(?i)\b(?:premier\w+|debut\w*|launch\w*|air(?:s|ed|ing)?|bow(?:s|ed)?|returns?|returning|stream(?:s|ing)|arriv\w+|broadcast|drops?|kicks off|starts|will start|begins|began|rolls? out|shown|starring|slot)\b")),
    ("release", re.compile(r"(?i)\b(?:releas\w+|published|bestsell\w+|came out|dvd|theaters|cinemas|novel|book|memoir)\b")),
)

# "the 2019 bestseller", "2018's Police Craft": the year that a work came out in
OF_A_WORK = re.compile(r"[’']s\s+[A-Z“‘\"]|\s+(?:[\w-]+\s+){0,2}?(?:films?|movies?|series|remake|novel|book|memoir|bestseller|drama|comedy|thriller|documentary|feature|hit|original|version|adaptation|biopic|sitcom|musical|miniseries)\b")
# "the finale of S airs on C on": whatever the verb, it is the end; not "after the finale, S returns"
FINALE = re.compile(r"(?i)\b(?:finale|last episode|final episode)\b[^,;]*\Z")
# what happens to people and prizes, whatever else the sentence tells
OFFICE = re.compile(r"(?i)\b(?:nominat\w+|award\w*|won|joined|appointed|hired|promoted|named|as (?:CEO|president|head|chief|chairman)|founded|born|announced|unveiled)\b")


def find_date_facts(rows: Sequence[Sentence], mentions: Sequence[Mention], heard: Heard, text: str, published: date | None, published_span: Span | None) -> list[DateFact]:
    """The calendar expressions of an article with kind and show; its own date is one row, kind published."""
    barred = [(m.start, m.end) for m in mentions if m.kind in ("show", "company", "person", "character")]
    out: list[DateFact] = []
    seen_published = False
    for d in find_dates(text, published, barred):
        row = next((r for r in rows if r.start <= d.start < r.end), None)
        own = published_span is not None and d.start < published_span[1] and published_span[0] < d.end
        kind = "published" if own else date_kind(text, d, row, published, heard)
        if own:
            seen_published = True
        shows = [m for it in row.items if it.kind == "S" for m in it.mentions] if row and not own else []
        near = min(shows, key=lambda m: abs(m.start - d.start)).entity if shows else ""
        out.append(DateFact(d.start, d.end, (row.start, row.end) if row else (d.start, d.end), "date-grammar", 0.85, text[d.start : d.end], d.first, d.last, d.precision, kind, near, row.season if row and near else ""))
    if published and published_span and not seen_published:
        a, b = published_span
        out.insert(0, DateFact(a, b, (a, b), "dateline", 0.95, text[a:b], published, published, "day", "published"))
    return out


def date_kind(text: str, d: DateSpan, row: Sentence | None, published: date | None, heard: Heard) -> str:
    """What a date is the date of: the likeliest kind by the words around it."""
    odds = likelihoods(weights("dates"), [date_features(text, d, row, published, heard)])[0]
    return CLASSES["dates"][max(range(len(odds)), key=lambda k: odds[k])]


def date_features(text: str, d: DateSpan, row: Sentence | None, published: date | None, heard: Heard) -> set[str]:
    """The words around a date, near, in its clause and far, what the patterns of DATE_KIND say, what is heard of it, its precision, and how it lies to the article's own date."""
    a, b = (row.start, row.end) if row else (d.start, d.end)
    before, after = text[a : d.start], text[d.end : b]
    left, right = WORD.findall(before.lower()), WORD.findall(after.lower())
    out = {f"rule:{kind_by_words(text, d.start, d.end, row)}", f"precision:{d.precision}"}
    out |= {f"{kind}:{x}" for kind in CLASSES["dates"] for x in heard.at(f"date:{kind}", d.start, d.end)}
    out |= {f"left{k}:{w}" for k, w in enumerate(reversed(left[-3:]), 1)} | {f"right{k}:{w}" for k, w in enumerate(right[:2], 1)}
    out |= {f"left:{w}" for w in left[-9:]} | {f"right:{w}" for w in right[:6]}
    clause = [*itertools.takewhile(lambda w: w not in CLAUSE_ENDS, reversed(left))][::-1], [*itertools.takewhile(lambda w: w not in CLAUSE_ENDS, right)]
    out |= {f"clause:{w}" for part in clause for w in part}
    told = {kind for kind, pattern in DATE_KIND if pattern.search(" | ".join(" ".join(part) for part in clause))}
    out |= {f"clause-rule:{kind}" for kind in told} | ({f"clause-only:{kind}" for kind in told} if len(told) == 1 else set())
    lies = _lies(d, published)
    out |= {lies, *(f"{lies.split('-')[0]}:{x}" for x in out if x.startswith(("rule:", "clause-", "precision:")))}
    if SAID_BEFORE.search(before):
        out.add("said-before")
    if DONE_AFTER.match(after):
        out |= {"done-after", f"done-after:{d.precision}:{lies}"}
    if row:
        words = {u.word for u in row.units}
        out |= {f"verb:{u.word}" for u in row.units if u.kind == "V"} | {f"word:{w}" for w in words & TELLING}
        kinds = {u.kind for u in row.units}
        out |= {f"has:{k}" for k in kinds & set("SPCVR")}
        if not any(u.tag.startswith("VB") for u in row.units) and "V" not in kinds:
            out.add("no-verb:show" if "S" in kinds else "no-verb")
        if row.heading:
            out.add("heading")
    return out


def _lies(d: DateSpan, published: date | None) -> str:
    """How a date lies to the article's own, in few steps."""
    if published is None:
        return "undated"
    if d.first <= published <= d.last:
        return "around"
    days = (published - d.last).days if d.last < published else (d.first - published).days
    far = next((name for least, name in ((370, "years"), (32, "months"), (8, "weeks")) if days >= least), "days")
    return f"{'past' if d.last < published else 'future'}-{far}"


WORD = re.compile(r"[a-z]+|\(|\)|[–—:;,]")
#: What a clause ends at, going out from a date.
CLAUSE_ENDS = {",", ";", ":", "(", ")", "–", "—", "which", "who", "while", "but", "where", "when", "whose", "as"}
# "said Tuesday", "announced on Tuesday": the day on which the news was told
SAID_BEFORE = re.compile(r"(?i)\b(?:said|told|\w+ed)\s+(?:on\s+|late\s+)?\Z")
# "today announced", "Tuesday officially set": what was done on that day follows
DONE_AFTER = re.compile(r"(?i)\A,?\s+(?:\w+ly\s+)?(?:said|set|told|gave|made|took|\w+ed)\b")
#: Words anywhere in the sentence that bear on what its dates are of.
TELLING = {"premiere", "premieres", "debut", "debuts", "finale", "film", "movie", "novel", "book", "production", "filming", "shooting", "set", "theaters", "cinemas", "festival", "award", "awards", "ceremony", "season", "podcast", "episode", "episodes", "died", "born", "founded", "joined", "launched"}


def kind_by_words(text: str, start: int, end: int, row: Sentence | None) -> str:
    """What a date is the date of by the nearest word of DATE_KIND in its sentence."""
    a, b = (row.start, row.end) if row else (start, end)
    left, right = text[a:start], text[end:b]
    if OF_A_WORK.match(right):
        return "release"
    if OFFICE.search(left[-60:]):
        return "event"
    if FINALE.search(left):
        return "finale"
    best, kind = -1, ""
    for name, pattern in DATE_KIND:
        for m in pattern.finditer(left):
            if m.end() > best:
                best, kind = m.end(), name
    if kind and best > len(left) - 90:
        return kind
    first, kind = 60, ""
    for name, pattern in DATE_KIND:
        found = pattern.search(right)
        if found and found.start() < first:
            first, kind = found.start(), name
    return kind or "event"
