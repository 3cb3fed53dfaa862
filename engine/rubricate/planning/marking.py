"""Boxes are marked on images and spans in texts: checks that a rule marks what its label is for."""

from __future__ import annotations

from collections.abc import Sequence

from rubricate.language import tree
from rubricate.language.calls import covered
from rubricate.language.types import Scope, inline_name, members
from rubricate.model.codes import problem
from rubricate.model.problem import Problem
from rubricate.model.ruleset import Label, Rule, Ruleset
from rubricate.planning.conditions import is_set
from rubricate.planning.scoping import root
from rubricate.planning.staging import rule_labels

__all__ = ["check_marks"]


def check_marks(rule: Rule, ruleset: Ruleset, scope: Scope, *, gives_matches: bool) -> list[Problem]:
    """What is wrong with a rule for box labels, or with one that marks images as if they were texts."""
    labels = [ruleset.labels[name] for name in rule_labels(rule, ruleset, scope)]
    box = next((label for label in labels if label.kind == "box"), None)
    span = next((label for label in labels if label.kind == "span"), None)
    if box is not None:
        return _check_boxes(rule, box, scope, gives_matches=gives_matches, alone=span is None)
    marking = _marking(root(rule.when if rule.emit is None else rule.emit), scope)
    on_images = marking & scope.on_images
    if span is None or not on_images:
        return []
    message = f'"{span.name}" is a span label, and "{min(on_images)}" looks at images'
    place = (rule.emit or rule.when).location
    whole = marking <= scope.on_images
    help = f"declare it as {span.name}: {{kind: box}}" if whole else "say which matches in texts: emit: NAME"
    return [problem("R037", message, place, help=help)]


def _check_boxes(rule: Rule, label: Label, scope: Scope, *, gives_matches: bool, alone: bool) -> list[Problem]:
    """`alone`: the rule marks nothing but boxes, so that whatever it finds in texts is lost."""
    marks = rule.when if rule.emit is None else rule.emit
    place = marks.locate(0, len(marks.text))
    if not scope.images:
        message = f'"{label.name}" is a box label, and the record declares no image'
        return [problem("R037", message, place, help="declare it: record: {image: [photo]}")]
    if not gives_matches:
        message = f'"{label.name}" is a box label, and this condition gives no matches to mark'
        return [problem("R037", message, place, help="say which matches: emit: NAME")]
    marking = _marking(root(marks), scope)
    if scope.on_images.isdisjoint(marking):
        message = f'"{label.name}" is a box label, and this condition marks places in texts'
        help = f"declare it as {label.name}: {{kind: span}}, or name a matcher that looks at images"
        return [problem("R037", message, place, help=help)]
    if alone and not marking <= scope.on_images:
        name = min(marking - scope.on_images)
        shown = name if name[0] in '"/' else f'"{name}"'
        message = f'"{label.name}" is a box label, and {shown} looks at texts'
        return [problem("R037", message, place, help="say which matches on images: emit: NAME")]
    return []


def _marking(node: tree.Node, scope: Scope) -> frozenset[str]:
    """The matchers whose matches a checked condition gives, of all that it names."""
    whole = covered(node)
    if whole is not None:
        return _marking(whole, scope)
    match node:
        case tree.Name(name=name) if name in scope.lets:
            return _marking(root(scope.lets[name]), scope)
        case tree.Name(name=name):
            return frozenset({name})
        case tree.String() | tree.Regex():
            return frozenset({inline_name(node)})
        case tree.And():
            return _leftmost(node.items, scope)
        case tree.Or():
            return _all_of(node.items, scope)
        case tree.Quantified(quantifier="all"):
            return _leftmost(members(node.items, scope), scope)
        case tree.Quantified(quantifier="any") | tree.AtLeast():
            return _all_of(members(node.items, scope), scope)
        case tree.InPlace():
            return _in_place(node, scope)
        case tree.Relation() | tree.InContext() | tree.Where():
            return _marking(node.left, scope)
        case _:
            return frozenset()


def _leftmost(items: Sequence[tree.Node], scope: Scope) -> frozenset[str]:
    first = next((item for item in items if is_set(item, scope)), None)
    return frozenset() if first is None else _marking(first, scope)


def _all_of(items: Sequence[tree.Node], scope: Scope) -> frozenset[str]:
    return frozenset().union(*(_marking(item, scope) for item in items))


def _in_place(node: tree.InPlace, scope: Scope) -> frozenset[str]:
    """What is looked for in images finds nothing in texts, and the other way round."""
    found, fields = _marking(node.left, scope), set(node.place.fields)
    if node.negated or not fields:
        return found
    if fields <= set(scope.images):
        return found & scope.on_images
    return found - scope.on_images if fields.isdisjoint(scope.images) else found
