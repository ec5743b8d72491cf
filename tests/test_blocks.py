"""How a text is cut into blocks, and where a run of capitals may end; no model is loaded."""

from dataclasses import replace

import pytest

from pipeline.records import Block, Token
from pipeline.tag.blocks import PARAGRAPH, split_blocks
from pipeline.tag.spans import _ends, find_spans

LONG = "The network said on Monday that the drama would be back in the spring with ten new episodes, all of them written by its creator and shot in Leeds.\n"
LISTED = "Canceled: The Gate, The Hill, Two Roads, Ash and Elm, Night Bus\n"
PAGED = "The network said on Monday that the drama would be back in the spring\nwith ten new episodes, all of them written by its creator.\n"


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        (PAGED, 1),  # a paragraph that was broken to fit a page
        (LONG + LISTED + LISTED, 3),  # lines of a list that are as long as a page is wide: this text is not broken to fit one
        (LISTED + "Renewed: Fen\n", 1),  # nothing tells that these lines are no page's: the first goes on
        (PAGED + "\n" + PAGED, 2),  # a blank line always ends a block
    ],
)
def test_blocks(text: str, blocks: int) -> None:
    assert len(split_blocks(text)) == blocks


SAID = "“We are back. We never left. We always knew,” said the head of drama. "
PLAIN = "The drama follows a nurse who moves from Leeds to a small village. "


@pytest.mark.parametrize(
    ("sentence", "times", "ends"),
    [
        (PLAIN, 9, ("village. ",)),  # a short paragraph stays whole, whatever it holds
        (PLAIN, 24, ("village. ",)),  # a long one is cut where a sentence ends
        (SAID, 24, ("drama. ",)),  # not inside what somebody says
        (PLAIN.replace("small village", "Warner Bros. Village"), 24, ("Village. ",)),  # nor after an abbreviation
        (PLAIN.replace("a nurse", "St. Louis"), 24, ("village. ",)),
    ],
)
def test_long_paragraphs_are_cut(sentence: str, times: int, ends: tuple[str, ...]) -> None:
    text = sentence * times
    parts = [text[a:b] for a, b in split_blocks(text)]
    assert "".join(parts) == text
    assert all(part.endswith(ends) for part in parts)
    assert (len(parts) == 1) == (len(text) <= PARAGRAPH) and max(map(len, parts)) < PARAGRAPH + len(sentence)
    assert max(map(len, parts)) - min(map(len, parts)) <= 2 * len(sentence)  # about one length


def tokens(text: str) -> list[Token]:
    out, position = [], 0
    for word in text.split("|"):
        start = position + word.startswith(" ")
        out.append(Token(word.strip(), start, position + len(word), "", "", False, 0, "", False))
        position += len(word)
    return out


@pytest.mark.parametrize(
    ("text", "last", "ends"),
    [
        ("Dinner| 1995|,", 1, [1, 2]),  # a year may belong to a title
        ("Dinner| 1080|,", 1, [1]),  # no year
        ("at| Lucille|'s|,", 2, [2, 3]),  # nothing is owned: "'s" is the name's own
        ("at| Lucille|'s| brother", 2, [2]),  # a brother is
        ("at| Lucille", 2, [2]),  # nothing follows
    ],
)
def test_ends_of_a_run(text: str, last: int, ends: list[int]) -> None:
    assert list(_ends(tokens(text), last)) == ends


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("NBC|/|DirecTV", False),  # two that are known by name, whatever the tagger marks
        ("Skydance|&| Netflix", False),
        ("A&E|/|Quillfeather", True),  # who the second is nothing tells
        ("A|&|E", True),  # known by name with its sign
    ],
)
def test_two_known_companies_are_no_span(text: str, whole: bool) -> None:
    marked = tuple(replace(t, label="COMPANY", label_start=n == 0) for n, t in enumerate(tokens(text)))
    assert any((s.first, s.last) == (0, len(marked)) for s in find_spans(Block(marked, 0, marked[-1].end), 0)) == whole


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Rachel| Stone|-|Peter| Ruiz", ["Rachel Stone", "Peter Ruiz"]),  # two people
        ("Anya| Taylor|-|Joy", ["Anya Taylor-Joy"]),  # one
        ("Mary|-|Louise| Parker", ["Mary-Louise Parker"]),  # a first name of two
        ("Park| Ji|-|min|-|woo", ["Park Ji-min-woo"]),  # what goes on small is no first name
    ],
)
def test_a_hyphen_joins_two_people_or_stands_in_one(text: str, names: list[str]) -> None:
    marked = tuple(replace(t, label="PERSON", label_start=n == 0) for n, t in enumerate(tokens(text)))
    plain = text.replace("|", "")
    found = {plain[marked[s.first].start : marked[s.last - 1].end]: s.marked for s in find_spans(Block(marked, 0, marked[-1].end), 0)}
    assert set(names) <= set(found) and (len(names) == 1) == (plain in found)
    assert all(found[n] == ((0, len(marked)) if len(names) > 1 else None) for n in names)  # each is what the tagger marked
