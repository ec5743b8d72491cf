"""Our own tagger: a small transformer that marks shows, people, companies, roles, characters, works and dates.

The network is MiniLM, taught the project's labels (pipeline/train/tagger.py) and stored with whole numbers of seven
bits. It reads words in small letters; how a word was written goes in beside it. One block is read at a time, so that
nothing else in an article or a batch can change what is marked.

Wordpieces: Wu et al. 2016, as in BERT (Devlin et al. 2019).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.told import Read, Told, read_by

if TYPE_CHECKING:
    from numpy.typing import NDArray

NETWORK, WORDPIECES = "network.onnx", "wordpieces.txt"
#: The most wordpieces that the network reads at once.
LONGEST = 500
#: A longer word is cut off: nothing in a name is.
LONGEST_WORD = 100
SHAPES = 12


def shape_of(word: str) -> int:
    """How a word is written, a number from 1 to ``SHAPES`` - 1; 0 is no word.

    >>> [shape_of(w) for w in ("tv", "A", "NBC", "Loki", "McGee", "24", "D.C.", "2nd", "e-mail", '"', ",")]
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
    """
    if word.isalpha():
        if word.islower():
            return 1
        if len(word) == 1:
            return 2
        if word.isupper():
            return 3
        return 4 if word[0].isupper() and word[1:].islower() else 5
    if word.isdigit():
        return 6
    if any(c.isalnum() for c in word):
        return 7 if word[0].isupper() else 8 if word[0].isdigit() else 9
    return 10 if word in ('"', "'") else 11


class Wordpieces:
    """Cuts a word into the pieces that the network knows, by their numbers: the longest piece first."""

    def __init__(self, path: Path) -> None:
        self.numbers = {piece: n for n, piece in enumerate(path.read_text(encoding="utf-8").splitlines())}
        self.begin, self.end, self.unknown = (self.numbers[p] for p in ("[CLS]", "[SEP]", "[UNK]"))
        self.of = lru_cache(maxsize=50_000)(self._cut)

    def _cut(self, word: str) -> tuple[int, ...]:
        plain = "".join(c for c in unicodedata.normalize("NFD", word[:LONGEST_WORD].lower()) if unicodedata.category(c) != "Mn")
        spaced = "".join(c if c.isalnum() else f" {c} " for c in plain)
        return tuple(n for part in spaced.split() for n in self._pieces(part)) or (self.unknown,)

    def _pieces(self, part: str) -> list[int]:
        out: list[int] = []
        start = 0
        while start < len(part):
            sign = "##" if start else ""
            end = next((e for e in range(len(part), start, -1) if sign + part[start:e] in self.numbers), 0)
            if not end:
                return [self.unknown]
            out.append(self.numbers[sign + part[start:end]])
            start = end
        return out


class Tagger:
    """The trained network in ``folder``. Raises ``OSError`` where it is not there."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # a batch has a process a core
        options.log_severity_level = 3
        self.wordpieces = Wordpieces(folder / WORDPIECES)
        self.network = onnxruntime.InferenceSession((folder / NETWORK).read_bytes(), options, providers=["CPUExecutionProvider"])

    def read(self, words: Sequence[str]) -> tuple[Read, Told]:
        """What names the network reads in the words of one block, one word at least, and what it tells of them."""
        pieces = [self.wordpieces.of(w) for w in words]
        shapes = [shape_of(w) for w in words]
        tags, parts, ents, *told = (np.concatenate(figures) for figures in zip(*(self._run(pieces[a:b], shapes[a:b]) for a, b in _windows([len(p) for p in pieces])), strict=True))
        return read_by(tags, parts, ents), Told(*told)

    def _run(self, pieces: Sequence[Sequence[int]], shapes: Sequence[int]) -> list[NDArray[Any]]:
        sizes = np.array([len(p) for p in pieces])
        words = np.concatenate([[1], 1 + np.cumsum(sizes)[:-1]])
        figures: list[NDArray[Any]] = self.network.run(
            None,
            {"pieces": np.array([self.wordpieces.begin, *(n for p in pieces for n in p), self.wordpieces.end]), "shapes": np.array([0, *np.repeat(shapes, sizes), 0]), "words": words, "word_shapes": np.array(shapes)},
        )
        return figures


def _windows(sizes: Sequence[int]) -> list[tuple[int, int]]:
    """Runs of words ``[first, last)`` of at most ``LONGEST`` wordpieces."""
    out: list[tuple[int, int]] = []
    first, total = 0, 0
    for i, size in enumerate(sizes):
        if total + size > LONGEST and i > first:
            out.append((first, i))
            first, total = i, 0
        total += size
    return [*out, (first, len(sizes))] if sizes else []
