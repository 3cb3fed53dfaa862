from __future__ import annotations

import pickle

from hypothesis import given
from hypothesis import strategies as st

from rubricate.model.offsets import OffsetMap
from support.texts import offset_maps


def size(offsets: OffsetMap) -> int:
    return offsets.pieces[-1][1] if offsets.pieces else 0


def spans(length: int) -> list[tuple[int, int]]:
    return [(start, end) for start in range(length) for end in range(start + 1, length + 1)]


@st.composite
def chains(draw: st.DrawFn, count: int) -> list[OffsetMap]:
    """Maps of which each goes on from the text that the one before made."""
    found = [draw(offset_maps())]
    while len(found) < count:
        found.append(draw(offset_maps(length=size(found[-1]))))
    return found


@given(offset_maps())
def test_a_span_goes_back_to_a_span(offsets: OffsetMap) -> None:
    for start, end in spans(size(offsets)):
        first, last = offsets.to_source(start, end)
        assert 0 <= first < last


@given(offset_maps())
def test_a_wider_span_never_goes_back_to_less(offsets: OffsetMap) -> None:
    for start, end in spans(size(offsets)):
        first, last = offsets.to_source(start, end)
        for inner in range(start, end):
            low, high = offsets.to_source(inner, inner + 1)
            assert first <= low < high <= last


@given(offset_maps())
def test_going_there_and_back_keeps_what_was_there(offsets: OffsetMap) -> None:
    for start, end in spans(size(offsets)):
        first, last = offsets.to_target(*offsets.to_source(start, end))
        assert first <= start < end <= last


@given(offset_maps(), st.integers(0, 14), st.integers(0, 14))
def test_any_source_span_has_a_place_in_the_target(offsets: OffsetMap, one: int, other: int) -> None:
    start, end = sorted((one, other))

    first, last = offsets.to_target(start, end)

    assert 0 <= first <= last <= size(offsets)
    touched = [piece for piece in offsets.pieces if piece[2] < end and start < piece[3]]
    assert (first < last) == (bool(touched) and start < end)


@given(offset_maps())
def test_empty_spans_stay_empty(offsets: OffsetMap) -> None:
    for at in range(size(offsets) + 1):
        first, last = offsets.to_source(at, at)
        assert first == last
    for at in range(14):
        first, last = offsets.to_target(at, at)
        assert first == last


@given(chains(2))
def test_one_map_after_another_is_both_in_turn(maps: list[OffsetMap]) -> None:
    first, second = maps

    joined = first.then(second)

    for start, end in spans(size(second)):
        assert joined.to_source(start, end) == first.to_source(*second.to_source(start, end))


@given(chains(3))
def test_it_makes_no_difference_which_two_are_joined_first(maps: list[OffsetMap]) -> None:
    first, second, third = maps

    left = first.then(second).then(third)
    right = first.then(second.then(third))

    for start, end in spans(size(third)):
        assert left.to_source(start, end) == right.to_source(start, end)


@given(chains(2))
def test_a_joined_map_has_no_gap_and_never_goes_back(maps: list[OffsetMap]) -> None:
    joined = maps[0].then(maps[1])

    at = low = high = 0
    for t0, t1, s0, s1 in joined.pieces:
        assert t0 == at < t1
        assert low <= s0 < s1 >= high
        at, low, high = t1, s0, s1
    assert at == size(maps[1])


@given(offset_maps())
def test_a_map_survives_pickling(offsets: OffsetMap) -> None:
    assert pickle.loads(pickle.dumps(offsets)) == offsets
