"""Lints of conditions: what is always or never true, names beside their groups, `not` about the record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rubricate.language import tree
from rubricate.language.printing import to_text
from rubricate.language.types import members
from rubricate.linting.deciding import Decider
from rubricate.linting.view import View
from rubricate.model.codes import problem
from rubricate.model.problem import Problem
from rubricate.model.ruleset import Expression
from rubricate.planning.scoping import expressions_of, root

__all__ = ["lint_constants", "lint_groups", "lint_record_level_not"]

_LOGIC = (tree.And, tree.Or, tree.Not, tree.Quantified, tree.AtLeast)


def _conditions(view: View) -> Iterator[Expression]:
    """Every expression that is asked yes or no, each once."""
    seen: set[int] = set()
    rules = view.ruleset.rules
    found = [let.expression for let in view.ruleset.lets.values()]
    found += [only for rule in rules for only in rule.only]
    found += [rule.when for rule in rules]
    found += [stage.when for stage in view.ruleset.cascade if stage.when is not None]
    for expression in found:
        if id(expression) not in seen:  # a group hands one expression down to all of its rules
            seen.add(id(expression))
            yield expression


# -- always or never true --------------------------------------------------------------------------------------


def lint_constants(view: View) -> Iterator[Problem]:
    """R111: conditions, and parts of them, that are the same for every record."""
    decider = view.decider
    told: set[int] = set()
    for expression in _conditions(view):
        found = list(_constant_parts(root(expression), expression, view, decider))
        if found:
            told.add(id(expression))
        yield from found
    for rule in view.ruleset.rules:
        confidence = root(rule.confidence)
        for part in tree.walk(confidence):
            if isinstance(part, tree.Choice):
                yield from _constant_parts(part.condition, rule.confidence, view, decider)
        if rule.only and not any(id(each) in told for each in (*rule.only, rule.when)):
            verdict = decider.verdict(view.formulas.whole([*map(root, rule.only), root(rule.when)]))
            if verdict is not None and not verdict.holds:
                message = f"this is never true together with the `only` of its group: {verdict.reason}"
                yield problem("R111", message, rule.when.locate(0, len(rule.when.text)))


def _constant_parts(node: tree.Node, expression: Expression, view: View, decider: Decider) -> Iterator[Problem]:
    """The smallest parts of a condition that are always or never true."""
    found: list[Problem] = []
    for part in _truth_parts(node):
        found += _constant_parts(part, expression, view, decider)
    if found:
        yield from found
        return
    if isinstance(node, tree.Name | tree.String | tree.Regex | tree.Number):  # a let is told of where it stands
        return
    if not isinstance(node, (*_LOGIC, tree.Compare, tree.Where, tree.Exists)):
        return
    if isinstance(node, _LOGIC) and any(
        isinstance(part, tree.Name) and decider.verdict(view.formulas.truth(part)) is not None
        for part in _truth_parts(node)
    ):
        return
    verdict = decider.verdict(view.formulas.truth(node))
    if verdict is not None:
        word = "always" if verdict.holds else "never"
        yield problem("R111", f"this is {word} true: {verdict.reason}", expression.locate(*node.span))


def _truth_parts(node: tree.Node) -> Sequence[tree.Node]:
    """The parts of a condition that are conditions themselves."""
    match node:
        case tree.And() | tree.Or() | tree.Quantified() | tree.AtLeast():
            return node.items
        case tree.Not():
            return (node.item,)
        case tree.Where():
            return (node.left, node.condition)
        case tree.Relation():
            return (node.left, node.right)
        case tree.InPlace() | tree.InContext():
            return (node.left,)
        case tree.Choice():
            return (node.condition,)
        case tree.Call():
            return tuple(part for part in node.arguments if isinstance(part, tree.Where | tree.Relation | tree.Or))
        case tree.Compare():
            return tuple(part for part in (node.left, node.right) if isinstance(part, tree.Call))
        case _:
            return ()


# -- groups ----------------------------------------------------------------------------------------------------


def lint_groups(view: View) -> Iterator[Problem]:
    """R112: a name beside a group that includes it, or twice in one group."""
    for expression in _conditions(view):
        for node in tree.walk(root(expression)):
            if isinstance(node, tree.Quantified | tree.AtLeast):
                yield from _twice(node, expression, view)
            elif isinstance(node, tree.And | tree.Or):
                yield from _beside(node, expression, view)


def _twice(node: tree.Quantified | tree.AtLeast, expression: Expression, view: View) -> Iterator[Problem]:
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
            if isinstance(wild, tree.Wildcard):
                message, place = f"{to_text(member)} is among {to_text(wild)}{counts}", plain
            else:
                message, place = f"{to_text(item)} stands in the group twice{counts}", item
            yield problem("R112", message, expression.locate(*place.span), help="remove one of them")
            return


def _beside(node: tree.And | tree.Or, expression: Expression, view: View) -> Iterator[Problem]:
    """`a or any of (a, b)`: the name adds nothing to the group; `a and any of (a, b)`: nor the group to the name."""
    for group in node.items:
        if not isinstance(group, tree.Quantified | tree.AtLeast) or not _is_any(group):
            continue
        inside = {view.formulas.matches(member) for member in members(group.items, view.scope)}
        for item in node.items:
            if item is group or not isinstance(item, tree.Name | tree.String | tree.Regex):
                continue
            if view.formulas.matches(item) in inside:
                shown = to_text(item)
                useless = f"{shown} adds nothing" if isinstance(node, tree.Or) else "the group adds nothing"
                message = f"{shown} is in the group beside it, so {useless}"
                help = f"remove {shown}" if isinstance(node, tree.Or) else f"take {shown} out of the group"
                yield problem("R112", message, expression.locate(*item.span), help=help)


def _is_any(group: tree.Quantified | tree.AtLeast) -> bool:
    return group.least == 1 if isinstance(group, tree.AtLeast) else group.quantifier == "any"


# -- not -------------------------------------------------------------------------------------------------------


def lint_record_level_not(view: View) -> Iterator[Problem]:
    """R105: `a and not (a inside b)`, which one match inside b makes false for all of a."""
    seen: set[int] = set()
    for rule in view.ruleset.rules:
        for expression in expressions_of(rule):
            if id(expression) not in seen:
                seen.add(id(expression))
                yield from _not_filters(expression, view)
    for let in view.ruleset.lets.values():
        yield from _not_filters(let.expression, view)


def _not_filters(expression: Expression, view: View) -> Iterator[Problem]:
    for node in tree.walk(root(expression)):
        if not isinstance(node, tree.And):
            continue
        present = {view.formulas.matches(item): item for item in node.items if not isinstance(item, tree.Not)}
        for item in node.items:
            filtered = _resolved(item.item, view) if isinstance(item, tree.Not) else None
            if not isinstance(filtered, tree.Relation | tree.InPlace | tree.InContext):
                continue
            if not filtered.negated and view.formulas.matches(filtered.left) in present:
                shown = to_text(present[view.formulas.matches(filtered.left)])
                message = "this is about the record: one such match is enough to make it false"
                help = f"to leave out single matches, write: {_filter(filtered, shown)}"
                yield problem("R105", message, expression.locate(*item.span), help=help)


def _resolved(node: tree.Node, view: View) -> tree.Node:
    while isinstance(node, tree.Name) and node.name in view.scope.lets:
        node = root(view.scope.lets[node.name])
    return node


def _filter(node: tree.Relation | tree.InPlace | tree.InContext, left: str) -> str:
    """The filter that was probably meant."""
    match node:
        case tree.Relation():
            negated = tree.Relation(node.kind, tree.Name("LEFT"), node.right, node.distance, negated=True)
            return to_text(negated).replace("LEFT", left, 1)
        case tree.InPlace():
            return to_text(tree.InPlace(tree.Name("LEFT"), node.place, negated=True)).replace("LEFT", left, 1)
        case tree.InContext():
            return f"{left} is not {node.context}"
