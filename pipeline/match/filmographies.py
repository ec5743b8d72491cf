"""Lists of earlier work: "Jane Doe's writing credits include S and T", "her other film credits are S and T"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipeline.match.arguments import add, show_list, span_of
from pipeline.match.items import Item, Sentence
from pipeline.match.scope import Scope
from pipeline.vocabulary import role_groups

#: Nouns that such a list stands behind.
NOUNS = {"credits", "filmography", "résumé", "resume", "work"}
#: What says which credits they are -> the role; after other words ("recent", "film") it is what the person is known to do.
KINDS = {
    "writing": "Writer", "screenwriting": "Writer", "screenplay": "Writer", "writer": "Writer", "directing": "Director", "directorial": "Director", "director": "Director", "producing": "Producer", "production": "Producer",
    "producer": "Producer", "acting": "Actor", "starring": "Actor", "hosting": "Host", "presenting": "Host", "editing": "Editor", "composing": "Composer", "scoring": "Composer",
}  # fmt: skip
#: What begins the list.
BEGINS = {"include", "includes", "included", "including", "are", "were", ":", "span", "feature"}
OWNERS = {"his", "her", "their"}
#: The most items between the owner and the noun, and between the noun and the first title.
FAR = 6


def find_filmography(sentence: Sentence, scope: Scope, i: int) -> None:
    """The credits of a list that the noun at i stands before."""
    items = sentence.items
    k = next((k for k in range(i + 1, min(i + 1 + FAR, len(items))) if items[k].kind == "S"), None)
    between = items[i + 1 : k] if k else []
    if k is None or not any(x.word in BEGINS for x in between) or any(x.kind not in "WC" or x.word in (".", ";") for x in between):
        return
    people = owner(items, i, scope)
    kinds = [KINDS[x.word] for x in items[max(0, i - 3) : i] if x.word in KINDS]
    for person in people:
        roles = kinds or _known_to_do(person, scope)
        add(scope, sentence, [person], [(role, "") for role in dict.fromkeys(roles)], show_list(items, k), span_of(sentence, scope, items[i]), "credits-include", 0.8)


def noun_before(items: Sequence[Item], i: int) -> int | None:
    """The nearest noun of such a list before the item at i, None where there is none."""
    return next((m for m in range(i - 1, -1, -1) if items[m].word in NOUNS), None)


def owner(items: Sequence[Item], i: int, scope: Scope) -> list[str]:
    """Whose credits they are: "P's", "her", "P, whose"; where nobody is named ("Recent credits include"), whom the text last spoke of."""
    for m in range(i - 1, max(-1, i - 1 - FAR), -1):
        it = items[m]
        if it.word in OWNERS:
            return list(scope.people)
        if it.word == "whose" or (it.word in ("'s", "'") and m and items[m - 1].kind == "P"):
            named = next((x for x in reversed(items[:m]) if x.kind == "P"), None)
            return [x.entity for x in named.mentions] if named else []
        if it.kind in "PSC" or it.word in (",", ".", ";", "and"):
            return []
    return list(scope.people) if i < FAR else []


def _known_to_do(person: str, scope: Scope) -> list[str]:
    """What somebody does most in what the article has told so far: one role, none where it told nothing."""
    told = Counter(r.role for r in scope.found.roles if r.person == person and role_groups()[r.role] in ("creative", "cast"))
    return [role for role, _ in told.most_common(1)]
