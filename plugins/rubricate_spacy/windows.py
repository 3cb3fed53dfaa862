"""Long texts in windows: cut where a paragraph ends, else a line, else a sentence, else a word."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["LONGEST", "windows"]

LONGEST: Final = 10_000
"""So many code points make one Doc: the memory that a pipeline needs grows with it."""
_BORDERS: Final = (
    re.compile(r"\n[^\S\n]*\r?\n\s*|\u2029"),
    re.compile(r"[\n\r\u2028\x85]+"),
    re.compile(r"[.!?…]['\"”’)\]]*\s+|[。！？]"),
    re.compile(r"\s+"),
)
"""Best first."""


def windows(text: str) -> list[tuple[int, int]]:
    """The parts that a text is read in, which together are all of it. A function of the text alone.

    >>> windows("a short text")
    [(0, 12)]
    """
    if len(text) <= LONGEST:
        return [(0, len(text))]
    found: list[tuple[int, int]] = []
    start = 0
    while len(text) - start > LONGEST:
        end = _border(text, start + LONGEST // 2, start + LONGEST)
        found.append((start, end))
        start = end
    found.append((start, len(text)))
    return found


def _border(text: str, first: int, last: int) -> int:
    """Where to cut, between two places: behind the last of the best borders there."""
    for border in _BORDERS:
        ends = [match.end() for match in border.finditer(text, first, last)]
        if ends:
            return ends[-1]
    return last
