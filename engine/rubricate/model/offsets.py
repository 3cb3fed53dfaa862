"""The way back from a rewritten text to the text that it was made from."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from operator import itemgetter
from typing import TypeAlias

__all__ = ["OffsetMap", "Piece", "whole"]

Piece: TypeAlias = "tuple[int, int, int, int]"
"""(target start, target end, source start, source end). Equal lengths: character by character.
Otherwise the piece is one whole: whatever touches it, means all of it."""

_source_start = itemgetter(2)
_source_end = itemgetter(3)


def whole(t0: int, t1: int, s0: int, s1: int) -> tuple[Piece, ...]:
    """The pieces of a text that was rewritten as one whole, also when its length stayed.

    >>> whole(0, 2, 0, 1)
    ((0, 2, 0, 1),)
    >>> whole(0, 2, 0, 2)
    ((0, 1, 0, 2), (1, 2, 0, 2))
    """
    if t1 - t0 != s1 - s0 or t1 - t0 == 1:
        return ((t0, t1, s0, s1),)
    return tuple((at, at + 1, s0, s1) for at in range(t0, t1))


class OffsetMap:
    """Pieces of a rewritten text (target), in order and without gaps in the target, with where each came from.

    No piece is empty on either side, and neither end of the source side ever goes back. Text of the source that
    belongs to no piece was left out. A map without pieces belongs to an empty text.

    >>> offsets = OffsetMap([(0, 1, 0, 1), (1, 2, 1, 6), (2, 3, 6, 7)])    # "R&D", written "R&amp;D"
    >>> offsets.to_source(1, 3)
    (1, 7)
    >>> offsets.to_target(2, 6)
    (1, 2)
    """

    __slots__ = ("_targets", "pieces")

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self.pieces: tuple[Piece, ...] = tuple(pieces)
        self._targets = [piece[0] for piece in self.pieces]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OffsetMap) and self.pieces == other.pieces

    def __hash__(self) -> int:
        return hash(self.pieces)

    def __repr__(self) -> str:
        return f"OffsetMap({list(self.pieces)!r})"

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """The source offsets of the target's [start, end). An empty span stays empty, any other does not."""
        if not self.pieces:
            return (0, 0)
        if start >= end:
            at = self._source_of_start(start)
            return (at, at)
        return (self._source_of_start(start), self._source_of_end(end))

    def to_target(self, start: int, end: int) -> tuple[int, int]:
        """The target offsets of all that came from the source's [start, end).

        What was left out becomes an empty span at the place where it would stand.
        """
        first = bisect_right(self.pieces, start, key=_source_end)
        if first == len(self.pieces):
            size = self.pieces[-1][1] if self.pieces else 0
            return (size, size)
        t0, t1, s0, s1 = self.pieces[first]
        begin = t0 + max(0, start - s0) if t1 - t0 == s1 - s0 else t0
        last = bisect_left(self.pieces, end, key=_source_start) - 1
        if start >= end or last < first:
            return (begin, begin)
        t0, t1, s0, s1 = self.pieces[last]
        return (begin, t1 - max(0, s1 - end) if t1 - t0 == s1 - s0 else t1)

    def then(self, later: OffsetMap) -> OffsetMap:
        """This map (source -> middle) followed by `later` (middle -> target), as one."""
        joined: list[Piece] = []
        for t0, t1, m0, m1 in later.pieces:
            if t1 - t0 == m1 - m0:
                self._cut(joined, t0, m0, m1)
            else:
                joined.extend(whole(t0, t1, *self.to_source(m0, m1)))
        return OffsetMap(joined)

    def _cut(self, joined: list[Piece], target: int, start: int, end: int) -> None:
        """Adds the pieces of [start, end), which stands at `target` from now on."""
        index = bisect_right(self._targets, start) - 1
        while start < end:
            t0, t1, s0, s1 = self.pieces[index]
            stop = min(t1, end)
            after = target + stop - start
            if t1 - t0 == s1 - s0:
                _add_equal(joined, (target, after, s0 + start - t0, s0 + stop - t0))
            else:
                joined.extend(whole(target, after, s0, s1))
            index, start, target = index + 1, stop, after

    def _source_of_start(self, at: int) -> int:
        t0, t1, s0, s1 = self.pieces[bisect_right(self._targets, at) - 1]
        if t1 - t0 == s1 - s0:
            return s0 + at - t0
        return s0 if at < t1 else s1

    def _source_of_end(self, at: int) -> int:
        t0, t1, s0, s1 = self.pieces[bisect_left(self._targets, at) - 1]
        return s0 + at - t0 if t1 - t0 == s1 - s0 else s1


def _add_equal(pieces: list[Piece], piece: Piece) -> None:
    """Adds a piece of equal lengths, as part of the one before if it goes on there in both texts."""
    if pieces:
        t0, t1, s0, s1 = pieces[-1]
        if t1 - t0 == s1 - s0 and t1 == piece[0] and s1 == piece[2]:
            pieces[-1] = (t0, piece[1], s0, piece[3])
            return
    pieces.append(piece)
