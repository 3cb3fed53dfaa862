"""A digest of a plugin's files: an edited plugin is another plugin, also where its version stayed."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

__all__ = ["code_digest"]

_LARGE = 8 << 20
"""A file of more bytes, such as a model that a package brings, is told by its size alone."""


def code_digest(module: str) -> str | None:
    """The sha256 of all files of the package that an imported module belongs to; None where it has none to read."""
    place = _place(sys.modules.get(module.partition(".")[0])) or _place(sys.modules.get(module))
    try:
        return None if place is None else _digest(place)
    except OSError:  # such as a package in a zip file
        return None


def _digest(place: Path) -> str:
    told = hashlib.sha256()
    for name, path in sorted(_files(place)):
        size = path.stat().st_size
        content = b"" if size > _LARGE else path.read_bytes()
        told.update(f"{name}\0{size}\0".encode(errors="surrogateescape") + hashlib.sha256(content).digest())
    return told.hexdigest()


def _place(module: ModuleType | None) -> Path | None:
    """The folder of a package, or the file of a module that stands alone."""
    name = getattr(module, "__file__", None)
    if name is None:
        return None
    path = Path(name)
    return path.parent if path.stem == "__init__" else path


def _files(place: Path) -> Iterator[tuple[str, Path]]:
    """Each file with its name below `place`, without what the interpreter makes of them."""
    if not place.is_dir():
        yield place.name, place
        return
    for path in place.rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            yield path.relative_to(place).as_posix(), path
