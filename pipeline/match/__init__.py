"""Match: rules over the items of each sentence give the facts of an article."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pipeline.heard import Heard
from pipeline.match.business import find_business
from pipeline.match.complete import complete
from pipeline.match.credits import find_credits
from pipeline.match.items import Sentence
from pipeline.match.links import find_links
from pipeline.match.scope import Found, Scope, main_show
from pipeline.match.sentences import sentences
from pipeline.match.weigh import weigh
from pipeline.match.when import find_date_facts
from pipeline.match.works import find_parts
from pipeline.records import Block, DateFact, Entity, Mention, Span


def match(blocks: Sequence[Block], mentions: Sequence[Mention], entities: Sequence[Entity], text: str, published: date | None, published_span: Span | None) -> tuple[Found, list[DateFact]]:
    """All facts of an article: as its sentences tell them one by one, then weighed."""
    rows, focus, scope, dates = read_facts(blocks, mentions, entities, text, published, published_span)
    weigh(rows, focus, scope, text)
    return scope.found, dates


def read_facts(blocks: Sequence[Block], mentions: Sequence[Mention], entities: Sequence[Entity], text: str, published: date | None, published_span: Span | None) -> tuple[list[Sentence], list[str], Scope, list[DateFact]]:
    """What the rules read: the sentences, the show that each speaks of, the facts found (in the scope), the dates."""
    rows = list(sentences(blocks, mentions, text))
    scope = Scope({e.key: e for e in entities}, text, main_show(rows))
    scope.heard = Heard(blocks, mentions)
    scope.mentions = {m.start: m for m in mentions}
    scope.token_spans = [[(t.start, t.end) for t in b.tokens] for b in blocks]
    for m in mentions:
        scope.sure[m.entity] = max(scope.sure.get(m.entity, 0.0), m.confidence)
        scope.named[m.entity] += 1
    scope.dates = dates = find_date_facts(rows, mentions, scope.heard, text, published, published_span)
    focus: list[str] = []
    for n, row in enumerate(rows):
        focus.append(scope.show or scope.main_show)
        if row.heading and n > 0 and not any(it.kind == "S" for it in row.items):
            continue
        scope.upcoming = [m.entity for s in rows[n : n + 3] for it in s.items if it.kind == "S" for m in it.mentions]
        scope.enter(row)
        focus[-1] = scope.show or scope.main_show
        find_links(row, scope)
        if not row.heading:
            find_credits(row, scope)
        find_business(row, scope, text)
        find_parts(row, scope)
        scope.leave(row)
    complete(rows, scope)
    return rows, focus, scope, dates
