"""Fit the weights of the evidence for names (``pipeline/data/evidence.csv``) and of the facts' candidates (credits, offices, parts).

All are multinomial logistic regressions with an L2 penalty over named yes/no features, fitted by
scikit-learn; a run needs only the tables of weights. The articles that the weights are fitted on
must be tagged by a tagger that was not trained on them, else the weights trust it too much.
"""

from __future__ import annotations

import csv
import importlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from pipeline.annotations import Gold
from pipeline.dates import DateSpan
from pipeline.match import read_facts, weights
from pipeline.match.context import rows_of
from pipeline.match.items import Sentence
from pipeline.match.pairs import Candidate, credits, offices, parts
from pipeline.match.scope import Scope
from pipeline.match.when import date_features
from pipeline.read import make_article
from pipeline.records import Block, DateFact, Entity, Mention
from pipeline.resolve import link
from pipeline.tag.blocks import load_model, load_tagger, read_blocks
from pipeline.vocabulary import DATA, read_rows

decide = importlib.import_module("pipeline.tag.decide")
#: Inverse strength of the penalty, chosen on dev.
PENALTY = {"evidence": 0.3, "credits": 0.2, "offices": 0.3, "parts": 0.2, "dates": 0.3}
ROUNDS = 3
#: Hand-set weights of the evidence, from which the fit starts.
PRIOR = Path(__file__).with_name("prior.csv")
#: How much larger the prior's scores are made, so that the penalty hardly touches them.
TRUST = 2.0
GENERATORS = {"credits": credits, "offices": offices, "parts": parts}


@dataclass(frozen=True, slots=True)
class Tagged:
    """One annotated article with its blocks as a run would see them."""

    gold: Gold
    blocks: list[Block]


def tagged(gold: Gold, tagger: Path) -> Tagged:
    return Tagged(gold, read_blocks(gold.text, load_model(), load_tagger(tagger)))


def quoted_copy(gold: Gold) -> Gold:
    """The article with quotation marks around every title that has none, as many papers set them; offsets go along.

    The corpus sets few titles so; without the copy the weights would trust quotation marks too little.
    """
    opens, closes = set(), set()
    for start, end, kind, _ in gold.mentions:
        bare = gold.text[start - 1 : start] not in tuple("“‘\"'")
        if kind == "show" and bare and not gold.text[start:end].isupper():
            opens.add(start)
            closes.add(end)
    text, moved = "", [0] * (len(gold.text) + 1)
    for i, c in enumerate(gold.text):
        if i in closes:
            text += "”"
        moved[i] = len(text) + (i in opens)
        text += ("“" if i in opens else "") + c
    moved[len(gold.text)] = len(text)
    ends = {e: moved[e - 1] + 1 for e in range(1, len(gold.text) + 1)}
    mentions = [(moved[s], ends[e], kind, key) for s, e, kind, key in gold.mentions]
    dates = [{**d, "start": str(moved[int(d["start"])]), "end": str(ends[int(d["end"])])} for d in gold.dates]
    return replace(gold, text=text, mentions=mentions, dates=dates)


# -- names


def fit_evidence(articles: Sequence[Tagged]) -> None:
    """Fit and write the weights of the evidence, starting from the hand-set ones of ``prior.csv``; each round reads the articles with the weights of the last."""
    prior = {row["feature"]: [float(row[k]) for k in decide.KINDS] for _, row in read_rows(str(PRIOR), ("feature", *decide.KINDS))}
    _write("evidence", "The hand-set weights, to begin with.", decide.KINDS, prior, 2, 0.0)
    decide.weights.cache_clear()
    for _ in range(ROUNDS):
        features: list[Mapping[str, float]] = []
        kinds = []
        for a in articles:
            told = {(s, e): kind for s, e, kind, _ in a.gold.mentions if kind in decide.KINDS}
            readings, _ = decide.decide(a.blocks, a.gold.text)
            for reading in readings.values():
                votes: Counter[str] = Counter()
                for place in reading.places:
                    tokens = a.blocks[place.block].tokens
                    votes[told.get((tokens[place.first].start, tokens[place.last - 1].end), "other")] += 1
                features.append(reading.values())
                kinds.append(max(sorted(votes), key=lambda k: (votes[k], k != "other")))
        table = _fit(features, kinds, decide.KINDS, PENALTY["evidence"], prior=prior)
        bias = table.pop("bias_of_model")
        table["bias"] = [a + b for a, b in zip(table.get("bias", bias), bias, strict=True)]
        head = "What each piece of evidence says for or against each reading of a name: one row a feature, one column a kind. The features are computed in pipeline/tag/evidence.py and shapes.py."
        _write("evidence", head, decide.KINDS, table, 2, 0.0)
        decide.weights.cache_clear()


# -- facts


