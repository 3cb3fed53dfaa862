"""The short way to a matcher kind: a function from a text to places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from rubricate.model.descriptors import Cost, MatcherKind, Scanner
from rubricate.model.document import Document
from rubricate.model.match import Match
from rubricate.model.ruleset import MatcherSpec

__all__ = ["Place", "per_text"]

Place: TypeAlias = "tuple[int, int] | tuple[int, int, float]"
"""(start, end) or (start, end, score) in the text that the function was given, half-open."""


def per_text(
    name: str,
    function: Callable[[str], Iterable[Place]],
    *,
    help: str,
    cost: Cost = Cost.LEXICAL,
    scores: bool = False,
    exact: bool = True,
) -> MatcherKind:
    """A matcher kind without options that marks what `function` finds in each text field; `scores`: with scores.

    >>> def shouting(text):
    ...     return [(0, len(text))] if text.isupper() else []
    >>> per_text("shouting", shouting, help="texts in capitals").name
    'shouting'
    """

    def compile(specs: Sequence[MatcherSpec]) -> Scanner:
        return _PerTextScanner(function, specs)

    return MatcherKind(name=name, help=help, cost=cost, scores=scores, exact=exact, compile=compile)


class _PerTextScanner:
    """Calls a function on each text field of each document."""

    __slots__ = ("_function", "_specs")

    def __init__(self, function: Callable[[str], Iterable[Place]], specs: Sequence[MatcherSpec]) -> None:
        self._function = function
        self._specs = tuple(specs)

    def scan(self, batch: Sequence[Document]) -> list[list[Match]]:
        return [[found for spec in self._specs for found in self._matches(spec, document)] for document in batch]

    def _matches(self, spec: MatcherSpec, document: Document) -> Iterable[Match]:
        for field in document.clean:
            if spec.fields is not None and field not in spec.fields:
                continue
            text, back = document.folded(field) if spec.fold else (document.clean[field], None)
            for start, end, *rest in self._function(text):
                begin, finish = (start, end) if back is None else back.to_source(start, end)
                yield (spec.name, field, begin, finish, float(rest[0]) if rest else None, None)
