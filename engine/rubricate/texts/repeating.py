"""How large a pattern becomes: the library writes out what must repeat, so that counts within counts multiply."""

from __future__ import annotations

import re

__all__ = ["MOST_STEPS", "check_repeats", "steps_of"]

MOST_STEPS = 100_000
"""So many steps may a pattern have when its counts are written out: up to 150 MB and half a second to compile it."""
_TOKEN = re.compile(
    r"""
    \\. | \[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]        # one character
    | (?P<comment> \(\?\#[^)]*\) )
    | (?P<open> \((?:\?(?:P?<[A-Za-z_]\w*>|<[=!]|[^:=!>)]*[:=!>)]))? )
    | (?P<close> \) )
    | (?P<count> \{(?P<low>\d*),?\d*\}[?+]? | [*+?][?+]? )
    | .
    """,
    re.VERBOSE | re.DOTALL,
)


def check_repeats(pattern: str) -> None:
    """Raises OverflowError where the library could not compile a pattern without taking all memory there is."""
    if "{" in pattern and (steps := steps_of(pattern)) > MOST_STEPS:
        raise OverflowError(f"its counts multiply to {steps:,} steps, and it may have {MOST_STEPS:,}")


def steps_of(pattern: str) -> int:
    r"""About how many steps a pattern has when whatever must repeat is written out as often as it must.

    >>> steps_of("abc"), steps_of("a{1000}"), steps_of("(?:(?:a|b){1000}){3,}c"), steps_of(r"\w{1,12}[x{9}]*")
    (3, 1000, 6001, 2)
    """
    groups = [0]
    last = 0
    for token in _TOKEN.finditer(pattern):
        if token["comment"] is not None:
            continue
        if token["open"] is not None:
            if token["open"].endswith(")"):  # flags, which open nothing
                continue
            groups.append(0)
            last = 0
        elif token["close"] is not None:
            last = groups.pop() if len(groups) > 1 else 0
            groups[-1] += last
        elif token["count"] is not None:
            more = last * (max(int(token["low"] or 1), 1) - 1)
            groups[-1] += more
            last += more
        elif token[0] == "|":
            last = 0
        else:
            last = 1
            groups[-1] += 1
    return sum(groups)
