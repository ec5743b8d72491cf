"""Load the word lists of ``pipeline/data``, and a user's own: vocabulary is data, grammar is code.

One loader for every file. A fault in our own data (an unknown column, a double, a form claimed by
two rows) raises ``VocabularyError`` with file and line: it is ours to mend, not the user's.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from pipeline.config import config

T = TypeVar("T")

DATA = Path(__file__).parent / "data"

#: TABLES: vocabularies that are part of the public contract.
SHOW_KINDS = ("series", "film", "special", "podcast", "other")
COMPANY_KINDS = ("network", "streamer", "studio", "production company", "distributor", "publisher", "agency", "other")
ROLE_GROUPS = ("creative", "cast", "business", "press")
STATUSES = ("former", "incoming")
DATE_KINDS = ("published", "premiere", "finale", "release", "production", "setting", "event", "other")
PRECISIONS = ("day", "week", "month", "season", "quarter", "half", "year", "decade", "range")
SHOW_COMPANY_RELATIONS = ("network", "production", "distribution")
LINK_RELATIONS = ("spinoff_of", "prequel_to", "sequel_to", "remake_of", "based_on")
OTHER_KINDS = ("show", "film", "book", "comic", "game", "podcast", "play", "article", "format", "other")
SHOW_EVENTS = ("in_development", "ordered", "renewed", "cancelled", "ended", "premiere", "acquired")
PERSON_EVENTS = ("hired", "promoted", "departed")
MENTION_KINDS = ("show", "person", "company", "role", "date")
#: Roles that no noun or verb of roles.csv names by itself.
RELATIONAL_ROLES = {"Affiliated": "business", "Client": "business"}


class VocabularyError(ValueError):
    """A fault in a file of ``pipeline/data``."""


def words_of(text: str) -> tuple[str, ...]:
    """Split a phrase as the tagger's tokens are split for look-up: lower case, hyphens dropped.

    >>> words_of("Co-Executive Producer")
    ('co', 'executive', 'producer')
    """
    folded = text.replace("’", "'").lower()
    return tuple(re.findall(r"[^\s\-–]+", folded))


def read_rows(name: str, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a CSV file in ``pipeline/data`` with their line numbers; lines that begin with # are skipped."""
    path = DATA / name
    lines = [(n, line) for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if line and not line.startswith("#")]
    header = next(csv.reader([lines[0][1]]))
    if tuple(header) != tuple(columns):
        raise VocabularyError(f"{path}:{lines[0][0]}: columns are {header}, not {list(columns)}")
    for (n, _), cells in zip(lines[1:], csv.reader(line for _, line in lines[1:]), strict=True):
        if len(cells) != len(header):
            raise VocabularyError(f"{path}:{n}: {len(cells)} cells, not {len(header)}")
        yield n, dict(zip(header, cells, strict=True))


class Trie(Generic[T]):
    """Longest-match look-up of phrases as sequences of words; building and asking are both linear."""

    def __init__(self) -> None:
        self._root: dict[Any, Any] = {}

    def add(self, words: Sequence[str], value: T) -> T | None:
        """Enter a phrase; returns the value it already had, or None."""
        node = self._root
        for word in words:
            node = node.setdefault(word, {})
        old: T | None = node.get(None)
        node[None] = value
        return old

    def longest(self, words: Sequence[str], start: int, passed: str = "") -> tuple[int, T] | None:
        """The longest phrase that begins at ``start``: (one past its last word, value); inside it words like ``passed`` are passed over."""
        node, best = self._root, None
        for i in range(start, len(words)):
            if words[i] not in node:
                if words[i] == passed and i > start:
                    continue
                break
            node = node[words[i]]
            if None in node:
                best = (i + 1, node[None])
        return best


@dataclass(frozen=True, slots=True)
class Company:
    """A company that the trade knows; ``ambiguous`` forms count only in context."""

    name: str
    kind: str
    aliases: tuple[str, ...]
    ambiguous: frozenset[str]


@dataclass(frozen=True, slots=True)
class RoleVerb:
    role: str
    form: str  # base, third, past, participle, gerund


ROLE_COLUMNS = ("role", "group", "nouns", "crafts")


def split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


