"""Candidates for a show's ties to other works: for each show and relation the works that may be meant, with what speaks for each.

What the rules of ``links.py`` read is evidence beside what the tagger's network hears between two names of
a block. Weights fitted on the corpus decide (``links.csv``); the works of one show and relation compete.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.heard import WORK_KEY, passed
from pipeline.match.context import Row
from pipeline.match.pairs import Candidate
from pipeline.match.scope import Found, Scope
from pipeline.normalize import entity_key
from pipeline.records import ShowLink
from pipeline.vocabulary import LINK_RELATIONS

#: What the network hears at least that makes candidates without a rule.
ENOUGH = 0.1
#: The other end of a tie to a work without a name.
UNTITLED = ""


@dataclass(slots=True)
class Option:
    """A work that may be meant: how likely the network hears it and in which block, and what rules read."""

    likely: float = 0.0
    block: int = -1
    rules: list[ShowLink] = field(default_factory=list)


def links(rows: Sequence[Row], scope: Scope, found: Found) -> Iterator[Candidate]:
    """Every show with what it may be tied to: key (show, relation, other), other a show's key, ``WORK_KEY`` and a name, or ``UNTITLED``."""
    group = 0
    for (show, relation), options in _options(scope, found).items():
        if not any(o.rules or o.likely > ENOUGH for o in options.values()):
            continue
        group += 1
        read = {x.rule for o in options.values() for x in o.rules}
        for other, option in options.items():
            kind = "self" if _name(other, scope) == _name(show, scope) else other.split(":")[0] or "untitled"
            f = {kind, *passed("pair", option.likely), *passed("rival", max((o.likely for k, o in options.items() if k != other), default=0.0))}
            f |= {f"rule:{x.rule}" for x in option.rules} | ({"rule"} if option.rules else {"rule-other"} if read else {"no-rule"})
            f |= {"rule-other-show"} if any(x.show != show and x.relation == relation and _other(x) == other for x in found.show_links) else set()
            f |= {"main"} if show == scope.main_show else set()
            f |= {"contains"} if kind != "self" and other and _name(show, scope) in _name(other, scope) else set()
            f |= {"contained"} if kind != "self" and other and _name(other, scope) in _name(show, scope) else set()
            f |= {f"{x}:{kind}" for x in f if x != kind} | {f"{x}:{relation}" for x in f} | scope.standing(show, True)
            row = _row(rows, option, show)
            if row is not None:
                rule = next(iter(option.rules), None)
                span = (rule.start, rule.end) if rule else scope.unit_span(row.sentence, next((u for u in row.units if u.key == show), row.units[0]))
                yield Candidate((show, relation, other), f, row, span, group=group)


def _options(scope: Scope, found: Found) -> dict[tuple[str, str], dict[str, Option]]:
    """For each show and relation the works that may be meant."""
    out: dict[tuple[str, str], dict[str, Option]] = {}
    for block, named in enumerate(scope.heard.named):
        for show, words in named.items():
            if show.startswith("show:"):
                for relation in LINK_RELATIONS:
                    for kind in ("show", "work"):
                        for other, likely in scope.heard.each(f"link:{relation}", block, words, kind).items():
                            option = out.setdefault((show, relation), {}).setdefault(other, Option())
                            if likely > option.likely:
                                option.likely, option.block = likely, block
    for link in found.show_links:
        out.setdefault((link.show, link.relation), {}).setdefault(_other(link), Option()).rules.append(link)
    for (show, relation), options in out.items():
        options.setdefault(show, Option())
        if relation == "based_on":
            options.setdefault(UNTITLED, Option())
        for other in [k for k in options if k.startswith(WORK_KEY)]:  # a work that is called as a show of the article is that show here
            same = next((k for k in options if not k.startswith(WORK_KEY) and k and _name(k, scope) == _name(other, scope)), "")
            if same:
                work = options.pop(other)
                options[same].rules += work.rules
                if work.likely > options[same].likely:
                    options[same].likely, options[same].block = work.likely, work.block
    return out


def _other(link: ShowLink) -> str:
    return link.other or (WORK_KEY + link.other_name if link.other_name else UNTITLED)


def _name(other: str, scope: Scope) -> str:
    """The name of the other end as it is compared."""
    return entity_key(other_name(other, scope)) if other else ""


def other_name(other: str, scope: Scope) -> str:
    """The name of the other end of a tie as it is told."""
    return scope.entities[other].name if other in scope.entities else other.removeprefix(WORK_KEY)


def _row(rows: Sequence[Row], option: Option, show: str) -> Row | None:
    """The sentence that tells it: a rule's, or one of the block that names the show."""
    if option.rules:
        return next((r for r in rows if r.sentence.start <= option.rules[0].start < r.sentence.end), None)
    named = [r for r in rows if any(u.key == show for u in r.units)]
    return next((r for r in named if r.sentence.block == option.block), named[0] if named else None)
