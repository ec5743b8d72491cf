"""Candidates for a show's home that its sentence does not name: "Also on the slate: S and T" in an article about a channel or a seller."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pipeline.match.context import Row, manner
from pipeline.match.pairs import Candidate, parts
from pipeline.match.scope import Found, Scope

#: Kinds of companies that shows are at home at, and how many of an article's most named ones may be meant.
HOMES = {("network", "streamer"): 2, ("distributor", "studio", "production company", "other"): 1}
#: Words of a sentence that tell whether it speaks of what the article's channel or service has.
NEAR = {
    "network", "channel", "streamer", "service", "platform", "its", "it", "slate", "lineup", "line-up", "schedule", "originals", "original", "also", "new", "returning", "include", "includes", "including",
    "premiere", "premieres", "season", "series", "renewed", "ordered", "cancelled", "canceled", "starring", "stars", "drama", "comedy", "novel", "book", "based", "won", "for", "known", "former", "rival",
}  # fmt: skip


def parts_and_homes(rows: Sequence[Row], scope: Scope, found: Found) -> Iterator[Candidate]:
    """All candidates for a company's part in a show: those that a sentence brings together, then the homes that it does not name."""
    yield from parts(rows, scope, found)
    yield from home_parts(rows, scope)


def home_parts(rows: Sequence[Row], scope: Scope) -> Iterator[Candidate]:
    """Every show of a sentence with the companies most named in the article that the sentence does not name: key (show, company)."""
    named = Counter(u.key for row in rows for u in row.units if u.kind == "C")
    first: dict[str, int] = {}
    headed: set[str] = set()
    for n, row in enumerate(rows):
        for c in row.companies:
            first.setdefault(row.units[c].key, n)
            if row.sentence.heading or n < 2:
                headed.add(row.units[c].key)
    homes: list[tuple[str, str, int]] = []
    for kinds, meant in HOMES.items():
        own = sorted((k for k in named if scope.kind(k) in kinds), key=lambda k: (-named[k], first[k]))
        total = sum(named[k] for k in own)
        homes += [(home, f"{kinds[0]}{rank}", 10 * named[home] // total) for rank, home in enumerate(own[:meant], start=1)]
    for n, row in enumerate(rows):
        if row.sentence.heading:
            continue
        here = {row.units[c].key for c in row.companies}
        words = {u.word for u in row.units if u.kind in "WA"}
        base = {f"home-near:{w}" for w in words & NEAR} | {f"home-shows:{min(len(row.shows), 4)}"}
        base |= {f"home-has:{kind}" for kind in {u.kind for u in row.units} & set("PRVQ")}
        base |= {f"home-beside:{scope.kind(k)}" for k in here} or {"home-alone"}
        if row.past:
            base.add("home-past")
        for i in row.shows:
            how = {f"home-manner:{manner(row, i)}", "home-main-show" if row.units[i].key == scope.main_show else "home-other-show", "home-leads" if i < 3 else "home-inside"}
            if row.units[i].key == row.head:
                how.add("home-heads-block")
            for home, rank, share in homes:
                if home in here:
                    continue
                f = base | how | {f"home:{rank}", f"home:{rank}:{scope.kind(home)}", f"home-told:{min(named[home], 5)}", f"home-share:{rank}:{share}"}
                f |= {f"{x}:{rank}" for x in (*base, *how)}
                f.add("home-headed" if home in headed else "home-not-headed")
                f.add(f"home-headed:{rank}" if home in headed else f"home-not-headed:{rank}")
                if first[home] >= n:
                    f.add("home-told-later")
                yield Candidate((row.units[i].key, home), f, row, scope.unit_span(row.sentence, row.units[i]), i)
