"""`rubricate lock`."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from pathlib import Path

import click

from rubricate.annotator import load
from rubricate.cli.console import show_json, show_problems
from rubricate.reporting.figures import plural
from rubricate.storage.objects import replace_file
from rubricate.versioning.lock_problems import check_version
from rubricate.versioning.lockfile import lock_path, read_lock, write_lock
from rubricate.versioning.locking import Drift, drift_line, find_drift, renew
from rubricate.versioning.pins import pin

__all__ = ["command"]


@click.command("lock")
@click.argument("ruleset", type=click.Path(path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit with 1 when the lock is not up to date.")
@click.option("--json", "as_json", is_flag=True, help="Write what changed as JSON.")
def command(ruleset: Path, only_check: bool, as_json: bool) -> None:
    """Pin what RULESET means in the file ruleset.lock beside it, and say what changed since it was written.

    The version of the ruleset must have grown as much as what changed asks for: a patch where nothing changed its
    meaning, a minor version where results may change, a major one where labels or ids changed.

    \b
    Examples:
      rubricate lock rulesets/youtube_spam/ruleset.yaml
      rubricate lock rulesets/youtube_spam --check
    """
    rules = load(ruleset)
    path = lock_path(rules.ruleset.file)
    old, pins = read_lock(path), pin(rules.plan, rules.registry)
    found = () if old is None else find_drift(old, pins)
    problems = check_version(rules.ruleset, old, pins)
    new = write_lock(renew(old, pins))
    is_current = path.is_file() and path.read_text(encoding="utf-8") == new
    writes = not (problems or only_check or is_current)
    if writes:
        replace_file(path, new.encode())
    if as_json:
        state = "refused" if problems else "current" if is_current else "written" if writes else "stale"
        show_json({"lock": str(path), "state": state, "version": pins.version, "changes": list(map(_to_json, found))})
    else:
        _tell(found)
    if problems:
        show_problems(problems)
        raise SystemExit(1 if only_check else 2)
    if not as_json:
        if is_current:
            click.echo(f"{path}: up to date, version {pins.version}")
        elif writes:
            click.echo(f"{path}: written, version {pins.version}: {_sizes(pins.rules, pins.labels, pins.tables)}")
        elif old is None:
            click.echo(f"{path}: does not exist; run rubricate lock")
        else:
            click.echo(drift_line(found, old, name=str(path)))
    raise SystemExit(0 if is_current or writes else 1)


def _sizes(*parts: Sized) -> str:
    names = ("rule", "label", "table")
    return ", ".join(plural(len(part), name) for part, name in zip(parts, names, strict=True))


def _tell(found: Sequence[Drift]) -> None:
    for each in found:
        click.echo(f"{each.part} {each.name}: {each.how}")


def _to_json(drift: Drift) -> dict[str, str]:
    return {"part": drift.part, "name": drift.name, "how": drift.how}
