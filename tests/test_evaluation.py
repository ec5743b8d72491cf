"""The evaluation: hand-computed cases, gold against itself and nothing, and the same figures as independent programs."""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nervaluate import Evaluator

from pipeline.annotations import AnnotationError, Gold, compile_markup, read_annotations
from pipeline.annotations.convert import read_pairs, write_pairs
from pipeline.annotations.standoff import format_standoff
from pipeline.evaluation import evaluate
from pipeline.evaluation.compare import compare
from pipeline.evaluation.floors import below, read_floors, write_floors
from pipeline.evaluation.html import page
from pipeline.evaluation.mentions import score_mentions
from pipeline.evaluation.mistakes import list_mistakes, mistakes_csv
from pipeline.evaluation.scoring import EIGHT, ENTITY
from pipeline.tables import TABLES

ROOT = Path(__file__).parent.parent
Tables = dict[str, list[dict[str, str]]]


def tables_of(golds: list[Gold]) -> Tables:
    """The tables of a run that finds exactly what is annotated."""
    tables: Tables = {t: [] for t in TABLES}
    kinds = {x[3]: (t, x[1], x[2]) for t, x in ENTITY.items()}
    for gold in golds:
        a = {"article_id": gold.article}
        tables["articles"].append(a)
        ids = {k: f"{gold.article}/{e['name']}" for k, e in gold.entities.items()}
        for key, e in gold.entities.items():
            table, ident, name = kinds[e["type"]]
            tables[table].append({ident: ids[key], name: e["name"], "kind": e.get("kind", "")})
        for n, (s, t, k, e) in enumerate(gold.mentions):
            if k != "character":
                tables["mentions"].append({**a, "mention_id": f"{gold.article}:{n}", "kind": k, "entity_id": ids.get(e, ""), "text": gold.text[s:t], "char_start": str(s), "char_end": str(t)})

        def link(row: dict[str, str], gold: Gold = gold, ids: dict[str, str] = ids) -> dict[str, str]:
            out = {f"{c}_id": ids[row[c]] for c in ("show", "person", "company") if row.get(c)}
            return {**out, **{c: gold.entities[row[c]]["name"] for c in ("show", "person", "company") if row.get(c)}, "char_start": "0", "char_end": "1"}

        tables["roles"] += [{**a, **link(r), **{c: r.get(c, "") for c in ("role", "title", "character", "season", "status")}} for r in gold.roles]
        tables["dates"] += [{**a, "text": r["text"], "date_from": r["from"], "date_to": r["to"], "kind": r["kind"], "char_start": r["start"], "char_end": r["end"]} for r in gold.dates]
        tables["show_companies"] += [{**a, **link(r), "relation": r["relation"]} for r in gold.show_companies]
        tables["show_links"] += [{**a, **link(r), "relation": r["relation"], "other": r["other_name"], "other_kind": r.get("other_kind", "")} for r in gold.show_links]
        tables["events"] += [{**a, **link(r), "event": r["event"], "season": r.get("season", ""), "episodes": r.get("episodes", "")} for r in gold.events]
    return tables


def write(folder: Path, tables: Tables) -> Path:
    folder.mkdir(exist_ok=True)
    for table, rows in tables.items():
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [c.name for c in TABLES[table]], extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
    return folder


@pytest.fixture(scope="module")
def golds() -> list[Gold]:
    return read_annotations(ROOT / "annotations", ROOT / "corpus")


def test_gold_against_itself_is_one_and_nothing_is_zero(golds: list[Gold], tmp_path: Path) -> None:
    perfect = evaluate(write(tmp_path / "gold", tables_of(golds)), ROOT / "annotations")
    assert [s.f1 for s in perfect.scores.values()] == [1.0] * 8, list_mistakes(perfect)[:3]
    assert list_mistakes(perfect) == []
    assert {w.f1 for ways in perfect.mention_scores.values() for w in ways.values()} == {1.0}
    assert {right / n for right, n in perfect.cell_scores.values()} == {1.0}
    nothing = evaluate(write(tmp_path / "none", {t: [] for t in TABLES}), ROOT / "annotations")
    assert [s.f1 for s in nothing.scores.values()] == [0.0] * 8


MARKED = """[HBO|c1 n] has [renewed|renewed s1 c1 n=2] [Blue Door|s1], {created} by [Ann Lee|p1] and {directed} by [Bo Sand|p2], for [fall 2024|2024-09..2024-11 premiere].
Lee also {created} the [NBC|c2 n ?] sitcom [Gate|s2 ?]. [Cy Dean|p3] plays [Max|x1]. [May 2, 2024|2024-05-02 published]
---
p1 cr s1
p1 cr s2 ?
p2 di s1
p3 ac s1 x1
s1 net c1
s2 net c2
"""

