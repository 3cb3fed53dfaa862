"""The patterns of a matcher: read from its options or table, checked, compiled."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from types import MappingProxyType
from typing import Any

import regex

from rubricate.api import MatcherSpec, OptionError, check_repeats
from rubricate_regex.wording import explain, place

__all__ = [
    "NUMBERED",
    "Pattern",
    "columns",
    "compile_pattern",
    "fill_columns",
    "marked_groups",
    "patterns_of",
    "validate",
]

FLAGS = MappingProxyType({"a": regex.A, "i": regex.I, "m": regex.M, "s": regex.S, "x": regex.X})
MOST_COMPILED = 8192
"""Patterns that are remembered: a long table is checked, asked for its columns and compiled, one after the other."""
SLASHED = re.compile(r"/(?P<pattern>.+)/(?P<flags>[A-Za-z]*)", re.DOTALL)
NUMBERED = re.compile(r"(?<!\$)(?:\$\$)*\$([1-9])")
"""A `$1` of a template; two dollar signs are one that is meant."""
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


@lru_cache(maxsize=MOST_COMPILED)
def compile_pattern(pattern: Pattern) -> Any:
    """The compiled pattern; raises `regex.error`, and OverflowError where it would be too large."""
    check_repeats(pattern.text)
    # Unicode is the default; said aloud, it would forbid a pattern to begin with (?a)
    return regex.compile(pattern.text, reduce(or_, (FLAGS[flag] for flag in pattern.flags), regex.V0))


def columns(spec: MatcherSpec) -> Mapping[str, str]:
    """The named groups of all patterns of a matcher, all of type text; unknown patterns have none.

    Where `group` says which part of a match is marked, its column `whole` holds all of it.
    """
    names: dict[str, str] = {}
    for pattern in patterns_of(spec):
        try:
            compiled = compile_pattern(pattern)
        except (regex.error, KeyError, OverflowError, ValueError):  # validate words it
            continue
        names |= dict.fromkeys(sorted(compiled.groupindex, key=compiled.groupindex.__getitem__), "text")
    return {**names, "whole": "text"} if "group" in spec.options else names


def validate(spec: MatcherSpec) -> None:
    """Raises OptionError unless each pattern can be compiled and its groups be told from other columns."""
    table = spec.table
    if table is None and "pattern" not in spec.options:
        raise OptionError("pattern", "a regex needs a pattern", help="add `pattern: '/.../'` or `of: TABLE`")
    if table is not None and "pattern" in spec.options:
        raise OptionError("pattern", "the pattern stands in two places", help="remove `pattern` or `of`")
    if table is not None and not any(row.terms for row in table.rows):
        raise OptionError("of", f'the table "{table.name}" has no patterns', help="add a row, or widen its `only`")
    filled = fill_columns(spec)
    for column in filled:
        if table is None or table.columns.get(column) != "text":
            owner = "a regex without a table" if table is None else f'the table "{table.name}"'
            raise OptionError("fill", f'{owner} has no column "{column}" of texts', help="name columns of its table")
    for pattern in patterns_of(spec):
        _check_flags(pattern, "flags" if "flags" in spec.options else "pattern")
        _check_pattern(spec, pattern)
        _check_groups(spec, pattern, filled)


def _check_flags(pattern: Pattern, option: str) -> None:
    for index, flag in enumerate(pattern.flags):
        at = index if option == "flags" else pattern.offset + len(pattern.text) + 1 + index
        if flag not in FLAGS:
            near = f'write "{flag.lower()}"' if flag.lower() in FLAGS else "use letters of a, i, m, s or x"
            raise OptionError(option, f'"{flag}" is not a flag of a regex', offset=at, help=near)
        if flag in pattern.flags[:index]:
            raise OptionError(option, f'the flag "{flag}" stands twice', offset=at, help="remove one")


def _check_pattern(spec: MatcherSpec, pattern: Pattern) -> None:
    try:
        check_repeats(pattern.text)
    except OverflowError as error:
        raise _fault(spec, pattern, f"the pattern is too large: {error}", help="use smaller counts") from None
    try:
        compiled = compile_pattern(pattern)
    except regex.error as error:
        message, help = explain(error.msg, pattern.text, error.pos)
        raise _fault(spec, pattern, message, at=place(error.msg, pattern.text, error.pos), help=help) from None
    except ValueError:  # flags that shut each other out
        help = "take one of them away; a pattern is Unicode unless it says `a`"
        raise _fault(spec, pattern, "the flags a, u and L of a pattern shut each other out", help=help) from None
    except OverflowError:
        message, help = explain("repeat count too big", pattern.text, None)
        raise _fault(spec, pattern, message, help=help) from None
    for name in sorted(RESERVED & compiled.groupindex.keys()):
        at = pattern.text.find(f"<{name}>") + 1
        message = f'a group cannot be called "{name}": every match has a column of that name'
        raise _fault(spec, pattern, message, at=at, help=f'call it "{name}_part", or leave the name out')


def _check_groups(spec: MatcherSpec, pattern: Pattern, filled: Sequence[str]) -> None:
    """The groups that `group` and the templates of `fill` name."""
    compiled = compile_pattern(pattern)
    wanted = marked_groups(spec)
    if wanted and not any(_has_group(compiled, group) for group in wanted):
        message = f"the pattern has no group {' or '.join(map(str, wanted))}"
        if pattern.row is not None:
            raise _fault(spec, pattern, message)
        raise OptionError("group", message, help="number its parentheses from 1, or name one: `(?<secret>...)`")
    if spec.table is None or pattern.row is None:
        return
    for column in filled:
        highest = max((int(number) for number in NUMBERED.findall(str(spec.table.rows[pattern.row].cells[column]))),
                      default=0)  # fmt: skip
        if highest > compiled.groups:
            message = f'"${highest}" of the column "{column}" stands for no group'
            raise _fault(spec, pattern, message, help="write `$$` for a dollar sign")


def _has_group(compiled: Any, group: int | str) -> bool:
    return group in compiled.groupindex if isinstance(group, str) else 1 <= group <= compiled.groups


def marked_groups(spec: MatcherSpec) -> tuple[int | str, ...]:
    """The groups of which the first that is not empty is what a match marks; none: it marks all it matched."""
    wanted = spec.options.get("group", ())
    listed = wanted if isinstance(wanted, (list, tuple)) else (wanted,)
    return tuple(each for each in listed if isinstance(each, (int, str)))


def fill_columns(spec: MatcherSpec) -> tuple[str, ...]:
    """The columns of the table in which `$1` stands for the first group."""
    named = spec.options.get("fill", ())
    return tuple(map(str, named)) if isinstance(named, (list, tuple)) else ()


def _fault(
    spec: MatcherSpec, pattern: Pattern, message: str, *, at: int | None = None, help: str | None = None
) -> OptionError:
    """A mistake in a pattern, placed in the option's text or in the line of the table."""
    if spec.table is None or pattern.row is None:
        return OptionError("pattern", message, offset=None if at is None else at + pattern.offset, help=help)
    line = spec.table.rows[pattern.row].line
    return OptionError("of", f'line {line} of the table "{spec.table.name}": {message} in "{pattern.text}"', help=help)
