"""Decide for the whole article what each name is, then carry the decision to every mention of it.

A reading's score is the sum of the weights of its features (evidence.csv). Features of all places
where the same string stands are put together; short forms are read with what they are short for.
Of overlapping spans those stay that explain the most words best.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.records import Block, Mention
from pipeline.tag.evidence import LIST_SIGNS, Context, left_features, right_features
from pipeline.tag.layout import heads as heads_of_rows
from pipeline.tag.runs import is_name
from pipeline.tag.shapes import shape_features
from pipeline.tag.spans import ATOM, Span, find_phrases, find_spans, goes_on
from pipeline.vocabulary import Trie, read_rows, word_set

KINDS = ("show", "person", "company", "character", "other")
NO_WEIGHTS = (0.0,) * len(KINDS)
#: How fast evidence loses weight with the share of places that lack it: 0 not at all, 1 in proportion.
SPREAD = 0.5
#: A reading less likely than this is none.
LEAST = 0.37


@lru_cache(maxsize=1)
def weights() -> dict[str, tuple[float, ...]]:
    """Feature -> its weight for each of KINDS."""
    rows = read_rows("evidence.csv", ("feature", *KINDS))
    return {row["feature"]: tuple(float(row[k]) for k in KINDS) for _, row in rows}


@dataclass(slots=True)
class Reading:
    """One string of the article with all its places, what speaks for it, and the decision."""

    text: str
    features: set[str] = field(default_factory=set)
    places: list[Span] = field(default_factory=list)
    #: the lists ("A, B and C") that it stands in, by block and first token
    lists: set[tuple[int, int]] = field(default_factory=set)
    #: the rows of like blocks that it heads an item of
    rows: set[int] = field(default_factory=set)
    #: at how many of its places each feature was seen; features of the string as a whole are not in it
    counts: Counter[str] = field(default_factory=Counter)
    kind: str = ""
    probability: float = 0.0
    #: the features that it was decided by
    decided: set[str] = field(default_factory=set)

    def decide(self) -> None:
        """Choose the likeliest kind; none where it is less likely than ``LEAST``."""
        if self.features == self.decided:
            return
        self.decided = set(self.features)
        table = weights()
        found = [[w * value for w in table[f]] for f, value in self.values().items() if f in table]
        totals = [math.fsum(column) for column in zip(*found, strict=True)] or [0.0] * len(KINDS)  # exact, whatever the order of the features
        best = max(range(len(KINDS) - 1), key=lambda k: totals[k])
        top = max(totals)
        self.probability = math.exp(totals[best] - top) / math.fsum(math.exp(t - top) for t in totals)
        self.kind = KINDS[best] if self.probability >= LEAST else ""

    def values(self) -> dict[str, float]:
        """Each feature with what it counts for: less than 1 where it was seen at some of many places."""
        return {f: math.pow(self.counts[f] / len(self.places), SPREAD) if 0 < self.counts[f] < len(self.places) else 1.0 for f in self.features}

    @property
    def source(self) -> str:
        """The feature that weighed most for the decision."""
        k = KINDS.index(self.kind)
        return max(sorted(self.features), key=lambda f: weights().get(f, NO_WEIGHTS)[k])

    @property
    def confidence(self) -> float:
        return round(self.probability, 2)


#: What tells who a part is: "Jane Doe is Kay, a nurse".
TELLS_WHO = {"a", "an", "the", "who", "whose", "his", "her", "their"}
#: After the last comma a list goes on with one of these, else the comma ended a clause.
LIST_GOES_ON = {",", "and", "&", "or", "(", "as", "for", "of", "'", '"', "at", ".", ";", ")", ""}


def fold(text: str) -> str:
    """A name without case, accents and kind of quote, for telling whether two are the same string."""
    text = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return " ".join("".join(c for c in text if not unicodedata.combining(c)).casefold().split())


def _text(blocks: Sequence[Block], span: Span, text: str) -> str:
    tokens = blocks[span.block].tokens
    return text[tokens[span.first].start : tokens[span.last - 1].end]


def collect(blocks: Sequence[Block], text: str) -> dict[str, Reading]:
    """All candidate strings of an article with their features."""
    readings: dict[str, Reading] = {}
    items = heads_of_rows(blocks)
    for number, block in enumerate(blocks):
        context = Context(block)
        spans = find_spans(block, number)
        item = items.get(number)
        if item and not any((s.first, s.last) == (item.first, item.last) for s in spans):
            spans.append(Span(number, item.first, item.last, {"row_head_alone"}))
        company_ends = {s.last - 1 for s in spans if s.shapes & {"vocabulary", "vocabulary_ambiguous"}}
        ends: dict[int, Span] = {}
        heads: dict[int, int] = {}
        for span in sorted(spans, key=lambda s: (s.last, -s.first)):
            ends.setdefault(span.last, span)
        for span in sorted(spans, key=lambda s: (s.first, s.last)):
            head = heads.setdefault(span.first, _list_head(context, span, ends, heads))
            words = _text(blocks, span, text)
            tokens = block.tokens[span.first : span.last]
            features = shape_features(tokens, span, context, words)
            if not block.heading or "quoted" in span.shapes:
                inherited = left_features(context, head, company_ends)
                features |= inherited if head == span.first else inherited - {"as_after_person", "plays_before", "honorific_before", "possessed_by_name"}
                if head != span.first:
                    features |= left_features(context, span.first, company_ends) & {"honorific_before", "possessed_by_company", "possessed_by_name", "after_show_noun", "role_before", "paren_after_person", "executive_before"}
                features |= right_features(context, span.last)
            in_row = item is not None and (item.first, item.last) == (span.first, span.last)
            if item and in_row:
                features.add(f"row_{item.sign}")
            elif item and item.first <= span.first < item.last:
                features.add("part_of_row_head")
            if number == 0 or block.start < 400:
                end = block.tokens[span.last - 1].end
                following = re.sub(r"\s+", " ", text[end : end + 60])[:30]
                if re.match(r"(?:,? [A-Z][a-z]+\.?,?)? ?[-–—(]{1,2} ?(?:\(|[A-Z][a-z]{2,8}\.? \d|\d)", following) and span.first == 0:
                    features.add("part_of_dateline")
            if "is_after_person" in features and context.at(span.last) == "," and context.at(span.last + 1) in TELLS_WHO:
                features.add("is_after_person_told")
            if "after_called" in features:
                features -= {"join_preposition", "join_of"}  # what follows "called" is the title to its end
            reading = readings.setdefault(fold(words), Reading(words))
            reading.features |= features
            reading.counts.update(features)
            reading.places.append(span)
            reading.lists.add((number, head))
            if item and in_row:
                reading.rows.add(item.row)
    # a paper sets titles in quotation marks or does not: where it does, bare words are rarely one
    titles = Counter("quoted" in r.features for r in readings.values() if r.features & {"tag_show", "known_title", "famous_word"} and not all(_in_brackets(blocks, p) for p in r.places))
    style = "others_quoted" if titles[True] > max(1, titles[False] / 2) else "some_quoted" if titles[True] else "nothing_quoted"
    for reading in readings.values():
        if "quoted" in reading.features:
            reading.features.discard("number_only")  # "24": a number that is set as a title once is one everywhere
        else:
            reading.features.add(style)
            if "tag_show" in reading.features:
                reading.features.add(f"{style}_tag_show")
        label, most = max(((f, n) for f, n in reading.counts.items() if f.startswith("tag_")), key=lambda x: (x[1], x[0]))
        if most > 1 and 2 * most > len(reading.places):
            reading.features.add(f"most_{label}")
            if most > 3 and 5 * most >= 4 * len(reading.places):
                reading.features.add(f"nearly_all_{label}")
        if len(reading.places) >= 3:
            reading.features.add("repeated")
        if len(reading.places) >= 2 and any(f.startswith("join_") for f in reading.features):
            reading.features.add("whole_repeated")
    return readings


def _in_brackets(blocks: Sequence[Block], place: Span) -> bool:
    """Whether a name stands right inside brackets, where somebody's earlier work is told."""
    before = [t.text for t in blocks[place.block].tokens[max(0, place.first - 2) : place.first]]
    return bool(before) and (before[-1] == "(" or (before[-1] in ('"', "'") and before[:1] == ["("]))


