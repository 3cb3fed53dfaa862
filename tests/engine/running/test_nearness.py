"""Finding the nearest likeness."""

from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubricate.model.passes import PASSES
from rubricate.running.nearness import MOST_DISTANCE, Nearness


def test_rulesets_may_ask_for_every_distance_up_to_the_largest():
    options = cast("dict[str, dict[str, int]]", PASSES["dedupe"]["properties"])

    assert (options["distance"]["minimum"], options["distance"]["maximum"]) == (0, MOST_DISTANCE)


@st.composite
def likenesses(draw):
    """Some that are close to a few others, so that all distances come up."""
    bases = draw(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=3))
    found = []
    for _ in range(draw(st.integers(0, 25))):
        likeness = draw(st.sampled_from(bases))
        for bit in draw(st.sets(st.integers(0, 63), max_size=MOST_DISTANCE + 3)):
            likeness ^= 1 << bit
        found.append(likeness)
    return found


def nearest(known, likeness, distance):
    """By looking at all."""
    best = min(((likeness ^ other).bit_count(), number) for number, other in enumerate(known)) if known else (99, 0)
    return best if best[0] <= distance else None


@settings(max_examples=150, deadline=None)
@given(likenesses(), st.integers(0, MOST_DISTANCE))
def test_nearest_one_is_found_without_looking_at_all(added, distance):
    known = Nearness(distance)
    for number, likeness in enumerate(added):
        assert known.find(likeness) == nearest(added[:number], likeness, distance)
        known.add(likeness)

    assert len(known) == len(added)


@pytest.mark.parametrize("distance", range(MOST_DISTANCE + 1))
def test_bits_that_differ_may_stand_anywhere(distance):
    known = Nearness(distance)
    known.add(0)
    for first in range(64):
        spread = sum(1 << (first + number * 64 // max(distance, 1)) % 64 for number in range(distance))
        assert known.find(spread) == (distance, 0)
    assert known.find((1 << distance + 1) - 1) is None
