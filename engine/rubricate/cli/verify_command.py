"""`rubricate verify`."""

from __future__ import annotations

from pathlib import Path

import click

from rubricate.cli.console import show_json
from rubricate.errors import UsageError
from rubricate.reporting.figures import plural
from rubricate.review.answers import people_file
from rubricate.running.verifying import verify_run
from rubricate.storage.layout import MANIFEST
from rubricate.storage.people import open_people

__all__ = ["command"]


@click.command("verify")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write the findings as JSON.")
def command(run: Path, as_json: bool) -> None:
    """Check that the run in the folder RUN is whole and unchanged: digests, rows, counts, and the trail of answers.

    \b
    Example:
      rubricate verify runs/monday
    """
    if not (run / MANIFEST).exists():
        raise UsageError(f"{run}: holds no finished run", help="run it to the end first")
    findings = [{"path": str(found.path), "message": found.message} for found in verify_run(run)]
    people = people_file(run)
    if people.exists():
        with open_people(people) as database:
            chain = database.check_chain()
        findings += [{"path": str(people), "message": message} for message in chain.problems]
    if as_json:
        show_json(findings)
    else:
        for found in findings:
            click.echo(f"{found['path']}: {found['message']}")
        click.echo(f"{run}: {'whole and unchanged' if not findings else plural(len(findings), 'finding')}")
    raise SystemExit(1 if findings else 0)