#: what is done to the perfect tables (table, row, changes; None takes the row away) -> counts right, wrong, missed of each table that is not perfect
CASES: list[tuple[str, list[tuple[str, int, dict[str, str] | None]], dict[str, tuple[int, int, int]]]] = [
    ("nothing changed", [], {}),
    ("a role is missing", [("roles", 0, None)], {"roles": (2, 0, 1)}),
    ("a role is another", [("roles", 0, {"role": "Writer"})], {"roles": (2, 1, 1)}),
    ("an optional role is missing", [("roles", 1, None)], {}),
    ("an optional role is another: its show is optional too", [("roles", 1, {"role": "Writer"})], {}),
    ("a role at the wrong show, an optional one", [("roles", 0, {"show_id": "a/Gate"})], {"roles": (2, 0, 1)}),
    ("a person is found under another name", [("people", 0, {"name": "Ann Leigh"})], {}),  # the mention still tells
    ("a show is found under its only form in other case", [("shows", 0, {"title": "BLUE DOOR"})], {}),
    ("an event of another kind", [("events", 0, {"event": "ordered"})], {"events": (0, 1, 1)}),
    ("the season does not make an event another", [("events", 0, {"season": "3"})], {}),
    ("a season of dates, two of three months", [("dates", 0, {"date_to": "2024-10-31"})], {}),  # 61 of 91 days
    ("a season of dates, one of three months", [("dates", 0, {"date_to": "2024-09-30"})], {"dates": (1, 1, 1)}),
    ("a day beside the day", [("dates", 1, {"date_from": "2024-05-03", "date_to": "2024-05-03"})], {"dates": (1, 1, 1)}),
    ("a week around the day", [("dates", 1, {"date_from": "2024-04-29", "date_to": "2024-05-05"})], {"dates": (1, 1, 1)}),
    ("a network told as a producer", [("show_companies", 0, {"relation": "production"})], {"show_companies": (0, 1, 1)}),
    ("a network of an optional show is missing", [("show_companies", 1, None)], {}),
    ("a link that is none", [("show_links", -1, {"show_id": "a/Blue Door", "show": "Blue Door", "relation": "based_on", "other": "Door"})], {"show_links": (0, 1, 0)}),
    ("a row twice counts once", [("roles", -1, {"person_id": "a/Bo Sand", "role": "Director", "show_id": "a/Blue Door"})], {}),
    ("a row of an unknown person", [("roles", -1, {"person_id": "x", "role": "Director", "show_id": "a/Blue Door"})], {"roles": (3, 1, 0)}),
    ("a row whose show is a company", [("show_companies", 0, {"company_id": "a/NBC"})], {"show_companies": (0, 0, 1)}),  # an optional company
    ("a character's cell is no key", [("roles", 3, {"character": ""})], {}),
]


@pytest.mark.parametrize(("why", "changes", "expected"), CASES, ids=[c[0] for c in CASES])
def test_hand_computed(why: str, changes: list[tuple[str, int, dict[str, str] | None]], expected: dict[str, tuple[int, int, int]], tmp_path: Path) -> None:
    text, doc = compile_markup(MARKED)
    (tmp_path / "a.txt").write_bytes(text.encode())
    (tmp_path / "a.ann").write_text(format_standoff(doc), encoding="utf-8")
    tables = tables_of(read_annotations(tmp_path, tmp_path))
    tables["people"].append({"person_id": "x", "name": "Xi"})
    for table, n, change in changes:
        if n < 0:
            tables[table].append({"article_id": "a", "char_start": "0", "char_end": "1", **(change or {})})
        elif change is None:
            del tables[table][n]
        else:
            tables[table][n] = {**tables[table][n], **change}
    e = evaluate(write(tmp_path / "out", tables), tmp_path, tmp_path)
    perfect = {"shows": (1, 0, 0), "people": (3, 0, 0), "companies": (1, 0, 0), "roles": (3, 0, 0), "dates": (2, 0, 0), "show_companies": (1, 0, 0), "show_links": (0, 0, 0), "events": (1, 0, 0)}
    assert {t: (s.right, s.wrong, s.missed) for t, s in e.scores.items()} == {**perfect, **expected}


