"""Ties between works: spinoffs, prequels, sequels, remakes, and the works that shows are based on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.match.arguments import add, show_list
from pipeline.match.items import Item, Sentence
from pipeline.match.scope import Scope
from pipeline.match.triggers import item_at, trigger_pattern, words_of_row
from pipeline.records import ShowLink
from pipeline.vocabulary import word_kinds

#: What may stand between a show and what it is said to be: "S is a remake of", "S, which was a spinoff of".
COPULAS = {"is", "was", "are", "were", "be", "been", "being", "as", "which", "becomes"}
#: What a noun phrase does not reach over to its left.
BOUNDS = COPULAS | {",", "and", "&", "or", ";", ".", "(", ":", "-", "with", "for", "on", "of", "to", "that", "in", "by", "from", "'s", "'"}
#: Words that a name follows: "a prequel called S", "spinoffs: S and T".
CALLED = {"called", "titled", "entitled", "named", "dubbed", ",", ":", "series", "show", "film", "movie", "drama", "comedy", "feature", "-"}
#: Ties whose new programme keeps the title of the old one where no other is told.
SAME_TITLE = {"remake", "reboot", "revival", "reimagining", "redo", "reworking", "version of"}
#: What a version is of that is no new programme, or one made from a work: "the stage version of S", "a film version of the novel".
NO_REMAKE = {"film", "movie", "feature", "tv", "television", "series", "screen", "big-screen", "stage", "theatrical", "extended", "restored", "early", "first", "final", "shorter", "longer", "uncut"}
#: Verbs by which a show has others: "S spawned a sequel, T".
BREEDS = {"spawned", "spawn", "spawning", "rise", "led", "inspired", "leave", "leaves", "left", "its", "has", "had", "with", "'s", "'"}
#: Verbs whose objects are the shows that came of one: "S gave rise to T and U".
BRED = {"gave rise to", "given rise to", "spawned", "spun off into"}
#: Words for the programme that a new one is made of: "based on the Dutch format S", "the Slovak original, S".
ORIGINALS = {"original", "originals", "format", "formats"}
#: Verbs by which somebody makes a programme of a work, which it is called after: "P is adapting the novel S".
ADAPTS = {"adapting", "adapts"}
#: What a source told beside a show begins with: "S, the debut novel by P"; or a person whose it is.
ARTICLES = {"a", "an", "the", "his", "her", "their"}
#: Kinds of sources that "from" may lead to: "from the novel by P"; not "from the play", which is said of much else.
STORIES = ("book", "comic", "article", "podcast")
#: How many items from "from" its source may stand.
NEAR = 6
# the source is called as the show is: "the novel of the same name", "the eponymous memoir"
NAMESAKE = re.compile(r"\bof the same (?:name|title)\b|\b(?:same-named|same-titled|eponymous|self-titled)\b")
#: Kinds of sources that have an author.
WRITTEN = ("book", "comic", "article", "play", "other")
# after a word for a source, its title that is tagged as nothing: "novel The Tin Drum", "memoir, Night,"; not "novel by", "novel of the same name"
SOURCE_TITLE = re.compile(r"(?: series| trilogy)?,?(?: called| titled)? [“\"‘]?((?:[A-Z0-9][\w’'-]*)(?::? (?:(?:of|the|and|in|to|for|a|an|on|at|from|&) )*[A-Z0-9][\w’'-]*)*)")


def find_links(sentence: Sentence, scope: Scope) -> None:
    """show_links: all ties that one sentence tells."""
    row = words_of_row(sentence.items)
    for relation in ("spinoff_of", "prequel_to", "sequel_to", "remake_of"):
        for hit in trigger_pattern("link", relation).finditer(row):
            i = item_at(sentence.items, row[: hit.start()].count(" "))
            for show, other in _ends(sentence, scope, i, relation, hit[0]):
                if show and other and (show != other or relation == "remake_of"):
                    scope.found.show_links.append(ShowLink(*scope.span(sentence, sentence.items[i]), (sentence.start, sentence.end), f"link-{relation}", 0.8, show, relation, other, scope.entities[other].name, "film" if scope.kind(other) == "film" else "show"))
    places = {item_at(sentence.items, row[: hit.start()].count(" ")): hit[0] for hit in trigger_pattern("link", "based_on").finditer(row)}
    for i in _from_sources(sentence.items):
        if not any(abs(i - k) < NEAR for k in places):
            places[i] = "from"
    for i, phrase in sorted(places.items()):
        _based_on(sentence, scope, i, phrase)
    for i, kind in _told_beside(sentence.items):
        it = sentence.items[i]
        scope.found.show_links.append(ShowLink(*scope.span(sentence, it), (sentence.start, sentence.end), "told-beside", 0.6, it.mentions[0].entity, relation="based_on", other_name=scope.entities[it.mentions[0].entity].name, other_kind=kind))


def _ends(sentence: Sentence, scope: Scope, i: int, relation: str, phrase: str) -> Iterator[tuple[str, str]]:
    """The two ends of the tie that the noun at ``i`` tells: (show, other)."""
    items = sentence.items
    end = i + len(phrase.split()) if items[i].word == phrase.split()[0] else i + 1
    many = phrase.endswith("s") or phrase in BRED
    if phrase == "remade":
        yield from _remade(items, i)
        return
    if phrase.startswith("version") and i > 0 and items[i - 1].word in NO_REMAKE:
        return
    of = None if phrase in BRED else next((k for k in range(end - 1, min(end + 2, len(items))) if items[k].word in ("of", "to", "from")), None)
    if of is not None:
        after = next((k for k in range(of + 1, min(of + 9, len(items))) if items[k].kind == "S" or items[k].word in (",", ".", ";")), None)
        if after is None or items[after].kind != "S":
            return
        other = items[after].mentions[0].entity
        show = _named_later(items, after, other) or _subject(sentence, scope, i, other)
        if not show and relation == "remake_of" and (phrase in SAME_TITLE or phrase.split()[-1] in SAME_TITLE) and not _apposed(items, i) and (not sentence.heading or other == scope.main_show):
            show = other  # "a reboot of S" is itself called S
        if not show and (sentence.heading or scope.show in ("", scope.main_show)):  # the article is still about what it began with
            show = next((s for s in (scope.main_show, *scope.upcoming) if s and s != other), "")
        yield show, other
        return
    k = end
    while k < len(items) and k < end + 3 and items[k].kind in "WA" and items[k].word.split()[-1] in CALLED:
        k += 1
    before = next((j for j in range(i - 1, -1, -1) if items[j].kind == "S" or items[j].word == "."), None)
    old = items[before].mentions[-1].entity if before is not None and items[before].kind == "S" else ""
    if k < len(items) and items[k].kind == "S":
        shows = show_list(items, k) if many else [items[k].mentions[0].entity]
        bred = before is not None and (before == i - 1 or any(x.word in BREEDS for x in items[before:i]) or items[i].word.split()[0] in BREEDS or (before == i - 2 and items[i - 1].word in ("and", "&")))
        other = next((s for s in ((old if bred else ""), scope.main_show, scope.show, old) if s and s not in shows), "")
        for show in shows:
            yield show, other
    elif before == i - 1 and old and phrase not in BRED:
        show = _subject(sentence, scope, i - 1, old)  # "T, the S spinoff"
        root = _named_after(scope, old)
        if not show and root:
            yield old, root  # "the S: Legacy spinoff"
        else:
            yield show or (old if relation == "remake_of" else ""), old  # "the S remake" is itself called S


def _remade(items: list[Item], i: int) -> Iterator[tuple[str, str]]:
    """The two ends of "S has been remade in Mexico as T"."""
    old = next((items[k].mentions[0].entity for k in range(i - 1, -1, -1) if items[k].kind == "S"), "")
    for k in range(i + 1, min(i + 12, len(items) - 1)):
        if items[k].word == "as" and items[k + 1].kind == "S" and old:
            yield items[k + 1].mentions[0].entity, old
        if items[k].word in (".", ";"):
            break


def _named_after(scope: Scope, show: str) -> str:
    """The show of the article that another is named after: that of "Suffolk" for "Suffolk: Back Bay", '' for none."""
    name = scope.entities[show].name.casefold()
    return next((e.key for e in scope.entities.values() if e.kind == "show" and e.key != show and name.startswith((f"{e.name.casefold()}:", f"{e.name.casefold()} "))), "")


def _boundary(items: list[Item], i: int) -> int:
    """The item that the noun phrase around ``i`` begins after; -1 for the start of the sentence."""
    j = i - 1
    while j >= 0 and items[j].kind in "WAC" and (items[j].word not in BOUNDS or items[j].tag == "HYPH") and not items[j].tag.startswith("VB"):
        j -= 1
    if j > 0 and items[j].word in ("'s", "'") and items[j - 1].kind in "CP":
        return _boundary(items, j - 1)  # "S, C's remake of T"
    return j


def _subject(sentence: Sentence, scope: Scope, i: int, other: str) -> str:
    """The show that a noun phrase at ``i`` is told of: "S, a remake of", "S is a remake of", "the series is a spinoff of"; not ``other``."""
    items = sentence.items
    j = _boundary(items, i)
    if j < 0 or items[j].word not in COPULAS | {",", "("}:
        return ""
    for k in range(j - 1, -1, -1):
        it = items[k]
        if it.kind == "S":
            return it.mentions[-1].entity
        if it.kind == "A" or it.kind == "Q" or it.word in ("it", "this"):
            meant = scope.anaphor(it) if it.kind == "A" else [scope.show]
            return next((s for s in (*meant[:1], scope.previous_show, scope.main_show) if s and s != other), "")
        if it.word in (".", ";"):
            break
    return ""


def _apposed(items: list[Item], i: int) -> bool:
    """Whether the noun phrase at ``i`` tells what something is that stands before it, though its name was not read: "…, a remake of"."""
    j = _boundary(items, i)
    return j >= 0 and items[j].word in COPULAS | {",", "("}


def _named_later(items: list[Item], k: int, other: str) -> str:
    """The name of what was only described: "a spinoff of S called T"."""
    for m in range(k + 1, min(k + 12, len(items))):
        if items[m].kind == "S" and items[m].mentions[0].entity != other and items[m - 1].word in CALLED - {","} | {"is", "as"}:
            return items[m].mentions[0].entity
        if items[m].word in (".", ";"):
            break
    return ""


def _source(items: list[Item], k: int) -> tuple[str, int]:
    """The kind of source that the words at ``k`` name, and the last item of them: "novel", "book series", "Belgian series"."""
    if items[k].kind not in "WA" or not items[k].word:
        return "", k
    words = items[k].word.split()
    if len(words) > 1:
        hits = [h[1] for n in range(len(words)) if (h := word_kinds("works").longest(words, n)) and h[0] == len(words)]
        return (hits[0] if hits else ""), k
    hit = word_kinds("works").longest([x.word for x in items[k : k + 3]], 0)
    return (hit[1], k + hit[0] - 1) if hit else ("", k)


def _from_sources(items: list[Item]) -> Iterator[int]:
    """Where "from the novel", "from Jane Doe's memoir", "from the books of" begin."""
    for i, it in enumerate(items):
        if it.word == "from":
            for k in range(i + 1, min(i + NEAR, len(items))):
                kind, _ = _source(items, k)
                if kind in STORIES:
                    yield i
                if kind or items[k].kind in "SVQ" or items[k].word in (",", ".", ";", "and"):
                    break


def _told_beside(items: list[Item]) -> Iterator[tuple[int, str]]:
    """The shows that are told to be a work themselves, "rights to S, the debut novel by P", "S, P's bestseller", each with the kind of work."""
    for i, it in enumerate(items):
        if it.kind == "S" and len(it.mentions) == 1 and i + 2 < len(items) and items[i + 1].word == "," and (items[i + 2].kind == "P" or items[i + 2].word in ARTICLES):
            for k in range(i + 2, min(i + 2 + NEAR, len(items))):
                kind, _ = _source(items, k)
                if kind in STORIES:
                    yield i, kind
                if kind or (items[k].kind in "SVCAQ" and items[k].word) or (k > i + 2 and (items[k].kind == "P" or items[k].word in (",", ".", ";", "and", "of", "from", "about"))):
                    break


def _based_on(sentence: Sentence, scope: Scope, i: int, phrase: str) -> None:
    """Enter the tie to a source that the words at ``i`` tell: "S, based on P's novel T", "an adaptation of", "from the memoir"."""
    items = sentence.items
    kind, other, title, told_of, author = "", "", "", "", None
    noun = phrase == "adaptation"
    if noun and not any(x.word == "of" for x in items[i : i + 3]):
        if i > 0 and items[i - 1].kind == "S":  # "C's S adaptation": the work is called as the show is
            show = items[i - 1].mentions[-1].entity
            scope.found.show_links.append(ShowLink(*scope.span(sentence, items[i]), (sentence.start, sentence.end), "based-on", 0.7, show, relation="based_on", other_name=scope.entities[show].name, other_kind="other"))
        return
    made = noun and i > 0 and bool(word_kinds("shows").longest([items[i - 1].word], 0) or items[i - 1].word in ("tv", "television", "screen"))
    for k in range(i, min(i + 16, len(items))):
        it = items[k]
        hit, last = _source(items, k)
        if it.kind in "WA" and not kind and it.word.split()[-1] in ORIGINALS:
            kind = "show"
        elif it.kind in "WA" and hit and not kind:
            kind = hit
            told = SOURCE_TITLE.match(scope.text, scope.span(sentence, items[last])[1])
            title = " ".join(told[1].split()) if told and kind not in ("show", "film") and told.start(1) < sentence.end else ""
        elif it.kind == "V" and it.word in ("play", "plays") and not kind:
            kind = "play"
        elif it.kind == "S" and k > i:
            if i == 0 and items[k - 1].word == ",":
                told_of = it.mentions[0].entity  # "Based on the novel by P, S follows ..."
            else:
                other = it.mentions[0].entity
            break
        elif it.kind == "P":
            author = author or it
        elif k > i and it.word == "," and kind and author and i > 0:
            break  # "an adaptation of the bestseller by P, author of S"
        elif k > i and (it.word in (".", ";", "which", "starring", "stars", "who", "whose") or (kind and it.word == "and") or (it.kind == "V" and kind and it.word not in ("written", "created", "penned"))):
            break
    if not kind:  # "P, whose memoir it is based on"
        kind = next((word for j in range(i - 1, max(-1, i - NEAR), -1) if (word := _source(items, j)[0]) in STORIES), "")
    if not kind and not other:
        return  # "based on P's experience"
    kind = kind or ("book" if author else "other")
    show = told_of or (_subject(sentence, scope, i, other) if noun else "")
    if not show and noun and other and items[max(0, _boundary(items, i))].word in ("and", "&", "or"):
        show = other
    if not show:
        near = next((items[k] for k in range(i - 1, -1, -1) if items[k].kind in "SA"), None)
        show = near.mentions[-1].entity if near is not None and near.kind == "S" else (scope.anaphor(near) or [""])[0] if near is not None else scope.show or scope.main_show
    if made and other and kind not in ("show", "film"):
        show = other  # "a series adaptation of the novel S" is itself called S
    if phrase in ADAPTS and (other or title) and i > 0 and next((x.kind for x in items[i - 1 :: -1] if x.kind in "SAP"), "") == "P":
        show = other
    if not show:
        return
    if author and kind in WRITTEN:
        add(scope, sentence, author, [("Author", "")], [show], (author.mentions[0].start, author.mentions[-1].end), "based-on-author", 0.8)
    relation = "remake_of" if kind in ("show", "film") else "based_on"
    if relation == "remake_of" and not other:
        return
    if not other and NAMESAKE.search(scope.text, scope.span(sentence, items[i])[0], sentence.end):
        title = scope.entities[show].name
    name = scope.entities[other].name if other else title if not author or all(title not in m.text for m in author.mentions) else ""
    if other == show or relation == "based_on":
        other = ""  # a work of the same title is no programme of ours
    scope.found.show_links.append(ShowLink(*scope.span(sentence, items[i]), (sentence.start, sentence.end), "based-on", 0.75, show, relation, other, name, kind))
