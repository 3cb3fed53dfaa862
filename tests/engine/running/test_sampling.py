"""Drawing records."""

import pytest

from rubricate.running.sampling import draw_sample, pick

SIZES = [(0, 0, 50), (0, 1, 50), (1, 2, 100)]


def test_same_seed_draws_the_same():
    assert draw_sample(SIZES, count=10, seed=1) == draw_sample(SIZES, count=10, seed=1)


def test_another_seed_draws_others():
    assert draw_sample(SIZES, count=10, seed=1) != draw_sample(SIZES, count=10, seed=2)


@pytest.mark.parametrize(("count", "drawn"), [(1, 1), (10, 10), (200, 200), (500, 200)])
def test_as_many_are_drawn_as_wanted_if_there_are(count, drawn):
    sample = draw_sample(SIZES, count=count, seed=0)

    assert sum(len(positions) for positions in sample.values()) == drawn


def test_smaller_sample_lies_within_a_larger_one():
    small, large = (draw_sample(SIZES, count=count, seed=3) for count in (5, 50))

    assert all(set(positions) <= set(large[unit]) for unit, positions in small.items())


def test_cut_of_units_does_not_matter():
    whole = draw_sample([(0, 0, 100)], count=10, seed=0)
    halves = draw_sample([(0, 0, 50), (0, 1, 50)], count=10, seed=0)

    assert whole[0] == tuple(50 * unit + position for unit, positions in halves.items() for position in positions)


@pytest.mark.parametrize(
    ("chosen", "picked"), [(None, "abcd"), ((), ""), ((0, 2), "ac"), ((3,), "d")], ids=["all", "none", "two", "last"]
)
def test_chosen_ones_are_picked_in_order(chosen, picked):
    assert "".join(pick("abcd", chosen)) == picked
