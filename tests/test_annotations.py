"""Annotations: compiled to exact offsets, every kind of fault told with file and line, converted there and back."""

from collections import Counter
from pathlib import Path

import pytest

from pipeline.annotations import AnnotationError, check_folder, compile_markup, read_annotations, write_marked
from pipeline.annotations.convert import FORMATS, read_pairs, write_pairs
from pipeline.annotations.corpus import SPLITS, near_duplicates, read_index
from pipeline.annotations.gold import MARK_TYPES, check_annotation, read_gold
from pipeline.annotations.standoff import format_standoff
from pipeline.vocabulary import LINK_RELATIONS, PERSON_EVENTS, SHOW_COMPANY_RELATIONS, SHOW_EVENTS, role_groups

ROOT = Path(__file__).parent.parent
MARKED = """[HBO|c1 n] has [renewed|renewed s1 c1 n=2] [Blue Door|s1], {created} by [Ann Lee|p1], on [May 2, 2024|2024-05-02 event].
[Bo Sand|p2], {head of drama|t1}, is happy with Lee’s BLUE DOOR.
---
p1 cr s1
p2 ex c1 t1
s1 net c1
"""


def test_markup_compiles_to_exact_offsets() -> None:
    text, doc = compile_markup(MARKED)
    assert text.startswith("HBO has renewed Blue Door, created by Ann Lee, on May 2, 2024.\nBo Sand")
    assert all(text[m.start : m.end] == m.text for m in doc.marks)
    gold = read_gold("a.ann", format_standoff(doc), text)
    assert {e["name"] for e in gold.entities.values()} == {"HBO", "Blue Door", "Ann Lee", "Bo Sand"}
    assert [(r["role"], r.get("title")) for r in gold.roles] == [("Creator", None), ("Executive", "head of drama")]
    assert gold.events[0]["season"] == "2"


def test_marked_words_are_marked_wherever_they_stand() -> None:
    _text, doc = compile_markup(MARKED)
    places = Counter((m.type, m.text) for m in doc.marks)
    assert places["Show", "BLUE DOOR"] == 1  # in capitals
    assert places["Person", "Lee"] == 1  # the surname of a person told in full


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ("[HBO|c1 n] waits.\n---\np9 ex c1\n", "p9 marks no words"),
        ("[HBO|c1] waits.\n", "company c1 has no kind"),
        ("[HBO|c1 big] waits.\n", "'big' after c1 is no kind"),
        ("[HBO|q1 n] waits.\n", "'q1' is no key"),
        ("[May|2024-13-x premiere] waits.\n", "is no date"),
        ("[May|2024-05] waits.\n", "has no kind"),
        ("[HBO|c1 n waits.\n", "a stray '['"),
        ("{friend} waits.\n", "names no role by itself"),
        ("[HBO|c1 n] waits.\n---\nc1 owns c1\n", "is no role, part or link"),
        ("[HBO|c1 n] waits.\n---\nc1 net\n", "a fact is subject, relation, object"),
        ("[renewed|renewed n=2] waits.\n", "has no show or person"),
    ],
)
def test_faults_of_markup_are_told(markup: str, said: str) -> None:
    with pytest.raises(AnnotationError, match=said.replace("[", r"\[")):
        compile_markup(markup)


FAULTS = [
    ("T1\tCompany 0 3\tHBO", "T1\tCompany 0 3\tNBC", "the text has 'HBO'"),  # words that do not stand at the offsets
    ("T1\tCompany 0 3", "T1\tCompany 0 999", "the text has"),  # offsets outside the text
    ("T1\tCompany 0 3", "T1\tCompany 3 0", "has offsets"),  # offsets the wrong way round
    ("T1\tCompany 0 3\tHBO", "T1\tCompany 0 4\tHBO ", "white space"),
    ("T1\tCompany 0 3\tHBO", "T1\tCompany 0", "not complete"),
    ("T1\tCompany", "T1\tFirm", "no type of mention"),
    ("T2\t", "T1\t", "stands twice"),
    ("R1\tCreator", "X1\tCreator", "is no standoff"),
    ("R1\tCreator Arg1:T5", "R1\tCreator Arg1:T99", "T99 is no mention"),  # a dangling reference
    ("R1\tCreator Arg1:T5", "R1\tCreator Arg1:T1", "is a Company, not a Person"),
    ("R1\tCreator", "R1\tInventor", "Inventor is no relation"),
    ("R3\tnetwork Arg1:T3 Arg2:T1", "R3\tnetwork Arg1:T1 Arg2:T3", "is a Company, not a Show"),
    ("R2\tExecutive", "R2\tCreator", "is a Company, not a Show"),  # a creative role at a company
    ("E1\trenewed:T2", "E1\treborn:T2", "no event"),
    ("E1\trenewed:T2", "E1\trenewed:T1", "no mention of type Trigger"),
    ("E1\trenewed:T2 Show:T3", "E1\trenewed:T2", "has no Show"),
    ("from=2024-05-02", "from=2024-05-32", "no from and to"),
    ("to=2024-05-02", "to=2024-05-01", "ends before it begins"),
    ("Kind T6 event", "Kind T6 party", "has kind 'party'"),
    ("Kind T1 network", "Kind T1 web_site", "has kind 'web site'"),
    ("role=Creator", "role=Inventor", "has role 'Inventor'"),
    ("*\tEquiv T3 T10", "*\tEquiv T3", "two mentions or more"),
    ("*\tEquiv T3 T10", "*\tEquiv T3 T99", "T99, which is no mention"),
    ("*\tEquiv T3 T10", "*\tEquiv T3 T1", "one entity of several types"),
    ("*\tEquiv T3 T10", "*\tEquiv T3 T10\n*\tEquiv T10 T3", "belongs to two entities"),
    ("AnnotatorNotes T6", "AnnotatorNotes T77", "T77 is attributed or noted but is no annotation"),
    ("title=head of drama", "title", "key=value pairs"),
    ("season=2", "season=two", "which is no number"),
    ("R3\tnetwork Arg1:T3 Arg2:T1", "R3\tnetwork Arg1:T3 Arg2:T1\nR4\tnetwork Arg1:T3 Arg2:T1", "says the same as R3"),  # a double
    ("T6\tDate", "T99\tCompany 0 3\tHBO\nT6\tDate", "marks the same words as T1"),
]


