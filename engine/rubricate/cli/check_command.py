"""`rubricate check`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from rubricate.annotator import Annotator, check
from rubricate.cli.console import show_json, show_problems
from rubricate.errors import RulesetError, UsageError
from rubricate.model.problem import Problem
from rubricate.plugins.discovering import build_registry
from rubricate.registry import Registry
from rubricate.reporting.figures import plural
from rubricate.reporting.problems import to_json

__all__ = ["command"]


@click.command("check")
@click.argument("rulesets", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Exit with 1 when there are warnings.")
@click.option("--json", "as_json", is_flag=True, help="Write the problems as JSON.")
def command(rulesets: tuple[Path, ...], strict: bool, as_json: bool) -> None:
    """Say what is wrong with RULESETS: every error and warning, with its place and a way out.

    \b
    Example:
      rubricate check rulesets/youtube_spam/ruleset.yaml
    """
    registry = build_registry()
    problems: list[Problem] = []
    usable, unread = True, 0
    for path in rulesets:
        try:
            problems += _check(path, registry)
        except RulesetError as error:
            problems += error.problems
            usable = False
        except UsageError as error:
            click.echo(f"rubricate: {error}", err=True)
            usable, unread = False, unread + 1
    if as_json:
        show_json(to_json(problems))
    elif problems:
        show_problems(problems, err=False)
    errors = sum(problem.is_error for problem in problems) + unread
    warnings = len(problems) + unread - errors
    if not as_json:
        click.echo(f"{plural(len(rulesets), 'ruleset')}: {plural(errors, 'error')}, {plural(warnings, 'warning')}")
    raise SystemExit(2 if not usable else 1 if strict and warnings else 0)


def _check(path: Path, registry: Registry) -> Sequence[Problem]:
    """The warnings about a ruleset; raises RulesetError with all problems when it has errors."""
    ruleset, problems = check(path, registry=registry)
    if ruleset is None:
        raise RulesetError(problems)
    try:
        Annotator(ruleset, registry)
    except RulesetError as error:
        raise RulesetError([*problems, *error.problems]) from None
    return problems
