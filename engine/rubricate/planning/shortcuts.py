"""What is simple enough in a rule to be worked out without asking its functions for each record."""

from __future__ import annotations

from typing import Final

from rubricate.language import tree
from rubricate.language.types import SEGMENT_SETS, Scope, inline_name

__all__ = ["bare_matcher", "rests_on_row"]

OF_TEXT: Final = frozenset({"text", "field", "score"})
"""Columns that differ from match to match of one row."""

PURE: Final = (tree.Number, tree.Learned, tree.String, tree.Arithmetic, tree.Negative, tree.Exists)
"""Values that rest on nothing but their parts."""


def bare_matcher(node: tree.Node, scope: Scope) -> str | None:
    """The matcher of which a condition asks only that it matches; None: the condition says more."""
    match node:
        case tree.Name() if node.name not in scope.lets and node.name not in SEGMENT_SETS:
            return node.name
        case tree.String() | tree.Regex():
            return inline_name(node)
        case _:
            return None


def rests_on_row(*nodes: tree.Node) -> bool:
    """Whether values of a match are the same for all matches of one row of its table."""
    parts = [part for node in nodes for part in tree.walk(node)]
    return all(
        part.column is not None and part.column not in OF_TEXT if isinstance(part, tree.It) else isinstance(part, PURE)
        for part in parts
    )
