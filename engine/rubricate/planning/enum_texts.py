"""Comparisons that ask for a part of a word of a fixed list which none of its words has."""

from __future__ import annotations

from collections.abc import Iterator

from rubricate.language import tree
from rubricate.language.types import Scope, nearest
from rubricate.model.codes import problem
from rubricate.model.problem import Problem
from rubricate.model.ruleset import Expression, MetaField, Ruleset
from rubricate.planning.scoping import root
from rubricate.planning.values import folded_value
from rubricate.planning.walking import expressions_in
from rubricate.texts.patterns import compile_slashed

__all__ = ["find_impossible_texts"]


def find_impossible_texts(ruleset: Ruleset, scope: Scope) -> list[Problem]:
    """R025 for `contains`, `matches` and `fold(..) ==` over enum fields."""
    if not any(declared.type == "enum" for declared in scope.meta.values()):
        return []
    return [found for expression in expressions_in(ruleset) for found in _impossible(expression, scope)]


def _impossible(expression: Expression, scope: Scope) -> Iterator[Problem]:
    for node in tree.walk(root(expression)):
        if not isinstance(node, tree.Compare):
            continue
        for side, other in ((node.left, node.right), (node.right, node.left)):
            field = _enum(side, scope)
            message = None if field is None else _mistake(node, side, other, field)
            if field is not None and message is not None:
                written = other.text if isinstance(other, tree.String) else ""
                help = nearest(written, field.values) or f"it has: {', '.join(field.values[:7])}"
                yield problem("R025", message, expression.locate(*other.span), help=help)


def _enum(side: tree.Node, scope: Scope) -> MetaField | None:
    """The enum field that one side is, or is the fold of."""
    if isinstance(side, tree.Call) and side.name == "fold" and len(side.arguments) == 1:
        side = side.arguments[0]
    declared = scope.meta.get(side.field) if isinstance(side, tree.Doc) else None
    return declared if declared is not None and declared.type == "enum" and declared.values else None


def _mistake(node: tree.Compare, side: tree.Node, other: tree.Node, field: MetaField) -> str | None:
    """What is wrong with one side of a comparison, seen from the enum on the other side."""
    name = f"doc.{field.name}"
    folds = isinstance(side, tree.Call)
    values = [folded_value(value) for value in field.values] if folds else list(field.values)
    match node.operator, other:
        case "contains", tree.String(text=text) if side is node.left:
            return None if any(text in value for value in values) else f'no value of {name} contains "{text}"'
        case "matches", tree.Regex(pattern=pattern, flags=flags) if side is node.left:
            search = compile_slashed(f"/{pattern}/{flags}").search
            return None if any(map(search, values)) else f"no value of {name} matches /{pattern}/{flags}"
        case "==" | "!=", tree.String(text=text) if folds:
            return None if folded_value(text) in values else f'"{text}" is no value of {name}'
        case "==" | "!=", tree.Call(name="fold", arguments=(tree.String(text=text),)):
            return None if folded_value(text) in map(folded_value, values) else f'"{text}" is no value of {name}'
        case _:
            return None
