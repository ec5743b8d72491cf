"""Train the tagger of shows, people, companies, roles, characters, works and dates on the corpus.

A spaCy ``ner`` component that starts from the word vectors and the embedding of en_core_web_md's own
``ner`` and learns the project's labels. It sees the blocks that a run sees. Every time round, names are
swapped for others of their kind and quotation marks around titles come and go, so that it learns how a
name stands in a sentence rather than the names of the corpus.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.annotations.standoff import parse_standoff
from pipeline.gazetteer import gazetteer
from pipeline.tag.blocks import load_model, split_blocks, view_of
from pipeline.vocabulary import companies, famous_titles, word_set

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.training import Example
    from spacy.vectors import Vectors

#: Type of annotation -> label of the tagger.
LABELS = {"Show": "SHOW", "Person": "PERSON", "Company": "COMPANY", "Role": "ROLE", "Character": "CHARACTER", "Date": "DATE", "Work": "WORK"}
EPOCHS = 36
BATCH = 24
LEARN_RATE = 0.002
DROPOUT = 0.25
#: How often a name is swapped for another.
SWAP = 0.4
#: How often quotation marks around titles are taken away.
UNQUOTE = 0.5
SEED = 1


@dataclass(frozen=True, slots=True)
class Words:
    """One block as the tagger sees it: its tokens, whether a space follows each, and the labelled spans (first, last, label)."""

    words: tuple[str, ...]
    spaces: tuple[bool, ...]
    spans: tuple[tuple[int, int, str], ...]


def words_of(text: str, ann: str, name: str, nlp: Language) -> list[Words]:
    """The blocks of an annotated article. Of annotations that overlap the longest counts; one that cuts a token is left out."""
    doc, _ = parse_standoff(name, ann, text)
    marks = sorted(((m.start, m.end, LABELS[m.type]) for m in doc.marks if m.type in LABELS), key=lambda m: (m[0] - m[1], m))
    out = []
    for start, end in split_blocks(text):
        view, offsets = view_of(text, start, end)
        if not view:
            continue
        tokens = nlp.tokenizer(view)
        firsts = {offsets[t.idx]: t.i for t in tokens}
        lasts = {offsets[t.idx + len(t) - 1] + 1: t.i + 1 for t in tokens}
        spans: list[tuple[int, int, str]] = []
        taken: set[int] = set()
        for a, b, label in marks:
            first, last = firsts.get(a), lasts.get(b)
            if first is not None and last is not None and first < last and taken.isdisjoint(range(first, last)):
                taken.update(range(first, last))
                spans.append((first, last, label))
        out.append(Words(tuple(t.text for t in tokens), tuple(bool(t.whitespace_) for t in tokens), tuple(sorted(spans))))
    return out


def _capitalised(name: str) -> str:
    small = word_set("titles", "small")
    return " ".join(w if i and w in small else "-".join(x[:1].upper() + x[1:] for x in w.split("-")) for i, w in enumerate(name.split()))


class Names:
    """Names to swap in: people of the gazetteer, its titles and those of the vocabulary, companies of the vocabulary."""

    def __init__(self, nlp: Language) -> None:
        gaz = gazetteer()
        self.tokenizer = nlp.tokenizer
        self.people = sorted(p for p in gaz.people if 2 <= len(p.split()) <= 3)
        self.titles = sorted(gaz.titles)
        self.famous = sorted(famous_titles())
        self.companies = sorted(c for c in companies() if len(c) > 2)

    def another(self, label: str, size: int, rng: random.Random) -> list[str]:
        """The words of another name of a kind; [] where there is none."""
        name = ""
        if label in ("PERSON", "CHARACTER"):
            full = _capitalised(rng.choice(self.people))
            name = full if size > 1 else full.split()[-1] if label == "PERSON" else full.split()[0]
        elif label == "SHOW":
            # half of them from the vocabulary, where titles of one word stand
            name = _capitalised(rng.choice(self.famous if rng.random() < 0.5 else self.titles))
        elif label == "COMPANY":
            name = rng.choice(self.companies)
        return [t.text for t in self.tokenizer(name)]


def swap(block: Words, names: Names, rng: random.Random) -> Words:
    """The block with some of its names swapped, the same name by the same other."""
    words: list[str] = []
    spaces: list[bool] = []
    spans: list[tuple[int, int, str]] = []
    others: dict[tuple[str, ...], list[str]] = {}
    at = 0
    for first, last, label in block.spans:
        words += block.words[at:first]
        spaces += block.spaces[at:first]
        key = (*block.words[first:last], label)
        if key not in others:
            others[key] = names.another(label, last - first, rng) if rng.random() < SWAP else []
        new = others[key]
        begin = len(words)
        words += new or block.words[first:last]
        spaces += [True] * (len(new) - 1) + [block.spaces[last - 1]] if new else block.spaces[first:last]
        spans.append((begin, len(words), label))
        at = last
    words += block.words[at:]
    spaces += block.spaces[at:]
    return Words(tuple(words), tuple(spaces), tuple(spans))


def unquote(block: Words) -> Words:
    """The block without the quotation marks that stand around titles."""
    drop: set[int] = set()
    for first, last, label in block.spans:
        mark = block.words[first - 1] if first else ""
        if label == "SHOW" and mark in ('"', "'"):
            end = last + (last < len(block.words) and block.words[last] in (",", "."))
            if end < len(block.words) and block.words[end] == mark:
                drop |= {first - 1, end}
    kept = [i for i in range(len(block.words)) if i not in drop]
    new = {old: k for k, old in enumerate(kept)}
    spaces = [block.spaces[i] or (i + 1 in drop and block.spaces[i + 1]) for i in kept]
    return Words(tuple(block.words[i] for i in kept), tuple(spaces), tuple((new[a], new[b - 1] + 1, label) for a, b, label in block.spans))


def _example(block: Words, vocab: Any) -> Example:
    from spacy.tokens import Doc, Span
    from spacy.training import Example

    told = Doc(vocab, list(block.words), list(block.spaces))
    told.ents = [Span(told, a, b, label=label) for a, b, label in block.spans]
    return Example(Doc(vocab, list(block.words), list(block.spaces)), told)


def train_tagger(blocks: Sequence[Words], start: Path, output: Path, epochs: int = EPOCHS, seed: int = SEED) -> float:
    """Train on annotated blocks and write the pipeline to ``output``; the same blocks and seed give the same tagger. Returns the last loss.

    ``start`` is the folder of the spaCy model whose word vectors and embedding it starts from.
    """
    import spacy
    from spacy.util import fix_random_seed
    from thinc.api import Adam

    fix_random_seed(seed)
    rng = random.Random(seed)
    begin = spacy.load(start, enable=["ner"])
    learned: Any = begin.get_pipe("ner")
    nlp = _blank(begin, begin.vocab.vectors, blocks)
    ner: Any = nlp.get_pipe("ner")
    ner.model.get_ref("tok2vec").from_bytes(learned.model.get_ref("tok2vec").to_bytes())
    names = Names(load_model())
    optimizer = Adam(learn_rate=LEARN_RATE, L2=0.01, grad_clip=1.0, use_averages=True, L2_is_weight_decay=True)
    steps = epochs * -(-len(blocks) // BATCH)
    step = 0
    losses: dict[str, float] = {}
    for _ in range(epochs):
        order = list(blocks)
        rng.shuffle(order)
        losses = {}
        for k in range(0, len(order), BATCH):
            batch = [swap(unquote(b) if rng.random() < UNQUOTE else b, names, rng) for b in order[k : k + BATCH]]
            optimizer.learn_rate = LEARN_RATE * min(1.0, step / 100 + 0.05) * (1 - 0.9 * step / steps)
            nlp.update([_example(b, nlp.vocab) for b in batch], drop=DROPOUT, sgd=optimizer, losses=losses)
            step += 1
    with nlp.use_params(optimizer.averages):
        _folded(nlp, begin, blocks).to_disk(output, exclude=["tokenizer", "vocab"])
    return losses["ner"]


def _blank(begin: Language, vectors: Vectors, blocks: Sequence[Words]) -> Language:
    """An untrained tagger, built like the ``ner`` of ``begin``, over a table of word vectors."""
    import spacy

    nlp = spacy.blank("en")
    nlp.vocab.vectors = vectors
    ner: Any = nlp.add_pipe("ner", config={"model": begin.config["components"]["ner"]["model"]})
    for label in LABELS.values():
        ner.add_label(label)
    nlp.initialize(lambda: [_example(b, nlp.vocab) for b in blocks[:200]])
    return nlp


def _folded(nlp: Language, begin: Language, blocks: Sequence[Words]) -> Language:
    """The tagger with its word vectors as it projects them, in a component of their own: a third of their size, and the same sums."""
    import numpy as np
    from spacy.vectors import Vectors

    from pipeline.tag import word_vectors  # noqa: F401  (registers the component)

    ner: Any = nlp.get_pipe("ner")
    vectors = nlp.vocab.vectors
    projection = next(n for n in ner.model.walk() if n.name == "static_vectors").get_param("W")
    table = (vectors.data @ projection.T).astype(np.float16)
    folded = _blank(begin, Vectors(data=table.astype(np.float32), name="folded"), blocks)
    new: Any = folded.get_pipe("ner")
    for ours, theirs in zip(ner.model.walk(), new.model.walk(), strict=True):
        for name in ours.param_names:
            theirs.set_param(name, np.eye(len(projection), dtype=np.float32) if ours.name == "static_vectors" else ours.get_param(name))
    places = sorted(vectors.key2row.items())
    component: Any = folded.add_pipe("word_vectors", first=True)
    component.set(np.array([k for k, _ in places], np.uint64), np.array([r for _, r in places], np.uint16), table)
    return folded


def blocks_of(articles: Iterable[tuple[str, str, str]]) -> list[Words]:
    """The blocks of annotated articles, given as (name, text, annotation)."""
    nlp = load_model()
    return [b for name, text, ann in articles for b in words_of(text, ann, name, nlp)]
