"""Matches on images: which of them mark the same thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rubricate.model.boxes import SAME_BOX, Box, box_of, overlap_of
from rubricate.model.match import Match
from rubricate.model.picture import Picture

__all__ = ["apart", "chosen_boxes"]


def chosen_boxes(boxes: Sequence[Box]) -> list[int]:
    """Each box, in the order of their worth -> the place of the box that stands for it: itself, or a better one.

    It is the suppression that detectors of objects end with: the best box takes in all that mark the same thing, then
    the best that is left, and so on (Felzenszwalb et al. 2010).
    """
    kept: list[int] = []
    found: list[int] = []
    for place, box in enumerate(boxes):
        over = [(overlap_of(boxes[other], box), -other) for other in kept]
        best = max(over, default=(0.0, 0))
        if best[0] >= SAME_BOX:
            found.append(-best[1])
        else:
            kept.append(place)
            found.append(place)
    return found


def apart(matches: Sequence[Match], pictures: Mapping[str, Picture]) -> list[Match]:
    """Matches of which no two share text or mark the same part of an image, of which the largest stays."""
    kept: list[Match] = []
    ends: dict[str, int] = {}
    boxes: dict[str, list[tuple[Box, Match]]] = {}
    for match in sorted(matches, key=lambda match: (match[1], match[2], -match[3])):
        _, field, start, end, _, _ = match
        if field in pictures:
            boxes.setdefault(field, []).append((box_of(start, end, pictures[field].width), match))
        elif start >= ends.get(field, 0):
            kept.append(match)
            ends[field] = end
    for found in boxes.values():
        found.sort(key=lambda item: -item[0].area)
        standing = chosen_boxes([box for box, _ in found])
        kept += [match for place, (_, match) in enumerate(found) if standing[place] == place]
    return kept
