"""Finds the matches of a pattern by jumping to where they can begin.

A pattern that begins with a choice tries it at every character. A wider pattern without look-around is found by an
automaton, which reads a text many times as fast; the pattern itself then only looks from there on. The matches are
those of `finditer`: nothing of it can begin before the first place at which the wider pattern matches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any

from rubricate.api import Locate, Wider, make_locate
from rubricate_regex.patterns import Pattern
from rubricate_regex.widening import widen

__all__ = ["Locating", "make_locating"]


class Locating:
    """A compiled pattern with what locates its matches, which is made for the first text."""

    __slots__ = ("_find", "_limit", "_locate", "_search", "_wider")

    def __init__(self, compiled: Any, wider: Wider, limit: float) -> None:
        self._find: Callable[..., Iterable[Any]] = compiled.finditer
        self._search: Callable[..., Any] = compiled.search
        self._wider: Wider | None = wider
        """None once what locates is made, or cannot be made."""
        self._locate: Locate | None = None
        self._limit = limit
        """Seconds for one text."""

    def find(self, text: str) -> Iterable[Any]:
        """The matches in a text from left to right, without overlaps; raises TimeoutError."""
        if self._wider is not None:
            self._locate, self._wider = make_locate(self._wider), None
        locate = self._locate
        if locate is None or not text.isascii():  # places in bytes would not be places in characters
            return self._find(text, timeout=self._limit)
        matches: list[Any] = []
        search, data, left = self._search, text.encode(), self._limit
        at = locate(data, 0)
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
            at = locate(data, at)
        return matches


def make_locating(pattern: Pattern, compiled: Any, limit: float) -> Locating | None:
    """The faster way to the matches of a pattern, or None where there is none."""
    wider = widen(pattern.text, pattern.flags)
    return None if wider is None else Locating(compiled, wider, limit)
