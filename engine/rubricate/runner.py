"""Runs an annotator over dumps: inputs, earlier answers, the driver, questions for people, the report."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, cast

import orjson

from rubricate.annotator import Annotator
from rubricate.errors import UsageError
from rubricate.model.ruleset import Ruleset, empty
from rubricate.model.run_context import running_in
from rubricate.planning.rule_meanings import reading_meaning
from rubricate.planning.voting import Voting
from rubricate.reporting.page import write_report
from rubricate.reporting.shots import NO_COPIES, copies_from
from rubricate.reporting.viewing import as_written, viewer_of
from rubricate.review.answers import answers_for_run, people_file
from rubricate.review.applying import Applied, apply_answers, forget_half_applied, is_half_applied
from rubricate.review.asking import ask_people
from rubricate.review.snapshots import Snapshot, store_snapshot
from rubricate.run_notes import image_folders, keep_image_folders, keep_rules, load_note, rules_of_run
from rubricate.running.asking import lend
from rubricate.running.collecting import rare_collections
from rubricate.running.contracts import Progress, RunOptions, RunPlan, RunSummary, Verdict
from rubricate.running.digests import DigestMemory, show_path
from rubricate.running.driver import check_folder, execute
from rubricate.running.earlier import EarlierRun, open_earlier
from rubricate.running.glancing import Glance, glance_at
from rubricate.running.identity import identify_run
from rubricate.running.image_inputs import with_digests, with_images
from rubricate.running.inputs import Input, resolve_inputs
from rubricate.running.labeller import PlanLabeller
from rubricate.running.preparing import Preparer
from rubricate.running.reading import output_key, read_run_records
from rubricate.running.showing import kept_rows
from rubricate.running.telemetry import observers
from rubricate.running.verdicts import judge_inputs, warn_beforehand
from rubricate.running.workspace import refuse_foreign
from rubricate.staffing import Staff, count_workers, setup_of
from rubricate.storage.layout import MANIFEST, internal, spool_folder
from rubricate.storage.objects import canonical_json, digest_value, replace_file
from rubricate.versioning.beside import lock_record

__all__ = ["Settings", "apply", "check_arguments", "report", "run", "run_plan"]


LONG = 4 << 20
"""A run over more stored bytes than this is worth a warning before it begins."""
MOST_GLANCED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a run goes about it; none of this is part of the ruleset."""

    limit: int | None = None
    sample: int | None = None
    seed: int = 0
    overwrite: bool = False
    dedupe: Literal["none", "exact"] | None = None
    """None: as the ruleset says."""
    output_key: str = "rubricate"
    relabel: bool = False
    source: str | None = None
    """The source plugin to read with; None: by the file names."""
    source_options: Mapping[str, object] = field(default_factory=empty)
    batch: int = 256
    unit_size: int | None = None
    workers: int | None = None
    """Processes that label; 0: this one. None: one for each core, or this one for a small dump and our own plugins."""
    patience: float = 120.0
    """Seconds that a worker may look at one batch of records before it is taken to hang."""
    worker_memory: int = 2048
    """MiB that a worker may hold between two units before another one takes its place."""
    audit: float = 0.0
    """The share of units that are labelled a second time, to find plugins that do not always say the same."""
    after: Path | None = None
    """The folder of an earlier run: what says the same there is taken over."""
    duplicate_ids: Literal["suffix", "error", "keep_first"] = "suffix"
    """What becomes of records whose id an earlier record has."""
    votes: bool = True
    """Whether the votes of rules are kept, so that a later run of edited rules need not work them out again."""
    replay: bool = False
    """Whether services may not be asked: a response that is not stored is an error."""
    images: Path | None = None
    """The folder that paths of images lead on from; None: where each dump lies."""
    otel: bool | None = None
    """Whether traces are sent; None: if the environment names where to."""

    def options(self, *, parent: str | None = None) -> RunOptions:
        """What of it the driver needs; `parent` is the digest of the manifest of the run that it goes on from."""
        return RunOptions(
            limit=self.limit,
            sample=self.sample,
            seed=self.seed,
            overwrite=self.overwrite,
            unit_size=self.unit_size,
            parent=parent,
            duplicate_ids=self.duplicate_ids,
            audit=self.audit,
            votes=self.votes,
        )


