"""What the tagger's network hears at a place of the text, as features for the weights.

The network reads each block by itself and tells of single names that this person acts in something, that this
date is one of a premiere, and of two names of the block how they stand to each other. Whether the article as a
whole says so the weights decide.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise

from pipeline.records import Block, Mention, Span
from pipeline.told import COLUMNS, RELATIONS, STEPS

#: The likelihood, one of the steps, at which what is heard makes a candidate of its own, with no word beside it that tells it.
ENOUGH = 0.2
LOUD = f"heard>{STEPS.index(ENOUGH) + 1}"
#: What is heard of two names of a block that no network has read.
NOTHING = [0.0] * len(RELATIONS)
#: The tagger's label of works that are no programmes.
WORK = "WORK"
#: How the key of such a work begins, before its name.
WORK_KEY = "work:"
#: Kinds of mentions that stand on the right side of a relation.
RELATED = ("show", "person", "company", "character")
#: How many words apart two names may stand; the network reads no farther at once.
REACH = 250


def passed(name: str, likely: float) -> tuple[str, ...]:
    """The steps that a likelihood passes, as features.

    >>> passed("pair", 0.04), passed("pair", 0.0)
    (('pair', 'pair>1', 'pair>2'), ('pair',))
    """
    return _passed(name, bisect_left(STEPS, likely))


@cache
def _passed(name: str, count: int) -> tuple[str, ...]:
    return (name, *(f"{name}>{n}" for n in range(1, count + 1)))


class Heard:
    """What is heard in the blocks of an article of its ``mentions``; nothing in blocks that no network has read."""

    def __init__(self, blocks: Sequence[Block] = (), mentions: Sequence[Mention] = ()) -> None:
        self._blocks = blocks
        self._read = [b for b in blocks if b.told is not None]
        self._ends = [b.end for b in self._read]
        #: for each block the first words of the mentions of each entity, and the same in the order of the words
        self.named: list[dict[str, list[int]]] = [{} for _ in blocks]
        self._names: list[list[tuple[int, str]]] = [[] for _ in blocks]
        self._rows: dict[tuple[int, int], dict[int, list[float]]] = {}
        # what was asked before: the same names are asked about for many relations and facts
        self._paired: dict[tuple[int, tuple[int, ...], str], dict[str, list[float]]] = {}
        self._told: dict[tuple[int, int, int], list[float] | None] = {}
        starts = [b.start for b in blocks]
        for m in mentions:
            if m.kind in RELATED:
                k = bisect_left(starts, m.start + 1) - 1
                first, _ = blocks[k].words(m.start, m.end)
                self._names[k].append((first, m.entity))
        for k, block in enumerate(blocks):
            taken = {n for n, _ in self._names[k]}
            self._names[k] += [(n, WORK_KEY + _name(block, n)) for n, t in enumerate(block.tokens) if t.label == WORK and t.label_start and n not in taken]
            self._names[k].sort()
            for n, key in self._names[k]:
                self.named[k].setdefault(key, []).append(n)

    def near(self, block: int, word: int, kind: str) -> dict[str, list[int]]:
        """The entities of a kind that a block names near a word, each with the first words of its mentions there."""
        out: dict[str, list[int]] = {}
        for n, key in self._near(block, word):
            if key.startswith(f"{kind}:"):
                out.setdefault(key, []).append(n)
        return out

    def related(self, relation: str, block: int, left: Iterable[int], right: Iterable[int]) -> float:
        """How likely some words of a block (by their numbers) stand in ``relation`` to some first words of mentions of it near them, by the likeliest pair; 0 where there is none."""
        r, others = RELATIONS.index(relation), tuple(right)
        return max((row[n][r] for word in left for row in (self._row(block, word),) for n in others if n in row), default=0.0)

    def each(self, relation: str, block: int, left: Iterable[int], kind: str) -> dict[str, float]:
        """The same to each entity of a kind that the block names near them: key -> likelihood."""
        r = RELATIONS.index(relation)
        return {key: likely[r] for key, likely in self._pairs(block, tuple(left), kind).items()}

    def _pairs(self, block: int, left: tuple[int, ...], kind: str) -> dict[str, list[float]]:
        """The entities of a kind near some words of a block, each with how likely it and the words stand in each relation, by the likeliest mention and word."""
        known = (block, left, kind)
        if known not in self._paired:
            begin = f"{kind}:"
            found: dict[str, list[float]] = {}
            for word in left:
                row = self._row(block, word)
                for n, key in self._near(block, word):
                    if key.startswith(begin):
                        likely = row[n] if row else NOTHING
                        found[key] = list(map(max, found[key], likely)) if key in found else likely
            self._paired[known] = found
        return self._paired[known]

    def _near(self, block: int, word: int) -> list[tuple[int, str]]:
        names = self._names[block]
        return names[bisect_left(names, (word - REACH, "")) : bisect_left(names, (word + REACH + 1, ""))]

    def _row(self, block: int, word: int) -> dict[int, list[float]]:
        """For each first word of a mention near a word how likely the two stand in each relation; nothing where no network read the block."""
        if (block, word) not in self._rows:
            read = self._blocks[block].told
            others = [n for n, _ in self._near(block, word)]
            self._rows[block, word] = dict(zip(others, read.related(word, others), strict=True)) if read is not None and others else {}
        return self._rows[block, word]

    def likely(self, fact: str, start: int, end: int, wider: int = 0) -> float | None:
        """How likely ``fact`` is told at ``text[start:end]`` and ``wider`` words around it; None for what the network does not tell."""
        told = self._all(start, end, wider)
        return told[COLUMNS[fact]] if told and fact in COLUMNS else None

    def _all(self, start: int, end: int, wider: int) -> list[float] | None:
        """The same for all that the network tells; None where it read nothing."""
        if (start, end, wider) not in self._told:
            k = bisect_left(self._ends, end)
            block = self._read[k] if k < len(self._read) and self._read[k].start <= start else None
            first, last = block.words(start, end) if block else (0, 0)
            self._told[start, end, wider] = block.told.likely(max(0, first - wider), last + wider) if block and block.told and first < last else None
        return self._told[start, end, wider]

    def at(self, fact: str, start: int, end: int, wider: int = 0) -> tuple[str, ...]:
        """The steps that the same likelihood passes, as "heard>1" and so on; () for what the network does not tell."""
        likely = self.likely(fact, start, end, wider)
        return () if likely is None else passed("heard", likely)

    def loud(self, facts: Sequence[str], start: int, end: int) -> Iterator[tuple[str, Span]]:
        """Which of ``facts`` words in ``text[start:end]`` tell more likely than ``ENOUGH``, and where: the first fact's words first."""
        k = bisect_left(self._ends, end)
        block = self._read[k] if k < len(self._read) and self._read[k].start <= start else None
        if block is None or block.told is None:
            return
        first, last = block.words(start, end)
        loud = block.told.facts[first:last, [COLUMNS[f] for f in facts]].T > ENOUGH
        for n, i in zip(*(found.tolist() for found in loud.nonzero()), strict=True):
            token = block.tokens[first + i]
            yield facts[n], (token.start, token.end)


