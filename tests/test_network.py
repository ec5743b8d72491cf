"""What the tagger's network is given and what is made of its figures; the network itself is not needed."""

import math
from pathlib import Path

import numpy as np
import pytest

from pipeline.heard import Heard, pair_features
from pipeline.records import Block, Mention, Token
from pipeline.tag.network import Wordpieces, _windows
from pipeline.told import DIMENSIONS, ENT_TAGS, FACTS, PARTS, RELATIONS, STEPS, TAGS, Told, best_tags, read_by


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


def told_of(likely: np.ndarray, related: dict[tuple[int, int, str], float] | None = None) -> Told:
    """What the network tells with these likelihoods, and with these logits of relations between two words; all others are far from likely."""
    left = np.zeros((len(likely), len(RELATIONS), len(likely) + 1), np.float32)
    left[:, :, -1] = -9
    right = np.repeat(np.eye(len(likely), len(likely) + 1, dtype=np.float32)[:, None, :], len(RELATIONS), axis=1)
    for (i, j, relation), logit in (related or {}).items():
        left[i, RELATIONS.index(relation), j] = (9 + logit) * (DIMENSIONS - 1) ** 0.5
    return Told(likely[:, len(TAGS) :], left, right)


def test_kinds_of_names_begin_where_they_are_told_to_or_change() -> None:
    tags = ["B-PERSON", "I-PERSON", "O", "I-ORG", "B-ORG", "I-DATE", "I-DATE"]
    read = read_by(likely(*({} for _ in tags))[:, : len(TAGS)], np.array([PARTS.index("NNP")] * len(tags)), np.array([ENT_TAGS.index(t) for t in tags]))
    assert read.ents == [("PERSON", True), ("PERSON", False), ("", False), ("ORG", True), ("ORG", True), ("DATE", True), ("DATE", False)]
    assert read.parts == ["NNP"] * len(tags)


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
    nothing = np.zeros(3, np.int64)
    read = read_by(likely({"B-SHOW": 0.8}, {"I-SHOW": 0.5}, {"I-SHOW": 0.25})[:, : len(TAGS)], nothing, nothing)
    assert math.isclose(read.named("SHOW", 0, 2), 0.8 * 0.5 * 0.75, rel_tol=1e-5)
    assert math.isclose(read.named("SHOW", 0, 3), 0.8 * 0.5 * 0.25, rel_tol=1e-5)
    assert read.labels[:2] == [("SHOW", True), ("SHOW", False)]


def test_what_is_heard_stands_at_its_place() -> None:
    text = "Jane Doe stars. Ann Lee directs."
    words = [("Jane", 0), ("Doe", 5), ("stars", 9), (".", 14), ("Ann", 16), ("Lee", 20), ("directs", 24), (".", 31)]
    tokens = tuple(Token(w, at, at + len(w)) for w, at in words)
    rows = [{"role:Actor": 0.97}, {"role:Actor": 0.4}, {"event:renewed": 0.97}, {}, {"role:Director": 0.97}, {"role:Director": 0.97}, {}, {}]
    heard = Heard([Block(tokens, 0, len(text), told=told_of(likely(*rows)))])
    everything = ("heard", *(f"heard>{n}" for n in range(1, len(STEPS) + 1)))
    assert heard.at("role:Actor", 0, 8) == everything  # the likeliest word counts
    assert heard.at("role:Actor", 16, 23) == ("heard",)
    assert heard.at("role:Director", 16, 23) == everything
    assert heard.at("role:Gaffer", 0, 8) == ()  # not told by the network
    assert heard.at("event:renewed", 0, 8) == ("heard",)
    assert heard.at("event:renewed", 0, 8, 1) == everything  # a neighbour
    assert Heard([Block(tokens, 0, len(text))]).at("role:Actor", 0, 8) == ()  # no network read it


def test_relations_are_heard_between_names_of_a_block() -> None:
    text = "Ann directs Loki and Fargo\nAnn"
    words = [("Ann", 0), ("directs", 4), ("Loki", 12), ("and", 17), ("Fargo", 21)]
    first = Block(tuple(Token(w, at, at + len(w)) for w, at in words), 0, 26, told=told_of(likely({}, {}, {}, {}, {}), {(0, 2, "role:Director"): 2.0, (0, 4, "role:Director"): -2.0}))
    second = Block((Token("Ann", 27, 30),), 27, 30, told=told_of(likely({})))
    mentions = [Mention(kind, text[a:b], a, b, f"{kind}:{text[a:b].lower()}") for kind, a, b in (("person", 0, 3), ("show", 12, 16), ("show", 21, 26), ("person", 27, 30))]
    heard = Heard([first, second], mentions)
    assert heard.named == [{"person:ann": [0], "show:loki": [2], "show:fargo": [4]}, {"person:ann": [0]}]
    found = heard.each("role:Director", 0, [0], "show")
    assert {k: round(v, 2) for k, v in found.items()} == {"show:loki": 0.88, "show:fargo": 0.12}
    assert heard.related("role:Writer", 0, [0], [2]) < 0.001
    assert heard.related("role:Director", 0, [0], [1]) == 0.0  # no name stands there
    assert heard.each("role:Director", 1, [0], "show") == {}
    features = pair_features(found, ("show:loki",))
    assert {"pair>7", "pair-rival>3"} <= features and not features & {"pair>9", "pair-rival>4", "pair-apart"}
    assert {"pair-apart", "pair-rival-apart>7"} <= pair_features(found, ("show:barry",))
    assert Heard([Block(first.tokens, 0, 26)], mentions[:3]).related("role:Director", 0, [0], [2]) == 0.0  # no network read it


def test_a_work_that_is_no_programme_is_the_other_end_of_a_tie_too() -> None:
    words = [("Loki", 0, "SHOW", True), (",", 4, "", False), ("from", 6, "", False), ("The", 11, "WORK", True), ("Ring", 15, "WORK", False), ("'s", 19, "WORK", False), ("Men", 22, "WORK", False)]
    block = Block(tuple(Token(w, at, at + len(w), label=label, label_start=start) for w, at, label, start in words), 0, 25, told=told_of(likely(*[{}] * 7), {(0, 3, "link:based_on"): 3.0}))
    heard = Heard([block], [Mention("show", "Loki", 0, 4, "show:loki")])
    assert {k: round(v, 2) for k, v in heard.each("link:based_on", 0, [0], "work").items()} == {"work:The Ring's Men": 0.95}
