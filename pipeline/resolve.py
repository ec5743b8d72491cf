"""Resolve: which mentions of an article name the same person, show or company.

Surnames, first names and short forms go to the fuller name that they are part of. What could be two
stays by itself: ambiguous means unresolved.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise, permutations, zip_longest

from rapidfuzz.distance import OSA

from pipeline.gazetteer import gazetteer
from pipeline.heard import Heard
from pipeline.kinds import kind_of
from pipeline.normalize import clean_name, company_key, entity_key
from pipeline.records import Block, Entity, Mention
from pipeline.vocabulary import companies, famous_titles, fold_title, is_nickname, number, word_set

#: A word of a name shorter than this may be another by chance where one letter differs, "Marin" and "Martin".
SLIP = 6

# "Joel & Ethan Coen": what may stand between a first name and the full name that lends it its surname.
COUPLE = re.compile(r"\s*(?:and|&)\s*\Z")

# "Polar Night Hotel (Kaamoshotelli)", "X (original title: Y)", "X" ("Y")": what stands between a title and its other one, and after that.
BEFORE_OTHER_TITLE = re.compile(r"[\"”’',]*\s*\(\s*(?:(?:originally|(?:original|working|english|international) title|also known as|a\.?k\.?a\.?|formerly|or):?\s*)?[\"“‘']?", re.IGNORECASE)
AFTER_OTHER_TITLE = re.compile(r"[\"”’',.]*\s*(?:[;,][^()\n]{0,30})?\)")

# "Copper Bay II", "Ghosts 3": a title with the number of a season or of a sequel, which only the text tells apart
NUMBERED = re.compile(r"(.+) (II|III|IV|V|VI|[2-9])")
ROMAN = {"II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6}
# "series two", "season 2", "second run": the word that counts
SEASON_TOLD = re.compile(r"\b(?:series|season)\s+(\w+)|\b(\w+)\s+(?:series|season|run)\b", re.IGNORECASE)


def link(mentions: Sequence[Mention], text: str, blocks: Sequence[Block] = ()) -> tuple[list[Mention], list[Entity]]:
    """Give every mention of a show, person, company or character its entity, and list the entities, shows and companies with their kind.

    ``blocks`` are what the tagger's network read, which tells kinds too.
    """
    heard = Heard(blocks)
    keys: dict[int, str] = {}
    names: dict[str, str] = {}
    keys |= _link_people([m for m in mentions if m.kind == "person"], text, names)
    keys |= _link_other_titles([m for m in mentions if m.kind == "show"], text, names)
    keys |= _link_by_key([m for m in mentions if m.kind == "company"], company_key)
    linked = [replace(m, entity=f"{m.kind}:{keys[m.start]}") if m.start in keys else m for m in mentions]
    groups: dict[str, list[Mention]] = defaultdict(list)
    for m in linked:
        if m.entity:
            groups[m.entity].append(m)
    entities = []
    for key, group in groups.items():
        kind = group[0].kind
        times = Counter(clean_name(m.text) for m in group)
        forms = sorted(times)
        name = names.get(key) or max(forms, key=lambda f: (len(f), not f.isupper(), f))
        if kind == "person":  # of two spellings the one that the article keeps to
            name = max([name, *(f for f in forms if _misspelt_full(f, name))], key=lambda f: times[f])
        if kind == "show" and name.endswith(".") and name.count(".") == 1:
            name = name[:-1]  # the full stop that American style sets inside the quotation marks
        entities.append(Entity(key, kind, name, kind_of(kind, name, group, text, heard), tuple(f for f in forms if f != name)))
    return linked, sorted(entities, key=lambda e: e.key)


def _link_people(mentions: Sequence[Mention], text: str, names: dict[str, str]) -> dict[int, str]:
    full: dict[str, str] = {}
    same: dict[str, str] = {}
    keys: dict[int, str] = {}
    given = gazetteer().given
    surnames: dict[str, list[str]] = defaultdict(list)
    firsts: dict[str, list[str]] = defaultdict(list)

    def enter(name: str) -> str:
        key = entity_key(name)
        if key in same:
            return same[key]
        if key not in full:
            twins = [*surnames[key], *(k for k in (*surnames[key.split()[-1]], *firsts[key.split()[0]]) if _one_person(k, key))]
            if twins:
                same[key] = twins[0]
                return twins[0]
            full[key] = name
            words = [w for w in key.split() if w not in ("jr", "sr", "ii", "iii")]
            surnames[words[-1]].append(key)
            for k in range(1, len(words)):
                surnames[" ".join(words[k:])].append(key) if k < len(words) - 1 else None
            firsts[words[0]].append(key)
        return key

    last_words = {entity_key(clean_name(m.text)).split()[-1] for m in mentions if " " in clean_name(m.text)}
    for a, b in zip_longest(mentions, mentions[1:]):
        name = clean_name(a.text)
        if " " in name:
            keys[a.start] = enter(name)
        elif b and " " in clean_name(b.text) and COUPLE.match(text[a.end : b.start]) and name.lower() in given and entity_key(name) not in last_words and clean_name(b.text).split()[0].lower() in given:
            together = f"{name} {clean_name(b.text).split()[-1]}"
            keys[a.start] = enter(together)
            names[f"person:{keys[a.start]}"] = together
    order: list[tuple[int, str]] = sorted((s, k) for s, k in keys.items())
    for m in mentions:
        if m.start in keys:
            continue
        short = entity_key(clean_name(m.text))
        found = sorted(set(surnames.get(short, []))) or sorted(set(firsts.get(short, []))) or _nicknames(short, firsts) or sorted({k for s, people in surnames.items() if _misspelt(short, s) for k in people})
        if len(found) > 1:
            before = [k for s, k in order if s < m.start and k in found]
            found = before[:1] or found[:1]  # whom the article brought in first, it calls by the bare name
        keys[m.start] = found[0] if found else short
    return keys


def _one_person(a: str, b: str) -> bool:
    """Whether two full names, given as keys, are one person's: with a short first name, "Steph Doe", or with a slip of the pen, "Stehpen Doe"."""
    return _misspelt_full(a, b) or any(x[1:] == y[1:] and is_nickname(x[0], y[0]) for x, y in permutations((a.split(), b.split())))


