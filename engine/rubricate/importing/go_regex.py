"""Patterns of Go (RE2) as the `regex` package writes them, or why that cannot be.

They mean the same there but for these, which are written anew:

- `(?i)` in the middle holds up to the end of its group, so what follows it becomes a group with that flag;
- `$` and `\\z` are the very end of the text unless `m` is on, and never stand before a last line end;
- `{`, `}` and `[` that stand for themselves get a backslash, as do `\\Q...\\E` texts;
- `[[:alpha:]]`, `\\x{41}`, `\\pL` and octal escapes are spelled out.

`\\w`, `\\d`, `\\s` and `\\b` are ASCII in Go: the result wants the flag `a`. Under it `\\s` takes a vertical tab too,
and `(?i)` keeps to ASCII letters, where Go lets a k stand for the sign of Kelvin and an s for a long s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from types import MappingProxyType

__all__ = ["UntranslatableError", "translate"]

REPEAT = re.compile(r"(?:[*+?]|\{\d+(?:,\d*)?\})\??")
FLAGS = re.compile(r"\(\?([A-Za-z]*)(?:-([A-Za-z]+))?([:)])")
NAMED = re.compile(r"\(\?P?<([A-Za-z_]\w*)>", re.ASCII)
HEX = re.compile(r"\\x(?:\{([0-9A-Fa-f]{1,8})\}|([0-9A-Fa-f]{2}))")
OCTAL = re.compile(r"\\(0[0-7]{0,2}|[1-7][0-7]{1,2})")
PROPERTY = re.compile(r"\\([pP])(?:\{(\^?)([A-Za-z_]+)\}|([A-Z]))")
POSIX = MappingProxyType(
    {
        "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": r"\x00-\x7f", "blank": r"\t ",
        "cntrl": r"\x00-\x1f\x7f", "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": " -~",
        "punct": r"!-\/:-@\[-`\{-~", "space": r"\t\n\v\f\r ", "upper": "A-Z", "word": "0-9A-Za-z_",
        "xdigit": "0-9A-Fa-f",
    }
)  # fmt: skip
POSIX_CLASS = re.compile(r"\[:(\^?)([a-z]+):\]")
UNESCAPED = frozenset("/\"'`<>=!@%,;:_ ")
SIGNS = UNESCAPED | frozenset("\\.+*?()|[]{}^$-#&~")


class UntranslatableError(ValueError):
    """A pattern that cannot be written so that it certainly means the same; says why, in words."""


DEEPEST = 100
LETTERS = MappingProxyType({"i": "ignore_case", "s": "dot_all", "m": "lines"})
"""Flag -> the field of a scope. `U`, which turns quantifiers round, is none of them."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """The flags that hold at a place."""

    ignore_case: bool = False
    dot_all: bool = False
    lines: bool = False


def translate(pattern: str) -> str:
    """The same pattern for the `regex` package with the flag `a`; raises UntranslatableError.

    >>> translate("a(?i)b|c$")
    'a(?i:b)|(?i:c\\\\Z)'
    """
    translator = _Translator(pattern)
    scope, leading = _Scope(), FLAGS.match(pattern)
    if leading is not None and leading[3] == ")":
        translator.at = leading.end()
        scope = _changed(scope, leading)
    flags = _difference(_Scope(), scope)
    written = translator.group(scope, 0)
    if translator.at < len(pattern):
        raise UntranslatableError("a parenthesis is closed and was never opened")
    return f"(?{flags}){written}" if flags else written


class _Translator:
    """Reads a pattern from left to right; `at` moves through it."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self.at = 0

    def group(self, outer: _Scope, depth: int) -> str:
        """Everything up to a closing parenthesis or the end; flags set in it hold up to there, also behind a `|`."""
        if depth > DEEPEST:
            raise UntranslatableError("it is nested too deeply")
        scope = outer
        branches: list[str] = []
        written = part = ""
        while not self._ends(")"):
            if self._pattern[self.at] == "|":
                self.at += 1
                branches.append(written + _scoped(part, outer, scope))
                written = part = ""
                continue
            found = FLAGS.match(self._pattern, self.at)
            if found is not None and found[3] == ")":
                self.at = found.end()
                written, part = written + _scoped(part, outer, scope), ""
                scope = _changed(scope, found)
                continue
            part += self._repeated(self._item(scope, depth))
        branches.append(written + _scoped(part, outer, scope))
        return "|".join(branches)

    def _ends(self, sign: str) -> bool:
        return self.at >= len(self._pattern) or self._pattern[self.at] == sign

    def _item(self, scope: _Scope, depth: int) -> str:
        character = self._pattern[self.at]
        if character == "(":
            return self._parenthesis(scope, depth)
        if character == "[":
            return self._class()
        if character == "\\":
            return self._escape(in_class=False)
        if REPEAT.match(self._pattern, self.at) is not None:
            raise UntranslatableError("there is nothing before a quantifier to repeat")
        self.at += 1
        if character in "^$":
            if scope.lines:
                return f"(?m:{character})"
            return "^" if character == "^" else r"\Z"
        return "\\" + character if character in "{}]" else _literal(character)

    def _repeated(self, item: str) -> str:
        found = REPEAT.match(self._pattern, self.at)
        if found is None:
            return item
        self.at = found.end()
        if self._pattern[self.at : self.at + 1] in ("*", "+", "?") or REPEAT.match(self._pattern, self.at):
            raise UntranslatableError("two quantifiers follow one another")
        return item + found[0]

    def _parenthesis(self, scope: _Scope, depth: int) -> str:
        flags, named = FLAGS.match(self._pattern, self.at), NAMED.match(self._pattern, self.at)
        opened, inner = "(", scope
        if flags is not None:
            inner = _changed(scope, flags)
            opened, self.at = f"(?{_difference(scope, inner)}:", flags.end()
        elif named is not None:
            opened, self.at = f"(?<{named[1]}>", named.end()
        elif self._pattern.startswith("(?", self.at):
            raise UntranslatableError(f'Go has no group that begins with "{self._pattern[self.at : self.at + 3]}"')
        else:
            self.at += 1
        written = self.group(inner, depth + 1)
        if self.at >= len(self._pattern):
            raise UntranslatableError("a parenthesis is opened and never closed")
        self.at += 1
        return f"{opened}{written})"

    def _class(self) -> str:
        start = self.at
        self.at += 1
        written = "["
        if self._pattern.startswith("^", self.at):
            self.at += 1
            written += "^"
        first = True
        while self.at < len(self._pattern) and (first or self._pattern[self.at] != "]"):
            written += self._member()
            first = False
        if self.at >= len(self._pattern):
            raise UntranslatableError(f'a character class is never closed: "{self._pattern[start : start + 20]}"')
        self.at += 1
        return written + "]"

    def _member(self) -> str:
        character = self._pattern[self.at]
        posix = POSIX_CLASS.match(self._pattern, self.at)
        if posix is not None:
            self.at = posix.end()
            if posix[1] or posix[2] not in POSIX:
                raise UntranslatableError(f'the class "{posix[0]}" is not known')
            return POSIX[posix[2]]
        if character == "\\":
            return self._escape(in_class=True)
        self.at += 1
        return "\\" + character if character in "[]" else _literal(character)

    def _escape(self, *, in_class: bool) -> str:
        sign = self._pattern[self.at + 1 : self.at + 2]
        for form in (HEX, OCTAL, PROPERTY):
            found = form.match(self._pattern, self.at)
            if found is not None:
                self.at = found.end()
                return _spelled(form, found)
        if sign == "Q" and not in_class:
            end = self._pattern.find("\\E", self.at)
            quoted = self._pattern[self.at + 2 :] if end < 0 else self._pattern[self.at + 2 : end]
            self.at = len(self._pattern) if end < 0 else end + 2
            # no group around it: a quantifier behind it is about its last character
            return "".join(_literal(each) if each.isalnum() or not each.isascii() else _sign(each) for each in quoted)
        self.at += 2
        if sign == "z" and not in_class:
            return r"\Z"
        if sign and (sign in "dDwWsSafnrtv" or (sign in "bBA" and not in_class)):
            return "\\" + sign
        if sign and sign in SIGNS:
            return _sign(sign)
        raise UntranslatableError(f'the escape "\\{sign}" is not known')


