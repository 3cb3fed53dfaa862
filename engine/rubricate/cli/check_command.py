"""`rubricate check`."""

from __future__ import annotations

from pathlib import Path

import click

from rubricate.annotator import Annotator, check
from rubricate.cli.console import show_json, show_problems
from rubricate.errors import RulesetError
from rubricate.plugins.discovering import build_registry
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
    problems, usable = [], True
    for path in rulesets:
        ruleset, found = check(path, registry=registry)
        problems.extend(found)
        if ruleset is None:
            usable = False
            continue
        try:
            Annotator(ruleset, registry)
        except RulesetError as error:
            problems.extend(error.problems)
            usable = False
    if as_json:
        show_json(to_json(problems))
    elif problems:
        show_problems(problems, err=False)
    errors = sum(problem.is_error for problem in problems)
    warnings = len(problems) - errors
    if not as_json:
        click.echo(f"{len(rulesets)} checked: {errors} errors, {warnings} warnings")
    raise SystemExit(0 if usable and not (strict and warnings) else 2 if not usable else 1)
