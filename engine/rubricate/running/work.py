"""Work: how often a matcher was asked about a record, and a text read out of an image.

It is for people and tests, and no part of any result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from rubricate.model.descriptors import Cost
from rubricate.planning.plan import PlannedStage

__all__ = ["NO_WORK", "Work", "WorkCount"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What was asked of matchers, and what it would be if every stage asked all of them about all its records.

    A run from scratch asks as much or less: an expensive matcher is not asked where its gate says that no rule can
    come of it.
    """

    evaluations: int = 0
    """Evaluations of a matcher on a record."""
    evaluations_of: int = 0
    model_calls: int = 0
    """Those among them that ask a model."""
    model_calls_of: int = 0
    readings: int = 0
    """How often a text was read out of an image."""
    readings_of: int = 0
    """The same if nothing were known of an earlier run."""

    def __add__(self, other: Work) -> Work:
        return Work(
            evaluations=self.evaluations + other.evaluations,
            evaluations_of=self.evaluations_of + other.evaluations_of,
            model_calls=self.model_calls + other.model_calls,
            model_calls_of=self.model_calls_of + other.model_calls_of,
            readings=self.readings + other.readings,
            readings_of=self.readings_of + other.readings_of,
        )

    @property
    def as_json(self) -> dict[str, int]:
        """As receipts, the log and programs are told."""
        return asdict(self)

    @classmethod
    def read(cls, told: object) -> Work:
        """From what was told; a run that counted none is told of as none."""
        if not isinstance(told, Mapping):
            return NO_WORK
        found = {name: told.get(name) for name in cls.__dataclass_fields__}
        return cls(**{name: value for name, value in found.items() if isinstance(value, int)})

    @property
    def spared(self) -> Work:
        """None of it, where a unit is taken over as it stands."""
        return Work(
            evaluations_of=self.evaluations_of, model_calls_of=self.model_calls_of, readings_of=self.readings_of
        )


NO_WORK = Work()


class WorkCount:
    """Counts while a cascade is at work."""

    __slots__ = ("evaluations", "model_calls")

    def __init__(self) -> None:
        self.evaluations = 0
        self.model_calls = 0

    def count(self, stage: PlannedStage, records: int) -> None:
        """The cheap matchers of a stage are asked about so many records."""
        dear = sum(len(gated.matchers) for gated in stage.gated)
        self.evaluations += (len(stage.matchers) - dear) * records

    def count_gated(self, stage: PlannedStage, matchers: Sequence[str], records: int) -> None:
        """Expensive matchers of a stage are asked about so many records, those for which they may matter."""
        self.evaluations += len(matchers) * records
        self.model_calls += sum(stage.matchers[name] >= Cost.MODEL for name in matchers) * records

    def since(
        self, before: tuple[int, int], stages: Sequence[PlannedStage], asked: Sequence[int], read: tuple[int, int]
    ) -> Work:
        """What was done since it stood at `before`; each stage was run on `asked` records.

        `read`: how many texts were read out of images, and how many were wanted.
        """
        together = list(zip(stages, asked, strict=True))
        return Work(
            evaluations=self.evaluations - before[0],
            evaluations_of=sum(len(stage.matchers) * records for stage, records in together),
            model_calls=self.model_calls - before[1],
            model_calls_of=sum(stage.models * records for stage, records in together),
            readings=read[0],
            readings_of=read[1],
        )
