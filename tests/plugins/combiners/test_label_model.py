"""Accuracies of rules, learned from how they agree, and what is made of votes with them."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from rubricate.api import RuleVote
from rubricate_combiners.label_model import BELIEVED, fit, make

SET = ("spam", "ham")


def drawn(accuracies, *, size=4000, fires=0.5, seed=0, labels=SET):
    """Votes of rules that err independently and abstain at random; the truth is thrown away."""
    draw = random.Random(seed)
    records = Counter()
    for _ in range(size):
        truth = draw.choice(labels)
        votes = []
        for rule, accuracy in accuracies.items():
            if draw.random() < fires:
                wrong = [label for label in labels if label != truth]
                votes.append((rule, truth if draw.random() < accuracy else draw.choice(wrong)))
        if votes:
            records[tuple(sorted(votes))] += 1
    return records


@pytest.mark.parametrize("labels", [SET, ("angry", "calm", "glad", "sad")])
def test_accuracies_that_made_the_votes_are_found(labels):
    made = {"a": 0.95, "b": 0.8, "c": 0.7, "d": 0.6}

    found = fit(labels, list(made), drawn(made, labels=labels))

    assert found == pytest.approx(made, abs=0.04)


def test_neither_the_order_of_records_nor_that_of_rules_matters():
    records = drawn({"a": 0.9, "b": 0.7, "c": 0.6}, size=300)

    assert fit(SET, ["a", "b", "c"], records) == fit(SET, ["c", "b", "a"], dict(reversed(records.items())))


def test_a_rule_that_meets_no_other_stays_what_it_was_taken_for():
    found = fit(SET, ["alone", "silent"], {(("alone", "spam"),): 50})

    assert found == {"alone": pytest.approx(BELIEVED, abs=0.001), "silent": pytest.approx(BELIEVED, abs=0.001)}


def test_one_good_rule_outweighs_two_poor_ones():
    combine = make(SET, {"good": 0.95, "poor": 0.6, "as-poor": 0.6})

    found = combine({"spam": [RuleVote("good", 0.5)], "ham": [RuleVote("poor", 0.9), RuleVote("as-poor", 0.9)]})

    assert found == pytest.approx({"spam": 0.8941, "ham": 0.1059}, abs=1e-4)


def test_a_rule_without_a_number_says_nothing():
    assert make(("a", "b"), {"known": 0.8})({"a": [RuleVote("new", 0.9)]}) == {"a": 0.5}


def test_a_label_without_votes_gets_no_score():
    assert make(("a", "b", "c"), {"one": 0.8})({"a": [RuleVote("one", 0.9)]}) == {"a": pytest.approx(0.8)}


def test_a_number_that_is_no_accuracy_is_refused():
    with pytest.raises(ValueError, match='the accuracy of "one" is 1, which is not between 0 and 1'):
        make(SET, {"one": 1.0})
