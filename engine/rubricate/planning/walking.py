"""Every expression of a ruleset, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator

from rubricate.model.ruleset import Expression, Ruleset
from rubricate.planning.scoping import expressions_of

__all__ = ["expressions_in"]


def expressions_in(ruleset: Ruleset) -> Iterator[Expression]:
    """Every expression, each once: a group hands one condition down to all of its rules."""
    seen: set[int] = set()
    for expression in _all(ruleset):
        if expression is not None and id(expression) not in seen:
            seen.add(id(expression))
            yield expression


def _all(ruleset: Ruleset) -> Iterator[Expression | None]:
    yield from (let.expression for let in ruleset.lets.values())
    for context in ruleset.contexts.values():
        yield from (context.cue, context.stop)
    for rule in ruleset.rules:
        yield from expressions_of(rule)
    yield from (stage.when for stage in ruleset.cascade)
