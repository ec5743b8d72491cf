"""The vocabularies load and hold together; names, dates and slugs come out as told."""

from datetime import date

import pytest

from pipeline import vocabulary as v
from pipeline.dates import find_dates
from pipeline.read.text import decode, find_published

BASE = date(2024, 4, 17)  # a Wednesday


def test_vocabularies_load_and_agree() -> None:
    assert v.companies()["Apple TV Plus"] is v.companies()["Apple TV+"]
    assert len(v.role_groups()) == 29, "the contract names 29 roles"
    assert v.role_verbs().longest(("executive", "produces"), 0) is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It premieres June 3.", [("June 3", "2024-06-03", "2024-06-03")]),  # a coming day takes the year ahead
        ("It premiered on June 3.", [("June 3", "2023-06-03", "2023-06-03")]),  # a past one the year behind
        ("The network announced it on Tuesday.", [("Tuesday", "2024-04-16", "2024-04-16")]),
        ("It will air on Friday.", [("Friday", "2024-04-19", "2024-04-19")]),
        ("It returns this fall.", [("this fall", "2024-09-01", "2024-11-30")]),
        ("It will bow in winter 2025.", [("winter 2025", "2024-12-01", "2025-02-28")]),
        ("It is set in the 1970s.", [("the 1970s", "1970-01-01", "1979-12-31")]),
        ("It ran from 2015 to 2019.", [("from 2015 to 2019", "2015-01-01", "2019-12-31")]),
        ("for the 2018-19 season", [("2018-19", "2018-09-01", "2019-08-31")]),  # a TV season, not 24 April
        ("It may be renewed.", []),  # the verb, not the month
        ("It airs at 9 p.m. ET on Sundays for six weeks in season two.", []),  # hours, habits, durations
        ("The film made $2019 and 2,024 people came.", []),  # money and counts
        ("early 2025", [("early 2025", "2025-01-01", "2025-04-30")]),
        ("by the end of the year", [("end of the year", "2024-10-01", "2024-12-31")]),
    ],
)
def test_dates(text: str, expected: list[tuple[str, str, str]]) -> None:
    found = [(text[d.start : d.end], d.first.isoformat(), d.last.isoformat()) for d in find_dates(text, BASE, [])]
    assert found == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" date 2024-04-17 Text.", date(2024, 4, 17)),
        ("LOS ANGELES, June 3, 2019 – Text.", date(2019, 6, 3)),
        ("Title\n\nPublished: 10:00 am, 8 July 2025\n\nText.", date(2025, 7, 8)),
        ("13 September 2021\n\nText.", date(2021, 9, 13)),
        ("Title\n\nLONDON, 27 September 2021. eOne takes 12 hours to Cannes.", date(2021, 9, 27)),  # the name that begins the text has no capital
        ("Under embargo: no use by papers, sites or stations until 6.30 on Friday 3 March 2017\n\nText.", date(2017, 3, 3)),  # the time's point ends no sentence
        ("The series, which began on June 3, 2019, has ended.", None),  # a date in a sentence is not the article's
    ],
)
def test_published(text: str, expected: date | None) -> None:
    found = find_published(text)
    assert (found[0] if found else None) == expected


@pytest.mark.parametrize(("raw", "reason"), [(b"", "empty"), (b"  \n", "empty"), (b"\x00\x01PK", "binary")])
def test_unreadable(raw: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        decode(raw)


def test_windows_text_is_read() -> None:
    assert decode("Caf\u00e9".encode("cp1252")) == ("Café", "cp1252")
