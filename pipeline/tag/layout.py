"""Rows of like blocks: the items of a list, each a block of its own, whose heads are names of one kind.

"Gate (HBO)", "Hill (AMC)" and "The Road (NBC)" below each other, or "• GATE: a comedy" and "• HILL: a
drama": who is sure of one head may be surer of the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.records import Block, Token
from pipeline.tag.runs import without_season
from pipeline.tag.spans import is_title_shaped

#: Signs that end the head of an item ("" is the block's end); where a block may be an item of two rows the earlier counts.
ENDS = {"(": "paren", "-": "dash", "–": "dash", "—": "dash", ":": "colon", ",": "comma", "": "end"}
ORDER = ["bullet", *dict.fromkeys(ENDS.values())]
BULLETS = {"•", "*", "·", "-", "–", "▪", "●", "‣"}
#: The longest head in tokens.
LONGEST = 10
#: How many blocks further the next item of a row may stand; commas, colons and ends are too common for gaps.
APART = {"paren": 3, "dash": 3, "bullet": 3}
#: Items that make a row.
LEAST = 3


@dataclass(frozen=True, slots=True)
class Head:
    """The head ``[first, last)`` of a block that is an item of the row ``row``, and the sign that ends it."""

    first: int
    last: int
    sign: str
    row: int


def heads(blocks: Sequence[Block]) -> dict[int, Head]:
    """Number of a block -> its head, for the blocks that are items of a row."""
    rows: list[tuple[str, list[tuple[int, int, int]]]] = []
    for number, block in enumerate(blocks):
        for first, last, sign in _heads(block.tokens):
            row = next((r for s, r in reversed(rows) if s == sign and 0 < number - r[-1][0] <= APART.get(sign, 1)), None)
            if row is None:
                rows.append((sign, row := []))
            row.append((number, first, last))
    out: dict[int, Head] = {}
    for k, (sign, row) in enumerate(sorted(rows, key=lambda r: ORDER.index(r[0]))):
        if len(row) >= LEAST:
            for number, first, last in row:
                out.setdefault(number, Head(first, last, sign, k))
    return out


def _heads(tokens: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
    """Every head that a block may have, with the sign that ends it."""
    first = 0
    if tokens and tokens[0].text in BULLETS:
        first = 1
    elif len(tokens) > 2 and tokens[0].text.rstrip(".").isdigit() and tokens[1].text in (".", ")"):
        first = 2
    told = set()
    for k in range(first + 1, min(len(tokens), first + LONGEST) + 1):
        word = tokens[k].text if k < len(tokens) else ""
        sign = ENDS.get(word)
        if sign is None or sign in told or (word == "-" and tokens[k - 1].end == tokens[k].start) or (word == "" and len(tokens) > LONGEST):
            continue
        a, b = first, k
        if tokens[a].text in ('"', "'") and tokens[b - 1].text in ('"', "'") and b - a > 2:
            a, b = a + 1, b - 1
        if is_title_shaped([t for t in tokens[a:b] if t.text not in (",", "(")]):
            told.add(sign)
            yield a, without_season(tokens, a, b), "bullet" if first else sign
            if first:
                return
