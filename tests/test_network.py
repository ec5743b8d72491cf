"""What the tagger's network is given and what is made of its figures; the network itself is not needed."""

import math
from pathlib import Path

import numpy as np
import pytest

from pipeline.match.heard import Heard
from pipeline.records import Block, Token
from pipeline.tag.network import Wordpieces, _windows
from pipeline.told import FACTS, STEPS, TAGS, best_tags, told_by


@pytest.fixture
def wordpieces(tmp_path: Path) -> Wordpieces:
    path = tmp_path / "pieces.txt"
    path.write_text("\n".join(["[UNK]", "[CLS]", "[SEP]", "star", "##s", "##ring", "show", "-", "runner", "é", "e", "cafe"]) + "\n", encoding="utf-8")
    return Wordpieces(path)


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("Star", ["star"]),  # capitals are told by the shape, not by the piece
        ("STARRING", ["star", "##ring"]),  # the longest piece first
        ("show-runner", ["show", "-", "runner"]),  # signs stand alone
        ("Café", ["cafe"]),  # accents go
        ("zzz", ["[UNK]"]),
        ("starz", ["[UNK]"]),  # what cannot be cut to its end is not known at all
        ("\u0301", ["[UNK]"]),  # an accent alone leaves nothing
        ("star" + "s" * 300, ["star", *["##s"] * 96]),  # cut off
    ],
)
def test_a_word_is_cut_into_the_pieces_that_the_network_knows(wordpieces: Wordpieces, word: str, pieces: list[str]) -> None:
    assert [wordpieces.numbers[p] for p in pieces] == list(wordpieces.of(word))


@pytest.mark.parametrize(
    ("sizes", "windows"),
    [
        ([1, 2, 1], [(0, 3)]),
        ([300, 200, 1], [(0, 2), (2, 3)]),  # 500 fit
        ([300, 201], [(0, 1), (1, 2)]),
        ([1] * 1200, [(0, 500), (500, 1000), (1000, 1200)]),
    ],
)
def test_long_blocks_are_read_in_windows(sizes: list[int], windows: list[tuple[int, int]]) -> None:
    assert _windows(sizes) == windows


def likely(*rows: dict[str, float]) -> np.ndarray:
    """For each word the likelihoods given, of tags and of facts, the rest of the tags' shared by the others."""
    out = np.zeros((len(rows), len(TAGS) + len(FACTS)), np.float32)
    for line, row in zip(out, rows, strict=True):
        tags = {t: p for t, p in row.items() if t in TAGS}
        line[: len(TAGS)] = (1 - sum(tags.values())) / (len(TAGS) - len(tags))
        for t, p in row.items():
            line[TAGS.index(t) if t in TAGS else len(TAGS) + FACTS.index(t)] = p
    return out


@pytest.mark.parametrize(
    ("rows", "tags"),
    [
        ([{"B-SHOW": 0.9}, {"I-SHOW": 0.9}, {"O": 0.9}], ["B-SHOW", "I-SHOW", "O"]),
        ([{"O": 0.9}, {"I-SHOW": 0.5, "B-SHOW": 0.3}], ["O", "B-SHOW"]),  # nothing goes on that has not begun
        ([{"O": 0.5, "B-SHOW": 0.4}, {"I-SHOW": 0.95}], ["B-SHOW", "I-SHOW"]),  # a sure second word makes the first one
        ([{"B-SHOW": 0.9}, {"I-PERSON": 0.5, "I-SHOW": 0.4}], ["B-SHOW", "I-SHOW"]),  # no name goes on as another
        ([{"B-SHOW": 0.9}, {"B-SHOW": 0.9}], ["B-SHOW", "B-SHOW"]),  # two names side by side
    ],
)
def test_the_best_run_of_tags_is_whole(rows: list[dict[str, float]], tags: list[str]) -> None:
    assert [TAGS[t] for t in best_tags(likely(*rows)[:, : len(TAGS)])] == tags


def test_a_name_is_as_likely_as_its_words_and_its_end() -> None:
    told = told_by(likely({"B-SHOW": 0.8}, {"I-SHOW": 0.5}, {"I-SHOW": 0.25}))
    assert math.isclose(told.named("SHOW", 0, 2), 0.8 * 0.5 * 0.75, rel_tol=1e-5)
    assert math.isclose(told.named("SHOW", 0, 3), 0.8 * 0.5 * 0.25, rel_tol=1e-5)
    assert told.labels[:2] == [("SHOW", True), ("SHOW", False)]


def test_what_is_heard_stands_at_its_place() -> None:
    text = "Jane Doe stars. Ann Lee directs."
    words = [("Jane", 0), ("Doe", 5), ("stars", 9), (".", 14), ("Ann", 16), ("Lee", 20), ("directs", 24), (".", 31)]
    tokens = tuple(Token(w, at, at + len(w)) for w, at in words)
    rows = [{"role:Actor": 0.97}, {"role:Actor": 0.4}, {"event:renewed": 0.97}, {}, {"role:Director": 0.97}, {"role:Director": 0.97}, {}, {}]
    heard = Heard([Block(tokens, 0, len(text), False, told_by(likely(*rows)))])
    everything = ["heard", *(f"heard>{n}" for n in range(1, len(STEPS) + 1))]
    assert heard.at("role:Actor", 0, 8) == everything  # the likeliest word counts
    assert heard.at("role:Actor", 16, 23) == ["heard"]
    assert heard.at("role:Director", 16, 23) == everything
    assert heard.at("role:Gaffer", 0, 8) == []  # not told by the network
    assert heard.at("event:renewed", 0, 8) == ["heard"]
    assert heard.at("event:renewed", 0, 8, 1) == everything  # a neighbour
    assert Heard([Block(tokens, 0, len(text))]).at("role:Actor", 0, 8) == []  # no network read it
