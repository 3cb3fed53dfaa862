"""Checks comparisons, and says how what was meant is written: each help is an edit that reads as it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from rubricate.language import tree
from rubricate.language.imaging import asks_image
from rubricate.language.naming import NO_VALUES, TRUTHS
from rubricate.language.printing import to_text
from rubricate.language.types import NONE, WRONG, Scope, Type, Typed, nearest
from rubricate.model.ruleset import MetaField

__all__ = ["COMPARABLE", "Checker", "check_comparison", "check_exists", "compared_by_is", "help_to_ask"]

COMPARABLE = {Type.TEXT: Type.TEXT, Type.ENUM: Type.TEXT}
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Checker(Protocol):
    """What checks the expression that a comparison stands in."""

    scope: Scope

    def report(self, code: str, message: str, span: tree.Span, *, help: str | None = None) -> Typed:
        """Gather a problem."""
        ...

    def columns_of(self, name: str) -> dict[str, str]:
        """The columns of a matcher or let, or none."""
        ...

    def visit(self, node: tree.Node) -> Typed:
        """The type of a node where a condition is wanted."""
        ...

    def value(self, node: tree.Node) -> Typed:
        """The type of a node whose value is wanted."""
        ...

    def text(self, node: tree.Node, word: str, *, or_list: bool = False) -> Typed:
        """The type of a node that must be a text."""
        ...

    def is_matches(self, node: tree.Node) -> bool:
        """Whether a node gives matches, without a word about it."""
        ...


def check_comparison(checker: Checker, node: tree.Compare) -> Typed:
    """The type of a comparison; its problems go to the checker."""
    truth = Typed(Type.TRUTH, NONE)
    if _is_misplaced(checker, node):
        return truth
    match node.operator:
        case "matches":
            _matches(checker, node)
        case "contains":
            _contains(checker, node)
        case "in" | "not in":
            _membership(checker, node)
        case _:
            _pair(checker, node, checker.value(node.left), checker.value(node.right))
    return truth


def _needs_parentheses(checker: Checker, where: tree.Where, whole: tree.Node) -> Typed:
    """Reports `a where it.n > 2`, in which the comparison is taken for one of all that stands before it."""
    inner = where.condition
    if isinstance(inner, tree.Name):
        name = where.left.name if isinstance(where.left, tree.Name) else ""
        meta = tree.Doc(inner.name, inner.span) if inner.name in checker.scope.meta else inner
        inner = tree.It(inner.name, inner.span) if inner.name in checker.columns_of(name) else meta
    match whole:
        case tree.Compare():
            asked: tree.Node = replace(whole, left=inner)
        case tree.Exists():
            asked = replace(whole, item=inner)
        case _:
            asked = inner
    help = f"write: {to_text(where.left)} where ({to_text(asked)})"
    span = getattr(whole, "span", where.span)
    return checker.report("R020", '"where" needs parentheses around its condition', span, help=help)


def check_exists(checker: Checker, node: tree.Exists) -> Typed:
    """The type of `doc.price exists`; its problems go to the checker."""
    help: str | None = None
    match node.item:
        case tree.Doc(field=field) if field in checker.scope.images:
            return Typed(Type.TRUTH, NONE)
        case tree.Doc() | tree.It():
            checker.visit(node.item)
            return Typed(Type.TRUTH, NONE)
        case tree.Column() if asks_image(node.item, checker.scope):
            checker.visit(node.item)
            return Typed(Type.TRUTH, NONE)
        case tree.Where():
            _needs_parentheses(checker, node.item, node)
            return Typed(Type.TRUTH, NONE)
        case tree.Name(name=name) if name in (
            *checker.scope.meta,
            *checker.scope.readable_fields,
            *checker.scope.images,
        ):
            help = f"write: doc.{name} exists"
        case item if checker.is_matches(item):
            help = f"write: {to_text(item)}"
        case _:
            pass
    checker.report("R022", "exists asks about doc.FIELD or it.COLUMN", node.span, help=help)
    return Typed(Type.TRUTH, NONE)


def compared_by_is(checker: Checker, node: tree.InContext, type_: Type) -> Typed:
    """Reports `doc.price is null`, `doc.sold is true` and `doc.lang is en`."""
    if type_ is Type.UNKNOWN:
        return WRONG
    shown, word, negated = to_text(node.left), node.context.casefold(), "not " if node.negated else ""
    if word in NO_VALUES:
        help = f"write: {'' if node.negated else 'not '}{shown} exists"
    elif type_ is Type.TRUTH:
        help = f"write: {'' if TRUTHS.get(word, True) is not node.negated else 'not '}{shown}"
    elif type_ is Type.LIST:
        help = f'write: {negated}{shown} contains "{node.context}"'
    elif type_ in (Type.TEXT, Type.ENUM):
        help = f'write: {shown} {"!=" if node.negated else "=="} "{node.context}"'
    else:
        help = help_to_ask(node.left, type_)
    message = f"is names a context of matches; {shown} is a value"
    return checker.report("R022", message, node.span, help=help)


def help_to_ask(node: tree.Node, type_: Type) -> str:
    """How a value becomes a condition."""
    shown = to_text(node)
    if isinstance(node, tree.Number):
        return f'to look for it in the text, write: "{shown}"'
    exists = f", or {shown} exists" if isinstance(node, tree.Doc | tree.It) else ""
    match type_:
        case Type.NUMBER:
            return f"compare it, as in {shown} > 0{exists}"
        case Type.DATE:
            return f'compare it, as in {shown} >= date("2026-01-31"){exists}'
        case Type.LIST if isinstance(node, tree.ListOf):
            return f"write: any of ({', '.join(map(to_text, node.items))})"
        case Type.LIST:
            return f'ask it, as in {shown} contains "text"{exists}'
        case _:
            return f'compare it, as in {shown} == "text"{exists}'


def _is_misplaced(checker: Checker, node: tree.Compare) -> bool:
    """Reports a comparison one side of which is no value at all, in the words that fit the other side."""
    if isinstance(node.left, tree.Where):
        _needs_parentheses(checker, node.left, node)
        return True
    for side, other, operator in _sides(node):
        if _is_absent(checker, other) or (
            isinstance(other, tree.String) and not other.text and _is_bare(checker, side)
        ):
            return _nothing_compared(checker, node, side, other)
        if _is_truth(checker, side) and (truth := _truth(other)) is not None:
            wanted = truth is (node.operator == "==")
            help = f"write: {'' if wanted else 'not '}{to_text(side)}"
            checker.report("R022", f"{to_text(side)} is true or false, and is asked without a comparison", node.span,
                           help=help)  # fmt: skip
            return True
        if isinstance(side, tree.Column) and checker.columns_of(side.name):
            return _column_compared(checker, side, other, operator)
        is_pattern = isinstance(side, tree.Regex) and node.operator in ("contains", "matches")
        if checker.is_matches(side) and not isinstance(side, tree.String | tree.It) and not is_pattern:
            return _matches_compared(checker, node, side, other, operator)
    return False


def _sides(node: tree.Compare) -> tuple[tuple[tree.Node, tree.Node, str], ...]:
    return (
        (node.left, node.right, node.operator),
        (node.right, node.left, _MIRRORED.get(node.operator, node.operator)),
    )


def _is_declared(checker: Checker, name: str) -> bool:
    return name in checker.scope.matchers or name in checker.scope.lets


def _is_absent(checker: Checker, node: tree.Node) -> bool:
    return isinstance(node, tree.Name) and node.name.casefold() in NO_VALUES and not _is_declared(checker, node.name)


def _is_bare(checker: Checker, node: tree.Node) -> bool:
    """Whether a node is a field that holds no text."""
    declared = checker.scope.meta.get(node.field) if isinstance(node, tree.Doc) else None
    return declared is not None and declared.type in ("number", "date", "boolean", "list")


def _is_truth(checker: Checker, node: tree.Node) -> bool:
    declared = checker.scope.meta.get(node.field) if isinstance(node, tree.Doc) else None
    return declared is not None and declared.type == "boolean"


def _truth(node: tree.Node) -> bool | None:
    """Whether a node was meant for true or for false; None: for neither."""
    match node:
        case tree.Name(name=word) | tree.String(text=word):
            return TRUTHS.get(word.casefold())
        case tree.Number(value=value) if value in (0, 1):
            return bool(value)
        case _:
            return None


def _nothing_compared(checker: Checker, node: tree.Compare, side: tree.Node, other: tree.Node) -> bool:
    if isinstance(side, tree.Doc):
        checker.value(side)
    shown = to_text(side)
    there = f"{shown} exists" if isinstance(side, tree.Doc | tree.It) else shown
    help = f"write: {'' if node.operator in ('!=', '>', 'not in') else 'not '}{there}"
    checker.report("R022", "nothing is compared with a value that is missing", other.span, help=help)
    return True


def _column_compared(checker: Checker, side: tree.Column, other: tree.Node, operator: str) -> bool:
    owner = tree.Name(side.name, side.span)
    asked = tree.Compare(operator, tree.It(side.column, side.span), other)  # type: ignore[arg-type]  # one of them
    help = f"write: {to_text(tree.Where(owner, asked))}"
    checker.report("R022", f"{to_text(side)} is a column of many matches", side.span, help=help)
    return True


def _matches_compared(checker: Checker, node: tree.Compare, side: tree.Node, other: tree.Node, operator: str) -> bool:
    shown = to_text(side)
    help = f"write: count({shown})"
    texts = _strings(side)
    match other:
        case tree.Number() | tree.Negative():
            help = f"write: {to_text(tree.Compare(operator, tree.Call('count', (side,)), other))}"  # type: ignore[arg-type]  # one of them
        case tree.String() | tree.ListOf() | tree.Regex() if not isinstance(side, tree.Regex):
            asked = tree.Compare(operator, tree.It("text"), other)  # type: ignore[arg-type]  # one of them
            help = f"write: {to_text(tree.Where(side, asked))}"
        case tree.Name() if (truth := _truth(other)) is not None:
            help = f"write: {'' if truth is (node.operator == '==') else 'not '}{to_text(side)}"
        case tree.Doc() if operator == "==" and texts is not None:
            help = f"write: {to_text(tree.Compare('in', other, tree.ListOf(texts)))}"
        case tree.Doc() if operator in ("==", "contains") and isinstance(side, tree.Regex):
            help = f"write: {to_text(tree.Compare('matches', other, side))}"
        case _:
            pass
    checker.report("R022", f"{shown} is a set of matches, not a value", side.span, help=help)
    return True


def _strings(node: tree.Node) -> tuple[tree.Node, ...] | None:
    """The strings of `"a" or "b"`."""
    items = node.items if isinstance(node, tree.Or | tree.Quantified) else ()
    return items if items and all(isinstance(item, tree.String) for item in items) else None


def _matches(checker: Checker, node: tree.Compare) -> None:
    left = checker.text(node.left, "matches")
    if isinstance(node.right, tree.Regex) or left.type is Type.UNKNOWN:
        return
    help = "write a pattern between slashes, as in /shop/"
    if isinstance(node.right, tree.String) and node.right.text:
        help = f"write: {to_text(replace(node, right=tree.Regex(node.right.text, '')))}"
    checker.report("R022", "matches wants a /regex/ on its right", node.right.span, help=help)


def _contains(checker: Checker, node: tree.Compare) -> None:
    left = checker.text(node.left, "contains", or_list=True)
    if not isinstance(node.right, tree.Regex):
        checker.text(node.right, "contains")
        return
    if left.type is Type.UNKNOWN:
        return
    help = f"write: {to_text(replace(node, operator='matches'))}"
    if left.type is Type.LIST:
        help = f'a list is asked for a whole text, as in {to_text(node.left)} contains "text"'
    checker.report("R022", "contains wants a text on its right, not a regex", node.right.span, help=help)


def _membership(checker: Checker, node: tree.Compare) -> None:
    left = checker.value(node.left)
    if not isinstance(node.right, tree.ListOf):
        message = f'"{node.operator}" wants a list such as ["a", "b"] on its right'
        checker.report("R022", message, node.right.span)
        return
    pairs = [(tree.Compare("==", node.left, item, node.span), checker.value(item)) for item in node.right.items]
    for pair, typed in pairs:
        if not _fit(left, typed):
            message = f"{to_text(pair.left)} is {left.type}, {to_text(pair.right)} is {typed.type}"
            mended = [_mended(checker, each, left, other) for each, other in pairs]
            checker.report("R022", message, node.span, help=_help(_joined(node, mended), left, typed))
            return
    for pair, typed in pairs:
        _pair(checker, pair, left, typed)


def _joined(node: tree.Compare, pairs: Sequence[tree.Node | None]) -> tree.Node | None:
    """A question about a list again, from one about each of its items."""
    found = [pair for pair in pairs if isinstance(pair, tree.Compare)]
    if len(found) < len(pairs) or len({(pair.operator, to_text(pair.left)) for pair in found}) > 1:
        return None
    if found[0].operator == "==":
        return replace(node, left=found[0].left, right=tree.ListOf(tuple(pair.right for pair in found)))
    asked = found[0] if len(found) == 1 else tree.Or(tuple(found))
    return tree.Not(asked) if node.operator == "not in" else asked


def _pair(checker: Checker, node: tree.Compare, left: Typed, right: Typed) -> None:
    if not _fit(left, right):
        message = f"{to_text(node.left)} is {left.type}, {to_text(node.right)} is {right.type}"
        help = _help(_mended(checker, node, left, right), left, right)
        checker.report("R022", message, node.span, help=help)
        return
    for field, literal in ((node.left, node.right), (node.right, node.left)):
        if isinstance(field, tree.Doc) and isinstance(literal, tree.String):
            _enum_value(checker, checker.scope.meta.get(field.field), literal)


def _fit(left: Typed, right: Typed) -> bool:
    """Whether two values can be compared; what was reported already counts as fitting."""
    one, two = COMPARABLE.get(left.type, left.type), COMPARABLE.get(right.type, right.type)
    return one is two or Type.UNKNOWN in (one, two)


def _help(mended: tree.Node | None, left: Typed, right: Typed) -> str | None:
    if mended is not None:
        return f"write: {to_text(mended)}"
    return 'a date is written so: date("2026-01-31")' if Type.DATE in (left.type, right.type) else None


def _mended(checker: Checker, node: tree.Compare, left: Typed, right: Typed) -> tree.Node | None:
    """How two values of different types are compared; a comparison that holds good stays as it is."""
    if _fit(left, right):
        return node
    one, two = COMPARABLE.get(left.type, left.type), COMPARABLE.get(right.type, right.type)
    types = {one, two}
    if Type.DATE in types:
        return _with_date(node, one)
    if types == {Type.NUMBER, Type.TEXT}:
        if Type.ENUM in (left.type, right.type):
            return None
        text = node.left if one is Type.TEXT else node.right
        number: tree.Node | None = None
        if isinstance(text, tree.String) and re.fullmatch(r"[0-9]{1,15}(?:\.[0-9]{1,9})?", text.text):
            number = tree.Number(float(text.text))
        elif not isinstance(text, tree.String) and "number" in checker.scope.normalisers:
            number = tree.Call("number", (text,))
        if number is None:
            return None
        return replace(node, left=number) if text is node.left else replace(node, right=number)
    if types == {Type.LIST, Type.TEXT} and node.operator in ("==", "!="):
        listed, item = (node.left, node.right) if one is Type.LIST else (node.right, node.left)
        asked: tree.Node = tree.Compare("contains", listed, item)
        return asked if node.operator == "==" else tree.Not(asked)
    return None


def _with_date(node: tree.Compare, one: Type) -> tree.Node | None:
    date, other = (node.left, node.right) if one is Type.DATE else (node.right, node.left)
    written = _written_date(other)
    if written is None:
        return None
    call = tree.Call("date", (tree.String(written),))
    return replace(node, right=call) if date is node.left else replace(node, left=call)


def _written_date(node: tree.Node) -> str | None:
    """The date that a text or a subtraction was meant for."""
    match node:
        case tree.String(text=text) if _ISO.fullmatch(text):
            return text
        case tree.Call(name="date", arguments=(inner,)):
            return _written_date(inner)
        case tree.Arithmetic(
            "-", tree.Arithmetic("-", tree.Number(value=y), tree.Number(value=m)), tree.Number(value=d)
        ):
            return (
                f"{int(y):04}-{int(m):02}-{int(d):02}" if 1000 <= y <= 9999 and 1 <= m <= 12 and 1 <= d <= 31 else None
            )
        case _:
            return None


def _enum_value(checker: Checker, declared: MetaField | None, literal: tree.String) -> None:
    if declared is None or declared.type != "enum" or literal.text in declared.values:
        return
    checker.report(
        "R025",
        f'"{literal.text}" is no value of doc.{declared.name}',
        literal.span,
        help=nearest(literal.text, declared.values) or f"it has: {', '.join(declared.values[:7])}",
    )
