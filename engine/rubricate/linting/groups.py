"""Lints of groups: a name beside a group that includes it, or twice in one, also where lets stand between."""

from __future__ import annotations

from collections.abc import Iterator

from rubricate.language import tree
from rubricate.language.printing import to_text
from rubricate.language.types import members
from rubricate.linting.conditions import conditions_of, resolved
from rubricate.linting.view import View
from rubricate.model.codes import problem
from rubricate.model.problem import Fix, Problem
from rubricate.model.ruleset import Expression
from rubricate.planning.scoping import root

__all__ = ["lint_groups"]

_GROUPS = tree.Quantified | tree.AtLeast
_SETS = tree.Name | tree.String | tree.Regex | tree.Relation | tree.InPlace | tree.InContext | tree.Where
"""What is there or not, and can stand beside a group that it is a member of."""


def lint_groups(view: View) -> Iterator[Problem]:
    """R112: a name beside a group that includes it, or twice in one group."""
    for expression in conditions_of(view):
        for node in tree.walk(root(expression)):
            if isinstance(node, _GROUPS):
                twice = _twice(node, expression, view) or _counted_within(node, expression, view)
                if twice is not None:
                    yield twice
            elif isinstance(node, tree.And | tree.Or):
                yield from _beside(node, expression, view)


# -- within one group ------------------------------------------------------------------------------------------


def _twice(node: tree.Quantified | tree.AtLeast, expression: Expression, view: View) -> Problem | None:
    seen: dict[int, tree.Node] = {}
    for item in node.items:
        for member in members((item,), view.scope):
            number = view.formulas.matches(member)
            first = seen.setdefault(number, item)
            if first is item:
                continue
            counts = " and counts twice" if isinstance(node, tree.AtLeast) else ""
            wild = first if isinstance(first, tree.Wildcard) else item
            plain = item if wild is first else first
            fix = None
            if isinstance(wild, tree.Wildcard):
                message, place = f"{to_text(member)} is among {to_text(wild)}{counts}", plain
            elif to_text(item) != to_text(first):
                message, place = f"{to_text(item)} is the same as {to_text(first)} before it{counts}", item
            else:
                message, place = f"{to_text(item)} stands in the group twice{counts}", item
                fix = None if counts else _without(item, node.items, expression)
            return problem("R112", message, expression.locate(*place.span), help="remove one of them", fix=fix)
    return None


def _without(item: tree.Node, items: tuple[tree.Node, ...], expression: Expression) -> Fix | None:
    """The group without a member that is never the first, its comma included."""
    place = next(place for place, each in enumerate(items) if each is item)  # and none that is only equal
    start, end = items[place - 1].span[1], item.span[1]
    between = expression.text[start : item.span[0]]
    if between.strip() != "," or expression.locate(start, end).line != expression.locate(end - 1, end).line:
        return None
    return Fix.replacing(expression.locate(start, end), "")


def _counted_within(node: tree.Quantified | tree.AtLeast, expression: Expression, view: View) -> Problem | None:
    """`at least 2 of (a, b)` where b is `any of (a, c)`: one match of a makes two members hold."""
    if not isinstance(node, tree.AtLeast) or node.least < 2:
        return None
    for group in members(node.items, view.scope):
        inside = _alternatives(resolved(group, view), view) if isinstance(group, tree.Name) else None
        for item in node.items if inside else ():
            if item is not group and isinstance(item, _SETS) and view.formulas.matches(item) in (inside or ()):
                message = f"{to_text(item)} is a part of {to_text(group)} beside it, so one match counts twice"
                help = f"take {to_text(item)} out of one of them"
                return problem("R112", message, expression.locate(*item.span), help=help)
    return None


# -- beside a group --------------------------------------------------------------------------------------------


def _beside(node: tree.And | tree.Or, expression: Expression, view: View) -> Iterator[Problem]:
    """`a or any of (a, b)`: the name adds nothing to the group; `a and any of (a, b)`: nor the group to the name."""
    for group in node.items:
        is_let = isinstance(group, tree.Name)
        meant = resolved(group, view)
        if not is_let and not isinstance(meant, _GROUPS):
            continue
        inside = _alternatives(meant, view)
        for item in node.items if inside else ():
            if item is group or not isinstance(item, _SETS) or view.formulas.matches(item) not in inside:
                continue
            shown = to_text(item)
            where = to_text(group) if is_let else "the group"
            useless = f"{shown} adds nothing" if isinstance(node, tree.Or) else f"{where} adds nothing"
            message = f"{shown} is in {where} beside it, so {useless}"
            help = f"remove {shown}" if isinstance(node, tree.Or) else f"take {shown} out of {where}"
            if is_let and isinstance(node, tree.And):
                help = f"remove {where}, or take {shown} out of it"
            yield problem("R112", message, expression.locate(*item.span), help=help)


def _alternatives(meant: tree.Node, view: View) -> set[int]:
    """The sets of which one is enough, as formulas; none for what asks for more."""
    match meant:
        case tree.Quantified(quantifier="any") | tree.AtLeast(least=1):
            items = members(meant.items, view.scope)
        case tree.Or():
            items = meant.items
        case _:
            return set()
    return {view.formulas.matches(item) for item in items if isinstance(item, _SETS)}
