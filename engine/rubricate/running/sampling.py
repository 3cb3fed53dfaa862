"""Drawing records from the whole dump, the same ones each time."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable, Iterator, Sequence

from rubricate.model.descriptors import RawRecord, Unreadable

__all__ = ["draw_sample", "pick"]


def draw_sample(sizes: Iterable[tuple[int, int, int]], *, count: int, seed: int) -> dict[int, tuple[int, ...]]:
    """Draw `count` records: ordinal of a unit -> positions in it. The same seed draws the same ones.

    `sizes` gives (input, ordinal of the unit, records in it) in order. Memory grows with `count` alone.
    """
    heap: list[tuple[int, int, int]] = []
    input_before, ordinal = -1, 0
    for input, unit, records in sizes:
        if input != input_before:
            input_before, ordinal = input, 0
        for position in range(records):
            entry = (-_rank(seed, input, ordinal), -unit, -position)
            if len(heap) < count:
                heapq.heappush(heap, entry)
            elif entry > heap[0]:
                heapq.heapreplace(heap, entry)
            ordinal += 1
    chosen: dict[int, list[int]] = {}
    for _, unit, position in heap:
        chosen.setdefault(-unit, []).append(-position)
    return {unit: tuple(sorted(chosen[unit])) for unit in sorted(chosen)}


def pick(records: Iterable[RawRecord | Unreadable], chosen: Sequence[int] | None) -> Iterator[RawRecord | Unreadable]:
    """The chosen ones of a slice, in order; no more of the slice is read than needed."""
    if chosen is None:
        yield from records
        return
    wanted = iter(chosen)
    position = next(wanted, None)
    for ordinal, record in enumerate(records):
        if position is None:
            return
        if ordinal == position:
            yield record
            position = next(wanted, None)


def _rank(seed: int, input: int, ordinal: int) -> int:
    digest = hashlib.blake2b(b"%d:%d:%d" % (seed, input, ordinal), digest_size=8).digest()
    return int.from_bytes(digest, "big")
