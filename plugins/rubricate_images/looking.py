"""What can be told of a picture without a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from rubricate.api import MatcherSpec, Picture, likeness_of
from rubricate_images.answers import Answer, ranked, whole
from rubricate_images.colours import border_colour
from rubricate_images.examples import example_hashes
from rubricate_images.sharpness import sharpness

__all__ = ["Background", "Blur", "Likeness"]

BITS = 64


class Background:
    """The colour of the border."""

    __slots__ = ("_least",)

    def __init__(self, spec: MatcherSpec) -> None:
        self._least = cast("float", spec.options.get("least", 0.5))

    def ask(self, pictures: Sequence[Picture]) -> list[Answer]:
        """The colour of each border that has one."""
        found: list[Answer] = []
        for picture in pictures:
            name, share = border_colour(picture.rgb())
            found.append([whole(picture, share, {"class": name})] if share >= self._least else [])
        return found


class Blur:
    """Whether a picture has hardly an edge."""

    __slots__ = ("_below",)

    def __init__(self, spec: MatcherSpec) -> None:
        self._below = cast("float", spec.options.get("below", 100))

    def ask(self, pictures: Sequence[Picture]) -> list[Answer]:
        """The blurred ones with their sharpness."""
        found: list[Answer] = []
        for picture in pictures:
            sharp = sharpness(picture.rgb())
            score = 1 - sharp / self._below
            found.append([whole(picture, score, {"sharpness": sharp})] if sharp < self._below else [])
        return found


class Likeness:
    """Whether a picture looks like an example."""

    __slots__ = ("_distance", "_examples")

    def __init__(self, spec: MatcherSpec) -> None:
        self._distance = cast("int", spec.options.get("distance", 6))
        self._examples = example_hashes(spec)

    def ask(self, pictures: Sequence[Picture]) -> list[Answer]:
        """The classes whose nearest example is near enough."""
        return [self._one(picture) for picture in pictures]

    def _one(self, picture: Picture) -> Answer:
        own = likeness_of(picture)
        if own is None:
            return []
        nearest: dict[str, int] = {}
        for name, other in self._examples:
            bits = (own ^ other).bit_count()
            if bits <= min(self._distance, nearest.get(name, BITS)):
                nearest[name] = bits
        return ranked(picture, [(name, 1 - bits / BITS) for name, bits in nearest.items()])
