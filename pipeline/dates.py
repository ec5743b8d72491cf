"""Dates: a closed grammar of calendar expressions, placed against the article's own date, never the clock.

Full dates go through dateparser; what it gets wrong or does not know (seasons, parts of a year,
decades, ranges, TV seasons) has a small function here. Offsets point into the given text.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

MONTHS = {m: i for i, names in enumerate(("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august", "sep sept september", "oct october", "nov november", "dec december"), 1) for m in names.split()}
DAYS = {d: i for i, names in enumerate(("mon monday", "tue tues tuesday", "wed weds wednesday", "thu thur thurs thursday", "fri friday", "sat saturday", "sun sunday")) for d in names.split()}
SEASONS = {"spring": 3, "summer": 6, "fall": 9, "autumn": 9, "winter": 12}
PARTS = {"early": 0, "mid": 1, "late": 2}
_M = r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
_M_ = _M.replace("(?P<month>", "(?:")
_W = r"(?P<weekday>Mon(?:day)?|Tue(?:s(?:day)?)?|Wed(?:s|nesday)?|Thu(?:r(?:s(?:day)?)?)?|Fri(?:day)?|Sat(?:urday)?|Sun(?:day)?)\b\.?"
_D = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b"
_Y = r"(?P<year>(?:19|20)\d\d)\b"
#: Forms in order of trust; the first that matches at a place wins. Named groups are the parts.
FORMS = [
    ("iso", re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<day>\d\d)\b")),
    # "June 3-5, 2019", "June 3 - 5" but not "June 3-year"
    ("day_range", re.compile(rf"(?i)\b{_M}\s+{_D}\s*(?:-|–|to|through|and|&)\s*(?P<day2>[0-3]?\d)(?:st|nd|rd|th)?\b(?![-–]?\w)(?:,?\s+{_Y})?")),
    # "17-19 April", "25 to 27 March 2019"
    ("day_range", re.compile(rf"(?i)\b(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\s*(?:-|–|to|and)\s*(?P<day2>[0-3]?\d)(?:st|nd|rd|th)?\s+{_M}(?:,?\s+{_Y})?")),
    # "5 October to 19 November", "from August 31 to September 10, 2022"
    ("days", re.compile(rf"(?i)\b{_D}\s+{_M}\s*(?:-|–|to|through|until)\s*(?P<day2>[0-3]?\d)(?:st|nd|rd|th)?\s+(?P<month2>{_M_})(?:,?\s+{_Y})?")),
    ("days", re.compile(rf"(?i)\b{_M}\s+{_D}\s*(?:-|–|to|through|until)\s*(?P<month2>{_M_})\s+(?P<day2>[0-3]?\d)(?:st|nd|rd|th)?\b(?:,?\s+{_Y})?")),
    ("day", re.compile(rf"(?i)(?:\b{_W},?\s+)?\b{_M}\s+{_D}(?![:.]\d)(?:,?\s+{_Y})?")),
    ("day", re.compile(rf"(?i)(?:\b{_W},?\s+)?\b(?:the\s+)?{_D}\s+(?:of\s+)?{_M}(?:,?\s+{_Y})?")),
    ("numeric", re.compile(r"\b(?P<day>\d{1,2})\.(?P<m>\d{1,2})\.(?P<year>(?:19|20)\d\d)\b")),
    # "12/01/2020", as American lines of contact write it
    ("numeric", re.compile(r"\b(?P<m>\d{1,2})/(?P<day>\d{1,2})/(?P<year>(?:19|20)\d\d)\b")),
    ("month", re.compile(rf"(?i)\b(?:(?P<part>early|mid|late)(?:-|\s+))?(?P<rel>last|next|this|this past|this coming)?\s*\b{_M},?(?:\s+(?:of\s+)?{_Y})?")),
    ("season", re.compile(rf"(?i)\b(?:(?P<part>early|mid|late)(?:-|\s+)(?:in\s+)?)?(?:the\s+)?(?P<rel>last|next|this|this past|this coming)?\s*(?P<season>spring|summer|fall|autumn|winter)\b(?:\s+(?:of\s+)?{_Y})?")),
    ("tv_season", re.compile(r"\b(?P<year>(?:19|20)\d\d)[-–/](?P<year2>\d\d|20\d\d)\b")),
    ("quarter", re.compile(rf"(?i)\b(?:(?:the\s+)?(?P<nth>first|second|third|fourth|final|last)\s+(?P<unit>quarter|half)(?:\s+of\s+{_Y})?|Q(?P<q>[1-4])\s+(?P<year3>20\d\d))\b")),
    ("end", re.compile(rf"(?i)\b(?P<edge>end|start|beginning)\s+of\s+(?:(?P<rel>this|the|next|last)\s+year|{_Y})\b")),
    ("decade", re.compile(r"(?i)(?:\bthe\s+)?(?:(?P<part>early|mid|late)(?:-|\s+))?(?<!\w)(?P<decade>(?:1[89]|20)\d0|['’][2-9]0)[’']?s\b")),
    ("year_range", re.compile(r"\b(?:from|between)\s+(?P<year>(?:19|20)\d\d)\s+(?:to|and|through|until)\s+(?P<year2>(?:19|20)\d\d)\b")),
    ("relative", re.compile(r"(?i)\b(?:(?P<early>earlier|later|late|early)\s+)?(?P<rel>last|next|this|this past|this coming)\s+(?P<unit>week|weekend|month|year|night|morning|afternoon|evening)\b")),
    ("weekday", re.compile(r"\b(?:(?P<rel>last|next|this|this past|this coming)\s+)?(?P<weekday>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)(?!s|\w)\b")),
    ("today", re.compile(r"(?i)\b(?P<word>today|tonight|tomorrow|yesterday)\b(?!['’]s\b)")),
    # "in 1348", "founded in 1895": an old year needs a word that leads to it
    ("year", re.compile(r"(?i)(?<=\bin )(?P<year>1[0-8]\d\d)\b(?![\d%:/-]|,\d|\s+(?:\w+ly\s+)?(?:people|viewers|homes|episodes|members|shows|films))")),
    ("year", re.compile(rf"(?i)(?<![\d$£€#.,:/-])\b(?:(?P<part>early|mid|late)(?:-|\s+)(?:in\s+)?)?{_Y}(?![\d%:/]|[.,]\d|-\w|\s*(?:million|billion|episodes|people|viewers|hours|GMT|ET|hrs))")),
]  # fmt: skip
#: A month or a season by itself is a date only after one of these.
MONTH_LEADS = re.compile(r"(?i)\b(?:in|by|from|until|till|since|through|during|of|for|next|last|this|to|back|on|and|between|around|starting|beginning|early|mid|late|the|every|premieres|premiering|launching|launches|returning|debuts|debuting|set|early-|mid-|late-)\s*[\"“(]?\Z")
NO_LEAD = re.compile(r"(?i)\b(?:each|every|most)\s+(?:early\s+|late\s+)?\Z")
FUTURE = re.compile(r"(?i)\b(?:will|to|set|slated|scheduled|due|upcoming|coming|expected|premieres|debuts|launches|returns|airs|begins|starts|arrives|kicks|bows|next|streams|drops|are|is|join|joins|airing|premiering|launching|arriving|release|releases)\b")
PAST = re.compile(r"(?i)\b(?:was|were|had|did|premiered|debuted|aired|launched|released|announced|said|ended|won|opened|began|started|reported|revealed|published|appeared|ran|directed|joined|founded|created|sold|earned|wrapped|drew|attracted|watched|unveiled|confirmed|broadcast|told|bowed|has|since|starred|led|made|took|became|shown|dropped|became)\b")


# "will be unveiled", "is to be shown", "are set to be announced": a participle that looks forward
PASSIVE = re.compile(r"(?i)\b(?:will|to|would|shall|is|are)\s+(?:\w+ly\s+)?be\s+(?:\w+ly\s+)?\Z|\b(?:will|to)\s+have\s+\Z")


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A calendar expression: offsets, first and last day, precision."""

    start: int
    end: int
    first: date
    last: date
    precision: str


