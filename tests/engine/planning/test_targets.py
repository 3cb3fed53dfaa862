"""Targets in place of thresholds: where they hold, what they come to, and where none can be kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rubricate.annotator import check
from rubricate.model.ruleset import Target
from rubricate.planning.compiling import make_plan
from rubricate.planning.targets import NEVER, accept_of
from rubricate.plugins.discovering import build_registry
from support.rulesets import load_text, write_text

RULES = """\
rules:
  - {id: a, label: spam, when: '"a"', confidence: 0.9}
"""


def problems(tmp_path, yaml):
    _, found = check(write_text(tmp_path, yaml))
    return [(each.code, each.message) for each in found if each.is_error]


def test_a_target_is_looked_up_from_the_inside_out(tmp_path):
    rules = load_text(tmp_path, """\
        labels: {spam: {kind: document}, toxic: {kind: document}}
        matchers: {word: {use: dictionary, terms: [a]}, pattern: {use: regex, pattern: '/b/'}}
        accept: {precision: 0.9}
        cascade:
          - {stage: one, runs: [dictionary]}
          - {stage: two, runs: [regex], accept: 0.7, decide: {toxic: {accept: {precision: 0.99, confidence: 0.9}}}}
        decide: {spam: {accept: 0.8}}
        rules:
          - {id: a, label: spam, when: word, confidence: 0.9}
          - {id: b, label: toxic, when: pattern, confidence: 0.9}
        """)  # fmt: skip

    found = {(stage.name, label): accept_of(label, stage, rules.ruleset)
             for stage in rules.ruleset.cascade for label in rules.ruleset.labels}  # fmt: skip

    assert found == {
        ("one", "spam"): 0.8, ("two", "spam"): 0.8,
        ("one", "toxic"): Target(precision=0.9, confidence=0.95),
        ("two", "toxic"): Target(precision=0.99, confidence=0.9),
    }  # fmt: skip


def test_a_target_is_out_of_reach_until_a_number_is_pinned(tmp_path):
    ruleset = load_text(tmp_path, "labels: [spam, ham]\naccept: {precision: 0.9}\n" + RULES).ruleset
    registry = build_registry()

    before = make_plan(ruleset, registry)
    after = make_plan(replace(ruleset, thresholds={"lexical": {"spam": 0.6}}), registry)

    assert before.stages[0].thresholds["spam"].accept == NEVER > 1
    assert after.stages[0].thresholds["spam"].accept == 0.6
    assert before.digest != after.digest


def test_a_target_for_a_span_label_is_refused_by_name(tmp_path):
    found = problems(tmp_path, """\
        labels: {place: {kind: span}}
        decide: {place: {accept: {precision: 0.9}}}
        rules:
          - {id: a, label: place, when: '"a"', confidence: 0.9}
        """)  # fmt: skip

    assert found == [("R014", 'a target for the span label "place" is part of the language but not built yet')]


def test_of_labels_that_exclude_each_other_one_can_have_a_target(tmp_path):
    labels = "labels: {spam: {kind: document, excludes: [news]}, news: {kind: document}}\n"
    both = problems(tmp_path, labels + "accept: {precision: 0.9}\n" + RULES)
    one = problems(tmp_path, labels + "decide: {spam: {accept: {precision: 0.9}}}\n" + RULES)

    assert both == [("R013", '"spam" and "news" bear on one another, so that only one of them can have a target')]
    assert one == []


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("{precision: 1}", [("R035", "no gold can show a precision of 1")]),
        ("{precision: 0.9, confidence: 1.0}", [("R035", "no gold can show a confidence of 1")]),
        ("{precision: 0.9, sure: 0.9}", [("R010", '"sure" is no key of "accept"')]),
        ("{confidence: 0.9}", [("R011", '"accept" lacks "precision"')]),
        ("{precision: 0.9, recall: 0.9}", [("R014", '"recall" is part of the language but not built yet')]),
    ],
)
def test_targets_that_cannot_be_kept_are_refused(tmp_path, target, found):
    assert problems(tmp_path, f"labels: [spam, ham]\naccept: {target}\n{RULES}") == found
