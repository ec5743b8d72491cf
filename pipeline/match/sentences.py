"""Cut an article into sentences and read each as a row of items (``pipeline/match/items.py``)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from pipeline.match.items import VERB_FOLLOWS, Item, Sentence, Unit, drop_quotes, reduce
from pipeline.records import Block, Mention, Token
from pipeline.vocabulary import match_words, number, office_end, role_crafts, role_nouns, role_verbs, word_kinds, word_set

KIND_LETTER = {"show": "S", "person": "P", "company": "C", "character": "X"}
DETERMINERS = {"the", "this", "both", "its", "their", "these", "that", "said"}
#: Words for a show that point back to one: with a determiner before them.
ANAPHORS = {
    "series",
    "show",
    "drama",
    "comedy",
    "sitcom",
    "film",
    "movie",
    "project",
    "spinoff",
    "program",
    "programme",
    "pic",
    "feature",
    "miniseries",
    "documentary",
    "docuseries",
    "pilot",
    "shows",
    "films",
    "movies",
    "projects",
    "thriller",
    "special",
    "podcast",
    "prequel",
    "sequel",
    "reboot",
    "revival",
    "remake",
    "anthology",
    "soap",
    "dramedy",
    "production",
    "adaptation",
    "offshoot",
    "title",
    "titles",
    "dramas",
    "comedies",
    "telenovela",
    "picture",
    "procedural",
    "season",
}
PRONOUNS = {"he", "she", "they", "who", "him", "her", "them", "duo", "pair", "trio"}


def sentences(blocks: Sequence[Block], mentions: Sequence[Mention], text: str) -> Iterator[Sentence]:
    """All sentences of an article; a sentence never ends inside a mention."""
    for number_, block in enumerate(blocks):
        inside = {m.start: m for m in mentions if block.start <= m.start < block.end}
        tokens = block.tokens
        cuts = [0]
        covered = -1
        for i, t in enumerate(tokens):
            if i and t.sent != tokens[i - 1].sent and t.start >= covered:
                cuts.append(i)
            if t.start in inside:
                covered = max(covered, inside[t.start].end)
        cuts.append(len(tokens))
        for a, b in itertools.pairwise(cuts):
            if a < b:
                items = _items(block, a, b, inside, text)
                seasons, episodes = seasons_of(items)
                units = [_unit(it) for it in drop_quotes(items)]
                yield Sentence(number_, reduce(items), tokens[a].start, tokens[b - 1].end, block.heading, False, seasons, episodes, units)


def _unit(it: Item) -> Unit:
    roles = tuple(r for r, *_ in it.roles) or tuple(v.role for v in it.verbs[:1])
    return Unit(it.kind, it.first, it.last, it.word, it.mentions[0].entity if it.mentions else "", roles, it.tag)


def _items(block: Block, a: int, b: int, inside: dict[int, Mention], text: str) -> list[Item]:
    tokens = block.tokens[a:b]
    low = [t.lower for t in tokens]
    tags = ["" if t.start in inside else t.tag for t in tokens]
    items: list[Item] = []
    i = 0
    while i < len(tokens):
        mention = inside.get(tokens[i].start)
        if mention and mention.kind in KIND_LETTER:
            j = i + 1
            while j < len(tokens) and tokens[j].start < mention.end:
                j += 1
            items.append(Item(KIND_LETTER[mention.kind], a + i, a + j, low[i], [mention]))
            i = j
            continue
        j, role = match_words(low, i, role_nouns())
        if (office := office_end(low, i)) > max(i, j):
            j, role = office, "Executive"
        if not role and (by := _craft_by(low, i)):
            j, role = by
        k, verbs = match_words(low, i, role_verbs())
        if verbs and (k > j or (k == j and tokens[k - 1].tag.startswith("VB"))) and _is_verb(tokens[k - 1].tag, low, i, k):
            items.append(Item("V", a + i, a + k, " ".join(low[i:k]), verbs=verbs, tag=tokens[k - 1].tag))
            i = k
        elif verbs and k > j and verbs[0].form == "third" and items and (items[-1].kind in "PQ" or (items[-1].word == "and" and len(items) > 1 and items[-2].kind == "V")):
            items.append(Item("V", a + i, a + k, " ".join(low[i:k]), verbs=verbs, tag="VBZ"))  # "P directs and writes", whatever the tagger says
            i = k
        elif role and verbs and k == j and items and (items[-1].kind in "PQ" or items[-1].word in ("to", "will", "also")) and "".join(low[k : k + 1]) in VERB_FOLLOWS:
            items.append(Item("V", a + i, a + k, " ".join(low[i:k]), verbs=verbs, tag="VBZ"))
            i = k
        elif low[i] == "stars" and (before := next((x for x in reversed(items) if x.word not in ('"', "'")), None)) and (before.kind in "SA" or before.word in (",", "and", "soap", "drama", "comedy", "series", "film", "show")) and any(x.kind in "SA" or x.word in ("soap", "drama", "comedy", "series", "film", "show", "it") for x in items) and _stars_is_verb(tokens, inside, max(k, i + 1)):
            k = max(k, i + 1)
            items.append(Item("V", a + i, a + k, low[i], verbs=verbs or (), tag="VBZ"))
            i = k
        elif role:
            if role == "Director" and low[j : j + 1] == ["of"] and j + 1 < len(low) and tags[j + 1].startswith(("NN", "JJ")) and not word_kinds("shows").longest(low[j + 1 : j + 3], 0):
                role = "Executive"  # "director of drama" sits in an office, not on a set
            if role == "Director" and j + 1 < len(low) and low[j] in ("of", ",") and tokens[i].text[0].isupper() and tokens[j + 1].text[0].isupper() and low[j + 1] in word_set("arms", "departments"):
                role = "Executive"  # "Director of Comedy", "Director, Drama and Features": capitals tell the office
            span = (tokens[i].start, tokens[j - 1].end)
            items.append(Item("R", a + i, a + j, " ".join(low[i:j]), roles=[(role, text[span[0] : span[1]], span)]))
            i = j
        elif low[i] in DETERMINERS and (k := _anaphor(low, tags, i + 1)):
            items.append(Item("A", a + i, a + k, " ".join(low[i:k])))
            i = k
        elif low[i] in PRONOUNS:
            items.append(Item("Q", a + i, a + i + 1, low[i]))
            i += 1
        else:
            items.append(Item("W", a + i, a + i + 1, low[i], tag=tokens[i].tag))
            i += 1
    return items


def _craft_by(low: list[str], i: int) -> tuple[int, str] | None:
    """ "music by", "the costumes are by": (one past "by", the role), or None."""
    j, role = match_words(low, i, role_crafts())
    if role and low[j : j + 1] and low[j] in ("is", "are", "was", "were"):
        j += 1
    return (j + 1, role) if role and low[j : j + 1] == ["by"] else None


def _stars_is_verb(tokens: Sequence[Token], inside: dict[int, Mention], k: int) -> bool:
    """Whether "stars" between a show and people is the sentence's verb ("Lost stars A as X."), no noun ("Lost stars A and B said")."""
    first = next((m for m in range(k, min(k + 4, len(tokens))) if tokens[m].start in inside and inside[tokens[m].start].kind == "person"), None)
    if first is None:
        return False
    depth = 0
    for m in range(first, len(tokens)):
        depth += (tokens[m].text == "(") - (tokens[m].text == ")")
        if tokens[m].text in ("as", ".", ";") and not depth:
            return True
        if tokens[m].tag in ("VBZ", "VBP", "VBD", "MD") and not depth:
            return False
    return True


