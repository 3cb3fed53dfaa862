"""Pieces of text that an explanation points at: in offsets of the original, told as people are shown them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rubricate.model.boxes import box_of
from rubricate.model.match import Match
from rubricate.model.table import Table
from rubricate.planning.frame import Frame
from rubricate.reporting.figures import visible
from rubricate.reporting.spans import shorten

__all__ = ["Found", "find", "find_place", "quote", "row_of", "where"]

SHOWN = 40
"""So many characters of a piece of text stand in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A piece of text that a rule rests on."""

    matcher: str
    field: str
    start: int
    end: int
    """`start` and `end` are offsets of the original."""
    text: str
    """As rules see it."""
    row: int | None = None
    """The line of the table that it came from."""
    shown: tuple[int, int] = (0, 0)
    """Where it stands in the text that rules see."""
    box: tuple[int, int, int, int] | None = None
    """On an image: x, y, width and height; `start` and `end` count its pixels row by row then."""


def row_of(match: Match) -> int | None:
    """The row of its table that a match comes from."""
    entry = match[5]
    row = entry if isinstance(entry, int) else (entry or {}).get("row")
    return row if isinstance(row, int) else None


def find(tables: Mapping[str, Table], frame: Frame, match: Match) -> Found:
    """What a match found."""
    row, table = row_of(match), tables.get(match[0])
    line = table.rows[row].line if table is not None and row is not None and row < len(table.rows) else None
    return find_place(frame, match[1], match[2], match[3], matcher=match[0], row=line)


def find_place(frame: Frame, field: str, start: int, end: int, *, matcher: str = "", row: int | None = None) -> Found:
    """A place in a field's clean text, or on an image."""
    picture = frame.document.pictures.get(field)
    if picture is not None:
        box = box_of(start, end, picture.width)
        text = f"{box.width} x {box.height} at {box.x},{box.y}"
        if box.area == picture.width * picture.height:
            text = "the whole image"
        return Found(matcher=matcher, field=field, start=start, end=end, text=text, row=row, box=box)
    text, shown = frame.document.clean[field][start:end], (start, end)
    start, end = frame.document.to_original(field, start, end)
    return Found(matcher=matcher, field=field, start=start, end=end, text=text, row=row, shown=shown)


def where(frame: Frame, field: str, at: int) -> str:
    """A place in words: `20`, and with its field in a record that has several, `title 20`."""
    start, _ = frame.document.to_original(field, at, at)
    return f"{visible(field)} {start}" if len(frame.document.clean) > 1 else str(start)


def quote(frame: Frame, match: Match) -> str:
    """A match in words: `"no" at 4`, or `90 x 60 at 12,40 of photo` on an image."""
    if match[1] in frame.document.pictures:
        return f"{find_place(frame, match[1], match[2], match[3]).text} of {visible(match[1])}"
    return f'"{visible(shorten(frame.text(match), SHOWN))}" at {where(frame, match[1], match[2])}'
