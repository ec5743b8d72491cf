"""Standoff annotations: compiled to exact offsets, every fault told with its file, gold against itself is one."""

import csv
from pathlib import Path

import pytest

from pipeline.annotations import AnnotationError, compile_markup, read_annotation, read_annotations
from pipeline.evaluate import EIGHT, evaluate
from pipeline.tables import TABLES

ROOT = Path(__file__).parent.parent
MARKED = "[HBO|c1] has [renewed|e1] [Blue Door|s1], created by [Ann Lee|p1], on [May 2, 2024|d1]. [Lee|p1] is happy.\n---\nc1; kind=network\ns1; kind=series\nd1; from=2024-05-02; to=2024-05-02; kind=event\np1 Creator s1\ns1 network c1\nevent renewed e1 s1 c1; season=2\n"


def test_markup_compiles_to_exact_offsets(tmp_path: Path) -> None:
    text, ann = compile_markup(MARKED)
    assert text == "HBO has renewed Blue Door, created by Ann Lee, on May 2, 2024. Lee is happy."
    file = tmp_path / "a.ann"
    file.write_text(ann, encoding="utf-8")
    gold = read_annotation(file, text)
    assert {e["name"] for e in gold.entities.values()} == {"HBO", "Blue Door", "Ann Lee"}
    assert [r["role"] for r in gold.roles] == ["Creator"]
    assert gold.events[0]["season"] == "2"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("HBO", "NBC", "the text has 'HBO'"),  # words that do not stand at the offsets
        ("Company 0 3", "Firm 0 3", "no type of mention"),
        ("Arg1:T4", "Arg1:T99", "T99 is no mention"),  # a dangling reference
        ("Creator", "Inventor", "no relation"),
        ("renewed:T2", "reborn:T2", "no event"),
        ("kind=event", "kind=party", "has kind 'party'"),
        ("T2\t", "T1\t", "stands twice"),
        ("Company 0 3\tHBO", "Company 0", "not complete"),
    ],
)
def test_faults_are_told(old: str, new: str, said: str, tmp_path: Path) -> None:
    text, ann = compile_markup(MARKED)
    assert old in ann
    file = tmp_path / "a.ann"
    file.write_text(ann.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(AnnotationError, match=said):
        read_annotation(file, text)


def test_a_mark_without_words_is_told() -> None:
    with pytest.raises(AnnotationError, match="p9 marks no words"):
        compile_markup("[HBO|c1] waits.\n---\np9 Executive c1\n")


def test_the_projects_annotations_are_sound() -> None:
    assert len(read_annotations(ROOT / "annotations", ROOT / "corpus")) == 20


def write(folder: Path, table: str, rows: list[dict[str, str]]) -> None:
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [c.name for c in TABLES[table]])
        writer.writeheader()
        writer.writerows(rows)


def test_gold_against_itself_is_one_and_nothing_against_gold_is_zero(tmp_path: Path) -> None:
    golds = read_annotations(ROOT / "annotations", ROOT / "corpus")
    kinds = {"Show": ("shows", "show_id", "title"), "Person": ("people", "person_id", "name"), "Company": ("companies", "company_id", "name")}
    tables: dict[str, list[dict[str, str]]] = {t: [] for t in TABLES}
    for gold in golds:
        a = {"article_id": gold.article}
        for key, e in gold.entities.items():
            table, ident, name = kinds[e["type"]]
            tables[table].append({ident: f"{gold.article}/{key}", name: e["name"]})
        tables["mentions"] += [{**a, "kind": k, "entity_id": f"{gold.article}/{e}", "text": gold.text[s:t]} for s, t, k, e in gold.mentions if e]

        def ids(row: dict[str, str], *names: str, article: str = gold.article) -> dict[str, str]:
            return {f"{n}_id": f"{article}/{row[n]}" for n in names if row.get(n)}

        tables["roles"] += [{**a, **ids(r, "person", "show", "company"), "role": r["role"]} for r in gold.roles]
        tables["dates"] += [{**a, "date_from": r["from"], "date_to": r["to"]} for r in gold.dates]
        tables["show_companies"] += [{**a, **ids(r, "show", "company"), "relation": r["relation"]} for r in gold.show_companies]
        tables["show_links"] += [{**a, **ids(r, "show"), "relation": r["relation"], "other": r["other_name"]} for r in gold.show_links]
        tables["events"] += [{**a, **ids(r, "show", "person"), "event": r["event"]} for r in gold.events]
    for table, rows in tables.items():
        write(tmp_path, table, rows)
    perfect = evaluate(tmp_path, ROOT / "annotations")
    assert [perfect.scores[t].f1 for t in EIGHT] == [1.0] * 8, perfect.mistakes
    for table in TABLES:
        write(tmp_path, table, [])
    nothing = evaluate(tmp_path, ROOT / "annotations")
    assert [nothing.scores[t].recall for t in EIGHT] == [0.0] * 8
