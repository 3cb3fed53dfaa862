"""What the votes rest on that a combiner was fitted to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rubricate.planning.compiling import make_plan
from rubricate.versioning.learning import fit_meaning, with_numbers
from rubricate.versioning.lockfile import Lock, PinnedConfidence
from rubricate.versioning.pins import pin
from support.rulesets import load_text

ONE_STAGE = """\
record: {text: [text]}
labels: {kind: {one_of: [spam, ham]}, rude: {}}
accept: 0.7
decide: {kind: {combine: label_model}}
rules:
  - {id: links, label: spam, when: '"http"', confidence: 0.6}
  - {id: sings, label: ham, when: '"song"', confidence: 0.8}
  - {id: insults, label: rude, when: /idiot/, confidence: learned}
"""
TWO_STAGES = ONE_STAGE + "cascade: [{stage: words, runs: [dictionary]}, {stage: patterns, runs: [regex]}]\n"


def meaning(rules, thresholds=None, learned=None):
    """The meaning of the fit for `kind` beside these thresholds of the first stage, and a learned confidence."""
    ruleset = replace(rules.ruleset, thresholds={} if thresholds is None else {"words": thresholds})
    if learned is not None:
        pinned = PinnedConfidence(confidence=learned, right=1, of=2, meaning="")
        lock = Lock(pins=pin(rules.plan, rules.registry), confidences={"insults": pinned})
        ruleset = with_numbers(ruleset, rules.registry, lock)
    plan = make_plan(ruleset, rules.registry)
    return fit_meaning("kind", plan, pin(plan, rules.registry))


@pytest.mark.parametrize(
    ("numbers", "is_other"),
    [
        ({"thresholds": {"rude": 0.9}}, True),
        ({"thresholds": {"spam": 0.9}}, False),  # chosen for the scores that the fit gives
        ({"learned": 0.5}, True),
    ],
)
def test_with_several_stages_numbers_of_others_say_who_votes(tmp_path, numbers, is_other):
    rules = load_text(tmp_path, TWO_STAGES)

    assert (meaning(rules, **numbers) != meaning(rules)) is is_other


def test_other_numbers_have_another_meaning_again(tmp_path):
    rules = load_text(tmp_path, TWO_STAGES)

    assert meaning(rules, {"rude": 0.9}) != meaning(rules, {"rude": 0.8})
    assert meaning(rules, learned=0.5) != meaning(rules, learned=0.6)


def test_with_one_stage_every_rule_is_asked_whatever_the_numbers(tmp_path):
    rules = load_text(tmp_path, ONE_STAGE.replace("/idiot/", "'\"idiot\"'"))

    assert meaning(rules, {"rude": 0.9}, 0.5) == meaning(rules)