def _misspelt_full(a: str, b: str) -> bool:
    """Whether two full names differ in one word, by a slip of the pen."""
    one, other = entity_key(a).split(), entity_key(b).split()
    unlike = [(x, y) for x, y in zip(one, other, strict=True) if x != y] if len(one) == len(other) else []
    return len(unlike) == 1 and _misspelt(*unlike[0])


def _misspelt(x: str, y: str) -> bool:
    """Whether two words of names are so near each other that one is a slip of the pen; two first names that both exist are none, "Christine", "Christina"."""
    if min(len(x), len(y)) < SLIP or x[0] != y[0] or abs(len(x) - len(y)) > 1:
        return False
    return OSA.distance(x, y, score_cutoff=1) == 1 and not {x, y} <= gazetteer().given


def _nicknames(short: str, firsts: dict[str, list[str]]) -> list[str]:
    """A short first name: "Ron" for "Ronald", where only one person's name begins so."""
    found = {k for first, people in firsts.items() if len(short) >= 3 and first.startswith(short) for k in people}
    return sorted(found) if len(found) == 1 else []


@lru_cache(maxsize=1)
def _known_companies() -> frozenset[str]:
    return frozenset(company_key(f) for f in companies())


def _link_by_key(mentions: Sequence[Mention], key_of) -> dict[int, str]:  # type: ignore[no-untyped-def]
    own = {m.start: key_of(clean_name(m.text)) for m in mentions}
    counts = Counter(own.values())
    longer: dict[str, str] = {}
    known = _known_companies() if key_of is company_key else frozenset()
    for key in counts:
        if key in known and key not in word_set("arms", "houses"):
            continue
        if key_of is entity_key:
            short = next(clean_name(m.text) for m in mentions if own[m.start] == key)
            fits = [] if not short.isupper() else sorted({entity_key(clean_name(m.text)) for m in mentions if ":" in m.text and entity_key(m.text.split(":")[0]) == key} - {key})
            longer |= {key: fits[0]} if len(fits) == 1 else {}
        else:
            fits = [k for k in counts if k != key and k.startswith(key + " ")]
            if len(fits) == 1:
                longer[key] = fits[0]
    return {s: longer.get(k, k) for s, k in own.items()}


def _short_titles(mentions: Sequence[Mention], keys: dict[int, str]) -> dict[str, str]:
    """Keys of the first words of a title that the world knows -> its key: "Big Bang" of "The Big Bang Theory"; no "Law & Order" of "Law & Order: SVU", no title by itself."""
    known = {form for form in {m.text for m in mentions} if _is_known_title(form)}
    longer = {keys[m.start] for m in mentions if m.text in known and ":" not in m.text}
    short = {key for m in mentions if m.text not in known and " " in (key := keys[m.start])}
    fits = {key: [k for k in sorted(longer) if k.startswith(f"{key} ")] for key in short}
    return {key: found[0] for key, found in fits.items() if len(found) == 1}


def _is_known_title(text: str) -> bool:
    title = fold_title(clean_name(text))
    return title in gazetteer().titles or title in famous_titles()


def _link_other_titles(mentions: Sequence[Mention], text: str, names: dict[str, str]) -> dict[int, str]:
    """Shows by their keys; a title in brackets after another is the same show's other title, and so are a title with the number of a season that is told and the first words of a title that the world knows."""
    keys = _link_by_key(mentions, entity_key)
    same = _short_titles(mentions, keys)
    ordered = sorted(mentions, key=lambda m: m.start)
    for a, b in pairwise(ordered):
        if keys[a.start] != keys[b.start] and BEFORE_OTHER_TITLE.fullmatch(text[a.end : b.start]) and AFTER_OTHER_TITLE.match(text[b.end : b.end + 40]):
            same[keys[b.start]] = same.get(keys[a.start], keys[a.start])
    seasons = {n for m in SEASON_TOLD.finditer(text) if (n := number((m[1] or m[2]).lower()))}
    for m in ordered:
        numbered = NUMBERED.fullmatch(clean_name(m.text))
        if numbered and (key := entity_key(numbered[1])) in keys.values() and (ROMAN.get(numbered[2]) or number(numbered[2])) in seasons:
            same[keys[m.start]] = key
            names[f"show:{key}"] = numbered[1]
    return {s: same.get(k, k) for s, k in keys.items()}
