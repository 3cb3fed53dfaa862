"""A derived field is cut out of a text field: a place to look in and a value to ask; its offsets are the source's."""

import pytest

from support.rulesets import matches_of, problems_of, truth_of

SHOP = "record: {text: [title, body], derive: {shop: {from: body, pattern: '/^Shop: (?<it>.+)$/m'}}}\n"
RECORD = {"title": "Acme", "body": "An Acme lamp.\nShop: Acme and Sons\nSold by Acme."}


def test_a_match_lies_in_the_field_at_its_place_in_the_source(tmp_path):
    assert matches_of(tmp_path, '"acme" in shop', RECORD, SHOP) == [("body", 20, "Acme")]


def test_not_in_keeps_the_matches_outside(tmp_path):
    found = matches_of(tmp_path, '"acme" not in shop', RECORD, SHOP)

    assert [(field, start) for field, start, _ in found] == [("body", 3), ("body", 42), ("title", 0)]


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ('doc.shop == "Acme and Sons"', "yes"),
        ("doc.shop exists", "yes"),
        ('"acme" in first 1 words of shop', "yes"),
        ('"sons" in first 2 words of shop', "no"),
        ('"sons" in last 4 chars of shop', "yes"),
        ('"acme" in last 4 chars of shop', "no"),
        ('count("acme" in (shop, title)) == 2', "yes"),
    ],
)
def test_what_conditions_ask_of_it(tmp_path, condition, holds):
    assert truth_of(tmp_path, condition, RECORD, SHOP) == holds


def test_a_record_without_it_has_no_value_and_no_place(tmp_path):
    record = {"body": "An Acme lamp."}

    assert truth_of(tmp_path, '"acme" in shop', record, SHOP) == "no"
    assert truth_of(tmp_path, "doc.shop exists", record, SHOP) == "no"
    assert truth_of(tmp_path, 'doc.shop == "Acme"', record, SHOP) == "unknown"


def test_without_a_group_the_whole_match_is_the_field(tmp_path):
    shop = SHOP.replace("(?<it>.+)", ".+")

    assert truth_of(tmp_path, 'doc.shop == "Shop: Acme and Sons"', RECORD, shop) == "yes"


def test_offsets_of_html_are_those_of_the_original(tmp_path):
    record = {"body": "<b>Lamp</b>\n<i>Shop:</i> Acme"}

    found = matches_of(tmp_path, '"acme" in shop', record, "prepare: [{use: html_text}]\n" + SHOP)

    assert found == [("body", 25, "Acme")]


@pytest.mark.parametrize(
    ("derive", "code"),
    [
        ("{shop: {from: nobody, pattern: '/x/'}}", "R026"),
        ("{shop: {from: body, pattern: 'x'}}", "R013"),
        ("{shop: {from: body, pattern: '/(/'}}", "R028"),
        ("{title: {from: body, pattern: '/x/'}}", "R034"),
        ("{shop: {from: body}}", "R011"),
    ],
)
def test_a_derived_field_that_cannot_be_is_an_error(tmp_path, derive, code):
    yaml = f"labels: [a, b]\nrecord: {{text: [title, body], derive: {derive}}}\nrules: []\n"

    assert [found for found, _ in problems_of(tmp_path, yaml)] == [code]
