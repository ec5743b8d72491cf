"""The tables as one self-contained HTML page: searchable and linked, each row with its sentence in the article, who works with whom, and when."""

from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pipeline.consolidate import table_rows
from pipeline.store import Store
from pipeline.tables import TABLES, describe

#: Rows of a table, articles, and characters of all texts that a page holds: more makes browsers slow.
MOST_ROWS, MOST_TEXT = 20_000, 10_000_000
#: Nodes of the network: the people and companies with most ties.
MOST_NODES = 60
#: The tables that the page shows, in its order.
SHOWN = ("shows", "people", "companies", "roles", "dates", "show_companies", "show_links", "events", "articles")


def write_report(store: Store, file: Path) -> None:
    """Write the page of a consolidated store; tables longer than the page can hold are cut, and the page says so."""
    from jinja2 import Environment

    tables: dict[str, list[list[Any]]] = {}
    cut: list[str] = []
    for table in SHOWN:
        rows: list[list[Any]] = []
        for row in table_rows(store, table):
            if len(rows) == MOST_ROWS:
                cut.append(table)
                break
            rows.append(["" if v is None else v for v in row])
        tables[table] = rows
    texts: dict[str, str] = {}
    size = 0
    for article_id, text in store.db.execute("SELECT a.article_id, r.text FROM art a JOIN results r ON r.id = a.result ORDER BY a.article_id"):
        size += len(text)
        if size > MOST_TEXT:
            cut.append("article texts")
            break
        texts[article_id] = text
    data = {
        "columns": {t: [c.name for c in TABLES[t]] for t in SHOWN},
        "about": {t: {c.name: describe(t, c.name) for c in TABLES[t]} for t in SHOWN},
        "rows": tables,
        "texts": texts,
    }
    page = files("pipeline").joinpath("page/output.html").read_text(encoding="utf-8")
    html = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(page).render(
        counts={t: len(r) for t, r in tables.items()}, cut=cut, made=store.meta("at"), version=store.meta("version"), charts=[Markup(svg) for svg in _charts(tables)], data=Markup(_script(data))
    )
    file.write_text(html, encoding="utf-8")


def _script(data: object) -> str:
    """JSON that can stand in a script element, whatever its texts hold."""
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _charts(tables: dict[str, list[list[Any]]]) -> list[str]:
    """SVG: premieres, renewals, orders and ends by date; the network of people and companies."""
    return [svg for svg in (_timeline(tables), _network(tables)) if svg]


def _timeline(tables: dict[str, list[list[Any]]]) -> str:
    import altair as alt

    names = [c.name for c in TABLES["events"]]
    published = {r[0]: r[4] for r in tables["articles"]}
    events = [dict(zip(names, r, strict=True)) for r in tables["events"]]
    points = [{"day": e["date_from"] or published.get(e["article_id"], ""), "event": e["event"], "show": e["show"]} for e in events if e["show"]]
    points = sorted((p for p in points if p["day"]), key=lambda p: p["day"], reverse=True)[:400]
    if not points:
        return ""
    busy = [s for s, _ in Counter(p["show"] for p in points).most_common(40)]
    chart = alt.Chart(alt.Data(values=[p for p in points if p["show"] in busy])).mark_point(filled=True, size=60).encode(
        x=alt.X("day:T", title=None), y=alt.Y("show:N", sort=alt.EncodingSortField("day", op="min"), title=None, axis=alt.Axis(labelLimit=260)), color=alt.Color("event:N", title=None), shape=alt.Shape("event:N", title=None)
    )
    return _svg(chart.properties(title="What happened when, by show", width=560))


def _network(tables: dict[str, list[list[Any]]]) -> str:
    """Who works on the same shows: people and companies with most ties, placed by their ties."""
    import altair as alt
    import networkx as nx

    members: dict[str, set[tuple[str, str]]] = {}
    for table, kind in (("roles", "person"), ("show_companies", "company")):
        names = [c.name for c in TABLES[table]]
        show, who = names.index("show_id"), names.index(kind)
        for row in tables[table]:
            if row[show] and row[who]:
                members.setdefault(row[show], set()).add((kind, row[who]))
    ties = Counter(pair for group in members.values() if len(group) <= 40 for pair in combinations(sorted(group), 2))
    weight: Counter[tuple[str, str]] = Counter()
    for (a, b), n in ties.items():
        weight[a] += n
        weight[b] += n
    shows = Counter(node for group in members.values() for node in group)
    if any(shows[n] > 1 for n in weight):  # who is on one show alone ties nothing together
        weight = Counter({n: w for n, w in weight.items() if shows[n] > 1})
    kept = {node for node, _ in sorted(weight.items(), key=lambda x: (-x[1], x[0]))[:MOST_NODES]}
    graph: Any = nx.Graph()
    graph.add_weighted_edges_from((a, b, n) for (a, b), n in sorted(ties.items()) if a in kept and b in kept)
    if graph.number_of_edges() == 0:
        return ""
    at = nx.spring_layout(graph, seed=1, k=2.2 / len(graph) ** 0.5, iterations=200)
    lines = [{"x": float(at[a][0]), "y": float(at[a][1]), "x2": float(at[b][0]), "y2": float(at[b][1])} for a, b in graph.edges]
    nodes = [{"x": float(at[n][0]), "y": float(at[n][1]), "name": n[1], "kind": n[0], "ties": weight[n]} for n in graph.nodes]
    plain = {"axis": None, "scale": alt.Scale(zero=False, padding=30)}
    edges = alt.Chart(alt.Data(values=lines)).mark_rule(color="#c5cdd8").encode(x=alt.X("x:Q", **plain), y=alt.Y("y:Q", **plain), x2="x2:Q", y2="y2:Q")
    points = alt.Chart(alt.Data(values=nodes)).mark_circle(opacity=0.9).encode(x="x:Q", y="y:Q", size=alt.Size("ties:Q", legend=None), color=alt.Color("kind:N", title=None, scale=alt.Scale(domain=["person", "company"], range=["#b8502f", "#2f6db8"])))
    labels = alt.Chart(alt.Data(values=nodes)).mark_text(dy=-9, fontSize=9).encode(x="x:Q", y="y:Q", text="name:N")
    return _svg((edges + points + labels).properties(title="People and companies on the same shows", width=720, height=560))


def _svg(chart: Any) -> str:
    import vl_convert

    return str(vl_convert.vegalite_to_svg(chart.to_dict(), vl_version="5.21"))
