"""Drives a run: enumerate units, resolve what crosses them, label each, publish; from wherever an earlier try ended."""

from __future__ import annotations

import os
import socket
import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast

import orjson

from rubricate.errors import PluginError, RunError, RunInterruptedError, RunPausedError
from rubricate.running.asking import usage_of_run
from rubricate.running.contracts import Input, Labeller, Progress, RunOptions, RunPlan, RunSummary
from rubricate.running.earlier import EarlierRun
from rubricate.running.executing import InProcess, MakeExecutor, Place
from rubricate.running.identity import (
    describe_inputs,
    find_differences,
    identify_run,
    is_of_run,
    load_identity,
    store_identity,
)
from rubricate.running.job import Job, stamp_inputs
from rubricate.running.labelling import label_units
from rubricate.running.patience import MOST_TIMEOUTS, switched_off
from rubricate.running.publishing import Manifest, engine_version, make_body, named_parts, publish, read_manifest
from rubricate.running.run_log import LoggedProgress, Observer, RunLog, stage_seconds
from rubricate.running.stopping import listen_for_stop
from rubricate.running.tally import terms
from rubricate.running.verifying import verify_run
from rubricate.running.work import NO_WORK, Work
from rubricate.running.workspace import (
    find_parts,
    make_folders,
    refuse_foreign,
    sweep_index,
    sweep_temps,
    sweep_unnamed,
)
from rubricate.storage.failpoints import check_fail_point
from rubricate.storage.filesystems import refuse_shared
from rubricate.storage.incidents import load_incidents
from rubricate.storage.layout import internal, ledger_file, lock_file, log_file
from rubricate.storage.ledger import Ledger, Unit, open_ledger
from rubricate.storage.locking import hold_lock
from rubricate.storage.objects import canonical_json, digest_value
from rubricate.storage.receipts import Receipt, load_receipt, read_receipt

__all__ = ["check_folder", "execute"]


def execute(
    *,
    out: Path,
    plan: RunPlan,
    inputs: Sequence[Input],
    labeller: Labeller,
    options: RunOptions,
    progress: Progress | None,
    executor: MakeExecutor = InProcess,
    earlier: EarlierRun | None = None,
    observers: Sequence[Observer] = (),
) -> RunSummary:
    """Run to the end, or go on with a run that was stopped; a finished one is only reported.

    `earlier` is a run whose units are taken over where they say the same; `observers` hear what the log is told.

    Raises RunInterruptedError when asked to stop, and RunError when the folder, the disk or a source is not as it must
    be. Whatever is raised, and even when the process is killed, the same call goes on later with the same result.
    """
    check_fail_point()
    began = time.monotonic()
    identity = orjson.loads(canonical_json(identify_run(plan, inputs, options)))
    with _disk_faults(out):
        refuse_foreign(out)
        internal(out).mkdir(parents=True, exist_ok=True)
        with (
            hold_lock(lock_file(out), clock=options.clock),
            open_ledger(ledger_file(out)) as ledger,
            listen_for_stop() as stop,
        ):
            _claim(out, identity, overwrite=options.overwrite)
            make_folders(out)
            sweep_temps(out)
            resumed = ledger.identity == digest_value(identity)
            ledger.begin(identity=digest_value(identity), plan=plan.digest, options=identity)
            if options.overwrite:
                ledger.set_sweep(wanted=True)
            name = f"{plan.digest[:8]}-{ledger.fence}"
            log = RunLog(log_file(out), run=name, clock=options.clock, observers=observers)
            place = Place(out=out, run=name, inputs=inputs, labeller=labeller, stop=stop, log=log)
            with _logged(place, identity, plan, ledger, resumed=resumed), executor(place) as working:
                job = Job(
                    out=out,
                    plan=plan,
                    identity=identity,
                    inputs=inputs,
                    labeller=labeller,
                    options=options,
                    progress=LoggedProgress(log, progress),
                    executor=working,
                    ledger=ledger,
                    stop=stop,
                    stamps=stamp_inputs(inputs),
                    name=name,
                    log=log,
                    earlier=earlier,
                )
                return _finish(job, began)


def check_folder(*, out: Path, plan: RunPlan, inputs: Sequence[Input], options: RunOptions) -> None:
    """Raise the RunError with which `execute` would refuse the folder; nothing is written."""
    check_fail_point()
    identity = orjson.loads(canonical_json(identify_run(plan, inputs, options)))
    refuse_foreign(out)
    refuse_shared(out)
    _refuse_other(out, identity, overwrite=options.overwrite)


