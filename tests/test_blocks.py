"""How a text is cut into blocks, and where a run of capitals may end; no model is loaded."""

from dataclasses import replace

import pytest

from pipeline.records import Block, Token
from pipeline.tag.blocks import split_blocks
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
