"""Find the spans of a block that may name something: quoted titles, known companies, runs of capitals.

Nothing is decided here. Every span comes with the shapes that it was found by; spans may overlap.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any, TypeVar

from pipeline.gazetteer import gazetteer
from pipeline.records import Block, Token
from pipeline.tag.blocks import labelled
from pipeline.tag.runs import barred_tokens, is_name, runs, without_season
from pipeline.vocabulary import Company, Trie, companies, famous_titles, fold_title, word_kinds, word_set

T = TypeVar("T")
#: The longest title in words that is looked up or joined.
LONGEST_TITLE = 12
#: How many runs of capitals may be joined into one title ("Law & Order: Special Victims Unit").
MOST_PIECES = 5
ATOM = re.compile(r"\w+|[^\w\s]")
# "1995", "2046": no "1080", no "3000"
YEAR = re.compile(r"(?:19|20)\d\d")
JOINS = {
    "of": "join_of", "'s": "join_possessive", "'": "join_possessive", ":": "join_colon", ",": "join_comma", "&": "join_ampersand", "and": "join_and",
    "the": "", "a": "", "an": "", "-": "", "+": "join_ampersand", "/": "join_ampersand", "n'": "", "'n'": "", "!": "join_comma",
}  # fmt: skip
PREPOSITIONS = {"in", "for", "to", "on", "with", "at", "from", "by", "is", "as", "or", "vs.", "vs", "de", "la", "le", "del", "my", "your", "it", "up", "out", "over"}
#: Labels of our own tagger that name something.
NAMED = ("SHOW", "PERSON", "COMPANY", "CHARACTER")
#: What enters a span: (first, last, *shapes).
Add = Callable[..., Any]


@dataclass(slots=True)
class Span:
    """A run of tokens ``[first, last)`` of one block that may be a name, with the shapes it was found by."""

    block: int
    first: int
    last: int
    shapes: set[str] = field(default_factory=set)
    company: Company | None = None
    #: the tokens that the tagger marked for it: more than its own where it is one of two that a sign joins
    marked: tuple[int, int] | None = None
    #: whether a company known by name stands at its beginning ("NBCU Global TV Distribution")
    extends: bool = False


def atoms(tokens: Sequence[Token]) -> tuple[list[str], list[int]]:
    """The words and signs of the tokens, and for each the token that it belongs to."""
    parts, owners = [], []
    for i, token in enumerate(tokens):
        for part in ATOM.findall(token.text):
            parts.append(part)
            owners.append(i)
    return parts, owners


def find_phrases(tokens: Sequence[Token], trie: Trie[T], fold: bool = False) -> Iterator[tuple[int, int, T]]:
    """Longest matches of a trie of atoms that begin and end at token borders: (first, last, value)."""
    parts, owners = atoms(tokens)
    words = [p.lower() for p in parts] if fold else parts
    i = 0
    while i < len(words):
        hit = trie.longest(words, i) if i == 0 or owners[i - 1] != owners[i] else None
        if hit and (hit[0] == len(words) or owners[hit[0]] != owners[hit[0] - 1]):
            yield owners[i], owners[hit[0] - 1] + 1, hit[1]
            i = hit[0]
        else:
            i += 1


@lru_cache(maxsize=1)
def _company_trie() -> Trie[tuple[Company, str]]:
    trie: Trie[tuple[Company, str]] = Trie()
    for form, company in companies().items():
        trie.add(ATOM.findall(form), (company, form))
        if form.upper() not in companies() and len(form) > 3 and " " not in form:
            trie.add(ATOM.findall(form.upper()), (company, form))
    return trie


def is_title_shaped(tokens: Sequence[Token]) -> bool:
    """Whether quoted words are set as a title: every long word in capitals, not many words, no sentence."""
    if not tokens or len(tokens) > LONGEST_TITLE + 4:
        return False
    small = word_set("titles", "small")
    words = [t for t in tokens if any(c.isalnum() for c in t.text) and t.text not in ("'s", "n't", "'m", "'re", "'ll", "'ve", "'d")]
    if not words or not (is_name(words[0]) or words[0].text[0].isdigit()):
        return len(words) == 1 and len(tokens) == 3 and tokens[1].text == "-"  # black-ish
    return all(is_name(w) or w.text[0].isdigit() or w.lower in small for w in words)


def quoted(tokens: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
    """What stands in quotation marks: (first, last, mark) without the marks."""
    opened: int | None = None
    for i, token in enumerate(tokens):
        if token.text != '"':
            continue
        if opened is None:
            opened = i + 1
        else:
            yield opened, i, '"'
            opened = None
    opened = None
    for i, token in enumerate(tokens):
        before = tokens[i - 1].end if i else -1
        follows_space = before < token.start
        if token.text == "'" and (opened is None or follows_space) and (follows_space or tokens[i - 1].text in '("') and i + 1 < len(tokens) and tokens[i + 1].start <= token.end:
            opened = i + 1
        elif token.text == "'" and opened is not None and i > opened:
            if i - opened <= LONGEST_TITLE:
                yield opened, i, "'"
            opened = None


def _spoken(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether quotation marks hold a sentence somebody says, "Mostly luck.", no title: begun where a sentence begins, ended by a sentence's end."""
    before = tokens[first - 2] if first > 1 else None
    begins = before is not None and (before.text in (".", "!", "?", ":", '"') or before.lower in word_set("people", "says"))
    return begins and tokens[last - 1].text in (".", "!", "?") and last - first > 2


