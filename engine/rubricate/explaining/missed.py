"""What is told of a part of a condition that is to blame."""

from __future__ import annotations

from typing import NamedTuple

from rubricate.explaining.editing import Candidate
from rubricate.explaining.failing import Blame

__all__ = ["FAR", "Missed"]

FAR = 1000.0
"""How far off a miss is that cannot be measured."""


class Missed(NamedTuple):
    """How near a part was to being what is wanted of it."""

    blame: Blame
    sentence: str
    kind: str
    """`distance`, `order`, `fields`, `place`, `context`, `term`, `pattern`, `value`, `missing`, `label`, ..."""
    off: float = FAR
    """How far off it was, in its own unit."""
    edits: tuple[Candidate, ...] = ()
    """What might mend it; not checked yet."""
