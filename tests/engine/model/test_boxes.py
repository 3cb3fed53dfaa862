"""A box is a run of pixels, and a run of pixels is a box."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricate.model.boxes import Box, box_of, overlap_of, run_of


@st.composite
def boxes(draw, width=40, height=30):
    x, y = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    return Box(x, y, draw(st.integers(1, width - x)), draw(st.integers(1, height - y)))


@given(boxes())
def test_run_of_a_box_is_the_box_again_and_lies_in_the_image(box):
    start, end = run_of(box, 40)

    assert box_of(start, end, 40) == box
    assert 0 <= start < end <= 40 * 30


@given(boxes(), boxes())
def test_overlap_counts_pixels(one, other):
    pixels = [
        {(x, y) for x in range(box.x, box.x + box.width) for y in range(box.y, box.y + box.height)}
        for box in (one, other)
    ]

    assert overlap_of(one, other) == pytest.approx(len(pixels[0] & pixels[1]) / len(pixels[0] | pixels[1]))


def test_whole_image_is_the_run_of_all_pixels():
    assert run_of((0, 0, 40, 30), 40) == (0, 1200)


@pytest.mark.parametrize("box", [(-1, 0, 2, 2), (0, -1, 2, 2), (0, 0, 0, 2), (0, 0, 2, 0), (9, 0, 2, 2)])
def test_box_beside_the_image_has_no_run(box):
    with pytest.raises(ValueError, match="no box of an image 10 pixels wide"):
        run_of(box, 10)
