"""Which rows of a long table of patterns can match a text at all: those of which it holds a required text.

One pass of an automaton over the text replaces a search for each row. Texts are compared in folded case only, so
what `requiring` promises of folded documents holds here too; rows of which nothing is known are always asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from rubricate_regex.patterns import Pattern
from rubricate_regex.requiring import required_in

__all__ = ["RowGuard", "make_row_guard"]

FEWEST = 16
"""Below so many rows that can be ruled out, searching for them all costs no more."""


class RowGuard:
    """Chooses the patterns to search a text for."""

    __slots__ = ("_always", "_find")

    def __init__(self, required: Sequence[frozenset[str] | None]) -> None:
        import ahocorasick  # only long tables need it

        self._always = frozenset(index for index, texts in enumerate(required) if texts is None)
        owners: dict[str, list[int]] = {}
        for index, texts in enumerate(required):
            for text in sorted(texts or ()):
                owners.setdefault(text, []).append(index)
        automaton = ahocorasick.Automaton()
        for text, indexes in owners.items():
            automaton.add_word(text, indexes)
        automaton.make_automaton()
        self._find = automaton.iter

    def choose(self, text: str) -> list[int]:
        """The places of the patterns that may match, in their order."""
        chosen = set(self._always)
        for _, indexes in self._find(text.casefold()):
            chosen.update(indexes)
        return sorted(chosen)


def make_row_guard(patterns: Sequence[Pattern], *, fold: bool) -> RowGuard | None:
    """The guard of a table's patterns, or None where it would spare too little."""
    if len(patterns) < FEWEST:
        return None
    required = [required_in(pattern.text, flags=pattern.flags, fold=fold) for pattern in patterns]
    return RowGuard(required) if sum(texts is not None for texts in required) >= FEWEST else None
