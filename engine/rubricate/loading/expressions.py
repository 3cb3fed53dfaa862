"""Expressions of a ruleset: parsed, with the place of each character; strings and regexes written in place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rubricate.language import tree
from rubricate.language.parsing import ConditionSyntaxError, parse
from rubricate.language.types import SEGMENT_SETS
from rubricate.loading.expression_text import single_quoted
from rubricate.loading.findings import Findings
from rubricate.loading.surprises import are_only_words, lost_its_quotes
from rubricate.loading.wording import nearest, quoted
from rubricate.loading.words_apart import words_apart
from rubricate.loading.yaml_tree import Node, Scalar
from rubricate.model.problem import Fix
from rubricate.model.ruleset import Expression

__all__ = ["InPlace", "build_confidence", "build_expression", "inline_matchers", "regexes", "root"]

InPlace = tree.String | tree.Regex

_OF_MATCHES = frozenset({"count", "cover", "distinct", "max", "mean", "min", "sum"})
"""Functions whose arguments are sets of matches."""


def root(expression: Expression) -> tree.Node:
    """The tree of an expression."""
    found = expression.tree
    assert isinstance(found, tree.Node)
    return found


def build_expression(node: Node | None, findings: Findings, *, key: str, names: frozenset[str]) -> Expression | None:
    """The expression that a value holds, or nothing when it cannot be parsed.

    `names` are the declared matchers and lets: a word in quotes that is nearly none of them has lost its quotes.
    """
    if not isinstance(node, Scalar) or not isinstance(node.value, str) or not node.text:
        return None
    known = names.union(SEGMENT_SETS)
    if key != "confidence" and lost_its_quotes(node, known) and nearest(node.text, known) is None:
        _report_quotes(node, findings, key, is_certain=True)
        return None
    try:
        found = parse(node.text)
    except ConditionSyntaxError as error:
        if key != "confidence" and are_only_words(node, known):
            _report_quotes(node, findings, key, is_certain=False)
        else:
            told = words_apart(node.text, error, known, findings.unsayable)
            findings.add("R020", told.message, node.place(told.start, told.end), help=told.help)
        return None
    runs = node.runs()
    return Expression(text=node.text, tree=found, location=runs[0][1], places=runs if len(runs) > 1 else ())


def _report_quotes(node: Scalar, findings: Findings, key: str, *, is_certain: bool) -> None:
    """Words whose quotes went to YAML; not certain where some of them are words of the language."""
    message = f"YAML takes these quotes away; the condition sees {node.text} without them"
    written = single_quoted(f'"{node.text}"')
    help = f"write {key}: {written}" if is_certain else f"to look for these words write {key}: {written}"
    fixable = is_certain and "\n" not in node.source.text[node.start : node.end]
    fix = Fix.replacing(node.location, written) if fixable else None
    findings.add("R016", message, node.location, help=help, fix=fix)


def build_confidence(node: Node | None, findings: Findings, names: frozenset[str]) -> Expression | None:
    """A confidence: a number, an expression whose constants lie between 0 and 1, or `learned`."""
    if not isinstance(node, Scalar) or isinstance(node.value, bool):
        return None
    if isinstance(node.value, int | float):
        number = tree.Number(float(node.value), (0, len(node.text)))
        expression: Expression | None = Expression(text=node.text, tree=number, location=node.place(0))
    else:
        expression = build_expression(node, findings, key="confidence", names=names)
    if expression is None:
        return None
    if root(expression) == tree.Name("learned"):
        return replace(expression, tree=tree.Learned(None, (0, len(expression.text))))
    for value, span in _constants(root(expression)):
        if not 0 <= value <= 1:
            message = f"the confidence {quoted(expression.text[slice(*span)])[1:-1]} is outside 0 to 1"
            findings.add("R035", message, expression.locate(*span))
    return expression


def _constants(node: tree.Node) -> Iterator[tuple[float, tree.Span]]:
    """The numbers that a confidence can be."""
    match node:
        case tree.Number():
            yield node.value, node.span
        case tree.Negative(item=tree.Number(value=value)):
            yield -value, node.span
        case tree.Choice():
            yield from _constants(node.value)
            yield from _constants(node.otherwise)
        case _:
            pass


def inline_matchers(node: tree.Node, *, matches: bool = True) -> Iterator[InPlace]:
    """The strings and regexes of a tree that are looked for in texts, left to right.

    `matches` says whether the node itself stands where a set of matches or a truth value is wanted (`when`, `emit`,
    `only`, a let), not a number, text or label (`confidence`, `value`, `label_from`).
    """
    match node:
        case tree.String() | tree.Regex():
            if matches:
                yield node
        case tree.ListOf() | tree.Exists():
            return
        case tree.Call():
            for index, argument in enumerate(node.arguments):
                looked_for = node.name in _OF_MATCHES or (node.name == "score" and index == 0)
                yield from inline_matchers(argument, matches=looked_for)
        case tree.Choice():
            yield from inline_matchers(node.value, matches=matches)
            yield from inline_matchers(node.condition)
            yield from inline_matchers(node.otherwise, matches=matches)
        case tree.Compare() | tree.Arithmetic() | tree.Negative():
            for child in tree.children(node):
                yield from inline_matchers(child, matches=False)
        case _:
            for child in tree.children(node):
                yield from inline_matchers(child)


def regexes(node: tree.Node) -> Iterator[tree.Regex]:
    """The regexes of a tree that are not looked for but compared with: `doc.sku matches /../`."""
    for part in tree.walk(node):
        if isinstance(part, tree.Compare):
            yield from (side for side in (part.left, part.right) if isinstance(side, tree.Regex))
