"""What finds many texts or patterns in one pass: packages that are always there, and faster ones where they are.

The answers are the same whichever is used. The extra `fast` brings the faster ones, and the environment variable
RUBRICATE_BACKEND says `plain` or `fast` where somebody wants to know that.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, Final, Protocol, TypeAlias, TypeVar

from rubricate.errors import MissingExtraError, UsageError
from rubricate.model.wider import Wider

__all__ = [
    "Locate",
    "PatternSet",
    "Search",
    "backend",
    "backends",
    "make_locate",
    "make_pattern_set",
    "make_search",
    "search_plainly",
]

T = TypeVar("T")

Search: TypeAlias = Callable[[str], Iterable[tuple[int, T]]]
"""Text -> (offset of the last character, what belongs to the text found) of every place, overlapping ones too."""

Locate: TypeAlias = Callable[[bytes, int], tuple[int, int]]
"""ASCII text, offset -> where the first match of the wider pattern from there on begins and ends; (-1, -1) for none."""

VARIABLE: Final = "RUBRICATE_BACKEND"
PACKAGES: Final = {"literals": "ahocorasick_rs", "patterns": "re2"}
MEMORY: Final = 64 << 20
"""Bytes that the automaton of a set of patterns may take."""
STAND_IN: Final = "\uffff"
"""Stands for half of a surrogate pair, which UTF-8 does not have; a noncharacter that no text should hold."""


def backend(task: str) -> str:
    """`plain` or `fast`: how `literals` or `patterns` are looked for.

    Raises UsageError for a wrong value of RUBRICATE_BACKEND, MissingExtraError when `fast` is asked for and not there.
    """
    wanted = os.environ.get(VARIABLE, "")
    if wanted not in ("", "plain", "fast"):
        raise UsageError(f'{VARIABLE} is "{wanted}"', help="set it to plain or fast, or not at all")
    if wanted == "plain":
        return "plain"
    if _is_installed(PACKAGES[task]):
        return "fast"
    if wanted == "fast":
        raise MissingExtraError("fast", f"{VARIABLE}=fast")
    return "plain"


@lru_cache
def _is_installed(package: str) -> bool:
    return find_spec(package) is not None


def backends() -> dict[str, str]:
    """Task -> the package that does it: what `rubricate plugins` shows."""
    literals = "ahocorasick-rs" if backend("literals") == "fast" else "pyahocorasick"
    patterns = "google-re2 and regex" if backend("patterns") == "fast" else "regex"
    return {"literals": literals, "patterns": patterns}


def make_search(texts: Sequence[str], owned: Mapping[int, T]) -> Search[T]:
    """A search for different texts, with what is installed; `owned` is what belongs to each, by its number.

    What is owned is asked for only when a text is found. Of sorted texts an automaton is built sooner, and runs faster.
    """
    if backend("literals") == "plain" or _has_odd("".join(texts)):
        return search_plainly(texts, owned)
    return _search_fast(texts, owned)


def search_plainly(texts: Sequence[str], owned: Mapping[int, T]) -> Search[T]:
    """A search for texts with pyahocorasick.

    >>> sorted(search_plainly(["he", "she"], {0: 1, 1: 2})("she"))
    [(2, 1), (2, 2)]
    """
    if not texts:
        return lambda _text: ()
    import ahocorasick

    automaton = ahocorasick.Automaton(ahocorasick.STORE_INTS)
    deque(map(automaton.add_word, texts, range(len(texts))), maxlen=0)
    automaton.make_automaton()
    find = automaton.iter

    def search(text: str) -> list[tuple[int, T]]:
        return [(last, owned[number]) for last, number in find(text)]

    return search


def _search_fast(texts: Sequence[str], owned: Mapping[int, T]) -> Search[T]:
    if not texts:
        return lambda _text: ()
    import ahocorasick_rs

    find = ahocorasick_rs.AhoCorasick(texts, store_patterns=False).find_matches_as_indexes

    def search(text: str) -> list[tuple[int, T]]:
        try:
            found = find(text, overlapping=True)
        except UnicodeEncodeError:
            found = find(_without_halves(text), overlapping=True)
        return [(end - 1, owned[number]) for number, _, end in found]

    return search


def _has_odd(text: str) -> bool:
    """Whether a text can be confused with the stand-in for what UTF-8 does not have."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return STAND_IN in text


