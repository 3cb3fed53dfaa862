"""Accuracies of rules, learned from how they agree."""

from __future__ import annotations

import random

import pytest

from rubricate.quality.label_models import BELIEVED, LabelModel, fit_label_model


def drawn(accuracies, *, size=4000, fires=0.5, seed=0, labels=("spam", "ham")):
    """Votes of rules that err independently and abstain at random; the truth is thrown away."""
    draw = random.Random(seed)
    records = []
    for _ in range(size):
        truth = draw.choice(labels)
        votes = []
        for rule, accuracy in accuracies.items():
            if draw.random() < fires:
                wrong = [label for label in labels if label != truth]
                votes.append((rule, truth if draw.random() < accuracy else draw.choice(wrong)))
        records.append(tuple(votes))
    return records


@pytest.mark.parametrize("labels", [("spam", "ham"), ("angry", "calm", "glad", "sad")])
def test_accuracies_that_made_the_votes_are_found(labels):
    made = {"a": 0.95, "b": 0.8, "c": 0.7, "d": 0.6}

    found = fit_label_model(labels, drawn(made, labels=labels)).accuracies

    assert dict(found) == pytest.approx(made, abs=0.04)


def test_the_order_of_the_records_is_no_matter():
    records = drawn({"a": 0.9, "b": 0.7, "c": 0.6}, size=300)

    assert fit_label_model(("spam", "ham"), records) == fit_label_model(("spam", "ham"), records[::-1])


def test_a_rule_that_meets_no_other_stays_what_it_was_taken_for():
    model = fit_label_model(("spam", "ham"), [(("alone", "spam"),)] * 50)

    assert model.accuracies == {"alone": pytest.approx(BELIEVED, abs=0.001)}


def test_one_good_rule_outweighs_two_poor_ones():
    model = LabelModel(("spam", "ham"), {"good": 0.95, "poor": 0.6, "as-poor": 0.6})

    assert model.probabilities([("good", "spam"), ("poor", "ham"), ("as-poor", "ham")]) == {
        "spam": 0.8941, "ham": 0.1059,
    }  # fmt: skip


def test_without_votes_all_labels_are_equally_likely():
    assert LabelModel(("a", "b"), {}).probabilities([("unknown", "a")]) == {"a": 0.5, "b": 0.5}
