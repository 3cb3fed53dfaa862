"""Conditions in which `and` and `or` stand side by side without parentheses."""

from __future__ import annotations

from dataclasses import replace

from rubricate.language import tree
from rubricate.model.codes import problem
from rubricate.model.problem import Edit, Fix, Problem
from rubricate.model.ruleset import Expression, Ruleset
from rubricate.planning.scoping import root
from rubricate.planning.walking import expressions_in

__all__ = ["find_mixed"]


def find_mixed(ruleset: Ruleset) -> list[Problem]:
    """R104 for every condition of a ruleset, wherever it stands."""
    return [found for expression in expressions_in(ruleset) for found in _mixed(expression)]


def _mixed(expression: Expression) -> list[Problem]:
    """The first `and` that stands bare beside an `or`; the fix puts parentheses around all of them."""
    bare = [
        item
        for node in tree.walk(root(expression))
        if isinstance(node, tree.Or)
        for item in node.items
        if isinstance(item, tree.And) and not _in_parentheses(expression.text, item.span)
    ]
    if not bare:
        return []
    first = bare[0]
    shown = " ".join(expression.text[first.span[0] : first.span[1]].split())
    edits = [edit for item in bare for edit in _parentheses(expression, item.span)]
    fix = Fix(edits=tuple(sorted(edits, key=lambda edit: (edit.location.line, edit.location.column))))
    place = expression.locate(*first.span)
    return [problem("R104", "and binds tighter than or", place, help=f"write: ({shown}) or ...", fix=fix)]


def _parentheses(expression: Expression, span: tree.Span) -> tuple[Edit, Edit]:
    begin, last = expression.locate(span[0]), expression.locate(span[1] - 1)
    return (
        Edit(replace(begin, length=0), "("),
        Edit(replace(last, column=last.column + 1, length=0), ")"),
    )


def _in_parentheses(text: str, span: tree.Span) -> bool:
    return text[: span[0]].rstrip().endswith("(") and text[span[1] :].lstrip().startswith(")")
