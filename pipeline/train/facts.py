"""Fit the weights of the facts' candidates: credits, offices, parts, and the kinds of dates."""

from __future__ import annotations

import importlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from pipeline import weights
from pipeline.annotations import Gold
from pipeline.dates import DateSpan
from pipeline.heard import Heard
from pipeline.kinds import kind_features
from pipeline.match import read_facts
from pipeline.match.characters import parts_played, told_parts
from pipeline.match.context import rows_of
from pipeline.match.happenings import events
from pipeline.match.homes import parts_and_homes
from pipeline.match.items import Sentence
from pipeline.match.offices import offices
from pipeline.match.pairs import Candidate, credits
from pipeline.match.relatives import links, other_name
from pipeline.match.scope import Scope
from pipeline.match.second import credit_features, event_features, part_features
from pipeline.match.when import date_features
from pipeline.normalize import entity_key
from pipeline.read import make_article
from pipeline.records import DateFact, Entity, Mention
from pipeline.resolve import link
from pipeline.train.evidence import Tagged
from pipeline.train.learn import fit_classes, fit_shares, write_weights
from pipeline.vocabulary import PERSON_EVENTS

decide = importlib.import_module("pipeline.tag.decide")
GENERATORS = {"credits": credits, "offices": offices, "parts": parts_and_homes, "events": events}
#: Where the features of a table are computed.
MODULES = {"credits": "pairs.py", "offices": "offices.py", "statuses": "offices.py", "parts": "pairs.py and homes.py", "events": "happenings.py"}
#: Inverse strength of the penalty, and in how many places a feature must stand at least; chosen on dev, for credits, parts and statuses by five folds of the train articles.
PENALTY = {"links": 0.3, "kinds": 0.3, "credits": 0.1, "offices": 0.1, "statuses": 0.3, "parts": 0.03, "events": 0.05, "dates": 0.3, "characters": 0.3, "credits_again": 0.005, "parts_again": 0.005, "events_again": 0.025}
LEAST = {"links": 4, "kinds": 4, "credits": 24, "offices": 4, "statuses": 4, "parts": 12, "events": 12, "dates": 2, "characters": 4, "credits_again": 40, "parts_again": 40, "events_again": 6}
#: In how many parts the articles are cut, for first readings by weights that were fitted on the others.
FOLDS = 10
#: Characters that an event's word may stand apart from the annotated trigger, which may be one of its neighbours.
NEAR = 3
#: How often it is asked anew where a fact is told, and how likely it must be somewhere, next to its likeliest place, to count there too.
ROUNDS, NEARLY = 2, 0.9


@dataclass(frozen=True, slots=True)
class Example:
    """A candidate with the class that the annotation tells; ``copy`` numbers the articles and their copies.

    ``each`` are the classes of its key and of those that stand for the others of its list. ``here``
    is whether the annotation tells it at this place; None where annotations do not say.
    """

    copy: int
    article: str
    candidate: Candidate
    told: str
    features: set[str]
    each: tuple[str, ...] = ()
    here: bool | None = None


def read_names(article: Tagged) -> tuple[list[Mention], list[Entity]]:
    """The names that are found in an article, with their entities."""
    _, chosen = decide.decide(article.blocks, article.gold.text)
    mentions = decide.carry(article.blocks, chosen, article.gold.text)
    return link(mentions, article.gold.text, article.blocks)


def read_article(article: Tagged) -> tuple[list[Sentence], list[str], Scope, list[DateFact], dict[str, str]]:
    """What the rules read of an article, and for each entity they found the annotated one."""
    gold = article.gold
    mentions, entities = read_names(article)
    head = make_article(gold.text, gold.article, gold.article, None)
    return (*read_facts(article.blocks, mentions, entities, gold.text, head.published, head.published_span), _annotated(gold, mentions, entities))


