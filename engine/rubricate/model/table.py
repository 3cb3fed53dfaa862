"""A dictionary: rows with columns, one of which is the term."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, cast, overload

from rubricate.model.location import Location

__all__ = ["Row", "Rows", "Table", "Terms"]

Terms: TypeAlias = "str | tuple[str, ...]"
"""What is looked for in a row: the term, or several. A text by itself takes less memory than a tuple around it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table."""

    terms: tuple[str, ...]
    """What is looked for; several when columns name aliases. One pattern for a table of patterns."""
    cells: Mapping[str, object]
    """Column -> text or number (for columns declared as numbers); a missing cell is None."""
    line: int
    """Where it stands in its file, counted from 1."""


class Rows(Sequence[Row]):
    """The rows of a table, kept by column; a row is made when it is asked for. Equal to any sequence of equal rows."""

    __slots__ = ("columns", "lines", "names", "terms")

    def __init__(
        self,
        *,
        names: Iterable[str],
        terms: Sequence[Terms],
        columns: Sequence[Sequence[object]],
        lines: Sequence[int],
    ) -> None:
        self.names = tuple(names)
        """The columns, in the order of the file."""
        self.terms = terms
        self.columns = columns
        """For each name the cells of all rows."""
        self.lines = lines

    def __len__(self) -> int:
        return len(self.terms)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, index: int | slice) -> Row | tuple[Row, ...]:
        if isinstance(index, slice):
            return tuple(self[each] for each in range(*index.indices(len(self))))
        terms = self.terms[index]
        cells = {name: column[index] for name, column in zip(self.names, self.columns, strict=True)}
        return Row((terms,) if isinstance(terms, str) else terms, cells, self.lines[index])

    def __iter__(self) -> Iterator[Row]:
        names = self.names
        for terms, line, *cells in zip(self.terms, self.lines, *self.columns, strict=True):
            yield Row((terms,) if isinstance(terms, str) else terms, dict(zip(names, cells, strict=True)), line)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        return len(self) == len(other) and all(mine == its for mine, its in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # cells are mappings, which have no hash either

    def __repr__(self) -> str:
        return f"<{len(self)} rows of {', '.join(self.names)}>"

    def cell(self, index: int, name: str) -> object:
        """The cell of a row; None for a column that is not there."""
        return self.columns[self.names.index(name)][index] if name in self.names else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A dictionary as it was read: filtered, typed, in the order of its file."""

    name: str
    columns: Mapping[str, str]
    """Column -> type: `text` or `number`."""
    rows: Sequence[Row] = field(repr=False)
    patterns: bool = False
    """Whether each row's term is a regex (`term: pattern`)."""
    version: str | None = None
    digest: str = ""
    """sha256 of the entries as read: terms and cells, in order, comments and layout left out."""
    path: str = ""
    location: Location = field(compare=False)

    def terms(self) -> Iterator[tuple[int, str]]:
        """Every term with the number of its row; for large tables much faster than to ask each row."""
        rows = self.rows
        every: Iterable[Terms] = rows.terms if isinstance(rows, Rows) else (row.terms for row in rows)
        for number, terms in enumerate(every):
            if isinstance(terms, str):
                yield number, terms
            else:
                for term in terms:
                    yield number, term

    def term_columns(self) -> tuple[Sequence[str], Sequence[int]]:
        """Every term, and the number of the row of each; where each row has one term, nothing is made for any."""
        rows = self.rows
        if isinstance(rows, Rows) and set(map(type, rows.terms)) <= {str}:
            return cast("Sequence[str]", rows.terms), range(len(rows))
        found = list(self.terms())
        return [term for _, term in found], [row for row, _ in found]

    def cell(self, row: int, column: str) -> object:
        """A cell; None for a column that is not there."""
        rows = self.rows
        return rows.cell(row, column) if isinstance(rows, Rows) else rows[row].cells.get(column)

    def cells(self, column: str) -> Iterable[object]:
        """The cells of a column, by row; None for one that is not there."""
        rows = self.rows
        if isinstance(rows, Rows) and column in rows.names:
            return rows.columns[rows.names.index(column)]
        return (row.cells.get(column) for row in rows)

    def line(self, row: int) -> int:
        """The line of a row in its file."""
        rows = self.rows
        return rows.lines[row] if isinstance(rows, Rows) else rows[row].line
