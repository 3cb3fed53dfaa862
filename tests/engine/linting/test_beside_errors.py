"""Warnings that do not hang on what is broken are told beside its errors."""

from __future__ import annotations

from pathlib import Path

import pytest

import rubricate
from support.rulesets import write_text

YAML = """\
record: {{meta: {{price: {{type: number}}}}}}
labels: {{spam: {{kind: document}}}}
matchers:
  offers: {{use: dictionary, terms: [sale, Sale, a]}}
rules:
  - {{id: sells, label: spam, status: deprecated, cites: [s1], when: 'offers', confidence: 0.9, hit: [sale], miss: [x y]}}
  - {{id: other, label: spam, when: '{condition}', confidence: 0.9, hit: [cheap], miss: [x y]}}
"""
DECLARED = ["R107", "R117", "R133", "R137"]


def codes(tmp_path: Path, condition: str) -> list[str]:
    """Of all problems of a ruleset with this condition."""
    _, problems = rubricate.check(write_text(tmp_path, YAML.format(condition=condition)))
    return sorted({each.code for each in problems})


def test_without_an_error_they_are_told(tmp_path: Path) -> None:
    assert codes(tmp_path, '"cheap"') == DECLARED


@pytest.mark.parametrize(
    ("condition", "error"),
    [
        ('"cheap" near doc.price', "R022"),
        ("chaep", "R021"),
        ("doc.prize > 3", "R026"),
        ("any of (nothing*)", "R023"),
    ],
    ids=["a wrong type", "an unknown name", "an unknown field", "an empty group"],
)
def test_beside_an_error_in_a_condition_they_are_told_too(tmp_path: Path, condition: str, error: str) -> None:
    assert codes(tmp_path, condition) == [error, *DECLARED]


def test_of_a_ruleset_that_is_not_whole_nothing_is_taken_for_missing(tmp_path: Path) -> None:
    text = YAML.replace("label: spam, when:", "label: spam, whne: x, when:")

    _, problems = rubricate.check(write_text(tmp_path, text.format(condition='"cheap"')))

    assert {each.code for each in problems if not each.is_error}.isdisjoint({"R107", "R117", "R133", "R137"})
