"""What `take`, `check`, `except` and `field` leave of a matcher's matches."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from rubricate.errors import PluginError
from rubricate.model.descriptors import Check
from rubricate.model.document import Folder
from rubricate.model.match import Match
from rubricate.model.ruleset import MatcherSpec
from rubricate.planning.boxed import apart
from rubricate.planning.frame import Frame
from rubricate.planning.values import non_overlapping
from rubricate.registry import Registry

__all__ = ["make_keep"]

FLAGGED: Final = re.compile(r"\(\?[A-Za-z]")
"""What may set flags that hold up to the end of a pattern."""

Keep = Callable[[Frame, list[Match]], list[Match]]


def make_keep(spec: MatcherSpec, registry: Registry, fold: Folder) -> Keep | None:
    """The filters of a matcher as one function, or None when all its matches stay."""
    filters: list[Keep] = []
    if spec.fields is not None:
        filters.append(_in_fields(frozenset(spec.fields)))
    if spec.check is not None:
        filters.append(_passing(registry.checks[spec.check]))
    if spec.exceptions is not None:
        terms = [term for row in spec.exceptions.rows for term in row.terms]
        if spec.exceptions.patterns:
            filters.append(_without(terms))
        else:
            filters.append(_not_among(frozenset(fold(term)[0] for term in terms), fold))
    if spec.take == "longest":
        filters.append(_longest)
    elif spec.take == "first":
        filters.append(lambda _frame, matches: _first(matches))
    if not filters:
        return None

    def keep(frame: Frame, matches: list[Match]) -> list[Match]:
        for one in filters:
            matches = one(frame, matches)
        return matches

    return keep


def _longest(frame: Frame, matches: list[Match]) -> list[Match]:
    pictures = frame.document.pictures
    if not pictures:
        return longest(matches)
    places = {match[1:4] for match in apart(matches, pictures)}
    return [match for match in matches if match[1:4] in places]


def longest(matches: list[Match]) -> list[Match]:
    """Leftmost-longest matches; of equal places every row stays."""
    places = {match[1:4] for match in non_overlapping(matches)}
    return [match for match in matches if match[1:4] in places]


def _first(matches: list[Match]) -> list[Match]:
    """Per field the first match; for a table the first row that matches, wherever it stands."""
    best: dict[str, Match] = {}
    for match in matches:
        known = best.get(match[1])
        if known is None or _rank(match) < _rank(known):
            best[match[1]] = match
    return [match for match in matches if best[match[1]] is match]


def _rank(match: Match) -> tuple[int, int, int]:
    entry = match[5]
    row = entry if isinstance(entry, int) else (entry or {}).get("row", 0)
    return (row if isinstance(row, int) else 0, match[2], -match[3])


def _in_fields(fields: frozenset[str]) -> Keep:
    return lambda _frame, matches: [match for match in matches if match[1] in fields]


def _passing(check: Check) -> Keep:
    """The matches that a check lets through; what it raises names it and the record."""
    holds = check.holds

    def keep(frame: Frame, matches: list[Match]) -> list[Match]:
        try:
            return [match for match in matches if holds(frame.text(match))]
        except (Exception, SystemExit) as error:  # foreign code may raise anything
            raise PluginError(check.name, f"{type(error).__name__}: {error}", record=frame.document.id) from error

    return keep


def _without(patterns: Sequence[str]) -> Keep:
    """The matches in whose text none of the patterns is found."""
    searches = [pattern.search for pattern in joined(patterns)]
    return lambda frame, matches: [
        match for match in matches if not any(search(frame.text(match)) for search in searches)
    ]


def joined(patterns: Sequence[str]) -> list[Any]:
    """Compiled patterns of which one is found where one of `patterns` is.

    Those without groups and flags of their own become one: thousands of stop words are asked at once.
    """
    import regex  # heavy, and only wanted by rulesets with such exceptions

    alone, together = [], []
    for text in patterns:
        compiled = regex.compile(text, regex.V0)
        if compiled.groups or FLAGGED.search(text):
            alone.append(compiled)
        else:
            together.append(f"(?:{text})")
    return [*alone, *([regex.compile("|".join(together), regex.V0)] if together else [])]


def _not_among(terms: frozenset[str], fold: Folder) -> Keep:
    return lambda frame, matches: [match for match in matches if fold(frame.text(match))[0] not in terms]
