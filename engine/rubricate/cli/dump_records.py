"""Records of dumps and runs for commands that write none, with the folders that their images stand in."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from rubricate.annotator import Annotator
from rubricate.cli.progress import Bar
from rubricate.model.descriptors import RawRecord, Unreadable
from rubricate.model.ruleset import RecordSchema
from rubricate.registry import Registry
from rubricate.run_notes import image_folder
from rubricate.running.image_inputs import with_images
from rubricate.running.inputs import Input, resolve_inputs
from rubricate.running.picturing import PicturedRecord
from rubricate.running.reading import read_run_records
from rubricate.storage.layout import FOLDERS

__all__ = ["DumpRecords", "dump_inputs", "labelled_records", "raw_records", "records_of"]

SLICE = 2 << 20
Reading: TypeAlias = "tuple[Iterator[RawRecord | Unreadable], Callable[[int, int], None]]"


class DumpRecords:
    """The first records of dumps, each time anew."""

    def __init__(self, dumps: Sequence[str], *, limit: int | None = None) -> None:
        self._dumps = dumps
        self._limit = limit

    @contextmanager
    def reading(self, schema: RecordSchema, registry: Registry) -> Iterator[Reading]:
        """The records, and what is to be told of bytes and records that are done. Raises UsageError for no dump."""
        with tempfile.TemporaryDirectory() as spool, Bar() as bar:
            inputs = dump_inputs(self._dumps, schema, registry, spool=Path(spool))
            bar.begin("reading", total=None)
            yield islice(records_of(inputs), self._limit), lambda size, count: bar.advance(size=size, records=count)


def dump_inputs(dumps: Sequence[str], schema: RecordSchema, registry: Registry, *, spool: Path) -> list[Input]:
    """Dumps to be read for a ruleset; paths of images lead on from where each dump lies."""
    return with_images(resolve_inputs(dumps, registry, spool=spool), schema, None)


def raw_records(dumps: Sequence[str], rules: Annotator) -> Iterator[RawRecord]:
    """The records of dumps, in order; what cannot be read is passed over."""
    with tempfile.TemporaryDirectory() as spool:
        for item in records_of(dump_inputs(dumps, rules.ruleset.record, rules.registry, spool=Path(spool))):
            if isinstance(item, RawRecord):
                yield item


def labelled_records(run: Path, rules: Annotator, *, key: str) -> Iterator[RawRecord]:
    """The records of a run, in order, each with the folder that its images stand in."""
    for number, record in enumerate(read_run_records(run, tuple(FOLDERS), key=key), start=1):
        raw, folder = RawRecord(number, 0, b"", record), image_folder(run, record, rules)
        yield raw if folder is None else PicturedRecord(raw, folder)


def records_of(inputs: Sequence[Input]) -> Iterator[RawRecord | Unreadable]:
    """All records of inputs, and what of them cannot be read, one after another."""
    for source in inputs:
        reader = source.open()
        for part in reader.slices(SLICE):
            yield from reader.records(part)
