"""Rows of table files as they stand there: TSV, CSV and plain lists, with the place of each row and cell."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Literal, TypeAlias

from rubricate.loading.source import Source
from rubricate.model.location import Location

__all__ = ["Form", "RawRow", "TableSyntaxError", "cell_location", "form_of", "raw_rows"]

Form: TypeAlias = Literal["csv", "tsv", "list"]

MAX_CELL = 1_000_000
"""Characters of one cell; a quote that is never closed would swallow the rest of the file."""

_CSV_CELL = re.compile(r'(?P<cell>"(?:[^"]|"")*"|[^,]*)(?:,|\Z)')


class TableSyntaxError(ValueError):
    """A table that cannot be cut into rows, with the line where it goes wrong."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        self.message = message
        super().__init__(f"line {line}: {message}")


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row before anything is made of it."""

    line: int
    cells: list[str] = field(repr=False)


def form_of(file: str, columns: int) -> Form:
    """The form of a file by its name; a list for which several columns are declared is cut at tabs."""
    name = PurePath(file.lower().removesuffix(".gz"))
    if name.suffix == ".csv":
        return "csv"
    return "tsv" if name.suffix == ".tsv" or columns > 1 else "list"


def raw_rows(source: Source, form: Form) -> Iterator[RawRow]:
    """All rows, a header among them; raises TableSyntaxError. Blank lines are none, in a list neither are comments."""
    if form == "csv":
        yield from _csv_rows(source.text)
        return
    for number, line in enumerate(io.StringIO(source.text, newline=None), 1):
        content = line.rstrip("\n")
        if not content.strip():
            continue
        if form == "tsv":
            yield RawRow(number, content.split("\t"))
        elif not content.lstrip().startswith("#"):
            yield RawRow(number, [content.strip()])


def _csv_rows(text: str) -> Iterator[RawRow]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise TableSyntaxError(line, _csv_words(str(error))) from None
        if cells is None:
            return
        if any(len(cell) > MAX_CELL for cell in cells):
            raise TableSyntaxError(line, f"a cell is longer than {MAX_CELL:,} characters")
        if any(cell.strip() for cell in cells):
            yield RawRow(line, cells)
        line = reader.line_num + 1


def _csv_words(message: str) -> str:
    if "unexpected end of data" in message or "field larger" in message:
        return "a quote is opened and never closed"
    if "expected after" in message:
        return "text stands behind a closing quote; a quote inside a cell is written twice"
    return message


def cell_location(source: Source, form: Form, row: RawRow, index: int | None = None) -> Location:
    """The place of a cell; of the whole line without `index`, and where a cell goes over several lines."""
    start, line = source.line_start(row.line), source.line(row.line)
    if index is not None and form == "tsv" and index < len(row.cells):
        begin = start + sum(len(cell) + 1 for cell in row.cells[:index])
        return source.location(begin, begin + len(row.cells[index]))
    if index is not None and form == "csv":
        spans = [found.span("cell") for found in _CSV_CELL.finditer(line)]
        if index < len(spans) and line.count('"') % 2 == 0:
            return source.location(start + spans[index][0], start + spans[index][1])
    return source.location(start, start + len(line))