def run(
    rules: Annotator,
    dumps: Sequence[str],
    out: Path,
    *,
    settings: Settings | None = None,
    progress: Progress | None = None,
    warn: Callable[[Verdict], None] | None = None,
) -> tuple[RunSummary, Mapping[str, float]]:
    """Labels dumps into `out`, or goes on with a run that was stopped there.

    Raises UsageError for inputs that cannot be read, and RunError when the folder, the disk or a source is not as it
    must be; a folder that is refused is left as it was. Questions that stay open stand in people.db when it returns,
    and report.html is written. Gives the summary and the seconds spent in each stage. `warn` hears before a long run
    begins that the first records of an input cannot be labelled.
    """
    settings = settings or Settings()
    check_arguments(out, settings, dumps)
    rules.require_thresholds()
    people = people_file(out)
    if not settings.overwrite and is_half_applied(out):
        apply_answers(out, people)
    with _untouched(out):
        memory = DigestMemory(internal(out) / "digests.json")
        inputs = _resolve(rules, dumps, out, settings, memory)
        answers = answers_for_run(people, out, fresh=settings.overwrite)
        plan = run_plan(rules, settings, answers=answers.digest)
        earlier = _earlier(rules, settings, out, plan, answers)
        options = settings.options(parent=None if earlier is None else earlier.manifest.digest)
        check_folder(out=out, plan=plan, inputs=inputs, options=options)
        glances = _glance(rules, settings, inputs)
    internal(out).mkdir(parents=True, exist_ok=True)
    memory.store()
    store_snapshot(out, answers)
    if settings.overwrite:
        forget_half_applied(out)
    if warn is not None and sum(source.size for source in inputs) > LONG:
        for verdict in warn_beforehand(glances.values()):
            warn(verdict)
    identity = digest_value(identify_run(plan, inputs, options))
    staff = _staff(rules, settings, inputs, out, answers=answers.digest, run=identity)
    context = lend(out, identity, rules.ruleset.budget, replay=settings.replay)
    with rare_collections(), running_in(context):
        summary = execute(
            out=out,
            plan=plan,
            inputs=inputs,
            labeller=_labeller(rules, settings, answers),
            options=options,
            progress=progress,
            executor=staff,
            earlier=earlier,
            observers=observers(wanted=settings.otel),
        )
    shutil.rmtree(spool_folder(out), ignore_errors=True)
    keep_image_folders(out, inputs)
    seconds = staff.seconds if summary.state == "completed" else {}
    _conclude(out, rules, settings, summary.digest, seconds)
    summary = replace(summary, verdicts=_judge(out, summary, settings, glances))
    if earlier is not None:
        summary = replace(summary, notes=(*summary.notes, *_notes(earlier, plan, summary)))
    return summary, seconds


def _labeller(rules: Annotator, settings: Settings, answers: Snapshot) -> PlanLabeller:
    return PlanLabeller(
        rules.plan,
        answers=answers.by_question,
        dedupe=_dedupe(rules, settings),
        distance=_distance(rules, settings),
        output_key=settings.output_key,
        relabel=settings.relabel,
        batch=settings.batch,
        keep_first=settings.duplicate_ids == "keep_first",
        registry=rules.registry,
    )


def _conclude(out: Path, rules: Annotator, settings: Settings, digest: str, seconds: Mapping[str, float]) -> None:
    """What stands beside a manifest: what it was made with, the questions for people, the report."""
    if not _is_told(out, digest):
        keep_rules(out, rules)
        ask_people(people_file(out), out, rules.plan, key=settings.output_key)
        _tell(out, rules, digest, seconds)


def _glance(rules: Annotator, settings: Settings, inputs: Sequence[Input]) -> Mapping[str, Glance]:
    """What the first records of the inputs are like; of very many, of the first ones."""
    preparer = Preparer(rules.plan, output_key=settings.output_key, relabel=settings.relabel)
    return {source.name: glance_at(source, preparer) for source in inputs[:MOST_GLANCED]}


