"""Logistic regressions over named yes/no features, with an L2 penalty, and the tables that their weights go into."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.vocabulary import DATA

#: How much larger the prior's scores are made, so that the penalty hardly touches them.
TRUST = 2.0


def fit_classes(features: Sequence[Mapping[str, float]], classes: Sequence[str], order: Sequence[str], penalty: float, least: int = 1, prior: Mapping[str, Sequence[float]] | None = None) -> dict[str, list[float]]:
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


def fit_shares(groups: Sequence[tuple[Sequence[set[str]], Sequence[bool]]], penalty: float, least: int) -> dict[str, list[float]]:
    """The weights of a conditional logit: each group is (features of each option, whether it holds); where several hold they share.

    ``penalty`` is the inverse strength of the L2 penalty, as in ``fit_classes``.
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


def write_weights(name: str, head: str, classes: Sequence[str], table: Mapping[str, Sequence[float]], digits: int, least: float) -> None:
    with (DATA / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(f"# {head}\n# Fitted on the corpus by: callsheet train\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["feature", *classes])
        for feature in sorted(table):
            weights = [round(w, digits) + 0.0 for w in table[feature]]
            if feature == "bias" or max(map(abs, weights)) > least:
                writer.writerow([feature, *weights])
