"""Calls a matcher only for records that can hold a match of it at all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rubricate.model.descriptors import Scanner
from rubricate.model.document import Document
from rubricate.model.wider import Wider
from rubricate.texts.searching import make_pattern_set

__all__ = ["Guard", "Guarded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """A scanner of one matcher, and what must be so of a record for the matcher to match; both where both are told."""

    kind: str
    scanner: Scanner
    texts: frozenset[str] = frozenset()
    """Folded texts of which it holds one; none: any record will do."""
    wider: Wider | None = None
    """What holds for one of its clean texts; None: for any."""


class Guard:
    """Scanners of one matcher each, called where a necessary condition holds.

    Required texts are looked for by the literal index of the stage, in its one pass, anywhere in the folded fields,
    also inside words. Wider patterns are looked for all at once. Whether the matcher really matches is the scanner's
    to say, so a hit too many costs time, and a miss is impossible as long as the condition is a necessary one.
    """

    def __init__(self, guarded: Sequence[Guarded]) -> None:
        self.scanners = [(each.kind, each.scanner) for each in guarded]
        """(kind, scanner), by number."""
        numbers: dict[str, list[int]] = {}
        for number, each in enumerate(guarded):
            for text in sorted(each.texts):
                numbers.setdefault(text, []).append(number)
        self.required: Mapping[str, Sequence[int]] = dict(sorted(numbers.items()))
        """Folded text -> the numbers of those who require it."""
        self._textless = frozenset(number for number, each in enumerate(guarded) if not each.texts)
        self._numbers = [number for number, each in enumerate(guarded) if each.wider is not None]
        self._unwidened = frozenset(range(len(guarded))).difference(self._numbers)
        patterns = make_pattern_set([each.wider for each in guarded if each.wider is not None])
        self._may_match = patterns.choose if self._numbers else None

    def choose(self, documents: Sequence[Document], met: Sequence[Collection[int]]) -> list[list[int]]:
        """For each scanner the places of the documents that it must look at.

        `met` are the numbers of those whose texts each document holds.
        """
        chosen: list[list[int]] = [[] for _ in self.scanners]
        may_match, numbers, textless, unwidened = self._may_match, self._numbers, self._textless, self._unwidened
        for place, document in enumerate(documents):
            found = met[place]
            if may_match is not None:
                texts = document.clean
                if len(texts) == 1:
                    (text,) = texts.values()
                    places: Collection[int] = may_match(text)
                else:
                    places = {index for text in texts.values() for index in may_match(text)}
                for index in places:
                    number = numbers[index]
                    if number in textless or number in found:
                        chosen[number].append(place)
            for number in found:
                if number in unwidened:
                    chosen[number].append(place)
        return chosen