def read_article(article: Tagged) -> tuple[list[Sentence], list[str], Scope, list[DateFact], dict[str, str]]:
    """What the rules read of an article, and for each entity they found the annotated one."""
    gold = article.gold
    _, chosen = decide.decide(article.blocks, gold.text)
    mentions, entities = link(decide.carry(article.blocks, chosen, gold.text), gold.text)
    head = make_article(gold.text, gold.article, gold.article, None)
    return (*read_facts(article.blocks, mentions, entities, gold.text, head.published, head.published_span), _annotated(gold, mentions, entities))


def read_candidates(article: Tagged) -> dict[str, list[tuple[Candidate, str]]]:
    """Table -> the article's candidates with their class; what is optional in the annotation is left out."""
    gold = article.gold
    sentences, focus, scope, _, keys = read_article(article)
    told: dict[str, dict[tuple[str, ...], str]] = {t: {} for t in GENERATORS}
    for r in gold.roles:
        optional = "optional" in r
        if "show" in r:
            told["credits"][r["person"], r["role"], r["show"]] = "" if optional else "credit"
        else:
            told["offices"][r["person"], r["company"]] = "" if optional else r["role"] if r["role"] in weights.CLASSES["offices"] else ""
    for s in gold.show_companies:
        told["parts"][s["show"], s["company"]] = "" if "optional" in s else s["relation"]
    out: dict[str, list[tuple[Candidate, str]]] = {}
    for table, generate in GENERATORS.items():
        out[table] = []
        for c in generate(rows_of(sentences, focus, plain=table == "credits"), scope, scope.found):
            classes = [told[table].get(tuple(keys.get(k, "?") if ":" in k else k for k in key), "none") for key in (c.key, *((*c.key[:-1], k) for k in c.also))]
            told_class = next((k for k in classes if k not in ("none", "")), classes[0])
            if told_class:
                out[table].append((c, told_class))
    return out