def _judge(out: Path, summary: RunSummary, settings: Settings, glances: Mapping[str, Glance]) -> tuple[Verdict, ...]:
    """What is wrong with the inputs of a finished run."""
    key = settings.output_key
    rows = read_run_records(out, ("quarantine",), key=key, completed=False)
    said = (cast("Mapping[str, object]", row[key]) for row in rows)
    return judge_inputs(summary.sources, summary.counts, said, glances)


def _earlier(rules: Annotator, settings: Settings, out: Path, plan: RunPlan, answers: Snapshot) -> EarlierRun | None:
    """The run that this one goes on from."""
    if settings.after is None:
        return None
    earlier = open_earlier(
        settings.after, out, plan,
        answers=answers.by_question, output_key=settings.output_key, votes=settings.votes,
    )  # fmt: skip
    residual = earlier.residual(plan, Voting(rules.plan, rules.registry))
    if residual is not None:
        earlier.anew = (len(residual.anew()), len(rules.plan.rules))
    return earlier


def _notes(earlier: EarlierRun, plan: RunPlan, summary: RunSummary) -> Iterator[str]:
    """What the operator should know of a run that goes on from an earlier one."""
    for reason in earlier.why_nothing(plan):
        yield f"{earlier.out}: {reason}, so everything was labelled anew"
    now = {source["name"] for source in summary.sources}
    gone = [str(source["name"]) for source in earlier.sources if source["name"] not in now]
    if gone:
        shown = ", ".join(gone[:3]) + (f" and {len(gone) - 3} more" if len(gone) > 3 else "")
        yield f"{earlier.out}: {shown} was read there and is not named now, so its records are not in this run"


def _staff(
    rules: Annotator, settings: Settings, inputs: Sequence[Input], out: Path, *, answers: str | None, run: str
) -> Staff:
    dedupe = _dedupe(rules, settings)
    options = {
        "dedupe": None if dedupe is None else list(dedupe),
        "distance": _distance(rules, settings),
        "output_key": settings.output_key,
        "relabel": settings.relabel,
        "batch": settings.batch,
        "keep_first": settings.duplicate_ids == "keep_first",
        "lent": {"run": run, "replay": settings.replay},
    }
    return Staff(
        count=count_workers(rules, inputs, wanted=settings.workers, size=settings.unit_size),
        setup=setup_of(rules, inputs, out, answers=answers, options=options),
        patience=settings.patience,
        memory=settings.worker_memory,
    )


def apply(out: Path) -> Applied:
    """Settles what people have answered of the run in `out` and writes its report again."""
    applied = apply_answers(out, people_file(out))
    if not _is_told(out, applied.digest):
        _tell(out, rules_of_run(out), applied.digest, {})
    return applied


def report(out: Path, rules: Annotator | None = None, *, seconds: Mapping[str, float] | None = None) -> Path:
    """Writes report.html of the run in `out`. Its rules and sections are told in full with the ruleset.

    That is the one the run was made with, as long as it stands where it stood and means what it meant.
    """
    key = output_key(out)

    kept = kept_rows(out)
    noted = frozenset(path for each in kept for path in each.paths.values())

    def records(folder: str) -> Iterator[Mapping[str, object]]:
        return read_run_records(out, (folder,), key=key, completed=False, without=noted)

    rules = rules if rules is not None else rules_of_run(out)
    document = cast("dict[str, object]", orjson.loads((out / MANIFEST).read_bytes()))
    target = out / "report.html"
    folders = image_folders(out)
    copies = copies_from(folders) if folders else NO_COPIES
    ruleset, viewer = (None, as_written) if rules is None else (rules.ruleset, viewer_of(rules.plan))
    write_report(document, records, ruleset, target, seconds or {}, viewer=viewer, kept=kept, copies=copies)
    return target


