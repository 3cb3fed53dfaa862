"""Where units are worked on: here, one after the other, or in processes of their own (`running.pool`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from rubricate.errors import ResponsesMissingError
from rubricate.running.contracts import Input, Labeller
from rubricate.running.publishing import engine_version
from rubricate.running.run_log import SILENT, RunLog
from rubricate.running.stopping import Stop
from rubricate.running.units import IndexTask, Task, run_index, run_unit
from rubricate.storage.receipts import Receipt

__all__ = ["Executor", "InProcess", "MakeExecutor", "Place"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an executor works, and for whom."""

    out: Path
    run: str
    """The name of this attempt."""
    inputs: Sequence[Input]
    labeller: Labeller
    stop: Stop
    log: RunLog = SILENT


class Executor(Protocol):
    """Works on units; they are independent of each other, and results may come in any order.

    A task is taken only when it can be worked on.
    """

    def index(self, tasks: Iterable[IndexTask], folder: Path) -> Iterator[tuple[int, int]]:
        """Pass 1 of each unit, written into `folder`: (ordinal, how many records and unreadable regions it has)."""
        ...

    def label(self, tasks: Iterable[Task]) -> Iterator[Receipt]:
        """The receipt of each unit, which is durable then.

        A replay goes through all units: ResponsesMissingError, with the number of what they lack, comes last.
        """
        ...

    @property
    def seconds(self) -> Mapping[str, float]:
        """Stage -> time spent in it so far, by all who work."""
        ...


MakeExecutor: TypeAlias = "Callable[[Place], AbstractContextManager[Executor]]"


class _InProcess:
    """One unit after the other, in this process."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def index(self, tasks: Iterable[IndexTask], folder: Path) -> Iterator[tuple[int, int]]:
        """Pass 1 of each unit, in order."""
        for task in tasks:
            yield task.unit.ordinal, run_index(task, index=folder, labeller=self._place.labeller)

    def label(self, tasks: Iterable[Task]) -> Iterator[Receipt]:
        """The receipt of each unit, in order."""
        place, writer = self._place, engine_version()
        missing = 0
        for task in tasks:
            try:
                receipt = run_unit(task, out=place.out, labeller=place.labeller, run=place.run, writer=writer)
            except ResponsesMissingError as error:
                missing += error.count
            else:
                yield receipt
        if missing:
            raise ResponsesMissingError(missing)

    @property
    def seconds(self) -> Mapping[str, float]:
        """Stage -> time spent in it so far."""
        return getattr(self._place.labeller, "seconds", {})


@contextmanager
def InProcess(place: Place) -> Iterator[Executor]:  # noqa: N802  # a maker of executors, named as what it makes
    """Works in this process."""
    yield _InProcess(place)
