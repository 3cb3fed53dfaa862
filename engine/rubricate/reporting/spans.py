"""Texts with marked parts: cut into segments where marks may overlap, shortened so that the marks stay in view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["Mark", "Segment", "cut", "excerpt", "shorten"]

GAP = "\u2026"


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
    is_gap: bool = False
    """Whether it stands for text that was left out."""


def cut(text: str, marks: Sequence[Mark]) -> tuple[Segment, ...]:
    """The whole text as segments; marks outside it, or empty ones, are left out.

    >>> spam, link = Mark(start=0, end=4, label="spam"), Mark(start=2, end=6, label="link")
    >>> [(segment.text, [mark.label for mark in segment.marks]) for segment in cut("abcdefg", [link, spam])]
    [('ab', ['spam']), ('cd', ['spam', 'link']), ('ef', ['link']), ('g', [])]
    """
    return _segments(text, _inside(text, marks), [(0, len(text))])


def excerpt(text: str, marks: Sequence[Mark], *, limit: int, around: int = 60) -> tuple[Segment, ...]:
    """At most about `limit` characters: the marks from the first on, with `around` characters on both sides.

    Of a mark longer than that its beginning is shown. Without marks it is the beginning of the text.
    """
    marks = _inside(text, marks)
    if len(text) <= limit:
        return _segments(text, marks, [(0, len(text))])
    return _segments(text, marks, _windows(len(text), marks, limit, around) or [(0, limit)])


def shorten(text: str, limit: int) -> str:
    """The text, cut in the middle when it is longer.

    >>> shorten("abcdefghij", 7)
    'abcd…ij'
    """
    return text if len(text) <= limit else f"{text[: limit - limit // 3 - 1]}{GAP}{text[-(limit // 3) :]}"


def _inside(text: str, marks: Sequence[Mark]) -> list[Mark]:
    kept = [mark for mark in marks if 0 <= mark.start < mark.end <= len(text)]
    return sorted(kept, key=lambda mark: (mark.start, -mark.end, mark.label))


def _windows(length: int, marks: Sequence[Mark], limit: int, around: int) -> list[tuple[int, int]]:
    """Disjoint stretches of the text in order, about `limit` long together."""
    windows: list[tuple[int, int]] = []
    left = limit
    for mark in marks:
        start = max(0, mark.start - around)
        end = min(length, mark.end + around, mark.start + max(around, left))
        if windows and start <= windows[-1][1]:
            start = windows.pop()[0] if end > windows[-1][1] else end
        if end > start:
            windows.append((start, end))
        left = limit - sum(stop - begin for begin, stop in windows)
        if left <= around:
            break
    if windows and left > around:
        start, end = windows[-1]
        windows[-1] = (start, min(length, end + left))
    return windows


def _segments(text: str, marks: Sequence[Mark], windows: Sequence[tuple[int, int]]) -> tuple[Segment, ...]:
    segments: list[Segment] = []
    at = 0
    for start, end in windows:
        if start > at:
            segments.append(Segment(text=GAP, is_gap=True))
        segments.extend(_window(text, marks, start, end))
        at = end
    if at < len(text):
        segments.append(Segment(text=GAP, is_gap=True))
    return tuple(segments)


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
