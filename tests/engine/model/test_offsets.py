from __future__ import annotations

import pytest

from rubricate.model.offsets import OffsetMap, whole

# "R&amp;D, ß" as "R&D ss", with the comma left out.
ENTITY = OffsetMap([(0, 1, 0, 1), (1, 2, 1, 6), (2, 3, 6, 7), (3, 4, 8, 9), (4, 6, 9, 10)])


@pytest.mark.parametrize(
    ("span", "source"),
    [
        pytest.param((0, 1), (0, 1), id="one to one"),
        pytest.param((1, 2), (1, 6), id="a whole"),
        pytest.param((0, 3), (0, 7), id="over a whole"),
        pytest.param((2, 4), (6, 9), id="over text left out"),
        pytest.param((4, 5), (9, 10), id="first half of a whole"),
        pytest.param((5, 6), (9, 10), id="second half of a whole"),
        pytest.param((0, 6), (0, 10), id="everything"),
    ],
)
def test_a_span_goes_back_to_all_that_it_was_made_from(span: tuple[int, int], source: tuple[int, int]) -> None:
    assert ENTITY.to_source(*span) == source


@pytest.mark.parametrize(
    ("span", "target"),
    [
        pytest.param((0, 1), (0, 1), id="one to one"),
        pytest.param((2, 3), (1, 2), id="inside a whole"),
        pytest.param((0, 3), (0, 2), id="up to a whole"),
        pytest.param((7, 8), (3, 3), id="text left out"),
        pytest.param((6, 9), (2, 4), id="over text left out"),
        pytest.param((9, 10), (4, 6), id="a whole that grew"),
        pytest.param((10, 12), (6, 6), id="behind the end"),
        pytest.param((0, 0), (0, 0), id="empty at the start"),
        pytest.param((3, 3), (1, 1), id="empty inside a whole"),
        pytest.param((6, 6), (2, 2), id="empty between two pieces"),
    ],
)
def test_a_source_span_becomes_all_that_was_made_from_it(span: tuple[int, int], target: tuple[int, int]) -> None:
    assert ENTITY.to_target(*span) == target


def test_text_left_out_at_the_start_and_at_the_end_belongs_to_no_piece() -> None:
    offsets = OffsetMap([(0, 2, 3, 5)])

    assert offsets.to_source(0, 2) == (3, 5)
    assert (offsets.to_target(0, 3), offsets.to_target(0, 9), offsets.to_target(5, 9)) == ((0, 0), (0, 2), (2, 2))


def test_an_empty_map_has_one_place() -> None:
    nothing = OffsetMap([])

    assert (nothing.to_source(0, 0), nothing.to_target(0, 7), nothing.to_target(3, 3)) == ((0, 0), (0, 0), (0, 0))
    assert nothing.then(OffsetMap([])) == OffsetMap([])


def test_a_map_of_an_emptied_text_ends_any_chain() -> None:
    assert ENTITY.then(OffsetMap([])) == OffsetMap([])


def test_joining_keeps_runs_of_equal_characters_together() -> None:
    first = OffsetMap([(0, 4, 0, 4), (4, 8, 6, 10)])
    second = OffsetMap([(0, 2, 0, 2), (2, 3, 2, 3), (3, 7, 4, 8)])

    assert first.then(second) == OffsetMap([(0, 3, 0, 3), (3, 7, 6, 10)])


def test_a_whole_stays_one_when_half_of_it_is_left_out_later() -> None:
    first = OffsetMap([(0, 3, 0, 2)])
    second = OffsetMap([(0, 2, 0, 2)])

    assert first.then(second) == OffsetMap([(0, 1, 0, 2), (1, 2, 0, 2)])


def test_two_wholes_that_add_up_to_equal_lengths_stay_wholes() -> None:
    grown = OffsetMap([(0, 1, 0, 3)])
    shrunk = OffsetMap([(0, 3, 0, 1)])

    assert grown.then(shrunk) == OffsetMap([(0, 1, 0, 3), (1, 2, 0, 3), (2, 3, 0, 3)])


def test_a_whole_of_equal_lengths_goes_back_as_one() -> None:
    offsets = OffsetMap([*whole(0, 2, 0, 2), (2, 3, 2, 3)])

    assert (offsets.to_source(0, 1), offsets.to_source(1, 3), offsets.to_target(1, 2)) == ((0, 2), (0, 3), (0, 2))
