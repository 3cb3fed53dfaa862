"""The shipped ruleset `pii`."""

from __future__ import annotations

import random
from importlib.resources import as_file

import pytest

import rubricate
from rubricate import Annotator
from rubricate_rulesets import path


@pytest.fixture(scope="module")
def rules() -> Annotator:
    with as_file(path("pii")) as folder:
        return rubricate.load(folder / "ruleset.yaml")


def accepted(rules: Annotator, text: str) -> list[tuple[str, str]]:
    found = rules.annotate_one(text)
    return [(each.label, found.text(each)) for each in sorted(found.annotations, key=lambda each: each.start or 0)]


def test_ruleset_has_no_problems() -> None:
    with as_file(path("pii")) as folder:
        _, problems = rubricate.check(folder / "ruleset.yaml")

    assert problems == ()


def test_a_letter_full_of_data_is_marked_whole(rules: Annotator) -> None:
    text = (
        "Dear Sir, my name is Jane van Doe, 41 years old. Write to jane@example.org or call +44 20 7946 0958. "
        "My IBAN is GB82 WEST 1234 5698 7654 32, card 4926 3517 4046 6081, National Insurance number PR 123612C. "
        "See https://example.org/jane, from 192.0.2.17, since 12 May 2021."
    )

    assert accepted(rules, text) == [
        ("person", "Jane van Doe"),
        ("age", "41"),
        ("email", "jane@example.org"),
        ("phone", "+44 20 7946 0958"),
        ("iban", "GB82 WEST 1234 5698 7654 32"),
        ("credit_card", "4926 3517 4046 6081"),
        ("uk.nino", "PR 123612C"),
        ("url", "https://example.org/jane"),
        ("ip", "192.0.2.17"),
        ("date", "12 May 2021"),
    ]


@pytest.mark.parametrize(
    ("before", "label"),
    [
        ("My US passport is", "us.passport"),
        ("routing number", "us.aba"),
        ("BSNR", "de.bsnr"),
        ("social security number", "us.ssn"),
    ],
)
def test_words_nearby_decide_what_nine_digits_are(rules: Annotator, before: str, label: str) -> None:
    assert accepted(rules, f"{before} 111900031") == [(label, "111900031")]


def test_nine_digits_alone_are_one_suggestion(rules: Annotator) -> None:
    found = rules.annotate_one("111000025")

    assert (found.annotations, [each.label for each in found.suggestions]) == ((), ["us.aba"])


def test_a_card_published_for_tests_is_only_suggested(rules: Annotator) -> None:
    found = rules.annotate_one("Pay with 4111 1111 1111 1111.")

    assert (found.annotations, [each.label for each in found.suggestions]) == ((), ["credit_card"])


@pytest.mark.parametrize(
    "text",
    [
        "The order 48,201 of 250 pieces costs 19.99 EUR.",
        "Version 1.2.3 was released at 12:30.",
        "In chapter 12 the author counts 1,204,394 stars.",
        "std::vector<int> v = {1, 2, 3};",
        "Los Angeles and New York are cities.",
    ],
)
def test_ordinary_text_is_left_alone(rules: Annotator, text: str) -> None:
    found = rules.annotate_one(text)

    assert (found.annotations, found.suggestions) == ((), ())


@pytest.mark.parametrize(
    ("length", "most"), [(8, 0), (9, 0), (10, 0), (11, 30), (12, 0), (13, 10), (14, 10), (15, 10), (16, 30)]
)
def test_few_random_numbers_are_taken_for_somebodys(rules: Annotator, length: int, most: int) -> None:
    numbers = random.Random(length)
    texts = [f"order {numbers.randrange(10 ** (length - 1), 10**length)} arrived" for _ in range(500)]

    assert sum(bool(found.annotations) for found in rules.annotate(texts)) <= most
