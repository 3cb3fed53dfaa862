"""How far an expression reaches in a line, as far as can be told without YAML and without its grammar."""

from __future__ import annotations

import re

__all__ = ["EXPRESSION_KEYS", "expression_end", "is_open", "single_quoted"]

EXPRESSION_KEYS = frozenset({"confidence", "cue", "emit", "label_from", "only", "pattern", "stop", "value", "when"})
"""Keys whose value is an expression or a regex, wherever they stand; so are all values under `let`."""

_PIECE = re.compile(
    r"""
      (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<comment>(?<=\s)\#.*)
    | (?P<space>\s+)
    | (?P<regex>/(?:[^/\\]|\\.)*/\w*)
    | (?P<opening>[(\[{])
    | (?P<closing>[)\]}])
    | (?P<comma>,)
    | (?P<word>[\w.]+)
    | (?P<other>.)
    """,
    re.VERBOSE,
)
_OPERATOR_WORDS = frozenset(
    [
        "and",
        "or",
        "not",
        "of",
        "in",
        "is",
        "near",
        "before",
        "after",
        "inside",
        "overlaps",
        "where",
        "if",
        "else",
        "contains",
        "matches",
    ]
)


def single_quoted(text: str) -> str:
    """A text as YAML in single quotes.

    >>> single_quoted("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def expression_end(text: str, start: int, stop: int, *, flow: bool) -> int:
    """Where the expression that begins at `start` ends, at the latest at `stop`, without spaces at its end.

    In braces and brackets (`flow`) it ends at a comma or bracket that is not its own. A comment ends it.
    """
    end, _ = _scan(text, start, stop, flow=flow)
    return end


def is_open(text: str) -> bool:
    """Whether a quote, regex or parenthesis of the text is not closed.

    >>> [is_open(text) for text in ["any of (a", "/a", '"buy', "a / b", "any of (a, /b/)"]]
    [True, True, True, False, False]
    """
    _, opened = _scan(text, 0, len(text), flow=False)
    return opened


def _scan(text: str, start: int, stop: int, *, flow: bool) -> tuple[int, bool]:
    """(the end of the expression, whether something in it is not closed)."""
    depth, at, end = 0, start, start
    operand, opened = False, False
    while at < stop:
        piece = _PIECE.match(text, at, stop)
        if piece is None:
            break
        kind, word = piece.lastgroup, piece.group()
        if kind == "comment":
            break
        if kind == "regex" and operand:
            kind, word = "other", "/"
        if kind == "closing" and depth == 0 and flow:
            break
        if kind == "comma" and depth == 0 and flow:
            break
        depth += (kind == "opening") - (kind == "closing")
        opened = opened or (kind == "other" and (word == '"' or (word == "/" and not operand)))
        at += len(word)
        if kind != "space":
            end = at
            operand = kind in ("string", "regex", "closing") or (kind == "word" and word not in _OPERATOR_WORDS)
    return end, opened or depth > 0
