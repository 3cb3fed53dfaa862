"""How often each rule is right, as gold tells."""

from __future__ import annotations

from dataclasses import dataclass

from rubricate.model.location import Location

__all__ = ["RuleAccuracies", "RuleAccuracy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAccuracy:
    """One rule for one label, counted over the gold records that say whether the label holds."""

    rule: str
    label: str
    is_draft: bool
    votes: int
    right: int
    interval: tuple[float, float]
    """Where its true accuracy lies, with 95 % confidence (Clopper-Pearson); 0 to 1 for a rule without votes."""
    overlaps: int
    """Votes beside which another rule voted for the label, or for another one of its set."""
    conflicts: int
    """Votes beside which another rule voted for another label of the set."""
    declared: float | None
    """Its confidence, where that is a number."""
    proposed: float
    """What was counted, drawn towards the accuracy of all rules of the label as by a few votes more."""
    location: Location | None = None
    """Where the declared number stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAccuracies:
    """All rules of a ruleset."""

    rules: tuple[RuleAccuracy, ...]
    """In the order of their declaration, each label of a rule apart."""
    records: int
    """Gold records that were used."""
    covered: int
    """Those on which any rule votes that is no draft."""
    contested: int
    """Those on which rules vote for several labels of one set."""
    skipped: tuple[str, ...]
    """Rules whose labels are spans, which are not counted."""
