"""Numbers of Finland, Italy, Poland, Spain, Sweden, Turkey and the United Kingdom."""

from __future__ import annotations

import re

from rubricate_pii.arithmetic import bare, digits_of, is_day, is_day_of_some_century, luhn, weigh

__all__ = [
    "CHECKS",
    "es_nie",
    "es_nif",
    "fi_hetu",
    "it_fiscal_code",
    "it_vat",
    "pl_pesel",
    "se_personnummer",
    "tr_national_id",
    "uk_nhs",
]

NIF = re.compile(r"[0-9]{7,8}[A-Z]")
NIE = re.compile(r"[XYZ][0-9]{7}[A-Z]")
NIF_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"

HETU = re.compile(
    r"(?P<day>[0-9]{2})(?P<month>[0-9]{2})(?P<year>[0-9]{2})(?P<century>[-+A-FU-Y])(?P<serial>[0-9]{3})(?P<sign>[0-9A-Y])"
)
HETU_SIGNS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
HETU_CENTURIES = {"+": 1800, **dict.fromkeys("-UVWXY", 1900), **dict.fromkeys("ABCDEF", 2000)}

FISCAL_CODE = re.compile(r"[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]")
ODD_VALUES = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
"""What the first, third, ... sign counts, A and 0 to Z."""
VAT = re.compile(r"(?!0{7})[0-9]{11}")

PESEL = re.compile(r"(?P<year>[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})[0-9]{5}")
PESEL_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)
PESEL_CENTURIES = (1900, 2000, 2100, 2200, 1800)
"""The century by how often twenty was added to the month."""

PERSONNUMMER = re.compile(
    r"(?P<century>1[89]|20)?(?P<year>[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?P<rest>[0-9]{4})"
)
TURKISH = re.compile(r"[1-9][0-9]{10}")
NHS = re.compile(r"[0-9]{10}")
NHS_WEIGHTS = (10, 9, 8, 7, 6, 5, 4, 3, 2)


def es_nif(text: str) -> bool:
    """Whether it is the tax number of a Spaniard: the letter is that of the number modulo 23.

    Source: Ministerio del Interior, cálculo del dígito de control del NIF/NIE.

    >>> es_nif("12345678Z"), es_nif("12345678A")
    (True, False)
    """
    number = bare(text)
    return bool(NIF.fullmatch(number)) and NIF_LETTERS[int(number[:-1]) % 23] == number[-1]


def es_nie(text: str) -> bool:
    """Whether it is the number of a foreigner in Spain: as a NIF, with 0, 1 or 2 for X, Y or Z.

    Source: Ministerio del Interior, cálculo del dígito de control del NIF/NIE.

    >>> es_nie("X9613851N"), es_nie("X9613851Q")
    (True, False)
    """
    number = bare(text)
    if not NIE.fullmatch(number):
        return False
    return NIF_LETTERS[int(f"{'XYZ'.index(number[0])}{number[1:8]}") % 23] == number[-1]


def fi_hetu(text: str) -> bool:
    """Whether it is a Finnish personal identity code: a birthday, a sign for the century, a serial, a check sign.

    Source: Digital and Population Data Services Agency, The personal identity code, with the signs added in 2023.

    >>> fi_hetu("131052-308T"), fi_hetu("131052-308U")
    (True, False)
    """
    found = HETU.fullmatch(text.strip().upper())
    if not found or int(found["serial"]) < 2:
        return False
    year = HETU_CENTURIES[found["century"]] + int(found["year"])
    number = int(f"{found['day']}{found['month']}{found['year']}{found['serial']}")
    return is_day(year, int(found["month"]), int(found["day"])) and HETU_SIGNS[number % 31] == found["sign"]


