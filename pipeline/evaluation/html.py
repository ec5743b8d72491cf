"""The evaluation as one self-contained HTML page: figures, plots, mistakes, and the articles with what was right and wrong."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files
from itertools import pairwise
from typing import Any

from markupsafe import Markup, escape

from pipeline.annotations import Gold
from pipeline.evaluation.evaluate import Evaluation
from pipeline.evaluation.mistakes import STAGES, list_mistakes
from pipeline.evaluation.scoring import EIGHT, FIVE, Article


def page(evaluation: Evaluation, kinds: dict[str, str], name: str) -> str:
    """HTML of the report; ``kinds``: article -> kind of article (as in ``corpus/index.csv``), for the plot by kind."""
    from jinja2 import Environment

    mistakes = list_mistakes(evaluation)
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(files("pipeline.evaluation").joinpath("page/report.html").read_text(encoding="utf-8"))
    return template.render(
        name=name,
        evaluation=evaluation,
        five=evaluation.mean(FIVE),
        eight=evaluation.mean(EIGHT),
        mistakes=mistakes,
        stages=[(s, [sum(m.stage == s and m.table.split(".")[0] == t for m in mistakes) for t in EIGHT]) for s in STAGES],
        tables=EIGHT,
        plots=[Markup(svg) for svg in _plots(evaluation, kinds)],
        articles=[(g.article, kinds.get(g.article, ""), _highlight(g, evaluation.found[g.article])) for g in evaluation.golds],
    )


def reliability(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Found rows in ten bands of confidence: how many, and the share that is right."""
    right: Counter[int] = Counter()
    all_: Counter[int] = Counter()
    for r in evaluation.rows:
        confidence = (r.found or {}).get("confidence", "")
        if r.outcome in ("right", "wrong") and confidence:
            band = min(int(float(confidence) * 10), 9)
            all_[band] += 1
            right[band] += r.outcome == "right"
    return [{"confidence": band / 10 + 0.05, "precision": right[band] / n, "rows": n} for band, n in sorted(all_.items())]


def _plots(evaluation: Evaluation, kinds: dict[str, str]) -> list[str]:
    """SVG charts: F1 per table with its interval, five-table F1 per kind of article, confidence against precision."""
    import altair as alt
    import vl_convert

    tables = [{"table": t, "F1": s.f1, "low": s.low, "high": s.high} for t, s in evaluation.scores.items()]
    base = alt.Chart(alt.Data(values=tables)).encode(y=alt.Y("table:N", sort=list(EIGHT), title=None))
    charts: list[Any] = [(base.mark_bar(color="#9ab8d8").encode(x=alt.X("F1:Q", scale=alt.Scale(domain=[0, 1]))) + base.mark_rule(color="#123").encode(x="low:Q", x2="high:Q")).properties(title="F1 per table, 95 % interval", width=380)]
    groups: dict[str, list[int]] = {}
    for i, g in enumerate(evaluation.golds):
        groups.setdefault(kinds.get(g.article, "none"), []).append(i)
    by_kind = [{"kind": k, "F1": Evaluation([evaluation.golds[i] for i in at], evaluation.judgements, evaluation.found).mean(FIVE)[0], "articles": len(at)} for k, at in sorted(groups.items())]
    if len(by_kind) > 1:
        charts.append(alt.Chart(alt.Data(values=by_kind)).mark_bar(color="#9ab8d8").encode(y=alt.Y("kind:N", sort="-x", title=None), x=alt.X("F1:Q", scale=alt.Scale(domain=[0, 1]), title="five-table F1")).properties(title="Five-table F1 per kind of article", width=380))
    bands = reliability(evaluation)
    if bands:
        line = alt.Chart(alt.Data(values=[{"x": 0, "y": 0}, {"x": 1, "y": 1}])).mark_line(color="#aaa", strokeDash=[4, 4]).encode(x="x:Q", y="y:Q")
        points = alt.Chart(alt.Data(values=bands)).mark_circle(color="#b33", opacity=0.8).encode(x=alt.X("confidence:Q", scale=alt.Scale(domain=[0, 1])), y=alt.Y("precision:Q", scale=alt.Scale(domain=[0, 1])), size=alt.Size("rows:Q", legend=None))
        charts.append((line + points).properties(title="Confidence against precision (area: rows)", width=300, height=300))
    return [vl_convert.vegalite_to_svg(c.to_dict(), vl_version="5.21") for c in charts]


def _highlight(gold: Gold, found: Article) -> Markup:
    """An article's text with its mentions: found and annotated, only annotated (missed), only found (wrong)."""
    wanted = {(a, b, k) for a, b, k, _ in gold.mentions if k != "character"}
    seen = {(int(m["char_start"]), int(m["char_end"]), m["kind"]) for m in found.rows["mentions"]}
    places = [(*p, "right" if p in wanted and p in seen else "missed" if p in wanted else "wrong") for p in wanted | seen]
    cuts = sorted({0, len(gold.text), *(x for a, b, *_ in places for x in (a, b))})
    out = []
    for a, b in pairwise(cuts):
        over = sorted((p for p in places if p[0] <= a and b <= p[1]), key=lambda p: ("right", "missed", "wrong").index(p[3]))
        piece = escape(gold.text[a:b])
        if over:
            classes = " ".join(dict.fromkeys(p[3] for p in over))
            labels = ", ".join(f"{p[2]} ({p[3]})" for p in over)
            piece = Markup('<mark class="{}" title="{}">{}</mark>').format(classes, labels, piece)
        out.append(piece)
    return Markup("").join(out)
