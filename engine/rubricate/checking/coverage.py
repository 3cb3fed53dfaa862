"""What of a ruleset its examples touch, as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from rubricate.model.location import Location

__all__ = ["KINDS", "Coverage", "Gap", "Kind", "Share"]

Kind: TypeAlias = Literal["rules", "branches", "sections", "rows"]
KINDS: tuple[Kind, ...] = ("rules", "branches", "sections", "rows")


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    touched: int
    of: int

    @property
    def percent(self) -> float:
        """100 of nothing, as nothing is left to touch."""
        return 100.0 * self.touched / self.of if self.of else 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something that no example touches."""

    kind: Kind
    name: str
    """A rule, a section, a row's first term; for a branch whose condition it is."""
    reason: str
    location: Location = field(compare=False)
    text: str = ""
    """For a branch: the whole condition as it is written."""
    span: tuple[int, int] = (0, 0)
    """For a branch: the part of it that is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What the examples of one ruleset touch; only those that pass count."""

    name: str
    path: str
    shares: dict[Kind, Share]
    gaps: Sequence[Gap] = ()
    failing: int = 0
    """So many examples fail, and so touch nothing."""

    @property
    def total(self) -> Share:
        """Rules, branches and sections together. Rows stand apart: a table of thousands would drown the rest."""
        counted = [share for kind, share in self.shares.items() if kind != "rows"]
        return Share(sum(share.touched for share in counted), sum(share.of for share in counted))
