"""Candidates for people at companies: an executive, a founder, a client, with the company of the sentence or the one the article is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pipeline.heard import pair_features
from pipeline.match.context import Row, distance, signature
from pipeline.match.items import Unit
from pipeline.match.pairs import FAR, Candidate
from pipeline.match.scope import Found, Scope

#: Words of a sentence that tell what somebody is to a company.
NEAR = {
    "founder", "founded", "co-founder", "co-founded", "runs", "led", "leads", "heads", "through", "via", "under", "banner", "label", "shingle", "company", "outfit", "firm", "joins", "joined", "join", "joining",
    "left", "leaves", "leaving", "exits", "departs", "departure", "from", "previously", "former", "formerly", "ex", "spent", "worked", "stint", "veteran", "deal", "pact", "contact", "press", "said", "says",
    "added", "told", "attorney", "agent", "lawyer", "manager", "management", "repped", "represented", "reps", "reports", "report", "named", "appointed", "promoted", "upped", "elevated", "hired", "tapped", "succeeds", "succeeding",
    "replaces", "produce", "produces", "produced", "producing", "oversee", "oversees", "oversaw", "negotiated", "brokered", "for", "with", "behalf", "served", "serves", "where", "who", "partner", "owned", "his", "her", "their", "began", "career",
}  # fmt: skip
#: Words for the company that the text is about.
COMPANY_WORDS = {"company", "network", "studio", "channel", "streamer", "label", "banner", "agency", "firm", "outfit", "division", "group", "team", "unit", "broadcaster", "service", "platform", "producer", "distributor", "its", "shingle"}
#: What a channel's or service's executive does for a show: "commissioned by P, head of drama".
COMMISSIONS = {"commissioned", "commissions", "commissioning", "ordered", "greenlit", "greenlighted", "commissioner", "commissioners"}
#: Words right before an office that tell it of former days: "was most recently president", "served as head", "until 2020 she had been".
WAS = {"was", "were", "been", "served", "spent", "previously", "formerly", "former", "ex"}
#: How many units before an office they may stand.
SHORTLY = 7
#: The feature of a candidate whose company its sentence does not name.
UNNAMED = "un"
#: ... and of one whose company a word of office names, "president of C".
OWN_OFFICE = "own-office"
#: How many of the article's most named companies may be meant where none is named.
MOST_NAMED = 2


def offices(rows: Sequence[Row], scope: Scope, found: Found) -> Iterator[Candidate]:
    """Every person with the companies near, and beside words of office with those the article is about: key (person, company)."""
    by_rule: dict[tuple[str, str], set[str]] = {}
    for r in found.roles:
        if r.company:
            by_rule.setdefault((r.person, r.company), set()).update({f"{r.role}:{r.rule}", *([f"status:{r.status}"] if r.status else [])})
    told: set[tuple[str, str]] = set()
    about = _about(rows)
    last = ""
    for row in rows:
        units = row.units
        business = [i for i, u in enumerate(units) if u.kind == "R" and "Executive" in u.roles]
        words = {u.word for u in units if u.kind in "WA"}
        repped = bool(words & {"repped", "represented", "reps", "clients", "managed"}) or any("Client" in u.roles for u in units)
        of_row = {f"near:{w}" for w in words & NEAR} | {f"start:{units[0].word if units[0].kind == 'W' else units[0].kind}" if units else "start:"}
        if row.sentence.heading:
            of_row.add("heading")
        if len(units) < 14 and not any(u.kind in "VQ" for u in units):
            of_row.add("contact-line")
        for p in row.people:
            office = min(business, key=lambda b: abs(b - p), default=-1)
            base = of_row | _person(row, p, office)
            base |= {f"{role}:{x}" for role in ("Executive", "Affiliated", "Client") for x in scope.heard.at(f"role:{role}", *scope.unit_span(row.sentence, units[p]))}
            block = row.sentence.block
            own = scope.heard.named[block].get(units[p].key, ()) if "pronoun" in base else (units[p].first,)
            bound = {role: scope.heard.each(f"role:{role}", block, own, "company") for role in ("Executive", "Affiliated", "Client")}
            named: set[str] = set()
            for c in row.companies:
                if abs(c - p) > FAR:
                    continue
                key = (units[p].key, units[c].key)
                told.add(key)
                f = base | _named(row, p, c, business, office, repped, scope) | _rules(key, row, by_rule)
                f |= {x for role, likely in bound.items() for x in pair_features(likely, (key[1],), f"pair:{role}")}
                named.add(key[1])
                office_at, names_it = _office_at(row, p, c, business)
                yield Candidate(key, f | ({OWN_OFFICE} if names_it else set()), row, scope.unit_span(row.sentence, units[p]), office_at, p)
            if abs(office - p) <= FAR and office >= 0 and not repped:
                for company, where in _unnamed(about, last):
                    if company not in named:
                        key = (units[p].key, company)
                        told.add(key)
                        f = _unnamed_features(row, office, company, where, base, named, scope)
                        f |= {f"un:{x}" for role, likely in bound.items() for x in pair_features(likely, (company,), f"pair:{role}")}
                        yield Candidate(key, f | _rules(key, row, by_rule), row, scope.unit_span(row.sentence, units[p]), office, p)
        if row.companies and not row.sentence.heading:
            last = units[row.companies[-1]].key
    for r in found.roles:
        if r.company and (r.person, r.company) not in told:
            told.add((r.person, r.company))
            home = next((x for x in rows if x.sentence.start <= r.start < x.sentence.end), None)
            if home is not None:
                yield Candidate((r.person, r.company), {f"rule:{r.role}:{r.rule}", f"rule:{r.role}", "rule-alone"}, home, (r.start, r.end))


def _about(rows: Sequence[Row]) -> list[tuple[str, set[str]]]:
    """The companies that the article is about: the most named ones, with how they stand out."""
    named = Counter(u.key for row in rows for u in row.units if u.kind == "C")
    headed = {row.units[c].key for n, row in enumerate(rows) for c in row.companies if row.sentence.heading or n < 2}
    total = sum(named.values())
    order = list(named)
    most = sorted(named, key=lambda k: (-named[k], order.index(k)))[:MOST_NAMED]
    return [(k, {f"un-most{n}", f"un-share{n}:{5 * named[k] // total}", f"un-told:{min(named[k], 5)}", f"un-most{n}:{'headed' if k in headed else 'not-headed'}"}) for n, k in enumerate(most, start=1)]


def _unnamed(about: Sequence[tuple[str, set[str]]], last: str) -> list[tuple[str, set[str]]]:
    """The companies that may be meant where the sentence names none of them: (company, how it stands out)."""
    out = {k: set(where) for k, where in about}
    if last:
        out.setdefault(last, set()).add("un-last")
    return list(out.items())


def _unnamed_features(row: Row, office: int, company: str, where: set[str], person: set[str], named: set[str], scope: Scope) -> set[str]:
    """What speaks for a company that the sentence does not name: how it stands out, and how the person (``person``) and the companies that are ``named`` stand."""
    beside = {f"un-beside:{scope.kind(k)}" for k in named} or {"un-alone"}
    how = {x for x in person if x.startswith(("office-", "next:", "near:said", "near:says", "near:from", "near:former"))}
    f = {f"un:{x}" for x in person} | {UNNAMED, f"un-kind:{scope.kind(company)}"} | where | beside
    f |= {f"un:{w}:{x}" for w in where for x in (*beside, *how)}
    if {u.word for u in row.units if u.kind in "WA"} & COMMISSIONS:
        f |= {"un-commissions", f"un-commissions:{scope.kind(company)}", *(f"un-commissions:{w}" for w in where)}
    if {u.word for u in row.units if u.kind in "WA"} & COMPANY_WORDS:
        f.add("un-company-word")
    if _has_company(row, office):
        f.add("un-office-has-company")
    return f


def _person(row: Row, p: int, office: int) -> set[str]:
    """How the person stands in the sentence, and to the nearest word of office."""
    units = row.units
    f = {f"prev:{_sign(row, p - 1)}", f"next:{_sign(row, p + 1)}"}
    if units[p].word in ("he", "she", "they", "his", "her", "their"):
        f.add("pronoun")
    if office < 0:
        return f | {"no-office"}
    side = "office-first" if office < p else "office-after"
    lo, hi = min(p, office), max(p, office)
    f |= {f"{side}:{signature(units, lo + 1, hi)}", f"{side}:{distance(hi - lo - 1)}", side}
    if any(u.kind == "P" for u in units[lo + 1 : hi]):
        f.add(f"{side}:person-between")
    return f | _was(units, office)


def _was(units: Sequence[Unit], office: int) -> set[str]:
    """The words that tell an office of former days, with nothing done between them and it: "was president", not "was named president"."""
    f = set()
    for u in reversed(units[max(0, office - SHORTLY) : office]):
        if u.word in WAS:
            f |= {"was", f"was:{u.word}"}
        elif u.tag.startswith("VB") or u.kind in "PSQV" or u.word in (".", ";"):
            break
    return f


def _named(row: Row, p: int, c: int, business: Sequence[int], office: int, repped: bool, scope: Scope) -> set[str]:
    """How a company that the sentence names stands to the person."""
    units = row.units
    lo, hi = min(p, c), max(p, c)
    side = "company-first" if c < p else "person-first"
    sig = signature(units, lo + 1, hi)
    kind = scope.kind(units[c].key)
    f = {side, f"{side}:{sig}", f"{side}:{distance(hi - lo - 1)}", f"kind:{kind}:{side}", f"kind:{kind}"}
    f |= {f"{u.kind}-between:{side}" for u in units[lo + 1 : hi] if u.kind in "PCSVRQ"}
    f |= {f"between:{u.word}:{side}" for u in units[lo + 1 : hi] if u.kind == "W" and u.word in NEAR}
    f |= {f"c-prev:{_sign(row, c - 1)}:{side}", f"c-next:{_sign(row, c + 1)}:{side}", f"c-prev2:{_sign(row, c - 2)} {_sign(row, c - 1)}"}
    own = _own_company(row, p, c)
    f |= {f"{own}", f"{own}:{side}"}
    people = sum(u.kind == "P" for u in units[lo + 1 : hi])
    companies = len({u.key for u in units[lo + 1 : hi] if u.kind == "C"})
    f |= {f"people-between:{min(people, 3)}:{side}", f"companies-between:{min(companies, 3)}:{side}"}
    if any(lo < b < hi for b in business):
        f.add(f"office-between:{side}")
    if office >= 0:
        a, b = min(office, c), max(office, c)
        f |= {f"office-company:{'before' if c < office else 'after'}:{signature(units, a + 1, b)}", f"office-company:{distance(b - a - 1)}"}
    near = min((abs(b - p) for b in business), default=99)
    f.add(f"office-near:{distance(near)}" if near < 13 else "no-office-near")
    if repped:
        f |= {"repped", f"repped:{side}", f"repped:{sig}", f"repped:{kind}", f"repped:{side}:{min(people, 2)}"}
    return f


def _own_company(row: Row, p: int, c: int) -> str:
    """Whether another company stands nearer to the person, with nobody between them."""
    units = row.units
    nearer = [k for k in row.companies if units[k].key != units[c].key and abs(k - p) < abs(c - p)]
    free = [k for k in nearer if not any(u.kind == "P" for u in units[min(k, p) + 1 : max(k, p)])]
    after = any(k > p for k in free)
    return f"nearer:{'after' if after else 'before' if free else 'over' if nearer else 'none'}"


def _office_at(row: Row, p: int, c: int, business: Sequence[int]) -> tuple[int, bool]:
    """The word of office that is meant of a company, and whether it names it ("president of C"): else the one between it and the person, else the nearest to him; -1 where there is none."""
    units = row.units
    own = [b for b in business if p < b < c and all(u.kind == "W" and u.word not in (",", ".", ";") for u in units[b + 1 : c]) and not any(u.kind == "P" for u in units[p + 1 : b])]
    inside = [b for b in business if min(p, c) < b < max(p, c)]
    return (own[-1], True) if own else (min(inside or business, key=lambda b: abs(b - p), default=-1), False)


def _has_company(row: Row, office: int) -> bool:
    """Whether the sentence names the company right at the word of office: "C's president", "president of C"."""
    units = row.units
    before = any(u.kind == "C" for u in units[max(0, office - 2) : office])
    return before or any(u.kind == "C" and units[k - 1].word in ("of", "at", "for", ",") for k, u in enumerate(units[office + 1 : office + 9], start=office + 1))


def _sign(row: Row, i: int) -> str:
    if not 0 <= i < len(row.units):
        return "end"
    u = row.units[i]
    return u.word if u.kind == "W" and (u.word in NEAR or not u.word.isalpha() or len(u.word) < 4) else u.kind


def _rules(key: tuple[str, str], row: Row, by_rule: dict[tuple[str, str], set[str]]) -> set[str]:
    rules = by_rule.get(key, set())
    if rules:
        return {f"rule:{r}" for r in rules} | {f"rule:{r.split(':')[0]}" for r in rules}
    here = {row.units[c].key for c in row.companies}
    others = {f"rule-other-company:{r.split(':')[0]}:{'here' if company in here else 'elsewhere'}" for (person, company), told in by_rule.items() if person == key[0] for r in told}
    return {"no-rule"} | (others or {"no-rule-for-person"})
