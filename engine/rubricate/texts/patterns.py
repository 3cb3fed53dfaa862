"""Patterns written as `/pattern/flags`, for the core itself; matchers have their own plugin."""

from __future__ import annotations

import re
from typing import Any

from rubricate.texts.repeating import check_repeats

__all__ = ["SLASHED", "compile_slashed"]

SLASHED = re.compile(r"/(?P<pattern>.+)/(?P<flags>[aimsx]*)", re.DOTALL)


def compile_slashed(written: str) -> Any:
    """The compiled pattern of a text between slashes; raises ValueError with what is wrong, in words."""
    parts = SLASHED.fullmatch(written)
    if parts is None:
        raise ValueError(f'"{written}" is no pattern between slashes')
    import regex  # heavy, and only wanted by rulesets that have such patterns

    flags = regex.V0  # patterns of texts are Unicode-aware unless they begin with (?a)
    for letter in parts["flags"]:
        flags |= {"a": regex.A, "i": regex.I, "m": regex.M, "s": regex.S, "x": regex.X}[letter]
    try:
        check_repeats(parts["pattern"])
        return regex.compile(parts["pattern"], flags)
    except (regex.error, OverflowError, ValueError) as error:
        raise ValueError(f"the pattern cannot be compiled: {error}") from None
