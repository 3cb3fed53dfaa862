"""Checks calls: count and its kin, score, label, date, and the normalisers that plugins give."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Protocol

from rubricate.language import tree
from rubricate.language.naming import help_for_function
from rubricate.language.printing import to_text
from rubricate.language.types import BUILT_IN_COLUMNS, NO_TEXT, NONE, WRONG, Scope, Type, Typed, nearest

__all__ = ["Checker", "check_call", "covered", "is_written_date", "report_mixed"]

NUMBER_OF_MATCHES = ("count", "distinct")
OVER_COLUMN = ("sum", "max", "min", "mean")
RESULTS = {"text": Type.TEXT, "number": Type.NUMBER, "list": Type.LIST}


class Checker(Protocol):
    """What checks the expression that a call stands in."""

    scope: Scope

    def report(self, code: str, message: str, span: tree.Span, *, help: str | None = None) -> Typed:
        """Gather a problem."""
        ...

    def visit(self, node: tree.Node) -> Typed:
        """The type of a node where a condition is wanted."""
        ...

    def matches(self, node: tree.Node, word: str) -> Typed:
        """The type of a node whose places in the text are looked at."""
        ...

    def value(self, node: tree.Node) -> Typed:
        """The type of a node whose value is wanted."""
        ...

    def text(self, node: tree.Node, word: str) -> Typed:
        """The type of a node that must be a text."""
        ...


def check_call(checker: Checker, node: tree.Call) -> Typed:
    """The type of a call; its problems go to the checker."""
    name, arguments = node.name, node.arguments
    if name in NUMBER_OF_MATCHES or name in OVER_COLUMN:
        return _aggregate(checker, node)
    if name == "score":
        return _score(checker, node)
    if name in ("label", "uncertain"):
        return _label(checker, node)
    if is_written_date(node) or (name == "date" and name not in checker.scope.normalisers):
        return _date(checker, node)
    if name == "fold":
        if _arity(checker, node, 1, 1):
            checker.text(arguments[0], "fold")
        return Typed(Type.TEXT, NONE)
    if name == "cover":
        help = "say in emit what is marked: emit: 'cover(NAME)'"
        return checker.report("R022", "cover() stands in emit only, around all of it", node.span, help=help)
    normaliser = checker.scope.normalisers.get(name)
    if normaliser is None:
        known = [*NUMBER_OF_MATCHES, *OVER_COLUMN, "score", "label", "uncertain", "date", "fold"]
        help = help_for_function(name, [*known, *checker.scope.normalisers])
        return checker.report("R029", f'there is no function "{name}"', node.span, help=help)
    if _arity(checker, node, normaliser.least, normaliser.most):
        for argument in arguments:
            checker.value(argument)
    return Typed(RESULTS.get(normaliser.result, Type.UNKNOWN), NONE)


def covered(node: object) -> tree.Node | None:
    """What an emit of the form cover(..) is around."""
    if isinstance(node, tree.Call) and node.name == "cover" and len(node.arguments) == 1:
        return node.arguments[0]
    return None


def _arity(checker: Checker, node: tree.Call, least: int, most: int) -> bool:
    if least <= len(node.arguments) <= most:
        return True
    wanted = str(least) if least == most else f"{least} to {most}"
    here = len(node.arguments)
    message = (
        f"{node.name}() takes {wanted} argument{'' if most == 1 else 's'}, here {'is' if here == 1 else 'are'} {here}"
    )
    checker.report("R029", message, node.span, help=_help_for_arity(node))
    return False


def _help_for_arity(node: tree.Call) -> str | None:
    if node.name not in NUMBER_OF_MATCHES:
        return None
    if not node.arguments:
        return f"write: {node.name}(NAME)"
    return f"write: {to_text(tree.Call(node.name, (tree.Or(node.arguments),)))}"


def _aggregate(checker: Checker, node: tree.Call) -> Typed:
    if not _arity(checker, node, 1, 1):
        return WRONG
    argument = node.arguments[0]
    if isinstance(argument, tree.Column):
        _column(checker, argument, number=node.name in OVER_COLUMN)
    elif node.name in OVER_COLUMN:
        _no_column(checker, node, argument)
    elif isinstance(argument, tree.Compare):
        asked = tree.Compare(argument.operator, tree.Call(node.name, (argument.left,)), argument.right)
        help = f"write: {to_text(asked)}"
        checker.report("R022", f"{node.name}() looks at matches, not at a comparison", argument.span, help=help)
    else:
        checker.matches(argument, f"{node.name}()")
    return Typed(Type.NUMBER, NONE)


def _no_column(checker: Checker, node: tree.Call, argument: tree.Node) -> None:
    """`sum(a)` without a column."""
    name = argument.name if isinstance(argument, tree.Name) else ""
    columns = checker.visit(argument).columns if name else {}
    numbers = sorted(column for column, kind in columns.items() if kind == "number")
    help = f"write: {node.name}({name}.{numbers[0]})" if numbers else f"write: {node.name}(NAME.COLUMN)"
    if name and columns and not numbers:
        help = f"{name} has no column of numbers; count({name}) counts its matches"
    checker.report("R022", f"{node.name}() wants a column", argument.span, help=help)


def _column(checker: Checker, node: tree.Column, *, number: bool) -> None:
    owner = checker.visit(tree.Name(node.name, node.span))
    if owner.type is not Type.MATCH:
        return
    kind = {**BUILT_IN_COLUMNS, **owner.columns}.get(node.column)
    if kind is None:
        known = sorted({**owner.columns, **BUILT_IN_COLUMNS})
        checker.report(
            "R027",
            f'{node.name} has no column "{node.column}"',
            node.span,
            help=nearest(node.column, known) or f"it has: {', '.join(known[:7])}",
        )
    elif kind == "mixed":
        report_mixed(checker, node.column, node.span)
    elif kind == NO_TEXT:
        report_no_text(checker, owner.columns, node.span)
    elif number and kind != "number":
        checker.report(
            "R022",
            f"column {node.column} holds texts, numbers are wanted",
            node.span,
            help=_help_for_texts(checker, node),
        )


def _help_for_texts(checker: Checker, node: tree.Column) -> str:
    """How the texts of a column are used as numbers: a table declares them, a group of a regex is read."""
    if f"{node.name}.{node.column}" in checker.scope.table_columns:
        return f"declare it where the table is: types: {{{node.column}: number}}"
    if node.column in BUILT_IN_COLUMNS:
        return f"write: count({node.name}); distinct({node.name}) counts different texts"
    return f"a group of a regex is a text; read it: {node.name} where (number(it.{node.column}) > 2)"


def report_mixed(checker: Checker, column: str, span: tree.Span) -> Typed:
    """Reports a column that is a text in some of the matches and a number in others."""
    help = f"declare it alike where the tables are: types: {{{column}: number}}"
    return checker.report("R022", f"column {column} holds texts in one set and numbers in another", span, help=help)


def report_no_text(checker: Checker, columns: Mapping[str, str], span: tree.Span) -> Typed:
    """Reports the text of matches that stand on images."""
    known = ", ".join(sorted(name for name, kind in columns.items() if kind != NO_TEXT)[:7])
    return checker.report("R022", "a match on an image has no text", span, help=f"it has: {known}")


def _score(checker: Checker, node: tree.Call) -> Typed:
    if not _arity(checker, node, 1, 2):
        return WRONG
    typed = checker.matches(node.arguments[0], "score()")
    if typed.type is Type.MATCH and "score" not in typed.columns:
        scored = sorted(name for name, columns in checker.scope.matchers.items() if "score" in columns)
        help = f"matchers with a score: {', '.join(scored[:7])}" if scored else "only the matchers of models have one"
        checker.report("R022", f"the matches of {to_text(node.arguments[0])} have no score", node.span, help=help)
    if len(node.arguments) == 2 and not isinstance(node.arguments[1], tree.String):
        checker.report("R022", 'score() names a class by a string such as "apple"', node.arguments[1].span)
    return Typed(Type.NUMBER, NONE)


def _label(checker: Checker, node: tree.Call) -> Typed:
    if not _arity(checker, node, 1, 1):
        return WRONG
    argument = node.arguments[0]
    if not isinstance(argument, tree.String):
        dotted = isinstance(argument, tree.Name | tree.Column | tree.Doc)
        help = f'write: {node.name}("{to_text(argument)}")' if dotted else None
        return checker.report("R022", f'{node.name}() wants a label in quotes such as "spam"', argument.span, help=help)
    known = sorted({*checker.scope.labels, *checker.scope.sets})
    if argument.text not in known and not _fits_any(argument.text, known):
        return checker.report(
            "R030", f'no label is named "{argument.text}"', argument.span, help=nearest(argument.text, known)
        )
    return Typed(Type.TRUTH, NONE)


def _date(checker: Checker, node: tree.Call) -> Typed:
    if not _arity(checker, node, 1, 1):
        return WRONG
    argument = node.arguments[0]
    if not isinstance(argument, tree.String) or not _is_date(argument.text):
        return checker.report(
            "R022", "a date is written as in this example", argument.span, help='write: date("2026-01-31")'
        )
    return Typed(Type.DATE, NONE)


def is_written_date(node: tree.Call) -> bool:
    """Whether a call is a date written out, `date("2026-01-31")`; any other `date(..)` is the normaliser's."""
    return node.name == "date" and len(node.arguments) == 1 and isinstance(node.arguments[0], tree.String)


def _is_date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _fits_any(pattern: str, names: Iterable[str]) -> bool:
    return "*" in pattern and any(fnmatchcase(name, pattern) for name in names)