def _annotated(gold: Gold, mentions: Sequence[Mention], entities: Sequence[Entity]) -> dict[str, str]:
    """Key of a found entity -> key of the annotated entity whose mentions it overlaps most."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for m in mentions:
        for start, end, kind, key in gold.mentions:
            if kind == m.kind and start < m.end and m.start < end:
                votes[m.entity][key] += 1
    return {e.key: votes[e.key].most_common(1)[0][0] for e in entities if votes[e.key]}


def fit_dates(articles: Sequence[Tagged]) -> None:
    """Fit and write the weights that tell what a date is the date of."""
    features, kinds = [], []
    for a in articles:
        sentences, _, _, dates, _ = read_article(a)
        told = {(int(d["start"]), int(d["end"])): d["kind"] for d in a.gold.dates if "optional" not in d and d["kind"] != "published"}
        for d in dates:
            kind = next((k for (start, end), k in told.items() if start < d.end and d.start < end), "")
            if kind:
                row = next((r for r in sentences if r.start <= d.start < r.end), None)
                span = DateSpan(d.start, d.end, d.date_from, d.date_to, d.precision)
                features.append(dict.fromkeys(sorted(date_features(a.gold.text, span, row)), 1.0))
                kinds.append(kind)
    fitted = _fit(features, kinds, weights.CLASSES["dates"], PENALTY["dates"], least=2)
    fitted["bias"] = fitted.pop("bias_of_model")
    _write("dates", "The weight of each feature of a date for each kind. The features are computed in pipeline/match/when.py.", weights.CLASSES["dates"], fitted, 3, 0.03)
    weights.weights.cache_clear()


def fit_facts(articles: Sequence[Tagged]) -> None:
    """Fit and write the weights of the facts' candidates.

    A fact that holds is read at some of the places where its ends meet, not at all: after the first
    round only its likelier places count for it.
    """
    read = [(n, read_candidates(a)) for n, a in enumerate(articles)]
    for table in GENERATORS:
        examples = [(n, c, told) for n, tables in read for c, told in tables[table]]
        groups = [list(g) for _, g in groupby(examples, key=lambda e: (e[0], e[1].group))] if table == "credits" else [[e] for e in examples]
        kept = groups
        for turn in range(ROUNDS):
            if table == "credits":
                fitted = _fit_shares([([c.features for _, c, _ in g], [told == "credit" for *_, told in g]) for g in kept], PENALTY[table], least=2)
            else:
                fitted = _fit([dict.fromkeys(sorted(g[0][1].features), 1.0) for g in kept], [g[0][2] for g in kept], weights.CLASSES[table], PENALTY[table], least=2)
                fitted["bias"] = fitted.pop("bias_of_model")
            head = "The weight of each feature of a candidate for each class. The features are computed in pipeline/match/pairs.py."
            _write(table, head, weights.CLASSES[table], fitted, 3, 0.03)
            weights.weights.cache_clear()
            if turn + 1 < ROUNDS:
                kept = _likelier(table, groups)


Example = tuple[int, Candidate, str]


def _likelier(table: str, groups: Sequence[list[Example]]) -> list[list[Example]]:
    """The groups in which no fact holds, and those in which one is at least half as likely as where it is likeliest."""
    classes = weights.CLASSES[table]
    most: dict[tuple[int, tuple[str, ...]], float] = {}
    likely: list[list[float]] = []
    for group in groups:
        if table == "credits":
            likely.append(weights.shares(table, [c.features for _, c, _ in group]))
        else:
            likely.append([weights.likelihoods(table, c.features)[classes.index(told)] for _, c, told in group])
        for (n, c, told), p in zip(group, likely[-1], strict=True):
            if told != "none":
                most[n, c.key] = max(most.get((n, c.key), 0.0), p)
    return [g for g, ps in zip(groups, likely, strict=True) if all(told == "none" for *_, told in g) or any(told != "none" and p >= 0.5 * most[n, c.key] for (n, c, told), p in zip(g, ps, strict=True))]


# -- both


def _fit(features: Sequence[Mapping[str, float]], classes: Sequence[str], order: Sequence[str], penalty: float, least: int = 1, prior: Mapping[str, Sequence[float]] | None = None) -> dict[str, list[float]]:
    """The weights of each feature for each class in ``order``, and ``bias_of_model``.

    With a ``prior`` the scores that its weights give are features too, under hardly any penalty: the
    model learns how far to trust them and penalises only what it adds. The result is one table all
    the same, since both are sums of weights.
    """
    import numpy as np
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    counts = Counter(f for fs in features for f in fs)
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform([{f: v for f, v in fs.items() if counts[f] >= least} for fs in features])
    if prior is not None:
        hand = np.array([prior.get(f, [0.0] * len(order)) for f in vectorizer.get_feature_names_out()])
        matrix = hstack([matrix, csr_matrix(matrix @ hand * TRUST)]).tocsr()
    solver = "lbfgs" if prior is None else "newton-cholesky"  # few features, ill scaled: exact and quick
    model: Any = LogisticRegression(C=penalty, max_iter=1000, solver=solver).fit(matrix, np.array(classes))
    found = list(model.classes_)
    coef, bias = model.coef_, model.intercept_
    if prior is not None:
        trust, coef = coef[:, -len(order) :] * TRUST, coef[:, : -len(order)]
        coef = coef + trust @ hand.T
    if len(found) == 2:
        coef, bias = np.stack([-coef[0] / 2, coef[0] / 2]), np.array([-bias[0] / 2, bias[0] / 2])
    rows = [found.index(c) for c in order]
    table = {name: [float(coef[k, j]) for k in rows] for j, name in enumerate(vectorizer.get_feature_names_out())}
    table["bias_of_model"] = [float(bias[k]) for k in rows]
    return table


def _fit_shares(groups: Sequence[tuple[Sequence[set[str]], Sequence[bool]]], penalty: float, least: int) -> dict[str, list[float]]:
    """The weights of a conditional logit: each group is (features of each option, whether it holds); where several hold they share.

    ``penalty`` is the inverse strength of the L2 penalty, as in ``_fit``.
    """
    import numpy as np
    from scipy.optimize import minimize
    from scipy.sparse import csr_matrix

    counts = Counter(f for options, _ in groups for features in options for f in features)
    names = sorted(f for f in counts if counts[f] >= least)
    column = {f: k for k, f in enumerate(names)}
    rows = [sorted(column[f] for f in features if f in column) for options, _ in groups for features in options]
    flat = [k for row in rows for k in row]
    matrix = csr_matrix((np.ones(len(flat)), flat, np.cumsum([0, *map(len, rows)])), shape=(len(rows), len(names)))
    group = np.repeat(np.arange(len(groups)), [len(options) for options, _ in groups])
    target = np.array([h / max(1, sum(holds)) for _, holds in groups for h in holds])

    def loss(w: Any) -> tuple[float, Any]:
        scores = matrix @ w
        top = np.zeros(len(groups))
        np.maximum.at(top, group, scores)
        odds = np.exp(scores - top[group])
        total = np.bincount(group, odds, len(groups)) + np.exp(-top)
        value = float((np.log(total) + top).sum() - target @ scores)
        return penalty * value + float(w @ w) / 2, penalty * (matrix.T @ (odds / total[group] - target)) + w

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 1000}).x
    return {f: [float(w)] for f, w in zip(names, found, strict=True)}


def _write(name: str, head: str, classes: Sequence[str], table: Mapping[str, Sequence[float]], digits: int, least: float) -> None:
    with (DATA / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(f"# {head}\n# Fitted on the corpus by: callsheet train\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["feature", *classes])
        for feature in sorted(table):
            weights = [round(w, digits) + 0.0 for w in table[feature]]
            if feature == "bias" or max(map(abs, weights)) > least:
                writer.writerow([feature, *weights])
