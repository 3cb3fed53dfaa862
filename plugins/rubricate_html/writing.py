"""The text in the making, with where each part of it came from."""

from __future__ import annotations

from rubricate.api import OffsetMap

__all__ = ["Writer"]


class Writer:
    """Puts kept parts of a source together; a line break becomes a newline once text stands on both of its sides.

    White space around a line break is left out, as pages leave it out.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._parts: list[str] = []
        self._pieces: list[tuple[int, int, int, int]] = []
        """One for each part."""
        self._target = 0
        self._breaking = False

    def keep(self, start: int, end: int) -> None:
        """Adds [start, end) of the source as it stands."""
        if start < end:
            part = self._source[start:end]
            if self._breaking:
                part = part.lstrip()
                start = end - len(part)
            if part:
                self._add(part, start, end)

    def replace(self, text: str, start: int, end: int) -> None:
        """Adds a text of other length in place of [start, end) of the source."""
        if text and not (self._breaking and text.isspace()):
            self._add(text, start, end)

    def break_line(self) -> None:
        """What comes next stands on a line of its own."""
        if self._breaking:
            return
        self._breaking = True
        while self._parts:
            part = self._parts[-1].rstrip()
            t0, t1, s0, s1 = self._pieces[-1]
            if len(part) == t1 - t0:
                return
            if part and t1 - t0 == s1 - s0:
                self._parts[-1] = part
                self._pieces[-1] = (t0, t0 + len(part), s0, s0 + len(part))
                self._target = t0 + len(part)
                return
            self._parts.pop()
            self._pieces.pop()
            self._target = t0

    def finish(self) -> tuple[str, OffsetMap] | None:
        """The text and the way back; None if nothing changed."""
        if self._target == len(self._source):
            return None
        return "".join(self._parts), OffsetMap(self._pieces)

    def _add(self, part: str, start: int, end: int) -> None:
        if self._breaking:
            self._breaking = False
            if self._parts:
                self._parts.append("\n")
                self._pieces.append((self._target, self._target + 1, self._pieces[-1][3], start))
                self._target += 1
        self._parts.append(part)
        self._pieces.append((self._target, self._target + len(part), start, end))
        self._target += len(part)
