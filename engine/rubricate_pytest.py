"""The pytest plugin: `pytest rulesets/` runs the examples of rulesets as tests.

It stands outside the package `rubricate` and imports none of it before a ruleset is collected, as it is loaded in every
run of pytest where Rubricate is installed.

A ruleset is collected when somebody asked for it: its file is named on the command line, or it lies below a folder
named there, or below one of the folders of the ini option `rubricate_paths`. That option, where it is set, takes the
place of the folders of the command line. A bare `pytest` collects no ruleset without it, so that installing Rubricate
changes no other project's tests.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from rubricate.checking.examples import Case, ExampleRunner
    from rubricate.checking.outcomes import Outcome

__all__ = ["ExampleFailedError", "ExampleGroup", "ExampleItem", "RulesetFile"]

OPTION = "rubricate_paths"
SUFFIXES = (".yaml", ".yml")
NAMED = "rubricate_named"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The one option, in the ini file only."""
    parser.addini(OPTION, "files and folders with rulesets whose examples are tests", type="paths", default=None)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> RulesetFile | None:
    """Takes the rulesets that were asked for."""
    if file_path.suffix.lower() not in SUFFIXES:
        return None
    asked = _asked(file_path, parent.config)
    if asked is None:
        return None
    from rubricate.loading.finding_rulesets import is_ruleset

    if not is_ruleset(file_path) and not (asked == file_path and file_path.name == "ruleset.yaml"):
        return None
    return RulesetFile.from_parent(parent, path=file_path)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tells a worker of pytest-xdist what was named: it is given the paths of `testpaths` as if they were."""
    node.workerinput[NAMED] = [str(path) for path in _named(node.config)]


def _asked(path: Path, config: pytest.Config) -> Path | None:
    """The file or folder by which a ruleset was asked for."""
    named = _named(config)
    declared = config.getini(OPTION)
    if declared is not None:
        named = [*(each for each in named if each == path), *declared]
    return next((each for each in named if each == path or each in path.parents), None)


def _named(config: pytest.Config) -> list[Path]:
    """The files and folders named on the command line."""
    given: dict[str, Any] | None = getattr(config, "workerinput", None)
    if given is not None and NAMED in given:
        return [Path(each) for each in given[NAMED]]
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        return []
    base = config.invocation_params.dir
    # what stands behind :: is a name within the file; links are kept, as pytest keeps them
    return [Path(os.path.normpath(base / argument.partition("::")[0])) for argument in config.args]


class ExampleFailedError(Exception):
    """An example that did not come out as its author expects."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__(f"{outcome.verdict.failure}: {outcome.detail}")


class RulesetFile(pytest.File):
    """A ruleset: a group for each rule, one for the negatives of labels, one for final tests."""

    def collect(self) -> Iterable[ExampleGroup]:
        """Loads the ruleset; its errors are errors of the collection."""
        from rubricate.annotator import load
        from rubricate.checking.examples import ExampleRunner
        from rubricate.checking.nearest import Nearest
        from rubricate.errors import RubricateError

        try:
            rules = load(_shown(self.path), registry=_registry(self.config))
        except RubricateError as error:
            raise self.CollectError(_told(error)) from error
        runner = ExampleRunner(rules.plan, near=Nearest(rules.plan, rules.registry))
        groups: dict[str, list[Case]] = {}
        for case in runner.cases():
            groups.setdefault(case.id.partition("::")[0], []).append(case)
        for name, cases in groups.items():
            yield ExampleGroup.from_parent(self, name=name, runner=runner, cases=cases)


class ExampleGroup(pytest.Collector):
    """The examples of one rule, all negatives, or all final tests."""

    def __init__(self, *, runner: ExampleRunner, cases: list[Case], **known: Any) -> None:
        super().__init__(**known)
        self._runner = runner
        self._cases = cases

    def collect(self) -> Iterator[ExampleItem]:
        """An item for each example."""
        for case in self._cases:
            name = case.id.partition("::")[2]
            yield ExampleItem.from_parent(self, name=name, runner=self._runner, case=case)


class ExampleItem(pytest.Item):
    """One example. A known gap is expected to fail, and reported when it passes."""

    def __init__(self, *, runner: ExampleRunner, case: Case, **known: Any) -> None:
        super().__init__(**known)
        self._runner = runner
        self._case = case
        expect = str(getattr(case.example, "expect", ""))
        if expect.startswith("todo_"):
            reason = f"known gap: when it passes, move it to {expect.removeprefix('todo_')}"
            self.add_marker(pytest.mark.xfail(reason=reason, raises=ExampleFailedError, strict=False))

    def runtest(self) -> None:
        """Runs the example by itself; raises ExampleFailedError."""
        [outcome] = self._runner.run([self._case])
        if outcome.status in ("failed", "known gap"):
            raise ExampleFailedError(outcome)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The place, the word for what is wrong, and the record with its marks, as `rubricate test` shows them."""
        from rubricate.checking.telling import tell_outcome

        if isinstance(excinfo.value, ExampleFailedError):
            return tell_outcome(excinfo.value.outcome)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The place of the example and its name."""
        place = self._case.example.location
        return Path(place.path), place.line - 1, self._case.id


def _told(error: Exception) -> str:
    """The problems of a ruleset as `rubricate check` shows them."""
    from rubricate.cli.console import read_sources
    from rubricate.errors import RulesetError
    from rubricate.reporting.problems import render_problems

    if isinstance(error, RulesetError):
        return render_problems(error.problems, read_sources(error.problems)).rstrip()
    return str(error)


def _registry(config: pytest.Config) -> Any:
    """The registry of installed plugins, built once a run."""
    from rubricate.plugins.discovering import build_registry

    if _REGISTRY not in config.stash:
        config.stash[_REGISTRY] = build_registry()
    return config.stash[_REGISTRY]


_REGISTRY = pytest.StashKey[Any]()


def _shown(path: Path) -> Path:
    """A path as a person in this folder would write it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
