"""`prepare: [{use: dedupe, by: .., distance: ..}]`: which fields make a duplicate, and how near images have to be."""

from __future__ import annotations

from pathlib import Path

import pytest

import rubricate
from support.pictures import NEEDS_PILLOW
from support.rulesets import load_text, problems_of, write_text

REST = "labels: [spam, ham]\nrules:\n  - {id: a, label: spam, when: '\"x\"', confidence: 0.9}\n"


def ruleset(by: str, record: str) -> str:
    return f"record: {record}\nprepare: [{{use: dedupe, by: {by}}}]\n{REST}"


@pytest.mark.parametrize(
    ("by", "record", "fields"),
    [
        ("text", "{text: [title, body]}", ("title", "body")),
        ("[url, text]", "{text: [title, body], meta: {url: {type: text}}}", ("url", "title", "body")),
        ("[title, text]", "{text: [title, body]}", ("title", "body")),
        ("text", "{text: [title, text]}", ("text",)),
        ("text", "{text: [title, body], meta: {text: {type: text}}}", ("text",)),
        ("text", "{meta: {url: {type: text}}}", ("text",)),
        ("body", "{text: [title, body]}", ("body",)),
    ],
)
def test_text_stands_for_all_text_fields_unless_a_field_is_called_so(
    by: str, record: str, fields: tuple[str, ...], tmp_path: Path
) -> None:
    assert load_text(tmp_path, ruleset(by, record)).plan.dedupe == fields


def test_an_undeclared_field_is_an_error(tmp_path: Path) -> None:
    assert ("R026", 5) not in problems_of(tmp_path, ruleset("text", "{text: [title, body]}"))
    assert problems_of(tmp_path, ruleset("bdoy", "{text: [title, body]}"))[0][0] == "R026"


RECORD = "{id: id, text: [title], image: [photo, side], meta: {shop: {type: text}}}"
OF_TEXTS = ("R014", "near duplicates of texts are not built yet")
OF_ONE = ("R041", '"distance" needs one image field under "by"')
OF_IMAGES = ("R041", '"distance" is one between images, and "shop" is none')


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("by: photo, distance: 0", []),
        ("by: [side], distance: 16", []),
        ("by: photo, distance: -1", [("R041", '"-1" is too small for "distance": at least 0')]),
        ("by: photo, distance: 17", [("R041", '"17" is too large for "distance": at most 16')]),
        ("by: photo, distance: near", [("R041", 'the option "distance" must be a whole number, not a text')]),
        ("by: title, distance: 6", [OF_TEXTS]),
        ("by: [photo, text], distance: 6", [OF_TEXTS]),
        ("distance: 6", [OF_ONE]),
        ("by: [photo, side], distance: 6", [OF_ONE]),
        ("by: [photo, shop], distance: 6", [OF_IMAGES]),
        ("by: foto, distance: 6", [("R026", 'the record declares no field "foto"')]),
    ],
)
def test_distance_is_one_between_images(step: str, expected: list[tuple[str, str]], tmp_path: Path) -> None:
    path = write_text(tmp_path, f"record: {RECORD}\nprepare: [{{use: dedupe, {step}}}]\n{REST}")
    problems = [found for found in rubricate.check(path)[1] if found.is_error]

    assert [(found.code, found.message) for found in problems] == expected


def test_where_there_is_no_image_a_distance_is_one_of_texts(tmp_path: Path) -> None:
    [found] = [each for each in rubricate.check(write_text(tmp_path, ruleset("text, distance: 6", "{text: [body]}")))[1]
               if each.is_error]  # fmt: skip

    assert (found.code, found.help) == ("R014", "remove distance: equal records are dropped then")


@pytest.mark.skipif(NEEDS_PILLOW is not None, reason=str(NEEDS_PILLOW))
def test_distance_is_part_of_the_meaning(tmp_path: Path) -> None:
    plans = [
        load_text(tmp_path, ruleset(by, RECORD)).plan for by in ("photo", "photo, distance: 6", "photo, distance: 8")
    ]

    assert [plan.distance for plan in plans] == [None, 6, 8]
    assert len({plan.digest for plan in plans}) == 3