def read_candidates(article: Tagged, copy: int) -> dict[str, list[Example]]:
    """Table -> the article's candidates with their class; what is optional in the annotation is left out."""
    gold = article.gold
    sentences, focus, scope, _, keys = read_article(article)
    told: dict[str, dict[tuple[str, ...], str]] = {t: {} for t in GENERATORS}
    status: dict[tuple[str, ...], str] = {}
    triggers: dict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
    for r in gold.roles:
        optional = "optional" in r
        if "show" in r:
            told["credits"][r["person"], r["role"], r["show"]] = "" if optional else "credit"
        else:
            told["offices"][r["person"], r["company"]] = "" if optional else r["role"] if r["role"] in weights.CLASSES["offices"] else ""
            status[r["person"], r["company"]] = r.get("status", "current")
    for s in gold.show_companies:
        told["parts"][s["show"], s["company"]] = "" if "optional" in s else s["relation"]
    for e in gold.events:
        key = e["event"], e["person" if e["event"] in PERSON_EVENTS else "show"]
        told["events"][key] = "" if "optional" in e else "event"
        triggers[key].append((int(e["start"]), int(e["end"])))
    out: dict[str, list[Example]] = {"statuses": []}
    for table, generate in GENERATORS.items():
        out[table] = []
        rows = rows_of(sentences, focus, plain=table == "credits")
        for c in generate(rows, scope, scope.found):
            own = [tuple(keys.get(k, "?") if ":" in k else k for k in key) for key in (c.key, *((*c.key[:-1], k) for k in c.also))]
            classes = tuple(told[table].get(key, "none") for key in own)
            told_class = next((k for k in classes if k not in ("none", "")), classes[0])
            here = any(start - NEAR < c.place[1] and c.place[0] < end + NEAR for key in own for start, end in triggers[key]) if table == "events" else None
            if told_class:
                out[table].append(Example(copy, gold.article, c, told_class, c.features, classes, here))
                if told_class in weights.CLASSES["offices"][1:]:
                    out["statuses"].append(Example(copy, gold.article, c, status[own[0]], c.features))
    return out


def _annotated(gold: Gold, mentions: Sequence[Mention], entities: Sequence[Entity]) -> dict[str, str]:
    """Key of a found entity -> key of the annotated entity whose mentions it overlaps most."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for m in mentions:
        for start, end, kind, key in gold.mentions:
            if kind == m.kind and start < m.end and m.start < end:
                votes[m.entity][key] += 1
    return {e.key: votes[e.key].most_common(1)[0][0] for e in entities if votes[e.key]}


def fit_kinds(articles: Sequence[Tagged]) -> None:
    """Fit and write the weights that tell the kinds of shows and companies."""
    told: dict[str, tuple[list[dict[str, float]], list[str]]] = {"show": ([], []), "company": ([], [])}
    for a in articles:
        mentions, entities = read_names(a)
        keys = _annotated(a.gold, mentions, entities)
        heard = Heard(a.blocks)
        for e in entities:
            kind = a.gold.entities.get(keys.get(e.key, ""), {}).get("kind", "")
            if e.kind in told and kind:
                own = [m for m in mentions if m.entity == e.key]
                for hearing in (heard, Heard()):  # once without the network: what the words beside a name tell must not fade behind it
                    features = kind_features(e.kind, e.name, own, a.gold.text, hearing)
                    told[e.kind][0].append(dict.fromkeys(sorted(features), 1.0))
                    told[e.kind][1].append(kind)
    for kind, (found, kinds) in told.items():
        table = f"{kind}_kinds"
        write_weights(table, f"The weight of each feature of a {kind} for each kind. The features are computed in pipeline/kinds.py.", weights.CLASSES[table], _with_bias(fit_classes(found, kinds, weights.CLASSES[table], PENALTY["kinds"], LEAST["kinds"])), 3, 0.03)
    weights.weights.cache_clear()


def fit_dates(articles: Sequence[Tagged]) -> None:
    """Fit and write the weights that tell what a date is the date of."""
    features, kinds = [], []
    for a in articles:
        sentences, _, scope, dates, _ = read_article(a)
        published = next((d.date_from for d in dates if d.kind == "published"), None)
        told = {(int(d["start"]), int(d["end"])): d["kind"] for d in a.gold.dates if "optional" not in d and d["kind"] != "published"}
        for d in dates:
            kind = next((k for (start, end), k in told.items() if start < d.end and d.start < end), "")
            if kind:
                row = next((r for r in sentences if r.start <= d.start < r.end), None)
                span = DateSpan(d.start, d.end, d.date_from, d.date_to, d.precision)
                for hearing in (scope.heard, Heard()):  # as for kinds of names
                    features.append(dict.fromkeys(sorted(date_features(a.gold.text, span, row, published, hearing)), 1.0))
                    kinds.append(kind)
    fitted = _with_bias(fit_classes(features, kinds, weights.CLASSES["dates"], PENALTY["dates"], LEAST["dates"]))
    write_weights("dates", "The weight of each feature of a date for each kind. The features are computed in pipeline/match/when.py.", weights.CLASSES["dates"], fitted, 3, 0.03)
    weights.weights.cache_clear()


def fit_facts(articles: Sequence[Tagged]) -> None:
    """Fit and write the weights of the facts' candidates: those of the first reading, then of the second."""
    read = [read_candidates(a, n) for n, a in enumerate(articles)]
    for table in MODULES:
        examples = [e for tables in read for e in tables[table]]
        _write(table, MODULES[table], _fit(table, examples))
        if (again := f"{table}_again") in weights.CLASSES:
            _write(again, "second.py", _fit_again(table, examples))
    weights.weights.cache_clear()


