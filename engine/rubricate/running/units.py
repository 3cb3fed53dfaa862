"""Units: which there are, what names each, and how one is labelled and made durable."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rubricate.errors import RunError
from rubricate.model.descriptors import RawRecord, Slice, SourceReader, Unreadable
from rubricate.running.contracts import Input, Labeller, RunPlan, UnitOutcome, UnitVotes, Watch
from rubricate.running.indexing import write_index
from rubricate.running.merging import UnitLists
from rubricate.running.sampling import pick
from rubricate.running.tally import explain_imbalance, is_balanced
from rubricate.storage.failpoints import reach
from rubricate.storage.incidents import Incident, add_incident, load_incidents
from rubricate.storage.layout import FOLDERS, part_name
from rubricate.storage.ledger import Unit
from rubricate.storage.objects import Put, digest_file, digest_value, put_if_absent, sync_folder
from rubricate.storage.parts import FinishedPart, PartWriter
from rubricate.storage.receipts import LETTERS, Part, Receipt, encode_routes, store_receipt
from rubricate.storage.votes import KeptVotes, VotesWriter

__all__ = ["IndexTask", "Task", "UnitWatch", "fingerprint_unit", "put_part", "run_index", "run_unit", "unit_key"]

_FOLDER_OF = {
    "a": "records", "s": "records", "u": "records", "r": "review", "q": "quarantine", "d": "dropped",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A unit together with what is needed to label it."""

    unit: Unit
    key: str
    part: Slice
    reader: SourceReader
    source: str
    lists: UnitLists
    origin: Mapping[str, str] = field(default_factory=dict)
    """By what a later run knows the unit again (`rubricate.running.earlier`)."""
    kept: Path | None = None
    """The votes that an earlier run kept of it."""
    keeps: bool = True
    """Whether its votes are kept for a later run."""


def unit_key(plan: RunPlan, source: Input, unit: Unit, lists: UnitLists) -> str:
    """The name of all that the rows of a unit follow from."""
    drops, suffixes = lists.digests
    return digest_value(
        {
            "plan": plan.digest,
            "options": dict(plan.options),
            "answers": plan.answers,
            "source": source.name,
            "drops": drops,
            "suffixes": suffixes,
            "chosen": unit.chosen,
            **_describe(source, unit),
        }
    )


def fingerprint_unit(identity: Mapping[str, object], source: Input, unit: Unit) -> bytes:
    """What an index file of the unit was made for, in 16 bytes."""
    whole = digest_value({"run": identity, **_describe(source, unit)})
    return bytes.fromhex(whole)[:16]


