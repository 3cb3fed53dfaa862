"""The normalisers of the house: number, digits, lower, unit, money, date, list, object, entropy.

Each makes values that mean the same equal, and gives None for what it cannot read.
"""

from __future__ import annotations

import math
import re
from collections import Counter

from rubricate.api import Normaliser, hookimpl, possible_dates
from rubricate_normalisers.amounts import money
from rubricate_normalisers.numbers import read_number
from rubricate_normalisers.units import unit

__all__ = ["register_normalisers"]

PARTS = re.compile(r"[,;|\n]")
LONGEST = 10_000


@hookimpl
def register_normalisers() -> list[Normaliser]:
    """The normalisers number, digits, lower, unit, money, date, list, object and entropy."""
    return [
        Normaliser(name="number", help='"1,234.50" as the number 1234.5', result="number", apply=number),
        Normaliser(name="digits", help='"555-0100" as "5550100"', apply=digits),
        Normaliser(name="lower", help='"Deep  Blue" as "deep blue"', apply=lower),
        Normaliser(name="unit", help='"1 TB" and (1000, "gb") as "1000 GB"', arguments=(1, 2), apply=unit),
        Normaliser(name="money", help='"$1,234.50" as "1234.50 USD"', arguments=(1, 2), apply=money),
        Normaliser(
            name="date",
            help='"12 March 2024" as "2024-03-12"; a second value, "dmy" or "mdy", settles 3/4/2024',
            arguments=(1, 2),
            apply=date,
        ),
        Normaliser(name="list", help='"red, blue" as ["red", "blue"]', arguments=(1, 2), result="list", apply=list_of),
        Normaliser(
            name="object",
            help='("family", "Edge", "major", "120") as {"family": "Edge", "major": "120"}; empty ones are left out',
            arguments=(2, 40),
            result="object",
            apply=object_of,
        ),
        Normaliser(
            name="entropy",
            help="how evenly a text's characters are spread, in bits for each: 0 for one letter, 4 for random hex",
            result="number",
            apply=entropy,
        ),
    ]


def number(value: object) -> int | float | None:
    """The number that a text writes; None for a whole one that 64 bits cannot hold.

    >>> number("1,234.50"), number("1.234,5"), number("2 1/2"), number("three")
    (1234.5, 1234.5, 2.5, None)
    """
    found = read_number(value)
    if found is None:
        return None
    if found != found.to_integral_value():
        return float(found)
    whole = int(found)
    return whole if -(2**63) <= whole < 2**64 else None


def digits(value: object) -> str | None:
    """The digits of a text alone, as 0 to 9.

    >>> digits("(555) 0100")
    '5550100'
    """
    text = _text(value)
    return None if text is None else "".join(str(int(c)) for c in text if c.isdecimal()) or None


def lower(value: object) -> str | None:
    """A text in lower case with single spaces.

    >>> lower(" Deep   BLUE ")
    'deep blue'
    """
    text = _text(value)
    return None if text is None else " ".join(text.lower().split()) or None


def date(value: object, order: object = None) -> str | None:
    """A date as year-month-day; None where day and month may be swapped and `order` does not say.

    >>> date("March 12, 2024"), date("3/4/2024"), date("3/4/2024", "mdy")
    ('2024-03-12', None, '2024-03-04')
    """
    text = _text(value)
    found = () if text is None else possible_dates(text)
    if len(found) == 2 and order in ("dmy", "mdy"):
        first = int(re.findall(r"\d+", text or "")[0])
        found = tuple(day for day in found if first == (day.day if order == "dmy" else day.month))
    return found[0].isoformat() if len(found) == 1 else None


def list_of(value: object, separator: object = None) -> list[str] | None:
    """The parts of a text between commas, semicolons, bars and line ends, or between a separator of one's own.

    >>> list_of("red, blue;"), list_of("red/blue", "/")
    (['red', 'blue'], ['red', 'blue'])
    """
    if isinstance(value, (list, tuple)):
        parts = [str(each) for each in value if each is not None]
    else:
        text = _text(value)
        if text is None:
            return None
        parts = text.split(separator) if isinstance(separator, str) and separator else PARTS.split(text)
    return [part.strip() for part in parts if part.strip()] or None


def object_of(*parts: object) -> dict[str, object] | None:
    """Names and values in turn as an object; those without a value are left out. A name too many has no value.

    >>> object_of("family", "Edge", "major", None)
    {'family': 'Edge'}
    """
    pairs = zip(parts[::2], parts[1::2], strict=False)
    return {str(name): value for name, value in pairs if name is not None and value is not None} or None


def entropy(value: object) -> float | None:
    """Shannon's entropy of the characters of a text, in bits for each.

    >>> entropy("aaaa"), entropy("abcd")
    (0.0, 2.0)
    """
    text = _text(value)
    if not text:
        return None
    shares = [count / len(text) for count in Counter(text).values()]
    return abs(math.fsum(share * math.log2(share) for share in shares))


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value if len(value) <= LONGEST else None
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
