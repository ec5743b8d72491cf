"""Match: rules over the items of each sentence give the facts of an article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from pipeline.dates import find_dates
from pipeline.match.business import find_business
from pipeline.match.complete import complete
from pipeline.match.credits import find_credits
from pipeline.match.items import Sentence, sentences
from pipeline.match.scope import Found, Scope, main_show
from pipeline.match.works import find_events, find_links, find_parts
from pipeline.records import Block, DateFact, Entity, Mention, Span

#: Words around a date that tell its kind; the nearest before it decides, else the nearest after.
DATE_KIND = (
    ("setting", re.compile(r"(?i)\bset (?:in|during|around|against)\b|\btakes place\b")),
    ("production", re.compile(r"(?i)\b(?:film(?:ing|ed)|shoot(?:ing|s)?|shot|production (?:begins|began|starts|will|is|on|in|to)|begin(?:s)? production|cameras|into production)\b")),
    ("finale", re.compile(r"(?i)\b(?:finale|ends|ended|final episode|concludes?|last episode|wraps)\b")),
    ("premiere", re.compile(r"(?i)\b(?:premier\w+|debut\w*|launch\w*|air(?:s|ed|ing)?|bow(?:s|ed)?|returns?|returning|stream(?:s|ing)|arriv\w+|broadcast|drops?|kicks off|starts|shown|starring|slot)\b")),
    ("release", re.compile(r"(?i)\b(?:releas\w+|published|bestsell\w+|came out|dvd|theaters|cinemas|novel|book|memoir)\b")),
)

# "the 2019 bestseller", "2018's Police Craft": the year that a work came out in
OF_A_WORK = re.compile(r"[’']s\s+[A-Z“‘\"]|\s+(?:[\w-]+\s+){0,2}?(?:films?|movies?|series|remake|novel|book|memoir|bestseller|drama|comedy|thriller|documentary|feature|hit|original|version|adaptation|biopic|sitcom|musical|miniseries)\b")
# what happens to people and prizes, whatever else the sentence tells
OFFICE = re.compile(r"(?i)\b(?:nominat\w+|award\w*|won|joined|appointed|hired|promoted|named|as (?:CEO|president|head|chief|chairman)|founded|born|announced|unveiled)\b")


def match(blocks: Sequence[Block], mentions: Sequence[Mention], entities: Sequence[Entity], text: str, published: date | None, published_span: Span | None) -> tuple[Found, list[DateFact]]:
    """All facts of an article, as its sentences tell them one by one."""
    rows = list(sentences(blocks, mentions, text))
    scope = Scope({e.key: e for e in entities}, text, main_show(rows))
    scope.token_spans = [[(t.start, t.end) for t in b.tokens] for b in blocks]
    scope.one_network = sum(e.subkind in ("network", "streamer") for e in entities) == 1
    dates = find_date_facts(rows, mentions, text, published, published_span)
    for n, row in enumerate(rows):
        if row.heading and n > 0 and not any(it.kind == "S" for it in row.items):
            continue
        scope.upcoming = [m.entity for s in rows[n : n + 3] for it in s.items if it.kind == "S" for m in it.mentions]
        scope.enter(row)
        find_links(row, scope)
        if not row.heading:
            find_credits(row, scope)
        find_business(row, scope, text)
        find_parts(row, scope)
        find_events(row, scope, dates)
        scope.leave(row)
    complete(rows, scope)
    return scope.found, dates


def find_date_facts(rows: Sequence[Sentence], mentions: Sequence[Mention], text: str, published: date | None, published_span: Span | None) -> list[DateFact]:
    """The calendar expressions of an article with kind and show; its own date is one row, kind published."""
    barred = [(m.start, m.end) for m in mentions if m.kind in ("show", "company", "person", "character")]
    out: list[DateFact] = []
    seen_published = False
    for d in find_dates(text, published, barred):
        row = next((r for r in rows if r.start <= d.start < r.end), None)
        own = published_span is not None and d.start < published_span[1] and published_span[0] < d.end
        kind = "published" if own else date_kind(text, d.start, d.end, row)
        if own:
            seen_published = True
        shows = [m for it in row.items if it.kind == "S" for m in it.mentions] if row and not own else []
        near = min(shows, key=lambda m: abs(m.start - d.start)).entity if shows else ""
        out.append(DateFact(d.start, d.end, (row.start, row.end) if row else (d.start, d.end), "date-grammar", 0.85, text[d.start : d.end], d.first, d.last, d.precision, kind, near, row.season if row and near else ""))
    if published and published_span and not seen_published:
        a, b = published_span
        out.insert(0, DateFact(a, b, (a, b), "dateline", 0.95, text[a:b], published, published, "day", "published"))
    return out


def date_kind(text: str, start: int, end: int, row: Sentence | None) -> str:
    """What a date is the date of, from the words of its sentence."""
    a, b = (row.start, row.end) if row else (start, end)
    left, right = text[a:start], text[end:b]
    if OF_A_WORK.match(right):
        return "release"
    if OFFICE.search(left[-60:]):
        return "event"
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
