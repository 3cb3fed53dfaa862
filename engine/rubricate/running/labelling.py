"""Pass 2: every unit that is not done yet is labelled, made durable and written into the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import cast

from rubricate.errors import RunError
from rubricate.running.earlier import origin_of
from rubricate.running.enumerating import enumerate_units
from rubricate.running.job import Job, changed
from rubricate.running.merging import load_lists, resolve
from rubricate.running.patience import switched_off
from rubricate.running.tally import terms
from rubricate.running.units import Task, unit_key
from rubricate.running.workspace import find_parts
from rubricate.storage.incidents import load_incidents
from rubricate.storage.ledger import Unit
from rubricate.storage.receipts import Receipt, load_receipt

__all__ = ["label_units"]


def label_units(job: Job, done: Set[int]) -> int:
    """Do the units that are not in `done`; returns how many did not need doing, counting those in `done`."""
    units = enumerate_units(job)
    job.check_stop()
    _resolve(job, units)
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
    if job.options.audit:
        _audit(job)
    return len(units) - len(left)


def _resolve(job: Job, units: Sequence[Unit]) -> None:
    """The end of pass 1: what the whole dump means for each unit."""
    policy = job.options.duplicate_ids
    repeated = resolve(
        job.index,
        [unit.ordinal for unit in units],
        keep_first=policy == "keep_first",
        distance=cast("int | None", job.plan.options.get("distance")),
        go_on=job.check_stop,
    )
    job.ledger.set_repeated(repeated)
    job.log.write("indexed", units=len(units), records=sum(unit.items for unit in units), repeated=repeated)
    if repeated and policy == "error":
        noun, verb = ("record", "repeats") if repeated == 1 else ("records", "repeat")
        raise RunError(
            f"{job.out}: {repeated} {noun} {verb} the id of an earlier one",
            help="mend the dump; --duplicate-ids suffix renames them, keep_first drops them",
        )


def _audit(job: Job) -> None:
    """Label some units a second time, drawn by their keys: what gives another receipt now is not deterministic."""
    done = [(unit, unit.key) for unit in job.ledger.units() if unit.key is not None]
    drawn = {unit.ordinal: (unit, key) for unit, key in done if int(key[:8], 16) < job.options.audit * 2**32}
    before = set(find_parts(job.out))
    try:
        for _ in job.executor.label(_tasks(replace(job, earlier=None), drawn)):
            job.check_stop()
    except RunError:
        for path in set(find_parts(job.out)) - before:
            (job.out / path).unlink(missing_ok=True)
        raise


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
            origin = origin_of(job.plan, source, reader, unit, part, lists)
            taken = None if job.earlier is None else job.earlier.take(job.out, unit, key, origin, run=job.name)
            if taken is not None:
                _commit(job, unit, taken, taken_over=True)
            else:
                yield Task(
                    unit=unit,
                    key=key,
                    part=part,
                    reader=reader,
                    source=source.name,
                    lists=lists,
                    origin=origin,
                    kept=None if job.earlier is None else job.earlier.votes_of(origin),
                    keeps=job.options.votes,
                )
            if not wanted:
                break
        if wanted:
            raise changed(source)
        job.check_unchanged(number)


def _commit(job: Job, unit: Unit, receipt: Receipt, *, taken_over: bool = False) -> None:
    job.ledger.commit_unit(unit.ordinal, key=receipt.key, receipt=receipt.digest)
    _advance(job, unit)
    incidents = load_incidents(job.out, receipt.key)
    for position, incident in incidents.items():
        job.log.write("incident", unit=unit.ordinal, position=position, reason=incident.reason)
    for matcher, position in switched_off(getattr(job.labeller, "matchers", ()), incidents).items():
        job.log.write("switched_off", unit=unit.ordinal, matcher=matcher, position=position)
    routes = {name: number for name, number in terms(receipt.tally).items() if number and name not in ("read", "made")}
    job.log.write(
        "unit_done",
        unit=unit.ordinal,
        input=unit.input,
        records=unit.items,
        bytes=unit.length,
        routes=routes,
        seconds=receipt.seconds,
        work=receipt.work,
        worker=job.log.worker_of(unit.ordinal),
        stages={} if taken_over else {name: round(spent, 3) for name, spent in job.executor.seconds.items()},
        taken_over=taken_over,
    )


def _advance(job: Job, unit: Unit) -> None:
    if job.progress is not None:
        job.progress.advance(size=unit.length, records=unit.items)
