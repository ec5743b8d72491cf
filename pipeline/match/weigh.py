"""Weigh the candidates of an article with the weights fitted on the corpus, and turn what is likely into facts.

A candidate's features are in ``pairs.py``, ``homes.py``, ``offices.py``, ``happenings.py`` and ``relatives.py``; a table of ``pipeline/data/`` gives each
feature its weight for each class. The likelihood is that of logistic regression: multinomial, and for
credits and events conditional, since the shows that one may be meant of compete. Credits, parts and
events are then weighed again beside each other (``second.py``). Of all places where a fact may
have been read the likeliest counts. Which part an actor plays is weighed in ``characters.py``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TypeVar

from pipeline.match.characters import likeliest_part
from pipeline.match.complete import HOMES
from pipeline.match.context import rows_of
from pipeline.match.happenings import events
from pipeline.match.homes import parts_and_homes
from pipeline.match.items import Sentence
from pipeline.match.offices import OWN_OFFICE, UNNAMED, offices
from pipeline.match.pairs import Candidate, credits
from pipeline.match.relatives import links, other_name
from pipeline.match.scope import OFFSHOOTS, Found, Scope
from pipeline.match.second import credit_features, event_features, part_features
from pipeline.records import Event, Fact, Role, ShowCompany, ShowLink
from pipeline.vocabulary import PERSON_EVENTS, is_unscripted, role_groups
from pipeline.weights import CLASSES, likelihoods, shares, weights

F = TypeVar("F", bound=Fact)
#: A fact less likely than this is left out: (where a rule read it, where it was only weighed).
LEAST = {"credits": (0.25, 0.35), "offices": (0.35, 0.4), "parts": (0.3, 0.4), "events": (0.3, 0.3), "links": (0.15, 0.35)}

#: What a candidate has that a rule read in its own sentence, and how much less likely another such may be to hold beside it.
READ_HERE, NEARLY = "rule-here", 0.05
#: Words before the company that somebody comes from.
FROM = {"from", "previously", "formerly", "former", "ex", "leaving"}
#: By how much less likely a second company may be at which somebody holds the same office.
BESIDE = 0.1
EXECUTIVE = CLASSES["offices"].index("Executive")
NETWORK = CLASSES["parts"].index("network")

# "showrunners on the spinoff", "star of the sequel": the words name the show as plainly as its title, so what a rule read stands
ON_OFFSHOOT = re.compile(rf"\s+(?:on|of|for|in)\s+the\s+(?:new\s+|upcoming\s+)?(?:{'|'.join(sorted(OFFSHOOTS))})\b")


def read_credits(candidates: Iterable[Candidate]) -> dict[tuple[str, ...], tuple[float, Candidate]]:
    """For each credit its likeliest place: (likelihood, candidate).

    The likelihood is the mean of both readings: the second, by the rest of the article, overrules a plain sentence too readily.
    The shows of a group share it: where rules read several of one sentence, "starred in S and will be seen in T", what they have together holds for each.
    """
    groups = [list(members) for _, members in groupby(candidates, key=lambda c: c.group)]
    first = shares(weights("credits"), [[c.features for c in group] for group in groups])
    out: dict[tuple[str, ...], tuple[float, Candidate]] = {}
    again = shares(weights("credits_again"), credit_features(groups, first))
    for group, *readings in zip(groups, first, again, strict=True):
        means = [sum(both) / len(both) for both in zip(*readings, strict=True)]
        read = [p for c, p in zip(group, means, strict=True) if READ_HERE in c.features]
        several = [p for p in read if p >= NEARLY * max(read)]
        for c, mean in zip(group, means, strict=True):
            likely = sum(several) if READ_HERE in c.features and mean in several else mean
            for show in (c.key[2], *c.also):
                key = (*c.key[:2], show)
                if key not in out or likely > out[key][0]:
                    out[key] = (likely, c)
    return out


def read_offices(candidates: Iterable[Candidate]) -> dict[tuple[str, ...], tuple[float, int, Candidate]]:
    """For each person and company the likeliest place and class but none: (likelihood, class, candidate).

    An office is held at one company: of the companies that a sentence may mean for one person, the
    likeliest counts, those nearly as likely and those that have a word of office of their own; of those
    that no sentence names beside the person, one.
    """
    found = list(candidates)
    odds = likelihoods(weights("offices"), [c.features for c in found])
    most: dict[tuple[int, str, int], float] = defaultdict(float)
    unnamed: dict[str, float] = defaultdict(float)
    for c, likely in zip(found, odds, strict=True):
        for anchor in {-1, _own_office(c)}:
            place = c.row.sentence.start, c.key[0], anchor
            most[place] = max(most[place], likely[EXECUTIVE])
        if UNNAMED in c.features:
            unnamed[c.key[0]] = max(unnamed[c.key[0]], *likely[1:])
    held = [
        (c, likely)
        for c, likely in zip(found, odds, strict=True)
        if (max(likely[1:]) > likely[EXECUTIVE] or likely[EXECUTIVE] > most[c.row.sentence.start, c.key[0], _own_office(c)] - BESIDE) and (UNNAMED not in c.features or max(likely[1:]) == unnamed[c.key[0]])
    ]
    return _likeliest([c for c, _ in held], [likely for _, likely in held])


def _own_office(c: Candidate) -> int:
    """The unit of the word of office that names the company, "president of C"; -1 where none does."""
    return c.anchor if OWN_OFFICE in c.features else -1


def read_parts(candidates: Iterable[Candidate]) -> dict[tuple[str, ...], tuple[float, int, Candidate]]:
    """The same for each show and company."""
    found = list(candidates)
    first = likelihoods(weights("parts"), [c.features for c in found])
    return _likeliest(found, likelihoods(weights("parts_again"), part_features(found, first)))


def read_events(candidates: Iterable[Candidate]) -> dict[tuple[str, ...], tuple[float, list[Candidate]]]:
    """For each event and show or person how likely it is, with its likeliest places, the best first."""
    groups = [list(members) for _, members in groupby(candidates, key=lambda c: c.group)]
    first = shares(weights("events"), [[c.features for c in group] for group in groups])
    told = event_features(groups, first)
    likely = likelihoods(weights("events_again"), [f for _, f in told.values()])
    return {key: (odds[1], places) for (key, (places, _)), odds in zip(told.items(), likely, strict=True)}


def read_links(candidates: Iterable[Candidate]) -> Iterator[tuple[float, Candidate]]:
    """For each show and relation the likeliest other work: (likelihood, candidate)."""
    groups = [list(members) for _, members in groupby(candidates, key=lambda c: c.group)]
    for group, likely in zip(groups, shares(weights("links"), [[c.features for c in group] for group in groups]), strict=True):
        yield max(zip(likely, group, strict=True), key=lambda x: x[0])


def _likeliest(candidates: Sequence[Candidate], odds: Sequence[Sequence[float]]) -> dict[tuple[str, ...], tuple[float, int, Candidate]]:
    out: dict[tuple[str, ...], tuple[float, int, Candidate]] = {}
    for c, likely in zip(candidates, odds, strict=True):
        k = max(range(1, len(likely)), key=lambda i: likely[i])
        if c.key not in out or likely[k] > out[c.key][0]:
            out[c.key] = (likely[k], k, c)
    return out


def stands(name: str, likely: float, c: Candidate) -> bool:
    """Whether a candidate is likely enough to be a fact."""
    read, weighed = LEAST[name]
    return likely >= weighed or (likely >= read and any(f.startswith("rule:") for f in c.features))


def weigh(sentences: Sequence[Sentence], focus: Sequence[str], scope: Scope, text: str) -> None:
    """Replace the credits, offices, parts and events that the rules found by those that the weights let stand."""
    rows = rows_of(sentences, focus)
    found = scope.found
    roles = [r for r in found.roles if not (r.show and role_groups()[r.role] in ("creative", "cast")) and r.role not in CLASSES["offices"]]
    told = list(credits(rows_of(sentences, focus, plain=True), scope, found))
    acted: dict[tuple[str, ...], list[Candidate]] = defaultdict(list)
    for c in told:
        if c.key[1] == "Actor":
            acted[c.key].append(c)
    for key, (likely, c) in read_credits(told).items():
        if stands("credits", likely, c):
            roles += _credit(key, likely, [c, *acted[key]], found, scope)
    weighed = {(r.person, r.role, r.show) for r in roles}
    roles += [r for r in found.roles if r.show and (r.person, r.role, r.show) not in weighed and ON_OFFSHOOT.match(text, r.end)]
    for key, (likely, k, c) in read_offices(offices(rows, scope, found)).items():
        if stands("offices", likely, c):
            roles += _office(key, CLASSES["offices"][k], likely, c, found, text, scope)
    facts = []
    for (show, company), (likely, k, c) in read_parts(parts_and_homes(rows, scope, found)).items():
        if stands("parts", likely, c) and (scope.kind(company) != "publisher" or k != NETWORK):  # what reports on a show is not its home
            facts.append(ShowCompany(*c.place, (c.row.sentence.start, c.row.sentence.end), _rule(c), round(likely, 2), show, company, CLASSES["parts"][k]))
    homes = {f.show: f.company for f in sorted(facts, key=lambda f: f.confidence) if f.relation == "network"}
    happened = [_event(key, likely, places, homes, scope) for key, (likely, places) in read_events(events(rows, scope, found)).items() if stands("events", likely, places[0])]
    tied = [_link(likely, c, scope) for likely, c in read_links(links(rows, scope, found)) if stands("links", likely, c)]
    found.show_links[:] = [_as_sure_as_its_names(x, scope) for x in tied]
    found.roles[:] = [_as_sure_as_its_names(_taking_part(r, scope), scope) for r in roles]
    found.show_companies[:] = [_as_sure_as_its_names(f, scope) for f in facts]
    found.events[:] = [_as_sure_as_its_names(e, scope) for e in _seasons_to_come(happened, scope)]


def _as_sure_as_its_names(fact: F, scope: Scope) -> F:
    """A fact is no surer than the least sure of the names in it."""
    names = (getattr(fact, end, "") for end in ("show", "person", "company"))
    return replace(fact, confidence=min([fact.confidence, *(round(scope.sure[name], 2) for name in names if name in scope.sure)]))


def _event(key: tuple[str, ...], likely: float, places: Sequence[Candidate], homes: Mapping[str, str], scope: Scope) -> Event:
    """The row of an event, read at the first of its ``places``; season, episodes and dates may be told at any, a show's company is its home (``homes``) where none is named."""
    event, whom = key
    c = places[0]
    told = [p.row.sentence for p in places]
    evidence = told[0].start, told[0].end
    companies = [c.row.units[k].key for k in c.row.companies]
    if event in PERSON_EVENTS:
        return Event(*c.place, evidence, "weighed", round(likely, 2), event, person=whom, company=_employer(c, event))
    company = next((k for k in companies if scope.kind(k) in HOMES), homes.get(whom, ""))
    if event == "acquired":  # who buys need be nobody's home: the first that the sentence names
        company = next((k for k in companies if scope.kind(k) != "agency"), company)
    season = next((x for p in places if (x := _season(p, whom))), "")
    episodes = next((s.episodes for s in told if s.episodes), "") if event in ("ordered", "renewed") else ""
    near = [d for s in told for d in scope.dates if s.start <= d.start < s.end and d.kind != "published"] if event == "premiere" else []
    when = next((d for d in near if d.kind == "premiere"), near[0] if near else None)
    return Event(*c.place, evidence, "weighed", round(likely, 2), event, whom, season, episodes, "", company, when.date_from if when else None, when.date_to if when else None)


