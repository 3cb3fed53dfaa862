"""What is known of a model that was made from labelled records: what it learned from, and how right it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rubricate.model.binomial import lower_bound, upper_bound

__all__ = ["Counted", "HeldOut", "LabelFigures", "ModelCard", "Teachers"]

ERROR = 0.025
"""On either side of an interval of 95 %."""


@dataclass(frozen=True, slots=True)
class Counted:
    """So many right of so many."""

    right: int
    of: int

    @property
    def share(self) -> float | None:
        """The share of right ones; None of nothing."""
        return self.right / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies, at 95 % (Clopper and Pearson, two-sided).

        >>> Counted(0, 0).interval, tuple(round(end, 4) for end in Counted(9, 10).interval)
        ((0.0, 1.0), (0.555, 0.9975))
        """
        return lower_bound(self.right, self.of, ERROR), upper_bound(self.right, self.of, ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Teachers:
    """How many records have their label from whom."""

    gold: int = 0
    people: int = 0
    machine: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.gold + self.people + self.machine


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFigures:
    """One label in the part that was held out."""

    label: str
    lessons: int
    """Records with it that the model learned from."""
    precision: Counted
    """Of the records that the model gives it to."""
    recall: Counted
    """Of the records that have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """The part that the model has not seen, with labels by people alone."""

    teachers: Teachers
    accuracy: Counted
    """Over the records on which the model gives a number."""
    abstained: int
    commonest: Counted
    """What always saying the commonest label comes to."""
    labels: tuple[LabelFigures, ...]
    sure: Sequence[tuple[float, Counted]]
    """Score -> the records whose best label has at least that score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """Everything that stands on the card of a model; no moment and no path, so that it can be made again."""

    label: str
    """The set, or the label, that it was trained for."""
    classes: tuple[str, ...]
    is_set: bool
    ruleset: tuple[str, str]
    """Name and version."""
    plan: str
    """Digest of what the ruleset meant."""
    guideline: tuple[str, str] | None
    """Id and version."""
    engine: str
    trainer: str
    kind: str
    """The kind of matchers that the model is for."""
    told: Mapping[str, str]
    """How it was made, as its trainer says."""
    sources: Sequence[Mapping[str, object]]
    """Gold files, dumps and runs, by digest."""
    share: float
    """How much was held out."""
    lessons: Teachers
    held: HeldOut
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Why records were not used -> how many."""
    scarce: Mapping[str, int] = field(default_factory=dict)
    """Labels that too few records have: the model cannot give them."""
    answers: tuple[str, ...] = field(default=(), repr=False)
    """The questions whose answers are in it, sorted."""
    files: Mapping[str, str] = field(default_factory=dict)
    """File of the model -> sha256."""
