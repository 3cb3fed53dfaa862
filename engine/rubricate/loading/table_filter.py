"""`only:` of a table: which of its rows are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import regex

from rubricate.language import tree
from rubricate.language.printing import to_text
from rubricate.loading.expressions import root
from rubricate.loading.findings import Findings
from rubricate.loading.wording import did_you_mean, quoted
from rubricate.model.ruleset import Expression

__all__ = ["check_filter", "keeps"]

_ORDERED = frozenset({"<", "<=", ">", ">="})
_FLAGS = {"a": regex.A, "i": regex.I, "m": regex.M, "s": regex.S, "x": regex.X}


def check_filter(only: Expression, columns: Mapping[str, str], findings: Findings) -> bool:
    """Whether a filter can be worked out for each row; otherwise problems have been reported."""
    return _check_truth(root(only), only, columns, findings)


def _check_truth(node: tree.Node, only: Expression, columns: Mapping[str, str], findings: Findings) -> bool:
    match node:
        case tree.And() | tree.Or():
            held = [_check_truth(item, only, columns, findings) for item in node.items]  # a list: all are reported
            return all(held)
        case tree.Not():
            return _check_truth(node.item, only, columns, findings)
        case tree.Exists(item=tree.It()):
            return _type_of(node.item, only, columns, findings) is not None
        case tree.Compare():
            return _check_compare(node, only, columns, findings)
        case _:
            message = "a filter of rows compares columns, such as it.weight > 0"
            findings.add("R022", message, only.locate(*node.span))
            return False


def _check_compare(node: tree.Compare, only: Expression, columns: Mapping[str, str], findings: Findings) -> bool:
    left = _type_of(node.left, only, columns, findings)
    right = _type_of(node.right, only, columns, findings)
    if left is None or right is None:
        return False
    wanted = {
        "in": {("text", "texts"), ("number", "numbers")},
        "not in": {("text", "texts"), ("number", "numbers")},
        "contains": {("text", "text")},
        "matches": {("text", "regex")},
    }.get(node.operator, {("number", "number")} | (set() if node.operator in _ORDERED else {("text", "text")}))
    if (left, right) in wanted:
        return True
    column = next((side.column for side in (node.left, node.right) if isinstance(side, tree.It)), None)
    number = "number" in (left, right) or node.operator in _ORDERED
    help = f"add types: {{{column}: number}}" if number and columns.get(column or "") == "text" else None
    words = f"{_words(left)} and {_words(right)}"
    findings.add("R022", f"{node.operator} cannot compare {words}", only.locate(*node.span), help=help)
    return False


def _words(kind: str) -> str:
    names = {"regex": "a regex", "texts": "a list of texts", "numbers": "a list of numbers"}
    return names.get(kind, f"a {kind}")


def _type_of(node: tree.Node, only: Expression, columns: Mapping[str, str], findings: Findings) -> str | None:
    """text, number, texts, numbers or regex; None after a problem."""
    match node:
        case tree.String():
            return "text"
        case tree.Number() | tree.Negative(item=tree.Number()):
            return "number"
        case tree.Regex():
            return "regex"
        case tree.ListOf() if all(isinstance(item, tree.String) for item in node.items):
            return "texts"
        case tree.ListOf() if all(isinstance(item, tree.Number) for item in node.items):
            return "numbers"
        case tree.It(column=str(column)):
            if column not in columns:
                help = did_you_mean(column, columns, "columns")
                findings.add("R027", f"the table has no column {quoted(column)}", only.locate(*node.span), help=help)
            return columns.get(column)
        case _:
            message = f"a filter of rows knows only it.COLUMN and constants, not {to_text(node)}"
            findings.add("R022", message, only.locate(*node.span))
            return None


def keeps(node: tree.Node, cells: Mapping[str, object]) -> bool | None:
    """Whether a row is kept; None, which is not kept, when it depends on a cell that is missing.

    >>> from rubricate.language.parsing import parse
    >>> keeps(parse("it.weight > 1 or not it.kind == 'x'"), {"weight": None, "kind": "y"})
    True
    """
    match node:
        case tree.And():
            found = [keeps(item, cells) for item in node.items]
            return False if False in found else (None if None in found else True)
        case tree.Or():
            found = [keeps(item, cells) for item in node.items]
            return True if True in found else (None if None in found else False)
        case tree.Not():
            inner = keeps(node.item, cells)
            return None if inner is None else not inner
        case tree.Exists():
            return _value(node.item, cells) is not None
        case tree.Compare():
            left, right = _value(node.left, cells), _value(node.right, cells)
            return None if left is None or right is None else _compare(node.operator, left, right)
        case _:
            return None


def _value(node: tree.Node, cells: Mapping[str, object]) -> Any:
    match node:
        case tree.It(column=str(column)):
            return cells.get(column)
        case tree.String():
            return node.text
        case tree.Number():
            return node.value
        case tree.Negative(item=tree.Number(value=value)):
            return -value
        case tree.ListOf():
            return [_value(item, cells) for item in node.items]
        case tree.Regex():
            return node
        case _:
            return None


def _compare(operator: str, left: Any, right: Any) -> bool | None:
    match operator:
        case "==":
            return bool(left == right)
        case "!=":
            return bool(left != right)
        case "<":
            return bool(left < right)
        case "<=":
            return bool(left <= right)
        case ">":
            return bool(left > right)
        case ">=":
            return bool(left >= right)
        case "in":
            return left in right
        case "not in":
            return left not in right
        case "contains":
            return right in left
        case _:
            flags = 0
            for flag in right.flags:
                flags |= _FLAGS.get(flag, 0)
            return regex.search(right.pattern, left, flags) is not None
