"""What the tagger's network hears at a place of the text, as features for the weights.

The network reads each block by itself and tells of single names: that this person acts in something, that
this date is one of a premiere. Whom and what it is told of, and whether the article as a whole says so, the
weights decide.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.records import Block, Mention, Span
from pipeline.told import FACTS, RELATIONS, STEPS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: The likelihood, one of the steps, at which what is heard makes a candidate of its own, with no word beside it that tells it.
ENOUGH = 0.2
LOUD = f"heard>{STEPS.index(ENOUGH) + 1}"


#: The tagger's label of works that are no programmes.
WORK = "WORK"
#: Kinds of mentions that stand on the right side of a relation.
RELATED = ("show", "person", "company", "character")


def passed(name: str, likely: float) -> list[str]:
    """The steps that a likelihood passes, as features.

    >>> passed("pair", 0.04), passed("pair", 0.0)
    (['pair', 'pair>1', 'pair>2'], ['pair'])
    """
    return [name, *(f"{name}>{n}" for n, step in enumerate(STEPS, 1) if likely > step)]


class Heard:
    """What is heard in the blocks of an article of its ``mentions``; nothing in blocks that no network has read."""

    def __init__(self, blocks: Sequence[Block] = (), mentions: Sequence[Mention] = ()) -> None:
        self.blocks = [b for b in blocks if b.told is not None]
        self.ends = [b.end for b in self.blocks]
        self.all = blocks
        #: for each block of ``all`` the first words of the mentions of each entity, and of all mentions where in ``_related`` each stands
        self.named: list[dict[str, list[int]]] = [{} for _ in blocks]
        self._columns: list[dict[int, int]] = [{} for _ in blocks]
        self._related: dict[int, NDArray[np.float64]] = {}
        starts = [b.start for b in blocks]
        for m in mentions:
            if m.kind in RELATED:
                k = bisect_left(starts, m.start + 1) - 1
                first, _ = _words(blocks[k], m.start, m.end)
                self._columns[k].setdefault(first, len(self._columns[k]))
                if m.entity:
                    self.named[k].setdefault(m.entity, []).append(first)
        for k, block in enumerate(blocks):
            for n, t in enumerate(block.tokens):
                if t.label == WORK and t.label_start and n not in self._columns[k]:
                    self._columns[k][n] = len(self._columns[k])
                    self.named[k].setdefault(f"work:{_name(block, n)}", []).append(n)

    def related(self, relation: str, block: int, left: Iterable[int], right: Iterable[int]) -> float:
        """How likely some words of a block (by their numbers) stand in ``relation`` to some first words of mentions of it, by the likeliest pair; 0 where there is none."""
        read, columns = self.all[block].told, self._columns[block]
        if read is None:
            return 0.0
        if block not in self._related:
            self._related[block] = read.related(tuple(columns))
        likely, r = self._related[block], RELATIONS.index(relation)
        at = [columns[w] for w in right if w in columns]
        return max((float(likely[w, k, r]) for w in left for k in at), default=0.0)

    def each(self, relation: str, block: int, left: Iterable[int], kind: str) -> dict[str, float]:
        """The same to each entity of a kind that the block names: key -> likelihood."""
        words = tuple(left)
        return {key: self.related(relation, block, words, right) for key, right in self.named[block].items() if key.startswith(f"{kind}:")}

    def likely(self, fact: str, start: int, end: int, wider: int = 0) -> float | None:
        """How likely ``fact`` is told at ``text[start:end]`` and ``wider`` words around it; None for what the network does not tell."""
        k = bisect_left(self.ends, end)
        if fact not in FACTS or k == len(self.blocks) or self.blocks[k].start > start:
            return None
        read = self.blocks[k].told
        first, last = _words(self.blocks[k], start, end)
        return None if first == last or read is None else read.likely(fact, max(0, first - wider), last + wider)

    def at(self, fact: str, start: int, end: int, wider: int = 0) -> list[str]:
        """The steps that the same likelihood passes, as "heard>1" and so on; [] for what the network does not tell."""
        likely = self.likely(fact, start, end, wider)
        return [] if likely is None else passed("heard", likely)

    def loud(self, fact: str, start: int, end: int) -> list[Span]:
        """Where in ``text[start:end]`` a word tells ``fact`` more likely than ``ENOUGH``."""
        k = bisect_left(self.ends, end)
        read = self.blocks[k].told if k < len(self.blocks) and self.blocks[k].start <= start else None
        if read is None:
            return []
        column = FACTS.index(fact)
        first, last = _words(self.blocks[k], start, end)
        return [(t.start, t.end) for t, likely in zip(self.blocks[k].tokens[first:last], read.facts[first:last], strict=True) if likely[column] > ENOUGH]


def pair_features(likely: Mapping[str, float], keys: Collection[str], name: str = "pair") -> set[str]:
    """What is heard of one pair, by how likely its end (``keys``) and all others that the block names (``likely``) are meant."""
    own = [likely[k] for k in keys if k in likely]
    rival = max((v for k, v in likely.items() if k not in keys), default=-1.0)
    f = set(passed(name, max(own)) if own else [f"{name}-apart"])
    return f | set(passed(f"{name}-rival{'' if own else '-apart'}", rival) if rival >= 0 else [f"{name}-no-rival"])


def _name(block: Block, first: int) -> str:
    """The name that begins at a word, by the tagger's labels."""
    last = first + 1
    while last < len(block.tokens) and block.tokens[last].label == block.tokens[first].label and not block.tokens[last].label_start:
        last += 1
    own = block.tokens[first:last]
    return own[0].text + "".join(" " * (b.start > a.end) + b.text for a, b in pairwise(own))


def _words(block: Block, start: int, end: int) -> Span:
    """The tokens ``[first, last)`` of a block that touch ``text[start:end]``."""
    return bisect_left(block.tokens, start + 1, key=lambda t: t.end), bisect_left(block.tokens, end, key=lambda t: t.start)
