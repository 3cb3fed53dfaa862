"""Quantities in one unit for each dimension: storage in GB, length in inches, weight in grams, and so on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from rubricate_normalisers.numbers import CONTEXT, plain, read_number, rounded

__all__ = ["UNITS", "unit"]

WRITTEN: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "GB": {
            "byte bytes": "1e-9",
            "kb kilobyte kilobytes": "1e-6",
            "mb megabyte megabytes": "1e-3",
            "gb gig gigs gigabyte gigabytes": "1",
            "tb terabyte terabytes": "1e3",
            "pb petabyte petabytes": "1e6",
            "kib": "0.000001024",
            "mib": "0.001048576",
            "gib": "1.073741824",
            "tib": "1099.511627776",
        },
        "in": {
            "in inch inches \" '' \u2033 \u201d": "1",
            "ft foot feet ' \u2032 \u2019": "12",
            "yd yard yards": "36",
            "mi mile miles": "63360",
            "mm millimeter millimeters millimetre millimetres": "0.1/2.54",
            "cm centimeter centimeters centimetre centimetres": "1/2.54",
            "m meter meters metre metres": "100/2.54",
            "km kilometer kilometers kilometre kilometres": "100000/2.54",
        },
        "g": {
            "mg milligram milligrams": "0.001",
            "g gram grams gramme grammes": "1",
            "kg kgs kilo kilos kilogram kilograms": "1000",
            "t tonne tonnes": "1000000",
            "oz ounce ounces": "28.349523125",
            "lb lbs pound pounds": "453.59237",
        },
        "ml": {
            "ml cc milliliter milliliters millilitre millilitres": "1",
            "cl centiliter centiliters centilitre centilitres": "10",
            "dl deciliter deciliters decilitre decilitres": "100",
            "l liter liters litre litres": "1000",
            "floz fluidounce fluidounces": "29.5735295625",
            "cup cups": "236.5882365",
            "pt pint pints": "473.176473",
            "qt quart quarts": "946.352946",
            "gal gallon gallons": "3785.411784",
        },
        "MHz": {
            "hz hertz": "1e-6",
            "khz kilohertz": "1e-3",
            "mhz megahertz": "1",
            "ghz gigahertz": "1e3",
        },
        "W": {"w watt watts": "1", "kw kilowatt kilowatts": "1000"},
        "MP": {"mp mpx mpix mpixel mpixels megapixel megapixels": "1"},
        "V": {"mv millivolt millivolts": "0.001", "v volt volts": "1", "kv kilovolt kilovolts": "1000"},
        "mAh": {"mah": "1", "ah": "1000"},
    }
)
"""Base unit -> names -> how many base units one is, as a number or a quotient. US units of volume."""


def _factor(text: str) -> Decimal:
    top, _, bottom = text.partition("/")
    return CONTEXT.divide(Decimal(top), Decimal(bottom or 1))


UNITS: Mapping[str, tuple[str, Decimal]] = MappingProxyType(
    {
        name: (base, _factor(factor))
        for base, names in WRITTEN.items()
        for together, factor in names.items()
        for name in together.split()
    }
)
"""Name in lower case, without spaces and dots -> (base unit, how many of it one is)."""

TOGETHER = re.compile(r"(?P<amount>.*?[\d\u00bc-\u00be\u2150-\u215e])\s*-?\s*(?P<unit>[^\d\s][^\d]*)")


def unit(value: object, name: object = None) -> str | None:
    """A quantity in the base unit of its dimension; the unit stands in the value or beside it.

    >>> unit("1 TB"), unit(1000, "gb"), unit("1 ft"), unit("10", "cm"), unit("7 lightyears")
    ('1000 GB', '1000 GB', '12 in', '3.937 in', None)
    """
    if name is None:
        found = TOGETHER.fullmatch(value.strip()) if isinstance(value, str) else None
        if found is None:
            return None
        value, name = found["amount"], found["unit"]
    known = UNITS.get(_bare(name)) if isinstance(name, str) else None
    amount = read_number(value)
    if known is None or amount is None:
        return None
    base, factor = known
    return f"{plain(rounded(CONTEXT.multiply(amount, factor)))} {base}"


def _bare(name: str) -> str:
    return "".join(name.lower().replace(".", "").split())
