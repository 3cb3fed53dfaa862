"""When models are to be trained again, as a ruleset says it."""

from __future__ import annotations

import pytest

from rubricate.annotator import check
from rubricate.model.ruleset import Retrain
from support.rulesets import load_text, write_text

YAML = """\
record: {{text: [text]}}
labels: [spam, ham]
retrain: {retrain}
rules:
  - {{id: asks, label: spam, when: '"subscribe"', confidence: 0.9}}
"""


def problems(tmp_path, retrain):
    found = check(write_text(tmp_path, YAML.format(retrain=retrain)))[1]
    return [(each.code, each.message) for each in found if each.is_error]


def test_a_trigger_names_answers_accuracy_or_both(tmp_path):
    ruleset = load_text(tmp_path, YAML.format(retrain="{after_answers: 200, or_accuracy_below: 0.9}")).ruleset

    assert ruleset.retrain is not None
    assert ruleset.retrain == Retrain(
        after_answers=200, or_accuracy_below=0.9, location=ruleset.retrain.location
    )  # fmt: skip


def test_a_trigger_is_no_part_of_what_a_ruleset_means(tmp_path):
    one = load_text(tmp_path, YAML.format(retrain="{after_answers: 200}"))
    other = load_text(tmp_path, YAML.format(retrain="{after_answers: 1}"))

    assert one.plan.digest == other.plan.digest


@pytest.mark.parametrize(
    ("retrain", "problem"),
    [
        ("{}", ("R011", "retrain does not say when")),
        ("{after_answers: 0}", ("R013", "after 0 answers is always")),
        ("{or_accuracy_below: 1.5}", ("R013", "1.5 is no share")),
        ("{or_accuracy_below: 0}", ("R013", "an accuracy is never below 0")),
    ],
    ids=["empty", "no-answers", "too-much", "nothing"],
)
def test_a_trigger_that_means_nothing_is_an_error(tmp_path, retrain, problem):
    assert problems(tmp_path, retrain) == [problem]


def test_no_end_of_answers_is_an_error_like_any_other(tmp_path):
    assert problems(tmp_path, "{after_answers: .inf}") == [
        ("R012", '"after_answers" must be a whole number, not a number')
    ]


def test_an_unknown_key_is_told_with_the_one_that_was_meant(tmp_path):
    [(code, message)] = problems(tmp_path, "{after_answer: 2}")

    assert code == "R010"
    assert '"after_answer"' in message
