"""A matcher and what does the same by hand, in turn on one core: the lines of the tables of matchers."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Case", "table", "table_with_waiting"]

SMALL = 100
"""Numbers below that are told with a decimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A matcher, and what does the same by hand."""

    name: str
    ours: Callable[[], object]
    by_hand: Callable[[], object]
    number: int
    """How many records one call takes."""
    seen: Callable[[Any], object] | None = None
    """What `ours` found, in the form in which `by_hand` gives it: both have to say the same. None: not compared."""


@dataclass(frozen=True, slots=True)
class _Spent:
    cpu: float
    wall: float


def table(cases: Iterable[Case], rounds: int, noun: str = "records") -> Iterator[str]:
    """A line for each case: records by CPU time."""
    yield f"| matcher | {noun}/s | by hand, {noun}/s | ratio (least-most) |"
    yield "|---|--:|--:|--:|"
    for case in cases:
        pairs = _measured(case, rounds)
        yield f"| {case.name} | {_cells(case.number, [(own.cpu, hand.cpu) for own, hand in pairs])} |"


def table_with_waiting(cases: Iterable[Case], rounds: int) -> Iterator[str]:
    """The same, and by the clock: for what waits for others, of whose work no CPU time is counted."""
    yield "| matcher | records a CPU second | by hand | ratio (least-most) | records a second | by hand | ratio |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for case in cases:
        pairs = _measured(case, rounds)
        cpu = _cells(case.number, [(own.cpu, hand.cpu) for own, hand in pairs])
        wall = _cells(case.number, [(own.wall, hand.wall) for own, hand in pairs])
        yield f"| {case.name} | {cpu} | {wall} |"


def _cells(number: int, pairs: Sequence[tuple[float, float]]) -> str:
    ratios = [hand / own for own, hand in pairs]
    speeds = [_speed(number / statistics.median(column)) for column in zip(*pairs, strict=True)]
    return f"{' | '.join(speeds)} | {statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"


def _speed(speed: float) -> str:
    return f"{speed:,.1f}" if speed < SMALL else f"{speed:,.0f}"


def _measured(case: Case, rounds: int) -> list[tuple[_Spent, _Spent]]:
    found, wanted = case.ours(), case.by_hand()
    if case.seen is not None and case.seen(found) != wanted:
        raise SystemExit(f"{case.name}: what is done by hand finds something else")
    return [(_spent(case.ours), _spent(case.by_hand)) for _ in range(rounds)]


def _spent(work: Callable[[], object]) -> _Spent:
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return _Spent(time.process_time() - cpu, time.perf_counter() - wall)
