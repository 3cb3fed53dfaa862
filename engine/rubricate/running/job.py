"""One run at work: what every phase of it needs to know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rubricate.errors import RunError, RunInterruptedError
from rubricate.model.descriptors import Slice, SourceReader
from rubricate.running.contracts import Input, Labeller, Progress, RunOptions, RunPlan
from rubricate.running.earlier import EarlierRun
from rubricate.running.executing import Executor
from rubricate.running.run_log import SILENT, RunLog
from rubricate.running.stopping import Stop
from rubricate.storage.layout import index_folder
from rubricate.storage.ledger import Ledger

__all__ = ["Job", "changed", "stamp_inputs", "unit_size"]

_SMALL = 2 << 20
_LARGE = 64 << 20
_LARGE_FROM = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A run at work in a folder that is locked for it."""

    out: Path
    plan: RunPlan
    identity: Mapping[str, object]
    inputs: Sequence[Input]
    labeller: Labeller
    options: RunOptions
    progress: Progress | None
    executor: Executor
    ledger: Ledger
    stop: Stop
    stamps: tuple[tuple[int, ...], ...]
    """What the inputs looked like when the run began."""
    name: str
    """Of this attempt; part of the names of unfinished files."""
    log: RunLog = SILENT
    earlier: EarlierRun | None = None
    """A run whose units are taken over where they say the same."""

    @property
    def index(self) -> Path:
        """The folder of pass 1."""
        return index_folder(self.out)

    def slices(self, number: int) -> Iterator[tuple[SourceReader, Slice]]:
        """The slices of an input, one in memory at a time; raises when asked to stop or when the input changes."""
        source = self.inputs[number]
        reader = source.open()
        for part in reader.slices(self.options.unit_size or unit_size(source.size)):
            self.check_stop()
            yield reader, part
        self.check_unchanged(number)

    def check_stop(self) -> None:
        """Raise RunInterruptedError when somebody asked the run to stop."""
        if self.stop.asked:
            raise RunInterruptedError(
                f"{self.out}: stopped as asked; what is finished is kept", help="the same command goes on from here"
            )

    def check_unchanged(self, number: int) -> None:
        """Raise RunError when the file behind an input is not what it was when the run began."""
        source = self.inputs[number]
        if _stamp(source) != self.stamps[number]:
            raise changed(source)


def changed(source: Input) -> RunError:
    """The error for an input that does not give what it gave before."""
    return RunError(
        f'{source.path}: source changed while "{source.name}" was read',
        help="let its writer finish, then run again with --overwrite or another --out",
    )


def stamp_inputs(inputs: Sequence[Input]) -> tuple[tuple[int, ...], ...]:
    """Size, time of change and inode of each input's file."""
    return tuple(_stamp(source) for source in inputs)


def unit_size(size: int) -> int:
    """How many uncompressed bytes a unit of an input of `size` stored bytes has.

    >>> unit_size(5_000_000), unit_size(5_000_000_000)
    (2097152, 67108864)
    """
    return _SMALL if size <= _LARGE_FROM else _LARGE


def _stamp(source: Input) -> tuple[int, ...]:
    try:
        status = source.path.stat()
    except FileNotFoundError:
        raise RunError(
            f'{source.path}: source "{source.name}" is missing', help="put it back, then run again"
        ) from None
    return status.st_size, status.st_mtime_ns, status.st_ino