def _employer(c: Candidate, event: str) -> str:
    """The company at which somebody is hired or promoted, or that he leaves: the subject of a sentence that begins with it, else the first after the event's word that he does not come from, else the first before it."""
    units, named = c.row.units, c.row.companies
    if not named:
        return ""
    leads = [k for k in named if k < c.anchor and k <= min(c.row.people, default=k)]
    after = [k for k in named if k > c.anchor and (event == "departed" or not any(u.word in FROM for u in units[max(c.anchor, k - 3) : k]))]
    return units[(leads or after or named)[0]].key


def _link(likely: float, c: Candidate, scope: Scope) -> ShowLink:
    """The row of a tie; what kind of work the other is a rule read, or the article shows."""
    show, relation, other = c.key
    rule = next((x for x in scope.found.show_links if (x.show, x.relation) == (show, relation)), None)
    entity = other if other in scope.entities and not (relation == "based_on" and other == show) else ""
    kind = rule.other_kind if rule else "book" if relation == "based_on" and not entity else "film" if scope.kind(entity) == "film" else "show"
    return ShowLink(*c.place, (c.row.sentence.start, c.row.sentence.end), _rule(c), round(likely, 2), show, relation, entity, other_name(other, scope), kind)


def _season(c: Candidate, show: str) -> str:
    """The season of an event: of those that its sentence tells the one that stands nearest to the show, else to the event's word."""
    anchor = c.row.units[c.anchor].first
    at = min((u.first for u in c.row.units if u.key == show), key=lambda first: abs(first - anchor), default=anchor)
    return min(c.row.sentence.seasons, key=lambda x: abs(x[0] - at), default=(0, ""))[1]


