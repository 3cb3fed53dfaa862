"""Rows of table files as they stand there: TSV, CSV and plain lists, with the place of each row and cell."""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import PurePath
from typing import Literal, TypeAlias, overload

from rubricate.loading.source import Source
from rubricate.model.location import Location

__all__ = ["Form", "RawRow", "RawRows", "TableSyntaxError", "cell_location", "form_of", "raw_rows", "whole_line"]

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
    cells: Sequence[str] = field(repr=False)


class TabbedLines(Sequence[Sequence[str]]):
    """Lines whose cells stand between tabs; one is cut when it is asked for."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._widths: tuple[int, int] | None = None

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, index: int) -> list[str]: ...
    @overload
    def __getitem__(self, index: slice) -> TabbedLines: ...
    def __getitem__(self, index: int | slice) -> list[str] | TabbedLines:
        found = self._lines[index]
        return found.split("\t") if isinstance(found, str) else TabbedLines(found)

    def widths(self) -> tuple[int, int]:
        """How many cells the shortest row has, and how many the longest."""
        if self._widths is None:
            found = set(map(str.count, self._lines, repeat("\t")))
            self._widths = (min(found) + 1, max(found) + 1) if found else (0, 0)
        return self._widths

    def flat(self) -> list[str]:
        """The cells of all rows, one after another."""
        return "\t".join(self._lines).split("\t")


@dataclass(frozen=True, slots=True)
class RawRows:
    """The rows of a file before anything is made of them; of a list only its texts, without a row around each."""

    lines: Sequence[int] = field(repr=False)
    cells: Sequence[Sequence[str]] | None = field(repr=False)
    """None for a list."""
    texts: Sequence[str] = field(default=(), repr=False)
    """The entries of a list."""

    def __len__(self) -> int:
        return len(self.lines)

    def __getitem__(self, index: int) -> RawRow:
        return RawRow(self.lines[index], [self.texts[index]] if self.cells is None else self.cells[index])

    def columns(self, count: int) -> list[list[str]]:
        """The cells of the first columns; those that a short row lacks are empty."""
        if self.cells is None:
            return [list(self.texts), *([""] * len(self.texts) for _ in range(count - 1))][:count]
        if isinstance(self.cells, TabbedLines) and self.cells.widths() == (count, count):
            cells = self.cells.flat()
            return [cells[index::count] for index in range(count)]
        rows = [[*row[:count], *[""] * (count - len(row))] for row in self.cells]
        return [[row[index] for row in rows] for index in range(count)]

    def widest(self) -> int:
        """The number of cells of the longest row."""
        if isinstance(self.cells, TabbedLines):
            return self.cells.widths()[1]
        return 1 if self.cells is None else max(map(len, self.cells), default=0)

    def behind_header(self) -> RawRows:
        """All rows but the first."""
        return RawRows(self.lines[1:], None if self.cells is None else self.cells[1:], self.texts[1:])

    def at_line(self, line: int) -> RawRow:
        """The row that begins in a line."""
        return self[bisect_left(self.lines, line)]


def form_of(file: str, columns: int) -> Form:
    """The form of a file by its name; a list for which several columns are declared is cut at tabs."""
    name = PurePath(file.lower().removesuffix(".gz"))
    if name.suffix == ".csv":
        return "csv"
    return "tsv" if name.suffix == ".tsv" or columns > 1 else "list"


def raw_rows(source: Source, form: Form) -> RawRows:
    """All rows, a header among them; raises TableSyntaxError. Blank lines are none, in a list neither are comments."""
    if form == "csv":
        found = list(_csv_rows(source.text))
        return RawRows([row.line for row in found], [row.cells for row in found])
    text = source.text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    stripped = list(map(str.strip, lines))
    if form == "tsv":
        numbers, kept = _chosen(stripped, lines)
        return RawRows(numbers, TabbedLines(kept))
    numbers, kept = _chosen([bool(each) and each[0] != "#" for each in stripped], stripped)
    return RawRows(numbers, None, kept)


def _chosen(wanted: Sequence[object], lines: list[str]) -> tuple[Sequence[int], list[str]]:
    """(the numbers of the wanted lines, those lines)."""
    last = len(lines) - 1
    if not wanted[last] and all(wanted[:last]):  # nothing is left out but what follows the last line break
        return range(1, last + 1), lines[:last]
    numbers = [number for number, is_wanted in enumerate(wanted, 1) if is_wanted]
    return numbers, [lines[number - 1] for number in numbers]


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
    if index is None:
        return whole_line(source, row.line)
    start, line = source.line_start(row.line), source.line(row.line)
    if form == "tsv" and index < len(row.cells):
        begin = start + sum(len(cell) + 1 for cell in row.cells[:index])
        return source.location(begin, begin + len(row.cells[index]))
    if form == "csv":
        spans = [found.span("cell") for found in _CSV_CELL.finditer(line)]
        if index < len(spans) and line.count('"') % 2 == 0:
            return source.location(start + spans[index][0], start + spans[index][1])
    return whole_line(source, row.line)


def whole_line(source: Source, line: int) -> Location:
    """The place of a line."""
    start = source.line_start(line)
    return source.location(start, start + len(source.line(line)))
