"""What a calibration found: thresholds with what was tried, probabilities, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from rubricate.model.ruleset import Target

__all__ = ["ALWAYS", "Bin", "Calibration", "Choice", "Load", "Probabilities", "Scored", "Tried"]

ALWAYS = 2.0
"""The score of a record that is accepted whatever the threshold, because another label implies this one."""


class Scored(NamedTuple):
    """A record that a stage would accept a label on, if the threshold let it."""

    id: str
    score: float
    right: bool
    """Whether gold says that the label holds."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One threshold, held against gold that had no part in proposing it."""

    threshold: float
    right: int
    of: int
    """Records at or above the threshold."""
    bound: float
    """The precision that it has at least, at the error that was allowed."""
    kept: bool
    """Whether that is the target or more."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Records of neighbouring scores, for a reliability diagram."""

    said: float
    """The mean of what was claimed."""
    right: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Probabilities:
    """What scores mean: how often a label with that score is right."""

    method: str
    """`isotonic`, `platt`, `temperature` or `rate` (one share for all)."""
    points: tuple[tuple[float, float], ...]
    """(score, probability), from the lowest score to the highest."""
    log_loss: Mapping[str, float]
    """Method -> its mean log-loss on records that it was not fitted on; `none` are the scores as they are."""
    brier: float
    """The mean squared error of the chosen method on records that it was not fitted on."""
    brier_before: float
    ece: float
    """The mean distance between what is claimed and what is right, over bins of equally many records."""
    ece_before: float
    bins: tuple[Bin, ...]
    bins_before: tuple[Bin, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What was chosen for a label in a stage, and why."""

    stage: str
    label: str
    target: Target
    delta: float
    """The share of the target's error that this choice may use up."""
    threshold: float | None
    """None: no threshold was shown to keep the target."""
    shown: Tried | None
    """The test that the threshold passed."""
    tried: tuple[Tried, ...]
    """Each threshold that was tested, in order; the first that does not pass ends the search."""
    reason: str | None
    """Why there is no threshold."""
    more: int | None
    """About how many more gold records of the label would show one; None: more of them would not help, or none are
    needed."""
    scored: tuple[Scored, ...] = field(repr=False)
    """All records of the gold that could be accepted here, best first; the choice saw only parts of them."""
    probabilities: Probabilities | None = field(repr=False)
    """None: nothing was scored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What thresholds mean for machine and people, on the records of the gold."""

    records: int
    review: int
    """Records that people are asked about."""
    accepted: Mapping[str, tuple[int, int]]
    """Label -> (right, of) among the records that it is accepted on and gold speaks of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The whole of it."""

    choices: tuple[Choice, ...]
    before: Load
    """With what the lock said before; where it said nothing, with 0.85."""
    after: Load
    records: int
    """Gold records that were used."""
    left_out: Mapping[str, int]
    """Why gold was not used -> how many records."""
    held: Mapping[str, int]
    """Label -> gold records on which it holds."""

    @property
    def refused(self) -> tuple[str, ...]:
        """Labels for which no stage has a threshold that keeps their target."""
        kept = {choice.label for choice in self.choices if choice.threshold is not None}
        return tuple(dict.fromkeys(choice.label for choice in self.choices if choice.label not in kept))
