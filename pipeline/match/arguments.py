"""The arguments of a credit: which people and which shows an anchor speaks of."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.match.items import Item, Sentence, modifies
from pipeline.match.scope import Scope
from pipeline.normalize import clean_name
from pipeline.records import Role

#: A list of shows never goes on past these.
LIST_ENDS = {".", ";", "which", "who", "that", "but", "while", "where", "opposite", "alongside", "with", "from", "directed", "is", "was", "has", "will", "by", "called", "titled", "spinoff", "remake", "based", "prequel", "sequel", "of", "to", "at", "on", "adaptation"}


def add(scope: Scope, sentence: Sentence, people: Item | Sequence[str], roles: Sequence[tuple[str, str]], shows: Sequence[str], anchor: tuple[int, int], rule: str, confidence: float = 0.8, season: str = "") -> None:
    """Enter each person in each role on each show; characters told in the group go to Actor rows."""
    keys: list[tuple[str, str]] = []
    if isinstance(people, Item):
        for m in people.mentions:
            told = people.characters.get(m.start)
            keys.append((m.entity, clean_name(told.text) if told else ""))
    else:
        keys = [(p, "") for p in people]
    for person, character in keys:
        if not person.startswith("person:"):
            continue
        for role, title in roles:
            for show in shows:
                if show:
                    scope.found.roles.append(Role(*anchor, (sentence.start, sentence.end), rule, confidence, person=person, role=role, title=title, show=show, season=season, character=character if role == "Actor" else ""))


def shows_for(sentence: Sentence, scope: Scope, i: int, after: bool = True, before: bool = True) -> list[str]:
    """The shows that an anchor speaks of: its object, else what stands before it in the sentence, else the focus."""
    items = sentence.items
    if after:
        for k in range(i + 1, min(i + 9, len(items))):
            it = items[k]
            if it.kind == "S" and not modifies(items, k):
                return show_list(items, k)
            if it.kind == "A":
                return scope.anaphor(it)
            if it.kind in "PQ" or (it.kind == "V" and k > i + 1) or it.word in (";", ".", "who", "which"):
                break
    if before:
        for k in range(i - 1, -1, -1):
            it = items[k]
            if it.kind == "S":
                return [m.entity for m in it.mentions][-1:] if not modifies(items, k) else [m.entity for m in it.mentions][:1]
            if it.kind == "A":
                return scope.anaphor(it)
            if it.word == ";":
                break
    focus = scope.show or scope.main_show
    return [focus] if focus else []


def show_list(items: Sequence[Item], k: int) -> list[str]:
    """The shows from item k on, over what stands between them: "S, Ang Lee's T and, for C, U"."""
    shows = [m.entity for m in items[k].mentions]
    while True:
        n = k + 1
        while n < len(items) and n - k < 9 and items[n].kind in "WCP" and items[n].word not in LIST_ENDS:
            n += 1
        between = items[k + 1 : n]
        if n >= len(items) or items[n].kind != "S" or not between or between[0].word not in (",", "and", "as", "for", "in") or any(x.kind == "P" and (m + 1 >= len(between) or between[m + 1].word not in ("'s", "'")) for m, x in enumerate(between)) or modifies(items, n):
            return shows
        shows += [m.entity for m in items[n].mentions]
        k = n


def people_before(sentence: Sentence, scope: Scope, i: int) -> Item | list[str] | None:
    """The subject of the verb at i: the nearest people before it in its clause, or whom a pronoun means."""
    items = sentence.items
    for k in range(i - 1, -1, -1):
        it = items[k]
        if it.kind == "P":
            if k > 0 and items[k - 1].word in ("by", "with", "from", "to", "of", "opposite", "alongside", "than", "for") and not any(x.kind == "Q" for x in items[k + 1 : i]) and any(x.kind in "PQ" for x in items[: k - 1]) and not _who_between(items, k, i):
                continue
            if k + 1 < len(items) and items[k + 1].word in ("'s", "'"):
                continue
            return it
        if it.kind == "Q":
            if it.word == "who" and k > 0:
                continue
            earlier = next((x for x in reversed(items[:k]) if x.kind == "P"), None)
            if earlier:
                return earlier
            return scope.whom(it) or None
        if it.kind == "W" and it.word in (";",):
            return None
    return None


def _who_between(items: Sequence[Item], k: int, i: int) -> bool:
    return any(x.word in ("who", "which") for x in items[k + 1 : i])


def span_of(sentence: Sentence, scope: Scope, it: Item) -> tuple[int, int]:
    """Where the fact is read: the role noun, the names, or the verb itself."""
    if it.roles:
        return it.roles[0][2]
    if it.mentions:
        return it.mentions[0].start, it.mentions[-1].end
    return scope.span(sentence, it)


def of_show(sentence: Sentence, scope: Scope, i: int) -> list[str]:
    """The show after "of", "on", "for", "behind"."""
    items = sentence.items
    k = i + 1
    if k < len(items) and items[k].word in ("of", "on", "for", "behind", "in"):
        k += 1
        while k < len(items) and items[k].kind in "WC" and items[k].word not in (",", ".", ";", "by", "is") and k < i + 8:
            k += 1
        if k < len(items) and items[k].kind == "S":
            return [m.entity for m in items[k].mentions]
        if k < len(items) and items[k].kind == "A":
            return scope.anaphor(items[k])
    return []
