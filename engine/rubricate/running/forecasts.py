"""What is said of a run beforehand, as values: `rubricate.forecast` finds them out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from rubricate.model.run_context import Spend
from rubricate.running.work import Work

__all__ = ["Forecast", "InputForecast", "StageForecast", "State", "StepForecast"]

State: TypeAlias = Literal["new", "goes on", "complete", "replaces", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InputForecast:
    """An input."""

    name: str
    size: int
    """Bytes as stored."""
    sha256: str | None
    """None: nobody has read it yet."""
    records: int
    how: Literal["known", "counted", "estimated"]
    """Where the number of records is from."""
    status: Literal["new", "changed", "unchanged", "not known"] | None
    """Against the earlier run; None without one."""
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StageForecast:
    """A stage of the cascade."""

    name: str
    matchers: int
    rules: int
    records: int
    """Records that reach it."""
    how: Literal["all", "as before", "at most"]
    """`as before`: the share that reached it in the earlier run."""
    work: int
    """Evaluations of a matcher on a record."""
    work_of: int
    """The same where every record that reaches it is asked about by every matcher."""
    model_calls: int
    """Those among the evaluations that ask a model."""
    model_calls_of: int
    asked: Spend | None = None
    """About what asking services takes, by the first records of the inputs; None: none is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepForecast:
    """A step that reads texts out of images."""

    name: str
    image: str
    """The image field."""
    text: str
    """The text field that is read for it."""
    readings: int
    """Records whose image is read at most: they may have none, or a text there already."""
    readings_of: int
    """The same where nothing is known of an earlier run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a run would do."""

    out: Path
    ruleset: str
    plan: str
    state: State
    differences: tuple[str, ...]
    """Why the folder holds another run."""
    inputs: tuple[InputForecast, ...]
    units: int
    units_done: int
    units_exact: bool
    """Whether the units are known, and not reckoned from sizes."""
    records: int
    records_left: int
    """Records that are going to be labelled; with an earlier run, at most so many."""
    records_exact: bool
    steps: tuple[StepForecast, ...]
    stages: tuple[StageForecast, ...]
    against: Path | None
    """The earlier run that all is compared with: that of --after, else what stands in the folder."""
    anew: tuple[str, ...] | None
    """The rules that are asked anew, where the votes of the others are known; None where none are."""
    rules: int
    """How many rules there are."""
    changes: tuple[str, ...] | None
    """What of the rules means something else; None where that cannot be told."""
    recomputed: str
    """What is recomputed, in a sentence."""
    over_budget: tuple[str, ...]
    """What of the budget would be spent before the run ends, a sentence each."""
    seconds: float | None
    """How long labelling takes in one process, by the earlier run; None without one."""
    workers: int

    @property
    def work(self) -> int:
        """Evaluations of a matcher on a record, over all stages."""
        return sum(stage.work for stage in self.stages)

    @property
    def model_calls(self) -> int:
        """Those among them that ask a model."""
        return sum(stage.model_calls for stage in self.stages)

    @property
    def work_in_all(self) -> Work:
        """The same, as it is counted once it is done."""
        return Work(
            evaluations=self.work,
            evaluations_of=sum(stage.work_of for stage in self.stages),
            model_calls=self.model_calls,
            model_calls_of=sum(stage.model_calls_of for stage in self.stages),
            readings=sum(step.readings for step in self.steps),
            readings_of=sum(step.readings_of for step in self.steps),
        )
