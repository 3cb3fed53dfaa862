"""The pictures that `images.near_duplicate` compares with: where they lie, and their hashes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import cast

from rubricate.api import MatcherSpec, OptionError, RecordError, likeness_of, open_picture

__all__ = ["example_files", "example_hashes"]


def example_files(spec: MatcherSpec) -> list[tuple[str, str, Path]]:
    """(class, the file as the ruleset names it, its path) of each example; raises OptionError."""
    found = []
    declared = cast("Mapping[str, object]", spec.options["examples"])
    for name, named in declared.items():
        for number, file in enumerate([named] if isinstance(named, str) else cast("Sequence[str]", named)):
            path = (name,) if isinstance(named, str) else (name, number)
            found.append((name, file, _find(spec.folder, file, path)))
    return found


def example_hashes(spec: MatcherSpec) -> list[tuple[str, int]]:
    """(class, hash) of each example; raises OptionError for a file that is no picture."""
    found = []
    for name, file, path in example_files(spec):
        stat = path.stat()
        try:
            likeness = _likeness(str(path), stat.st_size, stat.st_mtime_ns)
        except RecordError as error:
            raise OptionError("examples", f'"{file}" is no picture: {error.detail}', path=(name,)) from None
        if likeness is None:
            raise OptionError("examples", f'"{file}" has a single shade, so nothing looks like it', path=(name,))
        found.append((name, likeness))
    return found


def _find(base: Path, file: str, path: Sequence[str | int]) -> Path:
    try:
        found = (base / file).resolve()
        is_there = found.is_file()
    except (OSError, ValueError):
        raise OptionError("examples", f'"{file}" is no name of a file', path=path) from None
    if not is_there:
        raise OptionError("examples", f'there is no picture "{file}" at "{found}"', path=path)
    return found


@lru_cache(maxsize=4096)
def _likeness(path: str, *_identity: int) -> int | None:
    return likeness_of(open_picture("examples", Path(path).read_bytes()))
