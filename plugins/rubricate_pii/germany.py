"""Numbers of Germany."""

from __future__ import annotations

import re
from collections import Counter

from rubricate_pii.arithmetic import bare, is_day_of_some_century, mod_11_10, weigh

__all__ = ["CHECKS", "de_id_card", "de_lanr", "de_social_security", "de_tax_id"]

ID_CARD = re.compile(r"[CFGHJKLMNPRTVWXYZ][0-9CFGHJKLMNPRTVWXYZ]{8}[0-9]")
LANR = re.compile(r"[0-9]{9}")
LANR_WEIGHTS = (4, 9, 4, 9, 4, 9)
INSURED = re.compile(r"(?P<area>[0-9]{2})(?P<day>[0-9]{2})(?P<month>[0-9]{2})(?P<year>[0-9]{2})[A-Z][0-9]{3}")
INSURED_WEIGHTS = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)
TAX_ID = re.compile(r"[1-9][0-9]{10}")


def de_id_card(text: str) -> bool:
    """Whether it is the number of a German identity card, passport or residence permit, with its check digit.

    Source: Bundesdruckerei, serial numbers of identity cards; ICAO Doc 9303-3, check digits with weights 7, 3, 1.

    >>> de_id_card("T220001293"), de_id_card("T220001290")
    (True, False)
    """
    number = bare(text)
    if not ID_CARD.fullmatch(number):
        return False
    return sum(int(sign, 36) * (7, 3, 1)[index % 3] for index, sign in enumerate(number[:9])) % 10 == int(number[9])


def de_lanr(text: str) -> bool:
    """Whether it is the lifelong number of a German physician: the seventh digit checks the first six.

    Source: Kassenärztliche Bundesvereinigung, Richtlinie nach § 75 Absatz 7 SGB V zur Vergabe der Arztnummern.

    >>> de_lanr("123456601"), de_lanr("123456901")
    (True, False)
    """
    number = bare(text)
    if not LANR.fullmatch(number) or number.startswith("000000"):
        return False
    return -weigh(number[:6], LANR_WEIGHTS) % 10 == int(number[6])


def de_social_security(text: str) -> bool:
    """Whether it is a German pension insurance number: area, birthday, letter, serial, check digit.

    Source: VKVV § 2. Days from 51 to 81 pass as well: for births that are not proven, and for days on which all serials
    are used up, the regulation leaves the form to the insurers.

    >>> de_social_security("15070649C103"), de_social_security("15070649C100")
    (True, False)
    """
    number = bare(text)
    found = INSURED.fullmatch(number)
    if not found or not 2 <= int(found["area"]) <= 89:
        return False
    day = int(found["day"])
    if not is_day_of_some_century(int(found["year"]), int(found["month"]), day - 50 if day > 50 else day):
        return False
    digits = f"{number[:8]}{ord(number[8]) - ord('A') + 1:02}{number[9:11]}"
    sums = (int(digit) * weight for digit, weight in zip(digits, INSURED_WEIGHTS, strict=True))
    return sum(product // 10 + product % 10 for product in sums) % 10 == int(number[11])


def de_tax_id(text: str) -> bool:
    """Whether it is a German tax identification number: MOD 11,10, and of the ten digits one stands twice or thrice.

    Source: § 139b AO; Bundeszentralamt für Steuern, structure of the identification number since 2016.

    >>> de_tax_id("86095742719"), de_tax_id("12345678903")
    (True, False)
    """
    number = bare(text)
    if not TAX_ID.fullmatch(number):
        return False
    repeated = [count for count in Counter(number[:10]).values() if count > 1]
    return repeated in ([2], [3]) and not _thrice_running(number[:10]) and mod_11_10(number)


def _thrice_running(digits: str) -> bool:
    return any(digit * 3 in digits for digit in set(digits))


CHECKS = (
    ("de_id_card", "the number of a German identity card or passport, with its check digit", de_id_card),
    ("de_lanr", "the number of a German physician (LANR)", de_lanr),
    ("de_social_security", "a German pension insurance number", de_social_security),
    ("de_tax_id", "a German tax identification number", de_tax_id),
)