def test_cells_are_compared_on_right_rows(tmp_path: Path) -> None:
    text, doc = compile_markup(MARKED)
    (tmp_path / "a.txt").write_bytes(text.encode())
    (tmp_path / "a.ann").write_text(format_standoff(doc), encoding="utf-8")
    tables = tables_of(read_annotations(tmp_path, tmp_path))
    tables["roles"][3]["character"] = "Bob"
    tables["events"][0]["season"] = "3"
    e = evaluate(write(tmp_path / "out", tables), tmp_path, tmp_path)
    assert e.cell_scores["roles", "character"] == (0, 1)
    assert e.cell_scores["events", "season"] == (0, 1)
    assert e.cell_scores["events", "company"] == (1, 1)
    assert {(m.table, m.stage) for m in list_mistakes(e)} == {("roles.character", "normal form"), ("events.season", "normal form")}


@pytest.mark.parametrize(
    ("change", "table", "stage"),
    [
        ({"mentions": "drop p"}, "people", "mention"),  # nobody saw the person
        ({"mentions": "kind p"}, "people", "type"),  # seen, but taken for a company
        ({"roles": "drop"}, "roles", "relation"),  # all seen, not tied
        ({"dates": "move"}, "dates", "normal form"),  # seen, placed elsewhere
    ],
)
def test_a_mistake_tells_its_stage(change: dict[str, str], table: str, stage: str, tmp_path: Path) -> None:
    text, doc = compile_markup(MARKED)
    (tmp_path / "a.txt").write_bytes(text.encode())
    (tmp_path / "a.ann").write_text(format_standoff(doc), encoding="utf-8")
    tables = tables_of(read_annotations(tmp_path, tmp_path))
    bo = next(r["person_id"] for r in tables["people"] if r["name"] == "Bo Sand")
    if change.get("mentions") == "drop p":
        tables["mentions"] = [m for m in tables["mentions"] if m["entity_id"] != bo]
    elif change.get("mentions") == "kind p":
        tables["companies"].append({"company_id": bo, "name": "Bo Sand"})
        tables["mentions"] = [{**m, "kind": "company"} if m["entity_id"] == bo else m for m in tables["mentions"]]
    elif "roles" in change:
        tables["roles"] = []
    else:
        tables["dates"][0]["date_from"] = tables["dates"][0]["date_to"] = "2023-01-01"
    found = [m for m in list_mistakes(evaluate(write(tmp_path / "out", tables), tmp_path, tmp_path)) if m.table == table]
    assert {m.stage for m in found} == {stage}
    assert all(m.sentence in " ".join(text.split()) for m in found)


PLACES = [(0, 3, "show"), (5, 9, "person"), (10, 15, "company"), (20, 26, "show"), (30, 34, "date")]


@pytest.mark.parametrize(
    "found",
    [
        PLACES,
        [],
        [(0, 3, "person"), *PLACES[1:]],  # another kind
        [(0, 2, "show"), *PLACES[1:]],  # a border off
        [(1, 3, "person"), (5, 9, "person"), (40, 44, "date")],
        [(0, 3, "show"), (6, 9, "person"), (11, 15, "person"), (20, 26, "show"), (27, 29, "show")],
    ],
)
def test_mention_scores_are_those_of_nervaluate(found: list[tuple[int, int, str]]) -> None:
    def spans(places: list[tuple[int, int, str]]) -> list[dict[str, object]]:
        return [{"label": k, "start": a, "end": b - 1} for a, b, k in sorted(places)]

    theirs = Evaluator([spans(PLACES)], [spans(found)], tags=["show", "person", "company", "date"], loader="dict").evaluate()["overall"]
    ours = score_mentions(PLACES, found)
    for way, name in (("strict", "strict"), ("exact", "exact"), ("partial", "partial"), ("type", "ent_type")):
        for count in ("correct", "incorrect", "partial", "spurious"):
            assert getattr(ours[way], count) == getattr(theirs[name], count), (way, count)
        assert ours[way].missing == theirs[name].missed


def test_two_equal_runs_do_not_differ_and_a_worse_one_does(golds: list[Gold], tmp_path: Path) -> None:
    good = write(tmp_path / "good", tables_of(golds))
    worse = tables_of(golds)
    worse["roles"] = worse["roles"][::2]
    a, b = evaluate(good, ROOT / "annotations"), evaluate(write(tmp_path / "bad", worse), ROOT / "annotations")
    same = compare(a, a, rounds=500)
    assert {d.p for d in same.differences} == {1.0} and not same.gained and not same.lost
    c = compare(a, b, rounds=500)
    p = {d.name: d.p for d in c.differences}
    assert p["roles"] < 0.01 and p["dates"] == 1.0
    assert {r.table for r in c.lost} == {"roles"} and not c.gained