def _list_head(context: Context, span: Span, ends: dict[int, Span], heads: dict[int, int]) -> int:
    """The first token of the list that a name goes on with; a comma alone makes no list of two."""
    first = span.first
    i = first - 1
    if context.at(i) in ('"', "'"):
        i -= 1
    if i < 0 or context.at(i) not in LIST_SIGNS:
        return first
    if context.at(i) == "," and context.at(span.last) not in LIST_GOES_ON:
        return first
    quotes = int(i != first - 1)
    while context.at(i) in LIST_SIGNS or context.at(i) in ('"', "'"):
        quotes += context.at(i) in ('"', "'")
        i -= 1
    if quotes % 2:
        return first  # a closing quote alone ends what was said, not a list
    if context.at(i) == ")":
        while i > 0 and context.at(i) != "(":
            i -= 1
        i -= 1
    before = ends.get(i + 1)
    if before is None:
        # "A as X, B as Y" and "A for C, B for D": pass over the words back to "as"/"for"
        return first
    k = before.first - 1
    if context.at(k) in ("as", "for", "of") and (earlier := ends.get(k)):
        before = earlier
    return heads.get(before.first, before.first)


def decide(blocks: Sequence[Block], text: str) -> tuple[dict[str, Reading], list[tuple[Span, Reading]]]:
    """The readings of an article, decided, and the spans that stay, in order."""
    readings = collect(blocks, text)
    for reading in readings.values():
        reading.decide()
    _company_of_lists(readings)
    _short_forms(readings)
    _parts_with_surnames(readings, blocks)
    for key, reading in readings.items():
        if "join_and" in reading.features and not reading.features & {"quoted", "known_title", "join_colon"} and any(p in readings and readings[p].kind == "person" for p in key.split(" and ")):
            reading.features.add("people_inside")
            reading.decide()
    chosen: list[tuple[Span, Reading]] = []
    by_block: dict[int, list[tuple[Span, Reading]]] = defaultdict(list)
    for reading in readings.values():
        if reading.kind:
            for span in reading.places:
                by_block[span.block].append((span, reading))
    for number in sorted(by_block):
        chosen += _best_cover(by_block[number])
    return readings, chosen


