import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricate_normalisers import date, digits, entropy, list_of, lower, number, object_of, register_normalisers
from rubricate_normalisers.amounts import money
from rubricate_normalisers.numbers import plain, read_number, rounded
from rubricate_normalisers.units import UNITS, unit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234.50", 1234.5),
        ("1.234,50", 1234.5),
        ("1,234", 1234),
        ("1.234", 1.234),
        ("1,234,567", 1234567),
        ("1.234.567,8", 1234567.8),
        ("1 234 567", 1234567),
        ("1\u202f234", 1234),
        ("1\u2019234", 1234),
        ("0,5", 0.5),
        (".5", 0.5),
        ("0,123", 0.123),
        ("-5", -5),
        ("\u22125", -5),
        ("+7", 7),
        ("\u0663", 3),
        ("1/2", 0.5),
        ("5 1/2", 5.5),
        ("5-1/2", 5.5),
        ("\u00bd", 0.5),
        ("1\u00bd", 1.5),
        ("1/3", 0.3333),
    ],
)
def test_a_number_is_read(text, expected):
    assert (number(text), type(number(text))) == (expected, type(expected))


@pytest.mark.parametrize(
    "text", ["", "-", ".", "three", "1,23,456", "12,34.5", "1,234.5.6", "1e5", "1_000", "nan", "1/0", "1" * 41, "²"]
)
def test_what_is_no_number_is_none(text):
    assert number(text) is None


@pytest.mark.parametrize(
    ("value", "expected"), [(5, 5), (2.5, 2.5), (None, None), (True, None), (math.nan, None), (math.inf, None)]
)
def test_a_value_that_is_a_number_already_stays_one(value, expected):
    assert number(value) == expected


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9))
def test_thousands_separators_of_two_traditions_say_the_same(value):
    english = f"{value:,}"
    german = english.translate(str.maketrans(",.", ".,"))

    assert read_number(english) == read_number(german) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9))
def test_a_plain_number_is_read_back_and_has_no_needless_zero(value):
    text = plain(value)

    assert read_number(text) == value
    assert "." not in text or not text.endswith("0")


@pytest.mark.parametrize(
    ("value", "expected"), [("3.93700787", "3.937"), ("0.000512", "0.000512"), ("0.00003333333", "0.00003333")]
)
def test_small_numbers_keep_four_digits(value, expected):
    assert plain(rounded(Decimal(value))) == expected


def test_digits_are_kept_alone():
    assert [digits(value) for value in ("(555) 0100", "\u0665\u0660", 42, "none", None)] == [
        "5550100",
        "50",
        "42",
        None,
        None,
    ]


def test_lower_collapses_white_space():
    assert [lower(value) for value in (" Deep \n BLUE ", "", None)] == ["deep blue", None, None]


@pytest.mark.parametrize("value", [("1 TB",), ("1tb",), ("1000gb",), ("1000 GB",), (1, "TB"), ("1,000", "gigabytes")])
def test_one_size_written_in_many_ways_is_one_value(value):
    assert unit(*value) == "1000 GB"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("512 KB", "0.000512 GB"),
        ("1 GiB", "1.0737 GB"),
        ('15.6"', "15.6 in"),
        ("15.6-inch", "15.6 in"),
        ("5 1/2 in.", "5.5 in"),
        ("1 ft", "12 in"),
        ("30.48 cm", "12 in"),
        ("10 mm", "0.3937 in"),
        ("1 m", "39.3701 in"),
        ("1 lb", "453.5924 g"),
        ("0.5 kg", "500 g"),
        ("12 fl. oz.", "354.8824 ml"),
        ("1.5 L", "1500 ml"),
        ("2.4 GHz", "2400 MHz"),
        ("1.2kW", "1200 W"),
        ("12.1 Megapixels", "12.1 MP"),
        ("3 Ah", "3000 mAh"),
    ],
)
def test_a_quantity_is_given_in_the_base_unit_of_its_dimension(text, expected):
    assert unit(text) == expected


