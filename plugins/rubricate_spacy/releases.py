"""Which versions of spaCy a pipeline was made for."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["allows"]

_BOUND: Final = re.compile(r"(>=|<=|==|!=|~=|>|<)?\s*(\d+(?:\.\d+)*)")


def allows(bounds: str, release: str) -> bool:
    """Whether a release lies within bounds; what cannot be read bounds nothing.

    >>> allows(">=3.7.5,<3.9.0", "3.8.18"), allows(">=3.5.3,<3.6.0", "3.8.18"), allows("", "3.8.18")
    (True, False, True)
    >>> allows("~=3.7", "3.8.1"), allows("~=3.7.0", "3.8.1"), allows("~=3.7.0", "3.7.5"), allows("~=3.7.2", "3.7.1")
    (True, False, True, False)
    """
    here = _numbers(release)
    for part in bounds.split(","):
        found = _BOUND.match(part.strip())
        if found is not None and not _holds(found[1] or "==", here, _numbers(found[2]), kept=found[2].count(".")):
            return False
    return True


def _holds(operator: str, here: tuple[int, ...], bound: tuple[int, ...], *, kept: int) -> bool:
    """Whether a release is in a relation to a bound; `kept`: so many of its numbers `~=` lets nobody change."""
    match operator:
        case ">=":
            return here >= bound
        case "<=":
            return here <= bound
        case ">":
            return here > bound
        case "<":
            return here < bound
        case "!=":
            return here != bound
        case "~=":
            return here >= bound and here[:kept] == bound[:kept]
        case _:
            return here == bound


def _numbers(release: str) -> tuple[int, ...]:
    found = re.match(r"\d+(?:\.\d+)*", release)
    numbers = tuple(map(int, found[0].split("."))) if found is not None else ()
    return (*numbers, 0, 0, 0, 0)[:4]
