"""What our own tagger's network tells of the words of a block: which of them name something, and what is said of it.

Tags B, I, O: Ramshaw and Marcus 1995.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from pipeline.vocabulary import COMPANY_KINDS, LINK_RELATIONS, PERSON_EVENTS, SHOW_COMPANY_RELATIONS, SHOW_EVENTS, SHOW_KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

LABELS = ("SHOW", "PERSON", "COMPANY", "ROLE", "CHARACTER", "DATE", "WORK")
#: What the network tells of each word: O, or that a name begins (B) or goes on (I); I of a label stands behind its B.
TAGS = ("O", *(f"{sign}-{label}" for label in LABELS for sign in "BI"))
#: What a person, a company, a show and a date may be said to be; any word may tell an event. The network gives each word the likelihood of each.
FACTS_OF = {
    "PERSON": tuple(f"role:{r}" for r in ("Actor", "Executive Producer", "Director", "Writer", "Creator", "Host", "Producer", "Participant", "Author", "Showrunner", "Subject", "Executive", "Affiliated", "Client")),
    "COMPANY": (*(f"part:{r}" for r in SHOW_COMPANY_RELATIONS), *(f"company:{k}" for k in COMPANY_KINDS)),
    "SHOW": tuple(f"show:{k}" for k in SHOW_KINDS),
    "DATE": tuple(f"date:{k}" for k in ("premiere", "finale", "release", "production", "setting", "event", "other")),
    "": tuple(f"event:{e}" for e in SHOW_EVENTS + PERSON_EVENTS),
}
FACTS = tuple(fact for group in FACTS_OF.values() for fact in group)
#: Fact -> its column in ``Told.facts``.
COLUMNS = {fact: n for n, fact in enumerate(FACTS)}
#: What two names of a block may be to each other, the left one to the right one: a person to a show or a company ("role:any": whatever
#: in a show), a show to a company, an actor to a character, an event's word to whom it happens, a show to the one it comes from.
RELATIONS = (*FACTS_OF["PERSON"], "role:any", *(f"part:{r}" for r in SHOW_COMPANY_RELATIONS), "plays", "event", *(f"link:{r}" for r in LINK_RELATIONS))
#: Dimensions of what a word brings to a relation.
DIMENSIONS = 25
#: Parts of speech (Penn Treebank: Marcus, Santorini and Marcinkiewicz 1993) and kinds of names (OntoNotes: Hovy et al. 2006) as spaCy's
#: en_core_web_sm tells them, whom the network has learned them from.
PARTS = (
    "$", "''", ",", "-LRB-", "-RRB-", ".", ":", "ADD", "AFX", "CC", "CD", "DT", "EX", "FW", "HYPH", "IN", "JJ", "JJR", "JJS", "LS", "MD", "NFP", "NN", "NNP", "NNPS",
    "NNS", "PDT", "POS", "PRP", "PRP$", "RB", "RBR", "RBS", "RP", "SYM", "TO", "UH", "VB", "VBD", "VBG", "VBN", "VBP", "VBZ", "WDT", "WP", "WP$", "WRB", "XX", "_SP", "``",
)  # fmt: skip
ENTS = ("CARDINAL", "DATE", "EVENT", "FAC", "GPE", "LANGUAGE", "LAW", "LOC", "MONEY", "NORP", "ORDINAL", "ORG", "PERCENT", "PERSON", "PRODUCT", "QUANTITY", "TIME", "WORK_OF_ART")
#: What the network tells of each word beside ``TAGS``: no kind of name, or that one of ``ENTS`` begins or goes on.
ENT_TAGS = ("O", *(f"{sign}-{kind}" for kind in ENTS for sign in "BI"))
#: Likelihoods; each that is passed is a feature of its own for the weights, which so draw a curve.
STEPS = (0.01, 0.03, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.96)
#: In log likelihood: never.
NEVER = -1e4
#: The least likelihood that is reckoned with.
LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class Read:
    """What names the network reads in the words of a block.

    ``labels``: for each word its label, '' for none, and whether a name begins with it; ``tags``: for each word the
    likelihood of each of ``TAGS``; ``parts``: its part of speech; ``ents``: its kind of name of ``ENTS``, '' for none,
    and whether a name begins with it.
    """

    labels: list[tuple[str, bool]]
    tags: list[list[float]]
    parts: list[str]
    ents: list[tuple[str, bool]]

    def named(self, label: str, first: int, last: int) -> float:
        """How likely the words ``[first, last)`` are a name of this kind, whole: it begins, goes on and ends with them."""
        begin = TAGS.index(f"B-{label}")
        ends = 1 - self.tags[last][begin + 1] if last < len(self.tags) else 1.0
        return self.tags[first][begin] * math.prod(likely[begin + 1] for likely in self.tags[first + 1 : last]) * ends


@dataclass(frozen=True, slots=True)
class Told:
    """What the network tells of the names of a block.

    ``facts``: for each word the likelihood of each of ``FACTS``. ``left`` and ``right``: what each word brings to
    each of ``RELATIONS`` (words, relations, ``DIMENSIONS``). A relation's logit is the product of the two over all dimensions
    but the last, which each side adds (bilinear, with a term for each side: Dozat and Manning 2017).
    """

    facts: NDArray[np.float32]
    left: NDArray[np.float32]
    right: NDArray[np.float32]

    def likely(self, first: int, last: int) -> list[float]:
        """How likely each of ``FACTS`` is told of some of the words ``[first, last)``, by the likeliest of them."""
        likely: list[float] = self.facts[first:last].max(0).tolist()
        return likely

    def related(self, word: int, others: Sequence[int]) -> list[list[float]]:
        """How likely a word is in each of ``RELATIONS`` to each of some others: (others, relations)."""
        left, right = self.left[word], self.right[list(others)]
        logits = np.einsum("rd,jrd->jr", left[:, :-1], right[..., :-1]) / (DIMENSIONS - 1) ** 0.5 + left[:, -1] + right[..., -1]
        likely: list[list[float]] = (1 / (1 + np.exp(-logits.astype(np.float64)))).tolist()
        return likely


def read_by(tags: NDArray[np.float32], parts: NDArray[np.int64], ents: NDArray[np.int64]) -> Read:
    """What the network's figures tell: ``tags`` is (words, tags), ``parts`` and ``ents`` are numbers in ``PARTS`` and ``ENT_TAGS``."""
    kinds = [ENT_TAGS[k] for k in ents.tolist()]
    begins = [k[:1] == "B" or k[2:] != before[2:] for before, k in pairwise(["O", *kinds])]
    labels = [(TAGS[t][2:], TAGS[t].startswith("B")) for t in best_tags(tags)]
    return Read(labels, tags.tolist(), [PARTS[k] for k in parts.tolist()], [(k[2:], k != "O" and b) for k, b in zip(kinds, begins, strict=True)])


def best_tags(likely: NDArray[np.float32]) -> list[int]:
    """The likeliest run of tags in which nothing goes on that has not begun: the best of each word, or where these do not fit, by Viterbi's way."""
    best: list[int] = likely.argmax(1).tolist()
    if all(t == 0 or t % 2 or (i and best[i - 1] in (t, t - 1)) for i, t in enumerate(best)):
        return best
    tags = np.arange(len(TAGS))
    inner = (tags > 0) & (tags % 2 == 0)
    fits = (tags[:, None] == tags) | (tags[:, None] == tags - 1) | ~inner
    scores = np.log(likely + LEAST)
    step = np.where(fits, 0.0, NEVER)
    total = scores[0] + np.where(inner, NEVER, 0.0)
    back = []
    for row in scores[1:]:
        ways = total[:, None] + step
        back.append(ways.argmax(0))
        total = ways.max(0) + row
    path = [int(total.argmax())]
    for ways in reversed(back):
        path.append(int(ways[path[-1]]))
    return path[::-1]
