"""The numbers are the published examples of each method, and the documentation ranges of addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricate_checks import date, iban, ip, luhn, mod_11_10, mod_97_10, verhoeff


@pytest.mark.parametrize(
    "text", ["79927398713", "4111 1111 1111 1111", "5500-0000-0000-0004", "490154203237518", "378282246310005", "18"]
)
def test_luhn_accepts(text):
    assert luhn(text)


@pytest.mark.parametrize("text", ["79927398710", "4111 1111 1111 1112", "", "0", "4111a", "1²"])
def test_luhn_refuses(text):
    assert not luhn(text)


@pytest.mark.parametrize(
    "text",
    [
        "GB82 WEST 1234 5698 7654 32",
        "gb82west12345698765432",
        "DE89 3704 0044 0532 0130 00",
        "FR14 2004 1010 0505 0001 3M02 606",
        "NO93 8601 1117 947",
        "CH93 0076 2011 6238 5295 7",
    ],
)
def test_iban_accepts(text):
    assert iban(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("GB82 WEST 1234 5698 7654 33", id="check digits"),
        pytest.param("DE89 3704 0044 0532 0130 0", id="too short"),
        pytest.param("DE89 3704 0044 0532 0130 000", id="too long"),
        pytest.param("82GB WEST 1234 5698 7654 32", id="no country"),
        pytest.param("", id="nothing"),
    ],
)
def test_iban_refuses(text):
    assert not iban(text)


@pytest.mark.parametrize("text", ["192.0.2.1", "255.255.255.255", "2001:db8::1", "::1", "::ffff:192.0.2.128", " ::1 "])
def test_ip_accepts(text):
    assert ip(text)


@pytest.mark.parametrize("text", ["192.0.2.256", "192.0.2", "1.2.3.4.5", "01.2.3.4", "2001:db8::1::2", "::g", ""])
def test_ip_refuses(text):
    assert not ip(text)


@pytest.mark.parametrize("text", ["2024-02-29", "29 February 2024", "3/4/2024", "31.12.1999"])
def test_date_accepts(text):
    assert date(text)


@pytest.mark.parametrize("text", ["2023-02-29", "30 February 2024", "13/13/2024", "31.11.1999", "yesterday", ""])
def test_date_refuses(text):
    assert not date(text)


@pytest.mark.parametrize("text", ["2363", "123451", "1428570", "1234567890120", "84736430954837284567892"])
def test_verhoeff_accepts(text):
    assert verhoeff(text)


@pytest.mark.parametrize("text", ["2364", "123450", "", "0", "12a"])
def test_verhoeff_refuses(text):
    assert not verhoeff(text)


@given(st.text("0123456789", min_size=1, max_size=20))
def test_exactly_one_last_digit_makes_a_number_right(digits):
    assert [sum(check(f"{digits}{last}") for last in range(10)) for check in (luhn, verhoeff)] == [1, 1]


@given(st.text("0123456789", min_size=2, max_size=20), st.data())
def test_verhoeff_notices_two_digits_that_changed_places(digits, data):
    right = next(f"{digits}{last}" for last in range(10) if verhoeff(f"{digits}{last}"))
    at = data.draw(st.integers(0, len(right) - 2))
    swapped = right[:at] + right[at + 1] + right[at] + right[at + 2 :]

    assert verhoeff(swapped) == (swapped == right)


@pytest.mark.parametrize("text", ["07945", "0794-5", "69435151530"])
def test_iso_7064_mod_11_10_accepts(text):
    assert mod_11_10(text)


@pytest.mark.parametrize("text", ["07944", "", "7", "07a45"])
def test_iso_7064_mod_11_10_refuses(text):
    assert not mod_11_10(text)


@pytest.mark.parametrize("text", ["79444", "5299000J2N45DDNE4Y28"])
def test_iso_7064_mod_97_10_accepts(text):
    assert mod_97_10(text)


@pytest.mark.parametrize("text", ["79445", "", "44", "5299000J2N45DDNE4Y29", "5299000J2N45DDNE4YX8"])
def test_iso_7064_mod_97_10_refuses(text):
    assert not mod_97_10(text)
