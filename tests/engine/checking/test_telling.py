"""A failure as text: long texts are cut around the marks, and marks stand below the characters that they mean."""

from __future__ import annotations

import pytest

from rubricate.checking.outcomes import Outcome, Verdict
from rubricate.checking.telling import count_outcomes, tell_outcome
from rubricate.model.location import Location
from rubricate.model.ruleset import SpanMark


def failed(fields, *, expected=(), found=(), **verdict):
    """An outcome that failed as wrong span."""
    return Outcome(
        id="rule::hit[0]",
        rule="rule",
        expect="hit",
        fields=fields,
        expected=expected,
        location=Location("r.yaml", 3, 5),
        status="failed",
        verdict=Verdict(failure="wrong span", detail="so", found=found, **verdict),
    )


def drawn(outcome):
    return tell_outcome(outcome).splitlines()[1:]


def test_marks_stand_below_wide_and_combining_characters():
    outcome = failed({"text": "日本 e\u0301x"}, expected=[SpanMark("a", "text", 0, 2), SpanMark("b", "text", 5, 6)])

    assert drawn(outcome) == [
        '    hit: "日本 e\u0301x"',
        "          ^^^^ expected: a",
        "                ^ expected: b",
    ]


def test_a_long_text_is_cut_around_the_first_mark():
    text = "x" * 200 + "here" + "y" * 200
    outcome = failed({"text": text}, expected=[SpanMark("a", "text", 200, 204), SpanMark("b", "text", 380, 390)])

    assert drawn(outcome) == [
        f'    hit: "…{"x" * 30}here{"y" * 66}…"',
        f"{' ' * 41}^^^^ expected: a",
        f"{' ' * 11}expected: b, at 380-390",
    ]


def test_each_field_of_a_record_has_a_line():
    outcome = failed({"title": "a b", "price": 5, "tags": ["x"]}, found=[SpanMark("m", "title", 2, 3)])

    assert drawn(outcome) == [
        "    hit:",
        '      title: "a b"',
        "                ^ found: m",
        "      price: 5",
        "      tags: ['x']",
    ]


def test_what_a_screen_would_obey_is_made_visible():
    assert drawn(failed({"text": "a\nb\tc\x1bd\u202ee"}, expected=[SpanMark("a", "text", 8, 9)])) == [
        '    hit: "a␊b␉c␛d[U+202E]e"',
        "                         ^ expected: a",
    ]


def test_marks_beyond_the_sixth_are_counted():
    marks = [SpanMark("m", "text", number, number + 1) for number in range(8)]

    assert drawn(failed({"text": "abcdefgh"}, found=marks))[-2:] == [
        "               ^ found: m",
        "          and 2 marks more",
    ]


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        ([], "0 examples: 0 pass, 0 fail"),
        (["passed"], "1 example: 1 pass, 0 fail"),
        (["passed", "known gap", "now passes"], "3 examples: 1 pass, 0 fail, 1 known gap, 1 now passes"),
        (["failed", "now passes", "now passes"], "3 examples: 0 pass, 1 fail, 2 now pass"),
    ],
)
def test_outcomes_are_counted_in_words(statuses, said):
    place = Location("r.yaml", 1, 1)
    outcomes = [
        Outcome(id="r::hit[0]", rule="r", expect="hit", fields={}, location=place, status=status) for status in statuses
    ]

    assert count_outcomes(outcomes) == said
