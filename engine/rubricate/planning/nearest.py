"""Of the matches that a match stands so to (near, before, inside, ...) the nearest: the one a reader would point at."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from rubricate.language import tree
from rubricate.model.match import Match
from rubricate.planning.frame import Frame
from rubricate.planning.places import Pair, stands_to

__all__ = ["Nearest", "nearest_of"]

Nearest: TypeAlias = "Callable[[Match], Match | None]"
FEW = 4
"""So many partners are looked at one by one: to sort them costs more."""


def nearest_of(node: tree.Relation) -> Callable[[Frame, Sequence[Match]], Nearest]:
    """A function that gives, for the matches on the right of a relation, the nearest that a match stands so to.

    Near in characters; of two equally near ones the one before the match, and of those the shortest. For `inside` and
    `overlaps`, where no text lies between, it is the one with which the span over both is smallest.
    """
    related, shares_text = stands_to(node.kind, node.distance), node.kind in ("inside", "overlaps")
    rank = _by_span if shares_text else _by_distance

    def among(frame: Frame, theirs: Sequence[Match]) -> Nearest:
        if len(theirs) <= FEW:
            return lambda a: min((b for b in theirs if related(frame, a, b)), key=lambda b: rank(a, b), default=None)
        fields = _by_field(theirs)

        def nearest(match: Match) -> Match | None:
            found = fields.get(match[1])
            if found is None:
                return None
            return found.over(frame, match, related) if shares_text else found.beside(frame, match, related)

        return nearest

    return among


def _by_distance(match: Match, other: Match) -> tuple[int, bool, int]:
    follows = other[2] >= match[3]
    return (other[2] - match[3] if follows else match[2] - other[3], follows, other[3] - other[2])


def _by_span(match: Match, other: Match) -> tuple[int, int, int]:
    return (max(match[3], other[3]) - min(match[2], other[2]), other[2], other[3])


class _Field:
    """The matches of one field, to be asked for the neighbours of a place."""

    def __init__(self, matches: Sequence[Match]) -> None:
        self.by_start = sorted(matches, key=lambda match: (match[2], match[3]))
        self.starts = [match[2] for match in self.by_start]
        self.longest = max(match[3] - match[2] for match in matches)
        self.by_end = sorted(matches, key=lambda match: (-match[3], -match[2]))
        self.ends = [-match[3] for match in self.by_end]

    def over(self, frame: Frame, match: Match, related: Pair) -> Match | None:
        """Of those that share text with a match and stand so to it, that with which the span over both is smallest."""
        first = bisect_left(self.starts, match[2] - self.longest)
        near = self.by_start[first : bisect_left(self.starts, match[3])]
        return min((b for b in near if related(frame, match, b)), key=lambda b: _by_span(match, b), default=None)

    def beside(self, frame: Frame, match: Match, related: Pair) -> Match | None:
        """The first of those beside a match, nearest first, that stands so to it."""
        return next((other for other in self._outwards(match) if related(frame, match, other)), None)

    def _outwards(self, match: Match) -> Iterator[Match]:
        before, after = bisect_left(self.ends, -match[2]), bisect_left(self.starts, match[3])
        while before < len(self.by_end) or after < len(self.by_start):
            left = match[2] - self.by_end[before][3] if before < len(self.by_end) else None
            right = self.by_start[after][2] - match[3] if after < len(self.by_start) else None
            if right is None or (left is not None and left <= right):
                yield self.by_end[before]
                before += 1
            else:
                yield self.by_start[after]
                after += 1


def _by_field(matches: Sequence[Match]) -> dict[str, _Field]:
    fields: dict[str, list[Match]] = {}
    for match in matches:
        fields.setdefault(match[1], []).append(match)
    return {field: _Field(given) for field, given in fields.items()}
