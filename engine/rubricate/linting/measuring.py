"""How long a pattern takes on ordinary text, and on texts made of what it repeats.

The clock is that of the process, each figure is the best of several, and what "slow on every text" means is held
against a pattern that finds each word, measured in the same way: a busy or slow machine changes little.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from functools import cache
from typing import Any

import regex

__all__ = ["HOSTILE_LIMIT", "Cost", "Measured", "measure"]

HOSTILE_LIMIT = 50_000
"""Microseconds per KB after which a measurement is stopped."""
HOSTILE = 20.0
"""How many times what finding each word of ordinary text takes a pattern may take on a text that is made to hurt."""
SIZE = 2048
"""Characters of a text that is made to hurt."""
GROWTH = 8.0
"""How many times more a KB may cost in a text four times as long. A search that goes through the rest of the text from
each place costs four times more, which is common and harmless; one that goes back costs sixteen times more, or never
ends."""
SLOW = 6.0
"""How many times that a pattern may take on ordinary text."""

_PLAIN = (
    'The quick brown fox bought 12 new lamps for 90 EUR at https://example.org/shop?id=7, and wrote: "It\'s great!" '
    "on 2026-01-31 (see p. 14); nobody else in Zürich had seen 3,500 of them - not even Dr. A. B. Smith, 42.\n"
)
_REPEAT = re.compile(r"(?<!\\)(?:[*+]|\{\d*,\d*\})")
_PIECE = re.compile(
    r"\\.|\(\?P?<[A-Za-z_]\w*>|\(\?[:=!>]|\(\?<[=!]|\[(?:\\.|[^\]\\])*\]|\{[\d,]+\}|[\^$.|?*+()]|(?P<letter>.)",
    re.DOTALL,
)
_FLAGS = {"a": regex.A, "i": regex.I, "m": regex.M, "s": regex.S, "x": regex.X}


@dataclass(frozen=True, slots=True)
class Cost:
    """What a search costs."""

    microseconds: float
    """For each KB of text."""
    sample: str = ""
    """How the text begins that was searched."""
    stopped: bool = False
    """Whether it was stopped at the limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What measuring a pattern gave."""

    hostile: Cost | None = None
    """On the text that hurts it most, if one does."""
    plain: Cost | None = None
    """On ordinary text, if that is much."""
    seconds: float = 0.0
    """What measuring took."""


def measure(text: str, flags: str = "") -> Measured:
    """What a pattern costs; nothing for one that cannot be compiled."""
    begun = time.process_time()
    try:
        letters = regex.V0  # a pattern of texts is Unicode-aware unless it begins with (?a)
        for flag in flags:
            letters |= _FLAGS.get(flag, 0)
        pattern = regex.compile(text, letters)
    except (regex.error, OverflowError, ValueError):
        return Measured()
    hostile = _worst(pattern, text)
    plain = None if hostile is not None else _slow(pattern)
    return Measured(hostile=hostile, plain=plain, seconds=time.process_time() - begun)


def _slow(pattern: Any) -> Cost | None:
    """The cost on ordinary text, if it is much, and still is when measured again."""
    for tries in (1, 4):
        cost = _search(pattern, _PLAIN * 10, tries=tries)
        if cost.microseconds < SLOW * _of_words():
            return None
    return cost


@cache
def _of_words() -> float:
    return _search(regex.compile(r"\w+"), _PLAIN * 10, tries=40).microseconds


def _worst(pattern: Any, text: str) -> Cost | None:
    """The first text that makes the pattern slow. What repeats nothing without end cannot be made so."""
    repeats = [found.group() for found in _REPEAT.finditer(text)]
    if not repeats:
        return None
    most = HOSTILE * _of_words()
    for body, tail in _hostile(text):
        cost = _search(pattern, body + tail, tries=1)
        if cost.microseconds >= most and _goes_back(pattern, body, tail, cost):
            return cost
    return None


def _goes_back(pattern: Any, body: str, tail: str, cost: Cost) -> bool:
    """Whether the cost grows with the length of the text as that of a search that goes back does."""
    while cost.stopped:  # a cost that was cut off is at least the limit, unless the machine was busy elsewhere
        if len(body) <= SIZE // 16:
            return True
        longer, body = body, body[: len(body) // 4]
        cost = _search(pattern, body + tail)
        if cost.microseconds * GROWTH <= HOSTILE_LIMIT:
            return _search(pattern, longer + tail).microseconds >= GROWTH * cost.microseconds
    short = _search(pattern, body[: len(body) // 4] + tail, tries=8)
    return cost.microseconds >= GROWTH * short.microseconds


def _hostile(text: str) -> list[tuple[str, str]]:
    """Long texts of one or two repeated characters that fit parts of the pattern, each with an end that does not."""
    letters = [found["letter"] for found in _PIECE.finditer(text) if found["letter"] is not None]
    signs = list(dict.fromkeys(letter for letter in letters if not letter.isalnum()))[:3]
    words = list(dict.fromkeys(letter for letter in letters if letter.isalnum()))[:3]
    seeds = ["a", "0", " ", "a ", *words, *signs, *(f"a{sign}" for sign in signs)]
    tail = "".join(dict.fromkeys(letters))[:40]
    found: list[tuple[str, str]] = []
    for seed in dict.fromkeys(seeds):
        body = (seed * SIZE)[:SIZE]
        found += [(body, "\n\x01!"), (body, f"\n\x01{tail}")]  # the one that no dot matches, the other nothing else
    return found


def _search(pattern: Any, text: str, *, tries: int = 2) -> Cost:
    """The best of several searches for all matches."""
    kilobytes = len(text) / 1024
    limit = HOSTILE_LIMIT * kilobytes / 1e6
    best = float("inf")
    for _ in range(tries):
        begun = time.process_time()
        try:
            for _match in pattern.finditer(text, timeout=limit):
                pass
        except TimeoutError:
            return Cost(HOSTILE_LIMIT, _sample(text), stopped=True)
        best = min(best, time.process_time() - begun)
    return Cost(best * 1e6 / kilobytes, _sample(text))


def _sample(text: str) -> str:
    return f"{text[:8]}..."
