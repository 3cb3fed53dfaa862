"""`rubricate lock`."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence, Sized
from pathlib import Path

import click

from rubricate.cli.console import load_for_use, show_json, show_problems
from rubricate.model.ruleset import Ruleset
from rubricate.reporting.figures import plural, visible
from rubricate.reporting.problems import to_json
from rubricate.storage.objects import replace_file
from rubricate.versioning.lock_problems import asked_sections, check_version
from rubricate.versioning.lockfile import Lock, lock_path, read_lock, write_lock
from rubricate.versioning.locking import Drift, find_drift, judge_version, renew
from rubricate.versioning.pins import Pins, pin

__all__ = ["command"]


@click.command("lock")
@click.argument("ruleset", type=click.Path(path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit with 1 when the lock is not up to date.")
@click.option("--json", "as_json", is_flag=True, help="Write what changed, and the version that it needs, as JSON.")
def command(ruleset: Path, only_check: bool, as_json: bool) -> None:
    """Pin what RULESET means in the file ruleset.lock beside it, and say what changed since it was written.

    What the rules mean is compared with the lock that is there, and the version of the ruleset with the version that
    was locked. It must have grown as much as what changed asks for: not at all, or by a patch, where nothing changed
    its meaning, by a minor version where results may change, by a major one where labels or ids changed. Else nothing
    is written.

    Exits with 0 when the lock is up to date now; with 2 when the version is too small; with --check with 1 for both.

    \b
    Examples:
      rubricate lock rulesets/youtube_spam/ruleset.yaml
      rubricate lock rulesets/youtube_spam --check --json
    """
    rules = load_for_use(ruleset)
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
        told = {"lock": str(path), "state": state, **_versions(rules.ruleset, old, pins, found)}
        changes = [dataclasses.asdict(each) for each in found]
        show_json({"format": "rubricate-lock-1", **told, "changes": changes, "problems": to_json(problems)})
    elif old is not None and found:
        click.echo("\n".join(_lines(found, path, old, pins)))
    if problems:
        if not as_json:
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
            click.echo(f"{path}: not up to date; run rubricate lock")
    raise SystemExit(0 if is_current or writes else 1)


def _sizes(*parts: Sized) -> str:
    names = ("rule", "label", "table")
    return ", ".join(plural(len(part), name) for part, name in zip(parts, names, strict=True))


def _lines(found: Sequence[Drift], path: Path, old: Lock, pins: Pins) -> Iterator[str]:
    """What is not as the lock says, with what it is held against."""
    yield f"since version {old.pins.version} was locked in {path}:"
    for each in found:
        if each.part == "version":
            yield f"  version: {_named(old.pins, pins)} -> {_named(pins, old.pins)}"
        else:
            yield visible(f"  {each.part} {each.name}: {each.how}")


def _named(pins: Pins, other: Pins) -> str:
    return pins.version if pins.name == other.name else f"{pins.name} {pins.version}"


def _versions(ruleset: Ruleset, old: Lock | None, pins: Pins, found: tuple[Drift, ...]) -> dict[str, object]:
    """The version that is locked, the one that the ruleset has, and the smallest one that will do."""
    verdict = None if old is None else judge_version(old, pins, found, asked=asked_sections(ruleset))
    return {
        "version": pins.version,
        "locked": None if verdict is None else verdict.locked,
        "needs": None if verdict is None else {"bump": verdict.bump, "version": verdict.smallest},
    }
