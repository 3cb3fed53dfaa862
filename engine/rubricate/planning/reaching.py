"""Between which numbers a confidence lies, whatever the record."""

from __future__ import annotations

import math
from collections.abc import Iterator
from operator import add, mul, sub
from typing import TypeAlias

from rubricate.language import tree

__all__ = ["Reach", "branches_of", "reach_of", "unclamped_reach_of"]

Reach: TypeAlias = "tuple[float, float]"
"""The least and the greatest value."""

_ANY = (-math.inf, math.inf)
_OPERATIONS = {"+": add, "-": sub, "*": mul}


def reach_of(node: tree.Node) -> Reach:
    """The least and the greatest value that a confidence can have, within 0 to 1."""
    low, high = unclamped_reach_of(node)
    return min(1.0, max(0.0, low)), max(0.0, min(1.0, high))


def unclamped_reach_of(node: tree.Node) -> Reach:
    """The same before what lies outside 0 to 1 is brought back; infinite where nothing is known.

    >>> unclamped_reach_of(tree.Arithmetic("+", tree.Call("score", ()), tree.Number(0.5)))
    (0.5, 1.5)
    """
    match node:
        case tree.Number():
            return node.value, node.value
        case tree.Learned():
            return (0.0, 1.0) if node.value is None else (node.value, node.value)
        case tree.Negative():
            low, high = unclamped_reach_of(node.item)
            return -high, -low
        case tree.Choice():
            return _around(unclamped_reach_of(node.value), unclamped_reach_of(node.otherwise))
        case tree.Arithmetic(operator="+" | "-" | "*"):
            return _computed(unclamped_reach_of(node.left), node.operator, unclamped_reach_of(node.right))
        case tree.Arithmetic(right=tree.Number(value=divisor)) if divisor:
            return _computed(unclamped_reach_of(node.left), "*", (1 / divisor, 1 / divisor))
        case tree.Call(name="score"):
            return 0.0, 1.0
        case tree.Call(name="count" | "distinct"):
            return 0.0, math.inf
        case _:
            return _ANY


def branches_of(node: tree.Node) -> Iterator[tree.Node]:
    """What a number by cases can be: `x` and `y` of `x if C else y`."""
    if isinstance(node, tree.Choice):
        yield from branches_of(node.value)
        yield from branches_of(node.otherwise)
    else:
        yield node


def _computed(left: Reach, operator: str, right: Reach) -> Reach:
    ends = [_OPERATIONS[operator](one, other) for one in left for other in right]
    return _ANY if any(map(math.isnan, ends)) else (min(ends), max(ends))


def _around(one: Reach, other: Reach) -> Reach:
    return min(one[0], other[0]), max(one[1], other[1])