def it_fiscal_code(text: str) -> bool:
    """Whether the last letter of an Italian fiscal code is right.

    Source: Ministerial decree of 23 December 1976, articles 6 and 7.

    >>> it_fiscal_code("RSSMRA85T10A562S"), it_fiscal_code("RSSMRA85T10A562T")
    (True, False)
    """
    number = bare(text)
    if not FISCAL_CODE.fullmatch(number):
        return False
    values = [int(sign, 36) if sign.isdigit() else ord(sign) - ord("A") for sign in number[:15]]
    total = sum(value if index % 2 else ODD_VALUES[value] for index, value in enumerate(values))
    return total % 26 == ord(number[15]) - ord("A")


def it_vat(text: str) -> bool:
    """Whether it is an Italian VAT number: eleven digits that pass Luhn's method.

    Source: D.P.R. 633/1972, article 35; Agenzia delle Entrate, structure of the partita IVA.

    >>> it_vat("01333550323"), it_vat("00000000000")
    (True, False)
    """
    number = bare(text).removeprefix("IT")
    return bool(VAT.fullmatch(number)) and luhn(number)


def pl_pesel(text: str) -> bool:
    """Whether it is a Polish PESEL: a birthday whose month tells the century, a serial, a check digit.

    Source: Act on the population register of 24 September 2010, article 15.

    >>> pl_pesel("44051401458"), pl_pesel("44051401459")
    (True, False)
    """
    number = bare(text)
    found = PESEL.fullmatch(number)
    if not found:
        return False
    turns, month = divmod(int(found["month"]), 20)
    if not is_day(PESEL_CENTURIES[turns] + int(found["year"]), month, int(found["day"])):
        return False
    return -weigh(number[:10], PESEL_WEIGHTS) % 10 == int(number[10])


def se_personnummer(text: str) -> bool:
    """Whether it is a Swedish personal identity or coordination number, with or without the century.

    Source: Skatteverket, SKV 704 (personal identity numbers) and SKV 707 (coordination numbers: the day and 60).

    >>> se_personnummer("871220-2384"), se_personnummer("871220-2385")
    (True, False)
    """
    number = bare(text.replace("+", "-"))
    found = PERSONNUMMER.fullmatch(number)
    if not found or not luhn(number[-10:]):
        return False
    year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
    day -= 60 if day > 60 else 0
    if found["century"]:
        return is_day(100 * int(found["century"]) + year, month, day)
    return is_day_of_some_century(year, month, day)


def tr_national_id(text: str) -> bool:
    """Whether it is a Turkish identity number: the tenth digit checks nine, the eleventh ten.

    Source: Nüfus ve Vatandaşlık İşleri Genel Müdürlüğü, T.C. Kimlik Numarası.

    >>> tr_national_id("10000000146"), tr_national_id("10000000145")
    (True, False)
    """
    number = bare(text)
    if not TURKISH.fullmatch(number):
        return False
    digits = digits_of(number)
    tenth = (7 * sum(digits[0:9:2]) - sum(digits[1:8:2])) % 10
    return digits[9] == tenth and digits[10] == sum(digits[:10]) % 10


def uk_nhs(text: str) -> bool:
    """Whether it is a number of the National Health Service: the weighted sum fits the last digit, modulo 11.

    Source: NHS Data Dictionary, NHS NUMBER.

    >>> uk_nhs("943 476 5919"), uk_nhs("943 476 5918")
    (True, False)
    """
    number = bare(text)
    if not NHS.fullmatch(number) or len(set(number)) == 1:
        return False
    return -weigh(number, NHS_WEIGHTS) % 11 == int(number[9])


CHECKS = (
    ("es_nie", "the number of a foreigner in Spain", es_nie),
    ("es_nif", "the tax number of a Spaniard", es_nif),
    ("fi_hetu", "a Finnish personal identity code", fi_hetu),
    ("it_fiscal_code", "an Italian fiscal code", it_fiscal_code),
    ("it_vat", "an Italian VAT number", it_vat),
    ("pl_pesel", "a Polish PESEL number", pl_pesel),
    ("se_personnummer", "a Swedish personal identity or coordination number", se_personnummer),
    ("tr_national_id", "a Turkish identity number", tr_national_id),
    ("uk_nhs", "a number of the National Health Service, United Kingdom", uk_nhs),
)
