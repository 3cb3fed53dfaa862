"""Texts of which one must stand in a folded document for a pattern to match its clean text.

The answer may be "unknown", but never wrong: a document that holds none of the texts is not searched at all. So
the parser knows a subset of patterns for certain and gives up on all else, and a text is only used if folding
leaves it as it is:

- runs of ASCII letters, digits and some punctuation, without white space and quotes, which folding may change;
- in lower case, as every document is compared in lower case;
- without a last letter that the text may continue with a combining mark, because NFKC would join the two;
- when case is ignored, with each form of the letter i: a regex takes İ for i, and folding keeps them apart.

The texts that the option `requires` names are looked for in the same way, as patterns that ignore case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from rubricate.api import MatcherSpec
from rubricate_regex.patterns import patterns_of

__all__ = ["required_in", "required_literals", "required_words"]

SHORTEST = 3
"""Shorter texts stand in nearly every document, so asking for them saves nothing."""
LONG_ENOUGH = 5
"""From here on fewer texts are worth more than longer ones."""
MOST = 64
"""More texts than this for one pattern are not worth it."""
DEEPEST = 40

PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@#%&/:!,;")
"""Characters that mean themselves in a pattern and in folded text."""
ESCAPED = PLAIN | frozenset("$+.?*()")
"""Characters that do so after a backslash; letters and digits never come here."""
FORMS_OF_I = ("i", "\u0131", "i\u0307")
QUANTIFIER = re.compile(r"(?:[*+?]|\{(\d+)?(,)?(\d+)?\})[?+]?")
GROUP = re.compile(r"\((?:\?(?P<on>[ims]*)(?:-(?P<off>[ims]+))?:|\?>|\?P?<[A-Za-z_][A-Za-z0-9_]*>)?(?!\?|\*)")
LEADING = re.compile(r"\(\?(?P<flags>[aims]+)\)")
"""Flags at the beginning of a pattern, which hold for all of it."""
LOOKAROUND = re.compile(r"\(\?<?[=!]")
CLASS = re.compile(r"\[\^?(?:\\.|[^\\\[\]])(?:\\.|[^\\\[\]])*\]", re.DOTALL)
PROPERTY = re.compile(r"\\[pP]\{[^{}]*\}")

Alternatives: TypeAlias = "frozenset[str]"


class _UnsureError(Exception):
    """The pattern holds something that the parser does not know for certain."""


@dataclass(frozen=True, slots=True)
class _Character:
    """A character that is there, followed by what comes next."""

    text: str


@dataclass(frozen=True, slots=True)
class _Gap:
    """Something that is not known character by character."""

    required: Alternatives | None = None
    """Texts of which one must stand in it."""
    joins: bool = True
    """Whether it may begin with a combining mark, or be empty."""


_Item: TypeAlias = "_Character | _Gap"


def required_literals(spec: MatcherSpec) -> frozenset[str] | None:
    """Folded texts of which a document must hold one for any pattern of the matcher to match; None: unknown."""
    patterns = [(pattern.text, pattern.flags) for pattern in patterns_of(spec)]
    choices = [_required_in_any(patterns, fold=spec.fold)]
    if not spec.fold:  # of folded text, only the patterns themselves say for certain what it holds
        choices.append(_required_in_any([(re.escape(word), "i") for word in required_words(spec)]))
    return max((choice for choice in choices if choice), key=_worth, default=None)


def required_words(spec: MatcherSpec) -> tuple[str, ...]:
    """The texts that the option `requires` names, case folded."""
    words = spec.options.get("requires")
    return tuple(str(word).casefold() for word in words) if isinstance(words, (list, tuple)) else ()


def _required_in_any(patterns: Iterable[tuple[str, str]], *, fold: bool = False) -> Alternatives | None:
    found: set[str] = set()
    for text, flags in patterns:
        required = required_in(text, flags=flags, fold=fold)
        if required is None:
            return None
        found |= required
    return frozenset(found) or None


def required_in(text: str, *, flags: str = "", fold: bool = False, shortest: int = SHORTEST) -> Alternatives | None:
    """The same for one pattern; `fold` says that it is matched against folded text.

    >>> sorted(required_in("check (it|this) out"))
    ['check']
    >>> required_in("colou?r") is not None, required_in("[a-z]+") is None
    (True, True)
    """
    leading = LEADING.match(text)
    if leading is not None:
        flags += leading["flags"]
    if "x" in flags:
        return None
    parser = _Parser(text, ignore_case="i" in flags, fold=fold, shortest=shortest)
    parser.at = 0 if leading is None else leading.end()
    try:
        required = parser.alternation(0)
    except _UnsureError:
        return None
    return required if parser.at == len(text) else None


class _Parser:
    """A recursive parser of the known subset; `at` moves through the pattern."""

    __slots__ = ("_fold", "_ignore_case", "_shortest", "_text", "at")

    def __init__(self, text: str, *, ignore_case: bool, fold: bool, shortest: int) -> None:
        self._text = text
        self._ignore_case = ignore_case
        self._fold = fold
        self._shortest = shortest
        self.at = 0

    def alternation(self, depth: int) -> Alternatives | None:
        """What one of the branches up to a closing parenthesis or the end needs."""
        if depth > DEEPEST:
            raise _UnsureError
        branches = [self._sequence(depth)]
        while self._text.startswith("|", self.at):
            self.at += 1
            branches.append(self._sequence(depth))
        found: set[str] = set()
        for branch in branches:
            if branch is None:
                return None
            found |= branch
        return frozenset(found) if len(found) <= MOST else None

    def _sequence(self, depth: int) -> Alternatives | None:
        items: list[_Item] = []
        while self.at < len(self._text) and self._text[self.at] not in "|)":
            items += self._quantified(self._item(depth))
        return self._best(items)

    def _item(self, depth: int) -> _Item | None:
        """The next item, or None for one that takes no text."""
        character = self._text[self.at]
        if character == "\\":
            return self._escape()
        if character == "(":
            return self._parenthesis(depth)
        if character == "[":
            return self._skip(CLASS)
        if character in "^$":
            self.at += 1
            return None
        if character in "*+?{}]":
            raise _UnsureError
        self.at += 1
        if character == ".":
            return _Gap()
        if character in PLAIN:
            return _Character(character)
        return _Gap(joins=not character.isascii())

    def _skip(self, form: re.Pattern[str]) -> _Gap:
        found = form.match(self._text, self.at)
        if found is None:
            raise _UnsureError
        self.at = found.end()
        return _Gap()

    def _escape(self) -> _Item | None:
        sign = self._text[self.at + 1 : self.at + 2]
        if sign in ("p", "P"):
            return self._skip(PROPERTY)
        self.at += 2
        if sign in ("b", "B", "A", "Z"):
            return None
        if sign in ("d", "s", "n", "t", "r"):
            return _Gap(joins=False)
        if sign in ("D", "S", "w", "W"):
            return _Gap()
        if not sign or not sign.isascii() or sign.isalnum():
            raise _UnsureError
        return _Character(sign) if sign in ESCAPED else _Gap(joins=False)

    def _parenthesis(self, depth: int) -> _Gap | None:
        around = LOOKAROUND.match(self._text, self.at)
        opened = around or GROUP.match(self._text, self.at)
        if opened is None:
            raise _UnsureError
        self.at = opened.end()
        outside = self._ignore_case
        if around is None and (opened["on"] or opened["off"]):
            self._ignore_case = "i" not in (opened["off"] or "") and (outside or "i" in opened["on"])
        required = self.alternation(depth + 1)
        self._ignore_case = outside
        if not self._text.startswith(")", self.at):
            raise _UnsureError
        self.at += 1
        return None if around else _Gap(required)

    def _quantified(self, item: _Item | None) -> Sequence[_Item]:
        """The item with its quantifier, if one follows."""
        found = QUANTIFIER.match(self._text, self.at)
        if found is None:
            return () if item is None else (item,)
        self.at = found.end()
        sign = found[0][0]
        if item is None or QUANTIFIER.match(self._text, self.at) or found[0].startswith("{}"):
            raise _UnsureError
        least = int(found[1] or 0) if sign == "{" else int(sign == "+")
        if least == 0:
            return (_Gap(),)
        if isinstance(item, _Gap):
            return (item,)
        # The first one follows what stands before, the last one precedes what stands behind; they may be the same.
        return (item, _Gap(), item)

    def _best(self, items: Sequence[_Item]) -> Alternatives | None:
        """The choice among the runs and gaps of a sequence that promises the fewest documents."""
        choices: list[Alternatives] = []
        run = ""
        for item in (*items, _Gap()):
            if isinstance(item, _Character):
                run += item.text
                continue
            choices += self._choices(run, joins=item.joins and not self._fold)
            run = ""
            if item.required is not None:
                choices.append(item.required)
        return max(choices, key=_worth, default=None)

    def _choices(self, run: str, *, joins: bool) -> Iterable[Alternatives]:
        """What a run of characters lets us ask for."""
        safe = run[:-1] if joins and run[-1:].isalpha() else run
        text = safe.lower()
        if not self._ignore_case:
            return [frozenset({text})] if len(text) >= self._shortest else []
        parts = [frozenset({part}) for part in text.split("i") if len(part) >= self._shortest]
        if len(text) >= self._shortest and text.count("i") <= 2:
            forms = product(*(FORMS_OF_I if character == "i" else (character,) for character in text))
            parts.append(frozenset("".join(form) for form in forms))
        return parts


def _worth(choice: Alternatives) -> tuple[int, int, int, list[str]]:
    """Longer is better up to LONG_ENOUGH, then fewer, then longer; the texts themselves make the order certain."""
    length = min(len(text) for text in choice)
    return (min(length, LONG_ENOUGH), -len(choice), length, sorted(choice))
