"""Candidates for events: a word that tells one, with each show or person that it may be meant of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.heard import pair_features
from pipeline.match.context import SIGNS, Row, distance, signature
from pipeline.match.items import Unit
from pipeline.match.pairs import PLACES, Candidate, shows_meant
from pipeline.match.scope import OFFSHOOTS, Found, Scope
from pipeline.match.triggers import item_at, trigger_pattern, words_of_row
from pipeline.match.when import FINALE
from pipeline.vocabulary import PERSON_EVENTS, SHOW_EVENTS

#: How far a person may stand from the word that tells what became of him.
FAR = 30
#: The network may hear an event in a neighbour of the word that tells it.
BESIDE = 1
#: Words that make what follows a hope or a rumour, and what is denied.
UNSURE = re.compile(r"\b(?:may|might|could|hopes?|hoping|if|whether|would|in talks|rumou?red|potential|possible|possibly|never|yet to)\b")
DENIED = re.compile(r"\b(?:not|n't|no plans|denied)\b")
# "no plans to cancel", "has not been canceled"; not "will not return", which is an end itself
NO_END = re.compile(r"\b(?:no plans to|not (?:been |be |going to (?:be )?)?|n't (?:been |be )?|denied (?:it|that \w+) (?:is|was|has been))\s*\Z")
#: Of the words for a show that is made from another those after which it may keep the title.
KEEP_TITLE = {"reboot", "remake", "revival"}
# "orders a second season", "16 more episodes", "new seasons": what is ordered goes on; not "a second pilot", "a new series", "the first season"
AGAIN = re.compile(r"\b(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|\d*(?:2nd|3rd|[4-9]th|1\dth)) (?:[\w-]+ ){0,2}(?:seasons?|series|run|cycle)\b|\b(?:new|more|further) seasons\b|\bmore episodes\b|\bseason (?:two|three|four|five|six|seven|eight|nine|ten|[2-9]|[1-4]\d)\b")
# "upped to series regular": a bigger part, no office
PART = re.compile(r"\A\s*(?:from \w+ )?(?:to|as) (?:a )?(?:series )?regular\b")
#: What the network may tell of a word: an event.
TOLD = tuple(f"event:{kind}" for kind in (*SHOW_EVENTS, *PERSON_EVENTS))
#: Words anywhere in a sentence that bear on what its event is.
NEAR = {
    "season", "seasons", "series", "episodes", "pilot", "final", "finale", "last", "first", "second", "rights", "deal", "script", "writing", "set", "will", "has", "had", "after", "before", "since", "when", "which",
    "who", "previously", "former", "announced", "president", "based", "starring", "won", "theaters", "cinemas", "festival", "premiere", "new", "return", "trailer", "today", "film", "album", "book", "episode",
}  # fmt: skip


def events(rows: Sequence[Row], scope: Scope, _: Found) -> Iterator[Candidate]:
    """Every word that tells an event with each show or person that it may be meant of: key (event, show or person).

    No rule reads events, so that what rules found is not asked; the other candidates' generators take it.
    """
    count = len({u.key for row in rows for u in row.units if u.kind == "S"})
    group = 0
    for number, row in enumerate(rows):
        text = words_of_row(row.units)
        of_row = _of_row(row, scope)
        for event, i, last, section, phrase in _anchors(row, text, scope):
            group += 1
            span = scope.unit_span(row.sentence, row.units[i])
            heard = scope.heard.at(f"event:{event}", span[0], scope.unit_span(row.sentence, row.units[last])[1], BESIDE)
            base = of_row | _of_word(row, text, i, last) | {f"word:{phrase}", f"section:{section}", *heard, *(f"{x}:{section}" for x in heard)}
            base |= {f"{event}:{x}" for x in base}
            bound = scope.heard.each("event", row.sentence.block, range(row.units[i].first, row.units[last].last), "person" if event in PERSON_EVENTS else "show")
            for key, where, also in _people(row, i, last) if event in PERSON_EVENTS else _shows(row, number, i, last, scope, count):
                where |= pair_features(bound, (key, *also))
                yield Candidate((event, key), base | where | {f"{event}:{x}" for x in where}, row, span, i, group=group, also=also)


def _anchors(row: Row, text: str, scope: Scope) -> Iterator[tuple[str, int, int, str, str]]:
    """What tells an event in a row with the words ``text``: (event, its first unit, its last, the section of triggers.toml, the phrase)."""
    seen: set[tuple[str, int]] = set()
    hoped: set[tuple[str, int]] = set()  # what is only hoped for or denied: what the network hears beside it is no more
    for kind in (*SHOW_EVENTS, *PERSON_EVENTS):
        for section in ("event", "may_tell"):
            for hit in trigger_pattern(section, kind).finditer(text):
                i = item_at(row.units, text[: hit.start()].count(" "))
                last = max(i, item_at(row.units, text[: hit.end()].count(" ")))
                if kind == "ordered" and AGAIN.search(text[max(0, hit.start() - 30) : hit.end() + 60]):
                    continue  # an order for a second season is a renewal
                if _only_hoped(kind, text[: hit.start()]) or (kind == "promoted" and PART.search(text[hit.end() :])):
                    hoped.add((kind, i))
                elif (kind, i) not in seen and row.units[last].kind not in "SPCX":
                    seen.add((kind, i))
                    yield kind, i, last, section, hit[0]
    for fact, (start, _) in scope.heard.loud(TOLD, row.sentence.start, row.sentence.end):
        kind = fact.removeprefix("event:")
        i = next((k for k, u in enumerate(row.units) if scope.unit_span(row.sentence, u)[1] > start), -1)
        near = {(kind, k) for k in range(i - 3, i + 4)}
        if i >= 0 and row.units[i].kind not in "SPCX" and not near & (seen | hoped) and not _only_hoped(kind, words_of_row(row.units[:i]) + " "):
            seen.add((kind, i))
            yield kind, i, i, "heard", row.units[i].word
    for d in scope.dates:
        if d.kind == "premiere" and row.sentence.start <= d.start < row.sentence.end:
            i = next((k for k, u in enumerate(row.units) if scope.unit_span(row.sentence, u)[1] > d.start), -1)
            if i >= 0 and row.units[i].kind not in "SPCX" and ("premiere", i) not in seen:
                seen.add(("premiere", i))
                yield "premiere", i, i, "date", "date"


def _only_hoped(event: str, before: str) -> bool:
    """Whether the words before tell that an event is hoped for, rumoured or denied, or that what airs is an end: "may be renewed", "no plans to cancel", "the finale of S airs"."""
    if event == "premiere" and FINALE.search(before):
        return True
    denied = NO_END if event in ("cancelled", "ended") else DENIED
    return bool(UNSURE.search(before[-40:]) or (event in SHOW_EVENTS and denied.search(before[-40:])))


def _word(units: Sequence[Unit], i: int) -> str:
    return units[i].word if 0 <= i < len(units) and units[i].kind in "WA" else units[i].kind if 0 <= i < len(units) else "-"


def _of_row(row: Row, scope: Scope) -> set[str]:
    """What a sentence holds beside the word that tells an event."""
    units = row.units
    f = {"bias"} | {f"has:{k}" for k in {u.kind for u in units} & set("SPCXV")} | {f"homes:{scope.kind(units[c].key)}" for c in row.companies}
    f |= {f"near:{u.word}" for u in units if u.word in NEAR}
    f |= {f"date:{d.kind}" for d in scope.dates if row.sentence.start <= d.start < row.sentence.end} or {"no-date"}
    if row.sentence.season:
        f.add("season" if row.sentence.season != "1" else "season-one")
    if any(u.kind == "R" and "Executive" in u.roles for u in units):
        f.add("office")
    if row.sentence.heading:
        f.add("heading")
    if row.past:
        f.add("past")
    return f


def _of_word(row: Row, text: str, i: int, last: int) -> set[str]:
    """How the sentence, with the words ``text``, is built around the units that tell an event."""
    units = row.units
    before, after = _word(units, i - 1), _word(units, last + 1)
    f = {f"tag:{units[i].tag}", f"prev:{before}", f"prev2:{_word(units, i - 2)} {before}", f"next:{after}", f"next2:{after} {_word(units, last + 2)}"}
    at = len(words_of_row(units[:i]))
    if DENIED.search(text[max(0, at - 40) : at]):
        f.add("denied")
    if AGAIN.search(text[max(0, at - 30) : at + 90]):
        f.add("again")
    return f


def _shows(row: Row, number: int, i: int, last: int, scope: Scope, count: int) -> Iterator[tuple[str, set[str], tuple[str, ...]]]:
    """The shows that an event may be meant of, each by how it stands to the word and in the article: (show, features, the others of its list)."""
    offshoots = _offshoots(row, scope)
    meant: dict[str, tuple[set[str], tuple[str, ...]]] = {}
    for named, where, also in shows_meant(row, number, i, last, scope):
        if offshoots.get(named):
            meant[offshoots[named]] = where, ()  # it stands where "a spinoff of S" stands
        elif named not in offshoots and named not in offshoots.values():
            meant[named] = where, also
    for show, (where, also) in meant.items():
        f = {f"show:{w}" for w in where} | scope.standing(show, any(row.units[k].key == show for k in row.shows))
        f |= {f"kind:{scope.kind(show)}", "places:" + " ".join(sorted(w for w in where if w.split(":")[0] in PLACES))}
        if show == scope.main_show:
            f |= {"main-show", f"main-show:{'named' if row.shows else 'unnamed'}"}
        if count == 1:
            f.add("only-show")
        yield show, f, also


def _offshoots(row: Row, scope: Scope) -> dict[str, str]:
    """For each show that is named only to tell what another comes from, "a spinoff of S", that other one; "" where it has no name.

    A revival, reboot or remake without a name of its own keeps the title: what becomes of it becomes of S.
    """
    units = row.units
    out = {}
    for k in row.shows:
        if k > 1 and units[k - 1].word in ("of", "to", "from") and units[k - 2].word in OFFSHOOTS and sum(units[m].key == units[k].key for m in row.shows) == 1:
            other = next((x.show for x in scope.found.show_links if x.relation != "based_on" and x.other == units[k].key and x.show != x.other), "")
            if other or units[k - 2].word not in KEEP_TITLE:
                out[units[k].key] = other
    return out


def _people(row: Row, i: int, last: int) -> list[tuple[str, set[str], tuple[str, ...]]]:
    """The people of a sentence, each by how he stands to the word: (person, features, the others of whom it is told in the same way)."""
    units = row.units
    left = [p for p in row.people if p < i]
    right = [p for p in row.people if p > last]
    out: dict[str, set[str]] = {}
    for p in row.people:
        if min(abs(p - i), abs(p - last)) > FAR:
            continue
        lo, hi = (p, i) if p < i else (last, p)
        side = "left" if p < i else "right"
        rank = len(left) - left.index(p) if p < i else right.index(p) + 1 if p in right else 0
        f = {f"{side}:{signature(units, lo + 1, hi)}", f"{side}:{distance(max(0, hi - lo - 1))}", f"{side}{min(rank, 3)}", f"person-next:{_sign(units, p + 1)}", f"person-prev:{_sign(units, p - 1)}"}
        f.add("first-person" if p == row.people[0] else "later-person")
        out.setdefault(units[p].key, set()).update(f)
    same = list(dict.fromkeys(units[p].key for p in right if _to_office(units, p)))
    return [(k, f, tuple(same[1:]) if k in same[:1] else ()) for k, f in out.items() if k not in same[1:]]


def _to_office(units: Sequence[Unit], p: int) -> bool:
    """Whether an office follows a person: "promoted P to head of drama and P to head of comedy", "named P president"."""
    after = units[p + 1 : p + 4]
    return bool(after) and (after[0].kind == "R" or (after[0].word in ("to", "as") and any(u.kind == "R" for u in after[1:])))


def _sign(units: Sequence[Unit], i: int) -> str:
    if not 0 <= i < len(units):
        return "-"
    return units[i].word if units[i].kind == "W" and units[i].word in SIGNS else units[i].kind
