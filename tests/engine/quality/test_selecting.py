"""Choosing a threshold that keeps a target, on scored records alone."""

from __future__ import annotations

import random

import pytest

from rubricate.model.calibration import ALWAYS, Scored, Tried
from rubricate.quality.selecting import best_share, needed_records, propose, search

DRAWS = 200


def scored(*groups):
    """(score, right, wrong) -> so many records of that score."""
    return [
        Scored(f"{score}-{number}", score, number < right)
        for score, right, wrong in groups
        for number in range(right + wrong)
    ]


def test_the_search_ends_at_the_first_threshold_that_fails():
    test = scored((0.9, 100, 0), (0.8, 60, 40), (0.7, 2000, 0))

    shown, tried = search((0.9, 0.8, 0.7), test, target=0.95, delta=0.05)

    assert shown == Tried(0.9, 100, 100, 0.9705, True)
    assert tried == (Tried(0.9, 100, 100, 0.9705, True), Tried(0.8, 160, 200, 0.7478, False))


def test_records_of_equal_score_are_taken_together():
    shown, _ = search((0.9,), scored((0.9, 59, 0)), target=0.95, delta=0.05)
    refused, tried = search((0.9,), scored((0.9, 59, 1)), target=0.95, delta=0.05)

    assert shown == Tried(0.9, 59, 59, 0.9505, True)
    assert (refused, tried) == (None, (Tried(0.9, 59, 60, 0.9234, False),))


def test_what_other_labels_imply_counts_at_every_threshold():
    test = [*scored((0.9, 100, 0)), *(Scored(f"implied-{number}", ALWAYS, False) for number in range(50))]

    assert search((0.9,), test, target=0.95, delta=0.05) == (None, (Tried(0.9, 100, 150, 0.5979, False),))


def test_the_pilot_begins_where_a_test_is_likeliest_to_pass_and_goes_on_downward():
    pilot = scored((0.95, 3, 0), (0.9, 40, 0), (0.8, 30, 20), (0.6, 5, 5))

    assert propose(pilot, target=0.95, delta=0.05, ratio=4) == (0.9, 0.8, 0.6)


def test_a_pilot_without_records_proposes_nothing():
    assert propose([], target=0.95, delta=0.05, ratio=4) == ()
    assert propose([Scored("a", ALWAYS, True)], target=0.95, delta=0.05, ratio=4) == ()


def test_many_scores_are_thinned_evenly_and_keep_the_lowest():
    pilot = [Scored(str(number), round(0.5 + number / 2000, 4), True) for number in range(1000)]

    order = propose(pilot, target=0.95, delta=0.05, ratio=4)

    assert order[-1] == 0.5
    assert list(order) == sorted(order, reverse=True)
    assert len(order) <= 60


def test_the_records_that_would_show_a_target_are_counted_from_the_bound():
    assert needed_records(scored((0.9, 20, 0)), target=0.97, delta=0.05) == (99, 0.9)
    assert needed_records(scored((0.9, 19, 1)), target=0.95, delta=0.05) is None
    assert needed_records(scored((0.9, 20, 0), (0.8, 0, 20)), target=0.97, delta=0.05) == (99, 0.9)


def test_records_that_are_counted_as_needed_do_show_the_target():
    of, at = needed_records(scored((0.9, 98, 2)), target=0.95, delta=0.05)
    right = int(0.98 * of)

    shown, _ = search((at,), scored((0.9, right, of - right)), target=0.95, delta=0.05)

    assert (shown is not None, 200 < of < 300) == (True, True)


def test_the_best_share_takes_the_lower_of_two_thresholds():
    assert best_share(scored((0.9, 10, 0), (0.8, 10, 0), (0.7, 0, 5))) == (20, 20)


POPULATIONS = {
    "rising": (lambda draw: round(draw.random(), 4), lambda score: 0.75 + 0.25 * score),
    "just below the target everywhere": (lambda draw: round(draw.random(), 4), lambda score: 0.949),
    "a few scores with a bad one above": (
        lambda draw: draw.choice((0.95, 0.9, 0.9, 0.8, 0.7)),
        lambda score: {0.95: 0.9, 0.9: 0.99, 0.8: 0.955, 0.7: 0.8}[score],
    ),
    "one score": (lambda draw: 0.9, lambda score: 0.945),
    "falling": (lambda draw: round(draw.random(), 4), lambda score: 0.99 - 0.06 * score),
}


@pytest.mark.parametrize("population", POPULATIONS)
@pytest.mark.parametrize("size", [300, 800])
def test_the_true_precision_reaches_the_target_in_95_of_100_draws(population, size):
    """The precision of the population itself, of which the gold is a draw; 200 draws, each with a seed."""
    draw_score, share_right = POPULATIONS[population]
    target, delta = 0.95, 0.05
    true = _true_precision(draw_score, share_right)
    missed = 0
    for seed in range(DRAWS):
        draw = random.Random(seed)
        gold = []
        for number in range(size):
            score = draw_score(draw)
            gold.append(Scored(str(number), score, draw.random() < share_right(score)))
        pilot, test = gold[: size // 5], gold[size // 5 :]
        order = propose(pilot, target=target, delta=delta, ratio=len(test) / len(pilot))
        shown, _ = search(order, test, target=target, delta=delta)
        missed += shown is not None and true(shown.threshold) < target

    assert missed <= 0.05 * DRAWS


def _true_precision(draw_score, share_right):
    """The precision above each threshold, from a draw that is so large that its own error does not matter."""
    draw = random.Random("population")
    scores = sorted((draw_score(draw) for _ in range(40_000)), reverse=True)
    known = {}
    total = 0.0
    for count, score in enumerate(scores, start=1):
        total += share_right(score)
        known[score] = total / count

    def at(threshold):
        return known[min((score for score in known if score >= threshold), default=scores[0])]

    return at
