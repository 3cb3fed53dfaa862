"""The text of a file, and the place in it that an offset means."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate

from rubricate.model.location import Location

__all__ = ["Source"]

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Source:
    """A file as text, without a byte-order mark; offsets are code points."""

    path: str
    """The file as the reader named it."""
    text: str = field(repr=False)
    _starts: list[int] = field(default_factory=list, init=False, compare=False, repr=False)

    def location(self, start: int, end: int | None = None) -> Location:
        """The place of the characters [start, end), as far as they are on the line of the first one."""
        line = self.line_of(start)
        stop = start + 1 if end is None else min(end, self.line_end(line))
        return Location(self.path, line, start - self.line_start(line) + 1, max(1, stop - start))

    def line_of(self, offset: int) -> int:
        """The line of a character, counted from 1."""
        return bisect_right(self._starts or self._find_lines(), offset)

    def line_start(self, line: int) -> int:
        """The offset of the first character of a line."""
        return (self._starts or self._find_lines())[line - 1]

    def line_end(self, line: int) -> int:
        """The offset behind the last character of a line, without its line break."""
        starts = self._starts or self._find_lines()
        stop = starts[line] if line < len(starts) else len(self.text)
        while stop > starts[line - 1] and self.text[stop - 1] in "\r\n":
            stop -= 1
        return stop

    def line(self, number: int) -> str:
        """A line without its line break; empty when there is no such line."""
        if not 1 <= number <= len(self._starts or self._find_lines()):
            return ""
        return self.text[self.line_start(number) : self.line_end(number)]

    def _find_lines(self) -> list[int]:
        """Fills in where lines begin; few large tables are ever asked."""
        if "\r" in self.text:
            self._starts.append(0)
            self._starts.extend(match.end() for match in _LINE_END.finditer(self.text))
        else:
            self._starts.extend(accumulate((len(line) + 1 for line in self.text.split("\n")[:-1]), initial=0))
        return self._starts
