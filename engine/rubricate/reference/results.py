"""What the reference says of a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rubricate.model.match import Match

__all__ = ["Level", "ReferenceDecision", "ReferenceResult", "ReferenceSpan", "ReferenceVote"]

Level: TypeAlias = 'Literal["accepted", "uncertain", "no"]'


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceVote:
    """One vote of a rule for a label."""

    label: str
    rule: str
    """The id of the rule; `otherwise: LABEL` for the vote that falls when no other did."""
    score: float
    evidence: tuple[Match, ...]
    target: tuple[str, int, int] | None = None
    """(field, start, end) in clean offsets for a span label."""
    value: object = None
    stage: int
    priority: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceSpan:
    """A span with the votes that make it."""

    field: str
    start: int
    end: int
    score: float
    decision: Level
    threshold: float
    votes: tuple[ReferenceVote, ...]
    value: object
    stage: int
    lost_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceDecision:
    """What is decided about a label; a label about which nothing is decided has none."""

    decision: Level
    score: float
    threshold: float
    stage: int
    spans: tuple[ReferenceSpan, ...] = ()
    lost_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceResult:
    """Everything that the reference says of one record."""

    votes: Mapping[str, tuple[ReferenceVote, ...]]
    """Label -> its votes."""
    shadows: Mapping[str, tuple[ReferenceVote, ...]]
    """Label -> the votes of drafts."""
    decisions: Mapping[str, ReferenceDecision]
    skipped: tuple[str, ...]
    """The stages that did not run."""
    route: Literal["accepted", "review", "undecided"]

    @property
    def spans(self) -> dict[str, tuple[ReferenceSpan, ...]]:
        """Label -> its spans, those that are no among them."""
        return {label: found.spans for label, found in self.decisions.items() if found.spans}