def _without_halves(text: str) -> str:
    return "".join(STAND_IN if "\ud800" <= character <= "\udfff" else character for character in text)


class PatternSet(Protocol):
    """Which of many patterns can match a text at all. May name one too many, never one too few."""

    def choose(self, text: str) -> Sequence[int]:
        """The numbers of the patterns that may match, in no certain order."""
        ...


def make_pattern_set(patterns: Sequence[Wider]) -> PatternSet:
    """A set of patterns, with what is installed."""
    return _ByCharacter(patterns) if backend("patterns") == "plain" else _ByPattern(patterns)


class _ByPattern:
    """Asks RE2 for all patterns in one pass. Its automata grow as texts come, and are made when the first one does."""

    def __init__(self, patterns: Sequence[Wider]) -> None:
        self._patterns = patterns
        self._of_ascii: Callable[[str], Sequence[int]] | None = None
        self._of_any: Callable[[str], Sequence[int]] | None = None

    def choose(self, text: str) -> Sequence[int]:
        if text.isascii():
            if self._of_ascii is None:
                self._of_ascii = _chooser([each.of_ascii for each in self._patterns])
            return self._of_ascii(text)
        if self._of_any is None:
            self._of_any = _chooser([each.of_any for each in self._patterns])
        return self._of_any(text)


class _ByCharacter:
    """Asks only which characters stand in a text."""

    def __init__(self, patterns: Sequence[Wider]) -> None:
        needs = sorted({need for each in patterns for need in each.needs}, key=sorted)
        numbers = {need: number for number, need in enumerate(needs)}
        self._everyone = range(len(patterns))
        self._needs = [need.isdisjoint for need in needs]
        self._patterns = [tuple(numbers[need] for need in each.needs) for each in patterns]

    def choose(self, text: str) -> Sequence[int]:
        if not text.isascii():
            return self._everyone
        characters = set(text)
        missing = {number for number, is_missing in enumerate(self._needs) if is_missing(characters)}
        if not missing:
            return self._everyone
        return [number for number, needs in enumerate(self._patterns) if missing.isdisjoint(needs)]


def _chooser(patterns: Sequence[str]) -> Callable[[str], Sequence[int]]:
    everyone = range(len(patterns))
    made, numbers, always = _compile(patterns)
    if made is None:
        return lambda _text: everyone
    match = made._set.Match  # the wrapper around it costs as much again
    first = len(always)

    def choose(text: str) -> Sequence[int]:
        try:
            found = match(text.encode())
        except UnicodeEncodeError:
            return everyone
        # The pattern of number 0 matches at the end of every text. Where it is missing, the automaton ran out of
        # memory, which it tells in no other way.
        if 0 not in found:
            return everyone
        if len(found) == 1:
            return always
        chosen = [numbers[place] for place in found if place]
        return [*always, *chosen] if first else chosen

    return choose


def make_locate(wider: Wider) -> Locate | None:
    """What finds where a pattern can match, or None where nothing does it faster than the pattern.

    No match of the pattern begins before the place found; it is that place if the wider pattern is an exact one.
    """
    if backend("patterns") == "plain" or wider.of_ascii.startswith("\\x"):  # a rare character is found as fast
        return None
    import re2

    try:
        compiled = re2.compile(wider.of_ascii, _options())
    except re2.error:
        return None
    match = compiled._regexp.Match  # the wrapper around it costs more than the search
    anywhere = re2._re2.RE2.Anchor.UNANCHORED

    def locate(text: bytes, start: int) -> tuple[int, int]:
        place: tuple[int, int] = match(anywhere, text, start, len(text))[0]
        return place

    return locate


def _options() -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = MEMORY
    return options


def _compile(patterns: Sequence[str]) -> tuple[Any, list[int], list[int]]:
    """The set, place in it -> number, and the numbers that are not in it; no set where RE2 cannot make one."""
    import re2

    made = re2.Set.SearchSet(_options())
    made.Add(r"\z")  # an empty pattern would match, and be noted, at each character
    numbers, always = [-1], []
    for number, pattern in enumerate(patterns):
        try:
            made.Add(pattern)
        except re2.error:
            always.append(number)
        else:
            numbers.append(number)
    try:
        made.Compile()
    except re2.error:
        return None, [], []
    return made, numbers, always
