"""Word vectors for the tagger: a spaCy component that stands before its ``ner``.

spaCy's own table of vectors takes more than a second to load for the 685,000 words of
en_core_web_md. Here the words' hashes lie sorted in one array, and a word is entered into the
vocabulary's table when it is first met.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from spacy.language import Language
from spacy.vectors import Vectors

if TYPE_CHECKING:
    from spacy.tokens import Doc

FILE = "vectors.npz"


class WordVectors:
    """``keys``: sorted hashes of words (n,); ``rows``: the row of ``table`` of each (n,); ``table``: vectors (rows, width)."""

    def __init__(self, nlp: Language) -> None:
        self.vocab = nlp.vocab
        self.known: set[int] = set()
        self.set(np.zeros(0, np.uint64), np.zeros(0, np.uint16), np.zeros((1, 1), np.float16))

    def set(self, keys: np.ndarray, rows: np.ndarray, table: np.ndarray) -> None:
        self.keys, self.rows, self.table = keys, rows, table
        self.known.clear()
        self.vocab.vectors = Vectors(strings=self.vocab.strings, data=table.astype(np.float32), name="word_vectors")

    def __call__(self, doc: Doc) -> Doc:
        new = [key for key in np.unique(doc.to_array("ORTH")).tolist() if key not in self.known]
        self.known.update(new)
        places = np.searchsorted(self.keys, np.array(new, np.uint64))
        for key, i in zip(new, places.tolist(), strict=True):
            if i < len(self.keys) and int(self.keys[i]) == key:
                self.vocab.vectors.add(key, row=int(self.rows[i]))
        return doc

    def to_disk(self, path: Path, exclude: Iterable[str] = ()) -> None:
        Path(path).mkdir(exist_ok=True)
        np.savez(Path(path) / FILE, keys=self.keys, rows=self.rows, table=self.table)

    def from_disk(self, path: Path, exclude: Iterable[str] = ()) -> WordVectors:
        with np.load(Path(path) / FILE, allow_pickle=False) as file:
            self.set(file["keys"], file["rows"], file["table"])
        return self


def _make(nlp: Language, name: str) -> WordVectors:
    return WordVectors(nlp)


Language.factory("word_vectors", func=_make)
