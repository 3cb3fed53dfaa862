"""Three-valued logic over functions of a frame: True, False, and None for unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from rubricate.model.match import Match
from rubricate.planning.frame import Frame

__all__ = ["Matches", "Truth", "at_least", "choice", "conjunction", "disjunction", "negation"]

Truth: TypeAlias = "Callable[[Frame], bool | None]"
"""The reading of a condition as yes, no or unknown."""

Matches: TypeAlias = "Callable[[Frame], Sequence[Match]]"
"""The reading of a condition as the matches that are there; OpenMatches when there may be more."""


def negation(truth: Truth) -> Truth:
    """The other way round; unknown stays unknown."""

    def negated(frame: Frame) -> bool | None:
        holds = truth(frame)
        return None if holds is None else not holds

    return negated


def conjunction(parts: Sequence[Truth]) -> Truth:
    """Yes when all hold; one no settles it."""

    def all_hold(frame: Frame) -> bool | None:
        result: bool | None = True
        for part in parts:
            holds = part(frame)
            if holds is False:
                return False
            if holds is None:
                result = None
        return result

    return all_hold


def disjunction(parts: Sequence[Truth]) -> Truth:
    """Yes when one holds; one yes settles it."""
    if len(parts) == 1:
        return parts[0]

    def one_holds(frame: Frame) -> bool | None:
        result: bool | None = False
        for part in parts:
            holds = part(frame)
            if holds:
                return True
            if holds is None:
                result = None
        return result

    return one_holds


def at_least(least: int, parts: Sequence[Truth]) -> Truth:
    """Yes when so many hold, no when that can no longer be."""

    def enough(frame: Frame) -> bool | None:
        found = [part(frame) for part in parts]
        yes = sum(1 for holds in found if holds)
        if yes >= least:
            return True
        return None if yes + sum(1 for holds in found if holds is None) >= least else False

    return enough


def choice(condition: Truth, one: Truth, other: Truth) -> Truth:
    """One when the condition holds, the other when it does not."""

    def chosen(frame: Frame) -> bool | None:
        holds = condition(frame)
        if holds is None:
            return None
        return one(frame) if holds else other(frame)

    return chosen
