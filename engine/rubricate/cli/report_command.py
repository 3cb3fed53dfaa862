"""`rubricate report`."""

from __future__ import annotations

from pathlib import Path

import click

from rubricate.cli.console import load_for_use
from rubricate.runner import report

__all__ = ["command"]


@click.command("report")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--ruleset", type=click.Path(path_type=Path), help="Tells its rules and sections. [the one it was made with]"
)
def command(run: Path, ruleset: Path | None) -> None:
    """Write report.html of the finished run in the folder RUN again.

    \b
    Example:
      rubricate report runs/monday --ruleset ruleset.yaml
    """
    rules = load_for_use(ruleset) if ruleset is not None else None
    click.echo(f"wrote {report(run, rules)}")
