"""Exact bounds on counted shares. The numbers are those of scipy.stats (beta.ppf, binom.sf), to ten digits."""

from __future__ import annotations

import pytest

from rubricate.model.binomial import fewest_right, lower_bound, needed_without_error, tail, upper_bound

BOUNDS = [
    (59, 59, 0.05, 0.9504923901, 1.0),
    (95, 100, 0.05, 0.8977466224, 0.9800944363),
    (1, 10, 0.05, 0.0051161969, 0.3941633024),
    (970, 1000, 0.025, 0.9574485975, 0.9796695143),
    (9990, 10000, 0.01, 0.9979865537, 0.9995868795),
    (3, 7, 0.1, 0.1696384174, 0.7213979514),
    (0, 5, 0.05, 0.0, 0.4507197283),
    (484, 500, 0.0125, 0.9455423416, 0.9830917178),
]
TAILS = [
    (9, 10, 0.5, 0.0107421875),
    (0, 10, 0.3, 1.0),
    (980, 1000, 0.97, 0.0332807841352),
    (4, 2000, 0.001, 0.142786233207),
    (1, 100000, 1e-06, 0.0951626272059),
    (50000, 100000, 0.5, 0.501261563107),
]


@pytest.mark.parametrize(("right", "of", "delta", "low", "high"), BOUNDS)
def test_bounds_are_those_of_the_beta_distribution(right, of, delta, low, high):
    assert lower_bound(right, of, delta) == pytest.approx(low, abs=1e-9)
    assert upper_bound(right, of, delta) == pytest.approx(high, abs=1e-9)


@pytest.mark.parametrize(("right", "of", "share", "expected"), TAILS)
def test_tails_are_those_of_the_binomial_distribution(right, of, share, expected):
    assert tail(right, of, share) == pytest.approx(expected, rel=1e-9)


def test_tails_of_all_counts_fall_and_differ_by_what_is_likely():
    found = [tail(right, 40, 0.3) for right in range(42)]

    assert found == sorted(found, reverse=True)
    assert sum(found[1:]) == pytest.approx(40 * 0.3)  # the mean is the sum of the tails
    assert found[-1] == 0.0


@pytest.mark.parametrize("target", [0.8, 0.95, 0.97])
@pytest.mark.parametrize("of", [1, 30, 99, 250])
def test_fewest_right_is_where_the_lower_bound_reaches_the_target(target, of):
    enough = [right for right in range(of + 1) if lower_bound(right, of, 0.05) >= target - 1e-12]

    assert fewest_right(of, target, 0.05) == (enough[0] if enough else None)


def test_hits_in_a_row_that_show_a_target():
    assert [needed_without_error(target, 0.05) for target in (0.9, 0.95, 0.97, 0.99)] == [29, 59, 99, 299]
    assert lower_bound(99, 99, 0.05) >= 0.97 > lower_bound(98, 98, 0.05)
