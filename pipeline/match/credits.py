"""Credits: who did what on which show. Anchors are role nouns and role verbs; arguments stand around them."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.match import filmographies
from pipeline.match.arguments import add, of_show, people_before, show_list, shows_for, span_of
from pipeline.match.casts import ACTING, CAST_WORDS, cast_list, cast_with_parts
from pipeline.match.items import Item, Sentence
from pipeline.match.scope import Scope
from pipeline.normalize import clean_name
from pipeline.records import Role

COPULAS = {"is", "are", "was", "were", "be", "been", "serve", "serves", "served", "serving", "as", "also", "will", "both", "returns", "return", "join", "joins", "joined", "remain", "remains", "act", "acts", "acting", "an", "a", "the", "to", "set", "new", "on", "board", "aboard", "attached", "co", "its", "has", "and", "currently", "still", "together", "all", "each", "named", "became", "onboard", "credited", "former", "original", "continue", "continues", "continuing", "doubles", "double"}
#: What may stand between a verb and its subject or object.
AUXILIARIES = {"will", "would", "to", "also", "is", "are", "was", "were", "has", "have", "had", "be", "been", "previously", "recently", "currently", "set", "who", "then", "next", "and", "both", ",", "originally", "formerly", "attached", "will,", "being", "most", "all", "himself", "herself", "themselves", "slated", "tapped", "signed", "on", "cast", "does", "did", "not", "just", "first", "once", "last", "jointly", "now", "officially", "expected", "due", "best", "known", "for", "as", "well", "in", "talks", "later", "alongside", "with", "co", "addition"}
NO_SHOW = {"play", "plays", "played", "playing", "portray", "portrays", "portrayed", "portraying", "voice", "voices", "voiced", "voicing", "reprise", "reprises", "reprising", "reprised"}
#: Verbs that are a role only where a show is near: they say other things too.
WEAK = {"appear", "appears", "appeared", "appearing", "present", "presents", "presented", "presenting", "score", "scores", "scored", "scoring", "edit", "edits", "edited", "editing", "judge", "judges", "front", "fronts", "fronted", "fronting", "produce", "produces", "produced", "producing", "develop", "develops", "developed", "developing", "write", "writes", "wrote", "writing", "direct", "directs", "directed", "directing", "headline", "headlines", "headlined", "headlining", "anchor", "anchors", "anchored", "compose", "composed", "script", "scripts", "scripted", "lens", "lensed", "create", "creating", "creates", "created"}
#: Nouns and participles that tell an acting part with "in": "seen in S", "his role in S".
KNOWN_FOR = {"known", "seen", "role", "roles", "turn", "turns", "voice", "appearances", "appearance", "stint", "performance", "performances", "cameo"}
#: What a writer is told by: "a Jane Doe script", "from a script by".
SCRIPTS = {"script", "scripts", "screenplay", "screenplays", "teleplay"}
NOT_HELD = {"not", "never", "n't", "no"}


def find_credits(sentence: Sentence, scope: Scope) -> None:
    """All credits of one sentence."""
    items = sentence.items
    for i, it in enumerate(items):
        if it.kind == "V":
            _verb(sentence, scope, i)
        elif it.kind == "R" and it.group in ("creative", "cast", "press"):
            _noun(sentence, scope, i)
        elif it.kind == "P" and it.characters:
            cast_with_parts(sentence, scope, i)
        elif it.kind == "W" and it.word in SCRIPTS:
            _script(sentence, scope, i)
        elif it.kind == "W" and it.word in KNOWN_FOR and not sentence.heading:
            _known_for(sentence, scope, i)
        elif it.kind == "W" and it.word in filmographies.NOUNS:
            filmographies.find_filmography(sentence, scope, i)
        elif it.kind == "W" and it.word in CAST_WORDS and not sentence.heading:
            cast_list(sentence, scope, i)


def _verb(sentence: Sentence, scope: Scope, i: int) -> None:
    items = sentence.items
    it = items[i]
    nxt = items[i + 1] if i + 1 < len(items) else None
    word = it.word
    anchor = span_of(sentence, scope, it)
    roles = [(v.role, it.word) for v in it.verbs[:1]]
    forms = {v.form for v in it.verbs}
    # verbs in a row share their arguments: "wrote and directed", "created, wrote and executive produces"
    j = i
    while j + 2 < len(items) and items[j + 1].word in ("and", ",", "/", "&") and items[j + 2].kind == "V":
        j += 2
    if j != i:
        last_passive = j + 1 < len(items) and items[j + 1].word == "by"
        if last_passive:
            nxt = items[j + 1]
    negated = any(x.word in NOT_HELD for x in items[max(0, i - 3) : i])
    if negated:
        return
    if nxt is not None and nxt.word == "by" and forms & {"past", "participle"} and word not in NO_SHOW | {"starred"}:
        _passive(sentence, scope, i, items.index(nxt), roles, anchor)
        return
    if nxt is not None and nxt.word == "by" and word in NO_SHOW:
        _played_by(sentence, scope, i, items.index(nxt), anchor)
        return
    if it.tag == "VBN" and word not in NO_SHOW and not any(x.word in ("has", "have", "had", "'s", "who", "also") for x in items[max(0, i - 3) : i]):
        by = next((k for k in range(i + 1, min(i + 7, len(items) - 1)) if items[k].word == "by"), None)
        if by and all(x.kind in "WC" and x.word not in (",", ".", ";", "and") for x in items[i + 1 : by]):
            _passive(sentence, scope, i, by, roles, anchor)
            return
    if word in ACTING and nxt is not None:
        k = i + 1
        while k < len(items) and k < i + 6 and (items[k].kind == "R" or (items[k].kind == "W" and items[k].word not in (",", ".", "in", "as", "on", "opposite", "alongside", "with"))):
            k += 1
        if k < len(items) and items[k].kind == "P" and items[k].first and items[k - 1].word not in ("opposite", "alongside"):
            subject = people_before(sentence, scope, i)
            if word in ("starring", "co-starring", "featuring", "features") or _show_subject(items, i) or subject is None:
                shows = shows_for(sentence, scope, i, after=False)
                add(scope, sentence, items[k], [("Actor", "")], shows, anchor, "show-stars-person", 0.9)
                return
    subject = people_before(sentence, scope, i)
    if it.tag == "VBG" and i > 1 and items[i - 1].kind == "P" and items[i - 2].word == "with":
        subject = items[i - 1]  # "with P starring"
    if i > 1 and items[i - 1].word == "-" and items[i - 2].kind == "P":
        # "the Ridley Scott-directed Gladiator II"
        add(scope, sentence, items[i - 2], roles, shows_for(sentence, scope, i), anchor, "person-hyphen-verb", 0.85)
        return
    if subject is None:
        if it.tag == "VBG" and (listed := filmographies.noun_before(items, i)) is not None:
            subject = filmographies.owner(items, listed, scope) or None  # "her credits include directing S"
        elif it.tag == "VBG" and i == 0:
            subject = next((x for x in items[i:] if x.kind == "P"), None)
        if subject is None:
            return
    if word in WEAK and not _near_show(items, i, scope) and not isinstance(subject, Item):
        return
    role = roles[0][0]
    if role == "Writer" and nxt is not None and nxt.word in ("in", "to", "on", "that", ",", ":", "about", "an", "\"") and not any(x.kind in "SA" for x in items[i : i + 6]):
        return  # "wrote in a memo", "wrote on Instagram"
    if word in ("producing", "writing", "directing") and items[i - 1].word in ("a", "an", "his", "her", "their"):
        return  # "a producing role"
    if role == "Actor" and word in NO_SHOW:
        _plays(sentence, scope, i, subject, anchor)
        return
    if role in ("Composer", "Editor", "Developer", "Judge") and not any(x.kind in "SA" for x in items[i : i + 6]):
        return
    if word in ("writing", "producing", "directing", "developing") and items[i - 1].word in ("the", "in", "of", "for") and not any(x.kind in "SA" for x in items[i : i + 5]):
        return
    shows = shows_for(sentence, scope, j, before=not _object_noun(items, j))
    if not shows and _object_noun(items, j):
        return
    if role in ("Writer", "Creator", "Producer") and any(x.word in ("song", "songs", "book", "books", "novel", "score", "music", "album", "letter", "memo", "statement", "post") for x in items[j + 1 : j + 4]):
        if any(x.word in ("song", "songs", "score", "music") for x in items[j + 1 : j + 4]):
            roles = [("Composer", word)]
        elif any(x.word in ("book", "books", "novel") for x in items[j + 1 : j + 4]):
            roles = [("Author", word)]
        else:
            return
    add(scope, sentence, subject, roles, shows, anchor, "person-verb", 0.8)
    _and_with(sentence, scope, j, roles, shows, anchor)


def _script(sentence: Sentence, scope: Scope, i: int) -> None:
    """"a P script", "P's screenplay", "the script is by P"."""
    items = sentence.items
    k = i - 1
    while k >= 0 and items[k].word in ("'s", "'", "original"):
        k -= 1
    people = items[k] if k >= 0 and items[k].kind == "P" else None
    by = next((m for m in range(i + 1, min(i + 6, len(items) - 1)) if items[m].word in ("by", "from", "comes")), None)
    if people is None and by is not None:
        people = next((x for x in items[by + 1 : by + 3] if x.kind == "P"), None)
    if people is not None:
        add(scope, sentence, people, [("Writer", items[i].word)], shows_for(sentence, scope, i, after=False), span_of(sentence, scope, people), "script-by", 0.8)


def _known_for(sentence: Sentence, scope: Scope, i: int) -> None:
    """"last seen in S", "known for his roles in S", "her role as X in S", "lent his voice to S"."""
    items = sentence.items
    k = i + 1
    character = None
    while k < len(items) and k < i + 9 and items[k].kind in "WXC" and items[k].word not in (".", ";", ","):
        character = items[k] if items[k].kind == "X" else character
        k += 1
    if k >= len(items) or items[k].kind != "S" or not any(x.word in ("in", "on", "to", "like", "for") for x in items[i + 1 : k]):
        return
    people = people_before(sentence, scope, i) or next((x for x in items[k + 1 : k + 4] if x.kind == "P"), None)
    if people is None and (listed := filmographies.noun_before(items, i)) is not None:
        people = filmographies.owner(items, listed, scope)  # "her credits include a role in S"
    if people is None:
        return
    shows = show_list(items, k)
    if k + 5 < len(items) and [x.word for x in items[k + 1 : k + 5]] == ["as", "well", "as", "the"] and items[k + 5].kind == "S":
        shows += [m.entity for m in items[k + 5].mentions]
    keys = [m.entity for m in people.mentions] if isinstance(people, Item) else people
    told = clean_name(character.mentions[0].text) if character else ""
    for person in keys:
        for show in shows:
            if person.startswith("person:"):
                scope.found.roles.append(Role(*span_of(sentence, scope, items[k]), (sentence.start, sentence.end), "known-for", 0.75, person=person, role="Actor", show=show, character=told))


def _near_show(items: Sequence[Item], i: int, scope: Scope) -> bool:
    return any(x.kind in "SA" for x in items[i : i + 8]) or bool(scope.show or scope.main_show)


def _object_noun(items: Sequence[Item], j: int) -> bool:
    """Whether the verb has an object of its own that is no show: "wrote the songs"."""
    return any(x.word in ("songs", "song", "book", "books", "novel", "films", "shows", "series") for x in items[j + 1 : j + 3])


def _show_subject(items: Sequence[Item], i: int) -> bool:
    """Whether the nearest thing before the verb that can be its subject is a show."""
    for x in reversed(items[:i]):
        if x.kind in "SA":
            return True
        if x.kind in "PQ":
            return False
        if x.word in ("it", "which", "cast", "series", "film", "movie", "show", "also") and x.word != "also":
            return True
    return False


def _passive(sentence: Sentence, scope: Scope, i: int, by: int, roles: list[tuple[str, str]], anchor: tuple[int, int]) -> None:
    """"S, created and written by P": everything before "by" in a row is a role of P."""
    items = sentence.items
    k = by + 1
    while k < len(items) and k < by + 7 and items[k].kind in "WRC" and items[k].word not in (",", ".", ";", "stars", "star", "for"):
        k += 1
    if k >= len(items) or items[k].kind != "P" or (k + 1 < len(items) and items[k + 1].word in ("'s", "'")):
        return  # "produced by P's company" is no credit of P
    if roles[0][0] == "Developer" and not (i and (items[i - 1].kind in "SAV" or items[i - 1].word in (",", "and", "was", "is"))):
        return
    shows = shows_for(sentence, scope, i, after=False)
    extra = [(r[0], r[1]) for x in items[by + 1 : k] if x.kind == "R" and x.group == "creative" for r in x.roles]
    add(scope, sentence, items[k], roles + extra, shows, anchor, "verb-by-person", 0.9)
    # "directed by and starring P"
    if by + 3 < len(items) and items[by + 1].word == "and" and items[by + 2].kind == "V":
        add(scope, sentence, items[k], [(items[by + 2].verbs[0].role, items[by + 2].word)], shows, anchor, "verb-by-person", 0.9)
    _and_with(sentence, scope, k, roles, shows, anchor)


def _played_by(sentence: Sentence, scope: Scope, i: int, by: int, anchor: tuple[int, int]) -> None:
    """"X, played by P", "four lifeguards, played by P, Q and R"."""
    items = sentence.items
    k = by + 1
    while k < len(items) and k < by + 6 and items[k].kind in "WR" and items[k].word not in (",", ".", ";"):
        k += 1
    if k >= len(items) or items[k].kind != "P":
        return
    character = next((x for x in reversed(items[max(0, i - 5) : i]) if x.kind in "XP"), None)
    people = items[k]
    if character is not None and character.kind == "X" and len(people.mentions) == 1:
        people.characters.setdefault(people.mentions[0].start, character.mentions[-1])
    add(scope, sentence, people, [("Actor", items[i].word)], shows_for(sentence, scope, i, after=False), anchor, "played-by", 0.85)


def _and_with(sentence: Sentence, scope: Scope, j: int, roles: list[tuple[str, str]], shows: Sequence[str], anchor: tuple[int, int]) -> None:
    """"... with P", "alongside P", "as do P for C": more people in the same role."""
    items = sentence.items
    if roles[0][0] in ("Creator", "Author"):
        followers = {"with", "alongside"}
    else:
        followers = {"with", "alongside", "opposite"}
    for k in range(j + 1, min(j + 12, len(items) - 1)):
        word = items[k].word
        if items[k].kind == "V" and k > j + 1 and items[k].word != "do":
            break
        if word in (".", ";"):
            break
        if word in SCRIPTS or word == "who" or (items[k].kind == "R" and k > j + 1):
            break
        if word in followers:
            m = k + 1
            while m < len(items) and items[m].kind in "WRC" and items[m].word not in (",", ".") and m < k + 6:
                m += 1
            attached = m + 1 < len(items) and (items[m + 1].kind == "V" or items[m + 1].word in ("attached", "set"))
            titled = any(x.kind == "R" for x in items[k + 1 : m])  # "alongside writers P": they have roles of their own
            if m < len(items) and items[m].kind == "P" and not attached and not titled:
                add(scope, sentence, items[m], roles, shows, anchor, "with-person", 0.75)
            break
        if word == "as" and k + 2 < len(items) and items[k + 1].word in ("do", "does", "are", "is", "will", "did"):
            for x in items[k + 2 :]:
                if x.kind == "P":
                    add(scope, sentence, x, roles, shows, anchor, "as-do-person", 0.85)
            break


def _plays(sentence: Sentence, scope: Scope, i: int, subject: Item | list[str], anchor: tuple[int, int]) -> None:
    """"P plays X [in S]"."""
    items = sentence.items
    character = next((x for x in items[i + 1 : i + 9] if x.kind == "X"), None)
    shows = shows_for(sentence, scope, i + (1 if character else 0), before=True)
    if character is None and not any(x.word in ("role", "part", "character", "version", "himself", "herself") for x in items[i + 1 : i + 5]) and not isinstance(subject, Item):
        return
    people = subject.mentions if isinstance(subject, Item) else []
    keys = [m.entity for m in people] if people else list(subject)  # type: ignore[arg-type]
    names = [clean_name(m.text) for m in character.mentions] if character else []
    for n, person in enumerate(keys):
        told = names[n] if len(names) == len(keys) else names[0] if names and len(keys) == 1 else ""
        for show in shows:
            if show and person.startswith("person:"):
                scope.found.roles.append(Role(*anchor, (sentence.start, sentence.end), "person-plays", 0.85, person=person, role="Actor", title=items[i].word, show=show, character=told))


def _noun(sentence: Sentence, scope: Scope, i: int) -> None:
    """A role noun beside people: "executive producer P", "P, creator of S", "P serves as showrunner", "Directors: P"."""
    items = sentence.items
    it = items[i]
    roles = [(r, title) for r, title, _ in it.roles]
    anchor = span_of(sentence, scope, it)
    if it.group == "press":
        return
    nxt = items[i + 1] if i + 1 < len(items) else None
    own = _modifier_shows(items, i)
    if nxt and nxt.kind == "P":
        shows = own or of_show(sentence, scope, i + 1) or _default(sentence, scope, i, roles)
        add(scope, sentence, nxt, roles, shows, anchor, "role-person", 0.85)
        return
    if nxt and nxt.word in (":", "is", "are", "include", "includes", "were", "was"):
        k = i + 2
        while k < len(items) and items[k].word in ("also", "the", "by", "for", ","):
            k += 1
        if k < len(items) and items[k].kind == "P":
            add(scope, sentence, items[k], roles, own or shows_for(sentence, scope, i, after=False), anchor, "role-is-person", 0.85)
            return
    if nxt and nxt.word in ("on", "of", "for"):
        verb = next((m for m in range(i + 2, min(i + 8, len(items))) if items[m].word in ("is", "are", "include", ":")), None)
        if verb and verb + 1 < len(items) and items[verb + 1].kind == "P":
            add(scope, sentence, items[verb + 1], roles, shows_for(sentence, scope, i), anchor, "role-is-person", 0.85)
            return
    k = i - 1
    while k >= 0 and items[k].kind in "WV" and (items[k].word in COPULAS or items[k].word in AUXILIARIES or items[k].word.endswith("ly")) and items[k].word not in (";",):
        k -= 1
    passed = {x.word for x in items[k + 1 : i]}
    if k >= 0 and items[k].kind in "SCA" and passed & {"was", "is", "serves", "served", "are", "were", "serve"} and "and" in passed:
        # "created S for C and was showrunner on T", "created the series and serve as showrunners"
        subject = people_before(sentence, scope, k)
        if subject:
            add(scope, sentence, subject, roles, of_show(sentence, scope, i) or shows_for(sentence, scope, i, after=False), anchor, "person-and-was-role", 0.75)
        return
    if k >= 0 and items[k].kind == "S" and k > 0:
        # "P, the Lost creator": the show between belongs to the noun
        m = k - 1
        while m >= 0 and items[m].kind == "W" and items[m].word in (",", "the", "a", "former", "by", "'s"):
            m -= 1
        if m >= 0 and items[m].kind == "P" and items[m + 1].word == ",":
            add(scope, sentence, items[m], roles, [x.entity for x in items[k].mentions], anchor, "person-show-role", 0.85)
        return
    if k >= 0 and items[k].kind in "PQ" and passed and (passed & {",", "is", "are", "as", "was", "were", "be", "been", "became", "remain", "serve", "serves", "joins"}):
        people: Item | list[str] | None = items[k] if items[k].kind == "P" else people_before(sentence, scope, i)
        if people is None or (passed <= {",", "and", "also"} and "," not in passed) or "not" in passed:
            return
        if "," in passed and not passed & {"is", "are", "as", "was", "were", "be", "serve", "serves"} and nxt and nxt.kind in "PX":
            return
        shows = own or of_show(sentence, scope, i) or shows_for(sentence, scope, i, after=False)
        add(scope, sentence, people, roles, shows, anchor, "person-is-role", 0.85)
        _and_with(sentence, scope, i, roles, shows, anchor)


def _modifier_shows(items: Sequence[Item], i: int) -> list[str]:
    """The show right before a role noun: "Lost star", "Lost's creator"."""
    k = i - 1
    while (k >= 0 and items[k].kind == "W" and items[k].word in ("'s", "'", "and", "series", "director", "breakout", "former", "original")) or (k >= 0 and items[k].kind == "R"):
        k -= 1
    if k >= 0 and items[k].kind == "S" and items[k + 1].word != "and":
        return [m.entity for m in items[k].mentions]
    return []


def _default(sentence: Sentence, scope: Scope, i: int, roles: Sequence[tuple[str, str]]) -> list[str]:
    """Where no show is told beside the noun: a bare "actor P" tells none, "executive producer P" tells the focus."""
    words = {title.lower() for _, title in roles}
    if words & {"actor", "actress", "filmmaker", "writer", "author", "novelist", "star", "comedian star", "judge", "anchor", "presenter", "director", "film director", "actors", "stars", "screenwriter", "scribe", "helmer", "filmmakers", "composer", "songwriter", "producer", "co-star"} and sentence.items[i - 1 if i else 0].kind != "S":
        if any(x.word in ("season", "guest") for x in sentence.items[max(0, i - 3) : i]):
            return shows_for(sentence, scope, i, after=False)
        if words & {"writer", "director", "writers", "directors", "filmmaker"} and any(x.word in ("from", "by") for x in sentence.items[max(0, i - 2) : i]):
            return shows_for(sentence, scope, i, after=False)
        return []
    return shows_for(sentence, scope, i, after=False)
