"""Where matches stand: near, before, after, inside, overlaps, and the edges of fields.

On an image a match is a box, which may stand inside another one or overlap it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple, TypeAlias

from rubricate.language import tree
from rubricate.language.printing import to_text
from rubricate.model.boxes import box_of, is_inside, overlap_of
from rubricate.model.match import Match
from rubricate.planning.frame import Frame

__all__ = ["Lowest", "Pair", "Partner", "in_place", "partner_of", "stands_to"]

Pair: TypeAlias = "Callable[[Frame, Match, Match], bool]"
"""Whether one match stands so to another."""
Partner: TypeAlias = "Callable[[Frame, Match], Match | None]"
FEW = 4
"""So many partners are looked at one by one: an index costs more."""
NO_LIMIT = 1 << 62


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


# Boxes that lie inside one another, or share pixels, do so as runs of pixels too, but not the other way round.


def _inside(frame: Frame, a: Match, b: Match) -> bool:
    if a[1] != b[1] or b[2] > a[2] or a[3] > b[3]:
        return False
    picture = frame.document.pictures.get(a[1])
    return picture is None or is_inside(box_of(a[2], a[3], picture.width), box_of(b[2], b[3], picture.width))


def _overlaps(frame: Frame, a: Match, b: Match) -> bool:
    if a[1] != b[1] or a[2] >= b[3] or b[2] >= a[3]:
        return False
    picture = frame.document.pictures.get(a[1])
    return picture is None or overlap_of(box_of(a[2], a[3], picture.width), box_of(b[2], b[3], picture.width)) > 0


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
    segments = _segments(unit)
    most = number or 0

    def close(frame: Frame, a: Match, b: Match) -> bool:
        spans, (start, end) = frame.segmented(segments, a[1]), _gap(a, b)
        return _segment_at(spans, end) - _segment_at(spans, start - 1) <= most

    return close


class Lowest:
    """The lowest number of any stretch of a list, from tables of stretches that double in length."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self.levels = [list(numbers)]
        step = 1
        while 2 * step <= len(numbers):
            last = self.levels[-1]
            self.levels.append(list(map(min, last, last[step:])))
            step *= 2

    def between(self, low: int, high: int) -> int:
        """The lowest of the numbers from `low` up to `high`, which is not empty."""
        level = (high - low).bit_length() - 1
        numbers = self.levels[level]
        return min(numbers[low], numbers[high - (1 << level)])


class _Sorted:
    """The matches of one field in the order of the text, to be asked for the first that stands somewhere."""

    def __init__(self, matches: list[Match]) -> None:
        self.matches = sorted(matches, key=_place)
        self.starts = [match[2] for match in self.matches]
        self.furthest = list(accumulate((match[3] for match in self.matches), max))

    @cached_property
    def _by_end(self) -> tuple[list[int], Lowest]:
        order = sorted(range(len(self.matches)), key=lambda number: self.matches[number][3])
        return [self.matches[number][3] for number in order], Lowest(order)

    def inside(self, a: Match) -> Match | None:
        """The first that holds all of a match."""
        at = bisect_left(self.furthest, a[3])
        return self.matches[at] if at < len(self.starts) and self.starts[at] <= a[2] else None

    def overlaps(self, a: Match) -> Match | None:
        """The first that shares text with a match."""
        at = bisect_right(self.furthest, a[2])
        return self.matches[at] if at < len(self.starts) and self.starts[at] < a[3] else None

    def following(self, start: int, limit: int) -> Match | None:
        """The first that starts at `start` or later, and before `limit`."""
        at = bisect_left(self.starts, start)
        return self.matches[at] if at < len(self.starts) and self.starts[at] < limit else None

    def ending(self, least: int, end: int) -> Match | None:
        """The first that ends from `least` up to `end`."""
        ends, numbers = self._by_end
        low, high = bisect_left(ends, least), bisect_right(ends, end)
        return self.matches[numbers.between(low, high)] if low < high else None


def _place(match: Match) -> int:
    return match[2]


class _Index(NamedTuple):
    """The matches of a list, sorted; good for as long as the list is the same."""

    of: Sequence[Match]
    size: int
    fields: dict[str, _Sorted]


def _index(frame: Frame, key: str, matches: Sequence[Match]) -> dict[str, _Sorted]:
    known = frame.cache.get(key)
    if isinstance(known, _Index) and known.of is matches and known.size == len(matches):
        return known.fields
    fields: dict[str, list[Match]] = {}
    for match in matches:
        fields.setdefault(match[1], []).append(match)
    index = _Index(matches, len(matches), {field: _Sorted(found) for field, found in fields.items()})
    frame.cache[key] = index
    return index.fields


