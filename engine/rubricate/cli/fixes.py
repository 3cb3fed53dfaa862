"""`rubricate check --fix` and `--diff`."""

from __future__ import annotations

import difflib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from rubricate.annotator import fix
from rubricate.errors import UsageError
from rubricate.registry import Registry
from rubricate.reporting.figures import plural

__all__ = ["fix_files", "show_fixes", "write_text"]

_MARK = b"\xef\xbb\xbf"
"""What some editors write before UTF-8 text."""


def fix_files(paths: Iterable[Path], registry: Registry, *, err: bool) -> None:
    """Makes the certain fixes of these rulesets in their files, and says how many."""
    for file, text, count in _fixes(paths, registry):
        write_text(Path(file), text)
        click.echo(f"fixed {plural(count, 'problem')} in {file}", err=err)


def show_fixes(paths: Iterable[Path], registry: Registry) -> int:
    """Shows the certain fixes of these rulesets as differences; gives the exit code."""
    code = 0
    for file, text, count in _fixes(paths, registry):
        old = _text(Path(file))
        lines = difflib.unified_diff(
            old.splitlines(keepends=True), text.splitlines(keepends=True), file, f"{file}, fixed"
        )
        click.echo("".join(line if line.endswith("\n") else f"{line}\n" for line in lines), nl=False)
        click.echo(f"{plural(count, 'problem')} of {file} can be fixed", err=True)
        code = 1
    return code


def _fixes(paths: Iterable[Path], registry: Registry) -> Iterator[tuple[str, str, int]]:
    """(file, its new text, how many problems go away). A ruleset that cannot be read is told of by the check."""
    for path in paths:
        try:
            fixed = fix(path, registry=registry)
        except UsageError:
            continue
        for file, text in sorted(fixed.texts.items()):
            yield file, text, fixed.counts[file]


def _text(file: Path) -> str:
    return file.read_bytes().removeprefix(_MARK).decode("utf-8")


def write_text(file: Path, text: str) -> None:
    """Puts a text in the place of a file's in one step, so that a crash leaves the old one or the new one."""
    file = file.resolve()
    raw = file.read_bytes()
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write((_MARK if raw.startswith(_MARK) else b"") + text.encode("utf-8"))
        Path(name).chmod(file.stat().st_mode & 0o7777)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
