"""Finds the matches of a pattern by jumping to where they can begin.

A pattern that begins with a choice tries it at every character. A wider pattern without look-around is found by an
automaton, which reads a text many times as fast; the pattern itself then only looks from there on. The matches are
those of `finditer`: nothing of it can begin before the first place at which the wider pattern matches. Where nothing
had to be widened, the automaton gives the places of the matches by itself, and no text can make it slow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from time import perf_counter
from typing import Any, TypeAlias

from rubricate.api import Locate, Wider, make_locate
from rubricate_regex.patterns import Pattern
from rubricate_regex.widening import widen

__all__ = ["Locating", "Place", "make_locating"]

Place: TypeAlias = tuple[int, int]
"""Where a match begins and ends."""


class Locating:
    """A compiled pattern with what locates its matches, which is made for the first text."""

    __slots__ = ("_find", "_is_exact", "_limit", "_locate", "_search", "_wider")

    def __init__(self, compiled: Any, wider: Wider | None, limit: float) -> None:
        self._find: Callable[..., Iterable[Any]] = compiled.finditer
        self._search: Callable[..., Any] = compiled.search
        self._wider = wider
        """None once what locates is made, or cannot be made."""
        self._is_exact = wider is not None and wider.is_exact
        self._locate: Locate | None = None
        self._limit = limit
        """Seconds for one text."""

    def places(self, text: str) -> Sequence[Place]:
        """Where the matches in a text are, from left to right, without overlaps; raises TimeoutError."""
        if self._wider is not None:
            self._make()
        if not (self._is_exact and text.isascii()):
            return [found.span() for found in self.find(text)]
        assert self._locate is not None
        locate, data = self._locate, text.encode()
        places = []
        place = locate(data, 0)
        while place[0] >= 0:
            places.append(place)
            place = locate(data, place[1])
        return places

    def find(self, text: str) -> Iterable[Any]:
        """The matches themselves, in the same order; raises TimeoutError."""
        if self._wider is not None:
            self._make()
        locate = self._locate
        if locate is None or not text.isascii():  # places in bytes would not be places in characters
            return self._find(text, timeout=self._limit)
        matches: list[Any] = []
        search, data, left = self._search, text.encode(), self._limit
        at, _ = locate(data, 0)
        while at >= 0:
            began = perf_counter()
            found = search(text, at, timeout=left)
            if found is None:
                return matches
            at = found.end()
            if at == found.start():  # what comes after an empty match is for finditer to say
                return self._find(text, timeout=self._limit)
            matches.append(found)
            left = max(left - (perf_counter() - began), 0.0)
            at, _ = locate(data, at)
        return matches

    def _make(self) -> None:
        assert self._wider is not None
        self._locate, self._wider = make_locate(self._wider), None
        self._is_exact = self._is_exact and self._locate is not None


def make_locating(pattern: Pattern, compiled: Any, limit: float, *, alone: bool = True) -> Locating:
    """The fastest way to the matches of a pattern; one of many in a table (not `alone`) is looked for as it is."""
    return Locating(compiled, widen(pattern.text, pattern.flags) if alone else None, limit)
