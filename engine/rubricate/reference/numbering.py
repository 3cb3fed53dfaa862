"""Numbers over matches: count, distinct, sum, max, min, mean, score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from rubricate.model.match import Match
from rubricate.reference.known import Found, Known

__all__ = ["best_score", "column_of", "count", "distinct", "leftmost_longest", "over_column"]


def leftmost_longest(matches: Sequence[Match]) -> list[Match]:
    """Matches of which no two share text: in each field the leftmost, of these the longest, then on behind it."""
    kept: list[Match] = []
    for match in sorted(matches, key=lambda match: (match[1], match[2], -match[3])):
        if all(other[1] != match[1] or other[3] <= match[2] for other in kept):
            kept.append(match)
    return kept


def column_of(name: str, match: Match, known: Known) -> object:
    """A column of a match: its text and field, its row's cells, the groups of its regex, what its plugin says."""
    if name == "text":
        return known.text(match)
    if name == "field":
        return match[1]
    entry = match[5]
    if isinstance(entry, int):
        table = known.ruleset.matchers[match[0]].table
        found = table.rows[entry].cells.get(name) if table is not None else None
    else:
        found = entry.get(name) if entry is not None else None
    return match[4] if found is None and name == "score" else found


def count(found: Found) -> object:
    """How many matches there are that do not overlap; unknown while there may be more."""
    return None if found.more else len(leftmost_longest(found.matches))


def distinct(found: Found, column: str, known: Known) -> object:
    """How many different texts, or values of a column; those that fold alike are one. Of no match it is unknown."""
    if found.more or not found.matches:
        return None
    values = [column_of(column, match, known) for match in found.matches]
    return len({known.fold(value)[0] if isinstance(value, str) else value for value in values if value is not None})


def over_column(name: str, found: Found, column: str, known: Known) -> object:
    """sum, max, min or mean of a column over all matches, less empty cells; of none only the sum is known, as 0."""
    if found.more:
        return None
    values = [column_of(column, match, known) for match in found.matches]
    numbers = [cast("float", value) for value in values if value is not None]
    if name == "sum":
        return sum(numbers)
    if not numbers:
        return None
    return max(numbers) if name == "max" else min(numbers) if name == "min" else sum(numbers) / len(numbers)


def best_score(found: Found, label: str | None, known: Known) -> object:
    """score(m), or score(m, "class"): the best score of its matches, of the class if one is named."""
    scores = [
        match[4]
        for match in found.matches
        if match[4] is not None
        and (label is None or label in (column_of("class", match, known), column_of("label", match, known)))
    ]
    return max(scores) if scores else None
