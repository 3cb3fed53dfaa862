"""Token patterns: what spaCy's Matcher takes, said at the place of the mistake and without importing spaCy."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from rubricate.api import MatcherSpec, OptionError

__all__ = ["check_tokens", "patterns_of", "wanted_by"]

Path: TypeAlias = "tuple[str | int, ...]"

_TEXTS: Final = frozenset(
    {"DEP", "ENT_ID", "ENT_KB_ID", "ENT_TYPE", "LEMMA", "LOWER", "MORPH", "NORM", "ORTH", "POS", "SHAPE", "TAG", "TEXT"}
)
_NUMBERS: Final = frozenset({"LENGTH"})
_TRUTHS: Final = frozenset(
    {
        "IS_ALPHA", "IS_ASCII", "IS_BRACKET", "IS_CURRENCY", "IS_DIGIT", "IS_LEFT_PUNCT", "IS_LOWER", "IS_PUNCT",
        "IS_QUOTE", "IS_RIGHT_PUNCT", "IS_SENT_START", "IS_SPACE", "IS_STOP", "IS_TITLE", "IS_UPPER", "LIKE_EMAIL",
        "LIKE_NUM", "LIKE_URL", "SENT_START", "SPACY",
    }
)  # fmt: skip
_IOB: Final = ("", "B", "I", "O")
_ATTRIBUTES: Final = tuple(sorted({*_TEXTS, *_NUMBERS, *_TRUTHS, "ENT_IOB", "OP"}))
_LISTS: Final = frozenset({"IN", "INTERSECTS", "IS_SUBSET", "IS_SUPERSET", "NOT_IN"})
_FUZZY: Final = frozenset({"FUZZY", *(f"FUZZY{number}" for number in range(1, 10))})
_ORDERS: Final = frozenset({"!=", "<", "<=", "==", ">", ">="})
_REPEATS: Final = re.compile(r"\{(?:(?P<exactly>\d+)|(?P<least>\d*),(?P<most>\d*))\}")
_MOST_REPEATS: Final = 100
_WANTS: Final[Mapping[str, str]] = {
    **{name: name for name in ("DEP", "ENT_KB_ID", "LEMMA", "MORPH", "POS", "SENT_START", "TAG")},
    **dict.fromkeys(("ENT_ID", "ENT_IOB", "ENT_TYPE"), "ENT"),
    "IS_SENT_START": "SENT_START",
}
"""Attribute -> what a component must set for it."""


def patterns_of(spec: MatcherSpec) -> list[list[Mapping[str, object]]]:
    """The patterns of a matcher that was checked: one, or a list of several."""
    tokens: list[object] = list(_sequence(spec.options.get("tokens")))
    many = tokens if tokens and isinstance(tokens[0], list | tuple) else [tokens]
    return [[token for token in _sequence(one) if isinstance(token, Mapping)] for one in many]


def wanted_by(patterns: Sequence[Sequence[Mapping[str, object]]]) -> frozenset[str]:
    """What components must set for patterns to mean something."""
    return frozenset(_WANTS[name] for one in patterns for token in one for name in token if name in _WANTS)


def check_tokens(spec: MatcherSpec) -> None:
    """Raises OptionError for the first thing in a pattern that spaCy would not take, or take for nothing."""
    tokens = list(_sequence(spec.options.get("tokens")))
    several = [isinstance(one, list | tuple) for one in tokens]
    if any(several) and not all(several):
        raise _error("some of these are tokens and some lists of tokens", (several.index(several[0] is False),),
                     help="write one list of tokens, or a list of such lists")  # fmt: skip
    for path, pattern in _numbered(tokens) if any(several) else iter([((), tokens)]):
        _check_pattern(_sequence(pattern), path)


def _check_pattern(pattern: Sequence[object], path: Path) -> None:
    if not pattern:
        raise _error("the pattern is empty", path, help='write at least one token, as in [{LOWER: "sale"}]')
    optional = 0
    for number, token in enumerate(pattern):
        here = (*path, number)
        if not isinstance(token, Mapping):
            raise _error("a token is a mapping of attributes", here, help='write it as {LOWER: "sale"}')
        for name, value in token.items():
            _check_attribute(name, value, (*here, name))
        optional += token.get("OP") in ("*", "?", "!") or str(token.get("OP")).startswith(("{0", "{,"))
    if optional == len(pattern):
        raise _error("nothing of this pattern must be there", path, help="write one token without OP, or with OP: +")


def _check_attribute(name: object, value: object, path: Path) -> None:
    if name == "_":
        raise _error("custom attributes come from code, which a ruleset cannot hold", path, at_key=True,
                     help="remove it")  # fmt: skip
    if name == "OP":
        _check_operator(value, path)
    elif name in _TRUTHS:
        _demand(isinstance(value, bool), f'"{name}" is true or false', path)
    elif name in _NUMBERS:
        _check_value(value, path, int)
    elif name in _TEXTS:
        _check_value(value, path, str)
    elif name == "ENT_IOB":
        _demand(value in _IOB, f'"{name}" is one of B, I and O', path)
    else:
        near = difflib.get_close_matches(str(name).upper(), _ATTRIBUTES, n=1, cutoff=0.6)
        help = f'did you mean "{near[0]}"?' if near else "tokens have LOWER, LEMMA, POS, TAG, DEP, ENT_TYPE and others"
        raise _error(f'tokens have no attribute "{name}"', path, at_key=True, help=help)


def _check_operator(value: object, path: Path) -> None:
    if value in ("!", "?", "+", "*"):
        return
    repeats = _REPEATS.fullmatch(value) if isinstance(value, str) else None
    if repeats is None or (not repeats["exactly"] and not repeats["least"] and not repeats["most"]):
        shown = value if isinstance(value, str | int | float) else "this"
        raise _error(f'"{shown}" is no operator', path, help='write "!", "?", "+", "*", "{2}" or "{1,3}", in quotes')
    least = int(repeats["exactly"] or repeats["least"] or 0)
    most = int(repeats["exactly"] or repeats["most"] or least)
    _demand(least <= most, f'"{value}" asks for at least {least} and at most {most}', path)
    _demand(max(least, most) <= _MOST_REPEATS, f'"{value}" repeats more than {_MOST_REPEATS} times', path)
    _demand(repeats["exactly"] is None or least > 0, f'"{value}" asks for nothing', path)


def _check_value(value: object, path: Path, kind: type) -> None:
    """A plain value, or a mapping of comparisons."""
    what = "a text in quotes" if kind is str else "a number"
    if not isinstance(value, Mapping):
        _demand(_is(value, kind), f'"{path[-1]}" is {what} or a comparison', path)
        return
    _demand(bool(value), "the comparison is empty", path)
    for name, other in value.items():
        here = (*path, name)
        if name in _LISTS:
            alike = isinstance(other, list | tuple) and bool(other) and all(_is(each, kind) for each in other)
            _demand(alike, f'"{name}" takes a list, each of it {what}', here)
        elif name in _ORDERS and kind is int:
            _demand(_is(other, int) or isinstance(other, float), f'"{name}" takes a number', here)
        elif name == "REGEX" and kind is str:
            _check_texts(other, here, is_regex=True)
        elif name in _FUZZY and kind is str:
            _check_texts(other, here, is_regex=False)
        else:
            known = sorted(_LISTS | (_ORDERS if kind is int else _FUZZY | {"REGEX"}))
            near = difflib.get_close_matches(str(name).upper(), known, n=1, cutoff=0.6)
            help = f'did you mean "{near[0]}"?' if near else "write IN, NOT_IN" + (", REGEX" if kind is str else ", >=")
            raise _error(f'there is no comparison "{name}" for "{path[-1]}"', here, at_key=True, help=help)


def _check_texts(value: object, path: Path, *, is_regex: bool) -> None:
    """A text, or a set of texts of which one must fit."""
    if isinstance(value, Mapping):
        for name, other in value.items():
            if name not in ("IN", "NOT_IN"):
                raise _error(f'"{path[-1]}" takes a text, or IN or NOT_IN with a list', (*path, name), at_key=True)
            _demand(isinstance(other, list | tuple) and bool(other), f'"{name}" takes a list', (*path, name))
            for number, each in enumerate(_sequence(other)):
                _check_text(each, (*path, name, number), is_regex=is_regex)
        return
    _check_text(value, path, is_regex=is_regex)


def _check_text(value: object, path: Path, *, is_regex: bool) -> None:
    _demand(isinstance(value, str) and value != "", "a text in quotes is wanted here", path)
    if is_regex:
        try:
            re.compile(str(value))
        except (re.error, OverflowError, RecursionError) as error:
            raise _error(f"the regular expression cannot be used: {error}", path) from error


def _is(value: object, kind: type) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


def _demand(holds: bool, message: str, path: Path) -> None:
    if not holds:
        raise _error(message, path)


def _error(message: str, path: Path, *, at_key: bool = False, help: str | None = None) -> OptionError:
    return OptionError("tokens", message, path=path, at_key=at_key, help=help)


def _sequence(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def _numbered(several: Sequence[object]) -> Iterator[tuple[Path, object]]:
    return (((number,), each) for number, each in enumerate(several))
