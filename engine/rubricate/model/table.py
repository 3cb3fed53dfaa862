"""A dictionary: rows with columns, one of which is the term."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rubricate.model.location import Location

__all__ = ["Row", "Table"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table."""

    terms: tuple[str, ...]
    """What is looked for; several when columns name aliases. One pattern for a table of patterns."""
    cells: Mapping[str, object]
    """Column -> text or number (for columns declared as numbers); a missing cell is None."""
    line: int
    """Where it stands in its file, counted from 1."""


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
