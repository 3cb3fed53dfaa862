"""Records as a table that spreadsheets open without running anything in it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import IO

import orjson

from rubricate.api import FLAT_OPTIONS, FlatRow, Layout, flatten, name_columns

__all__ = ["OPTIONS", "write_csv"]

OPTIONS: Mapping[str, object] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "formulas": {
            "enum": ["escape", "keep"],
            "default": "escape",
            "description": "`escape` puts an apostrophe before a text that begins with = + - @ ' tab or return, so "
            "that no spreadsheet runs it; take one leading apostrophe away to have the text back",
        },
        "scores": {"type": "boolean", "default": True, "description": "a column LABEL_score beside each label"},
        **FLAT_OPTIONS,
    },
}

_RISKY = ("=", "+", "-", "@", "'", "\t", "\r")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def write_csv(records: Iterator[Mapping[str, object]], stream: IO[bytes], options: Mapping[str, object]) -> int:
    """Writes a header and a row a record, with CRLF as RFC 4180 wants, and says how many records.

    A set's cell is the label that holds, a label's 1 or 0, a span label's a JSON list; what is not known is empty.
    Control characters other than tab and line ends are written as `\\x00`.
    """
    escapes = options.get("formulas", "escape") == "escape"
    with flatten(records, options) as (layout, rows):
        sheet = _Sheet(layout, escapes=escapes, scores=options.get("scores") is not False)
        stream.write(sheet.line(sheet.header()))
        count = 0
        for row in rows:
            stream.write(sheet.line(sheet.cells(row)))
            count += 1
    return count


class _Sheet:
    """The columns of a table."""

    def __init__(self, layout: Layout, *, escapes: bool, scores: bool) -> None:
        self._layout = layout
        self._escapes = escapes
        self._scored = [*layout.sets, *layout.labels] if scores else []
        self._buffer = io.StringIO(newline="")
        self._writer = csv.writer(self._buffer)

    def header(self) -> list[str]:
        """The names of the columns."""
        scores = [f"{name}_score" for name in self._scored]
        fixed = ["id", "route"]
        ours = name_columns([*self._layout.sets, *self._layout.labels, *scores, *self._layout.spans], fixed)
        fields = name_columns(self._layout.fields, [*fixed, *ours])
        return [self._safe(name) for name in ["id", *fields, "route", *ours]]

    def cells(self, row: FlatRow) -> list[str]:
        """The cells of a record."""
        cells = [self._safe(row.id)]
        cells.extend(self._text(row.fields.get(name)) for name in self._layout.fields)
        cells.append(row.route)
        cells.extend(self._label(value) for value in row.labels.values())
        cells.extend(self._text(row.scores[name]) for name in self._scored)
        cells.extend(self._text(spans) for spans in row.spans.values())
        return cells

    def line(self, cells: list[str]) -> bytes:
        """A row as bytes."""
        self._buffer.seek(0)
        self._buffer.truncate()
        self._writer.writerow(cells)
        return self._buffer.getvalue().encode()

    def _label(self, value: str | bool | None) -> str:
        return self._safe(value) if isinstance(value, str) else "" if value is None else str(int(value))

    def _text(self, value: object) -> str:
        match value:
            case None:
                return ""
            case str():
                return self._safe(value)
            case _:
                return orjson.dumps(value).decode()

    def _safe(self, text: str) -> str:
        text = _CONTROL.sub(lambda match: f"\\x{ord(match.group()):02x}", text)
        return "'" + text if self._escapes and text.startswith(_RISKY) else text
