"""What belongs to the language and is not built is refused by name, at its place."""

import pytest

from support.rulesets import problems_of

RULES = """\
labels: {a: {kind: document}, b: {kind: document}, s: {kind: span}}
rules:
  - {id: one, label: a, when: '"x"', confidence: 0.9}
"""


@pytest.mark.parametrize(
    "key",
    [
        "redact: [text]",
        "decide: {a: {accept: {precision: 0.97, recall: 0.9}}}",
    ],
)
def test_a_key_that_is_not_built_is_refused_by_name(tmp_path, key):
    assert problems_of(tmp_path, RULES + key + "\n") == [("R014", 6)]


@pytest.mark.parametrize(
    "label",
    ["kind: relation", "kind: value"],
)
def test_a_label_that_is_not_built_is_refused_by_name(tmp_path, label):
    kind = "" if label.startswith("kind") else "kind: document, "

    found = problems_of(tmp_path, RULES.replace("a: {kind: document}", f"a: {{{kind}{label}}}"))

    assert found == [("R014", 3)]


@pytest.mark.parametrize(
    "more",
    [
        "vote: against",
        "veto: true",
        "unless: '\"y\"'",
        "settles: a",
    ],
)
def test_a_rule_key_that_is_not_built_is_refused_by_name(tmp_path, more):
    found = problems_of(tmp_path, RULES.replace("confidence: 0.9}", f"confidence: 0.9, {more}}}"))

    assert found == [("R014", 5)]


def test_a_learned_confidence_of_a_rule_that_marks_spans_is_refused_by_name(tmp_path):
    found = problems_of(tmp_path, RULES.replace("label: a", "label: s").replace("0.9", "learned"))

    assert found == [("R014", 5)]


@pytest.mark.parametrize("when", ['exactly 2 of ("x", "y")'])
def test_a_form_kept_for_later_is_no_condition(tmp_path, when):
    assert {code for code, _ in problems_of(tmp_path, RULES.replace('"x"', when))} == {"R020"}


def test_an_unknown_key_is_no_key_for_later(tmp_path):
    assert problems_of(tmp_path, RULES + "contects: {}\n") == [("R010", 6)]