def _finish(job: Job, began: float) -> RunSummary:
    manifest = _find_published(job)
    if manifest is not None:
        _clean(job, manifest)
        job.log.write("already_complete", manifest=manifest.digest)
        return _summarise(job, manifest, state="already complete", reused=0, began=began)
    units = job.ledger.units()
    done = {unit.ordinal for unit in units if _is_done(job.out, unit)}
    whole = bool(units) and len(done) == len(units) and not job.options.audit
    reused = len(units) if whole else label_units(job, done)
    return _summarise(job, _publish(job, began), state="completed", reused=reused, began=began)


def _publish(job: Job, began: float) -> Manifest:
    if job.progress is not None:
        job.progress.begin("publishing", total=None)
    for number in range(len(job.inputs)):
        job.check_unchanged(number)
    taken, stages = _Taken(), stage_seconds(job.out)
    body = make_body(job.plan, job.inputs, job.options, taken.count(_receipts(job)), parent=job.options.parent)
    usage = usage_of_run(job.out, job.identity, job.labeller, taken.counts)
    missing = sorted(named_parts(body) - set(find_parts(job.out)))
    if missing:
        raise RunError(f"{job.out}: parts have gone: {', '.join(missing[:5])}", help="run again: they are made anew")
    publish(
        job.out,
        body,
        now=job.options.clock(),
        seconds=time.monotonic() - began,
        repeated=job.ledger.repeated,
        run=job.name,
        lock=job.plan.lock,
        more={"stages": stages, **taken.told(job.earlier), **({"usage": usage} if usage else {})},
    )
    if usage:
        job.log.write("usage", matchers=usage)
    manifest = read_manifest(job.out)
    assert manifest is not None
    job.log.write(
        "published",
        manifest=manifest.digest,
        seconds=round(time.monotonic() - began, 3),
        stages=stages,
        routes=terms(cast("Mapping[str, object]", manifest.body["counts"])),
    )
    _clean(job, manifest)
    return manifest


def _clean(job: Job, manifest: Manifest) -> None:
    """Remove what a published run no longer needs, and say in the ledger that it is complete."""
    if job.ledger.sweeps:
        keys = {unit.key for unit in job.ledger.units() if unit.key is not None}
        sweep_unnamed(job.out, parts=named_parts(manifest.body), keys=keys)
    sweep_index(job.out)
    sweep_temps(job.out)
    job.ledger.complete(manifest.digest)


@contextmanager
def _logged(
    place: Place, identity: Mapping[str, object], plan: RunPlan, ledger: Ledger, *, resumed: bool
) -> Iterator[None]:
    """Notes how an attempt begins and, where it does not come to its end, how it ends."""
    log = place.log
    log.write(
        "run_resumed" if resumed else "run_began",
        plan=plan.digest,
        ruleset=dict(plan.ruleset),
        inputs=describe_inputs(place.inputs),
        options={name: value for name, value in plan.options.items() if name != "source_options"},
        pid=os.getpid(),
        host=socket.gethostname(),
        writer=f"rubricate {engine_version()}",
    )
    if ledger.was_broken:
        log.write("ledger_rebuilt")
    try:
        yield
    except RunInterruptedError:
        log.write("interrupted", at_once=False)
        raise
    except RunPausedError as error:
        log.write("usage", matchers=usage_of_run(place.out, identity, place.labeller))
        log.write("paused", message=error.message)
        raise
    except KeyboardInterrupt:
        log.write("interrupted", at_once=True)
        raise
    except BaseException as error:
        log.write("failed", **_facts(error))
        raise


def _facts(error: BaseException) -> dict[str, object]:
    """What may be written down of an error: words of a plugin may hold a text, or the id, of a record."""
    told: dict[str, object] = {"error": type(error).__name__}
    match error:
        case PluginError():
            return {**told, "plugin": error.plugin, "rule": error.rule, "reason": error.reason}
        case RunError():
            return {**told, "message": error.message}
        case OSError():
            return {**told, "message": error.strerror}
        case _:
            return told


@dataclass(slots=True)
class _Taken:
    """What of a run was taken over."""

    units: int = 0
    records: int = 0
    work: Work = NO_WORK
    """Of all units."""
    counts: Counter[str] = field(default_factory=Counter)
    """`MATCHER: WHAT` -> how often, of all units that were labelled here."""

    def count(self, done: Iterable[tuple[Unit, Receipt]]) -> Iterator[tuple[Unit, Receipt]]:
        """Passes units on, and counts."""
        for unit, receipt in done:
            if "from" in receipt.origin:
                self.units += 1
                self.records += unit.items
            else:
                self.counts.update({name: receipt.work[name] for name in receipt.work.keys() - NO_WORK.as_json.keys()})
            self.work += Work.read(receipt.work)
            yield unit, receipt

    def told(self, earlier: EarlierRun | None) -> dict[str, object]:
        """For the annex of the manifest."""
        told: dict[str, object] = {"work": self.work.as_json}
        if earlier is not None:
            told["taken_over"] = {"units": self.units, "records": self.records}
        if earlier is not None and earlier.anew is not None:
            told["anew"] = list(earlier.anew)
        return told


