"""Business: executives and their companies, affiliations, representation."""

from __future__ import annotations

from pipeline.match.items import Item, Sentence
from pipeline.match.scope import Scope
from pipeline.records import Role

REP_VERBS = {"repped", "represented", "managed", "reps"}
#: Words inside a title of office after its noun ("head of drama and comedy, UK").
TITLE_STOPS = {"at", "for", "who", "which", ".", ";", "said", "says", "added", "told", "will", "is", "was", "has", "(", ")", '"', "—", "to", "where", "that", "announced", "from", "by", "'s", ":", "-", "in", "with", "as", "on"}
APPOINTS = {"named", "appointed", "hired", "tapped", "promoted", "upped", "elevated"}
FORMER = {"once", "former", "formerly", "ex", "previously", "veteran"}


def find_business(sentence: Sentence, scope: Scope, text: str) -> None:
    """All rows of people at companies that one sentence tells."""
    items = sentence.items
    for i, it in enumerate(items):
        if it.kind == "R" and it.group == "business":
            _executive(sentence, scope, i, text)
        if it.kind == "P" and it.ties:
            for person, company, how in it.ties:
                if how in ("for", "at") and not _makes(items):
                    continue
                _row(scope, sentence, person.entity, "Affiliated", company.entity, "", (person.start, person.end), f"affiliated-{how}")
        if it.kind == "W" and it.word in REP_VERBS:
            _represented(sentence, scope, i)
        if it.word in ("veteran", "vet", "alum", "alumna") and i and (items[i - 1].kind == "C" or (i + 2 < len(items) and items[i + 1].word == "of" and items[i + 2].kind == "C")):
            of = items[i - 1] if items[i - 1].kind == "C" else items[i + 2]
            who = next((x for x in items[i + 1 : i + 2] if x.kind == "P"), None) or next((x for x in reversed(items[:i]) if x.kind == "P"), None)
            for person in who.mentions[-1:] if who else ():
                for m in of.mentions:
                    _row(scope, sentence, person.entity, "Affiliated", m.entity, "", (m.start, m.end), "veteran-of")
        with_agency = it.kind == "C" and i > 2 and items[i - 1].word == "with" and items[i - 2].word in ("is", "are") and any(scope.kind(m.entity) == "agency" for m in it.mentions)
        if with_agency and (client := next((x for x in reversed(items[: i - 2]) if x.kind == "P"), None)):
            for person in client.mentions:
                for m in it.mentions:
                    _row(scope, sentence, person.entity, "Client", m.entity, "", (m.start, m.end), "is-with")
        if it.kind == "C" and i > 1 and items[i - 1].word == "for" and items[i - 2].kind == "V" and items[i - 2].word.endswith(("produce", "produces", "produced", "producing")):
            makers = next((x for x in reversed(items[: i - 2]) if x.kind == "P"), None)
            for person in makers.mentions if makers else ():
                _row(scope, sentence, person.entity, "Affiliated", it.mentions[0].entity, "", (person.start, person.end), "produces-for")
        if it.kind == "C" and i > 1 and len(items) < 14 and items[i - 1].word == "," and items[i - 2].kind == "P" and i == 2 and not any(x.kind in "VSRQ" for x in items):
            for person in items[0].mentions[-1:]:  # a contact's line: "Jane Doe, Company, 212-555-0101"
                _row(scope, sentence, person.entity, "Affiliated", it.mentions[0].entity, "", (person.start, person.end), "contact-line")
        if it.kind == "C" and _through(items, i):
            people = next((x for x in reversed(items[:i]) if x.kind in "PQ"), None)
            keys = [m.entity for m in people.mentions] if people and people.kind == "P" else scope.whom(people) if people else []
            for key in keys:
                for m in it.mentions:
                    _row(scope, sentence, key, "Affiliated", m.entity, "", (m.start, m.end), "through-company")


def _through(items: list[Item], i: int) -> bool:
    """Whether "through", "via her", "under their banner," lead to the company at i."""
    k = i - 1
    while k > max(0, i - 7) and items[k].kind in "W" and items[k].word in ("her", "his", "their", "its", "company", "banner", "the", ",", "label", "shingle", "own", "production", "newly", "launched", "new", "-", "based"):
        k -= 1
    return k >= 0 and items[k].kind == "W" and (items[k].word in ("through", "via", "under") or (items[k].word in ("for", "with") and items[k + 1].word in ("her", "his", "their")))