def _trim(tokens: Sequence[Token], first: int, last: int) -> tuple[int, int]:
    while last > first and tokens[last - 1].text in (",", ".", ";", ":", '"') and not (tokens[last - 1].text == "." and last - first > 1 and len(tokens[last - 2].text) == 1):
        last -= 1
    return first, last


def title_key(tokens: Sequence[Token]) -> str:
    """How the gazetteer spells a title: lower case, signs other than ' and - as spaces."""
    text = "".join((" " if i and t.start > tokens[i - 1].end else "") + t.text for i, t in enumerate(tokens))
    return fold_title(text)


def find_spans(block: Block, number: int) -> list[Span]:
    """Every span of a block that may name something, in order of first and last token."""
    tokens = block.tokens
    found: dict[tuple[int, int], Span] = {}
    known: set[int] = set()
    tickers = _tickers(tokens)
    joining = any(t.text in ("/", "&", "-") for t in tokens)

    def add(first: int, last: int, *shapes: str) -> Span | None:
        last = without_season(tokens, first, last)
        if first >= last or first in tickers or not any(c.isalnum() for t in tokens[first:last] for c in t.text):
            return None
        if joining and (first, last) not in found and _joints(tokens, first, last, known):
            return None
        span = found.setdefault((first, last), Span(number, first, last))
        span.shapes.update(s for s in shapes if s)
        return span

    for first, last, mark in quoted(tokens):
        a, b = _trim(tokens, first, last)
        if is_title_shaped(tokens[a:b]):
            inside = first > 1 and last + 1 < len(tokens) and is_name(tokens[first - 2]) and is_name(tokens[last + 1]) and tokens[last].end < tokens[last + 1].start
            nickname = mark == "'" and inside and b - a == 1 and b == last
            add(a, b, "nickname" if nickname else "spoken" if _spoken(tokens, first, last) else "quoted")
    for first, last, (company, form) in find_phrases(tokens, _company_trie()):
        span = add(first, last, "vocabulary_ambiguous" if form in company.ambiguous else "vocabulary")
        if span:
            span.company = company
        if form not in company.ambiguous:
            known.update(range(first, last))
    barred = barred_tokens(tokens)
    if not block.heading:
        _add_runs(tokens, known, barred, add)
    _add_known_titles(tokens, add)
    for first, last in untitled(tokens):
        add(first, last, "untitled")
    i = 0
    while i < len(tokens):
        j = i + 1
        while j < len(tokens) and tokens[j].ent == tokens[i].ent and tokens[j].ent and not tokens[j].ent_start:
            j += 1
        if tokens[i].ent in ("PERSON", "WORK_OF_ART", "ORG") and is_name(tokens[i]) and is_name(tokens[j - 1]) and j - i > 1 and i not in barred and (not block.heading or tokens[i].ent == "PERSON") and is_title_shaped([t for t in tokens[i:j] if t.text[0].isalnum()]):
            add(i, j, *_join_shapes(tokens, i, j))
        i = j
    for first, last in labelled(tokens):
        while last - first > 1 and not is_name(tokens[last - 1]) and tokens[last - 1].lower in word_set("titles", "small"):
            last -= 1  # "Breath of Life and"
        while tokens[first].label == "PERSON" and first in barred and first + 1 < last:
            first += 1  # "Showrunner Jane Doe", all taken for the name
        if tokens[first].label in NAMED:
            add(first, last, *_join_shapes(tokens, first, last))
        joints = _joints(tokens, first, last, known) if joining else []
        for a, b in pairwise((first - 1, *joints, last)) if joints else ():
            if half := add(a + 1, b):
                half.marked = (first, last)
    return [found[k] for k in sorted(found)]