def _find_published(job: Job) -> Manifest | None:
    """The manifest of this very run, if it is there with all its parts."""
    try:
        manifest = read_manifest(job.out)
    except RunError:
        return None  # `_claim` lets it pass only when it is to be overwritten
    if manifest is None or not is_of_run(manifest.body, job.identity):
        return None
    whole = named_parts(manifest.body) <= set(find_parts(job.out))
    if whole and job.options.overwrite:  # asked for where something is wrong: now every byte is looked at
        whole = not any(finding.what == "digest" for finding in verify_run(job.out))
    return manifest if whole else None


def _is_done(out: Path, unit: Unit) -> bool:
    if unit.key is None:
        return False
    receipt = load_receipt(out, unit.key)
    return receipt is not None and receipt.digest == unit.receipt


def _receipts(job: Job) -> Iterator[tuple[Unit, Receipt]]:
    for unit in job.ledger.units():
        receipt = None if unit.key is None else read_receipt(job.out, unit.key)
        if receipt is None:
            raise RunError(f"{job.out}: the receipt of unit {unit.ordinal} has gone", help="run again: it is made anew")
        yield unit, receipt


def _summarise(
    job: Job, manifest: Manifest, *, state: Literal["completed", "already complete"], reused: int, began: float
) -> RunSummary:
    counts, sources = manifest.body["counts"], manifest.body["sources"]
    assert isinstance(counts, dict)
    assert isinstance(sources, list)
    repeated = manifest.annex.get("repeated_ids", 0)
    assert isinstance(repeated, int)
    notes = list(_switched_off(job))
    if job.ledger.was_broken:
        notes.append("the ledger could not be read; it was moved aside and made again from the receipts")
    return RunSummary(
        out=job.out,
        state=state,
        digest=manifest.digest,
        counts=counts,
        sources=tuple(sources),
        units=len(job.ledger.units()),
        reused=reused,
        taken_over=_taken_over(manifest),
        work=Work.read(manifest.annex.get("work")),
        anew=_anew(manifest),
        usage=tuple(cast("Sequence[Mapping[str, object]]", manifest.annex.get("usage", ()))),
        repeated_ids=repeated,
        seconds=time.monotonic() - began,
        notes=tuple(notes),
    )


def _switched_off(job: Job) -> Iterator[str]:
    """What to tell of matchers that were not asked about all records."""
    matchers = getattr(job.labeller, "matchers", ())
    found: dict[str, list[int]] = {}
    for unit in job.ledger.units():
        if unit.key is not None:
            for matcher in switched_off(matchers, load_incidents(job.out, unit.key)):
                found.setdefault(matcher, []).append(unit.ordinal)
    for matcher, units in sorted(found.items()):
        where = f"unit {units[0]}" if len(units) == 1 else f"{len(units)} units, the first of them {units[0]}"
        yield (
            f'"{matcher}" was switched off in {where}: on {MOST_TIMEOUTS} records it took too long, and the rules that'
            " rest on it say nothing of the records behind them, which are marked `without`"
        )


def _taken_over(manifest: Manifest) -> int:
    taken = manifest.annex.get("taken_over")
    records = taken.get("records", 0) if isinstance(taken, Mapping) else 0
    assert isinstance(records, int)
    return records


def _anew(manifest: Manifest) -> tuple[int, int] | None:
    found = manifest.annex.get("anew")
    return (found[0], found[1]) if isinstance(found, list) and len(found) == 2 else None


def _claim(out: Path, identity: Mapping[str, object], *, overwrite: bool) -> None:
    """Make the folder this run's, or raise RunError because it is another's."""
    if _refuse_other(out, identity, overwrite=overwrite) != identity:
        store_identity(out, identity)


def _refuse_other(out: Path, identity: Mapping[str, object], *, overwrite: bool) -> Mapping[str, object] | None:
    """The run that the folder holds; raises RunError when it is another one that is not to be replaced."""
    known = load_identity(out)
    if known is not None and known != identity and not overwrite:
        differences = "; ".join(find_differences(known, identity))
        raise RunError(
            f"{out}: holds another run: {differences}",
            help="choose another --out, or replace what is there with --overwrite",
        )
    if not overwrite:
        read_manifest(out)
    return known


@contextmanager
def _disk_faults(out: Path) -> Iterator[None]:
    """Say what the operating system refused, in the operator's words."""
    try:
        yield
    except OSError as error:
        place = error.filename if error.filename is not None else out
        raise RunError(
            f"{place}: {error.strerror or error}", help="mend it, then run the same command: finished units are kept"
        ) from error
    except sqlite3.Error as error:
        raise RunError(
            f"{ledger_file(out)}: {error}", help="mend it, then run the same command: finished units are kept"
        ) from error
