"""The patterns of a matcher: read from its options or table, checked, compiled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import Any

import regex

from rubricate.api import MatcherSpec, OptionError
from rubricate_regex.wording import explain, place

__all__ = ["Pattern", "columns", "compile_pattern", "patterns_of", "validate"]

FLAGS = MappingProxyType({"i": regex.I, "m": regex.M, "s": regex.S, "x": regex.X})
SLASHED = re.compile(r"/(?P<pattern>.+)/(?P<flags>[A-Za-z]*)", re.DOTALL)
RESERVED = frozenset({"field", "row", "text"})
"""Columns that every match has already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One pattern with its flags."""

    text: str
    """Without slashes."""
    flags: str = ""
    row: int | None = None
    """The row of the table that it stands in."""
    offset: int = 0
    """Where its first character stands in the text that its author wrote."""


def patterns_of(spec: MatcherSpec) -> list[Pattern]:
    """The patterns of a matcher, in order: that of its options, or one for each term of its table.

    A pattern written between slashes may carry its flags, unless `flags` is given apart.
    """
    flags = spec.options.get("flags")
    if spec.table is not None:
        shared = flags if isinstance(flags, str) else ""
        return [
            Pattern(text=term, flags=shared, row=index)
            for index, row in enumerate(spec.table.rows)
            for term in row.terms
        ]
    text = spec.options.get("pattern")
    if not isinstance(text, str):
        return []
    if isinstance(flags, str):
        return [Pattern(text=text, flags=flags)]
    slashed = SLASHED.fullmatch(text)
    if slashed is None:
        return [Pattern(text=text)]
    return [Pattern(text=slashed["pattern"], flags=slashed["flags"], offset=1)]


def compile_pattern(pattern: Pattern) -> Any:
    """The compiled pattern; raises `regex.error`."""
    return regex.compile(pattern.text, reduce(or_, (FLAGS[flag] for flag in pattern.flags), regex.V0 | regex.UNICODE))


def columns(spec: MatcherSpec) -> Mapping[str, str]:
    """The named groups of all patterns of a matcher, all of type text; unknown patterns have none."""
    names: dict[str, str] = {}
    for pattern in patterns_of(spec):
        try:
            compiled = compile_pattern(pattern)
        except (regex.error, KeyError, OverflowError):  # validate words it
            continue
        names |= dict.fromkeys(sorted(compiled.groupindex, key=compiled.groupindex.__getitem__), "text")
    return names


def validate(spec: MatcherSpec) -> None:
    """Raises OptionError unless each pattern can be compiled and its groups be told from other columns."""
    table = spec.table
    if table is None and "pattern" not in spec.options:
        raise OptionError("pattern", "a regex needs a pattern", help="add `pattern: '/.../'` or `of: TABLE`")
    if table is not None and "pattern" in spec.options:
        raise OptionError("pattern", "the pattern stands in two places", help="remove `pattern` or `of`")
    if table is not None and not any(row.terms for row in table.rows):
        raise OptionError("of", f'the table "{table.name}" has no patterns', help="add a row, or widen its `only`")
    for pattern in patterns_of(spec):
        _check_flags(pattern, "flags" if "flags" in spec.options else "pattern")
        _check_pattern(spec, pattern)


def _check_flags(pattern: Pattern, option: str) -> None:
    for index, flag in enumerate(pattern.flags):
        at = index if option == "flags" else pattern.offset + len(pattern.text) + 1 + index
        if flag not in FLAGS:
            near = f'write "{flag.lower()}"' if flag.lower() in FLAGS else "use letters of i, m, s or x"
            raise OptionError(option, f'"{flag}" is not a flag of a regex', offset=at, help=near)
        if flag in pattern.flags[:index]:
            raise OptionError(option, f'the flag "{flag}" stands twice', offset=at, help="remove one")


def _check_pattern(spec: MatcherSpec, pattern: Pattern) -> None:
    try:
        compiled = compile_pattern(pattern)
    except regex.error as error:
        message, help = explain(error.msg, pattern.text, error.pos)
        raise _fault(spec, pattern, message, at=place(error.msg, pattern.text, error.pos), help=help) from None
    except OverflowError:
        message, help = explain("repeat count too big", pattern.text, None)
        raise _fault(spec, pattern, message, help=help) from None
    for name in sorted(RESERVED & compiled.groupindex.keys()):
        at = pattern.text.find(f"<{name}>") + 1
        message = f'a group cannot be called "{name}": every match has a column of that name'
        raise _fault(spec, pattern, message, at=at, help=f'call it "{name}_part", or leave the name out')


def _fault(
    spec: MatcherSpec, pattern: Pattern, message: str, *, at: int | None = None, help: str | None = None
) -> OptionError:
    """A mistake in a pattern, placed in the option's text or in the line of the table."""
    if spec.table is None or pattern.row is None:
        return OptionError("pattern", message, offset=None if at is None else at + pattern.offset, help=help)
    line = spec.table.rows[pattern.row].line
    return OptionError("of", f'line {line} of the table "{spec.table.name}": {message} in "{pattern.text}"', help=help)