def _seasons_to_come(events: Sequence[Event], scope: Scope) -> list[Event]:
    """The events, a start that lies ahead with the season for which its show is renewed where no other is told."""
    published = next((d.date_from for d in scope.dates if d.kind == "published"), None)
    renewed = {e.show: e.season for e in events if e.event == "renewed" and e.season}

    def ahead(e: Event) -> bool:
        return e.event == "premiere" and not e.season and published is not None and e.date_from is not None and e.date_from > published

    return [replace(e, season=renewed.get(e.show, "")) if ahead(e) else e for e in events]


def _rule(c: Candidate) -> str:
    """The rule that read the fact, where one did; else that it was weighed."""
    return next((f.split(":")[-1] for f in sorted(c.features) if f.startswith("rule:")), "weighed")


def _credit(key: tuple[str, ...], likely: float, places: Sequence[Candidate], found: Found, scope: Scope) -> list[Role]:
    """The rows of a credit, read at the first of its ``places``; the part may be told at any of them."""
    person, role, show = key
    c = places[0]
    own = [r for r in found.roles if (r.person, r.role, r.show) == (person, role, show)]
    evidence = (c.row.sentence.start, c.row.sentence.end)
    character = likeliest_part(places, scope) if role == "Actor" else ""
    if own:
        first = max(own, key=lambda r: (bool(r.character), bool(r.season)))
        return [Role(first.start, first.end, first.evidence, first.rule, round(likely, 2), person=person, role=role, title=first.title, show=show, season=first.season, character=character, status=first.status)]
    return [Role(*c.place, evidence, _rule(c), round(likely, 2), person=person, role=role, show=show, character=character)]