def fit_characters(articles: Sequence[Tagged]) -> None:
    """Fit and write the weights that tell which part an actor plays."""
    groups: list[tuple[list[set[str]], list[bool]]] = []
    for a in articles:
        sentences, focus, scope, _, keys = read_article(a)
        told: dict[tuple[str, str], list[str]] = defaultdict(list)
        for r in a.gold.roles:
            if r["role"] == "Actor" and "show" in r:
                told[r["person"], r["show"]].append(r.get("character", ""))
        places: dict[tuple[str, ...], list[Candidate]] = defaultdict(list)
        for c in credits(rows_of(sentences, focus, plain=True), scope, scope.found):
            if c.key[1] == "Actor" and (keys.get(c.key[0], "?"), keys.get(c.key[2], "?")) in told:
                places[c.key].append(c)
        for (person, _, show), found in places.items():
            for options in parts_played(found, scope):
                groups.append((list(options.values()), told_parts(options, told[keys[person], keys[show]])))
    _write("characters", "characters.py", fit_shares(groups, PENALTY["characters"], LEAST["characters"]))
    weights.weights.cache_clear()


def fit_links(articles: Sequence[Tagged]) -> None:
    """Fit and write the weights that tell what a show is tied to."""
    groups: list[tuple[list[set[str]], list[bool]]] = []
    for a in articles:
        sentences, focus, scope, _, keys = read_article(a)
        told = {(r["show"], r["relation"], entity_key(r["other_name"]) if r["other_name"] else ""): "optional" in r for r in a.gold.show_links}
        for _, members in groupby(links(rows_of(sentences, focus), scope, scope.found), key=lambda c: c.group):
            group = list(members)
            own = []
            for c in group:
                show, relation, other = c.key
                name = a.gold.entities[keys[other]]["name"] if other in keys else other_name(other, scope)
                own.append(told.get((keys.get(show, "?"), relation, entity_key(name) if name else "")))
            if True not in own:  # none of them is optional
                groups.append(([c.features for c in group], [x is False for x in own]))
    _write("links", "relatives.py", fit_shares(groups, PENALTY["links"], LEAST["links"]))
    weights.weights.cache_clear()


def _fit(table: str, examples: Sequence[Example]) -> dict[str, list[float]]:
    """The weights of a table, fitted where its facts are told.

    Which sentence tells a fact is not annotated but for events, and what holds stands as a candidate
    in many. After a first fit only the place where a fact is likeliest, and those nearly as likely,
    count for it beside the annotated one; elsewhere it is left out (multiple-instance learning:
    Andrews, Tsochantaridis and Hofmann, 2003).
    """
    fitted = _fit_once(table, [e for e in examples if e.told == "none" or e.here is not False])
    for _ in range(ROUNDS):
        most: dict[tuple[int, tuple[str, ...]], float] = defaultdict(float)
        odds = _odds(table, fitted, examples)
        for e, likely in zip(examples, odds, strict=True):
            most[e.copy, e.candidate.key] = max(most[e.copy, e.candidate.key], likely)
        fitted = _fit_once(table, [e for e, likely in zip(examples, odds, strict=True) if e.told == "none" or e.here or likely >= NEARLY * most[e.copy, e.candidate.key]])
    return fitted


