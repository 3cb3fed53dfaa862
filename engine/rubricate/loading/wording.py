"""Words for problems: the nearest name, lists of choices, the kinds of values as readers call them."""

from __future__ import annotations

import json
from collections.abc import Iterable

__all__ = ["KINDS", "did_you_mean", "either", "nearest", "only_near", "quoted"]

_AT_MOST = 7

KINDS = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "empty",
}
"""Types of JSON Schema in the words of a reader."""


def quoted(text: str) -> str:
    """A reader's own value in double quotes, shortened and on one line.

    >>> quoted("a\\tb")
    '"a\\\\tb"'
    """
    return json.dumps(text if len(text) <= 60 else text[:57] + "...", ensure_ascii=False)


def either(choices: Iterable[str]) -> str:
    """At most seven choices, sorted and joined with "or".

    >>> either(["longest", "all", "first"])
    'all, first or longest'
    """
    names = sorted(choices)
    if len(names) > _AT_MOST:
        return ", ".join(names[:_AT_MOST]) + f" or {len(names) - _AT_MOST} more"
    return " or ".join(part for part in (", ".join(names[:-1]), names[-1] if names else "") if part)


def did_you_mean(name: str, known: Iterable[str], what: str = "") -> str | None:
    """A help line: the nearest known name, else the choices, else nothing."""
    names = list(known)
    near = nearest(name, names)
    if near is not None:
        return f"did you mean {quoted(near)}?"
    if not names:
        return None
    return f"{what or 'known'}: {either(names)}"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is nearly `name`: at most a third of its characters differ; ties by order of letters.

    >>> nearest("confidense", ["confidence", "condition"])
    'confidence'
    >>> nearest("colour", ["weight"])
    """
    folded = name.casefold().replace("-", "_")
    best: tuple[int, str] | None = None
    for other in sorted(known):
        limit = max(1, max(len(name), len(other)) // 3)
        distance = _distance(folded, other.casefold().replace("-", "_"), limit)
        if distance <= limit and (best is None or distance < best[0]):
            best = (distance, other)
    return None if best is None else best[1]


def only_near(name: str, known: Iterable[str]) -> str | None:
    """The one known name that is a single slip of a finger away; None when there is none, or more than one.

    >>> only_near("confidense", ["confidence", "condition"])
    'confidence'
    >>> only_near("tilt", ["tile", "till"])
    """
    folded = name.casefold().replace("-", "_")
    near = [other for other in known if _distance(folded, other.casefold().replace("-", "_"), 1) <= 1]
    return near[0] if len(near) == 1 and len(name) > 2 else None


def _distance(left: str, right: str, limit: int) -> int:
    """Edits between two texts, a swap of neighbours counting as one; more than `limit` when too many."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, previous, row = row, before, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, previous[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]
