"""Boxes that mark the same thing: which votes make one box, and which of two labels keeps it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from rubricate.model.boxes import SAME_BOX, Box, box_of, overlap_of
from rubricate.planning.boxed import chosen_boxes
from rubricate.planning.frame import SpanDecision, Vote

__all__ = ["TakenBoxes", "grouped_boxes"]


def grouped_boxes(votes: Sequence[Vote], width: int, how: str, rule_id: Callable[[Vote], str]) -> list[list[Vote]]:
    """The votes for boxes of one label on an image of this width; those that mark one thing stand together.

    The first of a group has the box that stays: the largest or, with `highest_score`, the surest.
    """
    boxes = {id(vote): _box(vote, width) for vote in votes}

    def order(vote: Vote) -> tuple[object, ...]:
        box = boxes[id(vote)]
        rank = (-vote.score, -box.area) if how == "highest_score" else (-box.area, -vote.score)
        return (*rank, box.y, box.x, rule_id(vote).encode())

    ordered = sorted(votes, key=order)
    if how == "keep_all":
        return [[vote] for vote in ordered]
    groups: dict[int, list[Vote]] = {}
    for vote, place in zip(ordered, chosen_boxes([boxes[id(vote)] for vote in ordered]), strict=True):
        groups.setdefault(place, []).append(vote)
    return list(groups.values())


def _box(vote: Vote, width: int) -> Box:
    assert vote.target is not None
    return box_of(vote.target[1], vote.target[2], width)


class TakenBoxes:
    """The boxes that stand on an image, in the order in which they came."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._boxes: list[tuple[str, Box]] = []

    def add(self, label: str, span: SpanDecision) -> None:
        """A box holds its place from now on."""
        self._boxes.append((label, box_of(span.start, span.end, self._width)))

    def by_another(self, label: str, span: SpanDecision, nest: Collection[tuple[str, str]] = ()) -> str | None:
        """The label, another than `label`, that first marked the same thing and may not share it."""
        box = box_of(span.start, span.end, self._width)
        return next(
            (
                other
                for other, taken in self._boxes
                if other != label
                and (label, other) not in nest
                and (other, label) not in nest
                and overlap_of(taken, box) >= SAME_BOX
            ),
            None,
        )
