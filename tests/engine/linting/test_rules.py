"""Rules that another rule makes idle."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from support.lints import codes_of, problems_for

HEAD = """\
record: {text: [title, body], meta: {price: {type: number}}}
labels: {burn: {kind: document}, other: {kind: document}, place: {kind: span}}
rules:
"""


def rules(*given: str) -> str:
    return HEAD + indent("\n".join(f"- {{id: r{number}, {each}}}" for number, each in enumerate(given, 1)), "  ") + "\n"


SHADOWED = {
    "the same condition": (
        "label: burn, when: '\"a b\"', confidence: 0.9",
        "label: burn, when: '\"A B\"', confidence: 0.9",
    ),
    "one of several": (
        'label: burn, when: \'any of ("a b", "c d")\', confidence: 0.9',
        "label: burn, when: '\"c d\"', confidence: 0.8",
    ),
    "a further condition": (
        "label: burn, when: '\"a b\"', confidence: 0.9",
        "label: burn, when: '\"a b\" and doc.price > 3', confidence: 0.9",
    ),
    "a wider group": (
        'label: burn, when: \'"a b" or "c d" or "e f"\', confidence: 0.9',
        "label: burn, when: '(\"c d\" or \"a b\") and doc.price > 3', confidence: '0.9 if doc.price > 4 else 0.5'",
    ),
    "the same places": (
        "label: place, when: '\"a b\" in title', confidence: 0.9",
        "label: place, when: '\"a b\" in title', confidence: 0.7",
    ),
}


@pytest.mark.parametrize("given", SHADOWED.values(), ids=SHADOWED)
def test_a_rule_that_adds_nothing_is_told(given: tuple[str, str], tmp_path: Path) -> None:
    assert codes_of(tmp_path, rules(*given)) == [("R113", 7)]


NEEDED = {
    "a surer one": (
        'label: burn, when: \'"a b" or "c d"\', confidence: 0.9',
        "label: burn, when: '\"a b\"', confidence: 0.95",
    ),
    "another label": (
        "label: burn, when: '\"a b\"', confidence: 0.9",
        "label: other, when: '\"a b\"', confidence: 0.9",
    ),
    "another condition": (
        'label: burn, when: \'"a b" and "c d"\', confidence: 0.9',
        "label: burn, when: '\"a b\"', confidence: 0.85",
    ),
    "other places": (
        "label: place, when: '\"a b\"', confidence: 0.9",
        "label: place, when: '\"a b\" in title', confidence: 0.9",
    ),
    "a draft": (
        "label: burn, when: '\"a b\"', confidence: 0.9",
        "label: burn, when: '\"a b\"', confidence: 0.9, status: draft",
    ),
    "a higher priority": (
        "label: burn, when: '\"a b\"', confidence: 0.9",
        "label: burn, when: '\"a b\" and doc.price > 3', confidence: 0.9, priority: 2",
    ),
    "a confidence of its own": (
        "label: burn, when: '\"a b\"', confidence: '0.9 if doc.price > 3 else 0.5'",
        "label: burn, when: '\"a b\"', confidence: 0.86",
    ),
}


@pytest.mark.parametrize("given", NEEDED.values(), ids=NEEDED)
def test_a_rule_that_adds_something_is_left_alone(given: tuple[str, str], tmp_path: Path) -> None:
    assert codes_of(tmp_path, rules(*given)) == []


def test_votes_that_add_up_shadow_nothing(tmp_path: Path) -> None:
    same = "label: burn, when: '\"a b\"', confidence: 0.9"

    assert codes_of(tmp_path, "decide: {burn: {combine: noisy_or}}\n" + rules(same, same)) == []


def test_the_other_rule_is_shown(tmp_path: Path) -> None:
    same = "label: burn, when: '\"a b\"', confidence: 0.9"

    [found] = problems_for(tmp_path, rules(same, same))

    assert found.message == 'rule "r2" adds nothing: "r1" asks the same, at least as surely'
    assert [(note.location.line, note.message) for note in found.notes] == [(6, "this is the other rule")]


def test_a_deprecated_rule_names_what_stands_for_it(tmp_path: Path) -> None:
    found = problems_for(
        tmp_path,
        rules(
            "label: burn, when: '\"a b\"', confidence: 0.9, status: deprecated",
            "label: burn, when: '\"c d\"', confidence: 0.95, supersedes: [r1]",
        ),
    )

    assert [(each.code, each.help) for each in found] == [("R133", 'remove it; "r2" stands for it')]
