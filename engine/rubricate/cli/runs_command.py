"""`rubricate runs`."""

from __future__ import annotations

from pathlib import Path

import click

from rubricate.cli.console import show_json
from rubricate.errors import RubricateError, UsageError
from rubricate.running.identity import load_identity
from rubricate.running.publishing import read_manifest
from rubricate.storage.layout import MANIFEST, internal

__all__ = ["command"]


@click.command("runs")
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option("--json", "as_json", is_flag=True, help="Write the list as JSON.")
def command(folder: Path, as_json: bool) -> None:
    """List the runs in FOLDER (a project, its runs folder, or one run) with their state and counts.

    \b
    Example:
      rubricate runs my-project
    """
    if not folder.is_dir():
        raise UsageError(f'"{folder}": no such folder', help="name a project, its runs folder, or one run")
    found = [_describe(path) for path in _runs(folder)]
    if as_json:
        show_json(found)
        return
    if not found:
        click.echo(f"no runs in {folder}")
    for run in found:
        counts = run.get("counts")
        routes = " ".join(f"{name} {number:,}" for name, number in counts.items()) if isinstance(counts, dict) else ""
        click.echo(f"{run['run']}  {run['state']}  {run.get('ruleset', '')}  {routes}".rstrip())


def _runs(folder: Path) -> list[Path]:
    candidates = [folder, *(sorted(folder.iterdir()) if folder.is_dir() else [])]
    runs = folder / "runs"
    candidates += sorted(runs.iterdir()) if runs.is_dir() else []
    return [path for path in candidates if (path / MANIFEST).is_file() or internal(path).is_dir()]


def _describe(path: Path) -> dict[str, object]:
    try:
        manifest = read_manifest(path)
    except RubricateError as error:
        return {"run": str(path), "state": "damaged", "detail": str(error)}
    if manifest is None:
        return {"run": str(path), "state": "unfinished" if load_identity(path) is not None else "not begun"}
    body = manifest.body
    ruleset, counts = body["ruleset"], body["counts"]
    assert isinstance(ruleset, dict)
    assert isinstance(counts, dict)
    told = {"read": counts["read"], **{name: number for name, number in counts["routes"].items() if number}}
    partial = body.get("partial")
    return {
        "run": str(path),
        "state": "complete" if partial is None else "complete, partial",
        "ruleset": f"{ruleset['name']} {ruleset['version']}",
        "digest": manifest.digest,
        "created": manifest.annex.get("created"),
        "counts": told,
    }
