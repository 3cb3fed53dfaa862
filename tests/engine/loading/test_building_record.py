"""How a record is declared: names for what stands elsewhere in it."""

from __future__ import annotations

import pytest

import rubricate
from support.rulesets import write_text

RULES = """
labels: {x: {kind: document}}
rules:
  - {id: asks, label: x, when: '"sale"', confidence: 0.9, hit: [a sale], miss: [a song]}
"""


def errors_of(tmp_path, record):
    """Message and help of each error."""
    _, problems = rubricate.check(write_text(tmp_path, f"record: {record}\n{RULES}"))
    return [(one.code, one.message, one.help) for one in problems if one.is_error]


@pytest.mark.parametrize(
    "record",
    [
        '{text: [review], fields: {review: {from: "Review Text"}}}',
        '{fields: {text: {from: "Review Text"}}}',
        '{id: key, fields: {key: {from: "Row #"}}}',
        "{meta: {price: {type: number}}, fields: {price: {from: offers.price}}}",
        "{text: [post.body], meta: {post.likes: {type: number}}}",
        '{text: ["Review Text"]}',
    ],
)
def test_names_for_places_are_taken(tmp_path, record):
    assert errors_of(tmp_path, record) == []


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        (
            '{text: [review], fields: {reviw: {from: "Review Text"}}}',
            (
                "R026",
                '"reviw" is no text field, no image field, no metadata and no id of the record',
                'did you mean "review"?',
            ),
        ),
        (
            "{text: [review], fields: {price: {from: offers.price}}}",
            (
                "R026",
                '"price" is no text field, no image field, no metadata and no id of the record',
                "name it under text, or as meta: {price: {type: text}}",
            ),
        ),
        (
            '{meta: {"Clothing ID": {type: text}}}',
            (
                "R013",
                'conditions cannot ask a field that is called "Clothing ID"',
                'call it clothing_id, and add fields: {clothing_id: {from: "Clothing ID"}}',
            ),
        ),
        ("{fields: {text: {form: x}}}", ("R010", '"form" is no key of "text"', 'did you mean "from"?')),
    ],
)
def test_a_name_that_means_nothing_is_told(tmp_path, record, problem):
    assert problem in errors_of(tmp_path, record)


def test_where_a_field_stands_is_part_of_the_meaning(tmp_path):
    def digest(record):
        return rubricate.load(write_text(tmp_path, f"record: {record}\n{RULES}")).plan.digest

    plain, one, other = (
        digest(record)
        for record in ("{text: [a]}", "{text: [a], fields: {a: {from: b}}}", "{text: [a], fields: {a: {from: c}}}")
    )

    assert len({plain, one, other}) == 3


@pytest.mark.parametrize(
    ("record", "texts"),
    [
        ("{image: [text]}", ("title", "body")),
        ("{image: [photo]}", None),
        ("{text: [note], image: [text]}", ("note",)),
    ],
)
def test_an_image_is_not_read_as_one_of_the_usual_texts(tmp_path, record, texts):
    loaded = rubricate.load(
        write_text(tmp_path, f"record: {record}\n{RULES.replace('hit: [a sale], miss: [a song]', '')}")
    )

    assert loaded.ruleset.record.text == texts
