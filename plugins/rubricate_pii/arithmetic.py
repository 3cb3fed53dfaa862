"""What the check digits of many numbers have in common."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

__all__ = ["bare", "digits_of", "is_day", "is_day_of_some_century", "luhn", "mod_11_10", "weigh"]

SEPARATORS = re.compile(r"[\s._/-]+")
CENTURIES = (1800, 1900, 2000)


def bare(text: str) -> str:
    """A number without spaces, dots, hyphens, slashes and underscores, in capitals.

    >>> bare("es 5555-5555 k")
    'ES55555555K'
    """
    return SEPARATORS.sub("", text).upper()


def digits_of(number: str) -> list[int]:
    """The digits of a number that is known to hold nothing else."""
    return [int(digit) for digit in number]


def weigh(number: str, weights: Sequence[int]) -> int:
    """The sum of the digits, each times its weight; what is left over on either side counts nothing.

    >>> weigh("123", (3, 7, 1))
    20
    """
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))


def luhn(number: str) -> bool:
    """Whether the last digit is right by ISO/IEC 7812-1, annex B."""
    doubled = (2 * digit if index % 2 else digit for index, digit in enumerate(reversed(digits_of(number))))
    return sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10 == 0


def mod_11_10(number: str) -> bool:
    """Whether the last digit is right by ISO/IEC 7064, MOD 11,10."""
    product = 10
    for digit in digits_of(number[:-1]):
        product = 2 * ((digit + product) % 10 or 10) % 11
    return (product + int(number[-1])) % 10 == 1


def is_day(year: int, month: int, day: int) -> bool:
    """Whether the calendar has this day."""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def is_day_of_some_century(year: int, month: int, day: int) -> bool:
    """Whether the calendar has this day in 18.., 19.. or 20.., where only two digits of the year are known."""
    return any(is_day(century + year, month, day) for century in CENTURIES)
