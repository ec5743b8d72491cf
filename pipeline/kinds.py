"""What kind of programme a show is, and what kind of company a company, with what speaks for each: weighed with weights fitted on the corpus.

The words beside a show's mentions, a name that is known, the last word of a company's name, and what the
tagger's network hears at every mention.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from pipeline.heard import Heard, passed
from pipeline.records import Mention
from pipeline.vocabulary import companies, famous_titles, fold_title, word_kinds, word_set
from pipeline.weights import CLASSES, likelihoods, weights

#: How many words before and after a mention may tell its kind, and the characters that hold them.
LEFT, RIGHT = (3, 40), (7, 70)


def kind_of(kind: str, name: str, mentions: Sequence[Mention], text: str, heard: Heard) -> str:
    """The likeliest kind of a show or a company; '' for a person or a character."""
    if kind not in ("show", "company"):
        return ""
    table = f"{kind}_kinds"
    odds = likelihoods(weights(table), [kind_features(kind, name, mentions, text, heard)])[0]
    return CLASSES[table][odds.index(max(odds))]


def kind_features(kind: str, name: str, mentions: Sequence[Mention], text: str, heard: Heard) -> set[str]:
    """What speaks for the kind of a show or a company: its words and name, and what the network hears of each kind, the mean of all mentions."""
    f = _show_words(mentions, text) if kind == "show" else _company_words(name, mentions)
    for k in CLASSES[f"{kind}_kinds"]:
        told = [likely for m in mentions if (likely := heard.likely(f"{kind}:{k}", m.start, m.end)) is not None]
        f |= set(passed(f"heard:{k}", sum(told) / len(told))) if told else set()
    return f


def _show_words(mentions: Sequence[Mention], text: str) -> set[str]:
    """The words beside a show, and whether its title is known."""
    words: Counter[str] = Counter()
    for m in mentions:
        left = re.findall(r"[\w-]+", text[max(0, m.start - LEFT[1]) : m.start].lower())[-LEFT[0] :]
        right = re.findall(r"[\w-]+", re.split(r"[.;]\s", text[m.end : m.end + RIGHT[1]])[0].lower())[: RIGHT[0]]
        for near, weight in ((left, 2), (right, 1)):
            words.update({hit[1]: weight for i in range(len(near)) if (hit := word_kinds("shows").longest(near, i))})
    most = min(words, key=lambda k: (-words[k], k), default="none")
    known = next((k for m in mentions if (k := famous_titles().get(fold_title(m.text)))), "none")
    return {f"known:{known}", f"words:{most}", f"words:{most}:{min(words[most], 3)}", *(f"word:{k}" for k in words)}


def _company_words(name: str, mentions: Sequence[Mention]) -> set[str]:
    """Whether a company is known, and the last word of its name."""
    known = next((companies()[form].kind for form in (name, *sorted({" ".join(m.text.split()) for m in mentions})) if form in companies()), "none")
    last = name.lower().split()[-1]
    hit = word_kinds("companies").longest([last], 0)
    word = "agency" if last in word_set("companies", "agency") else hit[1] if hit else "none"
    return {f"known:{known}", f"last:{word}", f"last:{word}:{'known' if known != 'none' else 'new'}"}