def pair_features(likely: Mapping[str, float], keys: Collection[str], name: str = "pair", tails: tuple[str, ...] = ()) -> frozenset[str]:
    """What is heard of one pair, by how likely its end (``keys``) and all others that the block names (``likely``) are meant; each also with each of ``tails`` behind it.

    >>> sorted(pair_features({"show:loki": 0.02}, ["show:loki"], tails=("V",)))
    ['pair', 'pair-no-rival', 'pair-no-rival:V', 'pair:V', 'pair>1', 'pair>1:V']
    """
    own = [bisect_left(STEPS, likely[k]) for k in keys if k in likely]
    rivals = [bisect_left(STEPS, v) for k, v in likely.items() if k not in keys]
    return _pair_features(max(own, default=-1), max(rivals, default=-1), name, tails)


@cache
def _pair_features(own: int, rival: int, name: str, tails: tuple[str, ...]) -> frozenset[str]:
    """The same by how many steps the likelihoods pass, -1 where there is none."""
    f = set(_passed(name, own)) if own >= 0 else {f"{name}-apart"}
    f |= set(_passed(f"{name}-rival{'' if own >= 0 else '-apart'}", rival)) if rival >= 0 else {f"{name}-no-rival"}
    return frozenset(f | {f"{x}:{tail}" for x in f for tail in tails})


def _name(block: Block, first: int) -> str:
    """The name that begins at a word, by the tagger's labels."""
    last = first + 1
    while last < len(block.tokens) and block.tokens[last].label == block.tokens[first].label and not block.tokens[last].label_start:
        last += 1
    own = block.tokens[first:last]
    return own[0].text + "".join(" " * (b.start > a.end) + b.text for a, b in pairwise(own))