def _scoped(written: str, outer: _Scope, scope: _Scope) -> str:
    """A part of a branch under flags of its own."""
    difference = _difference(outer, scope)
    return f"(?{difference}:{written})" if written and difference else written


def _difference(outer: _Scope, inner: _Scope) -> str:
    """The flags that lead from one scope to another, as they stand in a group."""
    pairs = (("i", outer.ignore_case, inner.ignore_case), ("s", outer.dot_all, inner.dot_all))
    on = "".join(letter for letter, before, after in pairs if after and not before)
    off = "".join(letter for letter, before, after in pairs if before and not after)
    return on + (f"-{off}" if off else "")


def _changed(scope: _Scope, found: re.Match[str]) -> _Scope:
    for letters, holds in ((found[1], True), (found[2] or "", False)):
        for letter in letters:
            if letter not in LETTERS:
                raise UntranslatableError(f'the flag "{letter}" is not known')
            scope = replace(scope, **{LETTERS[letter]: holds})
    return scope


def _spelled(form: re.Pattern[str], found: re.Match[str]) -> str:
    """A hexadecimal or octal escape, or a property."""
    if form is PROPERTY:
        letter, negated, name = found[1], found[2], found[3] or found[4]
        if negated:
            letter = "p" if letter == "P" else "P"
        return f"\\{letter}{{{name}}}"
    code = int(found[1], 8) if form is OCTAL else int(found[1] or found[2], 16)
    if code > 0x10FFFF:
        raise UntranslatableError(f'"{found[0]}" is no character')
    return f"\\x{code:02x}" if code < 0x100 else f"\\U{code:08x}"


def _sign(sign: str) -> str:
    """An ASCII sign that stands for itself."""
    return sign if sign in UNESCAPED else "\\" + sign if sign.isprintable() else _literal(sign)


def _literal(character: str) -> str:
    return character if character.isprintable() else f"\\U{ord(character):08x}"
