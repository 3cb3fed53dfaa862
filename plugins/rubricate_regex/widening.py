"""Patterns that match at least what a pattern matches, in the syntax of RE2, which looks for many in one pass.

A text that the wider pattern does not match is not searched at all, so the answer may be "unknown", but never wrong:

- what only restricts goes: look-around, `$`, `\\B`, and `\\b` beyond ASCII, as RE2 knows the words of ASCII only;
- which ASCII characters stand for an item, the `regex` package is asked; of all others any may;
- possessive, lazy and greedy repeats become greedy ones, high counts become "or more";
- back references, conditionals, fuzzy counts and whatever else the parser does not know for certain: unknown.

A pattern of which nothing was widened has the same matches in RE2, if no repeat is of something that may be empty,
where the two read a pattern differently. For where there is no RE2, the parser also tells characters of which an ASCII
text must hold one to match: a digit, say.

The parser is one of our own, as that of the standard library is private and reads another dialect.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

import regex

from rubricate.api import MatcherSpec, Wider
from rubricate_regex.patterns import patterns_of

__all__ = ["widen", "wider_of"]

MOST: Final = 64
"""So many patterns of one table are looked for as one; of longer tables each row is looked for by itself."""
HIGHEST: Final = 16
"""Higher counts make the automaton large and rule out little."""
DEEPEST: Final = 40
LONGEST: Final = 2000
"""Characters of a pattern; longer ones are rare and make the automaton large."""

QUANTIFIER = re.compile(r"(?:[*+?]|\{(?P<least>\d+)?(?P<comma>,)?(?P<most>\d+)?\})[?+]?", re.ASCII)
GROUP = re.compile(r"\((?:\?(?P<on>[ims]*)(?:-(?P<off>[ims]+))?:|\?>|\?P?<[A-Za-z_][A-Za-z0-9_]*>)?(?!\?|\*)")
LEADING = re.compile(r"\(\?(?P<flags>[aims]+)\)")
LOOKAROUND = re.compile(r"\(\?<?[=!]")
CLASS = re.compile(r"\[\^?(?:\\.|[^\\\[\]])(?:\\.|[^\\\[\]])*\]", re.DOTALL)
ESCAPE = re.compile(r"\\(?:[pP]\{[^{}]*\}|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[dDsSwWntrfv]|[^A-Za-z0-9])", re.DOTALL)
PROPERTY = re.compile(r"\\[pP]")
PLAIN_CLASS = re.compile(r"\[(?:[A-Za-z0-9 _.,:;/%+!?#@'\"$*()-]|\\[-.\\/\[\]dn])+\]")
"""Of ASCII characters alone, so that beyond ASCII it matches at most what ignoring case adds."""

ASCII: Final = "".join(map(chr, range(128)))
BEYOND: Final = r"\x{80}-\x{10ffff}"
NOTHING: Final = r"[^\x00-\x{10ffff}]"
ADDED: Final = {"i": "\\x{130}\\x{131}", "k": "\\x{212a}", "s": "\\x{17f}"}
"""What ignoring case adds to a letter beyond ASCII."""


COMMON: Final = frozenset("abcdefghijklmnoprstuvwy ,.'-")
"""Characters that stand in nearly every text."""

Needs: TypeAlias = "frozenset[frozenset[str]]"
"""Sets of characters, of each of which an ASCII text must hold one."""
NOTHING_NEEDED: Final[Needs] = frozenset()


class _UnsureError(Exception):
    """The pattern holds something that the parser does not know for certain."""


def wider_of(spec: MatcherSpec) -> Wider | None:
    """What is wider than all patterns of a matcher together, for clean text; None: unknown."""
    patterns = patterns_of(spec)
    if spec.fold or not patterns or len(patterns) > MOST:
        return None
    found = [widen(pattern.text, pattern.flags) for pattern in patterns]
    known = [each for each in found if each is not None]
    if len(known) < len(found):
        return None
    return Wider(
        of_ascii=_either([each.of_ascii for each in known]),
        of_any=_either([each.of_any for each in known]),
        needs=_one_of([each.needs for each in known]),
    )


def _either(patterns: Sequence[str]) -> str:
    return "|".join(f"(?:{each})" for each in patterns) if len(patterns) > 1 else patterns[0]


@lru_cache(maxsize=8192)
def widen(text: str, flags: str = "") -> Wider | None:
    """The wider patterns for ASCII texts and for all texts; None: unknown.

    >>> widen(r"\\ba+$")
    Wider(of_ascii='\\\\ba+', of_any='a+', needs=frozenset(), is_exact=False)
    >>> widen(r"(a)\\1") is None
    True
    """
    leading = LEADING.match(text)
    if leading is not None:
        flags += leading["flags"]
    if "x" in flags or len(text) > LONGEST:
        return None
    found: list[_Wide] = []
    for is_ascii in (True, False):
        parser = _Parser(text, flags, is_ascii=is_ascii)
        parser.at = 0 if leading is None else leading.end()
        try:
            found.append(parser.alternation(0))
        except _UnsureError:
            return None
        if parser.at != len(text):
            return None
    of_ascii, of_any = found
    is_exact = of_ascii.is_exact and not of_ascii.may_be_empty
    return Wider(of_ascii=of_ascii.text, of_any=of_any.text, needs=of_ascii.needs, is_exact=is_exact)


class _Wide(NamedTuple):
    """A part of a pattern, widened."""

    text: str
    needs: Needs = NOTHING_NEEDED
    is_anchor: bool = False
    is_exact: bool = True
    """Whether it is the part itself, in ASCII texts."""
    may_be_empty: bool = False


def _one_of(branches: Sequence[Needs]) -> Needs:
    """What is needed where one of several things is: one of the characters that any of them needs."""
    if not all(branches):
        return NOTHING_NEEDED
    if len(branches) == 1:
        return branches[0]
    least = [min(needs, key=lambda each: (len(each), sorted(each))) for needs in branches]
    return frozenset({frozenset[str]().union(*least)})


LEFT_OUT: Final = _Wide("", is_anchor=True, is_exact=False)
"""For what only restricts."""


class _Parser:
    """A recursive parser of the known subset that writes the wider pattern; `at` moves through the pattern."""

    __slots__ = ("_flags", "_is_ascii", "_text", "at")

    def __init__(self, text: str, flags: str, *, is_ascii: bool) -> None:
        self._text = text
        self._flags = frozenset(flags) & {"a", "i", "m", "s"}
        self._is_ascii = is_ascii
        self.at = 0

    def alternation(self, depth: int) -> _Wide:
        """The branches up to a closing parenthesis or the end."""
        if depth > DEEPEST:
            raise _UnsureError
        branches = [self._sequence(depth)]
        while self._text.startswith("|", self.at):
            self.at += 1
            branches.append(self._sequence(depth))
        return _Wide(
            text="|".join(each.text for each in branches),
            needs=_one_of([each.needs for each in branches]),
            is_exact=all(each.is_exact for each in branches),
            may_be_empty=any(each.may_be_empty for each in branches),
        )

    def _sequence(self, depth: int) -> _Wide:
        parts = []
        while self.at < len(self._text) and self._text[self.at] not in "|)":
            parts.append(self._quantified(self._item(depth)))
        return _Wide(
            text="".join(each.text for each in parts),
            needs=frozenset[frozenset[str]]().union(*(each.needs for each in parts)),
            is_exact=all(each.is_exact for each in parts),
            may_be_empty=all(each.may_be_empty or each.is_anchor for each in parts),
        )

    def _item(self, depth: int) -> _Wide:
        """The next item; one that takes no text is left out or stands as an anchor."""
        character = self._text[self.at]
        if character == "(":
            return self._parenthesis(depth)
        if character == "[":
            return self._one(CLASS)
        if character == "\\":
            return self._anchor() if self._text[self.at + 1 : self.at + 2] in tuple("bBAZ") else self._one(ESCAPE)
        if character in "*+?{}]":
            raise _UnsureError
        self.at += 1
        if character == "^":
            return LEFT_OUT if "m" in self._flags else _Wide(r"\A", is_anchor=True)
        if character == "$":
            return LEFT_OUT
        return self._character(character)

    def _anchor(self) -> _Wide:
        sign = self._text[self.at + 1]
        self.at += 2
        if sign == "A":
            return _Wide(r"\A", is_anchor=True)
        return _Wide(r"\b", is_anchor=True) if sign == "b" and self._is_ascii else LEFT_OUT

    def _one(self, form: re.Pattern[str]) -> _Wide:
        found = form.match(self._text, self.at)
        if found is None:
            raise _UnsureError
        self.at = found.end()
        return self._character(found[0])

    def _character(self, item: str) -> _Wide:
        """An item that stands for one character, as a class."""
        return _class(item, "".join(sorted(self._flags)), is_ascii=self._is_ascii)

    def _parenthesis(self, depth: int) -> _Wide:
        around = LOOKAROUND.match(self._text, self.at)
        opened = around or GROUP.match(self._text, self.at)
        if opened is None:
            raise _UnsureError
        self.at = opened.end()
        outside = self._flags
        if around is None:
            groups = opened.groupdict()
            self._flags = (outside | set(groups["on"] or "")) - set(groups["off"] or "")
        inside = self.alternation(depth + 1)
        self._flags = outside
        if not self._text.startswith(")", self.at):
            raise _UnsureError
        self.at += 1
        if around:
            return LEFT_OUT
        return inside._replace(text=f"(?:{inside.text})", is_exact=inside.is_exact and opened[0] != "(?>")

    def _quantified(self, item: _Wide) -> _Wide:
        """The item with its quantifier, if one follows."""
        found = QUANTIFIER.match(self._text, self.at)
        if found is None:
            return item
        self.at = found.end()
        if item.is_anchor or found[0].startswith("{}") or QUANTIFIER.match(self._text, self.at):
            raise _UnsureError
        sign, last = found[0][0], found[0][-1]
        is_greedy = len(found[0]) == 1 or last == "}"
        if sign != "{":
            least, most, count = int(sign == "+"), 1 if sign == "?" else None, sign
        else:
            least = int(found["least"] or 0)
            most = int(found["most"]) if found["most"] else None if found["comma"] else least
            if most is not None and most < least:
                raise _UnsureError
            count = _count(least, most)
        return _Wide(
            text=item.text + count,
            needs=item.needs if least else NOTHING_NEEDED,
            is_exact=item.is_exact and is_greedy and not item.may_be_empty and max(least, most or 0) <= HIGHEST,
            may_be_empty=item.may_be_empty or not least,
        )


def _count(least: int, most: int | None) -> str:
    least = min(least, HIGHEST)
    if most is None or most > HIGHEST:
        return "*" if least == 0 else f"{{{least},}}"
    return f"{{{least}}}" if least == most else f"{{{least},{most}}}"


@lru_cache(maxsize=8192)
def _class(item: str, flags: str, *, is_ascii: bool) -> _Wide:
    """The class of RE2 for an item that stands for one character."""
    plain = item[1:] if len(item) == 2 and item[0] == "\\" and not item[1].isalnum() else item
    if len(plain) == 1 and plain.isascii() and item != "." and ("i" not in flags or not plain.isalpha()):
        return _Wide(plain if plain.isalnum() else f"\\x{ord(plain):02x}", _need(plain))
    within = _members(item, flags)
    beyond = "" if is_ascii else _beyond(item, flags, within)
    inside = _ranges(within) + beyond
    is_exact = PROPERTY.search(item) is None
    return _Wide(f"[{inside}]" if inside else NOTHING, _need(within), is_exact=is_exact)


def _need(characters: str) -> Needs:
    """One of these characters is needed, which is worth asking for where none of them stands in nearly every text."""
    return NOTHING_NEEDED if any(each in COMMON for each in characters) else frozenset({frozenset(characters)})


def _members(item: str, flags: str) -> str:
    """The ASCII characters that an item stands for: the package that will search is asked."""
    try:
        compiled = regex.compile(item, sum({"a": regex.A, "i": regex.I, "m": 0, "s": regex.S}[f] for f in flags))
    except (regex.error, ValueError):
        raise _UnsureError from None
    # Of properties, in ASCII mode and without case, the two ways of asking sometimes do not say the same.
    return "".join(each for each in ASCII if compiled.fullmatch(each) or compiled.search(each))


def _beyond(item: str, flags: str, within: str) -> str:
    """What an item may stand for beyond ASCII, as the inside of a class."""
    ignores = "i" in flags
    if len(item) == 1 and not item.isascii() and not ignores:
        return f"\\x{{{ord(item):x}}}"
    if item.isascii() and ((len(item) == 1 and item != ".") or PLAIN_CLASS.fullmatch(item)) and "\\d" not in item:
        return "".join(ADDED.get(letter, "") for letter in within) if ignores else ""
    return BEYOND


def _ranges(characters: str) -> str:
    """Characters in order as the inside of a class."""
    parts: list[str] = []
    start = last = -2
    for code in (*map(ord, characters), -1):
        if code == last + 1:
            last = code
            continue
        if start >= 0:
            parts.append(f"\\x{start:02x}" if start == last else f"\\x{start:02x}-\\x{last:02x}")
        start = last = code
    return "".join(parts)
