"""Lints of conditions: what is always or never true, `not` about the record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rubricate.language import tree
from rubricate.language.printing import to_text
from rubricate.linting.deciding import Decider
from rubricate.linting.view import View
from rubricate.model.codes import problem
from rubricate.model.problem import Problem
from rubricate.model.ruleset import Expression
from rubricate.planning.scoping import expressions_of, root

__all__ = ["conditions_of", "lint_constants", "lint_record_level_not", "resolved"]

_LOGIC = (tree.And, tree.Or, tree.Not, tree.Quantified, tree.AtLeast)


def conditions_of(view: View) -> Iterator[Expression]:
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
    for expression in conditions_of(view):
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
            filtered = resolved(item.item, view) if isinstance(item, tree.Not) else None
            if not isinstance(filtered, tree.Relation | tree.InPlace | tree.InContext):
                continue
            if not filtered.negated and view.formulas.matches(filtered.left) in present:
                shown = to_text(present[view.formulas.matches(filtered.left)])
                message = "this is about the record: one such match is enough to make it false"
                help = f"to leave out single matches, write: {_filter(filtered, shown)}"
                yield problem("R105", message, expression.locate(*item.span), help=help)


def resolved(node: tree.Node, view: View) -> tree.Node:
    """What a name of a let stands for; any other node itself."""
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