#: How most full dates are written; dateparser tries these before it looks further, which takes it long.
COMMON_FORMATS = ["%B %d, %Y", "%b %d, %Y", "%b. %d, %Y", "%d %B %Y", "%d %b %Y", "%B %d %Y"]


@lru_cache(maxsize=1)
def _parser() -> Any:
    from dateparser.date import DateDataParser

    return DateDataParser(languages=["en"], settings={"PREFER_DAY_OF_MONTH": "first", "PREFER_MONTH_OF_YEAR": "first", "RELATIVE_BASE": datetime(2000, 1, 1), "DATE_ORDER": "MDY"})


@lru_cache(maxsize=4096)
def parse_absolute(text: str) -> date | None:
    """A full date with day, month and year; None where it is none.

    >>> parse_absolute("Feb. 23, 2024"), parse_absolute("9 January 2007"), parse_absolute("31 June 2020")
    (datetime.date(2024, 2, 23), datetime.date(2007, 1, 9), None)
    """
    text = " ".join(text.split())
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    data = _parser().get_date_data(re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", text), COMMON_FORMATS)
    return data.date_obj.date() if data.date_obj and data.period == "day" else None


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _third(first: date, last: date, part: str) -> tuple[date, date]:
    """The early, middle or late third of a span of months or days."""
    if (last - first).days > 300:
        m = {"early": 1, "mid": 5, "late": 9}[part]
        return date(first.year, m, 1), _month_end(first.year, m + 3)
    if (last - first).days > 60:
        m = first.month + PARTS[part]
        y, m = first.year + (m - 1) // 12, (m - 1) % 12 + 1
        return date(y, m, 1), _month_end(y, m)
    edges = {"early": (1, 10), "mid": (11, 20), "late": (21, last.day)}[part]
    return first.replace(day=edges[0]), first.replace(day=min(edges[1], last.day))


# a line that says what the list below it is: "Premiere dates:", "FALL SCHEDULE", "Here are the dates on which ... start."; no later paragraph of 120 characters or more
LEAD_IN = re.compile(r"(?im)^[^\n]*\b(?:premiere dates|premieres|release dates|schedule|calendar|dates on which|upcoming|coming (?:up|soon)|line-?up)\b[^\n]*\n(?:[^\n]{0,119}\n)*[^\n]{0,119}\Z")


def tense_at(text: str, start: int, end: int) -> str:
    """'past' or 'future': what the verbs of the clause around an expression say; '' where they say nothing."""
    left = text[max(0, start - 120) : start]
    left = re.split(r"[.;!?]\s|\n\n", left)[-1]
    right = re.split(r"[.;,!?]\s|\n\n", text[end : end + 60])[0]
    marks = [(m.end(), "future") for m in FUTURE.finditer(left)] + [(m.end(), "past") for m in PAST.finditer(left)]
    if marks:
        near = max(marks)
        if near[1] == "past" and PASSIVE.search(left[: near[0]].rsplit(None, 1)[0] + " "):
            return "future"
        # "will have aired", "was set to premiere": the later word decides, but "is/was set" looks forward
        return near[1]
    if FUTURE.search(right):
        return "future"
    if PAST.search(right):
        return "past"
    return "future" if LEAD_IN.search(text[max(0, start - 1500) : start]) else ""


def _near_year(month: int, day: int, base: date, tense: str) -> int:
    """The year that brings a month and day nearest in the direction of the tense."""
    years = [y for y in (base.year - 1, base.year, base.year + 1)]
    days = {y: date(y, month, min(day, calendar.monthrange(y, month)[1])) for y in years}
    if tense == "past":
        return max((y for y in years if days[y] <= base), default=base.year - 1)
    if tense == "future":
        return min((y for y in years if days[y] >= base.replace(day=1) - timedelta(days=1)), default=base.year + 1)
    return min(years, key=lambda y: abs((days[y] - base).days))


def find_dates(text: str, base: date | None, barred: list[tuple[int, int]]) -> Iterator[DateSpan]:
    """Every calendar expression outside the barred spans (titles, names), in order."""
    taken = sorted(barred)
    found: list[DateSpan] = []
    for form, pattern in FORMS:
        for m in pattern.finditer(text):
            if any(a < m.end() and m.start() < b for a, b in taken):
                continue
            span = _place(form, m, text, base)
            if span:
                found.append(span)
                taken.append((span.start, span.end))
    yield from sorted(found, key=lambda d: d.start)


def _place(form: str, m: re.Match[str], text: str, base: date | None) -> DateSpan | None:
    g = m.groupdict()
    start = m.start() + len(m[0]) - len(m[0].lstrip())
    rel = (g.get("rel") or "").lower()
    tense = tense_at(text, start, m.end())
    year = int(g["year"]) if g.get("year") else None
    try:
        placed = _FORMS[form](g, rel, tense, year, base, text, start, m)
    except (ValueError, OverflowError):
        return None
    full_stop = m[0].endswith(".") and re.search(r"(?i)(?:[a-z]{5,}|may|june|july)\.\Z", m[0])  # "in September." ends a sentence
    end = m.end() - bool(full_stop)
    return DateSpan(start, start + len(text[start:end].rstrip(" ,")), *placed) if placed else None


def _iso(g, rel, tense, year, base, text, start, m):  # type: ignore[no-untyped-def]
    day = date(year, int(g["m"]), int(g["day"]))
    return day, day, "day"


def _day(g, rel, tense, year, base, text, start, m):  # type: ignore[no-untyped-def]
    month, number = MONTHS[g["month"].lower()], int(g["day"])
    if year is None:
        if base is None:
            return None
        if g.get("weekday"):
            want = DAYS[g["weekday"].lower()]
            fits = [y for y in (base.year - 1, base.year, base.year + 1) if date(y, month, number).weekday() == want]
            year = min(fits, key=lambda y: abs((date(y, month, number) - base).days)) if fits else None
        year = year or _near_year(month, number, base, tense)
        day = date(year, month, number)
    else:
        day = parse_absolute(f"{calendar.month_name[month]} {number}, {year}") or date(year, month, number)
    return day, day, "day"


def _day_range(g, rel, tense, year, base, text, start, m):  # type: ignore[no-untyped-def]
    first: Any = _FORMS["day"](g, rel, tense, year, base, text, start, m)
    if first is None or int(g["day2"]) <= int(g["day"]):
        return None
    return first[0], first[0].replace(day=int(g["day2"])), "range"


def _days(g, rel, tense, year, base, text, start, m):  # type: ignore[no-untyped-def]
    first: Any = _FORMS["day"](g, rel, tense, year, base, text, start, m)
    if first is None:
        return None
    month, day = MONTHS[g["month2"].lower().rstrip(".")], int(g["day2"])
    last = date(first[0].year, month, day)
    if last < first[0]:
        last = last.replace(year=last.year + 1)
    return first[0], last, "range"


def _month(g, rel, tense, year, base, text, start, m):  # type: ignore[no-untyped-def]
    month = MONTHS[g["month"].lower()]
    if year is None:
        if base is None or not (rel or g.get("part") or MONTH_LEADS.search(text[max(0, start - 20) : start])) or NO_LEAD.search(text[max(0, start - 20) : start]):
            return None
        if not g["month"][0].isupper() or (g["month"] in ("May", "March", "Mar", "Jan") and re.match(r"\s+[A-Z][a-z]", text[m.end() : m.end() + 3])):
            return None
        year = _near_year(month, 1, base, {"last": "past", "this past": "past", "next": "future", "this coming": "future"}.get(rel, tense))
        if rel == "last" and (base.year, base.month) == (year, month):
            year -= 1
    first, last = date(year, month, 1), _month_end(year, month)
    return (*(_third(first, last, g["part"].lower()) if g.get("part") else (first, last)), "month")


def _season(g, rel, tense, year, base, text, start, m):  # type: ignore[no-untyped-def]
    word = g["season"].lower()
    lead = text[max(0, start - 20) : start]
    if year is None:
        whole = m[0].lower()
        if base is None or not (rel or g.get("part") or "the " in whole or MONTH_LEADS.search(lead)) or NO_LEAD.search(lead):
            return None
        if g["season"][0].isupper() and re.match(r"\s+[A-Z]", text[m.end() : m.end() + 2]) and not rel:
            return None
        if re.match(r"(?i)\s+(?:of|for|from|apart|out|in love|into)\b", text[m.end() : m.end() + 9]) and word in ("fall", "spring") and not ("the " in whole or rel):
            return None
        direction = {"last": "past", "this past": "past", "next": "future", "this coming": "future"}.get(rel, tense)
        years = (base.year - 1, base.year, base.year + 1)
        spans = {y: _season_span(word, y) for y in years}
        if direction == "past":
            year = max((y for y in years if spans[y][0] <= base), default=base.year)
        elif direction == "future" or rel == "this":
            year = min((y for y in years if spans[y][1] >= base), default=base.year)
        else:
            year = min(years, key=lambda y: abs((spans[y][0] - base).days))
    first, last = _season_span(word, year)
    return (*(_third(first, last, g["part"].lower()) if g.get("part") else (first, last)), "season")


def _season_span(word: str, year: int) -> tuple[date, date]:
    """A season by its year; winter is told by the year that it ends in.

    >>> _season_span("winter", 2024)
    (datetime.date(2023, 12, 1), datetime.date(2024, 2, 29))
    """
    month = SEASONS[word]
    if month == 12:
        return date(year - 1, 12, 1), _month_end(year, 2)
    return date(year, month, 1), _month_end(year, month + 2)


def _tv_season(g, rel, tense, year, base, text, start, m):  # type: ignore[no-untyped-def]
    second = int(g["year2"]) if len(g["year2"]) == 4 else year - year % 100 + int(g["year2"])
    if second <= year:
        return None
    if second == year + 1:
        return date(year, 9, 1), date(second, 8, 31), "range"
    return date(year, 1, 1), date(second, 12, 31), "range"


def _quarter(g, rel, tense, year, base, text, start, m):  # type: ignore[no-untyped-def]
    year = year or (int(g["year3"]) if g.get("year3") else base.year if base else None)
    if year is None:
        return None
    if g.get("q"):
        k, months = int(g["q"]), 3
    else:
        if not g.get("year"):
            return None
        months = 3 if g["unit"].lower() == "quarter" else 6
        nth = g["nth"].lower()
        k = {"first": 1, "second": 2, "third": 3, "fourth": 4}.get(nth, 12 // months)
    first = months * (k - 1) + 1
    return date(year, first, 1), _month_end(year, first + months - 1), "quarter" if months == 3 else "half"


def _end(g, rel, tense, year, base, text, start, m):  # type: ignore[no-untyped-def]
    if year is None:
        if base is None:
            return None
        year = base.year + {"next": 1, "last": -1}.get(rel, 0)
    return (date(year, 10, 1), date(year, 12, 31), "quarter") if g["edge"].lower() == "end" else (date(year, 1, 1), date(year, 3, 31), "quarter")


def _decade(g, rel, tense, year, base, text, start, m):  # type: ignore[no-untyped-def]
    digits = g["decade"].lstrip("'’")
    first = int(digits) if len(digits) == 4 else 1900 + int(digits)
    if g.get("part"):
        k = {"early": 0, "mid": 4, "late": 7}[g["part"].lower()]
        return date(first + k, 1, 1), date(first + k + 2 + (k == 0), 12, 31), "range"
    return date(first, 1, 1), date(first + 9, 12, 31), "decade"


def _year_range(g, rel, tense, year, base, text, start, m):  # type: ignore[no-untyped-def]
    return date(year, 1, 1), date(int(g["year2"]), 12, 31), "range"


def _relative(g, rel, tense, year, base, text, start, m):  # type: ignore[no-untyped-def]
    if base is None:
        return None
    step = {"last": -1, "next": 1, "this past": -1, "this coming": 1}.get(rel, 0)
    unit = g["unit"].lower()
    if unit in ("week", "weekend"):
        monday = base - timedelta(days=base.weekday()) + timedelta(weeks=step)
        return (monday, monday + timedelta(days=6), "week") if unit == "week" else (monday + timedelta(days=5), monday + timedelta(days=6), "range")
    if unit == "month":
        n = base.year * 12 + base.month - 1 + step
        return date(n // 12, n % 12 + 1, 1), _month_end(n // 12, n % 12 + 1), "month"
    if unit == "year":
        first, last = date(base.year + step, 1, 1), date(base.year + step, 12, 31)
        part = {"late": "late", "early": "early"}.get((g.get("early") or "").lower())
        return (*(_third(first, last, part) if part else (first, last)), "year")
    day = base + timedelta(days=min(step, 0))
    return day, day, "day"


def _weekday(g, rel, tense, year, base, text, start, m):  # type: ignore[no-untyped-def]
    if base is None or re.match(r"(?i)\s+(?:nights?|mornings?|evenings?|afternoons?)?\s*(?:slot|lineup|line-up|schedule|series|show)\b", text[m.end() : m.end() + 30]) or NO_LEAD.search(text[max(0, start - 12) : start]):
        return None
    if re.search(r"(?i)\b(?:a|every|on)\s+\Z", text[max(0, start - 8) : start]) and re.match(r"(?i)\s+(?:morning|night|evening)s?\s+(?!\()", text[m.end() : m.end() + 10]) and re.search(r"(?i)\ba\s+\Z", text[max(0, start - 4) : start]):
        return None
    ahead = (DAYS[g["weekday"].lower()] - base.weekday()) % 7
    future = rel in ("next", "this coming") or (rel not in ("last", "this past") and tense == "future")
    day = base + timedelta(days=ahead or (7 if rel == "next" else 0)) if future else base - timedelta(days=(-ahead) % 7)
    return day, day, "day"


def _today(g, rel, tense, year, base, text, start, m):  # type: ignore[no-untyped-def]
    if base is None:
        return None
    day = base + timedelta(days={"tomorrow": 1, "yesterday": -1}.get(g["word"].lower(), 0))
    return day, day, "day"


def _year(g, rel, tense, year, base, text, start, m):  # type: ignore[no-untyped-def]
    first, last = date(year, 1, 1), date(year, 12, 31)
    return (*(_third(first, last, g["part"].lower()) if g.get("part") else (first, last)), "year")


_FORMS: dict[str, Any] = {"iso": _iso, "numeric": _iso, "day": _day, "day_range": _day_range, "days": _days, "month": _month, "season": _season, "tv_season": _tv_season, "quarter": _quarter, "end": _end, "decade": _decade, "year_range": _year_range, "relative": _relative, "weekday": _weekday, "today": _today, "year": _year}
