"""Pass 2: every unit that is not done yet is labelled, made durable and written into the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from rubricate.running.enumerating import enumerate_units
from rubricate.running.job import Job, changed
from rubricate.running.merging import load_lists, resolve
from rubricate.running.units import Task, unit_key
from rubricate.storage.ledger import Unit
from rubricate.storage.receipts import Receipt, load_receipt

__all__ = ["label_units"]


def label_units(job: Job, done: Set[int]) -> int:
    """Do the units that are not in `done`; returns how many did not need doing, counting those in `done`."""
    units = enumerate_units(job)
    job.check_stop()
    job.ledger.set_repeated(resolve(job.index, [unit.ordinal for unit in units]))
    if job.progress is not None:
        job.progress.begin("labelling", total=sum(unit.length for unit in units))
    left: dict[int, tuple[Unit, str]] = {}
    for unit in units:
        key = unit_key(job.plan, job.inputs[unit.input], unit, load_lists(job.index, unit.ordinal))
        receipt = None if unit.ordinal in done else load_receipt(job.out, key)
        if receipt is not None:
            _commit(job, unit, receipt)
        elif unit.ordinal in done:
            _advance(job, unit)
        else:
            left[unit.ordinal] = (unit, key)
    for receipt in job.executor.label(_tasks(job, left)):
        _commit(job, left[receipt.unit][0], receipt)
    job.check_stop()
    return len(units) - len(left)


def _tasks(job: Job, left: Mapping[int, tuple[Unit, str]]) -> Iterator[Task]:
    """What is left to do, cut from the inputs one slice at a time; ends early when the run is asked to stop."""
    by_input: dict[int, dict[int, tuple[Unit, str]]] = {}
    for unit, key in left.values():
        by_input.setdefault(unit.input, {})[unit.slice] = (unit, key)
    for number, wanted in by_input.items():
        source = job.inputs[number]
        for reader, part in job.slices(number):
            if part.index not in wanted:
                continue
            unit, key = wanted.pop(part.index)
            if (part.offset, len(part.data), part.first) != (unit.offset, unit.length, unit.first):
                raise changed(source)
            lists = load_lists(job.index, unit.ordinal)
            yield Task(unit=unit, key=key, part=part, reader=reader, source=source.name, lists=lists)
            if not wanted:
                break
        if wanted:
            raise changed(source)
        job.check_unchanged(number)


def _commit(job: Job, unit: Unit, receipt: Receipt) -> None:
    job.ledger.commit_unit(unit.ordinal, key=receipt.key, receipt=receipt.digest)
    _advance(job, unit)


def _advance(job: Job, unit: Unit) -> None:
    if job.progress is not None:
        job.progress.advance(size=unit.length, records=unit.items)
