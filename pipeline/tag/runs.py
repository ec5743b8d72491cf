"""Runs of capitals: which words are written as names, where a run of them goes on and what ends it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from pipeline.records import Token
from pipeline.vocabulary import number, office_end, role_nouns, word_set

# "iZombie", "eOne": a name that begins small; no "e-mail"
SMALL_FIRST = re.compile(r"[a-z]+[A-Z]\w+")
# "S2", "S10": a season after a title, no part of it
SEASON = re.compile(r"S\d{1,2}")


def is_name(token: Token) -> bool:
    """Whether a token is written as part of a name: a capital first, or a figure with letters."""
    return _written_as_name(token.text)


@lru_cache(maxsize=100_000)
def _written_as_name(text: str) -> bool:
    return text[0].isupper() or (text[0].isdigit() and any(c.isupper() for c in text)) or bool(SMALL_FIRST.fullmatch(text))


def runs(tokens: Sequence[Token], barred: set[int]) -> list[tuple[int, int]]:
    """Maximal runs of capitalised tokens, with the particles, initials and hyphens inside names."""
    particles, suffixes = word_set("people", "particles"), word_set("people", "suffixes")
    found: list[tuple[int, int]] = []
    i = 0
    while i < len(tokens):
        if not is_name(tokens[i]) or i in barred:
            i += 1
            continue
        j = i + 1
        while j < len(tokens) and j not in barred:
            if is_name(tokens[j]):
                j += 1
            elif tokens[j].text == "-" and j + 1 < len(tokens) and is_name(tokens[j + 1]) and tokens[j].start == tokens[j - 1].end and tokens[j + 1].start == tokens[j].end:
                j += 2
            elif tokens[j].lower in particles and (k := _past(tokens, j, particles)) < len(tokens) and is_name(tokens[k]) and k not in barred:
                j = k + 1
            elif tokens[j].text == "," and j + 1 < len(tokens) and tokens[j + 1].lower in suffixes and j > i + 1:
                j += 2
            elif tokens[j].text.isdigit() and len(tokens[j].text) <= 3 and tokens[j].start > tokens[j - 1].end and not (j + 1 < len(tokens) and tokens[j + 1].text in ("%", "-")):
                j += 1  # "Smile 2", "Studio 60"
            else:
                break
        found.append((i, without_season(tokens, i, j)))
        i = j
    return found


def _past(tokens: Sequence[Token], i: int, words: frozenset[str]) -> int:
    while i < len(tokens) and tokens[i].lower in words and not is_name(tokens[i]):
        i += 1
    return i


def barred_tokens(tokens: Sequence[Token]) -> set[int]:
    """Capitalised tokens that end a run: titles of office ("Executive Vice President"), months and weekdays, stop words."""
    barred: set[int] = set()
    words = [t.lower for t in tokens]
    nouns = role_nouns()
    i = 0
    while i < len(words):
        flat = [w for w in words[i : i + 6] if w != "-"]
        hit = nouns.longest(flat, 0)
        if (office := office_end(words, i)) > i and is_name(tokens[i]):
            barred.update(range(i, office))
            i = office
            continue
        if hit and is_name(tokens[i]) and not (hit[0] == 1 and words[i] in ("judge", "judges", "star", "stars", "host", "hosts", "chief", "head", "boss", "rep", "chair", "principal", "manager", "owner", "editor") and words[i + 1 : i + 2] != ["of"]):
            size, j = 0, i
            while size < hit[0]:
                size += words[j] != "-"
                j += 1
            barred.update(range(i, j))
            i = j
        else:
            i += 1
    departments = word_set("arms", "departments")
    stop, honorifics = word_set("stop", "words"), word_set("people", "honorifics")
    for i, token in enumerate(tokens):
        if token.lower in honorifics and token.lower not in ("king", "queen", "judge", "chief", "sister", "father", "agent", "prince"):
            barred.add(i)
        if token.lower in departments and i and (tokens[i - 1].lower in ("of", "&") or (i - 1) in barred) and i + 1 < len(tokens):
            barred.add(i)
        if token.lower in word_set("people", "occupations") and i + 1 < len(tokens) and is_name(tokens[i + 1]) and (i == 0 or tokens[i - 1].sent != token.sent):
            barred.add(i)
        if token.ent in ("DATE", "TIME") and token.lower in stop and token.lower not in ("may",):
            barred.add(i)
    return barred


def without_season(tokens: Sequence[Token], first: int, last: int) -> int:
    """Where a span ends without the season that is told after a title: "Loki S2", "Loki Season 2"; no "Studio 60"."""
    if last - first > 1 and SEASON.fullmatch(tokens[last - 1].text):
        return last - 1
    if last - first > 2 and tokens[last - 2].lower in ("season", "series") and number(tokens[last - 1].lower) is not None:
        return last - 2
    return last
