"""A place in a file."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Location"]


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file that a person can open."""

    path: str
    """The file as the reader named it."""
    line: int
    """Counted from 1."""
    column: int
    """Counted from 1, in Unicode code points."""
    length: int = 1
    """How many code points of the line are meant; the marker is drawn below them."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"
