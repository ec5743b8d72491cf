"""The data that goes from stage to stage: frozen, with offsets into the article's exact text.

Every ``start``/``end`` is a half-open interval of Unicode code points in ``Article.text``, so
``text[start:end]`` is always the thing itself.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.told import Read, Told

#: One span of an article's text: (first character, one past the last).
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it was read; ``text`` is never changed after reading."""

    article_id: str
    source: str
    text: str
    title: str = ""
    publisher: str = ""
    published: date | None = None
    published_span: Span | None = None
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """One token with what the tagger says of it.

    ``tag`` is the part of speech (Penn Treebank), ``ent`` the kind of name as OntoNotes has them, '' for
    none; ``label`` is one of the tagger's own labels; ``sent`` numbers the sentence within the block.
    """

    text: str
    start: int
    end: int
    tag: str = ""
    ent: str = ""
    ent_start: bool = False
    sent: int = 0
    label: str = ""
    label_start: bool = False
    #: the text in small letters, with straight quotes
    lower: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lower", self.text.lower().replace("’", "'"))


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item or headline: the unit that tokens, titles and sentences never cross.

    ``read`` is what names the tagger's network reads in it, ``told`` what it tells of them.
    """

    tokens: tuple[Token, ...]
    start: int
    end: int
    heading: bool = False
    read: Read | None = field(default=None, compare=False, repr=False)
    told: Told | None = field(default=None, compare=False, repr=False)

    def words(self, start: int, end: int) -> Span:
        """The tokens ``[first, last)`` that touch ``text[start:end]``."""
        return bisect_left(self.tokens, start + 1, key=lambda t: t.end), bisect_left(self.tokens, end, key=lambda t: t.start)


@dataclass(frozen=True, slots=True)
class Mention:
    """One place in the text where an entity is named.

    ``kind`` is show, person, company, role, date or character; ``entity`` the key of its Entity in
    this article ('' for roles and dates); ``source`` the evidence that weighed most.
    """

    kind: str
    text: str
    start: int
    end: int
    entity: str = ""
    source: str = ""
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Entity:
    """One show, person or company of one article; ``name`` is its fullest form there."""

    key: str
    kind: str
    name: str
    subkind: str = ""
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """What every fact carries: where it was read, by which rule, how surely."""

    start: int
    end: int
    evidence: Span = (0, 0)
    rule: str = ""
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Role(Fact):
    """One person in one role; ``show``, ``person`` and ``company`` are entity keys."""

    person: str = ""
    role: str = ""
    title: str = ""
    show: str = ""
    season: str = ""
    company: str = ""
    character: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class DateFact(Fact):
    """One calendar expression: first and last day, both included."""

    text: str = ""
    date_from: date = date.min
    date_to: date = date.min
    precision: str = "day"
    kind: str = "event"
    show: str = ""
    season: str = ""


@dataclass(frozen=True, slots=True)
class ShowCompany(Fact):
    show: str = ""
    company: str = ""
    relation: str = ""


@dataclass(frozen=True, slots=True)
class ShowLink(Fact):
    show: str = ""
    relation: str = ""
    other: str = ""
    other_name: str = ""
    other_kind: str = ""


@dataclass(frozen=True, slots=True)
class Event(Fact):
    event: str = ""
    show: str = ""
    season: str = ""
    episodes: str = ""
    person: str = ""
    company: str = ""
    date_from: date | None = None
    date_to: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that one article says; a pure function of its text and the configuration."""

    article: Article
    entities: tuple[Entity, ...] = ()
    mentions: tuple[Mention, ...] = ()
    roles: tuple[Role, ...] = ()
    dates: tuple[DateFact, ...] = ()
    show_companies: tuple[ShowCompany, ...] = ()
    show_links: tuple[ShowLink, ...] = ()
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A source that could not be read, and why."""

    source: str
    reason: str
    sha256: str = ""
