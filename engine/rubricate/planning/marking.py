"""Boxes are marked on images and spans in texts: checks that a rule marks what its label is for."""

from __future__ import annotations

from rubricate.language.types import Scope
from rubricate.model.codes import problem
from rubricate.model.problem import Problem
from rubricate.model.ruleset import Label, Rule, Ruleset
from rubricate.planning.scoping import named_matchers, root
from rubricate.planning.staging import rule_labels

__all__ = ["check_marks"]


def check_marks(rule: Rule, ruleset: Ruleset, scope: Scope, *, gives_matches: bool) -> list[Problem]:
    """What is wrong with a rule for box labels, or with one that marks images as if they were texts."""
    labels = [ruleset.labels[name] for name in rule_labels(rule, ruleset, scope)]
    box = next((label for label in labels if label.kind == "box"), None)
    span = next((label for label in labels if label.kind == "span"), None)
    if box is not None:
        return _check_boxes(rule, box, scope, gives_matches=gives_matches)
    names = named_matchers(root(rule.when if rule.emit is None else rule.emit), scope)
    if span is None or not names or not names <= scope.on_images:
        return []
    message = f'"{span.name}" is a span label, and "{min(names)}" looks at images'
    place = (rule.emit or rule.when).location
    return [problem("R037", message, place, help=f"declare it as {span.name}: {{kind: box}}")]


def _check_boxes(rule: Rule, label: Label, scope: Scope, *, gives_matches: bool) -> list[Problem]:
    marks = rule.when if rule.emit is None else rule.emit
    place = marks.locate(0, len(marks.text))
    if not scope.images:
        message = f'"{label.name}" is a box label, and the record declares no image'
        return [problem("R037", message, place, help="declare it: record: {image: [photo]}")]
    if not gives_matches:
        message = f'"{label.name}" is a box label, and this condition gives no matches to mark'
        return [problem("R037", message, place, help="say which matches: emit: NAME")]
    if scope.on_images.isdisjoint(named_matchers(root(marks), scope)):
        message = f'"{label.name}" is a box label, and this condition marks places in texts'
        help = f"declare it as {label.name}: {{kind: span}}, or name a matcher that looks at images"
        return [problem("R037", message, place, help=help)]
    return []