def partner_of(node: tree.Relation) -> Callable[[Frame, Sequence[Match]], Partner]:
    """A function that gives, for the matches on the right, the first in the text that a match stands so to."""
    relation, key = stands_to(node.kind, node.distance), f"partners {to_text(node.right)}"
    first = _first(node.kind, node.distance)

    def among(frame: Frame, theirs: Sequence[Match]) -> Partner:
        if len(theirs) <= FEW:
            return lambda frame, a: min((b for b in theirs if relation(frame, a, b)), key=_place, default=None)
        fields, pictures = _index(frame, key, theirs), frame.document.pictures

        def partner(frame: Frame, a: Match) -> Match | None:
            found = fields.get(a[1])
            if found is not None and pictures and a[1] in pictures:  # boxes have no order that an index could go by
                return next((b for b in found.matches if relation(frame, a, b)), None)
            return None if found is None else first(frame, found, a)

        return partner

    return among


def _first(kind: str, distance: tree.Distance | None) -> Callable[[Frame, _Sorted, Match], Match | None]:
    if kind == "inside":
        return lambda _frame, found, a: found.inside(a)
    if kind == "overlaps":
        return lambda _frame, found, a: found.overlaps(a)
    limit, earlier = _limit(distance), _earlier(distance)
    if kind == "before":
        return lambda frame, found, a: found.following(a[3], limit(frame, a))
    if kind == "after":
        return earlier
    return lambda frame, found, a: earlier(frame, found, a) or found.following(a[3], limit(frame, a))


def _limit(distance: tree.Distance | None) -> Callable[[Frame, Match], int]:
    """Where a match that follows may no longer start."""
    if distance is None:
        return lambda _frame, _a: NO_LIMIT
    number, unit = distance.number or 0, distance.unit
    if unit == "chars" and distance.number is not None:
        return lambda _frame, a: a[3] + number + 1

    def limit(frame: Frame, a: Match) -> int:
        if unit == "words" and distance.number is not None:
            spans = frame.segmented("words", a[1])
            at = bisect_left(spans, a[3], key=_start) + number
            return spans[at][1] if at < len(spans) else NO_LIMIT
        spans = frame.segmented(_segments(unit), a[1])
        at = _segment_at(spans, a[3] - 1) + number + 1
        return spans[at][0] if at < len(spans) else NO_LIMIT

    return limit


def _earlier(distance: tree.Distance | None) -> Callable[[Frame, _Sorted, Match], Match | None]:
    """The first of the matches that end before a match and are close enough to it."""
    if distance is None:
        return lambda _frame, found, a: found.ending(0, a[2])
    number, unit = distance.number or 0, distance.unit
    if unit == "chars" and distance.number is not None:
        return lambda _frame, found, a: found.ending(a[2] - number, a[2])

    def earlier(frame: Frame, found: _Sorted, a: Match) -> Match | None:
        if unit == "words" and distance.number is not None:
            spans = frame.segmented("words", a[1])
            at = bisect_right(spans, a[2], key=_end) - number - 1
            return found.ending(spans[at][0] + 1 if at >= 0 else 0, a[2])
        spans = frame.segmented(_segments(unit), a[1])
        at = _segment_at(spans, a[2]) - number
        return found.ending(spans[at][0] + 1 if at > 0 else 0, a[2])

    return earlier


def _segments(unit: str) -> str:
    return "paragraphs" if unit == "paragraph" else "sentences"


def in_place(place: tree.Place, derived: Collection[str] = ()) -> Callable[[Frame, Match], bool]:
    """A function that says whether a match lies in a place; `derived` are the fields cut out of others."""
    fields = frozenset(place.fields)
    if not fields.isdisjoint(derived):
        return _in_some([_in_region(name, place) if name in derived else _in_field(name, place) for name in fields])
    return _in_fields(place, fields)


def _in_field(name: str, place: tree.Place) -> Callable[[Frame, Match], bool]:
    return _in_fields(place, frozenset({name}))


def _in_some(parts: Sequence[Callable[[Frame, Match], bool]]) -> Callable[[Frame, Match], bool]:
    return lambda frame, match: any(part(frame, match) for part in parts)


def _in_region(name: str, place: tree.Place) -> Callable[[Frame, Match], bool]:
    """Whether a match lies in a derived field, or at its edge; one that the record lacks holds nothing."""

    def inside(frame: Frame, match: Match) -> bool:
        region = frame.document.regions.get(name)
        if region is None or region[0] != match[1]:
            return False
        low, high = _edge_of(place, frame, region)
        return low <= match[2] and match[3] <= high

    return inside


def _edge_of(place: tree.Place, frame: Frame, region: tuple[str, int, int]) -> tuple[int, int]:
    """The first or last so many units of a region, or all of it, as (start, end)."""
    field, low, high = region
    number, first = place.number, place.edge == "first"
    if place.edge is None or number is None or place.unit is None:
        return low, high
    if place.unit == "chars":
        return (low, min(high, low + number)) if first else (max(low, high - number), high)
    spans = frame.segmented(place.unit, field)
    begin, end = bisect_left(spans, low, key=_start), bisect_right(spans, high, key=_end)
    if end - begin <= number:
        return low, high
    return (low, spans[begin + number - 1][1]) if first else (spans[end - number][0], high)


def _in_fields(place: tree.Place, fields: frozenset[str]) -> Callable[[Frame, Match], bool]:
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
