"""Behaviour tests in the manner of CheckList (Ribeiro et al., ACL 2020): small sentences by capability, each filled with several names.

A template is (capability, id, text, what must be found, what must not). A fact is written as one line:
``role Person | Role | Show or Company``, ``part Show | relation | Company``, ``event event | Show or Person``,
``former Person | Role | Company`` (or ``incoming``), ``date text | first day``, ``show Title``, ``person Name``, ``company Name``.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline import extract

#: Names to fill in: of several traditions, titles of several shapes, companies known and made up.
FILLS = (
    {"P": "Nora Whitfield", "Q": "Samuel Okonjo", "R": "Lucía Herrero", "S": "Harbour Street", "T": "The Long Winter", "C": "NBC", "D": "Tall Oak Pictures", "E": "CAA"},
    {"P": "Kenji Morita", "Q": "Aoife O’Sullivan", "R": "J. R. Castellanos", "S": "Blackwater", "T": "Kings of Nowhere", "C": "Netflix", "D": "Lantern Films", "E": "WME"},
    {"P": "Priya Raghunathan", "Q": "Tom Baker Jr.", "R": "Anna-Lena Vogt", "S": "What the River Knows", "T": "1962", "C": "BBC One", "D": "Silverlake Entertainment", "E": "UTA"},
    {"P": "Marek Zieliński", "Q": "Grace Adeyemi", "R": "Park Ji-hoon", "S": "Dr. Marlow", "T": "Red Line: Boston", "C": "HBO", "D": "Northgate Television", "E": "ICM Partners"},
    {"P": "Chloé Delacroix", "Q": "Omar El-Amin", "R": "Beatriz da Silva", "S": "Midnight in Oaxaca", "T": "Stormborn", "C": "Apple TV+", "D": "Blue Heron Productions", "E": "Gersh"},
    {"P": "William Stanton", "Q": "Mei-Ling Zhou", "R": "Tariq Hussain", "S": "Love & Taxes", "T": "The Keeper’s Daughter", "C": "Channel 4", "D": "Copper Hill Studios", "E": "Paradigm"},
)


@dataclass(frozen=True)
class Template:
    capability: str
    name: str
    text: str
    found: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


def t(capability: str, name: str, text: str, *lines: str) -> Template:
    return Template(capability, name, text, tuple(x for x in lines if not x.startswith("no ")), tuple(x.removeprefix("no ") for x in lines if x.startswith("no ")))


TEMPLATES = (
    # titles: every quoting style and none
    t("titles", "double quotes", "{C} has renewed “{S}” for a second season.", "show {S}"),
    t("titles", "single quotes", "{C} has renewed ‘{S}’ for a second season.", "show {S}"),
    t("titles", "straight quotes", '{C} has renewed "{S}" for a second season.', "show {S}"),
    t("titles", "unquoted after a noun", "{C} has ordered the drama series {S}.", "show {S}"),
    t("titles", "after called", "The new series is called {S}.", "show {S}"),
    t("titles", "list of two", "{C} renewed “{S}” and “{T}.”", "show {S}", "show {T}"),
    # names
    t("names", "subject", "{P} directs the film “{S}.”", "person {P}"),
    t("names", "speaker", "“We are thrilled,” said {P}, president of {D}.", "person {P}"),
    t("names", "surname points back", "{P} created “{S}.” {P_last} is also the showrunner.", "role {P} | Showrunner | {S}"),
    t("names", "possessive", "{P}’s new film is called “{S}.”", "person {P}"),
    t("names", "no person in a title", "“{S}” returns to {C} in March.", "no person {S}"),
    t("names", "two that a hyphen joins", "The Rachel Stone-Peter Ruiz drama “{S}” is set at {C}.", "person Rachel Stone", "person Peter Ruiz"),
    # coordination
    t("coordination", "two creators", "“{S}” was created by {P} and {Q}.", "role {P} | Creator | {S}", "role {Q} | Creator | {S}"),
    t("coordination", "three stars", "“{S}” stars {P}, {Q} and {R}.", "role {P} | Actor | {S}", "role {Q} | Actor | {S}", "role {R} | Actor | {S}"),
    t("coordination", "two roles", "{P} is the creator and showrunner of “{S}.”", "role {P} | Creator | {S}", "role {P} | Showrunner | {S}"),
    t("coordination", "verbs in a row", "{P} wrote and directed “{S}.”", "role {P} | Writer | {S}", "role {P} | Director | {S}"),
    t("coordination", "people and roles", "{P} and {Q} are executive producers of “{S}.”", "role {P} | Executive Producer | {S}", "role {Q} | Executive Producer | {S}"),
    t("coordination", "promoted together", "{D} has promoted {P} to head of drama and {Q} to head of comedy.", "event promoted | {P}", "event promoted | {Q}", "role {P} | Executive | {D}", "role {Q} | Executive | {D}"),
    # apposition
    t("apposition", "role before a name", "Showrunner {P} spoke about “{S}.”", "role {P} | Showrunner | {S}"),
    t("apposition", "role after a name", "{P}, the creator of “{S},” lives in Madrid.", "role {P} | Creator | {S}"),
    t("apposition", "executive", "{P}, head of drama at {C}, ordered “{S}.”", "role {P} | Executive | {C}"),
    t("apposition", "bare company", "{P} of {D} executive produces “{S}.”", "role {P} | Affiliated | {D}", "role {P} | Executive Producer | {S}"),
    t("apposition", "company possessive", "{D}’s {P} is an executive producer of “{S}.”", "role {P} | Affiliated | {D}"),
    t("apposition", "was one and is another", "{P}, who most recently served as head of drama at {C}, has been named president of {D}.", "role {P} | Executive | {D}", "role {P} | Executive | {C}"),
    # ellipsis
    t("ellipsis", "by shared", "“{S}” is written by {P} and directed by {Q}.", "role {P} | Writer | {S}", "role {Q} | Director | {S}", "no role {P} | Director | {S}"),
    t("ellipsis", "credit line", "“{S}”\n\nDirector: {P}\nWriter: {Q}", "role {P} | Director | {S}", "role {Q} | Writer | {S}"),
    t("ellipsis", "verb left out", "{P} is repped by {E}; {Q} by Verve.", "role {P} | Client | {E}", "role {Q} | Client | Verve"),
    t("ellipsis", "starring line", "{C} has ordered the drama “{S}.”\n\nStarring {P} and {Q}.", "role {P} | Actor | {S}", "role {Q} | Actor | {S}"),
    t("ellipsis", "with", "{C} has ordered the drama “{S},” with {P} as executive producer.", "role {P} | Executive Producer | {S}"),
    t("ellipsis", "of two shows the one that stars", "Both “{S}” and “{T}” are new. “{S}” stars newcomer {P} as Kay Lund. {R} serves as showrunner.", "role {R} | Showrunner | {S}", "no role {R} | Showrunner | {T}"),
    t("ellipsis", "two credits in one sentence", "{P} most recently starred in “{S}” and will next be seen in “{T}.”", "role {P} | Actor | {S}", "role {P} | Actor | {T}"),
    # coreference
    t("coreference", "the series", "{C} has ordered “{S}.” The series was created by {P}.", "role {P} | Creator | {S}"),
    t("coreference", "it", "{C} has ordered “{S}.” It stars {P}.", "role {P} | Actor | {S}"),
    t("coreference", "she", "{P} created “{S}.” She also directs the pilot.", "role {P} | Creator | {S}"),
    t("coreference", "the network", "{C} has renewed “{S}” for a third season. The network aired season two in May.", "part {S} | network | {C}"),
    t("coreference", "both series", "{C} has ordered “{S}” and “{T}.” {P} is an executive producer of both series.", "role {P} | Executive Producer | {S}", "role {P} | Executive Producer | {T}"),
    # negation and modality
    t("negation", "did not renew", "{C} has not renewed “{S}.”", "no event renewed | {S}"),
    t("negation", "may return", "“{S}” may be renewed by {C}.", "no event renewed | {S}"),
    t("negation", "in talks", "{P} is in talks to star in “{S}.”", "no event hired | {P}"),
    t("negation", "renewed", "{C} has renewed “{S}” for a second season.", "event renewed | {S}"),
    t("negation", "cancelled", "{C} has canceled “{S}” after two seasons.", "event cancelled | {S}"),
    t("negation", "no plans", "{C} has no plans to cancel “{S}.”", "no event cancelled | {S}"),
    t("negation", "a post that was left", "{P}, a former executive at {D}, joins {C} as head of drama.", "former {P} | Executive | {D}", "no former {P} | Executive | {C}"),
    t("negation", "a post of before", "{C} has hired {P} as head of drama. {P_last} was most recently president of {D}.", "former {P} | Executive | {D}", "no former {P} | Executive | {C}"),
    t("negation", "a post that is held", "“We are thrilled,” said {P}, president of {D}.", "role {P} | Executive | {D}", "no former {P} | Executive | {D}"),
    t("negation", "a bigger part is no promotion", "{P} has been promoted to series regular on “{S}.”", "no event promoted | {P}"),
    # what becomes of "a spinoff of S" becomes of the spinoff
    t("coreference", "a spinoff that is named later", "{C} has ordered a spinoff of “{T}.” It is called “{S}” and is set in Ohio.", "event ordered | {S}", "no event ordered | {T}"),
    t("coreference", "a spinoff that is named first", "{C} has given a series order to “{S},” a spinoff of “{T}.”", "event ordered | {S}", "no event ordered | {T}"),
    t("coreference", "a revival keeps the title", "{C} has ordered a revival of “{S}.”", "event ordered | {S}"),
    t("coreference", "their list of credits", "{P} has signed a deal with {D}. Her writing credits include “{S}” and “{T}.”", "role {P} | Writer | {S}", "role {P} | Writer | {T}"),
    t("coreference", "the original", "“{S},” a remake of the Danish drama “{T},” is in development at {C}. The original was created by {P}.", "role {P} | Creator | {T}", "no role {P} | Creator | {S}"),
    # dates
    t("dates", "full", "“{S}” premieres May 6, 2024, on {C}.", "date May 6, 2024 | 2024-05-06"),
    t("dates", "day first", "“{S}” starts on {C} on 6 May 2024.", "date 6 May 2024 | 2024-05-06"),
    t("dates", "coming day", "“{S}” will premiere on {C} on June 3.", "date June 3 | 2024-06-03"),
    t("dates", "listed start", "Premiere dates:\n\n- Oct. 3: “{S}” ({C})", "event premiere | {S}", "date Oct. 3 | 2024-10-03"),
    t("dates", "day of the news", "{C} announced on Friday that it will premiere “{S}” on June 3.", "date June 3 | 2024-06-03", "event premiere | {S}"),
    t("dates", "end is no start", "The finale of “{S}” airs on {C} on June 3.", "date June 3 | 2024-06-03", "no event premiere | {S}"),
    t("dates", "past weekday", "{C} canceled “{S}” on Friday.", "date Friday | 2024-02-09"),
    t("dates", "season of the year", "“{S}” will debut this fall on {C}.", "date this fall | 2024-09-01"),
    t("dates", "no date in a title", "“{T}” is a drama for {C}.", "no date 1962 | 1962-01-01"),
    # companies against shows
    t("companies", "network verb", "“{S}” airs on {C}.", "part {S} | network | {C}", "company {C}"),
    t("companies", "produced by", "“{S}” is produced by {D} for {C}.", "part {S} | production | {D}", "company {D}"),
    t("companies", "possessive", "{P} stars in {C}’s drama “{S}.”", "part {S} | network | {C}", "no show {C}"),
    t("companies", "from", "“{S}” hails from {D}.", "part {S} | production | {D}", "no show {D}"),
    t("companies", "two producers", "{D} and Sony Pictures Television produce “{S}.”", "part {S} | production | {D}", "part {S} | production | Sony Pictures Television"),
    # a programme known to have no script
    t("companies", "nobody plays in a competition", "{P} is in the cast of “Dancing with the Stars.”", "role {P} | Participant | Dancing with the Stars", "no role {P} | Actor | Dancing with the Stars"),
    # boilerplate
    t("boilerplate", "contact", "“{S}” returns to {C} in May.\n\nContact: {P}, {C}, 555-0100", "person {P}", "no role {P} | Actor | {S}"),
    t("boilerplate", "about", "“{S}” returns to {C} in May.\n\nAbout {D}\n{D} is a leading producer of television.", "company {D}", "no show {D}"),
    t("boilerplate", "price", "“{S}” is on {C}, which costs $9.99 a month and has 12 million subscribers.", "show {S}", "company {C}"),
    t("boilerplate", "hash signs", "{C} has ordered “{S}.”\n\n###", "show {S}"),
)


def cases() -> list[tuple[str, Template, dict[str, str]]]:
    """Every template with every filling: (id, template, names)."""
    out = []
    for template in TEMPLATES:
        for n, fill in enumerate(FILLS):
            last = [w for w in fill["P"].split() if w not in ("Jr.",)][-1]
            out.append((f"{template.capability}: {template.name} {n}", template, {**fill, "P_last": last}))
    return out


def facts_of(text: str) -> set[str]:
    """All facts of a text as lines."""
    facts = extract(text, published="2024-02-12")
    names = {e.key: e.name for e in facts.entities}
    out = {f"{e.kind} {e.name}" for e in facts.entities}
    out |= {f"role {names[r.person]} | {r.role} | {names[r.show or r.company]}" for r in facts.roles}
    out |= {f"{r.status} {names[r.person]} | {r.role} | {names[r.company]}" for r in facts.roles if r.status}
    out |= {f"part {names[s.show]} | {s.relation} | {names[s.company]}" for s in facts.show_companies}
    out |= {f"event {e.event} | {names[e.show or e.person]}" for e in facts.events}
    out |= {f"date {d.text} | {d.date_from}" for d in facts.dates}
    return {x.replace("’", "'") for x in out}


def wrong(template: Template, fill: dict[str, str]) -> list[str]:
    """What a case expects and does not find, or finds and must not."""
    found = facts_of(template.text.format(**fill))
    lines = [(x.format(**fill).replace("’", "'"), True) for x in template.found] + [(x.format(**fill).replace("’", "'"), False) for x in template.absent]
    return [("missing: " if wanted else "must not be: ") + line for line, wanted in lines if (line in found) != wanted]
