"""What workers are given to do, and what becomes of it when they end on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from rubricate.running.executing import Place
from rubricate.running.units import IndexTask, Task
from rubricate.running.wire import pack_index, pack_task
from rubricate.storage.incidents import Incident, add_incident

__all__ = ["Indexing", "Job", "Labelling", "words_of_exit"]

TRIES = 2
"""So many workers may die on one record, looked at alone, before it is quarantined."""
MOST_POISON = 5
"""So many records of one unit may end workers; more, and it is not the records that are broken."""
MOST_DEATHS = 12
"""So many workers may die on one unit beside that, at different places."""


class Job(Protocol):
    """Something for a worker to do."""

    @property
    def ordinal(self) -> int:
        """Of its unit."""
        ...

    def frame(self) -> bytes:
        """How it is told."""
        ...

    def ended(self, *, timed_out: bool, code: int | None) -> bool:
        """A worker ended on it; whether another one may try."""
        ...


@dataclass(slots=True)
class Indexing:
    """Pass 1 of a unit."""

    task: IndexTask
    deaths: int = 0

    @property
    def ordinal(self) -> int:
        """Of its unit."""
        return self.task.unit.ordinal

    def frame(self) -> bytes:
        """How it is told."""
        return pack_index(self.task)

    def ended(self, *, timed_out: bool, code: int | None) -> bool:
        """A worker ended on it; whether another one may try."""
        del timed_out, code
        self.deaths += 1
        return self.deaths <= TRIES


@dataclass(slots=True)
class Labelling:
    """A unit to label, and what workers ended on so far."""

    task: Task
    place: Place
    looked_at: range = range(0)
    """The records that the worker looks at."""
    alone: range = range(0)
    deaths: dict[int, int] = field(default_factory=dict)
    """Position of a record -> how many workers ended on it, when it was looked at alone."""
    total: int = 0
    poison: int = 0
    """How many records were given up."""

    @property
    def ordinal(self) -> int:
        """Of its unit."""
        return self.task.unit.ordinal

    def frame(self) -> bytes:
        """How it is told."""
        return pack_task(self.task, alone=self.alone)

    def ended(self, *, timed_out: bool, code: int | None) -> bool:
        """A worker ended on it; whether another one may try."""
        self.total += 1
        if len(self.looked_at) == 1:
            position = self.looked_at.start
            self.deaths[position] = self.deaths.get(position, 0) + 1
            if timed_out or self.deaths[position] >= TRIES:
                self._give_up(position, timed_out=timed_out, code=code)
        elif self.looked_at:
            self.alone = self.looked_at
        self.looked_at = range(0)
        return self.poison <= MOST_POISON and self.total <= MOST_DEATHS + (TRIES + 1) * self.poison

    def _give_up(self, position: int, *, timed_out: bool, code: int | None) -> None:
        self.poison += 1
        reason = "timeout" if timed_out else "worker_died"
        how = "took longer than it may" if timed_out else f"ended the process that looked at it ({words_of_exit(code)})"
        add_incident(self.place.out, self.task.key, position, Incident(reason, f"the record {how}"))


def words_of_exit(code: int | None) -> str:
    """How a process ended."""
    if code is None:
        return "no exit code"
    return f"signal {-code}" if code < 0 else f"exit code {code}"