@pytest.mark.parametrize(
    "value", [("7 lightyears",), ("GB",), ("",), ("5",), (None,), ("x", "GB"), (5, 5), (None, "GB")]
)
def test_what_is_no_known_quantity_is_none(value):
    assert unit(*value) is None


@pytest.mark.parametrize("name", sorted(UNITS))
def test_every_unit_is_read_beside_its_number_as_apart_from_it(name):
    assert unit(f"3 {name}") == unit(3, name) is not None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (("$1,234.50",), "1234.50 USD"),
        (("1.234,50 \u20ac",), "1234.50 EUR"),
        (("\u20ac1.234",), "1234 EUR"),
        (("USD 5",), "5 USD"),
        (("5 usd",), "5 USD"),
        (("-$5",), "-5 USD"),
        (("US$ 4.5",), "4.50 USD"),
        (("4,5 z\u0142",), "4.50 PLN"),
        (("Rs. 500",), "500 INR"),
        (("CHF 1\u2019000.50",), "1000.50 CHF"),
        (("20 dollars",), "20 USD"),
        (("1.234,50", "\u20ac"), "1234.50 EUR"),
        ((20, "GBP"), "20 GBP"),
    ],
)
def test_an_amount_is_given_with_its_code(value, expected):
    assert money(*value) == expected


@pytest.mark.parametrize(
    "value", [("20",), ("$",), ("$5k",), ("$ 5 USD",), ("",), (None,), ("5 kr",), ("5", "kr"), (5,)]
)
def test_an_amount_without_a_known_currency_is_none(value):
    assert money(*value) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (("March 12, 2024",), "2024-03-12"),
        (("3/4/2024",), None),
        (("3/4/2024", "mdy"), "2024-03-04"),
        (("3/4/2024", "dmy"), "2024-04-03"),
        (("13/4/2024",), "2024-04-13"),
        (("yesterday",), None),
        ((None,), None),
    ],
)
def test_a_date_is_given_as_year_month_day(value, expected):
    assert date(*value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (("red, blue;green|",), ["red", "blue", "green"]),
        (("red/blue", "/"), ["red", "blue"]),
        ((["a ", None, 1],), ["a", "1"]),
        ((" , ",), None),
        ((None,), None),
    ],
)
def test_a_list_is_cut_at_its_separators(value, expected):
    assert list_of(*value) == expected


@pytest.mark.parametrize("normaliser", register_normalisers(), ids=lambda normaliser: normaliser.name)
@given(values=st.lists(st.one_of(st.none(), st.text(max_size=60), st.floats(), st.integers()), min_size=2, max_size=2))
def test_no_value_makes_a_normaliser_fail(normaliser, values):
    most = normaliser.arguments[1]

    normaliser.apply(*values[:most])


MAKING = [each for each in register_normalisers() if each.name != "entropy"]  # which measures a text and makes none


@pytest.mark.parametrize("normaliser", MAKING, ids=lambda normaliser: normaliser.name)
@given(value=st.text("0123456789 .,-/\u00bdgGb$\u20acinMar", max_size=12))
def test_what_a_normaliser_made_it_leaves_as_it_is(normaliser, value):
    first = normaliser.apply(value)

    if first is not None:
        assert normaliser.apply(first) == first


def test_an_object_leaves_out_what_has_no_value():
    assert object_of("family", "Edge", "major", None, "parts", [1, 2]) == {"family": "Edge", "parts": [1, 2]}
    assert object_of("family", None) is None
    assert object_of("family", "Edge", "major") == {"family": "Edge"}


@pytest.mark.parametrize(
    ("text", "bits"),
    [("aaaa", 0.0), ("ab", 1.0), ("abcdefgh", 3.0), ("aab", 0.9182958340544896), ("", None), (None, None), (7, 0.0)],
)
def test_entropy_is_that_of_the_characters(text, bits):
    assert entropy(text) == pytest.approx(bits)
