"""Draws marks below a text for a terminal, in the right columns also below wide characters, emoji and tabs."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from rubricate.reporting.figures import visible

__all__ = ["Underline", "columns", "underline"]

TAB = 4
"""Columns that a tab is shown as."""
WIDTH = 100
"""Columns of a line that are shown; of a longer line the part around the mark."""
_CLUSTERS = regex.compile(r"\X")
_EMOJI_FORM, _GAP = "\ufe0f", "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Underline:
    """A mark below a text, in code points of the text."""

    start: int
    end: int
    note: str
    """What stands behind the mark."""
    sign: str = "^"


@dataclass(frozen=True, slots=True)
class _Cell:
    """What a terminal shows as one: where it stands in the text, as what it is shown, and how many columns wide."""

    start: int
    end: int
    shown: str
    width: int


def columns(text: str) -> int:
    """How many columns of a terminal a text without line ends takes.

    >>> columns("ab"), columns("京都"), columns("👍🏽"), columns("❤️"), columns("e\\u0301"), columns("\\t")
    (2, 4, 2, 2, 1, 4)
    """
    return sum(cell.width for cell in _cells(text, 0))


def underline(text: str, marks: Sequence[Underline], *, width: int = WIDTH) -> list[str]:
    """The lines of a text that have marks, each with its marks below it; nothing without marks."""
    drawn: list[str] = []
    for start, end in _lines(text):
        inside = [
            mark
            for mark in marks
            if (mark.start < max(end, start + 1) and mark.end > start) or mark.start == start == mark.end
        ]
        cells = list(_cells(text[start:end], start))
        left = sorted(inside, key=lambda mark: (mark.start, mark.end))
        while left:
            first, last = _window(cells, left[0], width)
            fits = [mark for mark in left if mark is left[0] or _begins_in(cells[first:last], mark)]
            drawn += _excerpt(cells, first, last, fits)
            left = [mark for mark in left if mark not in fits]
    return drawn


def _excerpt(cells: Sequence[_Cell], first: int, last: int, marks: Sequence[Underline]) -> Iterator[str]:
    before, after = _GAP if first > 0 else "", _GAP if last < len(cells) else ""
    yield before + "".join(cell.shown for cell in cells[first:last]) + after
    for mark in marks:
        indent = len(before) + sum(cell.width for cell in cells[first:last] if cell.end <= mark.start)
        covered = sum(cell.width for cell in cells[first:last] if cell.start < mark.end and cell.end > mark.start)
        yield f"{' ' * indent}{mark.sign * max(1, covered)} {mark.note}".rstrip()


def _begins_in(cells: Sequence[_Cell], mark: Underline) -> bool:
    return bool(cells) and cells[0].start <= mark.start and mark.end <= cells[-1].end


def _window(cells: Sequence[_Cell], mark: Underline, width: int) -> tuple[int, int]:
    """The cells that are shown: all of them, or as many as fit with the beginning of the mark among them."""
    if sum(cell.width for cell in cells) <= width:
        return 0, len(cells)
    at = next((index for index, cell in enumerate(cells) if cell.end > mark.start), len(cells) - 1)
    first, room = at, width // 3
    while first > 0 and room >= cells[first - 1].width:
        first -= 1
        room -= cells[first].width
    last, used = first, 0
    while last < len(cells) and used + cells[last].width <= width:
        used += cells[last].width
        last += 1
    return first, max(last, first + 1)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Where the lines of a text stand, without their ends."""
    start = 0
    for part in text.split("\n"):
        yield start, start + len(part)
        start += len(part) + 1


def _cells(text: str, offset: int) -> Iterator[_Cell]:
    for found in _CLUSTERS.finditer(text):
        start, end = found.span()
        shown, width = _shown(found.group())
        yield _Cell(offset + start, offset + end, shown, width)


def _shown(cluster: str) -> tuple[str, int]:
    """How a cluster of characters is shown, and in how many columns."""
    if cluster == "\t":
        return " " * TAB, TAB
    written = visible(cluster)
    if written != cluster:
        return written, len(written)
    if _EMOJI_FORM in cluster or any(unicodedata.east_asian_width(each) in "WF" for each in cluster):
        return cluster, 2
    if len(cluster) > 1 and all("\U0001f1e6" <= each <= "\U0001f1ff" for each in cluster):
        return cluster, 2  # the two letters of a flag
    return cluster, 0 if unicodedata.category(cluster[0]) in ("Mn", "Me", "Cf") else 1