def _company_of_lists(readings: dict[str, Reading]) -> None:
    """Let what stands in a list, or heads an item of a row, share in what its fellows surely are."""
    lists: dict[tuple[int, ...], list[Reading]] = defaultdict(list)
    for reading in readings.values():
        for place in (*reading.lists, *((row,) for row in reading.rows)):
            lists[place].append(reading)
    touching = _Touching()
    for place, fellows in lists.items():
        among = "list" if len(place) == 2 else "row"
        for kind, least in (("show", 0.8), ("company", 0.85), ("person", 0.9), ("character", 0.75)):
            sure = [r for r in fellows if r.kind == kind and r.probability >= least]
            for reading in fellows:
                others = [r for r in sure if r is not reading and "join_and" not in reading.features and not touching(r, reading)]
                if others:
                    reading.features.add(f"{among}_with_{kind}")
    for reading in readings.values():
        reading.decide()


class _Touching:
    """Whether two strings overlap somewhere: then they are no two items of a list. Each pair is looked at once."""

    def __init__(self) -> None:
        self._cells: dict[str, set[tuple[int, int]]] = {}
        self._known: dict[tuple[str, str], bool] = {}

    def _of(self, reading: Reading) -> set[tuple[int, int]]:
        if reading.text not in self._cells:
            self._cells[reading.text] = {(p.block, i) for p in reading.places for i in range(p.first, p.last)}
        return self._cells[reading.text]

    def __call__(self, a: Reading, b: Reading) -> bool:
        pair = (a.text, b.text)
        if pair not in self._known:
            self._known[pair] = not self._of(a).isdisjoint(self._of(b))
        return self._known[pair]


def _short_forms(readings: dict[str, Reading]) -> None:
    """Let surnames, first names and the first words of companies and titles share in what they are short for."""
    shorts: dict[str, set[str]] = defaultdict(set)
    for key, reading in readings.items():
        words = key.split()
        if len(words) < 2 or not reading.kind:
            continue
        if reading.kind in ("person", "character") and reading.probability > 0.7:
            name = [w for w in words if w.rstrip(".") not in ("jr", "sr", "ii", "iii")]
            feature = "part_of_person" if reading.kind == "person" else "part_of_character"
            for short in {name[-1], name[0], " ".join(name[1:])} - {""}:
                if short.rstrip(",") not in word_set("people", "honorifics"):
                    shorts[short.rstrip(",")].add(feature)
                    if short == name[-1]:
                        shorts[short.rstrip(",")].add(f"surname_{feature}")
        elif reading.kind == "company" and reading.probability > 0.8:
            for k in range(1, len(words)):
                shorts[" ".join(words[:k])].add("part_of_company")
        elif reading.kind == "show" and reading.probability > 0.8:
            for k in range(1, len(words)):
                if words[k - 1].endswith(":") or "quoted" in readings.get(" ".join(words[:k]), Reading("")).features:
                    shorts[" ".join(words[:k]).rstrip(":")].add("part_of_show")
    surnames = {k for k, features in shorts.items() if "surname_part_of_person" in features}
    for key, reading in readings.items():
        words = key.split()
        if len(words) > 1 and words[-1] in surnames and not (reading.kind == "person" and reading.probability > 0.7):
            shorts[key].add("ends_in_surname")
    named = surnames | {k for k, r in readings.items() if r.kind == "person" and r.probability > 0.7 and " " in k}
    for key in readings:
        owner, owns, _ = key.partition("'s ")
        if owns and owner in named:
            shorts[key].add("owned_by_person")
    for key, features in shorts.items():
        if key in readings and not (features == {"part_of_company"} and key in ("the", "a")):
            if {"part_of_person", "part_of_company"} <= features:
                features = features - {"part_of_company"}
            readings[key].features |= {f for f in features if "quoted" not in readings[key].features or not f.endswith(("part_of_person", "part_of_character"))}
            readings[key].decide()


