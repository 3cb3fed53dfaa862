"""Small things said about texts: quotes, lists, the alternatives of a pattern."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["in_quotes", "list_changes", "pattern_changes"]


def in_quotes(text: str) -> str:
    """A text in quotes, unless it brings its own."""
    return text if text[:1] == text[-1:] == '"' and len(text) > 1 and '"' not in text[1:-1] else f'"{text}"'


def list_changes(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """What was added to a list and removed from it; that only its order changed, if so.

    >>> list_changes(["a", "b"], ["b", "c"]), list_changes(["a", "b"], ["b", "a"])
    (['a removed', 'c added'], ['b, a in this order'])
    """
    found = [f"{item} removed" for item in before if item not in after]
    found += [f"{item} added" for item in after if item not in before]
    if not found and list(before) != list(after):
        return [f"{', '.join(after)} in this order"]
    return found


def pattern_changes(before: str, after: str) -> list[str]:
    """The alternatives that came and went between two patterns which share some; else nothing.

    >>> pattern_changes("ab|c(d|e)", "ab|c(d|e)|f"), pattern_changes("ab", "ac")
    (['alternative /f/ added'], [])
    """
    one, other = _alternatives(before), _alternatives(after)
    if not set(one) & set(other):
        return []
    found = [f"alternative /{each}/ removed" for each in one if each not in other]
    return found + [f"alternative /{each}/ added" for each in other if each not in one]


def _alternatives(pattern: str) -> list[str]:
    """A pattern cut at the bars that stand outside of groups and classes."""
    found, depth, in_class, start = [], 0, False, 0
    signs = re.finditer(r"\\.|[\[\]()|]", pattern, re.DOTALL)
    for sign in signs:
        match sign[0]:
            case "[":
                in_class = True
            case "]":
                in_class = False
            case "(" if not in_class:
                depth += 1
            case ")" if not in_class:
                depth -= 1
            case "|" if not in_class and not depth:
                found.append(pattern[start : sign.start()])
                start = sign.end()
            case _:
                pass
    return [*found, pattern[start:]]
