"""The shapes that travel through the hot path: plain tuples, named here and nowhere else.

A frozen dataclass costs nine times as much as a tuple, and a run makes several for each record,
so objects are made from these only at the edges: explaining, tests, people.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

__all__ = ["END", "ENTRY", "FIELD", "MATCHER", "SCORE", "START", "Entry", "Match"]

Entry: TypeAlias = "int | Mapping[str, object] | None"
"""Where the columns of a match come from: a row number of its table, the columns themselves, or nothing."""

Match: TypeAlias = "tuple[str, str, int, int, float | None, Entry]"
"""(matcher, field, start, end, score, entry); offsets are code points of the CLEAN text, half-open."""

MATCHER, FIELD, START, END, SCORE, ENTRY = range(6)
