"""Calls a matcher only for records that hold one of the texts without which it cannot match."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rubricate.model.descriptors import Scanner
from rubricate.model.document import Document

__all__ = ["Guard"]


class Guard:
    """Scanners of one matcher each, behind an automaton of the texts that each of them requires.

    A text is looked for anywhere in the folded fields, also inside words: whether the matcher really matches is the
    scanner's to say, so a hit too many costs time and a miss is impossible as long as the required texts are right.
    """

    def __init__(self, guarded: Sequence[tuple[str, Scanner, frozenset[str]]]) -> None:
        self.scanners = [(kind, scanner) for kind, scanner, _ in guarded]
        """(kind, scanner), by number."""
        numbers: dict[str, list[int]] = {}
        for number, (_, _, texts) in enumerate(guarded):
            for text in texts:
                numbers.setdefault(text, []).append(number)
        self._automaton = _automaton(numbers)

    def choose(self, documents: Sequence[Document]) -> list[list[int]]:
        """For each scanner the places of the documents that it must look at."""
        chosen: list[list[int]] = [[] for _ in self.scanners]
        find = self._automaton.iter
        for place, document in enumerate(documents):
            met: set[int] = set()
            for field in document.clean:
                for _, numbers in find(document.folded(field)[0]):
                    met.update(numbers)
            for number in met:
                chosen[number].append(place)
        return chosen


def _automaton(numbers: dict[str, list[int]]) -> Any:
    import ahocorasick  # only rulesets with guarded matchers need it

    automaton = ahocorasick.Automaton()
    for text, found in sorted(numbers.items()):
        automaton.add_word(text, tuple(found))
    automaton.make_automaton()
    return automaton
