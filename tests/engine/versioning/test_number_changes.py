"""Numbers that stand in the locks of two rulesets, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rubricate.annotator import Annotator, load
from rubricate.language import tree
from rubricate.planning.targets import NEVER
from rubricate.versioning.changes import find_changes
from rubricate.versioning.other_changes import Change
from rubricate.versioning.showing import changes_text
from support.rulesets import write_text
from support.versions import side_of

YAML = """\
labels:
  kind: {one_of: [spam, ham]}
  rude: {kind: document}
decide:
  kind: {combine: label_model}
  rude: {accept: {precision: 0.9, confidence: 0.95}}
rules:
  - {id: asks, label: spam, when: '"subscribe"', confidence: 0.7}
  - {id: sings, label: ham, when: '"song"', confidence: 0.8}
  - {id: insults, label: rude, when: '"idiot"', confidence: learned}
"""
NUMBERS = {"threshold": 0.7, "confidence": 0.9, "fit": {"asks": 0.8, "sings": 0.75}}


@pytest.fixture
def rules(tmp_path):
    return load(write_text(tmp_path, YAML))


def with_numbers(rules, **numbers):
    """A ruleset as its lock would make it."""
    chosen = {**NUMBERS, **numbers}
    known = [
        replace(rule, confidence=replace(rule.confidence, tree=tree.Learned(chosen["confidence"])))
        if rule.id == "insults"
        else rule
        for rule in rules.ruleset.rules
    ]
    ruleset = replace(
        rules.ruleset,
        rules=known,
        thresholds={} if chosen["threshold"] is None else {"lexical": {"rude": chosen["threshold"]}},
        fitted={} if chosen["fit"] is None else {"kind": chosen["fit"]},
    )
    return side_of(Annotator(ruleset, rules.registry))


@pytest.mark.parametrize(
    ("numbers", "change"),
    [
        ({"threshold": 0.75}, Change("threshold", "rude in lexical", "changed", ("0.7 -> 0.75",))),
        ({"threshold": NEVER}, Change("threshold", "rude in lexical", "changed", ("0.7 -> never",))),
        ({"threshold": None}, Change("threshold", "rude in lexical", "changed", ("0.7 -> not chosen yet",))),
        ({"confidence": 0.85}, Change("confidence", "insults", "changed", ("0.9 -> 0.85",))),
        ({"confidence": None}, Change("confidence", "insults", "changed", ("0.9 -> none",))),
        (
            {"fit": {"asks": 0.9, "begs": 0.6}},
            Change("combiner", "label_model of kind", "changed", (
                "asks 0.8 -> 0.9", "sings 0.75 -> none", "begs none -> 0.6",
            )),
        ),
        ({"fit": None}, Change("combiner", "label_model of kind", "changed", ("fitted -> not fitted yet",))),
    ],
    ids=["threshold", "refused", "no threshold", "confidence", "not learned", "fit", "not fitted"],
)  # fmt: skip
def test_a_number_of_the_lock_that_is_another_one_is_told(rules, numbers, change):
    assert find_changes(with_numbers(rules), with_numbers(rules, **numbers)) == [change]


def test_the_same_numbers_are_no_difference(rules):
    assert find_changes(with_numbers(rules), with_numbers(rules)) == []


def test_a_threshold_that_was_written_out_is_told_with_its_label_alone(rules, tmp_path):
    said = load(write_text(tmp_path, YAML.replace("accept: {precision: 0.9, confidence: 0.95}", "accept: 0.8")))

    [change] = find_changes(with_numbers(rules), with_numbers(said))

    assert (change.part, change.name) == ("label", "rude")


def test_they_are_shown_as_other_differences_are(rules):
    found = find_changes(with_numbers(rules), with_numbers(rules, threshold=0.75, confidence=0.85))

    assert changes_text(found) == (
        "threshold rude in lexical: 0.7 -> 0.75\nconfidence insults: 0.9 -> 0.85\n1 threshold, 1 confidence changed\n"
    )
