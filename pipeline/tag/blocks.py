"""Cut a text into blocks and these into tokens, and run the tagger over them.

The tagger sees a *view* of each block: white space folded, curly quotes straightened, capitals of
headlines and of names in capitals lowered. Every character of the view knows where it stands in
the text, so that all offsets point into the text as stored.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.records import Block, Span, Token
from pipeline.tag.network import Tagger
from pipeline.told import Read, Told
from pipeline.vocabulary import DATA, companies, word_set

if TYPE_CHECKING:
    from spacy.tokenizer import Tokenizer
    from spacy.tokens import Doc

#: Where our own tagger stands.
TAGGER = DATA / "tagger"
#: A line shorter than this was not broken to fit a page: what follows is a line of its own.
WRAPPED = 50
#: No page is wider: where longer lines hold more than a tenth of a text, it is not broken to fit one, and each of its lines stands alone.
WIDEST = 120
#: A paragraph longer than this, in characters, is cut into parts of about one length: the network has learned on paragraphs of some lines (chosen on dev).
PARAGRAPH = 700
#: Where no sentence ends for so long, a cut is made anywhere: the tokenizer needs memory with the length.
LONGEST = 20_000

# A list item: a bullet, or a number with a point, then a space.
BULLET = re.compile(r"\s*(?:[*•·▪‣–-]|\d{1,2}[.)])\s+")
# A sentence's end and the white space after it, where a long paragraph may be cut: "renewed. The", "luck.” She"; not "Bros. Discovery" (an abbreviation), "St. Louis", "J. J. Abrams", "“Oz” Stars".
SENTENCE_END = re.compile(r"""(?P<last>[\w”"’')]{4,}[.!?])[”"’')]*\s+(?=["“‘'(]?[A-Z])""")
QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "´": "'", "`": "'", "–": "-"})
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad®™©"
#: Tokens that end with a point of their own.
ABBREVIATIONS = {"bros.", "inc.", "corp.", "ltd.", "jan.", "feb.", "mar.", "apr.", "aug.", "sept.", "oct.", "nov.", "dec.", "prof.", "capt.", "prods.", "mrs.", "lieut.", "sgt.", "gov.", "sen.", "rep.", "col.", "gen."}
#: Ranks whose point the tokenizer cuts off: "Lt. Jane Doe" is no sentence's end.
RANKS = {"lt", "sgt", "det", "insp", "supt", "rev", "hon", "cpl", "pvt", "cmdr", "maj", "brig"}
# A word in capitals: at least two letters, no small one; "McGRAW" and "O'BRIAN" count.
CAPITALS = re.compile(r"(?:Ma?c)?[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ'’.\-]+(?![a-zß-ÿ])")


@lru_cache(maxsize=1)
def load_tokenizer() -> Tokenizer:
    """spaCy's tokenizer of English."""
    import spacy

    return spacy.blank("en").tokenizer


@lru_cache(maxsize=8)
def load_tagger(path: Path = TAGGER) -> Tagger:
    """Load our own tagger of shows, people, companies, roles, characters, works and dates (``callsheet train``)."""
    return Tagger(path)


def split_blocks(text: str) -> list[Span]:
    """Cut a text into blocks: at blank lines, at list items, and after lines that were not broken to fit a page."""
    lengths = [len(line) for line in text.splitlines()]
    paged = 10 * sum(n for n in lengths if n > WIDEST) <= sum(lengths)
    spans: list[Span] = []
    start, end = 0, 0
    position = 0
    previous = ""
    for line in text.splitlines(keepends=True):
        body = line.strip()
        if not body:
            spans.append((start, end))
            start = end = position + len(line)
        elif previous and (not paged or len(previous) < WRAPPED or BULLET.match(line)):
            spans.append((start, end))
            start, end = position, position + len(line)
        else:
            end = position + len(line)
        previous = body
        position += len(line)
    spans.append((start, end))
    return [part for span in spans for part in _parts(text, *span) if text[slice(*part)].strip()]


def _parts(text: str, start: int, end: int) -> Iterator[Span]:
    """A paragraph in parts of about one length, cut where a sentence ends that nobody says."""
    ends: list[int] = []
    said = {'"': 0, "“": 0, "”": 0}
    seen = start
    for m in SENTENCE_END.finditer(text, start, end) if end - start > PARAGRAPH else ():
        for mark in said:
            said[mark] += text.count(mark, seen, m.end())
        seen = m.end()
        if said['"'] % 2 == 0 and said["“"] <= said["”"] and m["last"].lower() not in ABBREVIATIONS:
            ends.append(m.end())
    while end - start > PARAGRAPH:
        ideal = start + (end - start) / math.ceil((end - start) / PARAGRAPH)
        k = bisect_left(ends, ideal)
        cut = min((e for e in ends[max(0, k - 1) : k + 1] if e > start), key=lambda e: abs(e - ideal), default=end)
        if cut - start > LONGEST:
            cut = start + LONGEST
        if cut >= end:
            break
        yield start, cut
        start = cut
    yield start, end


# "Starring Jane Doe", "Executive Producers: A and B": a line of credits, however its words begin; not "Starring Role for Doe"
CREDIT_LINE = re.compile(r"(?i)(?:co-)?(?:starring|featuring|with|(?:written|directed|created|produced|hosted|narrated)(?: and (?:directed|produced))? by) [A-Z]|(?:[\w-]+ ){0,2}(?:creators?|cast|stars?|directors?|writers?|producers?|hosts?|showrunners?|composer|editor|narrator|presenters?|judges|director of photography)(?: by)?: ?\S")


def is_heading(text: str) -> bool:
    """Whether a block is set as a headline: no sentence's end, and nearly all its longer words in capitals.

    >>> is_heading("NBC Orders Second Season of “The Valley”"), is_heading("Jane Doe will star in it.")
    (True, False)
    >>> is_heading("• Creators: Ann Lee and Bo Sand"), is_heading("Starring Ann Lee and Bo Sand")
    (False, False)
    """
    body = text.strip()
    if len(body) > 250 or body.endswith((".", ":", ",")) or "@" in body:
        return False
    if body[0] in "•*·▪●" or CREDIT_LINE.match(body):
        return False
    words = [w for w in re.findall(r"[^\W\d_][\w'’]*", body) if len(w) > 3]
    return len(words) >= 2 and sum(w[0].isupper() for w in words) >= 0.8 * len(words)


def _lower_capitals(view: str, shouting: bool) -> str:
    """Lower names and headlines in capitals to title case; known acronyms and short ones stay."""
    known, small = companies(), word_set("titles", "small")

    def lower(match: re.Match[str]) -> str:
        word = match[0]
        letters = sum(c.isalpha() for c in word)
        if word in known or letters < 2 or "." in word.rstrip("."):
            return word
        if not shouting and not _neighbour_in_capitals(view, match):
            return word
        if shouting and word.lower() in small:
            return word.lower()
        lowered = re.sub(r"[^\W\d_]+", lambda m: m[0][:1] + m[0][1:].lower(), word)
        lowered = re.sub(r"^(Mac|Mc)([a-z])", lambda m: m[1] + m[2].upper(), lowered) if word[1:2].islower() else lowered
        lowered = re.sub(r"'S\b", "'s", lowered)
        return lowered if len(lowered) == len(word) else word

    return CAPITALS.sub(lower, view)


def _neighbour_in_capitals(view: str, match: re.Match[str]) -> bool:
    before = view[: match.start()].rsplit(None, 1)[-1:] or [""]
    after = view[match.end() :].split(None, 1)[:1] or [""]
    least = 2 if len(match[0]) > 3 else 4
    return any(len(w) >= least and w.isupper() for w in (w.strip("(),.;:'\"") for w in (before[0], after[0])))


def view_of(text: str, start: int, end: int) -> tuple[str, list[int]]:
    """What the tagger sees of one block, and for each of its characters the offset in the text."""
    chars: list[str] = []
    offsets: list[int] = []
    for i in range(start, end):
        c = text[i]
        if c in INVISIBLE or (not c.isprintable() and not c.isspace()):
            continue
        if c.isspace():
            if not chars or chars[-1] == " ":
                continue
            c = " "
        if c == "-" and text[i : i + 2] == "--":
            # "SEATTLE--(WIRE)--": two hyphens are a dash and stand apart
            if i > start and text[i - 1] != "-":
                chars += " — "
                offsets += [i, i, i]
            continue
        if c == "-" and i > start and text[i - 1] == "-":
            continue
        chars.append(c.translate(QUOTES))
        offsets.append(i)
    while chars and chars[-1] == " ":
        chars.pop()
        offsets.pop()
    view = "".join(chars)
    letters = [c for c in view if c.isalpha()]
    shouting = len(letters) > 8 and sum(c.isupper() for c in letters) > 0.8 * len(letters)
    return _lower_capitals(view, shouting), offsets


def starts_sentence(before: Sequence[str], word: str, spaced: bool = True) -> bool:
    """Whether a sentence starts with ``word`` after the last few tokens; the model's own ends break titles and lists.

    >>> starts_sentence(["season", "five", "."], "Ronald"), starts_sentence(["season", "five", "."], "and")
    (True, False)
    >>> starts_sentence([":", "Lt", "."], "Jane")
    False
    """
    if not (word[0].isupper() or word[0].isdigit() or word in ('"', "'", "(")):
        return False
    last = before[-1]
    if last == "." and len(before) > 1 and before[-2].lower() in RANKS:
        return False
    if last in (".", "!", "?", "…"):
        return word not in ('"', "'") or len(before) < 2 or before[-2] != '"'
    if last in ('"', "'", ")") and len(before) > 1 and before[-2] in (".", "!", "?"):
        return spaced  # else the quote opens what it stands before
    if last.lower() in ("tv.", "uk.", "us.", "la."):
        return True
    return last.endswith(".") and len(last) > 3 and last[-2].islower() and last.lower() not in ABBREVIATIONS


def _block(doc: Doc, read: Read, told: Told, offsets: Sequence[int], span: Span, heading: bool) -> Block:
    sent, spaced = 0, False
    tokens: list[Token] = []
    words: list[str] = []
    for t, label, part, ent in zip(doc, read.labels, read.parts, read.ents, strict=True):
        word, at = t.text, t.idx
        closing = not spaced and word in ('"', "'")
        if words and not closing and starts_sentence(words[-3:], word, spaced):
            sent += 1
        start, end = offsets[at], offsets[at + len(word) - 1] + 1
        tokens.append(Token(word, start, end, part, *ent, sent, *label))
        words.append(word)
        spaced = bool(t.whitespace_)
    return Block(tuple(tokens), *span, heading, read, told)


def read_blocks(text: str, tokenizer: Tokenizer, tagger: Tagger) -> list[Block]:
    """Tokenize and tag one text, block by block."""
    spans = [s for s in split_blocks(text)]
    views = [view_of(text, *s) for s in spans]
    docs = [(tokenizer(v), s, o) for s, (v, o) in zip(spans, views, strict=True) if v]
    return [_block(doc, *tagger.read([t.text for t in doc]), o, s, is_heading(text[s[0] : s[1]])) for doc, s, o in docs]


def labelled(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """The spans that our own tagger marked: (first, last)."""
    i = 0
    while i < len(tokens):
        j = i + 1
        while j < len(tokens) and tokens[i].label and tokens[j].label == tokens[i].label and not tokens[j].label_start:
            j += 1
        if tokens[i].label:
            yield i, j
        i = j
