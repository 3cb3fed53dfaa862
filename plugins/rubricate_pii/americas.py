"""Numbers of the United States."""

from __future__ import annotations

import re

from rubricate_pii.arithmetic import bare, luhn, weigh

__all__ = ["CHECKS", "us_aba", "us_dea", "us_itin", "us_npi", "us_ssn"]

ABA = re.compile(r"(?:0[0-9]|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)[0-9]{7}")
ABA_WEIGHTS = (3, 7, 1, 3, 7, 1, 3, 7, 1)
DEA = re.compile(r"[ABCDEFGHJKLMPRSTUX][A-Z9][0-9]{7}")
ITIN = re.compile(r"9[0-9]{2}(?:5[0-9]|6[0-5]|7[0-9]|8[0-8]|9[0-24-9])[0-9]{4}")
NPI = re.compile(r"[12][0-9]{9}")
NPI_PREFIX = "80840"
"""What stands before a provider's number on a card: health applications, United States."""
SSN = re.compile(r"(?!000|666|9)[0-9]{3}(?!00)[0-9]{2}(?!0000)[0-9]{4}")
NEVER_ISSUED = frozenset({"078051120", "111111111", "123456789", "219099999"})
"""Numbers of the right form that advertisements and forms made known, and that nobody has."""


def us_aba(text: str) -> bool:
    """Whether it is a bank's routing number: a district that exists, and weights 3, 7, 1.

    Source: American Bankers Association, Key to Routing Numbers; Federal Reserve, district prefixes.

    >>> us_aba("121000358"), us_aba("421042111")
    (True, False)
    """
    number = bare(text)
    return bool(ABA.fullmatch(number)) and number != "000000000" and weigh(number, ABA_WEIGHTS) % 10 == 0


def us_dea(text: str) -> bool:
    """Whether it is a registration number of the Drug Enforcement Administration, as prescribers have.

    Source: DEA, Pharmacist's Manual, verification of a registration number: the digits 1, 3 and 5, and twice the
    digits 2, 4 and 6, end in the seventh.

    >>> us_dea("BB1388568"), us_dea("BG8207031")
    (True, False)
    """
    number = bare(text)
    return bool(DEA.fullmatch(number)) and weigh(number[2:8], (1, 2, 1, 2, 1, 2)) % 10 == int(number[8])


def us_itin(text: str) -> bool:
    """Whether it is in the ranges of an individual taxpayer identification number.

    Source: Internal Revenue Service, Internal Revenue Manual 3.21.263: a nine, and a fourth and fifth digit of 50-65,
    70-88, 90-92 or 94-99.

    >>> us_itin("911-70-1234"), us_itin("911-89-1234")
    (True, False)
    """
    return bool(ITIN.fullmatch(bare(text)))


def us_npi(text: str) -> bool:
    """Whether it is a national provider identifier: ten digits that pass Luhn's method behind 80840.

    Source: Centers for Medicare & Medicaid Services, Requirements for National Provider Identifier Check Digit.

    >>> us_npi("1234567893"), us_npi("1234567890")
    (True, False)
    """
    number = bare(text)
    return bool(NPI.fullmatch(number)) and len(set(number[:9])) > 1 and luhn(NPI_PREFIX + number)


def us_ssn(text: str) -> bool:
    """Whether a social security number of this form could have been issued.

    Source: Social Security Administration, randomization rules: no area 000, 666 or from 900 on, no group 00, no serial
    0000. Numbers that are known from advertisements do not count.

    >>> us_ssn("536-90-4399"), us_ssn("666-12-3456"), us_ssn("078-05-1120")
    (True, False, False)
    """
    number = bare(text)
    return bool(SSN.fullmatch(number)) and number not in NEVER_ISSUED and len(set(number)) > 1


CHECKS = (
    ("us_aba", "the routing number of a bank in the United States", us_aba),
    ("us_dea", "a registration number of a prescriber (DEA), United States", us_dea),
    ("us_itin", "a taxpayer number in the ranges that the United States give out", us_itin),
    ("us_npi", "the number of a health care provider (NPI), United States", us_npi),
    ("us_ssn", "a social security number that the United States could have given out", us_ssn),
)
