"""`--locked`, and the line that says that a ruleset is not what its lock says."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from rubricate.annotator import Annotator
from rubricate.errors import UsageError
from rubricate.versioning.beside import beside_lock
from rubricate.versioning.calibrations import calibration_problems
from rubricate.versioning.lockfile import Lock, lock_path

__all__ = ["hold_to_lock", "locked_option"]

Command = TypeVar("Command", bound=Callable[..., object])


def locked_option(command: Command) -> Command:
    """The option `--locked`."""
    help = "Refuse a ruleset without a ruleset.lock, or that is not what its lock says."
    return click.option("--locked", is_flag=True, help=help)(command)


def hold_to_lock(rules: Annotator, *, locked: bool) -> None:
    """Says in a line on the error stream what has drifted from the lock; with `locked`, raises UsageError for it."""
    found = beside_lock(rules.plan, rules.registry)
    _hold_to_calibration(rules, None if found is None else found.lock, locked=locked)
    if found is None and locked:
        path = lock_path(rules.ruleset.file)
        raise UsageError(f"{path}: does not exist, and --locked asks for it", help="run rubricate lock")
    if found is None or not found.drift:
        return
    if locked:
        raise UsageError(found.line, help=f"{found.advice}, or undo the change")
    click.echo(f"{found.line}; {found.advice}", err=True)


def _hold_to_calibration(rules: Annotator, lock: Lock | None, *, locked: bool) -> None:
    """The same for numbers that were chosen for something else; that there is none a run says by itself."""
    problems = calibration_problems(rules.ruleset, lock, rules.registry)
    told = [(each.message, each.help) for each in problems if each.code == "R126"]
    learned = [each for each in problems if each.code == "R128"]
    if learned:
        more = f", and so for {len(learned) - 1} more" if len(learned) > 1 else ""
        told.append((f"{learned[0].message}{more}", learned[0].help))
    for message, help in told:
        if locked:
            raise UsageError(f"{rules.ruleset.file}: {message}", help=help)
        click.echo(f"{rules.ruleset.file}: {message}; {help}", err=True)
