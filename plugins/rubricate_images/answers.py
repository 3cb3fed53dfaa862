"""What is said about a picture, and who says it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias, TypeVar

from rubricate.api import Picture, run_of

__all__ = ["DIGITS", "Answer", "Asker", "Found", "boxed", "in_batches", "ranked", "whole"]

T = TypeVar("T")

DIGITS = 4
"""Scores are rounded to so many, so that the order in which numbers are added up does not show."""
Found: TypeAlias = "tuple[int, int, float, Mapping[str, object]]"
"""(start, end, score, columns); a run of pixels, as boxes are."""
Answer: TypeAlias = "list[Found] | None"
"""What is found on a picture; None: the model gives no number."""


class Asker(Protocol):
    """One way to ask about pictures."""

    def ask(self, pictures: Sequence[Picture]) -> list[Answer]:
        """An answer for each picture, in their order."""
        ...


def whole(picture: Picture, score: float, columns: Mapping[str, object]) -> Found:
    """A finding about all of a picture."""
    return 0, picture.width * picture.height, round(min(max(score, 0.0), 1.0), DIGITS), columns


def ranked(picture: Picture, scored: Iterable[tuple[str, float]], top: int | None = None) -> Answer:
    """Classes of a whole picture, the likeliest first, then by name; None where a score is no number."""
    pairs = list(scored)
    if not all(math.isfinite(score) for _, score in pairs):
        return None
    rounded = [whole(picture, score, {"class": name}) for name, score in pairs]
    return sorted(rounded, key=lambda found: (-found[2], str(found[3]["class"])))[:top]


def boxed(picture: Picture, scored: Iterable[tuple[str, float, Sequence[float]]], least: float) -> Answer:
    """Boxes (left, top, right, bottom in pixels) as findings, the surest first; None where one is not of numbers.

    They are cut to whole pixels of the picture; what lies outside of it is left out.
    """
    found = []
    for name, score, corners in scored:
        if not all(math.isfinite(number) for number in (score, *corners)):
            return None
        left, right = (min(max(round(number), 0), picture.width) for number in corners[0::2])
        top, bottom = (min(max(round(number), 0), picture.height) for number in corners[1::2])
        told = round(min(max(score, 0.0), 1.0), DIGITS)
        if told >= least and left < right and top < bottom:
            start, end = run_of((left, top, right - left, bottom - top), picture.width)
            found.append((start, end, told, {"class": name}))
    return sorted(found, key=lambda each: (-each[2], str(each[3]["class"]), each[:2]))


def in_batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The items, so many at a time."""
    for begin in range(0, len(items), size):
        yield items[begin : begin + size]
