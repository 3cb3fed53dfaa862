"""How messages about conditions show what their author wrote."""

from __future__ import annotations

import re

__all__ = ["group_behind", "in_quotes", "shortened"]

_GROUP = re.compile(r"\s*(?P<group>\([^()\"]{1,60}\))")


def shortened(text: str) -> str:
    """A word of the author, cut if it is long.

    >>> shortened("a" * 40)
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaa…'
    """
    return text if len(text) <= 30 else f"{text[:29]}…"


def in_quotes(text: str) -> str:
    """A word in quotes, unless it has its own.

    >>> in_quotes("near"), in_quotes('"buy now"')
    ('"near"', '"buy now"')
    """
    return text if text.startswith('"') and text != '"' else f'"{text}"'


def group_behind(text: str, at: int, otherwise: str) -> str:
    """The short list in parentheses that stands at a place, as it is written; else `otherwise`.

    >>> group_behind("2 of (heat, cold)", 4, "(a, b)"), group_behind("2 of heat", 4, "(a, b)")
    ('(heat, cold)', '(a, b)')
    """
    found = _GROUP.match(text, at)
    return otherwise if found is None else found["group"]
