"""Files that commands write by `--out`: none that exists is written over without `--force`, and never a source."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from rubricate.errors import UsageError

__all__ = ["check_output", "force_option"]

force_option = click.option("--force", is_flag=True, help="Write over the file of --out if it exists.")


def check_output(out: Path, *, force: bool, sources: Iterable[Path] = ()) -> None:
    """Raises UsageError if a file must not be written: it exists, or it is one of those that are read."""
    if out.is_dir():
        raise UsageError(f'"{out}" is a folder', help="name a file in it")
    if not out.parent.is_dir():
        raise UsageError(f'the folder "{out.parent}" does not exist', help="make it first")
    if any(_is_same(out, source) for source in sources):
        raise UsageError(f'"{out}" is the file that is read', help="name another file")
    if out.exists() and not force:
        raise UsageError(f'"{out}" exists already', help="name a new file, or write over it with --force")


def _is_same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)
