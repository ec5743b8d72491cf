"""Works: a company's part in a show."""

from __future__ import annotations

import re

from pipeline.match.arguments import show_list
from pipeline.match.items import Item, Sentence
from pipeline.match.scope import Scope
from pipeline.match.triggers import trigger_pattern
from pipeline.records import ShowCompany
from pipeline.vocabulary import word_kinds

NETWORKS = ("network", "streamer")
#: Verbs after which "by CHANNEL" makes it the show's home.
AIRING = re.compile(r"\b(?:ordered|commissioned|renewed|picked|cancelled|canceled|acquired|aired|broadcast|greenlit|streamed|axed|revived|shown|scheduled)\b")
# "has worldwide distribution", "handles international sales", ", which will also distribute"; not "has the rights to a novel"
DISTRIBUTES = re.compile(r"(?:, which )?(?:will |also |is |has |have |to |are |holds? |owns? |handl\w+ |handling |the |all )*(?:(?:worldwide|international|global|world|foreign|overseas|domestic) )+(?:distribution|sales|rights|distributor)|, which (?:will |also |is )*(?:distribut|handl|sell)\w*")


def find_parts(sentence: Sentence, scope: Scope) -> None:
    """show_companies: which company airs, makes or sells which show."""
    items = sentence.items
    if any(it.word in ("repped", "represented", "reps") for it in items):
        return
    producing = any((it.kind == "V" and any(v.role in ("Executive Producer", "Producer") for v in it.verbs)) or any(r in ("Executive Producer", "Producer") for r, _, _ in it.roles) for it in items)
    for i, it in enumerate(items):
        for _, company, how in it.ties if producing and it.kind == "P" else ():
            if how in ("for", "via") and scope.kind(company.entity) not in NETWORKS:
                for show in _nearest(sentence, scope, i)[:1]:
                    scope.found.show_companies.append(ShowCompany(company.start, company.end, (sentence.start, sentence.end), "producer-for-company", 0.75, show, company.entity, "production"))
        if it.kind != "C":
            continue
        found = _part(items, i, scope)
        if not found:
            continue
        relation, shows, rule = found
        if not shows:
            shows = _nearest(sentence, scope, i)
        for m in it.mentions:
            for show in shows:
                if show:
                    scope.found.show_companies.append(ShowCompany(m.start, m.end, (sentence.start, sentence.end), rule, 0.8, show, m.entity, relation))


def _nearest(sentence: Sentence, scope: Scope, i: int) -> list[str]:
    items = sentence.items
    for k in range(i - 1, -1, -1):
        if items[k].kind == "S":
            return [m.entity for m in items[k].mentions][-3:]
        if items[k].kind == "A":
            return scope.anaphor(items[k])
    for k in range(i + 1, len(items)):
        if items[k].kind == "S":
            return [m.entity for m in items[k].mentions][:1]
        if items[k].kind == "A":
            return scope.anaphor(items[k])
    focus = scope.show or scope.main_show
    return [focus] if focus else []


