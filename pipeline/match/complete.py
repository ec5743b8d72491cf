"""Complete: what an article says only taken together, once every sentence has been read."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.match.arguments import show_list
from pipeline.match.items import Sentence
from pipeline.match.scope import Scope
from pipeline.records import ShowCompany

HOMES = ("network", "streamer")
#: kinds of companies that can be a producer's own house
HOUSES = ("production company", "studio", "other")
#: What a channel has shows in: "Other recent Stan originals are S, T and U".
SLATE = {"originals", "slate", "lineup", "line-up", "portfolio", "roster", "series", "shows", "titles", "dramas", "comedies", "hits", "programs", "programmes", "schedule", "credits", "stable", "offerings", "films"}
LISTED_BY = {"are", "include", "includes", "including", "like", "features", "comprises", ":", "as"}


def complete(rows: Sequence[Sentence], scope: Scope) -> None:
    """Add the company parts that no single clause tells."""
    _slates(rows, scope)
    _houses(scope)
    _one_home(scope)


def _slates(rows: Sequence[Sentence], scope: Scope) -> None:
    """"Other recent C originals are S, T and U", "C's slate also includes S"."""
    for row in rows:
        items = row.items
        for i, it in enumerate(items):
            if it.kind != "C" or scope.kind(it.mentions[-1].entity) in ("agency", "publisher"):
                continue
            noun = next((k for k in range(i + 1, min(i + 7, len(items))) if items[k].kind in "WA" and items[k].word.split()[-1] in SLATE), None)
            if noun is None or any(items[k].kind in "PRV" for k in range(i + 1, noun)):
                continue
            first = next((k for k in range(noun + 1, min(noun + 8, len(items))) if items[k].kind in "SPV"), None)
            if first is None or items[first].kind != "S" or not LISTED_BY & {x.word for x in items[noun + 1 : first]}:
                continue
            relation = "network" if scope.kind(it.mentions[-1].entity) in HOMES else "production"
            for show in show_list(items, first):
                _enter(scope, row, it.mentions[-1].start, it.mentions[-1].end, "slate", show, it.mentions[-1].entity, relation)


def _houses(scope: Scope) -> None:
    """Who produces a show and is told in the same sentence to be of a house brings that house."""
    tied = {(r.person, r.evidence): r for r in scope.found.roles if r.role == "Affiliated" and r.status != "former" and scope.kind(r.company) in HOUSES}
    for role in list(scope.found.roles):
        tie = tied.get((role.person, role.evidence))
        if tie and role.role in ("Executive Producer", "Producer") and role.show:
            scope.found.show_companies.append(ShowCompany(tie.start, tie.end, tie.evidence, "producers-house", 0.6, role.show, tie.company, "production"))


def _one_home(scope: Scope) -> None:
    """Where an article names one channel or service only, its main show is at home there."""
    homes = [key for key, e in scope.entities.items() if e.subkind in HOMES]
    told = {s.show for s in scope.found.show_companies if s.relation == "network"}
    if len(homes) != 1 or not scope.main_show or scope.main_show in told or scope.kind(scope.main_show) == "film":
        return
    told_by = next(iter(scope.found.roles), None)
    if told_by is not None:
        scope.found.show_companies.append(ShowCompany(told_by.start, told_by.end, told_by.evidence, "one-home", 0.6, scope.main_show, homes[0], "network"))


def _enter(scope: Scope, row: Sentence, start: int, end: int, rule: str, show: str, company: str, relation: str) -> None:
    scope.found.show_companies.append(ShowCompany(start, end, (row.start, row.end), rule, 0.7, show, company, relation))
