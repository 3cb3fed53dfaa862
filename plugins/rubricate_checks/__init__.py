"""The checks of the house: luhn, iban, ip, date, verhoeff, and two of ISO 7064. Each tells whether a text is right."""

from __future__ import annotations

import ipaddress
import re
from types import MappingProxyType

from rubricate.api import Check, hookimpl, possible_dates

__all__ = ["register_checks"]

SEPARATORS = re.compile(r"[ \u00a0\u2009\u202f.-]")
IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
MOD_97 = re.compile(r"[A-Z0-9]{1,100}[0-9]{2}")
IBAN_LENGTHS = MappingProxyType(
    {
        length: frozenset(countries.split())
        for length, countries in {
            15: "NO",
            16: "BE",
            18: "DK FI FK FO GL NL SD",
            19: "MK SI",
            20: "AT BA EE KZ LT LU MN XK",
            21: "CH HR LI LV",
            22: "BG BH CR DE GB GE IE ME RS VA",
            23: "AE GI IL IQ OM SO TL",
            24: "AD CZ ES MD PK RO SA SE SK TN VG",
            25: "LY PT ST",
            26: "IS TR",
            27: "BI DJ FR GR IT MC MR SM",
            28: "AL AZ BY CY DO GT HU LB NI PL SV",
            29: "BR EG PS QA UA",
            30: "JO KW MU YE",
            31: "MT SC",
            32: "LC",
            33: "RU",
        }.items()
    }
)
"""Length -> countries; a country that is not here may have any length."""
KNOWN_COUNTRIES = frozenset().union(*IBAN_LENGTHS.values())
VERHOEFF_STEP = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
"""Where each digit goes from one position to the next."""


@hookimpl
def register_checks() -> list[Check]:
    """The checks that no country owns."""
    return [
        Check(name="luhn", help="the last digit is right for the others: card numbers, IMEI", holds=luhn),
        Check(name="iban", help="an international bank account number with right length and check digits", holds=iban),
        Check(name="ip", help="an IPv4 or IPv6 address", holds=ip),
        Check(name="date", help="a date that the calendar has, in a common form", holds=date),
        Check(name="verhoeff", help="the last digit is right by Verhoeff's method: Aadhaar numbers", holds=verhoeff),
        Check(
            name="iso7064_mod11_10", help="digits of which the last is right by ISO 7064, MOD 11,10", holds=mod_11_10
        ),
        Check(
            name="iso7064_mod97_10",
            help="letters and digits that end in two right digits by ISO 7064, MOD 97-10: LEI",
            holds=mod_97_10,
        ),
    ]


def luhn(text: str) -> bool:
    """Whether every second digit from the right, doubled, and the others add up to a multiple of ten.

    >>> luhn("79927398713"), luhn("79927398710")
    (True, False)
    """
    digits = _digits(text)
    if len(digits) < 2:
        return False
    doubled = (2 * digit if index % 2 else digit for index, digit in enumerate(reversed(digits)))
    return sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10 == 0


def iban(text: str) -> bool:
    """Whether the length is that of the country and the check digits fit (ISO 7064, mod 97-10).

    >>> iban("GB82 WEST 1234 5698 7654 32"), iban("GB82 WEST 1234 5698 7654 33")
    (True, False)
    """
    number = SEPARATORS.sub("", text).upper()
    if not IBAN.fullmatch(number):
        return False
    country = number[:2]
    if country in KNOWN_COUNTRIES and country not in IBAN_LENGTHS.get(len(number), ()):
        return False
    # Letters count from A = 10, which is how they read in base 36.
    return 2 <= int(number[2:4]) <= 98 and int("".join(str(int(c, 36)) for c in number[4:] + number[:4])) % 97 == 1


def ip(text: str) -> bool:
    """Whether it is an IPv4 or IPv6 address.

    >>> ip("192.0.2.1"), ip("2001:db8::1"), ip("192.0.2.256")
    (True, True, False)
    """
    try:
        ipaddress.ip_address(text.strip())
    except ValueError:
        return False
    return True


def date(text: str) -> bool:
    """Whether it is a date that the calendar has.

    >>> date("29 February 2024"), date("29.02.2023")
    (True, False)
    """
    return bool(possible_dates(text))


def verhoeff(text: str) -> bool:
    """Whether the last digit is right by Verhoeff's method.

    >>> verhoeff("2363"), verhoeff("2364")
    (True, False)
    """
    digits = _digits(text)
    if len(digits) < 2:
        return False
    total = 0
    for position, digit in enumerate(reversed(digits)):
        for _ in range(position % 8):
            digit = VERHOEFF_STEP[digit]
        total = _turn(total, digit)
    return total == 0


def mod_11_10(text: str) -> bool:
    """Whether the last digit is right by ISO/IEC 7064, MOD 11,10.

    >>> mod_11_10("07945"), mod_11_10("07944")
    (True, False)
    """
    digits = _digits(text)
    if len(digits) < 2:
        return False
    product = 10
    for digit in digits[:-1]:
        product = 2 * ((digit + product) % 10 or 10) % 11
    return (product + digits[-1]) % 10 == 1


def mod_97_10(text: str) -> bool:
    """Whether the last two digits are right by ISO/IEC 7064, MOD 97-10; letters count from A = 10.

    >>> mod_97_10("79444"), mod_97_10("79445")
    (True, False)
    """
    number = SEPARATORS.sub("", text).upper()
    if not MOD_97.fullmatch(number):
        return False
    return int("".join(str(int(c, 36)) for c in number)) % 97 == 1


def _turn(first: int, second: int) -> int:
    """The product of two digits as turns (0-4) and reflections (5-9) of a regular pentagon."""
    if first < 5:
        return (first + second) % 5 if second < 5 else 5 + (first + second) % 5
    return 5 + (first - second) % 5 if second < 5 else (first - second) % 5


def _digits(text: str) -> list[int]:
    """The digits of a number written with spaces, dots or hyphens; none if there is anything else."""
    bare = SEPARATORS.sub("", text)
    return [int(character) for character in bare] if bare.isdecimal() else []
