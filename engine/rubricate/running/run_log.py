"""What happened in a run, an event a line of JSON: for operators, never for the result.

No event holds a text of a record or its id: a record is named by its unit and its position in it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeAlias, cast

import orjson

from rubricate.running.contracts import Progress
from rubricate.storage.layout import log_file

__all__ = ["MOST_BYTES", "SILENT", "Event", "LoggedProgress", "Observer", "RunLog", "read_log", "stage_seconds"]

Event: TypeAlias = "Mapping[str, object]"
Observer: TypeAlias = Callable[[Event], None]

MOST_BYTES = 8 << 20
"""A log that has grown to this is put aside as `log.jsonl.1`, in place of the one before."""


class RunLog:
    """Appends events; told nothing about the disk, as a log that cannot be written must stop no run."""

    def __init__(
        self,
        path: Path | None,
        *,
        run: str = "",
        clock: Callable[[], float] = time.time,
        observers: Sequence[Observer] = (),
    ) -> None:
        self._path = path
        self._run = run
        self._clock = clock
        self._observers = observers
        self._workers: dict[int, int] = {}

    def write(self, event: str, **facts: object) -> None:
        """An event, with the wall clock and with one that never jumps."""
        at = datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="milliseconds")
        told = {"at": at, "clock": round(time.monotonic(), 3), "run": self._run, "event": event, **facts}
        for observe in self._observers:
            observe(told)
        if self._path is not None:
            with suppress(OSError):
                _append(self._path, orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE))

    def assign(self, unit: int, *, worker: int) -> None:
        """A worker, by its process id, has been given a unit."""
        self._workers[unit] = worker

    def worker_of(self, unit: int) -> int | None:
        """Who was given a unit last; None: this process."""
        return self._workers.get(unit)


SILENT = RunLog(None)
"""For who runs without a folder."""


class LoggedProgress:
    """Passes on how far a run is, and notes when a phase begins."""

    def __init__(self, log: RunLog, progress: Progress | None) -> None:
        self._log = log
        self._progress = progress

    def begin(self, phase: Literal["sampling", "indexing", "labelling", "publishing"], *, total: int | None) -> None:
        """A phase begins."""
        self._log.write("phase", phase=phase)
        if self._progress is not None:
            self._progress.begin(phase, total=total)

    def advance(self, *, size: int, records: int) -> None:
        """So many more bytes and records are done."""
        if self._progress is not None:
            self._progress.advance(size=size, records=records)


def read_log(out: Path) -> Iterator[dict[str, object]]:
    """The events of all runs in a folder, oldest first; lines that were cut off by a crash are passed over."""
    path = log_file(out)
    for each in (_aside(path), path):
        try:
            lines = each.read_bytes().splitlines()
        except FileNotFoundError:
            continue
        for line in lines:
            try:
                event = orjson.loads(line)
            except orjson.JSONDecodeError:
                continue
            if isinstance(event, dict) and isinstance(event.get("event"), str):
                yield event


def stage_seconds(out: Path) -> dict[str, float]:
    """Stage -> seconds spent in it, over all attempts of the run that is in the folder now."""
    last: dict[object, Mapping[str, float]] = {}
    for event in read_log(out):
        if event["event"] == "run_began":
            last.clear()
        elif event["event"] == "unit_done" and event.get("stages"):
            last[event["run"]] = cast("Mapping[str, float]", event["stages"])
    total: dict[str, float] = {}
    for stages in last.values():
        for name, seconds in stages.items():
            total[name] = round(total.get(name, 0.0) + seconds, 3)
    return total


def _append(path: Path, line: bytes) -> None:
    """One write at the end of the file; behind a line that a crash cut off, on a line of its own."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        size = os.fstat(descriptor).st_size
        if size >= MOST_BYTES:
            path.rename(_aside(path))
            os.close(descriptor)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        elif size and os.pread(descriptor, 1, size - 1) != b"\n":
            line = b"\n" + line
        os.write(descriptor, line)
    finally:
        os.close(descriptor)


def _aside(path: Path) -> Path:
    return path.with_name(f"{path.name}.1")
