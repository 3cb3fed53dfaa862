"""Which units a run has: every input is cut into slices, and each slice is indexed (pass 1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from rubricate.model.descriptors import Slice
from rubricate.running.indexing import is_index_sound, write_index
from rubricate.running.job import Job, changed
from rubricate.running.sampling import draw_sample, pick
from rubricate.running.units import IndexTask, fingerprint_unit
from rubricate.storage.failpoints import reach
from rubricate.storage.ledger import Unit

__all__ = ["enumerate_units"]


def enumerate_units(job: Job) -> list[Unit]:
    """Every unit of the run, with its index file in place. Index files of an earlier attempt are used again."""
    known = job.ledger.units()
    if known and all(_is_indexed(job, unit) for unit in known):
        return known
    chosen = None
    if job.options.sample is not None:
        _begin(job, "sampling")
        chosen = draw_sample(_sizes(job), count=job.options.sample, seed=job.options.seed)
    _begin(job, "indexing")
    units = list(_index_in_turn(job, chosen)) if job.options.limit is not None else _index_all(job, chosen)
    if not known:
        job.ledger.plan_units(units)
        return units
    for before, now in zip(known, units, strict=False):
        if replace(before, key=None, receipt=None) != now:
            raise changed(job.inputs[before.input])
    return known


def _index_all(job: Job, chosen: dict[int, tuple[int, ...]] | None) -> list[Unit]:
    """All units; those without a sound index file are indexed side by side."""
    units: dict[int, Unit] = {}

    def tasks() -> Iterator[IndexTask]:
        ordinal = -1
        for number in range(len(job.inputs)):
            for reader, part in job.slices(number):
                ordinal += 1
                if chosen is not None and ordinal not in chosen:
                    continue
                unit = _unit(ordinal, number, part, chosen)
                fingerprint = fingerprint_unit(job.identity, job.inputs[number], unit)
                items = is_index_sound(job.index, ordinal, fingerprint=fingerprint)
                units[ordinal] = unit if items is None else replace(unit, items=items)
                if items is None:
                    yield IndexTask(unit=unit, fingerprint=fingerprint, part=part, reader=reader)
                else:
                    _advance(job, units[ordinal])

    for ordinal, items in job.executor.index(tasks(), job.index):
        units[ordinal] = replace(units[ordinal], items=items)
        _advance(job, units[ordinal])
    return list(units.values())


def _unit(ordinal: int, number: int, part: Slice, chosen: dict[int, tuple[int, ...]] | None) -> Unit:
    return Unit(
        ordinal=ordinal, input=number, slice=part.index, offset=part.offset, length=len(part.data),
        first=part.first, items=0, chosen=None if chosen is None else chosen[ordinal],
    )  # fmt: skip


def _advance(job: Job, unit: Unit) -> None:
    if job.progress is not None:
        job.progress.advance(size=unit.length, records=unit.items)


def _index_in_turn(job: Job, chosen: dict[int, tuple[int, ...]] | None) -> Iterator[Unit]:
    """Units until so many records are read: how many one may take is known when those before it are done."""
    left = job.options.limit
    ordinal = -1
    for number in range(len(job.inputs)):
        if left == 0:
            return
        for reader, part in job.slices(number):
            ordinal += 1
            if chosen is not None and ordinal not in chosen:
                continue
            unit = _unit(ordinal, number, part, chosen)
            fingerprint = fingerprint_unit(job.identity, job.inputs[number], unit)
            items = is_index_sound(job.index, ordinal, fingerprint=fingerprint)
            if items is None:
                records = islice(pick(reader.records(part), unit.chosen), left)
                items = write_index(job.index, ordinal, records, job.labeller.identify, fingerprint=fingerprint)
                reach("mid_index_pass")
            _advance(job, replace(unit, items=items))
            if items == left:
                unit = replace(unit, chosen=tuple(range(items)))
            left = None if left is None else left - items
            yield replace(unit, items=items)
            if left == 0:
                return


def _sizes(job: Job) -> Iterator[tuple[int, int, int]]:
    ordinal = 0
    for number in range(len(job.inputs)):
        for reader, part in job.slices(number):
            count = sum(1 for _ in reader.records(part))
            if job.progress is not None:
                job.progress.advance(size=len(part.data), records=count)
            yield number, ordinal, count
            ordinal += 1


def _is_indexed(job: Job, unit: Unit) -> bool:
    fingerprint = fingerprint_unit(job.identity, job.inputs[unit.input], unit)
    return is_index_sound(job.index, unit.ordinal, fingerprint=fingerprint) == unit.items


def _begin(job: Job, phase: str) -> None:
    if job.progress is not None:
        job.progress.begin("sampling" if phase == "sampling" else "indexing", total=None)
