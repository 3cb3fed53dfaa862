"""Numbers of South Africa."""

from __future__ import annotations

import re

from rubricate_pii.arithmetic import bare, is_day_of_some_century, luhn

__all__ = ["CHECKS", "za_id"]

ZA_ID = re.compile(r"(?P<year>[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})[0-9]{4}[012][89][0-9]")


def za_id(text: str) -> bool:
    """Whether it is a South African identity number: a birthday, a citizenship of 0-2, an 8 or 9, Luhn's digit.

    Source: Department of Home Affairs; Identification Act 68 of 1997 and its regulations.

    >>> za_id("8001015009087"), za_id("8001015009086")
    (True, False)
    """
    number = bare(text)
    found = ZA_ID.fullmatch(number)
    if not found or not luhn(number):
        return False
    return is_day_of_some_century(int(found["year"]), int(found["month"]), int(found["day"]))


CHECKS = (("za_id", "an identity number of South Africa", za_id),)