@lru_cache(maxsize=1)
def companies() -> dict[str, Company]:
    """Every known form of a company's name, exactly as written -> the company."""
    forms: dict[str, Company] = {}
    for n, row in read_rows("companies.csv", ("name", "kind", "aliases", "ambiguous")):
        if row["kind"] not in COMPANY_KINDS:
            raise VocabularyError(f"companies.csv:{n}: kind {row['kind']!r} is none of {', '.join(COMPANY_KINDS)}")
        company = Company(row["name"], row["kind"], split(row["aliases"]), frozenset(split(row["ambiguous"])))
        for form in (company.name, *company.aliases):
            if form in forms:
                raise VocabularyError(f"companies.csv:{n}: {form!r} is already a form of {forms[form].name!r}")
            forms[form] = company
        if not company.ambiguous <= {company.name, *company.aliases}:
            raise VocabularyError(f"companies.csv:{n}: an ambiguous form is neither the name nor an alias")
    for own in config().of_kind("company"):
        company = Company(own.name, own.subkind, own.aliases, frozenset())
        forms.update(dict.fromkeys((own.name, *own.aliases), company))
    return forms


def plural(noun: str) -> str:
    """The plural of a role noun.

    >>> plural("managing director"), plural("head"), plural("chief of staff"), plural("CEO"), plural("co-anchor")
    ('managing directors', 'heads', 'chiefs of staff', 'CEOs', 'co-anchors')
    """
    if " of " in noun:
        first, rest = noun.split(" of ", 1)
        return f"{plural(first)} of {rest}"
    if noun.endswith("man"):
        return noun[:-3] + "men"
    return noun + ("es" if noun.endswith(("ss", "ch")) else "" if noun.endswith("s") else "s")


@lru_cache(maxsize=1)
def role_crafts() -> Trie[str]:
    """Works (see ``words_of``) that tell a role with "by" after them, as "music by" does -> the role."""
    trie: Trie[str] = Trie()
    for _, row in read_rows("roles.csv", ROLE_COLUMNS):
        for craft in split(row["crafts"]):
            trie.add(words_of(craft), row["role"])
    return trie


@lru_cache(maxsize=1)
def role_nouns() -> Trie[str]:
    """Phrases (see ``words_of``) that name a role -> the role."""
    trie: Trie[str] = Trie()
    for n, row in read_rows("roles.csv", ROLE_COLUMNS):
        for noun in split(row["nouns"]):
            for form in {words_of(noun), words_of(plural(noun))}:
                old = trie.add(form, row["role"])
                if old is not None and old != row["role"]:
                    raise VocabularyError(f"roles.csv:{n}: {noun!r} is already a noun of {old!r}")
    for role, noun in config().nouns:
        for form in {words_of(noun), words_of(plural(noun))}:
            trie.add(form, role)
    return trie


def match_words(low: Sequence[str], i: int, trie: Trie[T]) -> tuple[int, T] | tuple[int, None]:
    """Longest phrase of a ``words_of`` trie at token i, hyphens passed over: (one past its end, value or None)."""
    return trie.longest(low, i, "-") or (i, None)


def office_end(low: Sequence[str], i: int) -> int:
    """One past "chief ... officer" at word i, whatever stands between; i where there is none.

    >>> office_end(["chief", "programming", "acquisitions", "officer", "of"], 0), office_end(["chief", "of"], 0)
    (4, 0)
    """
    if low[i] == "chief":
        for j in range(i + 2, min(i + 7, len(low))):
            if low[j] == "officer":
                return j + 1
    return i


@lru_cache(maxsize=1)
def role_groups() -> dict[str, str]:
    """Every role of the contract -> its group."""
    groups = dict(RELATIONAL_ROLES)
    for n, row in read_rows("roles.csv", ROLE_COLUMNS):
        if row["group"] not in ROLE_GROUPS:
            raise VocabularyError(f"roles.csv:{n}: group {row['group']!r} is none of {', '.join(ROLE_GROUPS)}")
        if row["role"] in groups:
            raise VocabularyError(f"roles.csv:{n}: role {row['role']!r} stands twice")
        groups[row["role"]] = row["group"]
    return groups


