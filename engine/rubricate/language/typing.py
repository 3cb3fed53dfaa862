"""Checks a condition before anything runs: names, types, columns, functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from rubricate.language import tree
from rubricate.language.calls import check_call, covered, report_mixed, report_no_text
from rubricate.language.comparing import COMPARABLE, check_comparison, check_exists, compared_by_is, help_to_ask
from rubricate.language.imaging import asks_image, image_property, refuse_edge, refuse_images, refuse_mixed
from rubricate.language.naming import TRUTHS, help_for_name
from rubricate.language.printing import to_text
from rubricate.language.types import (
    BUILT_IN_COLUMNS,
    NO_TEXT,
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
from rubricate.model.ruleset import Expression

__all__ = ["check_expression", "columns_of", "type_of"]

META_TYPES = {
    "text": Type.TEXT,
    "number": Type.NUMBER,
    "enum": Type.ENUM,
    "date": Type.DATE,
    "list": Type.LIST,
    "boolean": Type.TRUTH,
}


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
    allowed = tuple(wanted)
    checker = _Checker(expression, scope, it)
    whole = covered(expression.tree) if emits else None
    if whole is not None:
        typed = checker.matches(whole, "cover()")
    else:
        asks = Type.TRUTH in allowed and isinstance(expression.tree, tree.ListOf)
        typed = checker.truth(expression.tree) if asks else checker.visit(expression.tree)  # type: ignore[arg-type]  # the model knows no language
    if typed.type is not Type.UNKNOWN and not checker.problems and typed.type not in allowed:
        node: tree.Node = expression.tree  # type: ignore[assignment]  # the model knows no language
        help = help_to_ask(node, typed.type) if Type.TRUTH in allowed and typed.type in VALUES else None
        message = f"{' or '.join(allowed)} is wanted here, this is {typed.type}"
        checker.report("R022", message, _span(node), help=help)
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
            case tree.Number() | tree.Learned():
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
                return self._column(node)
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
                return check_comparison(self, node)
            case tree.Exists():
                return check_exists(self, node)
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
        typed = Typed(Type.LIST, NONE) if isinstance(node, tree.ListOf) else self.visit(node)
        if typed.type in VALUES:
            message = f"{to_text(node)} is {typed.type}, not a condition"
            return self.report("R022", message, node.span, help=help_to_ask(node, typed.type))
        return typed

    def matches(self, node: tree.Node, word: str) -> Typed:
        """A node whose places in the text are looked at."""
        typed = self.visit(node)
        if typed.type not in (Type.MATCH, Type.UNKNOWN):
            what = "a value" if typed.type in VALUES else str(typed.type)
            does = "looks at matches" if word.endswith("()") else "compares places in text"
            help = f'to look for it in the text, write: "{to_text(node)}"' if isinstance(node, tree.Number) else None
            return self.report("R022", f"{word} {does}; {to_text(node)} is {what}", node.span, help=help)
        return typed

    def is_matches(self, node: tree.Node) -> bool:
        """Whether a node gives matches, without a word about it."""
        return self._quiet().visit(node).type is Type.MATCH

    def columns_of(self, name: str) -> dict[str, str]:
        """The columns of a matcher or let, or none."""
        typed = self._quiet().visit(tree.Name(name))
        return {**BUILT_IN_COLUMNS, **typed.columns} if typed.type is Type.MATCH else {}

    def _quiet(self) -> _Checker:
        """One that knows the same and keeps its problems to itself."""
        quiet = _Checker(None, self.scope, self.it)
        quiet.lets = self.lets  # each let is looked at once, however many look
        return quiet

    def value(self, node: tree.Node) -> Typed:
        """A node whose value is compared or computed with; a string is a text here."""
        if isinstance(node, tree.String):
            return Typed(Type.TEXT, NONE)
        if isinstance(node, tree.Name):
            return self._name(node, compared=True)
        typed = self.visit(node)
        return self._no_value(node) if typed.type is Type.MATCH else typed

    def _no_value(self, node: tree.Node) -> Typed:
        shown = to_text(node)
        help = f"write: count({shown}); the text of the match at hand is it.text"
        return self.report("R022", f"{shown} is a set of matches, not a value", node.span, help=help)

    def number(self, node: tree.Node, word: str) -> None:
        """A node that must be a number."""
        typed = self.value(node)
        if typed.type not in (Type.NUMBER, Type.UNKNOWN):
            texts = typed.type is Type.TEXT and "number" in self.scope.normalisers
            help = f"write: number({to_text(node)})" if texts else None
            self.report("R022", f'"{word}" works on numbers; {to_text(node)} is {typed.type}', node.span, help=help)

    def _name(self, node: tree.Name, *, compared: bool = False) -> Typed:
        """The type of a name; `compared` says that a value is wanted, which no name is."""
        typed = self._of_name(node, compared=compared)
        return self._no_value(node) if compared and typed.type is Type.MATCH else typed

    def _of_name(self, node: tree.Name, *, compared: bool) -> Typed:
        if node.name in SEGMENT_SETS:
            return Typed(Type.MATCH, BUILT_IN_COLUMNS)
        columns = self.scope.matchers.get(node.name)
        if columns is not None:
            return Typed(Type.MATCH, columns)
        expression = self.scope.lets.get(node.name)
        if expression is None:
            help = help_for_name(node.name, self.scope, compared=compared)
            if self.it is not None and node.name in {**self.it, **BUILT_IN_COLUMNS}:
                help = f"for the column of the match write: it.{node.name}"
            return self.report("R021", f'no matcher or let is named "{node.name}"', node.span, help=help)
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
        if asks_image(node, self.scope):
            return image_property(self, node)
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
                help=f'name the matches: NAME where ({to_text(node)} == "text"); '
                "`it` also stands in confidence, value and label_from of rules over matches",
            )
        if node.column is None:
            return Typed(Type.MATCH, self.it)
        kind = {**BUILT_IN_COLUMNS, **self.it}.get(node.column)
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
        if kind == NO_TEXT:
            return report_no_text(self, self.it, node.span)
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
                other = merged.get(name, NO_TEXT)
                merged[name] = other if kind in (other, NO_TEXT) else kind if other == NO_TEXT else "mixed"
        return Typed(Type.MATCH, merged)

    def _group(self, node: tree.Quantified | tree.AtLeast) -> Typed:
        items = members(node.items, self.scope)
        for item in node.items:
            if isinstance(item, tree.Wildcard) and not members((item,), self.scope):
                help = f"for words of the text that begin so write: /\\b{item.pattern.replace('*', chr(92) + 'w*')}/i"
                message = f'no matcher or let has a name like "{item.pattern}"'
                return self.report("R023", message, item.span, help=help)
        typed = [self.truth(item) for item in items]
        if isinstance(node, tree.AtLeast):
            if node.least > len(items):
                help = f"write {len(items)} or less, or name more members"
                self.report("R024", f"at least {node.least} of {len(items)} can never be", node.span, help=help)
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
        right = self.matches(node.right, node.kind)
        if node.kind in ("inside", "overlaps"):
            refuse_mixed(self, node)
        else:
            for side in (node.left, node.right):
                refuse_images(self, side, node.kind)
        if node.kind == "near" and node.distance is None and Type.UNKNOWN not in (left.type, right.type):
            help = f"write: {to_text(replace(node, distance=tree.Distance(8, 'words')))}"
            self.report("R020", "near needs a distance", node.span, help=help)
        if node.kind in ("inside", "overlaps") and node.distance is not None:
            self.report("R020", f'"{node.kind}" takes no distance', node.distance.span)
        return left

    def _in_place(self, node: tree.InPlace) -> Typed:
        left = self.matches(node.left, "in")
        known = (*self.scope.readable_fields, *self.scope.images, *sorted(self.scope.derived))
        refuse_edge(self, node)
        for name in node.place.fields:
            if name not in known:
                message = f'the record has no field "{name}" to look in'
                self.report("R026", message, node.place.span, help=nearest(name, known))
        return left

    def _in_context(self, node: tree.InContext) -> Typed:
        if isinstance(node.left, tree.Doc | tree.It) and not self.is_matches(node.left):
            return compared_by_is(self, node, self.value(node.left).type)
        left = self.matches(node.left, "is")
        refuse_images(self, node.left, "is")
        if node.context not in self.scope.contexts:
            known = sorted(self.scope.contexts)
            help: str | None = nearest(node.context, known) or "declare it under contexts, with its cue and window"
            if node.context.casefold() in TRUTHS:
                wanted = TRUTHS[node.context.casefold()] is not node.negated
                help = f"write: {'' if wanted else 'not '}{to_text(node.left)}"
            return self.report("R021", f'no context is named "{node.context}"', node.span, help=help)
        return left

    def _where(self, node: tree.Where) -> Typed:
        left = self.matches(node.left, "where")
        outer, self.it = self.it, left.columns
        self.truth(node.condition)
        self.it = outer
        return left

    def _column(self, node: tree.Column) -> Typed:
        """`senti.weight` where no function is around it."""
        if asks_image(node, self.scope):
            return image_property(self, node)
        shown = f"{node.name}.{node.column}"
        columns = self.columns_of(node.name)
        if not columns:
            fields = (*self.scope.meta, *self.scope.readable_fields, *self.scope.derived)
            help = help_for_name(node.name, self.scope)
            if node.column in fields:
                help = f"for the field write: doc.{node.column}"
            elif help.startswith("to look for"):
                help = "a field that is declared under record is asked as doc.NAME"
            return self.report("R021", f'no matcher or let is named "{node.name}"', node.span, help=help)
        number = columns.get(node.column) == "number"
        help = f"write: max({shown}) > 0" if number else f'write: {node.name} where (it.{node.column} == "text")'
        return self.report("R022", f"{shown} is a column of many matches", node.span, help=help)

    def text(self, node: tree.Node, word: str, *, or_list: bool = False) -> Typed:
        """The type of a node that must be a text, or may be a list too."""
        typed = self.value(node)
        if typed.type not in (Type.TEXT, Type.ENUM, Type.UNKNOWN) and not (or_list and typed.type is Type.LIST):
            return self.report("R022", f'"{word}" works on texts; {to_text(node)} is {typed.type}', node.span)
        return typed

    def _choice(self, node: tree.Choice) -> Typed:
        value, other = self.value(node.value), self.value(node.otherwise)
        self.truth(node.condition)
        if Type.UNKNOWN in (value.type, other.type):
            return WRONG
        if COMPARABLE.get(value.type, value.type) is not COMPARABLE.get(other.type, other.type):
            return self.report("R022", f"one case is {value.type}, the other {other.type}", node.span)
        return value
