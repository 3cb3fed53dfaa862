"""Finds, among the likenesses of records that stay, the one that is nearest to another, without looking at all of them.

The 64 bits are cut into bands. Of two likenesses that differ in at most `distance` bits, at least one band differs in
no more than `distance` / bands of its own (the pigeonhole principle); with `distance` / 2 + 1 bands, and never fewer
than four, that is one bit at most. So each band is a table of chains, and a look-up follows those of its own bits
and, if need be, those in which one bit is another.

Memory: 8 bytes for each likeness and 4 for each band of it, and 1 MiB for the tables. For a `distance` of up to 7,
which four bands serve, these are 24 MB for a million. Time: 68 look-ups and, of likenesses without a pattern, a
comparison with one in a thousand that are known.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator

__all__ = ["MOST_DISTANCE", "Nearness"]

MOST_DISTANCE = 16
"""So many of 64 bits may differ at most; two pictures that have nothing in common differ in about 32."""

_BITS = 64
_LEAST_BANDS = 4
_WIDEST = 1
"""Bits of a band that may differ."""


class Nearness:
    """Likenesses in the order in which they were added, numbered from 0."""

    __slots__ = ("_bands", "_chains", "_distance", "_heads", "_known")

    def __init__(self, distance: int) -> None:
        assert 0 <= distance <= MOST_DISTANCE
        self._distance = distance
        self._known = array("Q")
        self._bands = tuple(_bands(distance))
        self._heads = [array("I", bytes(4 << width)) for _, width, _ in self._bands]
        self._chains = [array("I") for _ in self._bands]
        """Band -> for each likeness the number, counted from 1, of the one before it in its chain; 0 ends a chain."""

    def __len__(self) -> int:
        return len(self._known)

    def add(self, likeness: int) -> None:
        """One more."""
        self._known.append(likeness)
        number = len(self._known)
        for (shift, width, _), heads, chain in zip(self._bands, self._heads, self._chains, strict=True):
            bits = likeness >> shift & (1 << width) - 1
            chain.append(heads[bits])
            heads[bits] = number

    def find(self, likeness: int) -> tuple[int, int] | None:
        """(bits that differ, number) of the nearest one within the distance, of several the first; None: none is."""
        known, best, place = self._known, self._distance + 1, 0
        for (shift, width, flips), heads, chain in zip(self._bands, self._heads, self._chains, strict=True):
            bits = likeness >> shift & (1 << width) - 1
            for flip in flips:
                number = heads[bits ^ flip]
                while number:
                    number -= 1
                    differing = (known[number] ^ likeness).bit_count()
                    if differing <= best and (differing < best or number < place):
                        best, place = differing, number
                    number = chain[number]
            if not best:
                break  # it stands in this chain of every band
        return (best, place) if best <= self._distance else None


def _bands(distance: int) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """(first bit, bits, what a band may differ in) of each band."""
    count = max(_LEAST_BANDS, distance // 2 + 1)
    wide = distance // count
    assert wide <= _WIDEST
    for number in range(count):
        first, end = number * _BITS // count, (number + 1) * _BITS // count
        yield first, end - first, (0, *(1 << bit for bit in range(end - first))) if wide else (0,)