def _makes(items: list[Item]) -> bool:
    return any(x.kind in "VR" for x in items)


def _row(scope: Scope, sentence: Sentence, person: str, role: str, company: str, title: str, anchor: tuple[int, int], rule: str, status: str = "") -> None:
    if person.startswith("person:") and company.startswith("company:"):
        scope.found.roles.append(Role(*anchor, (sentence.start, sentence.end), rule, 0.8, person=person, role=role, title=" ".join(title.split()), company=company, status=status))


def _title_end(sentence: Sentence, i: int) -> int:
    """One past the last item of the title of office that begins at i."""
    items = sentence.items
    k = i + 1
    while k < len(items) and k < i + 16:
        it = items[k]
        if it.kind in "PSVXQ" or it.kind == "C":
            break
        if it.kind == "W" and it.word in TITLE_STOPS:
            break
        if it.word == ",":
            nxt = items[k + 1] if k + 1 < len(items) else None
            if nxt is None or nxt.kind in "CPSQV" or (nxt.kind == "W" and not _title_word(sentence, nxt)):
                break
        k += 1
    while k > i + 1 and items[k - 1].word in (",", "and", "of", "the", "&"):
        k -= 1
    return k


def _title_word(sentence: Sentence, it: Item) -> bool:
    return it.tag.startswith(("NN", "JJ")) and it.word not in ("who",)


