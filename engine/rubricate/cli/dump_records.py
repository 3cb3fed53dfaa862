"""Records of dumps for commands that look at them more than once and write nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from rubricate.cli.progress import Bar
from rubricate.model.descriptors import RawRecord, Unreadable
from rubricate.registry import Registry
from rubricate.running.inputs import Input, resolve_inputs

__all__ = ["DumpRecords"]

SLICE = 2 << 20
Reading: TypeAlias = "tuple[Iterator[RawRecord | Unreadable], Callable[[int, int], None]]"


class DumpRecords:
    """The first records of dumps, each time anew."""

    def __init__(self, dumps: Sequence[str], *, limit: int | None = None) -> None:
        self._dumps = dumps
        self._limit = limit

    @contextmanager
    def reading(self, registry: Registry) -> Iterator[Reading]:
        """The records, and what is to be told of bytes and records that are done. Raises UsageError for no dump."""
        with tempfile.TemporaryDirectory() as spool, Bar() as bar:
            inputs = resolve_inputs(self._dumps, registry, spool=Path(spool))
            bar.begin("reading", total=None)
            yield islice(_records(inputs), self._limit), lambda size, count: bar.advance(size=size, records=count)


def _records(inputs: Sequence[Input]) -> Iterator[RawRecord | Unreadable]:
    for source in inputs:
        reader = source.open()
        for part in reader.slices(SLICE):
            yield from reader.records(part)
