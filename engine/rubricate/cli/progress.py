"""A progress bar on the error stream, once work turns out to be long."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["Bar", "Counter"]

LONG = 1.0
"""Seconds after which work is long enough to be shown."""
REFRESH = 0.1
"""Seconds between two counts that are shown."""


class Bar:
    """Implements `rubricate.running.contracts.Progress`; silent when nobody looks or the work is short."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet or not sys.stderr.isatty()
        self._began = time.monotonic()
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._phase = ""
        self._total: int | None = None
        self._done = 0
        self._records = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def begin(self, phase: str, *, total: int | None) -> None:
        """A phase begins; `total` is in bytes."""
        self._phase, self._total, self._done, self._records = phase, total, 0, 0
        if self._bar is not None:
            self._show_phase()

    def advance(self, *, size: int, records: int) -> None:
        """So many more bytes and records are done."""
        self._done += size
        self._records += records
        if self._quiet:
            return
        if self._bar is None:
            if time.monotonic() - self._began < LONG:
                return
            self._start()
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self._done, records=f"{self._records:,} records")

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

        columns = (TextColumn("{task.description:<10}"), BarColumn(), TextColumn("{task.fields[records]}"),
                   TransferSpeedColumn(), TimeRemainingColumn())  # fmt: skip
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._bar.start()
        self._show_phase()

    def _show_phase(self) -> None:
        assert self._bar is not None
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._task = self._bar.add_task(self._phase, total=self._total, completed=self._done, records="")


class Counter:
    """A count on one line of the error stream; silent when nobody looks or the work is short."""

    def __init__(self, what: str, *, quiet: bool = False) -> None:
        self._what = what
        self._quiet = quiet or not sys.stderr.isatty()
        self._began = self._shown = time.monotonic()
        self._count = 0
        self._width = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def advance(self) -> None:
        """One more is done."""
        self._count += 1
        if self._quiet:
            return
        now = time.monotonic()
        if now - self._began >= LONG and now - self._shown >= REFRESH:
            self._shown = now
            line = f"{self._count:,} {self._what}"
            self._width = len(line)
            sys.stderr.write(f"\r{line}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Takes the line away, so that something else can be written."""
        if self._width:
            sys.stderr.write(f"\r{' ' * self._width}\r")
            sys.stderr.flush()
            self._width = 0
