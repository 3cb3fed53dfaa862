"""How a project stands: its rulesets, runs, questions and models, gathered from where each of them is kept."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rubricate.annotator import Annotator, load
from rubricate.errors import RubricateError, RulesetError, RunError, UsageError
from rubricate.loading.finding_rulesets import find_rulesets
from rubricate.quality.retraining import Answered, Standing, judge_models, read_answered
from rubricate.reporting.figures import plural
from rubricate.review.asking import run_name
from rubricate.running.overview import Overview, read_overviews
from rubricate.storage.people import FILE_NAME, open_people
from rubricate.versioning.beside import beside_lock

__all__ = ["ProjectStatus", "RulesetStatus", "RunStatus", "look_at_project"]

WAITING = ("stopped", "broken", "paused")
"""States of a run that wait for its operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesetStatus:
    """A ruleset of the project."""

    path: Path
    name: str = ""
    version: str = ""
    problem: str | None = None
    """Why it cannot be used."""
    locked: str | None = None
    """The version that its lock holds; None without a lock."""
    drift: str | None = None
    """What is not as the lock says, counted, in a line."""
    models: tuple[Standing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStatus:
    """A run with what people make of its questions."""

    overview: Overview
    questions: Mapping[str, int]
    """State -> how many of its questions are in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectStatus:
    """A project at a glance."""

    folder: Path
    rulesets: tuple[RulesetStatus, ...]
    runs: tuple[RunStatus, ...]
    questions: Mapping[str, int] | None
    """State -> questions of the project, or of its runs where each has people.db of its own; None: there are none."""
    people: int = 0
    """How many people have an entry."""

    @property
    def due(self) -> list[str]:
        """What waits for somebody to do it, with the command where there is one; questions wait for nobody's leave."""
        return [*self._of_rulesets(), *self._of_runs()]

    def _of_rulesets(self) -> Iterator[str]:
        for each in self.rulesets:
            if each.problem is not None:
                yield f"{each.path} cannot be used; run rubricate check {each.path}"
            if each.drift is not None:
                yield f"{each.path} is not what its lock says; run rubricate lock {each.path}"
            for model in each.models:
                what = "a first model is to be trained" if model.matcher is None else f"train {model.matcher} again"
                yield from (f"{each.path}: {what}: {why}" for why in model.due)

    def _of_runs(self) -> Iterator[str]:
        for run in self.runs:
            answered = run.questions.get("answered", 0)
            if run.overview.state in WAITING:
                yield f"{run.overview.path} is {run.overview.state}"
            elif answered:
                told = f"{plural(answered, 'answer')} {'is' if answered == 1 else 'are'} not applied"
                yield f"{run.overview.path}: {told}; run rubricate review apply {run.overview.path}"


@dataclass(slots=True)
class _Asked:
    """What people were asked, gathered from one people.db after another."""

    questions: Mapping[str, int] | None = None
    people: set[str] = field(default_factory=set)
    by_run: dict[Path, Mapping[str, int]] = field(default_factory=dict)
    answered: list[Answered] = field(default_factory=list)


def look_at_project(folder: Path) -> ProjectStatus:
    """The project in a folder; nothing is written. Raises UsageError for a folder that holds none."""
    if not folder.is_dir():
        raise UsageError(f'"{folder}": no such folder', help="name the folder of a project")
    people = folder / FILE_NAME
    overviews = read_overviews(folder)
    home = folder / "rulesets" if (folder / "rulesets").is_dir() else folder
    try:
        paths = find_rulesets([home])
    except UsageError:
        paths = []
    if not paths and not overviews and not people.is_file():
        raise UsageError(f"{folder}: holds no rulesets, no runs and no questions", help="rubricate init FOLDER")
    asked = _asked([people, *(each.path / FILE_NAME for each in overviews)], overviews)
    return ProjectStatus(
        folder=folder,
        rulesets=tuple(_ruleset(path, asked.answered) for path in paths),
        runs=tuple(RunStatus(overview=each, questions=asked.by_run.get(each.path, {})) for each in overviews),
        questions=asked.questions,
        people=len(asked.people),
    )


def _asked(files: Iterable[Path], overviews: Sequence[Overview]) -> _Asked:
    """What the project's people.db holds, and those of runs that were made before it had one, or without one."""
    found = _Asked()
    for file in files:
        if file.is_file():
            try:
                _add(found, file, overviews)
            except sqlite3.Error as error:
                raise RunError(f"{file}: cannot be used: {error}") from error
    return found


def _add(found: _Asked, file: Path, overviews: Sequence[Overview]) -> None:
    with open_people(file) as database:
        found.questions = Counter(found.questions) + Counter(database.count_questions())
        found.people |= {each.id for each in database.people()}
        for each in overviews:
            counts = database.count_questions(run=run_name(each.path, file.absolute()))
            if counts:
                found.by_run[each.path] = counts
    known = {each.question for each in found.answered}
    found.answered += [each for each in read_answered(file) if each.question not in known]


def _ruleset(path: Path, answered: Sequence[Answered]) -> RulesetStatus:
    try:
        rules = load(path)
        return _loaded(path, rules, answered)
    except RulesetError as error:
        errors = [each for each in error.problems if each.is_error]
        first = f": {errors[0].message}" if errors else ""
        return RulesetStatus(path=path, problem=f"{plural(len(errors), 'error')}{first}")
    except RubricateError as error:
        return RulesetStatus(path=path, problem=str(error).partition("\n")[0])


def _lacking(rules: Annotator) -> str | None:
    """What a run would refuse the ruleset for: numbers that its lock is to have; targets without any are no fault."""
    try:
        rules.require_numbers()
    except UsageError as error:
        return error.message.removeprefix(f"{rules.ruleset.file}: ")
    return None


def _loaded(path: Path, rules: Annotator, answered: Sequence[Answered]) -> RulesetStatus:
    ruleset = rules.ruleset
    beside = beside_lock(rules.plan, rules.registry)
    return RulesetStatus(
        path=path,
        name=ruleset.name,
        version=ruleset.version,
        problem=_lacking(rules),
        locked=None if beside is None else beside.lock.pins.version,
        drift=None if beside is None or not beside.drift else beside.line.removeprefix(f"{beside.path}: "),
        models=tuple(judge_models(ruleset, rules.registry, answered)),
    )
