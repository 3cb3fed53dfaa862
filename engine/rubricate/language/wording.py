"""How messages about conditions show what their author wrote."""

from __future__ import annotations

__all__ = ["in_quotes", "shortened"]


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
    """The short list in parentheses that stands at a place, as it is written; else `otherwise`."""
    found = _GROUP.match(text, at)
    return otherwise if found is None else found["group"]
