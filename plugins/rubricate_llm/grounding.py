"""Finds in a text what a model says stands there: letter by letter, else but for case, spaces and typography."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

__all__ = ["ground"]

MOST = 100
"""So many occurrences of one quote are taken."""
ALIKE = str.maketrans({
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "`": "'", "\u00b4": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"', "\u00ab": '"', "\u00bb": '"',
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
    "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": "", "\ufeff": "", "\u00ad": "",
})  # fmt: skip


def ground(text: str, quote: str, *, near: int | None = None) -> list[tuple[int, int]]:
    """The places of a quote in a text, half-open; none where it does not stand there.

    Whole words come before parts of words; with `near` only the place that begins nearest to it, of two the first.

    >>> ground("A “big” cat, a Big dog", 'a "big"')
    [(0, 7)]
    >>> ground("art for the party", "art")
    [(0, 3)]
    """
    quote = quote.strip()
    found = list(_exact(text, quote)) or list(_folded(text, quote))
    found = [place for place in found if _is_whole(text, *place)] or found
    if near is not None and found:
        return [min(found, key=lambda place: (abs(place[0] - near), place[0]))]
    return found[:MOST]


def _exact(text: str, quote: str) -> Iterator[tuple[int, int]]:
    at = text.find(quote) if quote else -1
    while at >= 0:
        yield at, at + len(quote)
        at = text.find(quote, at + len(quote))


def _folded(text: str, quote: str) -> Iterator[tuple[int, int]]:
    """The same, where both are looked at without what typing and copying change."""
    looked_at, starts, ends = _fold(text)
    wanted = _fold(quote)[0].strip()
    for start, end in _exact(looked_at, wanted):
        yield starts[start], ends[end - 1]


def _fold(text: str) -> tuple[str, list[int], list[int]]:
    """The folded text; for each of its characters where that begins and ends in the text."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for place, letter in enumerate(text):
        if letter.isspace():
            if pieces and pieces[-1] == " ":
                ends[-1] = place + 1
                continue
            folded = " "
        else:
            folded = unicodedata.normalize("NFKD", letter.translate(ALIKE)).casefold().translate(ALIKE)
        for each in folded:
            pieces.append(each)
            starts.append(place)
            ends.append(place + 1)
    return "".join(pieces), starts, ends


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether no word goes on before or behind a place."""
    before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    behind = end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    return not before and not behind
