"""What the tagger's network hears at a place of the text, as features for the weights.

The network reads each block by itself and tells of single names: that this person acts in something, that
this date is one of a premiere. Whom and what it is told of, and whether the article as a whole says so, the
weights decide.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from pipeline.records import Block, Span
from pipeline.told import FACTS, STEPS

#: The likelihood, one of the steps, at which what is heard makes a candidate of its own, with no word beside it that tells it.
ENOUGH = 0.2
LOUD = f"heard>{STEPS.index(ENOUGH) + 1}"


class Heard:
    """What is heard in the blocks of an article; nothing in blocks that no network has read."""

    def __init__(self, blocks: Sequence[Block] = ()) -> None:
        self.blocks = [b for b in blocks if b.told is not None]
        self.ends = [b.end for b in self.blocks]

    def at(self, fact: str, start: int, end: int, wider: int = 0) -> list[str]:
        """The steps that the likelihood of ``fact`` passes at ``text[start:end]`` and ``wider`` words around it, as "heard>1" and so on; [] for what the network does not tell."""
        k = bisect_left(self.ends, end)
        if fact not in FACTS or k == len(self.blocks) or self.blocks[k].start > start:
            return []
        read = self.blocks[k].told
        first, last = _words(self.blocks[k], start, end)
        if first == last or read is None:
            return []
        likely = read.likely(fact, max(0, first - wider), last + wider)
        return ["heard", *(f"heard>{n}" for n, step in enumerate(STEPS, 1) if likely > step)]

    def loud(self, fact: str, start: int, end: int) -> list[Span]:
        """Where in ``text[start:end]`` a word tells ``fact`` more likely than ``ENOUGH``."""
        k = bisect_left(self.ends, end)
        read = self.blocks[k].told if k < len(self.blocks) and self.blocks[k].start <= start else None
        if read is None:
            return []
        column = FACTS.index(fact)
        first, last = _words(self.blocks[k], start, end)
        return [(t.start, t.end) for t, likely in zip(self.blocks[k].tokens[first:last], read.facts[first:last], strict=True) if likely[column] > ENOUGH]


def _words(block: Block, start: int, end: int) -> Span:
    """The tokens ``[first, last)`` of a block that touch ``text[start:end]``."""
    return bisect_left(block.tokens, start + 1, key=lambda t: t.end), bisect_left(block.tokens, end, key=lambda t: t.start)