def _is_verb(tag: str, low: list[str], i: int, k: int) -> bool:
    """Whether a word of role_verbs.csv is used as a verb here."""
    word = low[k - 1]
    if tag.startswith("VB") or word in ("starring", "helmed", "toplined", "penned", "showrun", "repped") or k - i > 1:
        return True
    return k < len(low) and low[k] == "by" and word.endswith(("ed", "en"))


def _anaphor(low: list[str], tags: list[str], i: int) -> int:
    """One past the word for a show after a determiner ("the hit NBC drama" is none: it names a channel)."""
    for k in range(i, min(i + 4, len(low))):
        hit = word_kinds("shows").longest(low[k : k + 3], 0)
        if low[k] == "original" and k == i and low[i - 1] == "the" and (k + 1 == len(tags) or not tags[k + 1].startswith(("NN", "JJ", "CD"))) and k + 1 < len(low) and low[k + 1].isalpha():
            return k + 1  # "the original was created by"
        if not tags[k]:
            return 0  # a name stands between: "the NBC drama"
        if low[k] in ANAPHORS or hit:
            end = k + (hit[0] if hit else 1)
            if end < len(tags) and tags[end].startswith("NN") and low[end] not in ("season",):
                return 0
            if low[k] == "season" or (k + 1 < len(low) and low[k + 1] in ("finale", "premiere", "creator", "star")):
                return 0
            return end
        if not low[k].isalpha() and "-" not in low[k]:
            return 0
        if low[k] in ("of", "to", "on", "in", "for", "and", "is", "will", "first", "second", "third", "last"):
            return 0
    return 0


def seasons_of(items: Sequence[Item]) -> tuple[tuple[tuple[int, str], ...], str]:
    """The seasons that a sentence speaks of, each with the token where it stands, and the number of episodes, '' where none."""
    words = [it.word if it.kind in "WA" else "\0" for it in items]
    seasons: list[tuple[int, str]] = []
    episodes: list[str] = []
    for i, word in enumerate(words):
        nxt = words[i + 1] if i + 1 < len(words) else ""
        before = words[i - 1] if i else ""
        if word in ("season", "series", "seasons") and (n := number(nxt)) is not None and nxt not in ("one's", "i", "a"):
            seasons.append((items[i].first, str(n)))
        elif word in ("season", "run", "outing", "instalment", "installment", "seasons") or (word == "series" and before not in ("the", "a")):
            for back in range(1, 4):
                w = words[i - back] if i - back >= 0 else ""
                if w in ('"', "'", ","):
                    break  # 'the first "farewell season" promo'
                if (n := number(w)) is not None and (not w.isdigit()) and w not in ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "i", "x", "v"):
                    seasons.append((items[i].first, str(n)))
                    break
        elif word in ("episode", "episodes", "part", "parts", "hour"):
            for back in (1, 2, 3):
                w = words[i - back] if i - back >= 0 else ""
                if (n := number(w)) is not None and (word != "hour") and not w.endswith(("th", "st", "nd", "rd")) and w not in ("first", "second", "third", "i"):
                    episodes.append(str(n))
                    break
    return tuple(seasons), (episodes[0] if episodes else "")
