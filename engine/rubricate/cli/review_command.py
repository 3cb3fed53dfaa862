"""`rubricate review`."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

import click
import orjson

from rubricate.annotator import load
from rubricate.cli.console import show_json
from rubricate.cli.folder_group import FolderGroup
from rubricate.cli.run_records import ruleset_of_run
from rubricate.errors import RubricateError, UsageError
from rubricate.reporting.figures import plural, visible
from rubricate.reporting.trace import conservation_line
from rubricate.reporting.viewing import Viewer, as_written, viewer_of
from rubricate.review.answers import people_file
from rubricate.review.asking import run_name
from rubricate.review.terminal import Sections, TerminalReview
from rubricate.runner import apply as apply_to_run
from rubricate.running.publishing import read_manifest
from rubricate.storage.layout import internal
from rubricate.storage.people import open_people
from rubricate.storage.people_values import ADJUDICATORS, ROLES

__all__ = ["command"]


@click.command
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--terminal", is_flag=True, help="Here, in this terminal.")
@click.option("--person", default=None, help="Who answers. [the name you are logged in with]")
@click.option("--escalated", is_flag=True, help="Only what others have escalated, or disagree on.")
@click.option("--skipped", is_flag=True, help="Ask again what you skipped.")
def queue(run: Path, terminal: bool, person: str | None, escalated: bool, skipped: bool) -> None:
    """Answer the open questions of the run in the folder RUN, one record after the other."""
    if not terminal:
        raise UsageError("the studio in the browser is not built yet", help="add --terminal")
    people = people_file(run)
    if read_manifest(run) is None:
        raise UsageError(f"{run}: holds no finished run", help="run it to the end first")
    if not people.exists():
        raise UsageError(f"{run}: nobody has been asked anything", help="run a ruleset that leaves questions first")
    name = person or _who()
    fields, viewer = _view(run)
    with open_people(people) as database:
        asked_by: str | None = run_name(run, people)
        if not database.count_questions(run=asked_by):
            asked_by = None  # the folder was moved since: everything the project asks is shown
        known = {each.id: each.role for each in database.people()}
        role = known.get(name, "annotator")
        if escalated and role not in ADJUDICATORS:
            raise UsageError(
                f'"{name}" is {_a(role)}, and what is escalated goes to a reviewer, sme or admin',
                help=f"rubricate review user {run} {name} --role reviewer",
            )
        if name not in known:
            database.add_person(name, name=name)
        if skipped:
            database.take_up_skipped(name, run=asked_by)
        session = TerminalReview(
            database, name, sections=_sections(run), ask=_ask, write=lambda text: click.echo(text, nl=False),
            run=asked_by, escalated=escalated, fields=fields, viewer=viewer, colour=sys.stdout.isatty(),
        )  # fmt: skip
        answered = session.work()
        counts = database.count_questions(run=asked_by)
    states = ", ".join(f"{state} {count:,}" for state, count in counts.items())
    click.echo(f"{plural(answered, 'question')} answered now; of all: {states or 'none'}")
    if counts.get("escalated") and role not in ADJUDICATORS:
        click.echo(f"next    rubricate review {run} --terminal --escalated    (by a reviewer, sme or admin)")
    if counts.get("answered"):
        click.echo(f"next    rubricate review apply {run}")


@click.group(
    "review",
    cls=FolderGroup,
    otherwise=queue,
    folder="run",
    usage="RUN --terminal | user FOLDER | apply RUN",
    context_settings={"ignore_unknown_options": True},
    invoke_without_command=True,
)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Answer the open questions of a run, and settle its records with the answers.

    \b
    Examples:
      rubricate review runs/monday --terminal
      rubricate review runs/monday --terminal --escalated --person bea
      rubricate review user runs/monday bea --role reviewer
      rubricate review apply runs/monday
    """
    if ctx.invoked_subcommand is None:
        raise click.UsageError("missing argument 'RUN'", ctx)


@command.command("user")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("person", required=False)
@click.option("--role", type=click.Choice(ROLES), help="What they may do.")
@click.option("--name", help="How they are called. [as PERSON]")
@click.option("--json", "as_json", is_flag=True, help="Write the list as JSON.")
def user(folder: Path, person: str | None, role: str | None, name: str | None, as_json: bool) -> None:
    """Say who answers questions in the project of FOLDER: list everybody, or add PERSON, or change their role.

    An annotator answers; a reviewer, sme or admin also decides what is escalated or disagreed on; an auditor only looks
    on. FOLDER is a project or a run in it.

    \b
    Examples:
      rubricate review user runs/monday
      rubricate review user runs/monday bea --role reviewer
    """
    people = people_file(folder)
    if not people.exists():
        raise UsageError(f"{folder}: no project and no run that asked anything", help="rubricate init FOLDER makes one")
    if person is None and (role or name):
        raise UsageError("--role and --name are those of a person", help="name the person: FOLDER PERSON --role ROLE")
    with open_people(people) as database:
        if person is not None:
            known = {each.id: each for each in database.people()}.get(person)
            database.add_person(
                person,
                name=name or (known.name if known else person),
                role=role or (known.role if known else "annotator"),
                actor=_known() or "",
            )
        found = database.people()
    if as_json:
        show_json([{"id": each.id, "name": each.name, "role": each.role} for each in found])
        return
    width = max((len(each.id) for each in found), default=0)
    for each in found:
        called = f"  {visible(each.name)}" if each.name != each.id else ""
        click.echo(f"{visible(each.id.ljust(width))}  {each.role}{called}")
    if not found:
        click.echo("nobody yet; whoever answers first is an annotator")


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


def _known() -> str | None:
    """Who is logged in, if that is known."""
    try:
        return _who()
    except UsageError:
        return None


def _a(role: str) -> str:
    return f"{'an' if role[0] in 'aeiou' else 'a'} {role}"


def _view(run: Path) -> tuple[tuple[str, ...], Viewer]:
    """The order of the text fields and how they are shown: as the ruleset of the run says, whatever it is by now."""
    try:
        rules = load(ruleset_of_run(run))
    except RubricateError:
        return (), as_written
    schema = rules.ruleset.record
    return tuple(schema.place(name) for name in schema.texts), viewer_of(rules.plan)


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
