"""Words of a text that come near to the terms of a dictionary: longer ones, and ones with a typing error."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from rubricate.model.descriptors import Literal
from rubricate.model.document import Document
from rubricate.texts.segmenting import words

__all__ = ["Near", "NearTerms", "edit_distance"]

MOST_TERMS = 200_000
"""Of larger dictionaries the rest is not compared."""
MOST_WORDS = 2_000
"""So many stretches of a text are compared."""
LONG = 7
"""From so many characters on a term may be two characters off."""
SHORT = 5
"""A shorter term that is one character off is another word."""
PART = 3
"""A shorter term that a longer word begins or ends with says nothing of that word."""

AROUND = 5
"""A word that is longer than a term by more characters is not told as one that holds it."""


class Near(NamedTuple):
    """A stretch of a text and the term that it is near to."""

    off: int
    """How many characters it is off; for a part of a longer word the characters around it."""
    start: int
    field: str
    term: str
    """As its author wrote it."""
    text: str
    """As it stands in the clean text."""
    folded: str
    """The same, folded."""
    row: int | None
    is_part: bool
    """Whether the term is there, inside a longer word."""


class NearTerms:
    """The terms of one matcher, by what is left of them when a character is taken out."""

    def __init__(self, literals: Iterable[Literal], fold: Callable[[str], str]) -> None:
        self._fold = fold
        self._terms: dict[str, Literal] = {}
        for literal in literals:
            folded = fold(literal.text).strip()
            if folded and len(self._terms) < MOST_TERMS:
                self._terms.setdefault(folded, literal)
        self._widths = sorted({len(words(term)) for term in self._terms})
        self._shortened: dict[str, list[str]] | None = None
        self._long = [term for term in self._terms if len(term) >= LONG][:2_000]

    def in_document(self, document: Document, fields: Sequence[str] | None) -> list[Near]:
        """The nearest stretches first: a term in a longer word before one that is misspelled, then by distance.

        A short term stands in many words by chance, so it has no such precedence.
        """
        found: list[Near] = []
        for field, text in document.clean.items():
            if fields is None or field in fields:
                found += self._in_text(field, text)
        return sorted(found, key=_order)[:3]

    def _in_text(self, field: str, text: str) -> Iterator[Near]:
        spans = words(text)
        for width in self._widths:
            for first in range(min(len(spans) - width + 1, MOST_WORDS)) if width else ():
                start, end = spans[first][0], spans[first + width - 1][1]
                folded = self._fold(text[start:end]).strip()
                near = self._part(folded) or self._misspelled(folded)
                if near is not None:
                    term, off, is_part = near
                    literal = self._terms[term]
                    yield Near(off, start, field, literal.text, text[start:end], folded, literal.row, is_part)

    def _part(self, folded: str) -> tuple[str, int, bool] | None:
        """The longest term that a word begins or ends with."""
        if folded in self._terms:
            return None
        for size in range(len(folded) - 1, max(PART, len(folded) - AROUND) - 1, -1):
            for piece in (folded[:size], folded[-size:]):
                if piece in self._terms:
                    return piece, len(folded) - size, True
        return None

    def _misspelled(self, folded: str) -> tuple[str, int, bool] | None:
        """The term that is fewest characters off, at most one, for long terms two."""
        if len(folded) < SHORT or folded in self._terms:
            return None
        if self._shortened is None:
            self._shortened = defaultdict(list)
            for term in self._terms:
                if len(term) >= SHORT:
                    for shorter in _shorter(term):
                        self._shortened[shorter].append(term)
        near = {term for piece in _shorter(folded) for term in self._shortened.get(piece, ())}
        scored = [(edit_distance(folded, term, 2), term) for term in sorted(near)]
        if len(folded) >= LONG - 2 and not any(off <= 1 for off, _ in scored):
            scored += [
                (edit_distance(folded, term, 2), term) for term in self._long if abs(len(term) - len(folded)) <= 2
            ]
        best = min(((off, term) for off, term in scored if off <= (2 if len(term) >= LONG else 1)), default=None)
        return None if best is None else (best[1], best[0], False)


def _order(near: Near) -> tuple[bool, int, str, int]:
    return not near.is_part or len(near.term) < SHORT - 1, near.off, near.field, near.start


def edit_distance(one: str, other: str, most: int) -> int:
    """Characters to insert, take out or replace to make one text of another; two neighbours swapped count once.

    More than `most` is told as `most + 1`.

    >>> edit_distance("subscrbe", "subscribe", 2), edit_distance("hte", "the", 2), edit_distance("a", "wxyz", 2)
    (1, 1, 3)
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _shorter(text: str) -> set[str]:
    """A text, and it without each one of its characters."""
    return {text, *(text[:at] + text[at + 1 :] for at in range(len(text)))}
