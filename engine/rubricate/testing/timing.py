"""Whether the work on a text grows as the text does."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

__all__ = ["LIMIT", "growth_of"]

LIMIT = 3.0
"""Twice the text may take this much longer; work that grows with the square takes 4 times as long."""
FIRST = 256
LONGEST = 1 << 17
"""Code points; what is fast on so long a text may grow as it likes."""
MEASURABLE = 0.005
"""Seconds of CPU time below which a figure says little."""
SLOWEST = 2.0
"""Seconds that the first texts may take at most."""


def growth_of(work: Callable[[str], object], part: str) -> tuple[int, float] | None:
    """How long a text of repeated parts is, and how many times as long twice of it takes; None: it grows as it should.

    Noise can only make a measurement longer, so the best of several counts, and a bad figure is measured again.
    """
    size = FIRST
    while (spent := _seconds(work, _repeat(part, size), 1)) < MEASURABLE:
        if size >= LONGEST:
            return None
        size *= 2
    ratio = 0.0
    for _ in range(4):
        rounds = 1 if spent > SLOWEST / 10 else 3
        once = _seconds(work, _repeat(part, size), rounds)
        ratio = _seconds(work, _repeat(part, 2 * size), rounds) / max(once, 1e-9)
        if ratio <= LIMIT:
            return None
    return size, ratio


def _repeat(part: str, size: int) -> str:
    return (part * (size // len(part) + 1))[:size]


def _seconds(work: Callable[[str], object], text: str, rounds: int) -> float:
    times = []
    for _ in range(rounds):
        before = process_time()
        work(text)
        times.append(process_time() - before)
    return min(times)
