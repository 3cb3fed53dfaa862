"""What is known of a pattern by its structure."""

from __future__ import annotations

from pathlib import Path

import pytest
import regex

from rubricate.linting.patterns import read_pattern
from support.lints import problems_for

NESTED = {
    "^(a+)+$": "(a+)+",
    r"(\w+\s?)+!": r"(\w+\s?)+",
    "(?:(?:a+)?)*b": "(?:(?:a+)?)*",
    "x(?:a|b+)*c": "(?:a|b+)*",
    r"(?i)(?:\d+)*x": r"(?:\d+)*",
}


@pytest.mark.parametrize(("text", "part"), NESTED.items(), ids=NESTED)
def test_what_repeats_what_repeats_is_found(text: str, part: str) -> None:
    found = read_pattern(text)

    assert found is not None
    assert found.nested is not None
    assert text[slice(*found.nested)] == part


@pytest.mark.parametrize(
    "text",
    [
        "(a+)+",
        r"(?:\w+\s)+x",
        r"(?:\b\w+)+!",
        "(?>a+)+b",
        "(?:a+)*+b",
        "(?:a++)*b",
        "(?>(?:a+)+)b",
        "(?:a{2,3})+b",
        "a+b+c",
    ],
)
def test_what_can_be_shared_out_in_one_way_only_is_left_alone(text: str) -> None:
    found = read_pattern(text)

    assert found is not None
    assert found.nested is None


@pytest.mark.parametrize("text", [r"(a)\1", "(?(1)a|b)", "a++b(?R)", "(?x) a +", "[a&&b]", r"\N{BULLET}", "("])
def test_what_is_not_known_for_certain_is_left_alone(text: str) -> None:
    assert read_pattern(text) is None


@pytest.mark.parametrize(
    "text", ["a*", "(?:ab)?c*", "", r"\b", "(?=a)", "a", "[ab]?", "a{0,3}", "(?>a*)", "x|", "^a?$", "a+"]
)
def test_a_pattern_may_be_empty_as_the_library_says(text: str) -> None:
    found = read_pattern(text)

    assert found is not None
    assert found.may_be_empty == any(
        match.span()[0] == match.span()[1] for t in ("", "a", "b c") for match in regex.finditer(text, t)
    )


CODES = {
    "/^(a+)+$/": ["R114"],
    "/x*/": ["R124"],
    "/(?=one)(?=two)/": ["R124"],
    "/x+/": [],
}


@pytest.mark.parametrize(("pattern", "codes"), CODES.items(), ids=CODES)
def test_patterns_of_conditions_are_told(pattern: str, codes: list[str], tmp_path: Path) -> None:
    yaml = f"labels: [spam, ham]\nrules:\n  - {{id: a, label: spam, when: '{pattern}', confidence: 0.9}}\n"

    assert [each.code for each in problems_for(tmp_path, yaml)] == codes


def test_a_comparison_that_every_text_fits_is_told(tmp_path: Path) -> None:
    yaml = (
        "record: {meta: {sku: {type: text}}}\nlabels: [spam, ham]\nrules:\n"
        "  - {id: a, label: spam, when: 'doc.sku matches /x*/', confidence: 0.9}\n"
        "  - {id: b, label: spam, when: 'doc.sku matches /^$/', confidence: 0.95}\n"
    )

    assert [(each.code, each.location.line) for each in problems_for(tmp_path, yaml)] == [("R124", 6)]