def _joints(tokens: Sequence[Token], first: int, last: int, known: set[int]) -> list[int]:
    """Where a run of tokens joins two names: "NBC/DirecTV", both known companies; "Jane Doe-John Roe", where first names stand at both beginnings, not "Anya Taylor-Joy"."""
    signs = [k for k in range(first + 1, last - 1) if tokens[k].text in ("/", "&")]
    if signs and known.issuperset(set(range(first, last)) - set(signs)):
        return signs
    given = gazetteer().given
    return [k for k in range(first + 2, last - 2) if tokens[k].text == "-" and is_name(tokens[k + 2]) and is_name(tokens[k + 1]) and tokens[first].lower in given and tokens[k + 1].lower in given]


def untitled(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Projects that are named by whom or what they are about, "untitled Jane Doe drama"; no "untitled comedy from Jane Doe", no "three untitled Star Wars films"."""
    lowers = [t.lower for t in tokens]
    for first, word in enumerate(lowers):
        i = first + 1
        while word == "untitled" and i < min(len(tokens), first + LONGEST_TITLE):
            noun = word_kinds("shows").longest(lowers, i)
            last = noun[0] if noun else i + (lowers[i] == "project")
            if last > i and (lowers[last - 1] == "series" or not lowers[last - 1].endswith("s")):
                if i > first + 1:
                    yield first, last
                break
            if not (is_name(tokens[i]) or tokens[i].text[0].isdigit() or lowers[i] in ("&", "-", "/", "'s", "and", "'")):
                break
            i += 1


def _tickers(tokens: Sequence[Token]) -> set[int]:
    """The signs under which shares are listed, no names: what follows an exchange and a colon, "(NASDAQ: LNTA, LNTB)"."""
    out: set[int] = set()
    for i, token in enumerate(tokens[:-1]):
        if token.lower in word_set("context", "exchanges") and tokens[i + 1].text == ":":
            k = i + 2
            while k < len(tokens) and ((is_name(tokens[k]) and len(tokens[k].text) <= 5) or tokens[k].text in (",", "and", ".")):
                out.add(k)
                k += 1
    return out


def _add_runs(tokens: Sequence[Token], known: set[int], barred: set[int], add: Add) -> None:
    pieces = runs(tokens, set())
    strict: list[tuple[int, int]] = []
    for first, last in pieces:
        strict += [(first + a, first + b) for a, b in runs(tokens[first:last], {i - first for i in barred if first <= i < last})]
        if first not in barred:
            for end in _ends(tokens, last):
                add(first, end)
    for first, last in strict:
        add(first, last)
        # a company known by name at a run's edge leaves the rest to stand alone: "HBO Watchmen"
        a, b = first, last
        while a < b and a in known:
            a += 1
        while b > a and (b - 1) in known:
            b -= 1
        suffixed = word_kinds("companies").longest([tokens[last - 1].lower], 0) is not None
        abroad = first < a < last == b and all(t.lower in gazetteer().places for t in tokens[a:b])
        if abroad:  # "Lionsgate India": the arm of a company in a country
            add(first, last, "company_suffix").extends = True
        elif not (suffixed and a > first and b == last):
            add(a, b)
        elif b > a:
            add(first, last).extends = True
        if last - first > 1 and tokens[first].sent != (tokens[first - 1].sent if first else -1) and tokens[first].lower in word_set("stop", "words"):
            add(first + 1, last)
        if last - first > 2 and tokens[first].ent in ("NORP", "GPE"):
            add(first + 1, last)
    for k in range(len(pieces)):
        for m in range(k + 1, min(len(pieces), k + MOST_PIECES)):
            gap = tokens[pieces[m - 1][1] : pieces[m][0]]
            if len(gap) > 3 or not gap or tokens[pieces[m][0]].sent != tokens[pieces[k][0]].sent:
                break
            if not all(t.lower in JOINS or t.lower in PREPOSITIONS for t in gap):
                break
            if pieces[k][0] not in barred:
                for end in _ends(tokens, pieces[m][1]):
                    add(pieces[k][0], end, *_join_shapes(tokens, pieces[k][0], end))
    for i, token in enumerate(tokens):
        if token.text.isdigit() and len(token.text) <= 4 and i and tokens[i - 1].lower in ("of", "series", "drama", "on", "to", "'s", "film", "show"):
            add(i, i + 1, "number_only")


def _ends(tokens: Sequence[Token], last: int) -> Iterator[int]:
    """Where a run of capitals that ends before ``last`` may end as a name: there, after the year of "Dinner 1995", after "'s" if nothing is owned ("Call at Lucille's,")."""
    yield last
    after = tokens[last].text if last < len(tokens) else ""
    if YEAR.fullmatch(after) and tokens[last].start > tokens[last - 1].end:
        yield last + 1
    elif after == "'s" and (last + 1 == len(tokens) or not tokens[last + 1].text[0].isalnum()):
        yield last + 1


def _join_shapes(tokens: Sequence[Token], first: int, last: int) -> list[str]:
    shapes = []
    for t in tokens[first + 1 : last - 1]:
        if t.lower in JOINS:
            shapes.append(JOINS[t.lower])
        elif t.lower in PREPOSITIONS and not is_name(t) and t.lower not in word_set("people", "particles"):
            shapes.append("join_preposition")
    return shapes


@lru_cache(maxsize=1)
def _first_words() -> frozenset[str]:
    """The words that known titles begin with."""
    return frozenset(title.split(" ")[0] for titles in (gazetteer().titles, famous_titles()) for title in titles)


def goes_on(tokens: Sequence[Token], i: int) -> bool:
    """Whether a name goes on at token i: "River" in "the River Lea"; no "River Season 2", no "River (ITV)"."""
    return i < len(tokens) and is_name(tokens[i]) and tokens[i].sent == tokens[i - 1].sent and tokens[i].lower not in word_set("context", "show_words")


def _add_known_titles(tokens: Sequence[Token], add: Add) -> None:
    titles, famous, firsts = gazetteer().titles, famous_titles(), _first_words()
    for i, token in enumerate(tokens):
        if (not is_name(token) and not token.text[0].isdigit()) or title_key([token]).split(" ")[0] not in firsts:
            continue
        for j in range(min(len(tokens), i + 9), i, -1):
            key = title_key(tokens[i:j]) if is_name(tokens[j - 1]) or tokens[j - 1].text[0].isdigit() or tokens[j - 1].text in "!?" else ""
            if (key in famous and not (j == i + 1 and goes_on(tokens, j))) or (j > i + 1 and key in titles):
                add(i, j, *_join_shapes(tokens, i, j))
                break