def test_floors_hold(golds: list[Gold], tmp_path: Path) -> None:
    tables = tables_of(golds)
    full = evaluate(write(tmp_path / "a", tables), ROOT / "annotations")
    write_floors(full, tmp_path / "floors.toml")
    floors = read_floors(tmp_path / "floors.toml")
    assert floors == dict.fromkeys(EIGHT, 1.0) and below(full, floors) == []
    tables["events"].pop()
    assert [line.split(":")[0] for line in below(evaluate(write(tmp_path / "b", tables), ROOT / "annotations"), floors)] == ["events"]


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        ("mentions", {"article_id": "nowhere"}, "is not in articles.csv"),
        ("roles", {"role": "Boss"}, "is none of its vocabulary"),
    ],
)
def test_faulty_tables_are_not_scored(table: str, change: dict[str, str], said: str, golds: list[Gold], tmp_path: Path) -> None:
    tables = tables_of(golds[:2])
    tables[table][0] = {**tables[table][0], **change}
    with pytest.raises(AnnotationError, match=said):
        evaluate(write(tmp_path / "x", tables), ROOT / "annotations", articles={g.article for g in golds[:2]})


def test_the_page_shows_every_article_and_mistake_and_loads_nothing(golds: list[Gold], tmp_path: Path) -> None:
    tables = tables_of(golds[:3])
    tables["people"][0]["name"] = tables["people"][0]["name"] + "<script>"
    tables["roles"] = tables["roles"][1:]
    e = evaluate(write(tmp_path / "x", tables), ROOT / "annotations", articles={g.article for g in golds[:3]})
    html = page(e, {}, "test")
    assert all(f'id="a-{g.article}"' in html for g in golds[:3])
    assert html.count("<tr><td><a href=") == len(list_mistakes(e)) == mistakes_csv(list_mistakes(e)).count("\n") - 1
    assert "<script>\n" in html and html.count("<script") == 1
    assert not any(f'{attribute}="http' in html for attribute in ("src", "href"))


BENCHMARK = ROOT.parent / "shared" / "benchmark" / "score.py"


@pytest.mark.skipif(not BENCHMARK.exists(), reason="the benchmark's own scorer is not part of the project")
def test_table_figures_are_those_of_the_benchmarks_scorer(golds: list[Gold], tmp_path: Path) -> None:
    tables = tables_of(golds)
    for n, table in enumerate(("mentions", "roles", "dates", "events", "show_companies")):
        tables[table] = [r for i, r in enumerate(tables[table]) if i % 5 != n]
    for r in tables["roles"][::7]:
        r["role"] = "Writer"
    output = write(tmp_path / "out", tables)
    write_pairs(read_pairs(ROOT / "annotations", ROOT / "corpus", "brat"), tmp_path / "gold", "benchmark")
    subprocess.run([sys.executable, BENCHMARK, output, tmp_path / "gold", "--json", tmp_path / "s.json", "--boot", "0"], check=True, capture_output=True)
    theirs = json.loads((tmp_path / "s.json").read_text())
    ours = evaluate(output, ROOT / "annotations")
    for table, s in ours.scores.items():
        assert (s.precision, s.recall, s.f1) == pytest.approx((theirs[table]["p"], theirs[table]["r"], theirs[table]["f"])), table


def test_run_and_evaluate_as_commands(tmp_path: Path) -> None:
    corpus, annotations = tmp_path / "corpus", tmp_path / "annotations"
    corpus.mkdir()
    annotations.mkdir()
    shutil.copy(ROOT / "corpus" / "apple-space-race.txt", corpus)
    shutil.copy(ROOT / "annotations" / "apple-space-race.ann", annotations)

    def callsheet(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "pipeline", *args], capture_output=True, text=True, cwd=tmp_path, check=False)

    assert callsheet("run", "corpus", "-o", "out", "-q").returncode == 0
    done = callsheet("evaluate", "out", "annotations", "--report", "r.html", "--mistakes", "m.csv", "--set-floors", "f.toml", "--floors", "f.toml")
    assert done.returncode == 0, done.stderr
    assert "five-table F1" in done.stdout and (tmp_path / "r.html").exists() and (tmp_path / "m.csv").exists()
    assert json.loads(callsheet("evaluate", "out", "annotations", "--json").stdout)["articles"] == 1
    assert "+0.000" in callsheet("compare", "out", "out", "annotations").stdout
    assert callsheet("check", "annotations").returncode == 0
    (tmp_path / "f.toml").write_text("roles = 1.1\n", encoding="utf-8")
    under = callsheet("evaluate", "out", "annotations", "--floors", "f.toml")
    assert under.returncode == 1 and "roles: F1" in under.stderr
