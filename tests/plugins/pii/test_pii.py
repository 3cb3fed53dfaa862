"""The numbers are the examples that issuers and standards publish, or made from their rules; none is anybody's."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubricate_pii import register_checks
from rubricate_pii.africa import za_id
from rubricate_pii.americas import us_aba, us_dea, us_itin, us_npi, us_ssn
from rubricate_pii.asia_pacific import au_abn, au_medicare, au_tfn, in_gstin, kr_frn, kr_rrn, sg_nric_fin
from rubricate_pii.europe import (
    es_nie,
    es_nif,
    fi_hetu,
    it_fiscal_code,
    it_vat,
    pl_pesel,
    se_personnummer,
    tr_national_id,
    uk_nhs,
)
from rubricate_pii.germany import de_id_card, de_lanr, de_social_security, de_tax_id
from rubricate_pii.technical import bitcoin, mac, phone

CHECKS = {check.name: check.holds for check in register_checks()}


@pytest.mark.parametrize(
    ("holds", "text"),
    [
        (za_id, "8001015009087"),
        (za_id, "0002294321191"),
        (us_aba, "111000025"),
        (us_aba, "3222-7162-7"),
        (us_dea, "AB1234563"),
        (us_itin, "900-70-0000"),
        (us_npi, "1234567893"),
        (us_ssn, "219-09-9998"),
        (au_abn, "51 824 753 556"),
        (au_medicare, "2123 45670 1"),
        (au_tfn, "123 456 782"),
        (in_gstin, "27AAPFU0939F1ZV"),
        (kr_rrn, "960121-1021413"),
        (kr_frn, "911124-5678906"),
        (sg_nric_fin, "S1234567D"),
        (sg_nric_fin, "F2346401L"),
        (sg_nric_fin, "M4332674T"),
        (de_id_card, "T220001293"),
        (de_lanr, "123456601"),
        (de_social_security, "15 070649 C 103"),
        (de_social_security, "65170839J003"),
        (de_tax_id, "86 095 742 719"),
        (de_tax_id, "65929970489"),
        (es_nif, "12345678Z"),
        (es_nif, "12345678-z"),
        (es_nie, "X1234567L"),
        (fi_hetu, "131052-308T"),
        (fi_hetu, "010594Y9032"),
        (it_fiscal_code, "RSSMRA85T10A562S"),
        (it_vat, "IT00743110157"),
        (pl_pesel, "44051401359"),
        (pl_pesel, "02070803628"),
        (se_personnummer, "811228-9874"),
        (se_personnummer, "19640823-3234"),
        (se_personnummer, "701063-2391"),
        (tr_national_id, "10000000146"),
        (uk_nhs, "943 476 5919"),
        (bitcoin, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
        (bitcoin, "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"),
        (bitcoin, "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4"),
        (bitcoin, "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr"),
        (mac, "00-1A-2B-3C-4D-5E"),
        (phone, "+44 20 7946 0958"),
        (phone, "(415) 555-0132x99"),
    ],
)
def test_published_numbers_hold(holds, text):
    assert holds(text)


@pytest.mark.parametrize(
    ("holds", "text"),
    [
        pytest.param(za_id, "8001015009086", id="za: check digit"),
        pytest.param(za_id, "8013015009084", id="za: month 13"),
        pytest.param(us_aba, "421042111", id="aba: no such district"),
        pytest.param(us_aba, "000000000", id="aba: nothing but zeros"),
        pytest.param(us_dea, "AB1234564", id="dea: check digit"),
        pytest.param(us_itin, "911-89-1234", id="itin: range"),
        pytest.param(us_itin, "911-68-1234", id="itin: another range"),
        pytest.param(us_npi, "1234567890", id="npi: check digit"),
        pytest.param(us_ssn, "000-12-3456", id="ssn: area"),
        pytest.param(us_ssn, "900-12-3456", id="ssn: a taxpayer's"),
        pytest.param(us_ssn, "536-00-3456", id="ssn: group"),
        pytest.param(us_ssn, "078-05-1120", id="ssn: an advertisement's"),
        pytest.param(au_abn, "51 824 753 557", id="abn: check digits"),
        pytest.param(au_medicare, "1123 45670 1", id="medicare: first digit"),
        pytest.param(au_tfn, "123 456 783", id="tfn: check digit"),
        pytest.param(in_gstin, "27AAPFU0939F1ZW", id="gstin: check sign"),
        pytest.param(in_gstin, "00AAPFU0939F1ZV", id="gstin: no such state"),
        pytest.param(kr_rrn, "911124-5678906", id="rrn: a foreigner's"),
        pytest.param(kr_frn, "960121-1021413", id="frn: a resident's"),
        pytest.param(kr_rrn, "960231-1021413", id="rrn: 31 February"),
        pytest.param(sg_nric_fin, "S1234567A", id="nric: letter"),
        pytest.param(de_id_card, "T220001290", id="id card: check digit"),
        pytest.param(de_lanr, "123456901", id="lanr: check digit"),
        pytest.param(de_social_security, "15071349C103", id="pension: month 13"),
        pytest.param(de_tax_id, "12345678903", id="tax id: ten different digits"),
        pytest.param(de_tax_id, "86095742710", id="tax id: check digit"),
        pytest.param(es_nif, "12345678A", id="nif: letter"),
        pytest.param(es_nie, "X1234567M", id="nie: letter"),
        pytest.param(fi_hetu, "131052/308T", id="hetu: sign of the century"),
        pytest.param(fi_hetu, "310289-211C", id="hetu: 31 February"),
        pytest.param(it_fiscal_code, "RSSMRA85T10A562T", id="fiscal code: letter"),
        pytest.param(it_vat, "00000000000", id="vat: nobody's"),
        pytest.param(pl_pesel, "44051401358", id="pesel: check digit"),
        pytest.param(pl_pesel, "44951401358", id="pesel: month 95"),
        pytest.param(se_personnummer, "811228-9875", id="personnummer: check digit"),
        pytest.param(se_personnummer, "811328-9873", id="personnummer: month 13"),
        pytest.param(tr_national_id, "10000000145", id="turkey: last digit"),
        pytest.param(tr_national_id, "00000000000", id="turkey: first digit"),
        pytest.param(uk_nhs, "943 476 5918", id="nhs: check digit"),
        pytest.param(bitcoin, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", id="bitcoin: check sign"),
        pytest.param(bitcoin, "bc1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", id="bitcoin: mixed case"),
        pytest.param(mac, "ff:ff:ff:ff:ff:ff", id="mac: broadcast"),
        pytest.param(phone, "2024-05-06", id="phone: a date"),
        pytest.param(phone, "192.168.100.1", id="phone: an address"),
        pytest.param(phone, "000 000 0000", id="phone: one digit"),
        pytest.param(phone, "12 34 56", id="phone: too short"),
    ],
)
def test_numbers_that_nobody_has_fail(holds, text):
    assert not holds(text)


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_every_docstring_names_where_the_rule_comes_from(name):
    assert "Source: " in CHECKS[name].__doc__


ANY_TEXT = st.one_of(
    st.text(max_size=40),
    st.from_regex(re.compile(r"[A-Z]{0,6}[0-9 ./_-]{5,14}[A-Z0-9]{0,5}"), fullmatch=True),
    st.from_regex(re.compile(r"[A-Z]?\d{7,16}[A-Z]?"), fullmatch=True),
)


@settings(max_examples=300, deadline=None)
@given(text=ANY_TEXT)
def test_no_text_makes_a_check_raise(text):
    assert {type(holds(text)) for holds in CHECKS.values()} == {bool}


DETECTS_EVERY_SLIP = {
    "au_abn": "51824753556",
    "es_nif": "12345678Z",
    "fi_hetu": "131052-308T",
    "us_npi": "1234567893",
    "pl_pesel": "44051401359",
    "tr_national_id": "10000000146",
    "uk_nhs": "9434765919",
    "za_id": "8001015009087",
}


@pytest.mark.parametrize("name", sorted(DETECTS_EVERY_SLIP))
def test_one_wrong_digit_is_noticed(name):
    number = DETECTS_EVERY_SLIP[name]
    slips = [
        number[:place] + digit + number[place + 1 :]
        for place, sign in enumerate(number)
        if sign.isdigit()
        for digit in "0123456789"
        if digit != sign
    ]

    assert [slip for slip in slips if CHECKS[name](slip)] == []
