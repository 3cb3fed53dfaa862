"""What fitting a combiner to votes gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["CombinerFit", "CombinerFits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinerFit:
    """The numbers of one combiner for one set."""

    set: str
    combiner: str
    voted: int
    """Records with a vote for a label of the set."""
    contested: int
    """Those with votes for several of its labels."""
    votes: Mapping[str, int]
    """Rule -> on how many records its votes count, for all rules that can vote for the set."""
    alone: Mapping[str, int]
    """Rule -> on how many of these no other rule votes, so that nothing is learned about it."""
    numbers: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinerFits:
    """All of them."""

    fits: tuple[CombinerFit, ...]
    records: int
    """Records whose votes were looked at."""
    left_out: Mapping[str, int]
    """Why records were not used -> how many."""
