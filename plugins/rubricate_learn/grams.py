"""Cuts a text into what the method `tfidf` counts: words, pairs of words, and pieces of words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping

__all__ = ["Counting", "grams_of"]

TOKEN = re.compile(r"\w+|[^\w\s]+")
SIZES = (2, 3, 4, 5)
"""Characters of a piece of a word; a word has a space on either side."""
LONGEST = 64
"""So many characters of a word, or of a row of signs, are looked at: more is no word."""
KEPT = 1 << 16
"""So many different words are remembered with what is counted of them."""


def grams_of(text: str) -> Iterator[str]:
    """Everything that is counted of a text, each as often as it stands there.

    A word begins with `=`, a pair with `+`, a piece with `-`, so that none is taken for another.

    >>> sorted(set(grams_of("Go on")))[:4]
    ['+go on', '- g', '- go', '- go ']
    """
    before = None
    for word in _words(text):
        yield f"={word}"
        if before is not None:
            yield f"+{before} {word}"
        yield from _pieces(word)
        before = word


def _words(text: str) -> Iterator[str]:
    for found in TOKEN.finditer(unicodedata.normalize("NFKC", text).casefold()):
        yield found.group()[:LONGEST]


def _pieces(word: str) -> Iterator[str]:
    padded = f" {word} "
    for size in SIZES:
        for begin in range(len(padded) - size + 1):
            yield f"-{padded[begin : begin + size]}"


class Counting:
    """Counts what of a text stands in a vocabulary; what is to be counted of a word is worked out once."""

    __slots__ = ("_known", "_vocabulary")

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        self._vocabulary = vocabulary
        self._known: dict[str, tuple[int, ...]] = {}

    def count(self, text: str) -> dict[int, int]:
        """Number in the vocabulary -> how often it stands in the text, by number."""
        found: Counter[int] = Counter()
        before = None
        for word in _words(text):
            found.update(self._of(word))
            pair = None if before is None else self._vocabulary.get(f"+{before} {word}")
            if pair is not None:
                found[pair] += 1
            before = word
        return dict(sorted(found.items()))

    def _of(self, word: str) -> tuple[int, ...]:
        known = self._known.get(word)
        if known is None:
            numbers = (self._vocabulary.get(gram) for gram in (f"={word}", *_pieces(word)))
            known = tuple(number for number in numbers if number is not None)
            if len(self._known) >= KEPT:
                self._known.clear()
            self._known[word] = known
        return known
