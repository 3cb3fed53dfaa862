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
SLOWEST = 0.5
"""Seconds of CPU time; a text that takes longer is measured no third time."""
ROUNDS = 8
CLEAR = 2.4
"""Twice the text that takes no more than this needs no second measurement."""


def growth_of(work: Callable[[str], object], part: str) -> tuple[int, float] | None:
    """How long a text of repeated parts is, and how many times as long twice of it takes; None: it grows as it should.

    Noise can only make a measurement longer, so the best of several counts. The two lengths take turns, so that a busy
    moment hits both, and a figure that is not clear is measured again.
    """
    size = FIRST
    while (once := _best(work, _repeat(part, size))) < MEASURABLE:
        if size >= LONGEST:
            return None
        size *= 2
    for length in (size, 2 * size):  # a busy machine may spoil one figure, and hardly the next one too
        ratio = _ratio(work, _repeat(part, length), _repeat(part, 2 * length), once)
        if ratio <= LIMIT:
            return None
        once = float("inf")
    return length, ratio


def _ratio(work: Callable[[str], object], short: str, long: str, once: float) -> float:
    """How many times as long the long text takes; `once` is what the short one is known to take at most."""
    twice = float("inf")
    for number in range(ROUNDS):
        once, twice = min(once, _seconds(work, short)), min(twice, _seconds(work, long))
        if twice <= CLEAR * once or (number and twice > SLOWEST):
            break
    return twice / max(once, 1e-9)


def _best(work: Callable[[str], object], text: str) -> float:
    """The best of three; no more tries after one that is too short to say anything."""
    best = float("inf")
    for _ in range(3):
        best = min(best, _seconds(work, text))
        if best < MEASURABLE:
            break
    return best


def _repeat(part: str, size: int) -> str:
    return (part * (size // len(part) + 1))[:size]


def _seconds(work: Callable[[str], object], text: str) -> float:
    before = process_time()
    work(text)
    return process_time() - before
