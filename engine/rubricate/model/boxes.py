"""Boxes on images, as runs of pixels: what is found on an image has the shape of what is found in a text.

The pixels of an image are counted row by row from the upper left corner, as the characters of a text are. A box is
named by its first pixel and the one behind its last: (start, end). As the width of the image is known, the box follows
from them.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["SAME_BOX", "Box", "box_of", "is_inside", "overlap_of", "run_of"]

SAME_BOX = 0.5
"""Two boxes whose overlap is at least this are taken for marks of one thing.

It is the threshold of the PASCAL VOC challenge (Everingham et al. 2010), which COCO names AP50.
"""


class Box(NamedTuple):
    """A rectangle of whole pixels; x and y of its upper left corner, counted from the upper left one of the image."""

    x: int
    y: int
    width: int
    height: int

    @property
    def area(self) -> int:
        """How many pixels it has."""
        return self.width * self.height


def run_of(box: Box | tuple[int, int, int, int], width: int) -> tuple[int, int]:
    """A box on an image of this width as (start, end).

    >>> run_of((2, 1, 3, 2), 10)
    (12, 25)
    """
    x, y, across, down = box
    if x < 0 or y < 0 or across < 1 or down < 1 or x + across > width:
        raise ValueError(f"no box of an image {width} pixels wide: x {x}, y {y}, width {across}, height {down}")
    return y * width + x, (y + down - 1) * width + x + across


def box_of(start: int, end: int, width: int) -> Box:
    """The box that (start, end) names on an image of this width.

    >>> box_of(12, 25, 10)
    Box(x=2, y=1, width=3, height=2)
    """
    y, x = divmod(start, width)
    last, right = divmod(end - 1, width)
    return Box(x, y, right - x + 1, last - y + 1)


def is_inside(inner: Box, outer: Box) -> bool:
    """Whether all of one box lies in another.

    >>> is_inside(Box(2, 2, 3, 3), Box(0, 0, 5, 5)), is_inside(Box(2, 2, 3, 3), Box(3, 0, 5, 5))
    (True, False)
    """
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )


def overlap_of(first: Box, second: Box) -> float:
    """What two boxes have in common, as a share of what they cover together (intersection over union).

    >>> overlap_of(Box(0, 0, 10, 10), Box(5, 0, 10, 10))
    0.3333333333333333
    """
    across = min(first.x + first.width, second.x + second.width) - max(first.x, second.x)
    down = min(first.y + first.height, second.y + second.height) - max(first.y, second.y)
    if across <= 0 or down <= 0:
        return 0.0
    common = across * down
    return common / (first.area + second.area - common)
