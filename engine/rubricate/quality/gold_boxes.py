"""Boxes of gold: how they are read, and which of them were found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from rubricate.errors import UsageError
from rubricate.model.boxes import SAME_BOX, Box, overlap_of
from rubricate.model.evaluation import Proportion, SpanScore
from rubricate.quality.gold_entries import GoldBox
from rubricate.reporting.annotated import Annotation

__all__ = ["BoxCount", "count_boxes", "read_boxes"]

_NUMBERS = ("x", "y", "width", "height")


class Line(Protocol):
    """One line of a gold file."""

    def fail(self, message: str, help: str | None = None) -> UsageError:
        """An error that names the line."""
        ...

    def name(self, label: object) -> str:
        """The name of a label."""
        ...


def read_boxes(boxes: object, line: Line) -> tuple[GoldBox, ...]:
    """The boxes of a line of gold; raises UsageError for what is none."""
    if not isinstance(boxes, list):
        raise line.fail('"boxes" is not a list')
    return tuple(_read_box(box, number, line) for number, box in enumerate(boxes, start=1))


def _read_box(box: object, number: int, line: Line) -> GoldBox:
    if not isinstance(box, dict):
        raise line.fail(f"box {number} is not an object")
    missing = [key for key in ("field", *_NUMBERS, "label") if key not in box]
    if missing:
        raise line.fail(f'box {number} lacks "{missing[0]}"')
    if not isinstance(box["field"], str):
        raise line.fail(f"box {number} has no text where the name of a field is wanted")
    for key in _NUMBERS:
        value = box[key]
        if not isinstance(value, int) or isinstance(value, bool) or value < (key in ("width", "height")):
            help = "x and y are counted from the upper left corner, width and height are at least 1"
            raise line.fail(f'box {number} has no whole number of pixels as "{key}"', help)
    return GoldBox(field=box["field"], box=Box(*(box[key] for key in _NUMBERS)), label=line.name(box["label"]))


@dataclass(slots=True)
class BoxCount:
    """What was counted about the boxes of one label."""

    found: int = 0
    gold: int = 0
    same: int = 0
    """Pairs that mark the same thing, each box in one pair at most."""
    found_touching: int = 0
    gold_touching: int = 0

    def score(self, label: str) -> SpanScore:
        """As spans are scored: exact is the same thing, overlapping is any pixel in common."""
        return SpanScore(
            label=label,
            exact_precision=Proportion(self.same, self.found),
            exact_recall=Proportion(self.same, self.gold),
            overlap_precision=Proportion(self.found_touching, self.found),
            overlap_recall=Proportion(self.gold_touching, self.gold),
        )

    def __add__(self, other: BoxCount) -> BoxCount:
        return BoxCount(
            self.found + other.found, self.gold + other.gold, self.same + other.same,
            self.found_touching + other.found_touching, self.gold_touching + other.gold_touching,
        )  # fmt: skip


def count_boxes(found: Iterable[Annotation], gold: Sequence[GoldBox], label: str) -> BoxCount:
    """Boxes of one label on one record; the surest ones find first, each the gold box that it covers best.

    It is how PASCAL VOC and COCO pair boxes.
    """
    ours = [each for each in found if each.label == label and each.box is not None]
    ours.sort(key=lambda each: (-(each.score if each.score is not None else 1.0), each.field, each.box))
    theirs = [each for each in gold if each.label == label]
    count = BoxCount(found=len(ours), gold=len(theirs))
    left = dict(enumerate(theirs))
    touched: set[int] = set()
    for each in ours:
        overlaps = {number: _overlap(each, other) for number, other in enumerate(theirs)}
        touching = {number for number, share in overlaps.items() if share > 0}
        count.found_touching += bool(touching)
        touched |= touching
        best = max(left, key=lambda number: (overlaps[number], -number), default=None)
        if best is not None and overlaps[best] >= SAME_BOX:
            count.same += 1
            del left[best]
    count.gold_touching = len(touched)
    return count


def _overlap(found: Annotation, gold: GoldBox) -> float:
    if found.box is None or found.field != gold.field:
        return 0.0
    return overlap_of(Box(*found.box), gold.box)
