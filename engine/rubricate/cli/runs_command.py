"""`rubricate runs`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from rubricate.cli.console import show_json
from rubricate.cli.folder_group import FolderGroup
from rubricate.errors import UsageError
from rubricate.reporting.runs import overview_json, run_json, run_text, runs_text
from rubricate.running.lineage import trace_lineage
from rubricate.running.overview import find_runs, look_at, read_overviews
from rubricate.storage.layout import MANIFEST, internal

__all__ = ["command"]


@click.command("runs")
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option("--json", "as_json", is_flag=True, help="Write it as JSON.")
def listing(folder: Path, as_json: bool) -> None:
    """List the runs in FOLDER."""
    if not folder.is_dir():
        raise UsageError(f'"{folder}": no such folder', help="name a project, its runs folder, or one run")
    found = read_overviews(folder)
    if as_json:
        show_json([overview_json(run) for run in found])
    elif not found:
        click.echo(f"no runs in {folder}")
    else:
        looked_at = sys.stdout.isatty()
        width = shutil.get_terminal_size().columns if looked_at else None
        click.echo(runs_text(found, width=width, colours=looked_at), nl=False)


@click.group(
    "runs",
    cls=FolderGroup,
    otherwise=listing,
    folder="folder",
    usage="[FOLDER] [--json] | show RUN [--json]",
    context_settings={"ignore_unknown_options": True},
    invoke_without_command=True,
)
@click.pass_context
def command(ctx: click.Context) -> None:
    """List the runs in FOLDER (a project, its runs folder, or one run): their state, their counts, their time.

    \b
    Examples:
      rubricate runs my-project
      rubricate runs show my-project/runs/monday
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(listing)


@command.command("show")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write it as JSON.")
def show(run: Path, as_json: bool) -> None:
    """Show everything about the run in the folder RUN: inputs, stages, quarantine, incidents, workers, what it follows.

    \b
    Example:
      rubricate runs show runs/monday
    """
    if not (run / MANIFEST).is_file() and not internal(run).is_dir():
        inside = find_runs(run) if run.is_dir() else []
        help = f'there is one in it: "{inside[0]}"' if inside else "`rubricate runs` lists them"
        raise UsageError(f'"{run}": holds no run', help=help)
    found = look_at(run)
    lineage = [] if found.manifest is None or not found.counts else list(trace_lineage(run, found.manifest))
    if as_json:
        show_json(run_json(found, lineage))
    else:
        click.echo(run_text(found, lineage), nl=False)
