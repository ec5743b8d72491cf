"""Candidates for facts: a person and a show, a person and a company, a show and a company, with what speaks for it.

The rules of this package read what is plainly said. A candidate collects, beside what the rules
found for it, how the sentence is built around it; ``pipeline/match/weigh.py`` weighs that with
weights fitted on the corpus, and decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.heard import ENOUGH, LOUD, pair_features
from pipeline.match.context import SIGNS, Row, distance, earlier, is_origin, signature
from pipeline.match.items import MODIFIED, Unit
from pipeline.match.scope import Found, Scope
from pipeline.records import Span
from pipeline.told import FACTS_OF
from pipeline.vocabulary import SHOW_COMPANY_RELATIONS, role_groups, word_kinds

#: Words that tell an acting part without being a role noun or verb.
CAST = {"cast", "ensemble", "opposite", "joined", "join", "joins", "return", "returns", "lead", "leads", "alongside", "guest", "reprise", "reprises", "role", "part"}
#: Words of an article on a programme without a script, and those that tell who takes part in it.
UNSCRIPTED = {"reality", "unscripted", "competition", "contestant", "contestants", "housemate", "housemates", "celebrities", "competing", "dating"}
TAKES_PART = {"celebrities", "celebrity", "competing", "compete", "competes", "taking", "takes", "line-up", "lineup", "join", "joins", "joined", "cast", "among", "include", "includes", "including", "returning", "return", "returns", "featuring", "features"}
#: Words by which a programme is about somebody.
PORTRAYS = {"about", "follows", "biopic", "portrait", "life", "story", "profile", "biography", "explores", "on"}
#: Where a show that a credit may be meant of stands to it, sentence and article taken together.
PLACES = {"focus", "main", "head", "section", "before1", "before2", "after", "inside", "left1", "left2", "right1", "right2", "modifier"}
PRONOUNS = {"he", "she", "they", "his", "her", "their"}
#: Roles in a show that the tagger's network tells of people.
HEARD = tuple(role for fact in FACTS_OF["PERSON"] if role_groups().get(role := fact.removeprefix("role:")) in ("creative", "cast"))
#: How many units apart the two ends of a candidate may stand.
FAR = 45
#: ... and a show of the same sentence from a credit's words or a company; only lists without an end are longer.
FAR_SHOW = 120
#: ... and "by" from the noun of the work whose author it tells, over its title.
FAR_WORK = 14
#: Anchors that tell little by themselves reach less far.
REACH = {"owner": 1, "credits": 4, "by": 6, "from": 6, "portrays": 6, "work": 12}


@dataclass(slots=True)
class Candidate:
    """One fact that may be: ``key`` names its ends, ``features`` what speaks for or against it, ``place`` where it was read.

    Credits of one ``group`` are one person's same role at one place, events of one ``group`` one word; they differ in what may be meant.
    """

    key: tuple[str, ...]
    features: set[str]
    row: Row
    place: Span
    anchor: int = -1
    person: int = -1
    group: int = 0
    #: further shows of the same list, which it holds for as well: "creator of S, S and S"
    also: tuple[str, ...] = ()


def _anchors(row: Row, unscripted: bool) -> Iterator[tuple[int, str, str]]:
    """What may tell a credit: (unit, role, how)."""
    for i, u in enumerate(row.units):
        if unscripted and u.kind == "W" and u.word in TAKES_PART:
            yield i, "Participant", "takes part"
        if u.kind == "W" and u.word in ("credits", "filmography", "résumé") and row.shows:
            for role in ("Actor", "Writer", "Director", "Producer"):
                yield i, role, "credits"
        if u.kind in "RV":
            for role in dict.fromkeys(u.roles):
                if role_groups().get(role) in ("creative", "cast"):
                    yield i, role, u.kind
        elif u.kind == "X":
            yield i, "Actor", "X"
        elif u.kind == "W" and u.word in CAST:
            yield i, "Actor", "cast"
        elif u.kind == "W" and word_kinds("works").longest([u.word], 0):
            yield i, "Author", "work"
        elif u.kind == "W" and u.word == "with":
            yield i, "Actor", "with"
        elif u.kind == "W" and u.word == "by" and _of_work(row.units, i):
            continue  # "the novel by P": its author, whom the noun tells
        elif u.kind == "W" and u.word in ("by", "from") and i and row.units[i - 1].kind not in "V":
            for role in ("Director", "Creator", "Writer"):
                yield i, role, u.word
        elif u.kind == "W" and u.word in ("'s", "'") and i and row.units[i - 1].kind == "P":
            for role in ("Director", "Creator"):
                yield i, role, "owner"
        elif u.kind == "W" and u.word in PORTRAYS:
            yield i, "Subject", "portrays"


def _of_work(units: Sequence[Unit], i: int) -> bool:
    """Whether "by" at i follows a work that is no programme, with or without its title: "the novel "The Quay" by", no "the series by"."""
    for k in range(i - 1, max(-1, i - 1 - FAR_WORK), -1):
        if units[k].kind != "W" or units[k].word in (",", ".", ";"):
            return False
        if work := word_kinds("works").longest([units[k].word], 0):
            return work[1] in ("book", "comic", "play", "game", "article")
    return False


def credits(rows: Sequence[Row], scope: Scope, found: Found) -> Iterator[Candidate]:
    """Every person near a word that tells a role, with each show that it may be meant of: key (person, role, show)."""
    by_rule: dict[tuple[str, str, str], set[str]] = {}
    by_role: dict[tuple[str, str], set[str]] = {}
    #: the sentences (by their start) in which a rule read a credit
    read_in: dict[tuple[str, str, str], set[int]] = {}
    at_once: dict[tuple[str, str, int], list[str]] = {}
    for r in found.roles:
        if r.show:
            by_rule.setdefault((r.person, r.role, r.show), set()).add(r.rule)
            by_role.setdefault((r.person, r.role), set()).add(r.show)
            read_in.setdefault((r.person, r.role, r.show), set()).add(r.evidence[0])
            at_once.setdefault((r.person, r.role, r.start), []).append(r.show)
    together: dict[tuple[str, str], list[list[str]]] = {}
    for (person, role, _), shows in at_once.items():
        if len(shows) > 1:
            together.setdefault((person, role), []).append(shows)
    count = len({u.key for row in rows for u in row.units if u.kind == "S"})
    told: set[tuple[str, str, str]] = set()
    group = 0
    unscripted = any(u.word in UNSCRIPTED for row in rows for u in row.units)
    for number, row in enumerate(rows):
        units = row.units
        anchors = list(_anchors(row, unscripted))
        here = {units[i].key for i in row.shows}
        for p in row.people:
            seen: set[str] = set()
            pronoun = units[p].word in PRONOUNS
            heard = {} if pronoun else {role: scope.heard.at(f"role:{role}", *scope.unit_span(row.sentence, units[p])) for role in HEARD}
            words = scope.heard.named[row.sentence.block].get(units[p].key, ()) if pronoun else (units[p].first,)
            bound = {role: scope.heard.each(f"role:{role}", row.sentence.block, words, "show") for role in HEARD}
            at_all = scope.heard.each("role:any", row.sentence.block, words, "show")
            alone = [(p, role, "heard") for role in HEARD if LOUD in heard.get(role, ()) or max(bound[role].values(), default=0.0) > ENOUGH]
            for a, role, how in (*sorted(anchors, key=lambda x: (abs(x[0] - p), x[0])), *alone):
                if role in seen or abs(a - p) > REACH.get(how, FAR):
                    continue
                seen.add(role)
                lo, hi = (a, p) if a < p else (p, a)
                between = units[lo + 1 : hi]
                base = {f"role:{role}", f"how:{how}"}
                side = "before" if a < p else "after"
                sig = signature(units, lo + 1, hi)
                base |= {f"{side}:{how}:{sig}", f"{side}:{distance(len(between))}", f"{side}:{how}"}
                base |= {f"{side}:sig:{sig}:{role_groups().get(role)}"}
                kinds = {u.kind for u in between}
                if any(lo < x < hi for x, *_ in anchors):
                    base.add(f"{side}:anchor-between:{how}")
                if "P" in kinds:
                    base.add(f"{side}:person-between")
                if any(u.word in (";", ".") for u in between):
                    base.add("stop-between")
                if any(u.word == "(" for u in between) != any(u.word == ")" for u in between):
                    base.add("bracket-between")
                base.add(f"word:{units[a].word}:{side}")
                base.add(f"next:{units[p + 1].word if p + 1 < len(units) and units[p + 1].kind == 'W' and units[p + 1].word in SIGNS else units[p + 1].kind if p + 1 < len(units) else 'end'}:{side}:{how}")
                base.add(f"prev:{units[p - 1].word if p and units[p - 1].kind == 'W' and units[p - 1].word in SIGNS else units[p - 1].kind if p else 'start'}:{side}:{how}")
                if a == 0 or (a == 1 and units[0].kind == "W"):
                    base.add(f"line-starts-with-role:{side}")
                if row.sentence.heading:
                    base.add("heading")
                if row.past:
                    base.add("past-credits")
                if pronoun:
                    base |= {"pronoun", f"pronoun:{how}"}
                for x in heard.get(role, ()):
                    base |= {x, f"{x}:{how}", f"{x}:{role}"}
                other = by_role.get((units[p].key, role), set())
                if other:
                    base |= {"role-held", f"role-held:{how}"}
                group += 1
                meant = shows_meant(row, number, a, p, scope, together.get((units[p].key, role), ()))
                read_here = {show for show, _, also in meant if any(row.sentence.start in read_in.get((units[p].key, role, k), ()) for k in (show, *also))}
                for show, where, also in meant:
                    key = (units[p].key, role, show)
                    if read_here and show not in read_here | here and show in other:
                        continue  # its own sentence tells it
                    told |= {(units[p].key, role, k) for k in (show, *also)}
                    f = base | {f"show:{w}" for w in where}
                    f |= {f"show:{w}:{side}" for w in where} | {f"show:{w}:past" for w in where if row.past}
                    if unscripted:
                        f.add(f"unscripted:{role}:{'main' if show == scope.main_show else 'other'}")
                    if show == scope.main_show:
                        f.add("main-show")
                        f.add(f"main-show:{'named' if row.shows else 'unnamed'}")
                    f |= {f"show:{w}:{how}:{role_groups().get(role)}" for w in where if len(w) < 14}
                    f |= scope.standing(show, show in here)
                    f |= pair_features(at_all, (show, *also), "any")
                    if role in bound:
                        f |= pair_features(bound[role], (show, *also), tails=(role, how))
                    places = " ".join(sorted(w for w in where if w.split(":")[0] in PLACES))
                    f |= {f"places:{places}", f"places:{places}:{how}"}
                    if count == 1:
                        f.add("only-show")
                    rules = set().union(*(by_rule.get((units[p].key, role, k), ()) for k in (show, *also)))
                    f |= {f"rule:{r}" for r in rules} | ({"rule"} if rules else set())
                    if rules:
                        read = "here" if any(row.sentence.start in read_in.get((units[p].key, role, k), ()) for k in (show, *also)) else "elsewhere"
                        f |= {f"rule-{read}", f"rule-{read}:{row.naming}"}
                    if not rules and other:
                        f.add("rule-other-show")
                    if not other:
                        f.add("no-rule")
                    span = scope.unit_span(row.sentence, units[a] if units[a].kind in "RV" else units[p])
                    yield Candidate(key, f, row, span, a, p, group, also)
    for r in found.roles:  # what a rule alone read, from words that no candidate stands on
        key = (r.person, r.role, r.show)
        if r.show and key not in told:
            told.add(key)
            group += 1
            home = next((x for x in rows if x.sentence.start <= r.start < x.sentence.end), None)
            if home is not None:
                yield Candidate(key, {f"role:{r.role}", f"rule:{r.rule}", "rule", "rule-alone", *({"main-show"} if r.show == scope.main_show else ())}, home, (r.start, r.end), group=group)


def shows_meant(row: Row, number: int, a: int, p: int, scope: Scope, together: Sequence[Sequence[str]] = ()) -> list[tuple[str, set[str], tuple[str, ...]]]:
    """The shows that a credit may be meant of: (show, where it stands to the words of the credit, the others of its list).

    A list of shows stands for one, by its member that is nearest; so do shows that a rule read ``together`` ("both series").
    """
    units = row.units
    out: dict[str, set[str]] = {}
    also: dict[str, tuple[str, ...]] = {}
    lo, hi = min(a, p), max(a, p)
    shows = [i for i in row.shows if lo - FAR_SHOW <= i <= hi + FAR_SHOW]
    left = [i for i in shows if i < lo]
    right = [i for i in shows if i > hi]
    many = "many" if len({units[k].key for k in shows}) > 1 else "one"
    for i in shows:
        members = row.lists[i]
        if (i < lo and i != max(k for k in members if k < lo)) or (i > hi and i != min(k for k in members if k > hi)):
            continue
        where = out.setdefault(units[i].key, set())
        also[units[i].key] = tuple(dict.fromkeys(units[k].key for k in members if units[k].key != units[i].key and (k < lo) == (i < lo) and (k > hi) == (i > hi)))
        modifier = i + 1 < len(units) and (units[i + 1].kind in "RP" or units[i + 1].word in MODIFIED)
        if lo < i < hi:
            where |= {"inside", f"inside:{signature(units, lo + 1, i)}"}
        elif i < lo:
            rank = len(left) - left.index(i)
            where |= {f"left{min(rank, 3)}:{many}", f"left:{signature(units, i + 1, lo)}"}
        else:
            where |= {f"right{min(right.index(i) + 1, 3)}:{many}", f"right:{signature(units, hi + 1, i)}"}
        if len(members) > 1:
            where.add("list")
        if modifier:
            where.add("modifier")
        if is_origin(units, i):
            where.add("origin")
    bare = row.naming
    listed = {k for others in also.values() for k in others}
    for place, show in (("focus", row.focus), ("main", scope.main_show), ("head", row.head), ("section", row.section), *((f"before{n + 1}", b) for n, b in enumerate(row.before[:2])), *(("after", b) for b in row.after)):
        if show and show not in listed:
            out.setdefault(show, set()).add(f"{place}:{bare}")
    if row.of_original:
        out = {show: where for show, where in out.items() if show == row.focus or any(units[i].key == show for i in row.shows)}
    for show, where in out.items():
        where |= earlier(row, show, number, bare)
    for read in together:
        first = next((k for k in out if k in read), "")
        if first:
            also[first] = tuple(dict.fromkeys((*also.get(first, ()), *(k for k in read if k != first))))
            for k in also[first]:
                out[first] |= out.pop(k, set())
    return [(show, where, also.get(show, ())) for show, where in out.items()]


def _bracketed(units: Sequence[Unit], show: int, company: int) -> bool:
    """Whether a company stands in the brackets right after a show: "S (6 x 60', C, C)", "S S3 (C)"."""
    opening = next((k for k in range(company - 1, show, -1) if units[k].word in ("(", ")")), show)
    return units[opening].word == "(" and opening - show <= 2 and not any(u.kind == "S" for u in units[show + 1 : company])


def parts(rows: Sequence[Row], scope: Scope, found: Found) -> Iterator[Candidate]:
    """Every show with the companies near it, and near sentences that speak of it: key (show, company)."""
    by_rule: dict[tuple[str, str], set[str]] = {}
    for s in found.show_companies:
        by_rule.setdefault((s.show, s.company), set()).add(f"{s.relation}:{s.rule}")
    held: dict[str, set[str]] = {}
    for r in found.roles:
        if r.company and r.role == "Affiliated":
            held.setdefault(r.company, set()).add(r.person)
    told: set[tuple[str, str]] = set()
    for number, row in enumerate(rows):
        units = row.units
        words = {u.word for u in units}
        makes = any(u.kind in "RV" and set(u.roles) & {"Executive Producer", "Producer"} for u in units) or bool(words & {"production", "studio", "produced", "produces", "producing"})
        office = any(u.kind == "R" and "Executive" in u.roles for u in units)
        for c in row.companies:
            kind = scope.kind(units[c].key)
            prev = [u.word if u.kind == "W" else u.kind for u in units[max(0, c - 3) : c]]
            nxt = [u.word if u.kind == "W" else u.kind for u in units[c + 1 : c + 4]]
            base = {f"kind:{kind}", f"prev1:{' '.join(prev[-1:])}:{kind}", f"prev2:{' '.join(prev[-2:])}", f"next1:{' '.join(nxt[:1])}:{kind}", f"next2:{' '.join(nxt[:2])}"}
            base |= {f"near:{w}:{kind}" for w in words & NEAR}
            base |= {f"{relation}:{x}" for relation in SHOW_COMPANY_RELATIONS for x in scope.heard.at(f"part:{relation}", *scope.unit_span(row.sentence, units[c]))}
            if makes:
                base.add(f"makes:{kind}")
            if office:
                base.add(f"office:{kind}")
            if row.sentence.heading:
                base.add("heading")
            if row.past:
                base.add("past-credits")
            block = row.sentence.block
            bound = {
                relation: {show: scope.heard.related(f"part:{relation}", block, words, (units[c].first,)) for show, words in scope.heard.near(block, units[c].first, "show").items()}
                for relation in SHOW_COMPANY_RELATIONS
            }
            out: dict[str, set[str]] = {}
            for i in row.shows:
                if abs(i - c) > FAR_SHOW:
                    continue
                lo, hi = min(i, c), max(i, c)
                sig = signature(units, lo + 1, hi)
                side = "show-first" if i < c else "company-first"
                rank = sum(1 for k in row.shows if lo < k < hi)
                others = sum(1 for k in row.companies if lo < k < hi)
                where = out.setdefault(units[i].key, set())
                if is_origin(units, i):
                    where |= {"origin", f"origin:{side}", f"origin:{kind}"}
                if side == "show-first" and _bracketed(units, i, c):
                    where |= {"bracket-after-show", f"bracket-after-show:{kind}"}
                nearest = min(row.lists[i], key=lambda k: abs(k - c))
                if nearest != i:
                    a, b = min(nearest, c), max(nearest, c)
                    where |= {"in-list", f"list:{side}:{signature(units, a + 1, b)}:{kind}", f"list:{side}:{distance(b - a - 1)}:{kind}"}
                where.update({f"{side}", f"{side}:{kind}", f"{side}:{sig}", f"{side}:{sig}:{kind}", f"{side}:{distance(hi - lo - 1)}", f"{side}:rank{min(rank, 3)}:{kind}", f"{side}:over{min(others, 2)}"})
            bare = row.naming
            for place, show in (("focus", row.focus), ("main", scope.main_show), ("head", row.head), ("section", row.section), *((f"before{n + 1}", b) for n, b in enumerate(row.before[:2]))):
                if show:
                    out.setdefault(show, set()).update({f"{place}:{bare}", f"{place}:{bare}:{kind}"})
            if row.of_original:
                out = {show: where for show, where in out.items() if show == row.focus or any(units[i].key == show for i in row.shows)}
            for show, where in out.items():
                where |= earlier(row, show, number, bare)
                where.add("places:" + " ".join(sorted(w for w in where if w in {f"{p}:{bare}" for p in PLACES} or w in ("show-first", "company-first"))))
                fellows = {units[k].key for i in row.shows if units[i].key == show for k in row.lists[i]} | {show}
                where |= {x for relation, likely in bound.items() for x in pair_features(likely, fellows, f"pair:{relation}")}
                key = (show, units[c].key)
                rules = by_rule.get(key, set())
                f = base | where | scope.standing(show, any(units[i].key == show for i in row.shows)) | {f"rule:{r}" for r in rules} | {f"rule:{r.split(':')[0]}" for r in rules}
                if not rules:
                    f.add("no-rule")
                    if any(k[1] == key[1] for k in by_rule):
                        f.add("rule-other-show")
                if show == scope.main_show:
                    f.add(f"main-show:{kind}")
                if held.get(key[1], set()) & {r.person for r in found.roles if r.show == show}:
                    f.add("its-people-made-it")
                told.add(key)
                yield Candidate(key, f, row, scope.unit_span(row.sentence, units[c]), c)
    for s in found.show_companies:
        if (s.show, s.company) not in told:
            told.add((s.show, s.company))
            home = next((x for x in rows if x.sentence.start <= s.start < x.sentence.end), None)
            if home is not None:
                yield Candidate((s.show, s.company), {f"rule:{s.relation}:{s.rule}", f"rule:{s.relation}", "rule-alone", f"kind:{scope.kind(s.company)}"}, home, (s.start, s.end))


#: Words whose presence in a sentence bears on a company's part in a show.
NEAR = {
    "produced", "produces", "produce", "producing", "production", "distribution", "distributes", "distribute", "distributed", "sales", "rights", "sold", "licensed", "acquired", "ordered", "renewed", "cancelled", "canceled",
    "premiere", "premieres", "air", "airs", "aired", "stream", "streams", "streaming", "studio", "network", "commissioned", "developing", "development", "association", "co-production", "remake", "release", "released", "theaters",
    "repped", "represented", "podcast", "overall", "deal", "launch", "debut", "returns", "formerly", "owned", "parent", "part", "from", "for",
}  # fmt: skip
