"""Checks a condition before anything runs: names, types, columns, functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rubricate.language import tree
from rubricate.language.calls import check_call, covered, report_mixed
from rubricate.language.printing import to_text
from rubricate.language.types import (
    BUILT_IN_COLUMNS,
    NONE,
    SEGMENT_SETS,
    VALUES,
    WRONG,
    Scope,
    Type,
    Typed,
    inline_name,
    members,
    nearest,
)
from rubricate.model.codes import problem
from rubricate.model.problem import Problem
from rubricate.model.ruleset import Expression, MetaField

__all__ = ["check_expression", "columns_of", "type_of"]

META_TYPES = {
    "text": Type.TEXT,
    "number": Type.NUMBER,
    "enum": Type.ENUM,
    "date": Type.DATE,
    "list": Type.LIST,
    "boolean": Type.TRUTH,
}
COMPARABLE = {Type.TEXT: Type.TEXT, Type.ENUM: Type.TEXT}


def check_expression(
    expression: Expression,
    scope: Scope,
    *,
    wanted: Iterable[Type],
    it: Mapping[str, str] | None = None,
    emits: bool = False,
) -> tuple[Typed, list[Problem]]:
    """The type of an expression and every problem in it.

    `it` are the columns of the match at hand, if there is one; `emits`: it is an emit, which may be a cover(..).
    """
    checker = _Checker(expression, scope, it)
    whole = covered(expression.tree) if emits else None
    if whole is not None:
        typed = checker.matches(whole, "cover()")
    else:
        typed = checker.visit(expression.tree)  # type: ignore[arg-type]  # the model knows no language
    allowed = tuple(wanted)
    if typed.type is not Type.UNKNOWN and not checker.problems and typed.type not in allowed:
        checker.report("R022", f"{' or '.join(allowed)} is wanted here, this is {typed.type}", _span(expression.tree))
    return typed, checker.problems


def type_of(node: tree.Node, scope: Scope, it: Mapping[str, str] | None = None) -> Typed:
    """The type of a part of a checked expression."""
    checker = _Checker(None, scope, it)
    return checker.visit(node)


def columns_of(node: tree.Node, scope: Scope) -> Mapping[str, str]:
    """The columns of the matches that a checked expression gives."""
    return type_of(node, scope).columns


def _span(node: object) -> tree.Span:
    return node.span  # type: ignore[attr-defined,no-any-return]  # every node has one


class _Checker:
    """Walks one expression and gathers its problems."""

    def __init__(self, expression: Expression | None, scope: Scope, it: Mapping[str, str] | None) -> None:
        self.expression = expression
        self.scope = scope
        self.it = it
        self.problems: list[Problem] = []
        self.lets: dict[str, Typed] = {}

    def report(self, code: str, message: str, span: tree.Span, *, help: str | None = None) -> Typed:
        if self.expression is not None:
            self.problems.append(problem(code, message, self.expression.locate(*span), help=help))
        return WRONG

    def visit(self, node: tree.Node) -> Typed:
        """The type of a node where a condition is wanted."""
        match node:
            case tree.Name():
                return self._name(node)
            case tree.Wildcard():
                return self.report(
                    "R022",
                    "a wildcard stands for several names, so it needs a group",
                    node.span,
                    help=f"write: any of ({node.pattern})",
                )
            case tree.String() | tree.Regex():
                return Typed(Type.MATCH, self.scope.matchers.get(inline_name(node), BUILT_IN_COLUMNS))
            case tree.Number():
                return Typed(Type.NUMBER, NONE)
            case tree.ListOf():
                for item in node.items:
                    self.value(item)
                return Typed(Type.LIST, NONE)
            case tree.Doc():
                return self._doc(node)
            case tree.It():
                return self._it(node)
            case tree.Column():
                return self.report(
                    "R022",
                    f"{node.name}.{node.column} is a column of many matches",
                    node.span,
                    help=f"write: sum({node.name}.{node.column}), or {node.name} where (it.{node.column} ...)",
                )
            case tree.Not():
                self.truth(node.item)
                return Typed(Type.TRUTH, NONE)
            case tree.And():
                return self._leftmost([self.truth(item) for item in node.items])
            case tree.Or():
                return self._union([self.truth(item) for item in node.items])
            case tree.Quantified() | tree.AtLeast():
                return self._group(node)
            case tree.Relation():
                return self._relation(node)
            case tree.InPlace():
                return self._in_place(node)
            case tree.InContext():
                return self._in_context(node)
            case tree.Where():
                return self._where(node)
            case tree.Compare():
                return self._compare(node)
            case tree.Exists():
                return self._exists(node)
            case tree.Call():
                return check_call(self, node)
            case tree.Arithmetic():
                self.number(node.left, node.operator)
                self.number(node.right, node.operator)
                return Typed(Type.NUMBER, NONE)
            case tree.Negative():
                self.number(node.item, "-")
                return Typed(Type.NUMBER, NONE)
            case tree.Choice():
                return self._choice(node)

    def truth(self, node: tree.Node) -> Typed:
        """A node that is asked yes or no."""
        typed = self.visit(node)
        if typed.type in VALUES:
            shown = to_text(node)
            return self.report(
                "R022",
                f"{shown} is {typed.type}, not a condition",
                node.span,
                help=f"compare it: {shown} == ..., or write: {shown} exists",
            )
        return typed

    def matches(self, node: tree.Node, word: str) -> Typed:
        """A node whose places in the text are looked at."""
        typed = self.visit(node)
        if typed.type not in (Type.MATCH, Type.UNKNOWN):
            what = "a value" if typed.type in VALUES else str(typed.type)
            return self.report("R022", f"{word} compares places in text; {to_text(node)} is {what}", node.span)
        return typed

    def value(self, node: tree.Node) -> Typed:
        """A node whose value is compared or computed with; a string is a text here."""
        if isinstance(node, tree.String):
            return Typed(Type.TEXT, NONE)
        typed = self.visit(node)
        if typed.type is Type.MATCH:
            shown = to_text(node)
            return self.report(
                "R022",
                f"{shown} is a set of matches, not a value",
                node.span,
                help=f"write: count({shown}), or {shown} where (it.text == ...)",
            )
        return typed

    def number(self, node: tree.Node, word: str) -> None:
        """A node that must be a number."""
        typed = self.value(node)
        if typed.type not in (Type.NUMBER, Type.UNKNOWN):
            self.report("R022", f'"{word}" works on numbers; {to_text(node)} is {typed.type}', node.span)

    def _name(self, node: tree.Name) -> Typed:
        if node.name in SEGMENT_SETS:
            return Typed(Type.MATCH, BUILT_IN_COLUMNS)
        columns = self.scope.matchers.get(node.name)
        if columns is not None:
            return Typed(Type.MATCH, columns)
        expression = self.scope.lets.get(node.name)
        if expression is None:
            names = [name for name in (*self.scope.matchers, *self.scope.lets) if name[:1] not in '"/']
            return self.report(
                "R021",
                f'no matcher or let is named "{node.name}"',
                node.span,
                help=nearest(node.name, names) or f'to look for the word itself, write "{node.name}"',
            )
        if node.name not in self.lets:
            self.lets[node.name] = WRONG  # a let that names itself is reported as a circle elsewhere
            inner = _Checker(None, self.scope, None)
            inner.lets = self.lets
            self.lets[node.name] = inner.visit(expression.tree)  # type: ignore[arg-type]  # the model knows no language
        return self.lets[node.name]

    def _doc(self, node: tree.Doc) -> Typed:
        declared = self.scope.meta.get(node.field)
        if declared is not None:
            return Typed(META_TYPES[declared.type], NONE)
        places = (*self.scope.readable_fields, *sorted(self.scope.derived))
        if node.field in places:
            return Typed(Type.TEXT, NONE)
        names = [*self.scope.meta, *places]
        return self.report(
            "R026",
            f'the record declares no field "{node.field}"',
            node.span,
            help=nearest(node.field, names) or f"declare it: record: {{meta: {{{node.field}: {{type: text}}}}}}",
        )

    def _it(self, node: tree.It) -> Typed:
        if self.it is None:
            return self.report(
                "R022",
                "there is no match at hand here, so `it` means nothing",
                node.span,
                help="`it` stands in where (...), confidence, value and label_from of rules over matches",
            )
        if node.column is None:
            return Typed(Type.MATCH, self.it)
        kind = {**self.it, **BUILT_IN_COLUMNS}.get(node.column)
        if kind is None:
            known = sorted({**self.it, **BUILT_IN_COLUMNS})
            return self.report(
                "R027",
                f'the match has no column "{node.column}"',
                node.span,
                help=nearest(node.column, known) or f"it has: {', '.join(known[:7])}",
            )
        if kind == "mixed":
            return report_mixed(self, node.column, node.span)
        return Typed(Type.NUMBER if kind == "number" else Type.TEXT, NONE)

    def _leftmost(self, typed: list[Typed]) -> Typed:
        first = next((item for item in typed if item.type is Type.MATCH), None)
        return first if first is not None else Typed(Type.TRUTH, NONE)

    def _union(self, typed: list[Typed]) -> Typed:
        sets = [item.columns for item in typed if item.type is Type.MATCH]
        if not sets:
            return Typed(Type.TRUTH, NONE)
        merged: dict[str, str] = {}
        for columns in sets:
            for name, kind in columns.items():
                merged[name] = kind if merged.get(name, kind) == kind else "mixed"
        return Typed(Type.MATCH, merged)

    def _group(self, node: tree.Quantified | tree.AtLeast) -> Typed:
        items = members(node.items, self.scope)
        for item in node.items:
            if isinstance(item, tree.Wildcard) and not members((item,), self.scope):
                return self.report("R023", f'no matcher or let has a name like "{item.pattern}"', item.span)
        typed = [self.truth(item) for item in items]
        if isinstance(node, tree.AtLeast):
            if node.least > len(items):
                self.report("R024", f"at least {node.least} of {len(items)} can never be", node.span)
            return self._union(typed)
        match node.quantifier:
            case "any":
                return self._union(typed)
            case "all":
                return self._leftmost(typed)
            case "none":
                return Typed(Type.TRUTH, NONE)

    def _relation(self, node: tree.Relation) -> Typed:
        left = self.matches(node.left, node.kind)
        self.matches(node.right, node.kind)
        if node.kind == "near" and node.distance is None:
            self.report(
                "R020",
                "near needs a distance",
                node.span,
                help=f"write: {to_text(node.left)} near {to_text(node.right)} within 8 words",
            )
        if node.kind in ("inside", "overlaps") and node.distance is not None:
            self.report("R020", f'"{node.kind}" takes no distance', node.distance.span)
        return left

    def _in_place(self, node: tree.InPlace) -> Typed:
        left = self.matches(node.left, "in")
        known = (*self.scope.readable_fields, *sorted(self.scope.derived))
        for name in node.place.fields:
            if name not in known:
                message = f'the record has no text field "{name}"'
                self.report("R026", message, node.place.span, help=nearest(name, known))
        return left

    def _in_context(self, node: tree.InContext) -> Typed:
        left = self.matches(node.left, "is")
        if node.context not in self.scope.contexts:
            known = sorted(self.scope.contexts)
            help = nearest(node.context, known) or "declare it under contexts, with its cue and window"
            return self.report("R021", f'no context is named "{node.context}"', node.span, help=help)
        return left

    def _where(self, node: tree.Where) -> Typed:
        left = self.matches(node.left, "where")
        outer, self.it = self.it, left.columns
        self.truth(node.condition)
        self.it = outer
        return left

    def _compare(self, node: tree.Compare) -> Typed:
        if node.operator == "matches":
            self.text(node.left, "matches")
            if not isinstance(node.right, tree.Regex):
                self.report("R022", "matches wants a /regex/ on its right", node.right.span)
        elif node.operator == "contains":
            self.text(node.left, "contains", or_list=True)
            self.text(node.right, "contains")
        elif node.operator in ("in", "not in"):
            self._membership(node)
        else:
            self._pair(node, self.value(node.left), self.value(node.right))
        return Typed(Type.TRUTH, NONE)

    def text(self, node: tree.Node, word: str, *, or_list: bool = False) -> None:
        """A node that must be a text, or may be a list too."""
        typed = self.value(node)
        if typed.type not in (Type.TEXT, Type.ENUM, Type.UNKNOWN) and not (or_list and typed.type is Type.LIST):
            self.report("R022", f'"{word}" works on texts; {to_text(node)} is {typed.type}', node.span)

    def _membership(self, node: tree.Compare) -> None:
        left = self.value(node.left)
        if not isinstance(node.right, tree.ListOf):
            self.report("R022", f'"{node.operator}" wants a list such as ["a", "b"] on its right', node.right.span)
            return
        for item in node.right.items:
            self._pair(tree.Compare("==", node.left, item, node.span), left, self.value(item))

    def _pair(self, node: tree.Compare, left: Typed, right: Typed) -> None:
        one, two = COMPARABLE.get(left.type, left.type), COMPARABLE.get(right.type, right.type)
        if Type.UNKNOWN in (one, two):
            return
        if one is not two:
            hint = 'write: date("2026-01-31")' if Type.DATE in (one, two) else None
            self.report(
                "R022",
                f"{to_text(node.left)} is {left.type}, {to_text(node.right)} is {right.type}",
                node.span,
                help=hint,
            )
            return
        for field, literal in ((node.left, node.right), (node.right, node.left)):
            if isinstance(field, tree.Doc) and isinstance(literal, tree.String):
                self._enum_value(self.scope.meta.get(field.field), literal)

    def _enum_value(self, declared: MetaField | None, literal: tree.String) -> None:
        if declared is None or declared.type != "enum" or literal.text in declared.values:
            return
        self.report(
            "R025",
            f'"{literal.text}" is no value of doc.{declared.name}',
            literal.span,
            help=nearest(literal.text, declared.values) or f"it has: {', '.join(declared.values[:7])}",
        )

    def _exists(self, node: tree.Exists) -> Typed:
        if isinstance(node.item, tree.Doc | tree.It):
            self.visit(node.item)
        else:
            self.report("R022", "exists asks about doc.FIELD or it.COLUMN", node.span)
        return Typed(Type.TRUTH, NONE)

    def _choice(self, node: tree.Choice) -> Typed:
        value, other = self.value(node.value), self.value(node.otherwise)
        self.truth(node.condition)
        if Type.UNKNOWN in (value.type, other.type):
            return WRONG
        if COMPARABLE.get(value.type, value.type) is not COMPARABLE.get(other.type, other.type):
            return self.report("R022", f"one case is {value.type}, the other {other.type}", node.span)
        return value
