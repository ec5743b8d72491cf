"""What the training makes of the annotations, and what the evaluation makes of two hands; no model is needed."""

import csv
import random
from pathlib import Path

import pytest

from pipeline.annotations import Gold, read_annotations
from pipeline.annotations.standoff import parse_standoff
from pipeline.evaluation.agreement import agreement
from pipeline.train.copies import joined_copy, quoted_copy
from pipeline.train.tagger import Words, related_of, told_of, unquote
from pipeline.vocabulary import DATA, famous_titles, fold_title
from pipeline.weights import CLASSES, Weights, competes, likelihoods, shares, weights

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def golds() -> dict[str, Gold]:
    return {g.article: g for g in read_annotations(ROOT / "annotations", ROOT / "corpus")}


def test_a_quoted_copy_keeps_every_mention(golds: dict[str, Gold]) -> None:
    for gold in golds.values():
        copy = quoted_copy(gold)
        for (a, b, kind, _), (c, d, *_) in zip(gold.mentions, copy.mentions, strict=True):
            assert copy.text[c:d] == gold.text[a:b]
            if kind == "show" and not gold.text[a:b].isupper():
                assert copy.text[c - 1] in "“‘\"'(" or gold.text[a - 1] in "“‘\"'("
        assert [copy.text[int(x["start"]) : int(x["end"])] for x in copy.dates] == [x["text"] for x in gold.dates]


def test_a_joined_copy_moves_nothing(golds: dict[str, Gold]) -> None:
    joined = 0
    for gold in golds.values():
        copy = joined_copy(gold)
        assert copy.text.split() == gold.text.split() and len(copy.text) == len(gold.text)
        joined += copy.text.count("\n") < gold.text.count("\n") / 2
    assert joined > len(golds) / 3  # many articles are prose, and now one paragraph of it


def test_unquoting_moves_the_spans_with_the_words() -> None:
    block = Words(("See", '"', "Blue", "Door", ",", '"', "by", "Ann"), ((2, 4, "SHOW", frozenset()), (7, 8, "PERSON", frozenset({"role:Director"}))), ((1, 0, "role:Director"),))
    bare = unquote(block)
    assert bare.words == ("See", "Blue", "Door", ",", "by", "Ann")
    assert [(bare.words[a:b], told) for a, b, _, told in bare.spans] == [(("Blue", "Door"), frozenset()), (("Ann",), {"role:Director"})]
    assert bare.relations == block.relations  # which count the spans


def test_what_annotations_tell_of_an_entity_is_told_of_every_mention() -> None:
    text, ann = ((ROOT / folder / f"abc-aus-comedy-order.{kind}").read_text(encoding="utf-8") for folder, kind in (("corpus", "txt"), ("annotations", "ann")))
    told = told_of(parse_standoff("abc-aus-comedy-order", ann, text)[0])
    assert told["T7"] == told["T12"] == {"role:Actor"}  # named in full, then by surname
    assert told["T33"] == {"role:Executive Producer", "role:Executive"}  # of a show and at a company
    assert told["T28"] == {"part:production", "company:production company"}
    assert told["T45"] == {"date:premiere"} and told["T3"] == set()  # the article's own date is found by rule
    assert told["T42"] == {"event:premiere"}
    assert told["T2"] == {"show:series"}
    related = related_of(parse_standoff("abc-aus-comedy-order", ann, text)[0])
    assert related["T12", "T38"] == {"role:Actor", "role:any"}  # between any mentions of both
    assert related["T33", "T4"] == {"role:Executive"}  # at a company
    assert related["T5", "T39"] == {"part:production"}
    assert related["T42", "T38"] == {"event"}
    assert related["T12", "T13"] == {"plays"}  # Barber-Nguyen and Shazza
    assert ("T38", "T5") not in related and ("T39", "T5") not in related  # a relation goes one way


def test_two_hands_that_say_the_same_agree_and_one_that_says_less_does_not(golds: dict[str, Gold]) -> None:
    name = "harrow-county-renewal"
    same = agreement({name: golds[name]}, {name: golds[name]})
    assert all(score == 1.0 for table, (score, rows) in same.items() if rows)
    gold = golds[name]
    less = Gold(gold.article, gold.text, gold.entities, gold.mentions, gold.roles[1:], gold.dates, gold.show_companies, gold.show_links, gold.events)
    after = agreement({name: gold}, {name: less})
    assert after["roles"][0] < 1.0 and after["shows"][0] == 1.0


@pytest.mark.parametrize("table", CLASSES)
def test_the_fitted_weights_are_whole(table: str) -> None:
    lines = (line for line in (DATA / f"{table}.csv").read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    head, *rows = csv.reader(lines)
    assert head == ["feature", *CLASSES[table]] and all(len(row) == len(head) for row in rows)
    loaded = weights(table)
    features = random.Random(0).sample(sorted(loaded.numbers), 5)
    if competes(table):  # shares of one credit among the shows that it may be meant of, and of none
        (likely,) = shares(loaded, [[features[:2], features[2:], []]])
        assert 0 < sum(likely) < 1
        assert shares(loaded, [[features[1::-1], features[:1:-1], []]]) == [likely]  # the order of features changes nothing
    else:
        assert "bias" in {feature for feature, *_ in rows}
        (odds,) = likelihoods(loaded, [features])
        assert abs(sum(odds) - 1) < 1e-9
        assert likelihoods(loaded, [list(reversed(features))]) == [odds]


def test_nothing_to_weigh_is_no_fault() -> None:
    table = Weights({"bias": [0.0, 1.0]}, 2)
    assert likelihoods(table, []) == [] and shares(Weights({"a": [1.0]}, 1), []) == [] and shares(Weights({"a": [1.0]}, 1), [[]]) == [[]]
    assert table.scores([{"unknown"}, set()]).tolist() == [[0.0, 1.0], [0.0, 1.0]]  # the bias alone


def test_titles_known_by_heart_are_found_as_they_are_written() -> None:
    for title in ("M*A*S*H", "Schitt’s Creek", "24", "WALL-E", "Law & Order"):
        assert fold_title(title) in famous_titles()
    assert fold_title("Schitt") not in famous_titles()  # no title by half
