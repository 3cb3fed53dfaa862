"""Reads numbers as people write them, exactly, and writes them in one way."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_EVEN, Context, Decimal

__all__ = ["CONTEXT", "plain", "read_number", "rounded"]

CONTEXT = Context(prec=60, rounding=ROUND_HALF_EVEN)
"""Of our own, because the one of the thread may be anyone's."""
LONGEST = 40
SPACES = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f'\u2019](?=\d{3}(?!\d))")
MIXED = re.compile(r"(?P<sign>-?)(?:(?P<whole>\d+)[ -])?(?P<top>\d+)/(?P<bottom>\d+)")
GROUPED = re.compile(r"[1-9]\d{0,2}(?P<mark>[.,])\d{3}(?:(?P=mark)\d{3})*")


def read_number(value: object, *, money: bool = False) -> Decimal | None:
    """The number that a value is or writes; None if it is none.

    One comma before exactly three digits separates thousands, one dot begins a fraction, except in amounts of
    money, where a fraction never has three digits.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        found = Decimal(repr(value))
        return found if found.is_finite() and abs(found.adjusted()) < LONGEST else None
    if not isinstance(value, str) or len(value) > LONGEST:
        return None
    text = _ascii(value.strip())
    fraction = _fraction(text)
    return _decimal(SPACES.sub("", text), money=money) if fraction is None else fraction


def plain(number: Decimal) -> str:
    """A number without exponent and without zeros at its end.

    >>> plain(Decimal("1.50E+3")), plain(Decimal("0.250"))
    ('1500', '0.25')
    """
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def rounded(number: Decimal) -> Decimal:
    """A number to four decimals, or to four significant digits where those are finer.

    >>> rounded(Decimal("3.93700787")), rounded(Decimal("0.000512"))
    (Decimal('3.9370'), Decimal('0.000512'))
    """
    if number == 0:
        return number
    finest = min(-4, number.adjusted() - 3)
    return number.quantize(Decimal(1).scaleb(finest), context=CONTEXT) if _finer(number, finest) else number


def _finer(number: Decimal, finest: int) -> bool:
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent < finest


def _ascii(text: str) -> str:
    """Digits of all scripts as 0 to 9, signs as - and +, fractions such as ½ spelt out."""
    parts = []
    for character in text:
        if character.isdecimal():
            parts.append(str(int(character)))
        elif unicodedata.category(character) == "No" and "\u2044" in unicodedata.normalize("NFKC", character):
            gap = " " if parts and parts[-1].isdigit() else ""
            parts.append(gap + unicodedata.normalize("NFKC", character).replace("\u2044", "/"))
        else:
            parts.append({"\u2212": "-", "\u2044": "/"}.get(character, character))
    return "".join(parts)


def _fraction(text: str) -> Decimal | None:
    found = MIXED.fullmatch(text)
    if found is None or int(found["bottom"]) == 0:
        return None
    bottom = Decimal(found["bottom"])
    part = CONTEXT.divide(Decimal(found["top"]), bottom)
    total = CONTEXT.add(Decimal(found["whole"] or 0), part)
    return rounded(-total if found["sign"] else total)


def _decimal(text: str, *, money: bool) -> Decimal | None:
    """A number with at most one kind of thousands separator and one decimal mark."""
    sign, bare = ("-", text[1:]) if text[:1] == "-" else ("", text.removeprefix("+"))
    bare = bare.strip()
    last = max(bare.rfind("."), bare.rfind(","))
    if last < 0 or _is_grouped(bare, money=money):
        whole, part = bare, ""
    else:
        whole, part = bare[:last], bare[last + 1 :]
        if bare[last] in whole:
            return None
    if not _is_whole(whole) or not (part == "" or part.isdecimal()) or not (whole or part):
        return None
    return Decimal(f"{sign}{whole.replace(',', '').replace('.', '') or '0'}.{part or '0'}").normalize(CONTEXT)


def _is_grouped(text: str, *, money: bool) -> bool:
    """Whether all marks of a number separate thousands."""
    found = GROUPED.fullmatch(text)
    if found is None:
        return False
    return money or found["mark"] == "," or text.count(".") > 1


def _is_whole(text: str) -> bool:
    return text == "" or text.isdecimal() or GROUPED.fullmatch(text) is not None