def run_plan(rules: Annotator, settings: Settings, *, answers: str | None) -> RunPlan:
    """What the manifest says of the rules behind a run."""
    ruleset = rules.ruleset
    guideline = ruleset.guideline
    return RunPlan(
        digest=rules.plan.digest,
        reading=reading_meaning(ruleset, rules.registry),
        ruleset={"name": ruleset.name, "version": ruleset.version, "digest": rules.plan.digest},
        guideline=None
        if guideline is None
        else {"id": guideline.id, "version": guideline.version, "digest": _guideline_digest(rules)},
        plugins=rules.plan.plugins,
        code=rules.plan.code,
        libraries=rules.plan.libraries,
        options={
            "dedupe": _dedupe(rules, settings),
            "output_key": settings.output_key,
            "relabel": settings.relabel,
            "source": settings.source,
            "source_options": dict(settings.source_options),
            **({"duplicate_ids": "keep_first"} if settings.duplicate_ids == "keep_first" else {}),
            **({} if (distance := _distance(rules, settings)) is None else {"distance": distance}),
        },
        answers=answers,
        labels=_declared_labels(ruleset),
        lock=lock_record(rules.plan, rules.registry),
    )


def check_arguments(out: Path, settings: Settings, dumps: Sequence[str]) -> None:
    """Raise for what can be refused before any input is looked at."""
    if not settings.output_key:
        raise UsageError("the output key is empty", help="give --output-key a name")
    above = next((folder for folder in out.parents if folder.exists()), out.parent)
    if not above.is_dir():
        raise UsageError(f"{above}: is a file, not a folder", help="choose another --out")
    for dump in dumps:
        if dump and Path(dump).is_dir() and out.resolve().is_relative_to(Path(dump).resolve()):
            raise UsageError(
                f'{out}: is inside "{show_path(dump)}", and the next run would read what this one writes',
                help="choose an --out outside of the folder that is read",
            )
    refuse_foreign(out)


def _declared_labels(ruleset: Ruleset) -> dict[str, object]:
    alone = [label for label in ruleset.labels.values() if label.set is None]
    return {
        "sets": {name: list(one.members) for name, one in ruleset.sets.items()},
        "documents": [label.name for label in alone if label.kind == "document"],
        "spans": [label.name for label in alone if label.kind == "span"],
        **({"boxes": boxes} if (boxes := [label.name for label in alone if label.kind == "box"]) else {}),
    }


def _resolve(
    rules: Annotator, dumps: Sequence[str], out: Path, settings: Settings, memory: DigestMemory
) -> list[Input]:
    inputs = resolve_inputs(
        dumps,
        rules.registry,
        source=settings.source,
        options=settings.source_options,
        spool=spool_folder(out),
        memory=memory,
    )
    found = with_images(inputs, rules.ruleset.record, settings.images, memory)
    return with_digests(found, settings.limit)


@contextmanager
def _untouched(out: Path) -> Iterator[None]:
    """Takes away what standard input left in the folder when the run is refused."""
    spool = spool_folder(out)
    before = set(spool.iterdir()) if spool.is_dir() else set()
    made = [folder for folder in (spool, internal(out), out, *out.parents) if not folder.exists()]
    try:
        yield
    except BaseException:
        for path in spool.iterdir() if spool.is_dir() else ():
            if path not in before:
                path.unlink(missing_ok=True)
        for folder in made:
            with suppress(OSError):
                folder.rmdir()
        raise


def _tell(out: Path, rules: Annotator | None, digest: str, seconds: Mapping[str, float]) -> None:
    """Writes the report, and then that it was written for this manifest."""
    report(out, rules, seconds=seconds)
    replace_file(internal(out) / "told.json", canonical_json({"manifest": digest}))


def _is_told(out: Path, digest: str) -> bool:
    """Whether questions were asked and the report written for this manifest; a run may be killed before that."""
    known = load_note(internal(out) / "told.json")
    return known.get("manifest") == digest and (out / "report.html").exists()


def _dedupe(rules: Annotator, settings: Settings) -> tuple[str, ...] | None:
    if settings.dedupe == "none":
        return None
    if settings.dedupe == "exact":
        return rules.plan.dedupe or ()
    return rules.plan.dedupe


def _distance(rules: Annotator, settings: Settings) -> int | None:
    return rules.plan.distance if settings.dedupe is None else None


def _guideline_digest(rules: Annotator) -> str | None:
    guideline = rules.ruleset.guideline
    if guideline is None:
        return None
    texts = {section.id: [section.title, section.text] for section in guideline.sections.values()}
    return hashlib.sha256(orjson.dumps(texts, option=orjson.OPT_SORT_KEYS)).hexdigest()
