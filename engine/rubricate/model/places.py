"""Where a value stands in a record: under a key, or below objects as `offers.price` says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["find_obstacle", "value_at"]


def value_at(record: Mapping[str, object], place: str) -> object:
    """What stands at a place; None when nothing does. A key that is called as the whole place comes first.

    >>> value_at({"offers": {"price": 3}, "a.b": 1, "a": {"b": 2}}, "offers.price")
    3
    >>> value_at({"a.b": 1, "a": {"b": 2}}, "a.b")
    1
    """
    if place in record or "." not in place:
        return record.get(place)
    head, _, rest = place.partition(".")
    below = record.get(head)
    return value_at(below, rest) if isinstance(below, dict) else None


def find_obstacle(record: Mapping[str, object], place: str) -> tuple[str, object] | None:
    """What is in the way to a place at which nothing stands: where, and a value that is no object.

    >>> find_obstacle({"offers": [{"price": 3}]}, "offers.price")
    ('offers', [{'price': 3}])
    """
    way: list[str] = []
    found: object = record
    for name in place.split(".")[:-1]:
        found = found.get(name) if isinstance(found, dict) else None
        way.append(name)
        if found is not None and not isinstance(found, dict):
            return ".".join(way), found
    return None
