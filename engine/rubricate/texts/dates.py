"""Reads calendar dates in the forms that people write."""

from __future__ import annotations

import re
from datetime import date
from types import MappingProxyType

__all__ = ["possible_dates"]

MONTHS = MappingProxyType(
    {
        name[:length]: number
        for number, name in enumerate(
            (
                "january",
                "february",
                "march",
                "april",
                "may",
                "june",
                "july",
                "august",
                "september",
                "october",
                "november",
                "december",
            ),
            start=1,
        )
        for length in (3, len(name))
    }
    | {"sept": 9}
)
EARLIEST, LATEST = 1000, 2999
"""Years of four digits outside these are taken for other numbers."""
PIVOT = 69
"""Of years of two digits, those up to 68 are of this century; the rule of POSIX."""

DAY, YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?P<year>\d{4}|'?\d{2})"
WORD = r"(?P<month>[a-z]{3,9})\.?"
TIME = r"(?:[t ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?(?:z|[+-]\d{2}:?\d{2}))?)?"
YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})(?P<mark>[-/.])(?P<month>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}}){TIME}")
COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")
NUMBERS = re.compile(rf"(?P<one>\d{{1,2}})(?P<mark>[-/.])(?P<two>\d{{1,2}})(?P=mark){YEAR}")
WORDS = (
    re.compile(rf"{DAY}(?:\. ?| of | ?-? ?){WORD},?[ -]?{YEAR}"),
    re.compile(rf"{WORD} ?{DAY},? {YEAR}"),
    re.compile(rf"(?P<year>\d{{4}})[ -]{WORD}[ -]{DAY}"),
)


def possible_dates(text: str) -> tuple[date, ...]:
    """The dates that a text as a whole may mean, earliest first; none, one, or two where day and month may be swapped.

    >>> possible_dates("12 March 2024")
    (datetime.date(2024, 3, 12),)
    >>> possible_dates("3/4/2024")
    (datetime.date(2024, 3, 4), datetime.date(2024, 4, 3))
    >>> possible_dates("2023-02-29")
    ()
    """
    lowered = " ".join(text.lower().split())
    if len(lowered) > 40:
        return ()
    for form in (YEAR_FIRST, COMPACT):
        found = form.fullmatch(lowered)
        if found:
            return _dates((found["year"], found["month"], found["day"]))
    found = NUMBERS.fullmatch(lowered)
    if found:
        orders = [(found["year"], found["two"], found["one"])]
        if found["mark"] != ".":  # with dots the day always comes first
            orders.append((found["year"], found["one"], found["two"]))
        return _dates(*orders)
    for form in WORDS:
        found = form.fullmatch(lowered)
        if found and found["month"] in MONTHS:
            return _dates((found["year"], str(MONTHS[found["month"]]), found["day"]))
    return ()


def _dates(*parts: tuple[str, str, str]) -> tuple[date, ...]:
    """The parts (year, month, day) that are dates."""
    found = set()
    for year, month, day in parts:
        try:
            found.add(date(_year(year), int(month), int(day)))
        except ValueError:
            continue
    return tuple(sorted(each for each in found if EARLIEST <= each.year <= LATEST))


def _year(text: str) -> int:
    year = int(text.lstrip("'"))
    if len(text.lstrip("'")) == 4:
        return year
    return year + (2000 if year < PIVOT else 1900)
