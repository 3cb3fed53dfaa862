"""`rubricate init`."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from shutil import copytree, ignore_patterns

import click

from rubricate.errors import UsageError
from rubricate.storage.people import FILE_NAME, open_people

__all__ = ["command"]


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Make a project in FOLDER: a ruleset to start from with its guideline, table and some records.

    \b
    Example:
      rubricate init my-project
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder}: is not empty", help="name a new folder")
    target = folder / "rulesets" / "starter"
    try:
        target.parent.mkdir(parents=True)
        with as_file(files("rubricate_rulesets") / "starter") as starter:
            copytree(starter, target, ignore=ignore_patterns("__pycache__", "__init__.py"))
        for name in ("runs", "cache"):
            (folder / name).mkdir()
        (folder / ".gitignore").write_text("runs/\ncache/\npeople.db*\n", encoding="utf-8")
        open_people(folder / FILE_NAME).close()
    except OSError as error:
        raise UsageError(f"{error.filename or folder}: {error.strerror or error}") from None
    ruleset = target / "ruleset.yaml"
    click.echo(f"made {folder}: rulesets/, runs/, cache/, people.db")
    click.echo(f"next    rubricate test {ruleset}")
    click.echo(f"        rubricate run {ruleset} {target / 'reviews.jsonl'} --out {folder / 'runs' / 'first'}")