def _fit_once(table: str, examples: Sequence[Example]) -> dict[str, list[float]]:
    if weights.competes(table):
        return fit_shares([([e.features for e in g], [e.told != "none" for e in g]) for g in _groups(examples)], PENALTY[table], LEAST[table])
    return _with_bias(fit_classes([dict.fromkeys(sorted(e.features), 1.0) for e in examples], [e.told for e in examples], weights.CLASSES[table], PENALTY[table], LEAST[table]))


def _odds(table: str, fitted: Mapping[str, Sequence[float]], examples: Sequence[Example]) -> list[float]:
    """How likely each example is what it was told to be."""
    classes = weights.CLASSES[table]
    if weights.competes(table):
        return [likely for group in _shares(table, fitted, _groups(examples)) for likely in group]
    return [odds[classes.index(e.told)] for e, odds in zip(examples, _likelihoods(table, fitted, examples), strict=True)]


def _shares(table: str, fitted: Mapping[str, Sequence[float]], groups: Sequence[Sequence[Example]]) -> list[list[float]]:
    return weights.shares(weights.Weights(fitted, len(weights.CLASSES[table])), [[e.features for e in g] for g in groups])


def _likelihoods(table: str, fitted: Mapping[str, Sequence[float]], examples: Sequence[Example]) -> list[list[float]]:
    return weights.likelihoods(weights.Weights(fitted, len(weights.CLASSES[table])), [e.features for e in examples])


def _groups(examples: Sequence[Example]) -> list[list[Example]]:
    """The candidates that compete: the shows that one credit may be meant of."""
    return [list(g) for _, g in groupby(examples, key=lambda e: (e.copy, e.candidate.group))]


def _fit_again(table: str, examples: Sequence[Example]) -> dict[str, list[float]]:
    """The weights of the second reading, from first readings by weights that never saw the article, nor a copy of it."""
    order = {name: n % FOLDS for n, name in enumerate(dict.fromkeys(e.article for e in examples))}
    read: list[Example] = []
    events: list[tuple[set[str], str]] = []
    for fold in range(FOLDS):
        first = _fit(table, [e for e in examples if order[e.article] != fold])
        for _, copy in groupby((e for e in examples if order[e.article] == fold), key=lambda e: e.copy):
            own = list(copy)
            if table == "events":
                events += _events_again(own, first)
                continue
            if table == "credits":
                groups = _groups(own)
                by_group = credit_features([[e.candidate for e in g] for g in groups], _shares(table, first, groups))
                features = [f for group in by_group for f in group]
            else:
                features = part_features([e.candidate for e in own], _likelihoods(table, first, own))
            read += [replace(e, features=f) for e, f in zip(own, features, strict=True)]
    again = f"{table}_again"
    if table != "events":
        return _fit(again, read)
    return _with_bias(fit_classes([dict.fromkeys(sorted(f), 1.0) for f, _ in events], [told for _, told in events], weights.CLASSES[again], PENALTY[again], LEAST[again]))


def _events_again(examples: Sequence[Example], first: Mapping[str, Sequence[float]]) -> Iterator[tuple[set[str], str]]:
    """For each event and show or person of an article the features of its places taken together, and whether it is told."""
    told = {(e.candidate.key[0], whom): each for e in examples for whom, each in zip((e.candidate.key[1], *e.candidate.also), e.each, strict=True)}
    groups = _groups(examples)
    for key, (_, features) in event_features([[e.candidate for e in g] for g in groups], _shares("events", first, groups)).items():
        if told[key[0], key[1]]:
            yield features, told[key[0], key[1]]


def _with_bias(fitted: dict[str, list[float]]) -> dict[str, list[float]]:
    fitted["bias"] = fitted.pop("bias_of_model")
    return fitted


def _write(table: str, module: str, fitted: Mapping[str, Sequence[float]]) -> None:
    head = f"The weight of each feature of a candidate for each class. The features are computed in pipeline/match/{module}."
    write_weights(table, head, weights.CLASSES[table], fitted, 3, 0.0 if table.endswith("_again") else 0.03)