def _taking_part(role: Role, scope: Scope) -> Role:
    """Who is seen in a programme known to have no script takes part in it."""
    if role.role == "Actor" and not role.character and is_unscripted(scope.entities[role.show].name):
        return replace(role, role="Participant")
    return role


def _office(key: tuple[str, ...], role: str, likely: float, c: Candidate, found: Found, text: str, scope: Scope) -> list[Role]:
    person, company = key
    status = _status(c)
    own = [r for r in found.roles if (r.person, r.company, r.role) == (person, company, role)]
    out = [Role(r.start, r.end, r.evidence, r.rule, round(likely, 2), person=person, role=role, title=r.title, company=company, status=status) for r in own]
    if out:
        return out
    title, span = "", c.place
    if role == "Executive" and c.anchor >= 0:
        span = scope.unit_span(c.row.sentence, c.row.units[c.anchor])
        title = " ".join(text[slice(*_title_span(c, scope))].split())
    return [Role(*span, (c.row.sentence.start, c.row.sentence.end), _rule(c), round(likely, 2), person=person, role=role, title=title, company=company, status=status)]


def _status(c: Candidate) -> str:
    """Whether somebody holds an office no longer ("former") or not yet ("incoming"), by the place where it is likeliest told."""
    odds = likelihoods(weights("statuses"), [c.features])[0]
    likeliest = CLASSES["statuses"][odds.index(max(odds))]
    return "" if likeliest == "current" else likeliest


def _title_span(c: Candidate, scope: Scope) -> tuple[int, int]:
    """The words of an office, from its noun to the name or sign that ends it."""
    units = c.row.units
    i = c.anchor
    k = i + 1
    while k < len(units) and k < i + 12 and (units[k].kind == "R" or (units[k].kind == "W" and units[k].word not in (".", ";", "(", "at", "for", "who", "is", "was", "has", "said", "says", "-", '"', "in", "will", "from"))):
        if units[k].word == "," and (k + 1 == len(units) or units[k + 1].kind in "PCSQV" or units[k + 1].word in ("who", "said", "to", "is", "where", "was")):
            break
        k += 1
    while k > i + 1 and units[k - 1].word in (",", "and", "of", "the", "&", "to"):
        k -= 1
    return scope.unit_span(c.row.sentence, units[i])[0], scope.unit_span(c.row.sentence, units[k - 1])[1]
