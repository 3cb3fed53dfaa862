"""Where matches stand: near, before, after, inside, overlaps, and the edges of fields."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from rubricate.language import tree
from rubricate.model.match import Match
from rubricate.planning.frame import Frame

__all__ = ["in_place", "stands_to"]

Pair = Callable[[Frame, Match, Match], bool]


def stands_to(kind: str, distance: tree.Distance | None) -> Pair:
    """A function that says whether one match stands so to another."""
    relation = RELATIONS[kind]
    if distance is None:
        return relation
    close = _within(distance)
    return lambda frame, a, b: relation(frame, a, b) and close(frame, a, b)


def _near(_frame: Frame, a: Match, b: Match) -> bool:
    # "not the same place": text that two matches share can't be close to itself
    return a[1] == b[1] and (a[3] <= b[2] or b[3] <= a[2])


def _before(_frame: Frame, a: Match, b: Match) -> bool:
    return a[1] == b[1] and a[3] <= b[2]


def _after(_frame: Frame, a: Match, b: Match) -> bool:
    return a[1] == b[1] and b[3] <= a[2]


def _inside(_frame: Frame, a: Match, b: Match) -> bool:
    return a[1] == b[1] and b[2] <= a[2] and a[3] <= b[3]


def _overlaps(_frame: Frame, a: Match, b: Match) -> bool:
    return a[1] == b[1] and a[2] < b[3] and b[2] < a[3]


RELATIONS: dict[str, Pair] = {
    "near": _near, "before": _before, "after": _after, "inside": _inside, "overlaps": _overlaps,
}  # fmt: skip


def _gap(a: Match, b: Match) -> tuple[int, int]:
    """The text between two matches that do not overlap; empty when they do."""
    return (a[3], b[2]) if a[3] <= b[2] else (b[3], a[2])


def _words_between(frame: Frame, a: Match, b: Match) -> int:
    start, end = _gap(a, b)
    spans = frame.segmented("words", a[1])
    return max(0, bisect_right(spans, end, key=_end) - bisect_left(spans, start, key=_start))


def _start(span: tuple[int, int]) -> int:
    return span[0]


def _end(span: tuple[int, int]) -> int:
    return span[1]


def _segment_at(spans: Sequence[tuple[int, int]], at: int) -> int:
    return max(bisect_right(spans, at, key=_start) - 1, 0)


def _within(distance: tree.Distance) -> Pair:
    number, unit = distance.number, distance.unit
    if unit == "words" and number is not None:
        return lambda frame, a, b: _words_between(frame, a, b) <= number
    if unit == "chars" and number is not None:
        return lambda _frame, a, b: _gap(a, b)[1] - _gap(a, b)[0] <= number
    segments = "paragraphs" if unit == "paragraph" else "sentences"
    most = number or 0

    def close(frame: Frame, a: Match, b: Match) -> bool:
        spans = frame.segmented(segments, a[1])
        return abs(_segment_at(spans, a[2]) - _segment_at(spans, b[2])) <= most

    return close


def in_place(place: tree.Place) -> Callable[[Frame, Match], bool]:
    """A function that says whether a match lies in a place."""
    fields = frozenset(place.fields)
    edge, number, unit = place.edge, place.number, place.unit
    if edge is None or number is None or unit is None:
        return lambda _frame, match: match[1] in fields
    if unit == "chars":
        inside = _first_chars(number) if edge == "first" else _last_chars(number)
    else:
        inside = _first_segments(number, unit) if edge == "first" else _last_segments(number, unit)
    if not fields:
        return inside
    return lambda frame, match: match[1] in fields and inside(frame, match)


def _first_chars(number: int) -> Callable[[Frame, Match], bool]:
    return lambda _frame, match: match[3] <= number


def _last_chars(number: int) -> Callable[[Frame, Match], bool]:
    return lambda frame, match: match[2] >= len(frame.document.clean[match[1]]) - number


def _first_segments(number: int, unit: str) -> Callable[[Frame, Match], bool]:
    def inside(frame: Frame, match: Match) -> bool:
        spans = frame.segmented(unit, match[1])
        return len(spans) <= number or match[3] <= spans[number - 1][1]

    return inside


def _last_segments(number: int, unit: str) -> Callable[[Frame, Match], bool]:
    def inside(frame: Frame, match: Match) -> bool:
        spans = frame.segmented(unit, match[1])
        return len(spans) <= number or match[2] >= spans[-number][0]

    return inside
