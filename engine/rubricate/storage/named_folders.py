"""Folders that a ruleset names: beside it, or within an installed package, which is never imported."""

from __future__ import annotations

from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

from rubricate.model.descriptors import OptionError

__all__ = ["IN_PACKAGE", "named_folder", "package_folder"]

IN_PACKAGE = "package:"
"""What a name within a package begins with, as in `package:NAME/FOLDER`."""
_SHOWN = 7


def package_folder(name: str) -> Path | None:
    """The folder of an installed package, links followed; None where there is no such package."""
    try:
        found: ModuleSpec | None = find_spec(name) if name.isidentifier() else None
    except (ImportError, ValueError):
        found = None
    places = [] if found is None else list(found.submodule_search_locations or ())
    return Path(places[0]).resolve() if places else None


def named_folder(
    name: str, base: Path, *, option: str = "model", what: str = "model", help: str, marker: str | None = None
) -> Path:
    """The folder of this name, from `base` on or within an installed package; raises OptionError of `option`.

    `what` is what the folder holds, in one word, and `help` says how it gets there. Where a package has no such folder,
    those are told that hold a file called `marker`, or without one its own.
    """
    if name.startswith(IN_PACKAGE):
        return _within_package(name.removeprefix(IN_PACKAGE), option, marker)
    try:
        path = (base / name).resolve()
        is_file, is_folder = path.is_file(), path.is_dir()
    except (OSError, ValueError):
        raise OptionError(option, f'"{name}" is no name of a folder') from None
    if is_file:
        raise OptionError(option, f'"{name}" is a file', help="name the folder that it stands in")
    if not is_folder:
        raise OptionError(option, f'there is no {what} "{name}" at "{path}"', help=help)
    return path


def _within_package(named: str, option: str, marker: str | None) -> Path:
    package, _, below = named.partition("/")
    root = package_folder(package)
    if root is None:
        help = "install it, or name a folder"
        raise OptionError(option, f'there is no installed package "{package}"', help=help)
    try:
        path = (root / below).resolve()
        is_inside = path.is_relative_to(root) and path.is_dir()
    except (OSError, ValueError):
        is_inside = False
    if not is_inside:
        raise OptionError(option, f'the package "{package}" has no folder "{below}"', help=_told(root, marker))
    return path


def _told(root: Path, marker: str | None) -> str:
    if marker is None:
        return f"its folders are {', '.join(sorted(each.name for each in root.iterdir() if each.is_dir())[:_SHOWN])}"
    inside = sorted(each.parent.relative_to(root).as_posix() for each in root.rglob(marker))
    return f"it has models in {', '.join(inside[:_SHOWN])}" if inside else "it has no models"
