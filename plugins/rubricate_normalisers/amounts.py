"""Amounts of money with their currency."""

from __future__ import annotations

import re
from decimal import Decimal
from types import MappingProxyType

from rubricate_normalisers.numbers import CONTEXT, plain, read_number

__all__ = ["CURRENCIES", "money"]

CODES = (
    "AED", "ARS", "AUD", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP", "EUR",
    "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "JPY", "KRW", "MXN", "MYR", "NOK", "NZD", "PHP",
    "PKR", "PLN", "RON", "RUB", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "USD", "VND",
    "ZAR",
)  # fmt: skip

CURRENCIES = MappingProxyType(
    {
        name: code
        for code, names in {
            "AUD": "a$ au$",
            "BRL": "r$",
            "CAD": "c$ ca$",
            "CHF": "fr sfr",
            "CNY": "yuan renminbi rmb",
            "CZK": "k\u010d",
            "EUR": "\u20ac euro euros",
            "GBP": "\u00a3 pound pounds quid",
            "HKD": "hk$",
            "ILS": "\u20aa",
            "INR": "\u20b9 rs rupee rupees",
            "JPY": "\u00a5 yen",
            "KRW": "\u20a9 won",
            "MXN": "mx$",
            "NZD": "nz$",
            "PLN": "z\u0142 zloty",
            "RUB": "\u20bd rouble roubles ruble rubles",
            "SGD": "s$",
            "TRY": "\u20ba",
            "UAH": "\u20b4",
            "USD": "$ us$ dollar dollars buck bucks",
            "VND": "\u20ab",
        }.items()
        for name in names.split()
    }
    | {code.lower(): code for code in CODES}
)
"""Sign, word or code in lower case -> ISO 4217 code. A bare $ is taken for US dollars, \u00a5 for yen."""

TOGETHER = re.compile(
    r"(?P<sign>[-\u2212]?)(?P<before>(?:[^\d\s.,+-]+\.?)?)\s*(?P<amount>[-+]?\d[\d.,'\u2019\s]*)(?P<after>[^\d]*)"
)


def money(value: object, currency: object = None) -> str | None:
    """An amount with its ISO 4217 code; the currency stands in the value or beside it.

    >>> money("$1,234.50"), money("1.234,50", "\u20ac"), money("20 dollars"), money("20")
    ('1234.50 USD', '1234.50 EUR', '20 USD', None)
    """
    amount: Decimal | None
    if currency is None:
        found = TOGETHER.fullmatch(value.strip()) if isinstance(value, str) and len(value) <= 60 else None
        if found is None or bool(found["before"]) == bool(found["after"].strip()):
            return None
        currency = found["before"] or found["after"]
        amount = read_number(found["sign"] + found["amount"].strip(), money=True)
    else:
        amount = read_number(value, money=True)
    code = CURRENCIES.get(currency.strip().rstrip(".").lower()) if isinstance(currency, str) else None
    return None if code is None or amount is None else f"{_written(amount)} {code}"


def _written(amount: Decimal) -> str:
    """Whole amounts without decimals, all others with two at least."""
    if amount == amount.to_integral_value():
        return plain(amount)
    cents = amount.quantize(Decimal("0.01"), context=CONTEXT)
    return f"{cents:f}" if cents == amount else plain(amount)