def _executive(sentence: Sentence, scope: Scope, i: int, text: str) -> None:
    items = sentence.items
    if (i and items[i - 1].kind == "R" and items[i - 1].group == "business") or (i > 1 and items[i - 1].word in ("and", "&", ",", "of") and items[i - 2].kind == "R" and items[i - 2].group == "business"):
        return
    end = _title_end(sentence, i)
    start = items[i].roles[0][2][0]
    last = items[end - 1]
    stop = last.roles[-1][2][1] if last.roles else _end_offset(sentence, scope, end, text)
    title = text[start:stop]
    before = items[i - 1] if i else None
    k = i - 1
    status = ""
    while k >= 0 and items[k].kind == "W" and items[k].word in ("the", "a", "an", "former", "new", "its", "as", "current", "longtime", "veteran", "then", "to", "and", "'s", "'", "global", "now", "deputy", "ex", "-"):
        if items[k].word in FORMER:
            status = "former"
        k -= 1
    left = items[k] if k >= 0 else None
    companies: list[str] = []
    person: Item | None = None
    # the company after the title: "of C", "at C", "for C", ", C"
    m = end
    if m < len(items) and items[m].word in ("of", "at", "for", ",", "with", "in", "from", "-", "and"):
        m += 1
    while m < len(items) and items[m].word in ("the", "its"):
        m += 1
    after = items[m] if m < len(items) else None
    if after and after.kind == "C" and m - end <= 2 and not (m + 1 < len(items) and items[m + 1].word in ("'s", "'") and items[m - 1].word not in ("of", "at", "for")):
        companies = [x.entity for x in after.mentions]
        m += 1
    elif left and left.kind == "C":
        companies = [left.mentions[-1].entity]
        if k > 0 and items[k - 1].word == ",":
            k -= 1
        left = items[k - 1] if k > 0 else None
        k -= 1
    follower = items[m] if companies and m < len(items) and after and after.kind == "C" else items[end] if end < len(items) else None
    if follower and follower.kind == "P":
        person = follower
    else:
        while k >= 0 and items[k].kind in "WQ" and items[k].word in (",", "is", "was", "are", "named", "appointed", "promoted", "been", "has", "as", "to", "tapped", "hired", "a", "an", "the", "will", "be", "serve", "serves", "join", "joins", "joined", "upped", "elevated", "currently", "who", "also", "become", "becomes", "became", "served", "reports", "works", "-", "formerly", "previously", "most", "recently", "once", "longtime", "former"):
            status = "former" if items[k].word in FORMER or items[k].word == "recently" else status
            k -= 1
        if k >= 0 and items[k].kind != "P" and items[k + 1].word == ",":
            k = _before_clause(items, k)
        if k >= 0 and items[k].kind == "P":
            person = items[k]
        elif k >= 0 and items[k].kind == "Q":
            person = None
            keys = scope.people
        elif k >= 0 and items[k].kind == "C" and not companies:
            q = k
            while q >= 0 and items[q].kind in "CW" and items[q].word not in (";", "."):
                q -= 1
            person = items[q] if q >= 0 and items[q].kind == "P" else None
    keys = [x.entity for x in person.mentions] if person else scope.people if k >= 0 and items[k].kind == "Q" else []
    if person and len(keys) > 1 and follower is not person and items[i].word[-1] != "s" and not (before and before.word in ("are",)):
        keys = keys[-1:]
    elif person is not None and follower is person and len(keys) > 1 and not items[i].word.endswith("s"):
        keys = keys[:1]
    if not companies and keys:
        tied = [c.entity for p, c, _ in (person.ties if person else []) if p.entity in keys]
        if len(items) > 2 and items[0].word == "for" and items[1].kind == "C" and items[2].word == ":":
            tied = tied or [items[1].mentions[0].entity]  # "For C: P is head of drama; Q is ..."
        if scope.office[0] == sentence.start:
            tied = tied or list(scope.office[1])
        lead = next((x for x in items[:i] if x.kind in "CP"), None)
        if not tied and lead and lead.kind == "C" and any(x.word in APPOINTS for x in items[:i]):
            tied = [m.entity for m in lead.mentions]  # "C has promoted P to head of drama and Q to head of comedy"
        companies = tied or ([scope.company] if scope.company and items[i].word not in ("executive", "manager", "chief", "head", "partner", "chair", "rep", "boss") else [])
    words = {x.word for x in items}
    if words & (APPOINTS | {"joins"}) and not status:
        status = "incoming" if not words & {"former", "previously", "served"} and follower is not person else ""
    pairs = {p.entity: c.entity for p, c, how in (person.ties if person else []) if how == "brackets"}
    if len(pairs) > 1:  # "the commissioning editors are P (C) and Q (D)": each at their own
        for key, company in pairs.items():
            _row(scope, sentence, key, "Executive", company, title, (start, stop), "executive-brackets", status)
        return
    if companies:
        scope.office = (sentence.start, tuple(companies))
    for key in keys:
        for company in companies:
            _row(scope, sentence, key, "Executive", company, title, (start, stop), "executive", status)


def _before_clause(items: list[Item], k: int) -> int:
    """Whom a clause that ends at k is told of: "P, who was head of drama at C, has been named"; k where there is none."""
    for m in range(k, 1, -1):
        if items[m].word in ("who", "whose") and items[m - 1].word == "," and items[m - 2].kind == "P":
            return m - 2
        if items[m].word in (";", ".", ","):
            return k
    return k


def _end_offset(sentence: Sentence, scope: Scope, end: int, text: str) -> int:
    """The offset after the word item ``end - 1``: items of words know their tokens only by number."""
    return scope.span(sentence, sentence.items[end - 1])[1]


def _represented(sentence: Sentence, scope: Scope, i: int) -> None:
    """"P is repped by C, D and E", and the lists that go on: ", Q by F; R by G and H"."""
    items = sentence.items
    people = next((x for x in reversed(items[:i]) if x.kind == "P" or (x.kind == "Q" and x.word != "who")), None)
    keys = [m.entity for m in people.mentions] if people and people.kind == "P" else scope.whom(people)
    k = i
    while k + 1 < len(items):
        k += 1
        it = items[k]
        if it.kind == "P" and k + 1 < len(items) and any(x.word in ("by", "with") or x.word in REP_VERBS for x in items[k + 1 : k + 5]):
            keys = [m.entity for m in it.mentions]
        elif it.kind == "C":
            for m in it.mentions:
                for key in keys:
                    _row(scope, sentence, key, "Client", m.entity, "", (m.start, m.end), "represented-by")
        elif it.kind == "V":
            break
