"""What a run would do, said beforehand: how much there is, what of it is done, what it takes, and what has changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, cast

from rubricate.annotator import Annotator
from rubricate.errors import RunError, UsageError
from rubricate.planning.voting import Voting
from rubricate.reporting.figures import plural
from rubricate.run_notes import parts_of_run, rules_of_run
from rubricate.runner import Settings, check_arguments, run_plan
from rubricate.running.asking import spent_in
from rubricate.running.contracts import RunPlan
from rubricate.running.costing import Costing, over_budget
from rubricate.running.driver import check_folder
from rubricate.running.earlier import EarlierRun, open_earlier
from rubricate.running.estimating import UNKNOWN, InputSize, KnownDigests, measure
from rubricate.running.forecasts import Forecast, InputForecast, StageForecast, State, StepForecast
from rubricate.running.identity import find_differences, identify_run, is_of_run, load_identity
from rubricate.running.image_inputs import as_told, with_images
from rubricate.running.inputs import STDIN, Input, resolve_inputs
from rubricate.running.job import unit_size
from rubricate.running.overview import Overview, look_at
from rubricate.running.preparing import Preparer
from rubricate.staffing import count_workers
from rubricate.storage.layout import internal, spool_folder
from rubricate.storage.objects import digest_value
from rubricate.versioning.changes import Side, find_changes
from rubricate.versioning.lockfile import Lock
from rubricate.versioning.locking import find_drift
from rubricate.versioning.pins import pin

__all__ = ["foresee"]


def foresee(rules: Annotator, dumps: Sequence[str], out: Path, *, settings: Settings) -> Forecast:
    """What `run` with the same arguments would do. Nothing is written.

    Raises what `run` would raise for inputs that cannot be read; a folder that would be refused is told of.
    """
    if STDIN in dumps:
        raise UsageError("-: standard input cannot be looked at beforehand", help="name files or folders")
    check_arguments(out, settings, dumps)
    memory = KnownDigests(internal(out) / "digests.json")
    inputs = resolve_inputs(
        dumps, rules.registry, source=settings.source, options=settings.source_options, spool=spool_folder(out),
        memory=memory,
    )  # fmt: skip
    inputs = with_images(inputs, rules.ruleset.record, settings.images)
    known = load_identity(out)
    answers = None if known is None or settings.overwrite else cast("str | None", known.get("answers"))
    plan = run_plan(rules, settings, answers=answers)
    earlier = None
    if settings.after is not None:
        earlier = open_earlier(settings.after, out, plan, answers={}, output_key=settings.output_key)
    return _Foresight(rules, plan, inputs, out, settings, earlier).forecast()


class _Foresight:
    def __init__(
        self,
        rules: Annotator,
        plan: RunPlan,
        inputs: Sequence[Input],
        out: Path,
        settings: Settings,
        earlier: EarlierRun | None,
    ) -> None:
        self._rules, self._plan, self._out, self._settings, self._earlier = rules, plan, out, settings, earlier
        self._here = look_at(out) if internal(out).is_dir() else None
        self._options = settings.options(parent=None if earlier is None else earlier.manifest.digest)
        self._inputs = [self._with_known_images(self._with_digest(one)) for one in inputs]
        self._identity = identify_run(plan, self._inputs, self._options)
        self._residual = None if earlier is None else earlier.residual(plan, Voting(rules.plan, rules.registry))
        self._why_nothing = () if earlier is None else tuple(earlier.why_nothing(plan))
        self._costing = Costing(
            specs=rules.ruleset.matchers,
            kinds=rules.registry.matchers,
            inputs=self._inputs,
            preparer=Preparer(rules.plan, output_key=settings.output_key, relabel=settings.relabel),
        )
        self._base = look_at(earlier.out) if earlier is not None else self._here
        if self._base is not None and not self._base.counts and self._base.manifest is None:
            self._base = None

    def _with_digest(self, source: Input) -> Input:
        """An input that nobody has read yet is taken to be what the run in the folder read under its name."""
        known = None if source.sha256 != UNKNOWN else load_identity(self._out)
        if known is None:
            return source
        for one in cast("list[Mapping[str, object]]", known.get("inputs", [])):
            if (one["name"], one["size"]) == (source.name, source.size):
                return replace(source, sha256=cast("str", one["sha256"]))
        return source

    def _with_known_images(self, source: Input) -> Input:
        """Images are not read for a forecast: they are taken to be those that the run in the folder read."""
        if source.images is None:
            return source
        known = load_identity(self._out) or {}
        for one in cast("list[Mapping[str, str]]", known.get("inputs", [])):
            if one["name"] == source.name:
                return as_told(source, one.get("images", ""))
        return source

    def forecast(self) -> Forecast:
        """All of it."""
        state, differences = self._state()
        sizes = [measure(one, known=self._known_records()) for one in self._inputs]
        is_exact = state in ("goes on", "complete") and self._here is not None and self._here.ledger is not None
        ledger = self._here.ledger if is_exact and self._here is not None else None
        found = tuple(self._input(one, size) for one, size in zip(self._inputs, sizes, strict=True))
        records = sum(size.records for size in sizes)
        units, done, left = sum(one.units for one in found), 0, self._left(found)
        if ledger is not None and ledger.units:
            units, done, records = ledger.units, ledger.done, ledger.records
            left = min(left, records - ledger.records_done)
        if state == "complete":
            units, done, left = max(units, done), max(units, done), 0
        limit = self._settings.limit or self._settings.sample
        if limit is not None:
            records, left = min(records, limit), min(left, limit)
        changes = self._changes()
        replayed = self._replayed(found, left)
        stages = tuple(self._stages(left, replayed))
        asked = [stage.asked for stage in stages if stage.asked is not None]
        spent = list(spent_in(self._out, digest_value(self._identity)).values())
        over = over_budget(self._rules.ruleset.budget, spent, asked)
        return Forecast(
            out=self._out,
            ruleset=f"{self._rules.ruleset.name} {self._rules.ruleset.version}",
            plan=self._plan.digest,
            state=state,
            differences=differences,
            inputs=found,
            units=units,
            units_done=done,
            units_exact=ledger is not None and ledger.units > 0,
            records=records,
            records_left=left,
            records_exact=bool(ledger and ledger.units) or all(size.how != "estimated" for size in sizes),
            steps=tuple(
                StepForecast(name=name, image=image, text=text, readings=left - replayed, readings_of=left)
                for name, image, text, _ in self._rules.plan.readers
            ),
            stages=stages,
            against=None if self._base is None else self._base.path,
            anew=self._anew(),
            rules=len(self._rules.plan.rules),
            changes=changes,
            recomputed=self._recomputed(state, left, records),
            over_budget=tuple(over),
            seconds=self._seconds(left),
            workers=count_workers(
                self._rules, self._inputs, wanted=self._settings.workers, size=self._settings.unit_size
            ),
        )

    # -- the folder ----------------------------------------------------------------------------------------

    def _state(self) -> tuple[State, tuple[str, ...]]:
        known = load_identity(self._out)
        try:
            check_folder(out=self._out, plan=self._plan, inputs=self._inputs, options=self._options)
        except RunError as error:
            differences = [] if known is None else find_differences(known, self._identity)
            return "refused", tuple(differences) or (error.message,)
        if known is None or self._here is None:
            return "new", ()
        if known != self._identity:
            return "replaces", tuple(find_differences(known, self._identity))
        manifest = self._here.manifest
        if manifest is not None and self._here.state != "broken" and is_of_run(manifest.body, known):
            return "complete", ()
        return "goes on", ()

    def _known_records(self) -> dict[str, int]:
        """sha256 -> records, of all that the runs at hand have read."""
        found: dict[str, int] = {}
        for run in (self._base, self._here):
            if run is not None and run.manifest is not None and run.manifest.body["partial"] is None:
                for source in cast("list[Mapping[str, object]]", run.manifest.body["sources"]):
                    found[cast("str", source["sha256"])] = cast("int", source["read"])
        return found

    def _input(self, source: Input, size: InputSize) -> InputForecast:
        each = self._settings.unit_size or unit_size(source.size)
        return InputForecast(
            name=source.name,
            size=source.size,
            sha256=source.sha256 or None,
            records=size.records,
            how=size.how,
            status=self._status(source),
            units=max(1, -(-size.bytes // each)),
        )

    def _status(self, source: Input) -> Literal["new", "changed", "unchanged", "not known"] | None:
        if self._earlier is None:
            return None
        before = {str(one["name"]): one for one in self._earlier.sources}
        if source.sha256 == UNKNOWN:
            return "not known" if source.name in before else "new"
        if any(one["sha256"] == source.sha256 for one in before.values()):
            return "unchanged"
        return "changed" if source.name in before else "new"

    def _left(self, inputs: Sequence[InputForecast]) -> int:
        takes_over = self._earlier is not None and self._residual is None and not self._why_nothing
        return sum(one.records for one in inputs if not (takes_over and one.status == "unchanged"))

    def _replayed(self, inputs: Sequence[InputForecast], left: int) -> int:
        """Of the records that are left, those of which votes are known."""
        if self._residual is None:
            return 0
        return min(left, sum(one.records for one in inputs if one.status == "unchanged"))

    # -- the rules -----------------------------------------------------------------------------------------

    def _changes(self) -> tuple[str, ...] | None:
        base = self._base
        if base is None or base.manifest is None or base.manifest.body["plan"] == self._plan.digest:
            return ()
        before = rules_of_run(base.path)
        if before is not None:
            sides = Side.of(before.plan, before.registry), Side.of(self._rules.plan, self._rules.registry)
            return tuple(
                f"{change.part} {change.name} {change.how}" + (f": {'; '.join(change.lines)}" if change.lines else "")
                for change in find_changes(*sides)
            )
        pins = parts_of_run(base.path)
        if pins is None:
            return None
        drift = find_drift(Lock(pins=pins), pin(self._rules.plan, self._rules.registry))
        words = {"new": "added", "gone": "removed", "changed": "changed"}
        return tuple(f"{each.part} {each.name} {words[each.how]}" for each in drift)

    def _recomputed(self, state: State, left: int, records: int) -> str:
        if state == "complete":
            return "nothing: this run is complete already"
        if self._earlier is not None:
            if self._why_nothing:
                return f"everything, as the earlier run {' and '.join(self._why_nothing)}"
            if self._residual is not None:
                anew = len(self._anew() or ())
                if not anew:
                    return "decisions only: the votes of all rules are known"
                return f"{plural(anew, 'rule')} and all decisions; the votes of the other rules are known"
            if left == 0:
                return "nothing but what duplicates in other inputs bear on: all inputs are unchanged"
            return "what is new or changed; of a dump that only grew, its new units"
        if state == "goes on":
            return "nothing: finished units are kept" if left < records else "everything: no unit is finished yet"
        if state == "replaces":
            return "everything; --after RUN would take over what has not changed"
        return "everything"

    def _anew(self) -> tuple[str, ...] | None:
        rules = self._rules.plan.rules
        return None if self._residual is None else tuple(rules[number].rule.id for number in self._residual.anew())

    def _stages(self, records: int, replayed: int) -> list[StageForecast]:
        """Each stage, with so many records to label, and votes known of so many among them."""
        plan = self._rules.plan
        residual = plan.stages if self._residual is None else self._residual.foreseen()
        found = []
        for stage, rest in zip(plan.stages, residual, strict=True):
            asked, how = self._asked(stage.name, stage.number, records)
            known = round(asked * replayed / records) if records else 0
            found.append(
                StageForecast(
                    name=stage.name,
                    matchers=len(stage.matchers),
                    rules=sum(rule.stage == stage.number for rule in plan.rules),
                    records=asked,
                    how=how,
                    work=len(stage.matchers) * (asked - known) + len(rest.matchers) * known,
                    work_of=len(stage.matchers) * asked,
                    model_calls=stage.models * (asked - known) + rest.models * known,
                    model_calls_of=stage.models * asked,
                    asked=self._costing.spend(
                        {name: asked - (0 if name in rest.matchers else known) for name in stage.matchers}
                    ),
                )
            )
        return found

    def _asked(self, name: str, number: int, records: int) -> tuple[int, Literal["all", "as before", "at most"]]:
        if number == 0:
            return records, "all"
        stages = [] if self._base is None or self._base.manifest is None else _stage_counts(self._base)
        before = next((stage for stage in stages if stage["name"] == name), None)
        first = stages[0] if stages else None
        if before is None or first is None or not first["asked"]:
            return records, "at most"
        share = cast("int", before["asked"]) / cast("int", first["asked"])
        return round(records * share), "as before"

    def _seconds(self, records: int) -> float | None:
        """By what a record took in the units that the earlier run labelled."""
        if self._base is None:
            return None
        done = [event for event in self._base.events if event["event"] == "unit_done" and not event["taken_over"]]
        labelled = sum(cast("int", event["records"]) for event in done)
        if not labelled:
            return None
        return records * sum(cast("float", event["seconds"]) for event in done) / labelled


def _stage_counts(run: Overview) -> list[Mapping[str, object]]:
    assert run.manifest is not None
    counts = cast("Mapping[str, object]", run.manifest.body["counts"])
    return cast("list[Mapping[str, object]]", counts["stages"])