def _parts_with_surnames(readings: dict[str, Reading], blocks: Sequence[Block]) -> None:
    """"Dell (Makwa)": before a bracket that holds but a person's surname stands a part, in it no title."""
    surnames = {key.split()[-1] for key, r in readings.items() if " " in key and r.kind == "person"}
    for reading in readings.values():
        for span in reading.places:
            tokens = blocks[span.block].tokens
            inside = tokens[span.last : span.last + 3]
            if len(inside) == 3 and (inside[0].text, inside[2].text) == ("(", ")") and fold(inside[1].text) in surnames:
                reading.features.add("actor_paren_after")
            if span.first and tokens[span.first - 1].text == "(" and fold(reading.text) in surnames:
                reading.features.discard("paren_after_person")
    for reading in readings.values():
        reading.decide()


def worth(span: Span, reading: Reading) -> float:
    """What a span counts for in the cover; a title in quotation marks stands whole, whatever else its words may be."""
    words = math.pow(span.last - span.first, 0.9)
    return reading.probability * words + (10 if "quoted" in span.shapes and reading.kind == "show" else 0)


def _best_cover(spans: list[tuple[Span, Reading]]) -> list[tuple[Span, Reading]]:
    """Weighted interval scheduling: of overlapping spans, those with the highest sum of likelihood times length."""
    spans = sorted(spans, key=lambda s: (s[0].last, s[0].first))
    best: list[tuple[float, int, bool]] = [(0.0, 0, False)]
    lasts = [s.last for s, _ in spans]
    for i, (span, reading) in enumerate(spans):
        value = worth(span, reading)
        k = i
        while k > 0 and lasts[k - 1] > span.first:
            k -= 1
        taken = value + best[k][0]
        best.append((taken, k, True) if taken > best[i][0] else (best[i][0], i, False))
    out = []
    i = len(spans)
    while i > 0:
        _, before, used = best[i]
        if used:
            out.append(spans[i - 1])
        i = before
    return out[::-1]


def carry(blocks: Sequence[Block], chosen: Sequence[tuple[Span, Reading]], text: str) -> list[Mention]:
    """The mentions of an article: the spans that stay, and every further place where their strings stand."""
    trie: Trie[Reading] = Trie()
    folded: Trie[Reading] = Trie()
    taken: dict[int, set[int]] = defaultdict(set)
    out: list[Mention] = []
    for span, reading in chosen:
        taken[span.block].update(range(span.first, span.last))
        tokens = blocks[span.block].tokens[span.first : span.last]
        parts = [p for t in tokens for p in ATOM.findall(t.text)]
        if reading.kind != "other" and len("".join(parts)) > 1:
            trie.add(parts, reading)
            folded.add([p.lower() for p in parts], reading)
        out.append(_mention(blocks[span.block], span.first, span.last, reading, text))
    for number, block in enumerate(blocks):
        for first, last, value in find_phrases(block.tokens, folded if block.heading else trie, fold=block.heading):
            if taken[number].isdisjoint(range(first, last)) and (is_name(block.tokens[first]) or block.heading or block.tokens[first].text.isdigit()):
                if block.tokens[first].text.isdigit() and last - first == 1 and block.tokens[first].ent in ("DATE", "TIME", "MONEY", "PERCENT"):
                    continue
                if value.kind == "show" and last - first == 1 and not block.heading and last not in taken[number] and goes_on(block.tokens, last):
                    continue
                out.append(_mention(block, first, last, value, text))
    return sorted((m for m in out if m.kind != "other"), key=lambda m: (m.start, m.end))


def _mention(block: Block, first: int, last: int, reading: Reading, text: str) -> Mention:
    start, end = block.tokens[first].start, block.tokens[last - 1].end
    return Mention(reading.kind, text[start:end], start, end, "", reading.source, reading.confidence)