def _part(items: list[Item], i: int, scope: Scope) -> tuple[str, list[str], str] | None:
    it = items[i]
    kind = scope.kind(it.mentions[-1].entity)
    airs = kind in NETWORKS or it.mentions[-1].text in ("Amazon", "Disney", "Apple", "Facebook")
    if kind in ("agency", "publisher"):
        return None
    left = [x.word for x in items[max(0, i - 6) : i]]
    prev = left[-1] if left else ""
    if prev in ("the", "its", "a", "streamer", "network", "broadcaster", "studio", "channel", "service"):
        prev = next((w for w in reversed(left) if w not in ("the", "its", "a", "streamer", "network", "broadcaster", "studio", "channel", "service", "u.s.")), "")
    nxt = items[i + 1] if i + 1 < len(items) else None
    right = items[i + 1 : i + 12]
    joined = " ".join(left)
    exec_near = any(x.kind == "R" and x.group == "business" for x in items[max(0, i - 7) : i + 4])
    # "C's S", "C's hit drama S", "the C series S", "C drama S"
    for k, x in enumerate(right):
        if x.kind == "S":
            gap = right[:k]
            if k <= 9 and not any(y.kind in "VPQRC" or y.word in (",", "and", "on", "of", "to", "has", "is", "for", "by", ";", ".") for y in gap):
                if (gap and (gap[0].word in ("'s", "'") or any(_show_word(y.word) for y in gap))) or not gap:
                    return ("network" if airs else "distribution" if kind == "distributor" else "production"), [m.entity for m in x.mentions], "company-show"
            break
        if x.kind != "W":
            break
    if re.search(r"\b(?:distribut\w+|sold|sales|licens\w+)\b", joined) and prev in ("by", "from", "through", "via", "with"):
        return "distribution", [], "distributed-by"
    if re.search(r"produced|production|association|hails|made by|producing|produce|presented", joined) and prev in ("by", "of", "with", "from", "and", "between", "for", "alongside", "through", "via", "under"):
        if airs and prev == "for":
            return "network", [], "for-network"
        return "production", [], "produced-by"
    after = " ".join(x.word for x in right[:6])
    if re.match(r"(?:will |also |is |to |are |and ¤ |has |have )*(?:co-)?(?:produc(?:es|ed|e|ing))\b", after) or re.match(r"(?:is|are|serves as|as) (?:the |also )*(?:lead )?studios?\b", after) or re.match(r"(?:production|banner|shingle|label|co-production)\b", after):
        return "production", [], "company-produces"
    if re.match(r"(?:has been |is |are |was )behind\b", after) and (listed := next((m for m in range(i + 1, len(items)) if items[m].kind == "S"), None)) is not None:
        return "production", show_list(items, listed), "company-behind"
    if kind != "network" and re.match(r", where .*\bis the studio\b", " ".join(x.word for x in items[i + 1 :])):
        return "production", [], "is-the-studio"
    if DISTRIBUTES.match(after) and not exec_near:
        return "distribution", [], "company-distributes"
    if prev == ":" and re.search(r"\b(?:sales|distribution|distributor)\b", joined):
        return "distribution", [], "distributor-colon"
    if not airs and re.match(r"(?:will |also |is |has |to |are )*(?:distribut\w+|handl\w+|sell\w*|sold|licens\w+|releas\w+)\b", after) and not exec_near:
        return "distribution", [], "company-distributes"
    if re.search(r"\b(?:releas\w+|distribut\w+)\b", joined) and kind in ("studio", "distributor") and prev in ("by", "from"):
        return "distribution", [], "released-by"
    if airs:
        if nxt is not None and trigger_pattern("relation", "network").match(re.sub(r"^(?:has|have|will|is|are|also|officially|just|been|to|today|which|had|'s) ", "", re.sub(r"^(?:has|have|will|is|are|also|officially|just) ", "", after))):
            return "network", [], "network-verb"
        if prev == "to" and re.search(r"\b(?:sold|licensed|sells|licenses)\b", " ".join(x.word for x in items[:i])):
            return "network", [], "sold-to-network"
        if prev in ("on", "at", "for", "by", "to", "with") and not exec_near:
            if prev == "by" and not AIRING.search(joined):
                return None
            if prev in ("on", "by", "for") or trigger_pattern("relation", "network").search(" ".join(x.word for x in items)) or re.search(r"\b(?:pilot|series|drama|comedy|season|development|order)\b", joined):
                return "network", [], f"{prev}-network"
        if re.search(r"\b(?:development|works|spinoff|developing|project|pilot)\b", " ".join(x.word for x in items[i + 1 : i + 11])):
            tie = re.search(r"\b(?:spinoff|spin-off|prequel|sequel|follow-up|remake|reboot|revival)\b", " ".join(x.word for x in items[i + 1 : i + 11]))
            old = next((x.mentions[0].entity for x in items[i + 1 : i + 13] if x.kind == "S"), "")
            new = _new_show(scope, old) if tie and old else ""
            return "network", [new] if new else [], "network-develops"
        return None
    if prev == "from" and kind in ("studio", "production company", "other") and not exec_near:
        return "production", [], "from-company"
    if prev in ("for", "via", "through", "under", "of") and kind in ("studio", "production company") and any(x.word in ("executive produce", "executive produces", "produce", "produces", "executive producing", "producing", "executive produced", "executive producers", "producers", "executive producer") for x in items):
        return "production", [], "producer-for-company"
    return None


def _show_word(word: str) -> bool:
    return bool(word_kinds("shows").longest([word], 0))


def _new_show(scope: Scope, other: str) -> str:
    """The new show that a sentence speaks of without its name: the focus, else one named in the next sentences."""
    return scope.show if scope.show and scope.show != other else next((s for s in scope.upcoming if s != other), "")
