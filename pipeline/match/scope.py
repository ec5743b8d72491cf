"""What a rule may look at beyond its sentence: the show, person and company that the text is about there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.heard import Heard
from pipeline.match.items import Item, Sentence, Unit, modifies
from pipeline.records import DateFact, Entity, Event, Mention, Role, ShowCompany, ShowLink, Span


@dataclass(slots=True)
class Found:
    """The facts that the rules of an article have found so far."""

    roles: list[Role] = field(default_factory=list)
    show_companies: list[ShowCompany] = field(default_factory=list)
    show_links: list[ShowLink] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


@dataclass(slots=True)
class Scope:
    """Where the reader is: entities by key, the main show, and who and what was last spoken of."""

    entities: dict[str, Entity]
    text: str
    main_show: str = ""
    show: str = ""
    previous_show: str = ""
    #: the show spoken of around a sentence on the one that it is made from
    aside: str = ""
    people: list[str] = field(default_factory=list)
    #: the last subject of two or more: "the duo", "the pair"
    group: list[str] = field(default_factory=list)
    company: str = ""
    #: shows named in this sentence and the next ones, for "a spinoff of S. It is called ..."
    upcoming: list[str] = field(default_factory=list)
    shows: list[str] = field(default_factory=list)
    #: the sentence (by its start) and companies of the last executive told
    office: tuple[int, tuple[str, ...]] = (-1, ())
    #: entity -> how sure the reading of its name is, and how often it is named
    sure: dict[str, float] = field(default_factory=dict)
    named: Counter[str] = field(default_factory=Counter)
    #: for each block the spans of its tokens
    token_spans: list[list[Span]] = field(default_factory=list)
    dates: list[DateFact] = field(default_factory=list)
    found: Found = field(default_factory=Found)
    heard: Heard = field(default_factory=Heard)
    #: mentions by where they start
    mentions: dict[int, Mention] = field(default_factory=dict)

    def span(self, sentence: Sentence, it: Item) -> Span:
        """Where an item stands in the text."""
        spans = self.token_spans[sentence.block]
        return spans[it.first][0], spans[it.last - 1][1]

    def unit_span(self, sentence: Sentence, unit: Unit) -> Span:
        """Where a unit stands in the text."""
        spans = self.token_spans[sentence.block]
        return spans[unit.first][0], spans[unit.last - 1][1]

    def whom(self, pronoun: Item | None) -> list[str]:
        """The people that "he", "they", "the duo" mean: the last subject, for a group word the last of two or more."""
        if pronoun is not None and pronoun.word in ("duo", "pair", "trio") and self.group:
            return self.group[:3]
        return self.people

    def standing(self, key: str, named: bool) -> set[str]:
        """How sure a show's name is and how often it stands in the article, as features: what is misread for a title is a single doubtful name mostly.

        ``named``: whether the sentence names it.
        """
        sure = f"sure:{int(10 * self.sure.get(key, 0.0))}"
        return {sure, f"{sure}:{'here' if named else 'elsewhere'}", f"{sure}:{min(self.named[key], 3)}"}

    def kind(self, key: str) -> str:
        return self.entities[key].subkind if key in self.entities else ""

    def enter(self, sentence: Sentence) -> None:
        """Before a sentence's rules: a show that stands as its subject becomes the show spoken of, the original that a new one is made from only for as long as the sentence."""
        first = next((it for it in sentence.items if it.kind in "ASPV"), None)
        if first and first.kind == "A" and "original" in first.word.split() and (older := self.anaphor(first)) and older[0] != self.show:
            self.aside, self.show = self.show, older[0]
            return
        for i, it in enumerate(sentence.items):
            if it.kind == "V" and i > 0:
                break
            if it.kind == "S" and len(it.mentions) == 1 and not modifies(sentence.items, i):
                if any(x.kind == "P" for x in sentence.items[:i]) and sentence.items[i - 1].word in ("of", "in", "on", "for"):
                    break  # somebody's earlier work, told after the name, is not what the text goes on about
                self._set_show(it.mentions[0].entity)
                break
            if it.kind == "P" and not any(x.kind == "S" for x in sentence.items[i:]):
                break

    def leave(self, sentence: Sentence) -> None:
        """After a sentence's rules: its people and companies are whom 'he' and 'the network' mean next."""
        items = sentence.items
        if self.aside:
            self.show, self.aside = self.aside, ""
        subject = next((it for it in items if it.kind == "P"), None)
        if subject:
            self.people = [m.entity for m in subject.mentions]
            if len(self.people) > 1:
                self.group = self.people
        shows = [m.entity for k, it in enumerate(items) if it.kind == "S" and not modifies(items, k) for m in it.mentions]
        if len(set(shows)) == 1 and not any(it.kind == "A" for it in items) and not sentence.heading:
            title = shows[0]
            lead = next((i for i, it in enumerate(items) if it.kind == "S"), 0)
            before = {it.word for it in items[:lead]}
            if not before & CREDITS_TOLD and (title == self.main_show or not subject or "called" in before or "titled" in before):
                self._set_show(title)
        for it in items:
            if it.kind == "C":
                self.company = it.mentions[0].entity
        for key in shows:
            if key not in self.shows:
                self.shows.append(key)

    def _set_show(self, key: str) -> None:
        if key != self.show:
            self.previous_show, self.show = self.show, key

    def anaphor(self, item: Item) -> list[str]:
        """The shows that "the series", "both series", "the spinoff" mean; [] where nothing fits."""
        words = item.word.replace(" - ", "-").split()
        current = self.show or self.main_show
        if words[0] == "both" or (words[0] in ("these",) and words[-1].endswith("s")):
            pair = [s for s in (current, self.previous_show, *self.shows) if s]
            return list(dict.fromkeys(pair))[:2]
        if words[-1] in OFFSHOOTS:
            linked = [x.show for x in self.found.show_links if x.relation != "based_on"]
            if linked:
                return linked[-1:]
        if "original" in words:
            older = [x.other for x in self.found.show_links if x.relation != "based_on" and x.other]
            if older:
                return older[-1:]
        kind = "film" if words[-1] in ("film", "movie", "pic", "feature", "picture", "biopic") else ""
        if kind and self.kind(current) != "film":
            films = [s for s in (self.main_show, *reversed(self.shows)) if s and self.kind(s) == "film"]
            return films[:1] or ([current] if current else [])
        return [current] if current else []


#: Words for a show that is made from another.
OFFSHOOTS = {"spinoff", "spin-off", "prequel", "sequel", "reboot", "offshoot", "remake", "revival"}
#: Words of sentences that tell what somebody did before.
CREDITS_TOLD = {"previously", "formerly", "known", "credits", "recently", "appeared", "best", "like", "include", "including", "films", "seen", "veteran"}


def main_show(sentences: Sequence[Sentence]) -> str:
    """The show an article is about: the one most named, early mentions and headlines counting more."""
    votes: Counter[str] = Counter()
    order: dict[str, int] = {}
    for n, s in enumerate(sentences):
        past = bool({it.word for it in s.items} & CREDITS_TOLD)
        for k, it in enumerate(s.items):
            if it.kind == "S":
                weight = 1 if past or modifies(s.items, k) else 12 if s.heading or n == 0 else 10 if n < 4 else 4
                for m in it.mentions:
                    votes[m.entity] += weight
                    order.setdefault(m.entity, m.start)
    return min(votes, key=lambda k: (-votes[k], order[k])) if votes else ""
