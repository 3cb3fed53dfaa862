"""Templates of a table's cells: `$1` stands for the first group of the match, `$$` for a dollar sign."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

__all__ = ["Fill", "make_fill"]

Fill: TypeAlias = "Callable[[Any], str | None]"
"""A match of the `regex` package -> the text, or None when nothing is left of it."""

SIGN = re.compile(r"\$([1-9$])")


def make_fill(template: str) -> Fill | None:
    """What fills a template, or None for a text that stands for itself.

    A group that took no part is empty. White space at the ends goes, so that "$1 $2" is right without the second.

    >>> fill = make_fill("HTC $1")
    >>> fill(re.match("(.*) Build", "One Build"))
    'HTC One'
    """
    parts = SIGN.split(template)
    if len(parts) == 1:
        return None
    # every second part is a group's number or a dollar sign
    pieces: list[str | int] = [
        int(part) if index % 2 and part != "$" else part for index, part in enumerate(parts) if part
    ]

    def fill(match: Any) -> str | None:
        filled = "".join(piece if isinstance(piece, str) else match[piece] or "" for piece in pieces)
        return filled.strip() or None

    return fill
