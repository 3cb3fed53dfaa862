"""How a table is written: where a row ends and what its cells are, with quotes as in RFC 4180."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["DELIMITERS", "Dialect", "guess_delimiter"]

DELIMITERS = (",", ";", "\t", "|")
"""What cells may be divided by, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """The patterns of one delimiter. A quote counts only where a cell begins, as in Python's own reader."""

    delimiter: str
    row: re.Pattern[bytes]
    """A row with its line end; no match where a quoted cell stays open or the line end is missing."""
    lone: re.Pattern[bytes]
    """A last row that no line end follows."""
    cell: re.Pattern[str]
    """One cell behind a delimiter: (quoted part, what follows the closing quote) or (None, None, plain text)."""

    @classmethod
    def of(cls, delimiter: str) -> Dialect:
        """The dialect with this delimiter."""
        mark = re.escape(delimiter)
        cell = rf'(?:"(?:[^"]++|"")*+"[^{mark}\n]*+|[^"{mark}\n][^{mark}\n]*+)?+'
        row = rf"{cell}(?:{mark}{cell})*+"
        return cls(
            delimiter,
            re.compile(rf"{row}\n".encode()),
            re.compile(rf"{row}\Z".encode()),
            re.compile(rf'{mark}(?:"((?:[^"]++|"")*+)"([^{mark}]*+)|([^{mark}]*+))'),
        )

    def split(self, row: str) -> list[str]:
        """The cells of a row without its line end.

        >>> Dialect.of(",").split('a,"b ""c"", d",,5" pipe')
        ['a', 'b "c", d', '', '5" pipe']
        """
        if '"' not in row:
            return row.split(self.delimiter)
        cells = []
        for match in self.cell.finditer(self.delimiter + row):
            quoted, tail, plain = match.groups()
            cells.append(plain if quoted is None else quoted.replace('""', '"') + tail)
        return cells


def guess_delimiter(line: str) -> str:
    """The delimiter that stands most often in a header outside quotes; a comma if none does.

    >>> guess_delimiter('"a,b,c";text;label')
    ';'
    """
    bare = re.sub(r'"(?:[^"]|"")*"', "", line)
    return max(DELIMITERS, key=lambda delimiter: (bare.count(delimiter), -DELIMITERS.index(delimiter)))
