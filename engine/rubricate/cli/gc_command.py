"""`rubricate gc`."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import click

from rubricate.cli.console import show_json
from rubricate.errors import UsageError
from rubricate.reporting.figures import number, plural, visible
from rubricate.running.overview import find_runs
from rubricate.running.sweeping import Swept, sweep_run
from rubricate.storage.caching import cache_folder, sweep_cache
from rubricate.storage.failpoints import check_fail_point

__all__ = ["command"]

UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def _period(_ctx: click.Context, _param: click.Parameter, text: str) -> float:
    """Seconds, from `30m`, `24h` or `7d`."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smhdw]?)", text.strip())
    if match is None:
        raise click.BadParameter(f'"{text}" is no period; write it as 30m, 24h or 7d')
    return float(match[1]) * UNITS[match[2]]


@click.command("gc")
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path), metavar="[FOLDER]...")
@click.option("--grace", default="24h", show_default=True, callback=_period, metavar="PERIOD",
              help="Leave what is younger than this.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@click.option("--json", "as_json", is_flag=True, help="Write it as JSON.")
def command(folders: tuple[Path, ...], grace: float, dry_run: bool, as_json: bool) -> None:
    """Remove what no run in FOLDER (a project, its runs folder, or one run) needs any more.

    That is unfinished files, and parts, receipts and other notes that neither a manifest nor a run that was stopped
    names. Runs at work are left alone; people's answers, logs and manifests are never touched.

    \b
    Examples:
      rubricate gc my-project --dry-run
      rubricate gc runs/monday runs/tuesday --grace 7d
    """
    check_fail_point()
    runs = _runs(folders or (Path(),))
    swept = [sweep_run(run, grace=grace, dry=dry_run) for run in runs]
    folder = cache_folder()
    freed = 0 if dry_run or folder is None else sweep_cache(folder)
    if as_json:
        show_json([_as_json(each) for each in swept])
        return
    for each in swept:
        click.echo(visible(_line(each, dry=dry_run)))
        if dry_run:
            for orphan in each.orphans:
                click.echo(visible(f"  {orphan.what:<10} {orphan.path}"))
    if freed:
        click.echo(f"{folder}: {number(freed)} bytes of kept rulesets removed")
    if not swept:
        click.echo(f"no runs in {', '.join(map(str, folders or (Path(),)))}")


def _runs(folders: tuple[Path, ...]) -> list[Path]:
    found: dict[Path, Path] = {}
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(f'"{folder}": no such folder', help="name a project, its runs folder, or one run")
        for path in find_runs(folder):
            found.setdefault(path.resolve(), path)
    return list(found.values())


def _line(swept: Swept, *, dry: bool) -> str:
    if swept.left_alone is not None:
        return f"{swept.run}: left alone: {swept.left_alone}"
    kinds = Counter(orphan.what for orphan in swept.orphans)
    size = sum(orphan.bytes for orphan in swept.orphans)
    young = f"; {plural(swept.young, 'file')} too young" if swept.young else ""
    if not kinds:
        return f"{swept.run}: nothing to remove{young}"
    told = ", ".join(f"{what} {number(count)}" for what, count in sorted(kinds.items()))
    verb = "would be removed" if dry else "removed"
    return f"{swept.run}: {plural(len(swept.orphans), 'file')} {verb}, {number(size)} bytes ({told}){young}"


def _as_json(swept: Swept) -> dict[str, object]:
    return {
        "run": str(swept.run),
        "left_alone": swept.left_alone,
        "removed": [{"path": str(orphan.path), "what": orphan.what, "bytes": orphan.bytes} for orphan in swept.orphans],
        "too_young": swept.young,
    }
