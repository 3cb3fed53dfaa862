"""Runs an annotator over dumps: inputs, earlier answers, the driver, questions for people, the report."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast

import orjson

from rubricate.annotator import Annotator
from rubricate.errors import UsageError
from rubricate.model.ruleset import empty
from rubricate.reporting.page import write_report
from rubricate.review.answers import answers_for_run, people_file
from rubricate.review.asking import ask_people
from rubricate.running.contracts import Progress, RunOptions, RunPlan, RunSummary
from rubricate.running.driver import execute
from rubricate.running.inputs import resolve_inputs
from rubricate.running.labeller import PlanLabeller
from rubricate.running.publishing import read_manifest
from rubricate.running.reading import read_run_records
from rubricate.storage.layout import internal
from rubricate.storage.objects import canonical_json, replace_file

__all__ = ["Settings", "report", "run", "run_plan"]


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


def run(
    rules: Annotator,
    dumps: Sequence[str],
    out: Path,
    *,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> tuple[RunSummary, Mapping[str, float]]:
    """Labels dumps into `out`, or goes on with a run that was stopped there.

    Raises UsageError for inputs that cannot be read, and RunError when the folder, the disk or a source is not as it
    must be. Questions that stay open stand in people.db when it returns, and report.html is written.
    Gives the summary and the seconds spent in each stage.
    """
    settings = settings or Settings()
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out}: is a file, a folder is wanted", help="choose another --out")
    inputs = resolve_inputs(
        dumps,
        rules.registry,
        source=settings.source,
        options=settings.source_options,
        spool=internal(out) / "spool",
        memory=internal(out) / "digests.json",
    )
    people = people_file(out)
    answers = answers_for_run(people, out, fresh=settings.overwrite)
    plan = run_plan(rules, settings, answers=answers.digest)
    labeller = PlanLabeller(
        rules.plan,
        answers=answers.by_question,
        dedupe=_dedupe(rules, settings),
        output_key=settings.output_key,
        relabel=settings.relabel,
        batch=settings.batch,
    )
    options = RunOptions(
        limit=settings.limit,
        sample=settings.sample,
        seed=settings.seed,
        overwrite=settings.overwrite,
        unit_size=settings.unit_size,
    )
    summary = execute(out=out, plan=plan, inputs=inputs, labeller=labeller, options=options, progress=progress)
    if summary.state == "completed" or not (out / "report.html").exists():
        _keep_guideline(out, rules)
        ask_people(people, out, rules.plan, key=settings.output_key)
        report(out, rules, seconds=labeller.seconds, key=settings.output_key)
    return summary, dict(labeller.seconds) if summary.state == "completed" else {}


def run_plan(rules: Annotator, settings: Settings, *, answers: str | None) -> RunPlan:
    """What the manifest says of the rules behind a run."""
    ruleset = rules.ruleset
    guideline = ruleset.guideline
    return RunPlan(
        digest=rules.plan.digest,
        ruleset={"name": ruleset.name, "version": ruleset.version, "digest": rules.plan.digest},
        guideline=None
        if guideline is None
        else {"id": guideline.id, "version": guideline.version, "digest": _guideline_digest(rules)},
        plugins=rules.plan.plugins,
        options={
            "dedupe": _dedupe(rules, settings),
            "output_key": settings.output_key,
            "relabel": settings.relabel,
            "source": settings.source,
            "source_options": dict(settings.source_options),
        },
        answers=answers,
    )


def report(
    out: Path, rules: Annotator | None, *, seconds: Mapping[str, float] | None = None, key: str = "rubricate"
) -> Path:
    """Writes report.html of the run in `out`; with the ruleset, its rules and sections are told in full."""
    manifest = read_manifest(out)
    if manifest is None:
        raise UsageError(f"{out}: holds no finished run", help="run it to the end first")

    def records(folder: str) -> Iterator[Mapping[str, object]]:
        return read_run_records(out, (folder,), key=key)

    document = cast("dict[str, object]", orjson.loads((out / "manifest.json").read_bytes()))
    target = out / "report.html"
    write_report(document, records, rules.ruleset if rules is not None else None, target, seconds or {})
    return target


def _dedupe(rules: Annotator, settings: Settings) -> tuple[str, ...] | None:
    if settings.dedupe == "none":
        return None
    if settings.dedupe == "exact":
        return rules.plan.dedupe or ()
    return rules.plan.dedupe


def _keep_guideline(out: Path, rules: Annotator) -> None:
    """The sections as they are now stand with the run: whoever answers its questions reads these."""
    if rules.ruleset.guideline is not None:
        sections = rules.ruleset.guideline.sections.values()
        told = {section.id: {"title": section.title, "text": section.text} for section in sections}
        replace_file(internal(out) / "guideline.json", canonical_json(told))


def _guideline_digest(rules: Annotator) -> str | None:
    guideline = rules.ruleset.guideline
    if guideline is None:
        return None
    texts = {section.id: [section.title, section.text] for section in guideline.sections.values()}
    return hashlib.sha256(orjson.dumps(texts, option=orjson.OPT_SORT_KEYS)).hexdigest()
