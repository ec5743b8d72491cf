"""Casts: who acts in a show, told by lists of people rather than by a role's noun or verb."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.match.arguments import add, of_show, people_before, shows_for, span_of
from pipeline.match.items import Item, Sentence
from pipeline.match.scope import Scope

#: Verbs by which a show has somebody act in it.
ACTING = {"star", "stars", "starring", "starred", "co-star", "co-stars", "co-starring", "features", "featuring", "toplined", "headlined"}
#: Words that tell who acts: "the cast", "the ensemble", "joined by", "also return", "set as leads".
CAST_WORDS = {"cast", "ensemble", "opposite", "joined", "return", "returns", "returning", "leads", "voices", "voiced"}
#: What people do to a cast that they are of.
CASTING = {"join", "joins", "joined", "joining", "rounding", "round", "rounds", "lead", "leads", "leading", "head", "heads", "heading", "completing", "complete", "completes", "headline", "headlines"}


def cast_with_parts(sentence: Sentence, scope: Scope, i: int) -> None:
    """People told with their characters ("P as X", "X (P)") are its actors."""
    shows = shows_for(sentence, scope, i, after=False)
    chosen = sentence.items[i]
    told = Item("P", chosen.first, chosen.last, mentions=[m for m in chosen.mentions if m.start in chosen.characters], characters=chosen.characters)
    add(scope, sentence, told, [("Actor", "")], shows, span_of(sentence, scope, told), "person-as-character", 0.9)


def cast_list(sentence: Sentence, scope: Scope, i: int) -> None:
    """"The cast includes P", "Joining the cast are P", "P join the cast", "P have been cast in S", "P also return, joined by Q"."""
    items = sentence.items
    word = items[i].word
    around = {x.word for x in items[max(0, i - 4) : i]}

    def enter(people: Item | list[str] | None, shows: Sequence[str], rule: str, confidence: float) -> None:
        if people:
            span = span_of(sentence, scope, people) if isinstance(people, Item) else scope.span(sentence, items[i])
            add(scope, sentence, people, [("Actor", "")], shows, span, rule, confidence)

    if word in ("cast", "ensemble", "voices"):
        passive = word == "cast" and items[i - 1].word in ("been", "is", "are", "was", "were") and i + 1 < len(items) and items[i + 1].word in ("in", "as", "opposite", "on", "for", "alongside")
        if passive:
            enter(people_before(sentence, scope, i), shows_for(sentence, scope, i), "cast-in", 0.85)
            return
        k = i + 1
        while k < len(items) and k < i + 8 and (items[k].kind in "SA" or (items[k].kind == "W" and items[k].word not in (".", ";", "as", "and", "who"))):
            k += 1
        told = {x.word for x in items[i + 1 : k]}
        if k < len(items) and items[k].kind == "P" and told & {"members", "member", "of", "includes", "include", "features", "are", "is", "including", ":", "alongside", "opposite", "by", "with", "comprises"}:
            enter(items[k], of_show(sentence, scope, i) or shows_for(sentence, scope, i, after=False), "cast-list", 0.85)
        if around & CASTING and word != "voices" and not (k < len(items) and items[k].kind == "P" and told & {"are", "is"}):
            enter(people_before(sentence, scope, i), of_show(sentence, scope, i) or shows_for(sentence, scope, i, after=False), "join-cast", 0.85)
    elif word == "opposite" and i + 1 < len(items) and items[i + 1].kind == "P":
        enter(items[i + 1], shows_for(sentence, scope, i, after=False), "opposite", 0.7)
    elif word == "leads" and around & {"as", "the"} and around & {"set", "cast", "as"}:
        enter(people_before(sentence, scope, i), shows_for(sentence, scope, i), "cast-in", 0.8)
    elif word in ("return", "returns", "returning") and i and items[i - 1].word in ("also", "will", "all", "both", "to") and (i + 1 == len(items) or items[i + 1].word in (".", ",", "for", "alongside", "with", "in", "and")):
        enter(people_before(sentence, scope, i), shows_for(sentence, scope, i), "also-return", 0.75)
    elif word == "joined" and i + 1 < len(items) and items[i + 1].word == "by" and any(x.kind == "P" for x in items[:i]) and any(x.word in ACTING | {"return", "returns", "cast", "also", "reprise", "reprises"} for x in items[:i]):
        k = i + 2
        while k < len(items) and items[k].kind in "WR" and k < i + 7 and items[k].word not in (",", "."):
            k += 1
        if k < len(items) and items[k].kind == "P":
            enter(items[k], shows_for(sentence, scope, i, after=False), "joined-by", 0.75)
    elif word == "voiced" and i + 1 < len(items) and items[i + 1].word == "by" and i + 2 < len(items) and items[i + 2].kind == "P":
        enter(items[i + 2], shows_for(sentence, scope, i, after=False), "played-by", 0.8)
