"""Texts with marked parts: cut into segments where marks may overlap, shortened so that the marks stay in view.

Where text is left out, it is said how much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rubricate.reporting.figures import number

__all__ = ["LEAST_GAP", "Mark", "Segment", "cut", "excerpt", "shorten"]

GAP = "\u2026"
LEAST_GAP = 40
"""Fewer characters are not left out: to say so would take as much room."""
WORD = 12
"""So far an edge is moved to stand between two words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A marked part of a text, in code points."""

    start: int
    end: int
    label: str
    findings: tuple[int, ...] = ()
    """The numbers of the findings that rest on it, counted from 1; none for a span that is an annotation itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of a text on which the same marks lie."""

    text: str
    marks: tuple[Mark, ...] = ()
    """Outermost first."""
    ends: tuple[Mark, ...] = ()
    """Those of its marks that end where it ends."""
    left_out: int = 0
    """How many characters of the text it stands for; 0: it is a stretch of the text itself."""

    @property
    def is_gap(self) -> bool:
        """Whether it stands for text that was left out."""
        return self.left_out > 0


def cut(text: str, marks: Sequence[Mark]) -> tuple[Segment, ...]:
    """The whole text as segments; marks outside it, or empty ones, are left out.

    >>> spam, link = Mark(start=0, end=4, label="spam"), Mark(start=2, end=6, label="link")
    >>> [(segment.text, [mark.label for mark in segment.marks]) for segment in cut("abcdefg", [link, spam])]
    [('ab', ['spam']), ('cd', ['spam', 'link']), ('ef', ['link']), ('g', [])]
    """
    return _segments(text, _inside(text, marks), [(0, len(text))])


def excerpt(text: str, marks: Sequence[Mark], *, limit: int, around: int = 60) -> tuple[Segment, ...]:
    """About `limit` characters: the marks from the first on, with `around` characters on both sides.

    Of a mark longer than that its beginning is shown. Without marks it is the beginning of the text. What is left out
    is counted, and a few characters are never left out.
    """
    marks = _inside(text, marks)
    if len(text) < limit + LEAST_GAP:
        return _segments(text, marks, [(0, len(text))])
    return _segments(text, marks, _windows(text, marks, limit, around))


def shorten(text: str, limit: int) -> str:
    """The text, cut in the middle when it is longer.

    >>> shorten("abcdefghij", 7)
    'abcd…ij'
    """
    return text if len(text) <= limit else f"{text[: limit - limit // 3 - 1]}{GAP}{text[-(limit // 3) :]}"


def _inside(text: str, marks: Sequence[Mark]) -> list[Mark]:
    kept = [mark for mark in marks if 0 <= mark.start < mark.end <= len(text)]
    return sorted(kept, key=lambda mark: (mark.start, -mark.end, mark.label))


def _windows(text: str, marks: Sequence[Mark], limit: int, around: int) -> list[tuple[int, int]]:
    """Disjoint stretches of the text in order, about `limit` long together."""
    length = len(text)
    windows: list[tuple[int, int]] = []
    left = limit
    for mark in marks:
        start = _between_words(text, max(0, mark.start - around), forward=True, limit=mark.start)
        end = min(length, mark.end + around, mark.start + max(around, left))
        end = _between_words(text, end, forward=False, limit=min(mark.end, end))
        if windows and start - windows[-1][1] < LEAST_GAP:
            first, last = windows.pop()
            start, end = first, max(end, last)
        windows.append((start, end))
        left = limit - sum(stop - begin for begin, stop in windows)
        if left <= around:
            break
    if not windows:
        return [(0, _between_words(text, min(limit, length), forward=False, limit=0))]
    if left > around:
        start, end = windows[-1]
        windows[-1] = (start, max(end, _between_words(text, min(length, end + left), forward=False, limit=end)))
    return _to_the_edges(windows, length)


def _between_words(text: str, at: int, *, forward: bool, limit: int) -> int:
    """The nearest place from `at` on, towards `limit`, that lies between two words; `at` when none is close by."""
    if at in (0, len(text)) or text[at - 1].isspace() or text[at].isspace():
        return at
    for step in range(1, WORD + 1):
        place = at + step if forward else at - step
        if place > limit if forward else place < max(limit, 1):
            break
        if text[place - 1 if forward else place].isspace():
            return place
    return at


def _to_the_edges(windows: list[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """The windows, the first and the last one up to the edges of the text where little would be left out there."""
    if windows[0][0] < LEAST_GAP:
        windows[0] = (0, windows[0][1])
    if length - windows[-1][1] < LEAST_GAP:
        windows[-1] = (windows[-1][0], length)
    return windows


def _segments(text: str, marks: Sequence[Mark], windows: Sequence[tuple[int, int]]) -> tuple[Segment, ...]:
    segments: list[Segment] = []
    at = 0
    for start, end in windows:
        if start > at:
            segments.append(_gap(start - at, before="" if at == 0 else " ", after=f" {GAP} "))
        segments.extend(_window(text, marks, start, end))
        at = end
    if at < len(text):
        segments.append(_gap(len(text) - at, before=" ", after=""))
    return tuple(segments)


def _gap(count: int, *, before: str, after: str) -> Segment:
    """Such as ` \u2026 8,312 more characters \u2026 `."""
    words = f"{number(count)} more {'character' if count == 1 else 'characters'}"
    return Segment(text=f"{before}{GAP} {words}{after}", left_out=count)


def _window(text: str, marks: Sequence[Mark], start: int, end: int) -> list[Segment]:
    inside = [mark for mark in marks if mark.start < end and mark.end > start]
    edges = {start, end}
    for mark in inside:
        edges.update(edge for edge in (mark.start, mark.end) if start < edge < end)
    cuts = sorted(edges)
    return [
        Segment(
            text=text[low:high],
            marks=tuple(mark for mark in inside if mark.start <= low and mark.end >= high),
            ends=tuple(m for m in inside if m.end == high or (high == end and m.start < high < m.end)),
        )
        for low, high in pairwise(cuts)
    ]