@lru_cache(maxsize=1)
def role_verbs() -> Trie[tuple[RoleVerb, ...]]:
    """Verb forms (see ``words_of``) -> the roles they give and in which form they stand."""
    forms: dict[tuple[str, ...], list[RoleVerb]] = {}
    columns = ("base", "third", "past", "participle", "gerund")
    for _, row in read_rows("role_verbs.csv", ("role", *columns)):
        for column in columns:
            forms.setdefault(words_of(row[column]), []).append(RoleVerb(row["role"], column))
    trie: Trie[tuple[RoleVerb, ...]] = Trie()
    for words, verbs in forms.items():
        trie.add(words, tuple(verbs))
    return trie


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, Any]]:
    return tomllib.loads((DATA / "words.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=64)
def word_set(section: str, key: str) -> frozenset[str]:
    """One closed word class of words.toml."""
    return frozenset(_words()[section][key])


def is_nickname(short: str, given: str) -> bool:
    """Whether a first name is a short form of another, both in small letters.

    >>> is_nickname("steph", "stephen"), is_nickname("jack", "john"), is_nickname("will", "willow")
    (True, True, False)
    """
    return given in _words()["nicknames"].get(short, ())


@lru_cache(maxsize=8)
def word_kinds(section: str) -> Trie[str]:
    """Phrases of a section of words.toml -> the key (the kind) that lists them; the first key wins."""
    trie: Trie[str] = Trie()
    for kind, phrases in reversed(_words()[section].items()):
        for phrase in phrases:
            trie.add(words_of(phrase), kind.replace("_", " "))
            if "-" in phrase:
                trie.add(re.findall(r"[^\s-]+|-", phrase), kind.replace("_", " "))  # as the tokenizer cuts it: "spin", "-", "off"
    return trie


def number(word: str) -> int | None:
    """The number that a word, a figure or an ordinal tells.

    >>> number("five"), number("5"), number("5th"), number("second"), number("many")
    (5, 5, 5, 2, None)
    """
    word = word.lower()
    digits = re.fullmatch(r"(\d{1,3})(?:st|nd|rd|th)?", word)
    if digits:
        return int(digits[1])
    value = _words()["numbers"].get(word)
    if value is None and "-" in word:
        parts: Iterable[int | None] = [number(p) for p in word.split("-")]
        known = [p for p in parts if p is not None]
        return sum(known) if len(known) == word.count("-") + 1 and known[0] >= 20 else None
    return value


def fold_title(text: str) -> str:
    """A title as look-ups spell it: lower case, signs other than ' and - as spaces.

    >>> fold_title("Law & Order: SVU"), fold_title("M*A*S*H")
    ('law order svu', 'm a s h')
    """
    return " ".join(re.sub(r"[^\w'\- ]+", " ", text.lower().replace("’", "'")).split())


@lru_cache(maxsize=1)
def _unscripted_titles() -> frozenset[str]:
    return frozenset(fold_title(row["title"]) for _, row in read_rows("unscripted.csv", ("title",)))


def is_unscripted(title: str) -> bool:
    """Whether a title is that of a known programme without a script, of its edition with celebrities or of one that its title begins.

    >>> is_unscripted("Celebrity Big Brother"), is_unscripted("The Voice Kids"), is_unscripted("Survivor's Remorse")
    (True, True, False)
    """
    words = fold_title(title).removeprefix("celebrity ").split()
    known = _unscripted_titles()
    return " ".join(words) in known or any(" ".join(words[:n]) in known for n in range(2, len(words)))


@lru_cache(maxsize=1)
def famous_titles() -> dict[str, str]:
    """Folded title -> kind of programme, for those that the trade knows by heart."""
    out: dict[str, str] = {}
    respelt: dict[str, str] = {}
    for n, row in read_rows("titles.csv", ("title", "kind")):
        key = fold_title(row["title"])
        if row["kind"] not in SHOW_KINDS:
            raise VocabularyError(f"{DATA / 'titles.csv'}:{n}: {row['kind']!r} is none of {', '.join(SHOW_KINDS)}")
        if key in out:
            raise VocabularyError(f"{DATA / 'titles.csv'}:{n}: {row['title']!r} stands twice")
        out[key] = row["kind"]
        for one, other in ((" & ", " and "), (" and ", " & ")):
            respelt[fold_title(row["title"].replace(one, other))] = row["kind"]
    out = respelt | out
    for own in config().of_kind("show"):
        out.update(dict.fromkeys((fold_title(t) for t in (own.name, *own.aliases)), own.subkind))
    return out
