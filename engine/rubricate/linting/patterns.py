"""The structure of a regular expression, as far as it is known for certain: what repeats, and what may be empty.

A pattern that holds anything else than what is read here is left alone: nothing is said about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

__all__ = ["Pattern", "read_pattern"]

_DEEPEST = 60
_QUANTIFIER = re.compile(r"(?P<sign>[*+?])|\{(?P<low>\d*)(?P<comma>,)?(?P<high>\d*)\}")
_OPEN = re.compile(r"\((?:\?(?P<kind>[imsx]*(?:-[imsx]+)?:|>|P?<[A-Za-z_]\w*>|<?[=!]))?")
_CLASS = re.compile(r"\[\^?(?:\\.|\[:\^?[a-z]+:\]|[^\\\[\]])(?:\\.|\[:\^?[a-z]+:\]|[^\\\[\]])*\]", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:[pP]\{[^{}]*\}|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[^0-9A-Za-z]|[A-Za-z])", re.DOTALL)
_NO_WIDTH = frozenset("AbBzZ")
_ONE_CHARACTER = frozenset("dDsSwWntrfvpPxuhHX")


class _UnknownError(Exception):
    """The pattern holds something that is not read here."""


@dataclass(frozen=True, slots=True)
class _One:
    """A character, or a class of them."""


@dataclass(frozen=True, slots=True)
class _Zero:
    """An anchor or a look around: takes nothing, and may fail."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One after the other."""

    items: tuple[_Node, ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    branches: tuple[_Node, ...]


@dataclass(frozen=True, slots=True)
class _Atomic:
    """`(?>..)`: never gone back into."""

    item: _Node


@dataclass(frozen=True, slots=True)
class _Repeat:
    item: _Node
    low: int
    high: int | None
    """None: without end."""
    possessive: bool
    start: int
    end: int
    """Where it stands in the pattern."""


_Node: TypeAlias = "_One | _Zero | _Row | _Choice | _Atomic | _Repeat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What is known of a pattern."""

    may_be_empty: bool
    """Whether it matches the empty text somewhere."""
    takes_nothing: bool
    """Whether all of its matches are empty."""
    never_fails: bool
    """Whether it matches in every text."""
    nested: tuple[int, int] | None
    """Where a part stands that repeats what repeats already, with something behind it that may fail."""


@lru_cache(maxsize=4096)
def read_pattern(text: str, flags: str = "") -> Pattern | None:
    r"""The structure of a pattern; None when it is not known for certain.

    >>> read_pattern("^(a+)+$").nested, read_pattern("(?>a+)+$").nested, read_pattern("(a+)+").nested
    ((1, 6), None, None)
    >>> read_pattern("x*").may_be_empty, read_pattern(r"(?=x)\b").takes_nothing, read_pattern(r"(\w)\1")
    (True, True, None)
    """
    if "x" in flags or text.startswith(("(?a)", "(?i)", "(?m)", "(?s)")) or "&&" in text or "--" in text:
        lead = re.match(r"\(\?[aims]\)", text)
        if lead is None or "x" in flags or "&&" in text or "--" in text:
            return None
        inner = read_pattern(text[lead.end() :], flags)
        if inner is None or inner.nested is None:
            return inner
        start, end = inner.nested
        return Pattern(
            may_be_empty=inner.may_be_empty,
            takes_nothing=inner.takes_nothing,
            never_fails=inner.never_fails,
            nested=(start + lead.end(), end + lead.end()),
        )
    reader = _Reader(text)
    try:
        root = reader.choice(0)
        if reader.at != len(text):
            return None
    except (_UnknownError, IndexError):
        return None
    nested = next(_nested(root, followed=False), None)
    return Pattern(
        may_be_empty=_may_be_empty(root),
        takes_nothing=_takes_nothing(root),
        never_fails=not _may_fail(root),
        nested=None if nested is None else (nested.start, nested.end),
    )


class _Reader:
    """Reads a pattern from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def choice(self, depth: int) -> _Node:
        if depth > _DEEPEST:
            raise _UnknownError
        branches = [self._row(depth)]
        while self.text[self.at : self.at + 1] == "|":
            self.at += 1
            branches.append(self._row(depth))
        return branches[0] if len(branches) == 1 else _Choice(tuple(branches))

    def _row(self, depth: int) -> _Node:
        items: list[_Node] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            start = self.at
            items.append(self._repeated(self._item(depth), start))
        return items[0] if len(items) == 1 else _Row(tuple(items))

    def _item(self, depth: int) -> _Node:
        sign = self.text[self.at]
        if sign == "(":
            return self._group(depth)
        if sign == "[":
            return self._take(_CLASS, _One())
        if sign == "\\":
            letter = self.text[self.at + 1]
            if letter.isalnum() and letter not in _NO_WIDTH | _ONE_CHARACTER:
                raise _UnknownError
            return self._take(_ESCAPE, _Zero() if letter in _NO_WIDTH else _One())
        if sign in "*+?":
            raise _UnknownError
        self.at += 1
        return _Zero() if sign in "^$" else _One()

    def _take(self, form: re.Pattern[str], node: _Node) -> _Node:
        found = form.match(self.text, self.at)
        if found is None:
            raise _UnknownError
        self.at = found.end()
        return node

    def _group(self, depth: int) -> _Node:
        opened = _OPEN.match(self.text, self.at)
        assert opened is not None  # a bracket is there
        if opened["kind"] is None and self.text[self.at + 1 : self.at + 2] in ("?", "*"):
            raise _UnknownError
        self.at = opened.end()
        kind = opened["kind"] or ""
        if "x" in kind.partition(":")[0] and kind.endswith(":"):
            raise _UnknownError
        inner = self.choice(depth + 1)
        if self.text[self.at] != ")":
            raise _UnknownError
        self.at += 1
        return _Zero() if kind.endswith(("=", "!")) else _Atomic(inner) if kind == ">" else inner

    def _repeated(self, item: _Node, start: int) -> _Node:
        """The item with the quantifier behind it, if there is one."""
        while True:
            found = _QUANTIFIER.match(self.text, self.at)
            if found is None or (found["sign"] is None and not (found["low"] or found["high"])):
                return item
            self.at = found.end()
            mode = self.text[self.at : self.at + 1]
            if mode in ("+", "?") and mode:
                self.at += 1
            low, high = _bounds(found)
            item = _Repeat(item, low, high, mode == "+", start, self.at)


def _bounds(found: re.Match[str]) -> tuple[int, int | None]:
    if found["sign"] is not None:
        return {"*": (0, None), "+": (1, None), "?": (0, 1)}[found["sign"]]
    low = int(found["low"] or 0)
    return low, (int(found["high"]) if found["high"] else None) if found["comma"] else low


# -- what may be empty -----------------------------------------------------------------------------------------


def _may_be_empty(node: _Node) -> bool:
    match node:
        case _One():
            return False
        case _Zero():
            return True
        case _Row():
            return all(map(_may_be_empty, node.items))
        case _Choice():
            return any(map(_may_be_empty, node.branches))
        case _Atomic():
            return _may_be_empty(node.item)
        case _Repeat():
            return node.low == 0 or _may_be_empty(node.item)


def _takes_nothing(node: _Node) -> bool:
    match node:
        case _One():
            return False
        case _Zero():
            return True
        case _Row():
            return all(map(_takes_nothing, node.items))
        case _Choice():
            return all(map(_takes_nothing, node.branches))
        case _Atomic():
            return _takes_nothing(node.item)
        case _Repeat():
            return node.high == 0 or _takes_nothing(node.item)


def _may_fail(node: _Node) -> bool:
    match node:
        case _One() | _Zero():
            return True
        case _Row():
            return any(map(_may_fail, node.items))
        case _Choice():
            return all(map(_may_fail, node.branches))
        case _Atomic():
            return _may_fail(node.item)
        case _Repeat():
            return node.low > 0 and _may_fail(node.item)


# -- what repeats what repeats ---------------------------------------------------------------------------------


def _nested(node: _Node, *, followed: bool) -> Iterator[_Repeat]:
    """Parts that repeat without end what repeats without end, so that one text can be shared out in endless ways.

    `followed`: behind the part comes something that may fail, for which all of these ways are tried.
    """
    match node:
        case _Row():
            for place, item in enumerate(node.items):
                yield from _nested(item, followed=followed or any(map(_may_fail, node.items[place + 1 :])))
        case _Choice():
            for branch in node.branches:
                yield from _nested(branch, followed=followed)
        case _Atomic():  # what comes behind it does not go back into it
            yield from _nested(node.item, followed=False)
        case _Repeat():
            if followed and node.high is None and not node.possessive and _is_loose(node.item):
                yield node
            else:
                yield from _nested(node.item, followed=followed and not node.possessive)
        case _:
            pass


def _is_loose(node: _Node) -> bool:
    """Whether the part can be one that repeats without end, and nothing else."""
    match node:
        case _Repeat():
            if node.possessive:
                return False
            return (node.high is None and not _takes_nothing(node.item)) or (node.low <= 1 and _is_loose(node.item))
        case _Row():
            return any(
                _is_loose(item) and not any(_may_fail(other) for other in node.items if other is not item)
                for item in node.items
            )
        case _Choice():
            return any(map(_is_loose, node.branches))
        case _:
            return False
