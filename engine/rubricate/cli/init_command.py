"""`rubricate init`."""

from __future__ import annotations

from pathlib import Path

import click

from rubricate.scaffolding.projects import new_project

__all__ = ["command"]


@click.command("init")
@click.argument("folder", metavar="[FOLDER]", default=Path(), type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Make a project in FOLDER, or here: a ruleset to start from with its guideline, table and some records.

    \b
    Example:
      rubricate init my-project
    """
    ruleset = new_project(folder)
    records = ruleset.with_name("reviews.jsonl")
    click.echo(f"made {folder}: rulesets/, runs/, cache/, people.db")
    click.echo(f"next    rubricate test {ruleset}")
    click.echo(f"        rubricate run {ruleset} {records} --out {folder / 'runs' / 'first'}")