def _describe(source: Input, unit: Unit) -> dict[str, object]:
    return {
        "sha256": source.sha256,
        "ordinal": unit.ordinal,
        "slice": [unit.slice, unit.offset, unit.length, unit.first],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexTask:
    """A unit together with what is needed for pass 1."""

    unit: Unit
    fingerprint: bytes
    part: Slice
    reader: SourceReader


class UnitWatch(Watch):
    """Knows the incidents of a unit, and keeps those that come."""

    def __init__(
        self, out: Path, key: str, *, alone: range = range(0), begin: Callable[[int, int], None] | None = None
    ):
        self._out, self._key = out, key
        self.incidents = load_incidents(out, key)
        self.alone = alone
        self._begin = begin

    def begin(self, first: int, count: int) -> None:
        """Tells whoever wants to know."""
        if self._begin is not None:
            self._begin(first, count)

    def report(self, position: int, incident: Incident) -> None:
        """Keeps it."""
        add_incident(self._out, self._key, position, incident)


def run_index(task: IndexTask, *, index: Path, labeller: Labeller) -> int:
    """Write the index file of a unit; returns how many records and unreadable regions it has."""
    records = pick(task.reader.records(task.part), task.unit.chosen)
    items = write_index(index, task.unit.ordinal, records, labeller.identify, fingerprint=task.fingerprint)
    reach("mid_index_pass")
    return items


def run_unit(
    task: Task, *, out: Path, labeller: Labeller, run: str, writer: str, watch: Watch | None = None
) -> Receipt:
    """Label a unit and make its parts and its receipt durable. Doing it twice changes nothing."""
    began = time.monotonic()
    watch = watch if watch is not None else UnitWatch(out, task.key)
    with _votes_of(task, out, run) as watch.votes:
        outcome, finished = _label(task, out=out, labeller=labeller, run=run, watch=watch)
    try:
        parts = tuple(
            put_part(out, folder, task.unit, part, run=run) for folder, part in finished.items() if part is not None
        )
    finally:
        for part in finished.values():
            if part is not None:
                part.temp.unlink(missing_ok=True)
    reach("after_parts")
    receipt = Receipt(
        unit=task.unit.ordinal,
        key=task.key,
        parts=parts,
        routes=encode_routes(outcome.routes),
        tally=outcome.tally,
        seconds=round(time.monotonic() - began, 3),
        writers={"rubricate": writer},
        origin=task.origin,
        work={**outcome.work.as_json, **outcome.counts},
        shows={} if not outcome.shows else {**outcome.shows, "parts": {part.folder: part.sha256 for part in parts}},
    )
    store_receipt(out, receipt, run=run)
    reach("after_receipt")
    return receipt


@contextmanager
def _votes_of(task: Task, out: Path, run: str) -> Iterator[UnitVotes]:
    """The votes that are known of a unit, and a place for those that are cast; kept only if all goes well."""
    kept = None if task.kept is None else KeptVotes(task.kept)
    keep = VotesWriter(out, task.key, run=run) if task.keeps else None
    try:
        yield UnitVotes(reading=task.origin.get("input", ""), kept=kept, keep=keep)
        if keep is not None:
            keep.finish()
    finally:
        if kept is not None:
            kept.close()
        if keep is not None:
            keep.discard()


def _label(
    task: Task, *, out: Path, labeller: Labeller, run: str, watch: Watch
) -> tuple[UnitOutcome, dict[str, FinishedPart | None]]:
    writers = {folder: PartWriter(out / folder, run=run) for folder in FOLDERS}
    records = _Counted(pick(task.reader.records(task.part), task.unit.chosen))
    reach("after_read")
    try:
        outcome = labeller.label(
            records,
            drops=task.lists.drops,
            near=task.lists.near,
            suffixes=task.lists.suffixes,
            sinks=writers,
            source=task.source,
            watch=watch,
        )
        watch.begin(0, 0)  # no record is to blame for what happens from here on
        _check(task, outcome, records.count, {folder: writer.rows for folder, writer in writers.items()})
        return outcome, {folder: writer.finish() for folder, writer in writers.items()}
    except BaseException:
        for writer in writers.values():
            writer.discard()
        raise


class _Counted(Iterator[RawRecord | Unreadable]):
    """Records, counted as they are taken."""

    def __init__(self, records: Iterator[RawRecord | Unreadable]) -> None:
        self._records = records
        self.count = 0

    def __next__(self) -> RawRecord | Unreadable:
        record = next(self._records)
        self.count += 1
        return record


def _check(task: Task, outcome: UnitOutcome, count: int, rows: Mapping[str, int]) -> None:
    """Every record read has one route, one row and one count, or nothing of the unit is kept."""
    place = f"{task.source}: unit {task.unit.ordinal}"
    if count != task.unit.items:
        raise RunError(
            f"{task.source}: source changed: {task.unit.items} records at first, {count} now", help="run it again"
        )
    tally = outcome.tally
    if tally["read"] != count or not is_balanced(tally):
        raise RunError(f"{place}: counts do not balance: {count} were read, {explain_imbalance(tally)}")
    letters = Counter(outcome.routes)
    routes = {LETTERS[letter]: number for letter, number in letters.items()}
    counted = tally["routes"]
    assert isinstance(counted, Mapping)
    if routes != {name: number for name, number in counted.items() if number} or len(outcome.routes) != count:
        raise RunError(f"{place}: routes {dict(counted)} were counted, {routes} were taken")
    expected = Counter[str]()
    for letter, number in letters.items():
        if letter in _FOLDER_OF:
            expected[_FOLDER_OF[letter]] += number
    written = {folder: number for folder, number in rows.items() if number}
    if written != dict(expected):
        raise RunError(f"{place}: rows {written} were written, {dict(expected)} are due")


def put_part(out: Path, folder: str, unit: Unit, part: FinishedPart, *, run: str) -> Part:
    """Give a finished part of a unit its name, in place of a damaged one of that name."""
    name = part_name(unit.ordinal, part.sha256)
    if put_if_absent(out / folder, name, part.temp, run=run) is Put.DIFFERENT:
        _mend(out / folder / name, part.temp)
    if folder == "quarantine":
        reach("after_quarantine")
    return Part(folder=folder, path=f"{folder}/{name}", sha256=part.sha256, rows=part.rows)


def _mend(path: Path, content: Path) -> None:
    """Put `content` in place of a part that no longer is what its name says."""
    if digest_file(path).startswith(path.stem.rpartition("-")[2]):
        raise RunError(f"{path}: another part has this name", help="choose another --out")
    content.rename(path)
    sync_folder(path.parent)
