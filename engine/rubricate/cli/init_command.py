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

    The folder may hold other things. Nothing of it is changed: where a file of the project exists already, nothing is
    made. A README.md and a .gitignore stay as they are.

    \b
    Examples:
      rubricate init my-project
      rubricate init .
    """
    made = new_project(folder)
    ruleset = made.ruleset
    records = ruleset.with_name("reviews.jsonl")
    click.echo(f"made {folder}: rulesets/, runs/, cache/, people.db")
    if made.kept:
        verb = "stays as it is" if len(made.kept) == 1 else "stay as they are"
        click.echo(f"kept    {' and '.join(made.kept)} {verb}")
    if made.unignored:
        click.echo(
            f"help: add {', '.join(made.unignored)} to {folder / '.gitignore'}; people.db holds answers of people"
        )
    click.echo(f"next    rubricate test {ruleset}")
    click.echo(f"        rubricate run {ruleset} {records} --out {folder / 'runs' / 'first'}")
