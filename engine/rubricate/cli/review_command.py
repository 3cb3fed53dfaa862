"""`rubricate review`."""

from __future__ import annotations

import difflib
import getpass
import sys
from pathlib import Path

import click
import orjson

from rubricate.errors import UsageError
from rubricate.reporting.figures import plural
from rubricate.reporting.trace import conservation_line
from rubricate.review.answers import people_file
from rubricate.review.asking import run_name
from rubricate.review.terminal import Sections, TerminalReview
from rubricate.runner import apply as apply_to_run
from rubricate.running.publishing import read_manifest
from rubricate.storage.layout import internal
from rubricate.storage.people import open_people

__all__ = ["command"]


class _RunOrCommand(click.Group):
    """`review RUN` works on the questions of a run; `review apply RUN` is a command of its own."""

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return ["RUN --terminal [--person NAME] | apply RUN"]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        params = [param for param in (*queue.params, *self.get_params(ctx)) if isinstance(param, click.Option)]
        records = [param.get_help_record(ctx) for param in params]
        with formatter.section("Options"):
            formatter.write_dl([record for record in records if record is not None])
        self.format_commands(ctx, formatter)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] in self.commands:
            return super().resolve_command(ctx, args)
        near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
        if near and not Path(args[0]).exists():
            raise click.UsageError(f'there is no run "{args[0]}", did you mean "{near[0]}"?', ctx)
        return "", queue, args


@click.group(
    "review", cls=_RunOrCommand, context_settings={"ignore_unknown_options": True}, invoke_without_command=True
)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Answer the open questions of a run, and settle its records with the answers.

    \b
    Examples:
      rubricate review runs/monday --terminal
      rubricate review apply runs/monday
    """
    if ctx.invoked_subcommand is None:
        raise click.UsageError("missing argument 'RUN'", ctx)


@click.command
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--terminal", is_flag=True, help="Here, in this terminal.")
@click.option("--person", default=None, help="Who answers. [the name you are logged in with]")
def queue(run: Path, terminal: bool, person: str | None) -> None:
    """Answer the open questions of the run in the folder RUN, one record after the other."""
    if not terminal:
        raise UsageError("the studio in the browser is not built yet", help="add --terminal")
    people = people_file(run)
    if read_manifest(run) is None:
        raise UsageError(f"{run}: holds no finished run", help="run it to the end first")
    if not people.exists():
        raise UsageError(f"{run}: nobody has been asked anything", help="run a ruleset that leaves questions first")
    name = person or _who()
    with open_people(people) as database:
        asked_by: str | None = run_name(run, people)
        if not database.count_questions(run=asked_by):
            asked_by = None  # the folder was moved since: everything the project asks is shown
        if name not in {known.id for known in database.people()}:
            database.add_person(name, name=name)
        session = TerminalReview(
            database, name, sections=_sections(run), ask=_ask, write=lambda text: click.echo(text, nl=False),
            run=asked_by, colour=sys.stdout.isatty(),
        )  # fmt: skip
        answered = session.work()
        counts = database.count_questions(run=asked_by)
    states = ", ".join(f"{state} {count:,}" for state, count in counts.items())
    click.echo(f"{plural(answered, 'question')} answered now; of all: {states or 'none'}")
    if counts.get("answered"):
        click.echo(f"next    rubricate review apply {run}")


@command.command("apply")
@click.argument("run", type=click.Path(path_type=Path))
def apply(run: Path) -> None:
    """Settle the answered records of the run in the folder RUN: new parts, a new manifest, the same law.

    \b
    Example:
      rubricate review apply runs/monday
    """
    applied = apply_to_run(run)
    click.echo(f"{plural(applied.settled, 'record')} settled, {plural(applied.answers, 'answer')} used")
    click.echo(conservation_line(applied.counts))


def _who() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        raise UsageError("it is not known who you are", help="say it with --person NAME") from None


def _ask(prompt: str) -> str | None:
    click.echo(prompt, nl=False)
    line = sys.stdin.readline()
    return line.rstrip("\n") if line else None


def _sections(run: Path) -> Sections:
    """The guideline as it stood when the run was made."""
    path = internal(run) / "guideline.json"
    if not path.exists():
        return {}
    return {id: (found["title"], found["text"]) for id, found in orjson.loads(path.read_bytes()).items()}
