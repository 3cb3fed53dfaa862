"""The counts of a unit, a source or a run: they only ever add up, and they must balance."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["ROUTES", "Tally", "empty", "explain_imbalance", "is_balanced", "terms"]

ROUTES = ("accepted", "review", "settled", "undecided", "quarantined", "dropped", "split")
"""Every route that a record can take."""

_SOURCES = ("read", "made")
_ENDS = ("dropped", "quarantined", "split", "accepted", "review", "settled", "undecided")


class Tally:
    """Counts that grow by merging. Merge in unit order: then sums of scores are the same on every machine."""

    def __init__(self) -> None:
        self._counts: dict[str, object] = empty()

    def merge(self, counts: Mapping[str, object]) -> None:
        """Add the counts of a unit, or of another tally."""
        self._counts = _add_mappings(self._counts, counts)

    @property
    def counts(self) -> dict[str, object]:
        """All that was merged."""
        return self._counts


def empty() -> dict[str, object]:
    """The counts of nothing."""
    return {
        "routes": dict.fromkeys(ROUTES, 0),
        "read": 0,
        "made": 0,
        "found_nothing": 0,
        "dropped": {},
        "quarantined": {},
        "review": {},
        "stages": [],
        "labels": {},
        "histograms": {},
        "decided_histograms": {},
        "rules": {},
    }


def terms(counts: Mapping[str, object]) -> dict[str, int]:
    """Every term of the law of conservation, zeros too."""
    routes = counts["routes"]
    assert isinstance(routes, Mapping)
    named = {name: counts[name] for name in _SOURCES} | {name: routes.get(name, 0) for name in _ENDS}
    return {name: _whole(number) for name, number in named.items()}


def is_balanced(counts: Mapping[str, object]) -> bool:
    """Whether what came in went somewhere, each once."""
    numbers = terms(counts)
    return sum(numbers[name] for name in _SOURCES) == sum(numbers[name] for name in _ENDS)


def explain_imbalance(counts: Mapping[str, object]) -> str:
    """The law with its numbers, as one line.

    >>> explain_imbalance(empty() | {"read": 2})
    '2 read + 0 made != 0 dropped + 0 quarantined + 0 split + 0 accepted + 0 review + 0 settled + 0 undecided'
    """
    numbers = terms(counts)
    sides = [" + ".join(f"{numbers[name]} {name}" for name in side) for side in (_SOURCES, _ENDS)]
    return f"{sides[0]} != {sides[1]}"


def _add_mappings(left: Mapping[str, object], right: Mapping[str, object]) -> dict[str, object]:
    total = {name: _add(value, right[name]) if name in right else value for name, value in left.items()}
    total.update((name, value) for name, value in right.items() if name not in left)
    return total


def _add(left: object, right: object) -> object:
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return _add_mappings(left, right)
    if isinstance(left, list) and isinstance(right, list) and not (left and right):
        return left or right
    if isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        return [_add(one, other) for one, other in zip(left, right, strict=True)]
    if isinstance(left, int) and isinstance(right, int):
        return left + right
    if isinstance(left, int | float) and isinstance(right, int | float):
        return round(left + right, 4)
    if left == right:
        return left
    raise ValueError(f"counts that cannot be added: {left!r} and {right!r}")


def _whole(number: object) -> int:
    assert isinstance(number, int)
    return number
