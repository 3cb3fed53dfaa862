"""Comparisons that did not hold: what the value was, and with which other number or list they would."""

from __future__ import annotations

import dataclasses
import datetime
import math
from collections.abc import Iterator
from typing import Literal, cast

from rubricate.explaining.editing import Candidate, change_node
from rubricate.explaining.failing import Blame
from rubricate.explaining.judging import Judge
from rubricate.explaining.missed import FAR, Missed
from rubricate.language import tree
from rubricate.language.printing import to_text
from rubricate.planning.frame import Frame
from rubricate.reporting.figures import visible
from rubricate.reporting.spans import shorten

__all__ = ["missed_value", "said_of", "shown_value"]

_SHOWN = 60
_ORDERS = ("<", "<=", ">", ">=")


def shown_value(value: object) -> str:
    """A value in words: 3, 0.83, "fr", 2026-01-31, ["en", "de"]."""
    match value:
        case bool():
            return "true" if value else "false"
        case float() if not value.is_integer():
            return f"{value:.4f}".rstrip("0") if abs(value) >= 0.0001 else f"{value:g}"
        case int() | float():
            return str(int(value)) if abs(value) < 2**53 else f"{value:g}"
        case str():
            return f'"{visible(shorten(value, _SHOWN))}"'
        case list():
            return f"[{', '.join(map(shown_value, value))}]"
    return str(value)


def said_of(judge: Judge, node: tree.Node, frame: Frame) -> str | None:
    """What a side of a comparison is on a record; None for a constant, which says it itself."""
    match node:
        case tree.Number() | tree.String() | tree.ListOf() | tree.Regex() | tree.Call(name="date"):
            return None
    value = judge.value(node, frame)
    if value is None:
        return f"{to_text(node)} is {'missing' if isinstance(node, tree.Doc) else 'unknown'}"
    name = "count" if isinstance(node, tree.Call) and node.name == "count" else to_text(node)
    return f"{name} is {shown_value(value)}"


def missed_value(judge: Judge, number: int, blame: Blame, frame: Frame) -> Missed:
    """A comparison, a field, or an `exists` that is not what is wanted of it."""
    node = blame.node
    if isinstance(node, tree.Compare):
        return _missed_compare(judge, number, blame, node, frame)
    item = node.item if isinstance(node, tree.Exists) else node
    value = judge.value(item, frame)
    told = f"{to_text(item)} is {'missing' if value is None else shown_value(value)}"
    return Missed(blame, told, "missing" if value is None else "value")


def _missed_compare(judge: Judge, number: int, blame: Blame, node: tree.Compare, frame: Frame) -> Missed:
    said = [each for side in (node.left, node.right) if (each := said_of(judge, side, frame)) is not None]
    left, right = judge.value(node.left, frame), _right(judge, node, frame)
    told = ", ".join(said)
    if left is None or right is None:
        return Missed(blame, told or f"{to_text(node)} has no value", "missing")
    off = abs(left - right) if _is_number(left) and _is_number(right) else FAR  # type: ignore[operator]  # both are numbers
    if isinstance(node.right, tree.Number):
        told += f", limit {shown_value(node.right.value)}" if node.operator in _ORDERS else ""
    edits = tuple(_edits(number, blame, node, left)) if not isinstance(node.right, tree.Regex) else ()
    return Missed(blame, told, "value", off=round(off, 4), edits=edits)


def _right(judge: Judge, node: tree.Compare, frame: Frame) -> object:
    return node.right.pattern if isinstance(node.right, tree.Regex) else judge.value(node.right, frame)


def _edits(number: int, blame: Blame, node: tree.Compare, left: object) -> Iterator[Candidate]:
    wanted = blame.wanted
    right = node.right
    if isinstance(right, tree.Number) and _is_number(left):
        yield from _other_number(number, blame, node, right, float(cast("float", left)))
    elif isinstance(right, tree.Call) and right.name == "date" and isinstance(left, datetime.date):
        yield from _other_date(number, blame, node, right, left)
    elif isinstance(right, tree.String) and isinstance(left, str) and wanted and node.operator == "==":
        new = tree.Compare("in", node.left, tree.ListOf((right, tree.String(left))))
        yield from change_node(number, blame, new, size=1, reworded=True)
    elif isinstance(right, tree.ListOf) and isinstance(left, str) and (node.operator == "in") is wanted:
        items = (*right.items, tree.String(left))
        yield from change_node(
            number, blame, dataclasses.replace(node, right=tree.ListOf(items)), size=1, reworded=True
        )
    elif isinstance(right, tree.ListOf) and isinstance(left, str) and node.operator in ("in", "not in"):
        rest = tuple(item for item in right.items if not (isinstance(item, tree.String) and item.text == left))
        if rest:
            less = dataclasses.replace(node, right=tree.ListOf(rest))
            yield from change_node(number, blame, less, size=1, reworded=True)


def _other_number(
    number: int, blame: Blame, node: tree.Compare, right: tree.Number, value: float
) -> Iterator[Candidate]:
    """The number nearest to the one that stands there with which the comparison is what is wanted."""
    step = _STEPS.get((node.operator, blame.wanted))
    if step is None:
        return
    operator, limit = node.operator, value
    if _is_counted(node.left) and right.value.is_integer():
        limit += step
    elif step:  # between two numbers there may be another, so the comparison changes and not the limit alone
        operator = _OTHER_STRICTNESS[operator]
    if not limit.is_integer() and operator not in ("==", "!="):  # four digits do, on the right side of the value
        downwards = (operator[0] == ">") is blame.wanted
        limit = (math.floor if downwards else math.ceil)(round(limit * 10000, 4)) / 10000
    new: tree.Node = tree.Number(limit) if limit >= 0 else tree.Negative(tree.Number(-limit))
    other = dataclasses.replace(node, operator=operator, right=new)
    yield from change_node(number, blame, other, size=abs(limit - right.value), series=limit)


_OTHER_STRICTNESS: dict[str, Literal["<", "<=", ">", ">="]] = {">": ">=", "<": "<=", ">=": ">", "<=": "<"}
_STEPS = {
    (">=", True): 0, ("<=", True): 0, ("==", True): 0, (">", True): -1, ("<", True): 1,
    (">=", False): 1, ("<=", False): -1, (">", False): 0, ("<", False): 0, ("!=", False): 0,
}  # fmt: skip
"""(operator, whether it should hold) -> how far from a whole number the limit has to lie."""


def _other_date(
    number: int, blame: Blame, node: tree.Compare, right: tree.Call, value: datetime.date
) -> Iterator[Candidate]:
    step = _STEPS.get((node.operator, blame.wanted))
    try:
        old = datetime.date.fromisoformat(cast("tree.String", right.arguments[0]).text)
        day = value + datetime.timedelta(days=step or 0)
    except (OverflowError, ValueError):
        return
    if step is not None:
        new = dataclasses.replace(node, right=tree.Call("date", (tree.String(day.isoformat()),)))
        yield from change_node(number, blame, new, size=abs((day - old).days))


def _is_counted(node: tree.Node) -> bool:
    """Whether a value is a whole number on every record."""
    return isinstance(node, tree.Call) and node.name == "count"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
