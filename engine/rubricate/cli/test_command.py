"""`rubricate test`."""

from __future__ import annotations

import difflib
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from rubricate.annotator import Annotator, load
from rubricate.checking.examples import ExampleRunner
from rubricate.checking.junit import Verdicts, to_junit
from rubricate.checking.nearest import Nearest
from rubricate.checking.outcomes import Outcome
from rubricate.checking.telling import count_outcomes, headline, tell_outcome
from rubricate.cli.console import show_errors, show_json
from rubricate.cli.locked import hold_to_lock, locked_option
from rubricate.cli.progress import Counter
from rubricate.errors import RulesetError, UsageError
from rubricate.loading.finding_rulesets import find_rulesets
from rubricate.model.ruleset import SpanMark
from rubricate.plugins.discovering import build_registry
from rubricate.reporting.figures import plural

__all__ = ["command"]


@click.command("test")
@click.argument("rulesets", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--rule", "rules", multiple=True, metavar="ID", help="Only the examples of this rule.")
@click.option("--label", "labels", multiple=True, metavar="NAME", help="Only what is about this label or set.")
@click.option("--strict", is_flag=True, help="Exit with 1 when a known gap passes now.")
@click.option("--json", "as_json", is_flag=True, help="Write the outcomes as JSON.")
@click.option("--junit", type=click.Path(path_type=Path, dir_okay=False), help="Write a JUnit XML report to a file.")
@locked_option
@click.option("-q", "--quiet", is_flag=True, help="One line for each failure, and no progress.")
@click.option("-v", "--verbose", is_flag=True, help="List the examples that pass and the known gaps, too.")
def command(
    rulesets: tuple[Path, ...],
    rules: tuple[str, ...],
    labels: tuple[str, ...],
    strict: bool,
    as_json: bool,
    junit: Path | None,
    locked: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Run the examples of RULESETS as tests: those beside rules, negatives of labels, and final tests.

    A folder stands for every ruleset below it.

    \b
    Examples:
      rubricate test rulesets/youtube_spam/ruleset.yaml
      rubricate test rulesets --junit report.xml
      rubricate test ruleset.yaml --rule asks-to-subscribe --verbose
    """
    job = _Job(rules=rules, labels=labels, locked=locked)
    with Counter("examples", quiet=quiet or as_json) as counter:
        for path in find_rulesets(rulesets):
            for outcome in job.test(path):
                counter.advance()
                if not as_json and (verbose or outcome.status in ("failed", "now passes")):
                    counter.clear()
                    click.echo(headline(outcome) if quiet else tell_outcome(outcome))
    job.refuse_unknown()
    if junit is not None:
        junit.write_bytes(to_junit(job.tested, strict=strict))
    outcomes = [outcome for tested in job.tested for outcome in tested.outcomes]
    if as_json:
        show_json([_to_json(tested, outcome) for tested in job.tested for outcome in tested.outcomes])
    elif job.tested and len(job.tested) > job.unusable:
        ran = len(job.tested) - job.unusable
        click.echo((f"{plural(ran, 'ruleset')}, " if len(job.tested) > 1 else "") + count_outcomes(outcomes))
    failing = ("failed", "now passes") if strict else ("failed",)
    raise SystemExit(2 if job.unusable else 1 if any(each.status in failing for each in outcomes) else 0)


class _Job:
    """What is asked of several rulesets, and what came of it."""

    def __init__(self, *, rules: Sequence[str], labels: Sequence[str], locked: bool) -> None:
        self._locked = locked
        self.tested: list[Verdicts] = []
        self.unusable = 0
        """So many rulesets have errors."""
        self._asked = {"rule": rules, "label": labels}
        self._known: dict[str, set[str]] = {"rule": set(), "label": set()}
        self._registry = build_registry()

    def test(self, path: Path) -> Iterator[Outcome]:
        """The outcomes of a ruleset as they come; the errors of one that has some are shown."""
        began = time.perf_counter()
        try:
            rules = load(path, registry=self._registry)
        except RulesetError as error:
            self.unusable += 1
            show_errors(error.problems, path)
            errors = [problem for problem in error.problems if problem.is_error]
            self.tested.append(Verdicts(path=str(path), name=str(path), problems=errors))
            return
        if self._locked:
            hold_to_lock(rules, locked=True)
        self._know(rules)
        runner = ExampleRunner(rules.plan, near=Nearest(rules.plan, self._registry))
        outcomes: list[Outcome] = []
        for outcome in runner.run(runner.cases(rules=self._asked["rule"], labels=self._asked["label"])):
            outcomes.append(outcome)
            yield outcome
        seconds = time.perf_counter() - began
        self.tested.append(Verdicts(path=str(path), name=rules.ruleset.name, outcomes=outcomes, seconds=seconds))

    def _know(self, rules: Annotator) -> None:
        self._known["rule"].update(rule.id for rule in rules.ruleset.rules)
        self._known["label"].update((*rules.ruleset.labels, *rules.ruleset.sets))

    def refuse_unknown(self) -> None:
        """Raise UsageError for a rule or label that no ruleset has: nothing was tested of it."""
        if self.unusable:
            return  # it may be there
        for what, names in self._asked.items():
            for name in names:
                if name not in self._known[what]:
                    near = difflib.get_close_matches(name, self._known[what], n=1)
                    help = f'did you mean "{near[0]}"?' if near else None
                    raise UsageError(f'there is no {what} "{name}"', help=help)


def _to_json(tested: Verdicts, outcome: Outcome) -> dict[str, object]:
    place = {"path": outcome.location.path, "line": outcome.location.line, "column": outcome.location.column}
    return {
        "ruleset": tested.name,
        "id": outcome.id,
        "rule": outcome.rule,
        "label": outcome.label,
        "expect": outcome.expect,
        "text": outcome.text,
        "location": place,
        "status": outcome.status,
        "failure": outcome.verdict.failure,
        "detail": outcome.detail,
        "nearest": outcome.verdict.near,
        "because": outcome.because,
        "expected": [_mark(mark) for mark in outcome.expected],
        "found": [_mark(mark) for mark in outcome.verdict.found],
    }


def _mark(mark: SpanMark) -> dict[str, object]:
    return {"label": mark.label, "field": mark.field, "start": mark.start, "end": mark.end}
