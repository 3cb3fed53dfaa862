"""A new project: folders, the database of people's answers, a ruleset to start from, and what to do next."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.resources import as_file, files
from pathlib import Path
from shutil import copytree, ignore_patterns

from rubricate.errors import UsageError
from rubricate.reporting.figures import visible
from rubricate.scaffolding.filling import fill
from rubricate.storage.people import FILE_NAME, open_people

__all__ = ["NewProject", "new_project"]

FOLDERS = ("runs", "cache")
IGNORED = ("runs/", "cache/", f"{FILE_NAME}*")
"""What a project keeps out of a repository: what can be made again, and what people answered."""
LEFT_OUT = ("__pycache__", "__init__.py")
MOST_NAMED = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProject:
    """What was made in a folder."""

    ruleset: Path
    kept: tuple[str, ...] = ()
    """Files of the folder that a project has too, which stay as they are."""
    unignored: tuple[str, ...] = ()
    """What its .gitignore, which stays as it is, does not name."""


def new_project(folder: Path) -> NewProject:
    """Makes a project in a folder, beside whatever it holds; nothing that is there is changed.

    Raises UsageError, before anything is written, where a file of the project has a namesake. A README.md and a
    .gitignore are no reason: they belong to the folder, and stay.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: is a file", help="name a folder")
    target = folder / "rulesets" / "starter"
    try:
        with as_file(files("rubricate_rulesets") / "starter") as starter:
            _refuse_namesakes(folder, [target / each for each in _files_of(starter)])
            kept = tuple(name for name in ("README.md", ".gitignore") if os.path.lexists(folder / name))
            target.parent.mkdir(parents=True, exist_ok=True)
            copytree(starter, target, ignore=ignore_patterns(*LEFT_OUT), dirs_exist_ok=True)
        for name in FOLDERS:
            (folder / name).mkdir(exist_ok=True)
        if ".gitignore" not in kept:
            (folder / ".gitignore").write_text("".join(f"{line}\n" for line in IGNORED), encoding="utf-8")
        if "README.md" not in kept:
            title = folder.resolve().name.replace("-", " ").capitalize()
            (folder / "README.md").write_text(fill("project/README.md", title=title), encoding="utf-8")
        open_people(folder / FILE_NAME).close()
    except OSError as error:
        raise UsageError(f"{error.filename or folder}: {error.strerror or error}") from None
    return NewProject(ruleset=target / "ruleset.yaml", kept=kept, unignored=tuple(_unignored(folder)))


def _files_of(starter: Path) -> Iterator[Path]:
    """The paths, below it, of the files that a project gets."""
    for path in sorted(starter.rglob("*")):
        below = path.relative_to(starter)
        if path.is_file() and not any(fnmatchcase(part, left) for part in below.parts for left in LEFT_OUT):
            yield below


def _refuse_namesakes(folder: Path, wanted: list[Path]) -> None:
    """Raises UsageError for files that are to be made, and places of folders that are something else."""
    taken = [path for path in (*wanted, folder / FILE_NAME) if os.path.lexists(path)]
    homes = {home for path in wanted for home in path.parents if home.is_relative_to(folder) and home != folder}
    homes |= {folder / name for name in FOLDERS}
    taken += [home for home in sorted(homes) if os.path.lexists(home) and not home.is_dir()]
    if not taken:
        return
    names = [f'"{visible(path.relative_to(folder).as_posix())}"' for path in taken]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    verb, them = ("is", "it") if len(names) == 1 else ("are", "them")
    message = f"{folder}: {', '.join(names[:MOST_NAMED])}{more} {verb} there already"
    raise UsageError(message, help=f"move {them} away, or name another folder")


def _unignored(folder: Path) -> Iterator[str]:
    """What the folder's .gitignore does not say word for word."""
    try:
        lines = (folder / ".gitignore").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    said = {line.strip().strip("/") for line in lines}
    return (each for each in IGNORED if each.strip("/") not in said)
