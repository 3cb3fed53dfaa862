"""What scores mean: maps from scores to probabilities, and how far off they are."""

from __future__ import annotations

import random

import pytest

from rubricate.model.calibration import Bin, Scored
from rubricate.quality.probabilities import (
    calibrate_scores,
    expected_error,
    fit_isotonic,
    fit_platt,
    fit_temperature,
    reliability,
)


def drawn(size, share_right, *, seed=0, scores=None):
    draw = random.Random(seed)
    found = []
    for number in range(size):
        score = draw.choice(scores) if scores else round(draw.uniform(0.02, 0.98), 4)
        found.append(Scored(str(number), score, draw.random() < share_right(score)))
    return found


def test_isotonic_pools_neighbours_that_fall():
    points = [(0.1, False), (0.2, True), (0.3, False), (0.4, True), (0.5, True)]

    fitted = fit_isotonic(points)

    assert [fitted(score) for score, _ in points] == [0.0, 0.5, 0.5, 1.0, 1.0]
    assert (fitted(0.0), fitted(0.25), fitted(0.99)) == (0.0, 0.5, 1.0)


def test_isotonic_takes_equal_scores_together():
    fitted = fit_isotonic([(0.5, True), (0.5, False), (0.9, True)])

    assert [fitted(0.5), fitted(0.9)] == [0.5, 1.0]


def test_temperature_leaves_one_half_where_it_is():
    fitted = fit_temperature([(each.score, each.right) for each in drawn(400, lambda score: score)])

    assert fitted(0.5) == pytest.approx(0.5)
    assert fitted(0.9) == pytest.approx(0.9, abs=0.05)


def test_platt_finds_the_two_numbers_that_made_the_data():
    def share(score):
        odds = (score / (1 - score)) ** 0.5 * 2.718281828**1.0
        return odds / (1 + odds)

    fitted = fit_platt([(each.score, each.right) for each in drawn(20_000, share)])

    assert [fitted(score) for score in (0.1, 0.5, 0.9)] == pytest.approx([share(s) for s in (0.1, 0.5, 0.9)], abs=0.02)


def test_a_map_never_turns_the_order_of_scores_round():
    falling = [(each.score, each.right) for each in drawn(500, lambda score: 1 - score)]

    for fit in (fit_isotonic, fit_platt, fit_temperature):
        said = [fit(falling)(score / 20) for score in range(1, 20)]
        assert said == sorted(said)


def test_scores_that_are_probabilities_already_are_hardly_changed():
    told = calibrate_scores(drawn(4000, lambda score: score))

    assert told.method in ("platt", "temperature")
    assert told.log_loss[told.method] == pytest.approx(told.log_loss["none"], abs=0.002)


def test_steps_are_learned_by_isotonic():
    told = calibrate_scores(drawn(4000, lambda score: 0.1 if score < 0.7 else 0.9))

    assert told.method == "isotonic"
    assert told.ece < 0.03 < told.ece_before
    assert told.brier < told.brier_before


def test_one_score_has_one_share():
    told = calibrate_scores([Scored(str(number), 0.9, number % 4 > 0) for number in range(100)])

    assert (told.method, told.points) == ("rate", ((0.9, 0.7475),))


def test_nothing_scored_has_no_probabilities():
    assert calibrate_scores([]) is None


def test_bins_hold_equally_many_records_and_equal_claims_stay_together():
    points = [(0.5, True)] * 10 + [(0.9, True)] * 5 + [(0.8, False)] * 5
    said = [score for score, _ in points]

    assert reliability(said, points, bins=4) == (Bin(0.5, 10, 10), Bin(0.8, 0, 5), Bin(0.9, 5, 5))
    assert expected_error(said, points, bins=4) == 0.475
