"""`rubricate test`."""

from __future__ import annotations

from pathlib import Path

import click

from rubricate.checking.examples import Outcome, run_examples
from rubricate.cli.console import load_for_use, show_json
from rubricate.reporting.figures import plural

__all__ = ["command"]


@click.command("test")
@click.argument("rulesets", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write the outcomes as JSON.")
@click.option("-v", "--verbose", is_flag=True, help="List the examples that pass, too.")
def command(rulesets: tuple[Path, ...], as_json: bool, verbose: bool) -> None:
    """Run the hits, misses and tests of RULESETS.

    \b
    Example:
      rubricate test rulesets/youtube_spam/ruleset.yaml
    """
    outcomes = [outcome for path in rulesets for outcome in run_examples(load_for_use(path).plan)]
    failed = [outcome for outcome in outcomes if outcome.failure is not None]
    if as_json:
        show_json([_to_json(outcome) for outcome in outcomes])
    else:
        for outcome in outcomes if verbose else failed:
            click.echo(_line(outcome))
        passed = len(outcomes) - len(failed)
        click.echo(f"{plural(len(outcomes), 'example')}: {passed} pass, {len(failed)} fail")
    raise SystemExit(1 if failed else 0)


def _line(outcome: Outcome) -> str:
    who = outcome.rule or "tests"
    if outcome.failure is None:
        return f"{outcome.location} {who}: {outcome.expect} ok"
    shown = outcome.text if len(outcome.text) <= 100 else outcome.text[:99] + "…"
    return f'{outcome.location} {who}: {outcome.failure}: {outcome.detail}\n    {outcome.expect}: "{shown}"'


def _to_json(outcome: Outcome) -> dict[str, object]:
    place = {"path": outcome.location.path, "line": outcome.location.line, "column": outcome.location.column}
    return {
        "rule": outcome.rule, "expect": outcome.expect, "text": outcome.text, "location": place,
        "failure": outcome.failure, "detail": outcome.detail,
    }  # fmt: skip
