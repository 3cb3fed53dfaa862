"""Patterns are measured; expensive matchers come late."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from rubricate.annotator import check
from rubricate.linting.measuring import measure
from rubricate.model.descriptors import Cost
from rubricate.plugins.discovering import build_registry
from support.rulesets import write_text


@pytest.mark.parametrize("pattern", [r"(\w+\s?)*$", r"(?:a|aa)+$", r"(x+x+)+y", r"^(.*?,){11}P", r"(?:\d+|[a-z]+)+x"])
def test_a_pattern_that_goes_back_without_end_is_found(pattern: str) -> None:
    assert measure(pattern).hostile is not None


@pytest.mark.parametrize(
    "pattern",
    [
        r"\w+",
        r"[\w.+-]+@[\w-]+\.[\w.]+",
        r"\b\d(?:[ -]?\d){12,18}\b",
        r"check.*out",
        r"\s+$",
        r"[0-9]+ ?eur",
        r"(?:[a-z]+-)*[a-z]+\d",
        r"(?<!\d )(?<![\d.])(?<n>\d+(?:\.\d+)?)(?:-| )?(?:inch(?:es)?|in)\b",
    ],
)
def test_an_ordinary_pattern_is_left_alone(pattern: str) -> None:
    found = measure(pattern)

    assert (found.hostile, found.plain) == (None, None)


def test_a_pattern_that_cannot_be_compiled_costs_nothing() -> None:
    assert measure("(").seconds == 0


CASCADE = """\
matchers:
  dear: {use: regex, pattern: '/[0-9]+ eur/'}
labels: [spam, ham]
cascade:
  - {stage: one, runs: [regex]}
  - {stage: two, runs: [dictionary]}
rules:
  - {id: asks, label: spam, when: '"sale" or dear', confidence: 0.9}
"""


def test_a_stage_of_expensive_matchers_before_cheap_ones_is_told(tmp_path: Path) -> None:
    registry = build_registry()
    dear = replace(registry.matchers["regex"], cost=Cost.MODEL)
    dearer = replace(registry, matchers=MappingProxyType({**registry.matchers, "regex": dear}))
    path = write_text(tmp_path, CASCADE)

    found = [each for each in check(path, registry=dearer)[1] if each.code == "R116"]

    assert [(each.location.line, each.message) for each in found] == [
        (7, 'stage "one" runs dear before "sale", which costs less')
    ]
    assert [each.code for each in check(path, registry=registry)[1]] == ["R102"]
