"""Patterns of other tools as the regex kind takes them: on one line, compiled once to see that they can be."""

from __future__ import annotations

import warnings
from typing import Any

from rubricate.texts.repeating import check_repeats

__all__ = ["compile_quietly", "in_condition", "one_line", "why_not"]

MAX_PATTERN = 20_000
WORDS = {"\t": r"\t", "\n": r"\n", "\r": r"\r", "\f": r"\f", "\v": r"\v"}


def compile_quietly(pattern: str, flags: str = "") -> Any:
    """The compiled pattern; raises ValueError with what is wrong, in words."""
    import regex  # heavy, and only wanted by an import

    if len(pattern) > MAX_PATTERN:
        raise ValueError(f"the pattern is longer than {MAX_PATTERN:,} characters")
    letters = {"a": regex.A, "i": regex.I, "m": regex.M, "s": regex.S}
    given = regex.V0
    for letter in flags:
        given |= letters[letter]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            check_repeats(pattern)
            return regex.compile(pattern, given)
    except regex.error as error:
        raise ValueError(f"the pattern cannot be compiled: {error.msg}") from None
    except (OverflowError, RecursionError, MemoryError, KeyError) as error:
        raise ValueError(f"the pattern cannot be compiled: {str(error) or type(error).__name__}") from None


def why_not(pattern: str, flags: str = "") -> str | None:
    """Why a pattern cannot be used, or None."""
    try:
        compiled = compile_quietly(pattern, flags)
    except ValueError as error:
        return str(error)
    taken = sorted({"field", "row", "text", "whole"} & compiled.groupindex.keys())
    return f'its group "{taken[0]}" has the name of a column that every match has' if taken else None


def one_line(pattern: str) -> str:
    """The same pattern with its unprintable characters written as escapes.

    >>> one_line("a\\tb")
    'a\\\\tb'
    """
    if pattern.isprintable():
        return pattern
    written: list[str] = []
    escaped = False
    for character in pattern:
        if character.isprintable():
            written.append(character)
            escaped = character == "\\" and not escaped
            continue
        if escaped:
            written.pop()  # a backslash before an unprintable character means nothing but it
        written.append(WORDS.get(character) or f"\\U{ord(character):08x}")
        escaped = False
    return "".join(written)


def in_condition(pattern: str) -> str:
    """A pattern between slashes, as a condition has it.

    >>> in_condition("a/b")
    '/a\\\\/b/'
    """
    written: list[str] = []
    escaped = False
    for character in pattern:
        written.append("\\/" if character == "/" and not escaped else character)
        escaped = character == "\\" and not escaped
    return f"/{''.join(written)}/"
