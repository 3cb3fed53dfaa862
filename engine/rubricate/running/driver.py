"""Drives a run: enumerate units, resolve what crosses them, label each, publish; from wherever an earlier try ended."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import orjson

from rubricate.errors import RunError
from rubricate.running.contracts import Input, Labeller, Progress, RunOptions, RunPlan, RunSummary
from rubricate.running.executing import InProcess, MakeExecutor, Place
from rubricate.running.identity import describe_inputs, find_differences, identify_run, load_identity, store_identity
from rubricate.running.job import Job, stamp_inputs
from rubricate.running.labelling import label_units
from rubricate.running.publishing import Manifest, make_body, named_parts, publish, read_manifest
from rubricate.running.stopping import listen_for_stop
from rubricate.running.workspace import (
    find_parts,
    make_folders,
    refuse_foreign,
    sweep_index,
    sweep_temps,
    sweep_unnamed,
)
from rubricate.storage.failpoints import check_fail_point
from rubricate.storage.layout import internal, ledger_file, lock_file
from rubricate.storage.ledger import Unit, open_ledger
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
) -> RunSummary:
    """Run to the end, or go on with a run that was stopped; a finished one is only reported.

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
            ledger.begin(identity=digest_value(identity), plan=plan.digest, options=identity)
            if options.overwrite:
                ledger.set_sweep(wanted=True)
            name = f"{plan.digest[:8]}-{ledger.fence}"
            place = Place(out=out, run=name, inputs=inputs, labeller=labeller, stop=stop)
            with executor(place) as working:
                job = Job(
                    out=out,
                    plan=plan,
                    identity=identity,
                    inputs=inputs,
                    labeller=labeller,
                    options=options,
                    progress=progress,
                    executor=working,
                    ledger=ledger,
                    stop=stop,
                    stamps=stamp_inputs(inputs),
                    name=name,
                )
                return _finish(job, began)


def check_folder(*, out: Path, plan: RunPlan, inputs: Sequence[Input], options: RunOptions) -> None:
    """Raise the RunError with which `execute` would refuse the folder; nothing is written."""
    check_fail_point()
    identity = orjson.loads(canonical_json(identify_run(plan, inputs, options)))
    refuse_foreign(out)
    _refuse_other(out, identity, overwrite=options.overwrite)


def _finish(job: Job, began: float) -> RunSummary:
    manifest = _find_published(job)
    if manifest is not None:
        _clean(job, manifest)
        return _summarise(job, manifest, state="already complete", reused=0, began=began)
    units = job.ledger.units()
    done = {unit.ordinal for unit in units if _is_done(job.out, unit)}
    reused = len(units) if units and len(done) == len(units) else label_units(job, done)
    return _summarise(job, _publish(job, began), state="completed", reused=reused, began=began)


def _publish(job: Job, began: float) -> Manifest:
    if job.progress is not None:
        job.progress.begin("publishing", total=None)
    for number in range(len(job.inputs)):
        job.check_unchanged(number)
    body = make_body(job.plan, job.inputs, job.options, _receipts(job))
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
    )
    manifest = read_manifest(job.out)
    assert manifest is not None
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


def _find_published(job: Job) -> Manifest | None:
    """The manifest of this very run, if it is there with all its parts."""
    try:
        manifest = read_manifest(job.out)
    except RunError:
        return None  # `_claim` lets it pass only when it is to be overwritten
    if manifest is None or not _says(manifest.body, job):
        return None
    return manifest if named_parts(manifest.body) <= set(find_parts(job.out)) else None


def _says(body: Mapping[str, object], job: Job) -> bool:
    """Whether a manifest's body is what this run would publish, as far as one can tell before running."""
    sources = body["sources"]
    assert isinstance(sources, list)
    described = [{name: source[name] for name in ("name", "size", "sha256")} for source in sources]
    return described == describe_inputs(job.inputs) and all(
        body[name] == job.identity[name] for name in ("plan", "options", "answers", "partial")
    )


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
    note = "the ledger could not be read; it was moved aside and made again from the receipts"
    return RunSummary(
        out=job.out,
        state=state,
        digest=manifest.digest,
        counts=counts,
        sources=tuple(sources),
        units=len(job.ledger.units()),
        reused=reused,
        repeated_ids=repeated,
        seconds=time.monotonic() - began,
        notes=(note,) if job.ledger.was_broken else (),
    )


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