@pytest.mark.parametrize(("old", "new", "said"), FAULTS)
def test_seeded_faults_are_told_with_their_line(old: str, new: str, said: str) -> None:
    text, doc = compile_markup(MARKED)
    ann = format_standoff(doc)
    assert old in ann
    _, faults = check_annotation("a.ann", ann.replace(old, new, 1), text)
    hits = [f for f in faults if said in f.message]
    assert hits, faults
    assert str(hits[0]).startswith(f"a.ann:{hits[0].line}: ")


def test_a_text_that_is_missing_and_one_that_is_no_utf8_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.ann").write_text("", encoding="utf-8")
    (tmp_path / "b.ann").write_text("", encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(b"\xff\xfe\xff")
    _, faults = check_folder(tmp_path, tmp_path)
    assert ["is missing" in faults[0].message, "not UTF-8" in faults[1].message] == [True, True]


def test_the_projects_annotations_are_sound() -> None:
    golds = read_annotations(ROOT / "annotations", ROOT / "corpus")
    index = read_index(ROOT / "annotations" / "index.csv")
    assert {g.article for g in golds} == set(index) == {p.stem for p in (ROOT / "corpus").glob("*.txt")}
    twins = near_duplicates({g.article: g.text for g in golds})
    assert [(a, b) for a, b, _ in twins if index[a].split != index[b].split] == []


def test_kinds_of_article_are_spread_over_the_split() -> None:
    index = read_index(ROOT / "annotations" / "index.csv")
    spread = [s for s in SPLITS if s != "facts"]  # one-sided on purpose
    counts = {s: Counter(e.kind for e in index.values() if e.split == s) for s in spread}
    for kind, n in Counter(e.kind for e in index.values()).items():
        if n >= 8:
            assert all(counts[s][kind] for s in spread), (kind, counts)


def test_nothing_is_written_where_one_article_has_a_fault(tmp_path: Path) -> None:
    markup = tmp_path / "m.txt"
    markup.write_text("@@@ good t renewal us\n" + MARKED + "\n@@@ bad t renewal us\n[x|zz] y\n", encoding="utf-8")
    with pytest.raises(AnnotationError, match="bad: 'zz' is no key"):
        write_marked(markup, tmp_path, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["m.txt"]


def test_compile_tells_a_head_line_of_unknown_words(tmp_path: Path) -> None:
    markup = tmp_path / "new.txt"
    markup.write_text("@@@ odd t gossip us\n" + MARKED + "\n", encoding="utf-8")
    with pytest.raises(AnnotationError, match=r"odd: 'gossip' is none of renewal, order"):
        write_marked(markup, tmp_path, tmp_path)
    assert not (tmp_path / "index.csv").exists()



@pytest.mark.parametrize("form", [f for f in FORMATS if f not in ("brat", "benchmark")])
def test_a_round_trip_loses_nothing_that_the_format_holds(form: str, tmp_path: Path) -> None:
    pairs = read_pairs(ROOT / "annotations", ROOT / "corpus", "brat")[:12]
    lost = write_pairs(pairs, tmp_path / "x", form)
    back = read_pairs(tmp_path / "x", ROOT / "corpus", form)
    for (text, doc), (text_2, doc_2) in zip(pairs, back, strict=True):
        assert (text, doc.name) == (text_2, doc_2.name)
        if form != "doccano":
            assert format_standoff(doc) == format_standoff(doc_2)
        else:  # types, places, relations and coreference only; what is lost is told
            assert [(m.id, m.type, m.start, m.end) for m in doc.marks] == [(m.id, m.type, m.start, m.end) for m in doc_2.marks]
            assert sorted((r.type, r.a, r.b) for r in doc.relations) == sorted((r.type, r.a, r.b) for r in doc_2.relations)
            assert sorted(doc.groups) == sorted(doc_2.groups)
            assert lost["attributes"] == sum(len(a) for _, d in pairs for a in d.attributes.values())


@pytest.mark.parametrize("form", ["label-studio", "prodigy", "doccano"])
def test_a_file_of_another_format_is_told(form: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_text('[{"data": 3}]\n', encoding="utf-8")
    with pytest.raises(AnnotationError, match=f"cannot be read as {form}"):
        read_pairs(tmp_path / "x", tmp_path, form)


def test_brats_configuration_knows_every_type() -> None:
    conf = (ROOT / "annotations" / "annotation.conf").read_text(encoding="utf-8")
    types = {line.split("\t")[0] for line in conf.splitlines() if line and line[0] not in "#[<"}
    roles = {r.replace(" ", "_") for r in role_groups()}
    assert types == {*MARK_TYPES, *roles, *SHOW_COMPANY_RELATIONS, *LINK_RELATIONS, *SHOW_EVENTS, *PERSON_EVENTS, "Equiv", "Optional", "Kind"}
