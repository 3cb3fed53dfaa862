"""Numbers of Australia, India, South Korea and Singapore."""

from __future__ import annotations

import re

from rubricate_pii.arithmetic import bare, is_day, weigh

__all__ = ["CHECKS", "au_abn", "au_medicare", "au_tfn", "in_gstin", "kr_frn", "kr_rrn", "sg_nric_fin"]

ABN = re.compile(r"[1-9][0-9]{10}")
ABN_WEIGHTS = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)
MEDICARE = re.compile(r"[2-6][0-9]{8}[1-9]")
MEDICARE_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9)
TFN = re.compile(r"[0-9]{9}")
TFN_WEIGHTS = (1, 4, 3, 7, 5, 8, 6, 9, 10)

GSTIN = re.compile(r"(?:0[1-9]|[12][0-9]|3[0-8]|97|99)[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]Z[0-9A-Z]")

RESIDENT = re.compile(r"(?P<year>[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?P<kind>[1-8])[0-9]{6}")
RESIDENT_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)

NRIC = re.compile(r"[STFGM][0-9]{7}[A-Z]")
NRIC_WEIGHTS = (2, 7, 6, 5, 4, 3, 2)
NRIC_LETTERS = {"S": "JZIHGFEDCBA", "F": "XWUTRQPNMLK", "M": "XWUTRQPNJLK"}
NRIC_SERIES = {"S": ("S", 0), "T": ("S", 4), "F": ("F", 0), "G": ("F", 4), "M": ("M", 3)}
"""First letter -> the row of letters, and what is added to the sum: series of this century begin anew."""


def au_abn(text: str) -> bool:
    """Whether it is an Australian business number: one less in front, then the weighted sum is a multiple of 89.

    Source: Australian Business Register, Format of the ABN.

    >>> au_abn("51 824 753 556"), au_abn("52 824 753 556")
    (True, False)
    """
    number = bare(text)
    return bool(ABN.fullmatch(number)) and (weigh(number, ABN_WEIGHTS) - ABN_WEIGHTS[0]) % 89 == 0


def au_medicare(text: str) -> bool:
    """Whether it is the number of an Australian Medicare card, with its issue number.

    Source: Services Australia; METeOR 270101, Person, Medicare card number: the ninth digit checks the first eight.

    >>> au_medicare("2123 45670 1"), au_medicare("2123 25870 1")
    (True, False)
    """
    number = bare(text)
    return bool(MEDICARE.fullmatch(number)) and weigh(number, MEDICARE_WEIGHTS) % 10 == int(number[8])


def au_tfn(text: str) -> bool:
    """Whether it is an Australian tax file number of nine digits: the weighted sum is a multiple of eleven.

    Source: Australian Taxation Office, TFN algorithm for software developers.

    >>> au_tfn("876 543 210"), au_tfn("824 753 557")
    (True, False)
    """
    number = bare(text)
    return bool(TFN.fullmatch(number)) and number != "000000000" and weigh(number, TFN_WEIGHTS) % 11 == 0


def in_gstin(text: str) -> bool:
    """Whether it is an Indian goods and services tax number: state, PAN, entity, Z, and a check character (mod 36).

    Source: Goods and Services Tax Network, structure of the GSTIN.

    >>> in_gstin("27AAPFU0939F1ZV"), in_gstin("27AAPFU0939F1ZA")
    (True, False)
    """
    number = bare(text)
    if not GSTIN.fullmatch(number):
        return False
    products = [int(sign, 36) * (1 + index % 2) for index, sign in enumerate(number[:-1])]
    return (sum(product // 36 + product % 36 for product in products) + int(number[-1], 36)) % 36 == 0


def kr_rrn(text: str) -> bool:
    """Whether it is a South Korean resident registration number with the check digit that was used until 2020.

    Source: Resident Registration Act, enforcement rules (numbers before October 2020).

    >>> kr_rrn("960121-1021413"), kr_rrn("960121-1021414")
    (True, False)
    """
    return _resident(text, kinds="1234", offset=11)


def kr_frn(text: str) -> bool:
    """Whether it is a South Korean foreigner registration number with the check digit that was used until 2020.

    Source: Immigration Act, enforcement rules; as a resident's number, with 13 in the place of 11.

    >>> kr_frn("911124-5678906"), kr_frn("911124-5678907")
    (True, False)
    """
    return _resident(text, kinds="5678", offset=13)


def _resident(text: str, *, kinds: str, offset: int) -> bool:
    number = bare(text)
    found = RESIDENT.fullmatch(number)
    if not found or found["kind"] not in kinds:
        return False
    century = 1900 if found["kind"] in "1256" else 2000
    if not is_day(century + int(found["year"]), int(found["month"]), int(found["day"])):
        return False
    return (offset - weigh(number[:12], RESIDENT_WEIGHTS) % 11) % 10 == int(number[12])


def sg_nric_fin(text: str) -> bool:
    """Whether it is a Singaporean identity card or foreign identification number.

    Source: Immigration & Checkpoints Authority; the check letters as published by Ngiam Shih Tung, NRIC numbers, and
    those of the series M of 2022.

    >>> sg_nric_fin("S1234567D"), sg_nric_fin("S1234567A")
    (True, False)
    """
    number = bare(text)
    if not NRIC.fullmatch(number):
        return False
    row, added = NRIC_SERIES[number[0]]
    rest = (weigh(number[1:8], NRIC_WEIGHTS) + added) % 11
    return NRIC_LETTERS[row][rest] == number[8]


CHECKS = (
    ("au_abn", "an Australian business number", au_abn),
    ("au_medicare", "the number of an Australian Medicare card", au_medicare),
    ("au_tfn", "an Australian tax file number", au_tfn),
    ("in_gstin", "an Indian goods and services tax number", in_gstin),
    ("kr_frn", "a South Korean foreigner registration number of before October 2020", kr_frn),
    ("kr_rrn", "a South Korean resident registration number of before October 2020", kr_rrn),
    ("sg_nric_fin", "a Singaporean identity card (NRIC) or foreign identification number", sg_nric_fin),
)
