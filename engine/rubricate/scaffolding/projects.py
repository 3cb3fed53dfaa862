"""A new project: folders, the database of people's answers, a ruleset to start from, and what to do next."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from shutil import copytree, ignore_patterns

from rubricate.errors import UsageError
from rubricate.scaffolding.filling import fill
from rubricate.storage.people import FILE_NAME, open_people

__all__ = ["new_project"]


def new_project(folder: Path) -> Path:
    """Makes a project in a folder that is empty, but for what git keeps there; gives the path of its ruleset."""
    if folder.exists() and (not folder.is_dir() or any(not each.name.startswith(".git") for each in folder.iterdir())):
        raise UsageError(f"{folder}: is not empty", help="name a new folder")
    target = folder / "rulesets" / "starter"
    try:
        target.parent.mkdir(parents=True)
        with as_file(files("rubricate_rulesets") / "starter") as starter:
            copytree(starter, target, ignore=ignore_patterns("__pycache__", "__init__.py"))
        for name in ("runs", "cache"):
            (folder / name).mkdir()
        if not (folder / ".gitignore").exists():
            (folder / ".gitignore").write_text("runs/\ncache/\npeople.db*\n", encoding="utf-8")
        title = folder.resolve().name.replace("-", " ").capitalize()
        (folder / "README.md").write_text(fill("project/README.md", title=title), encoding="utf-8")
        open_people(folder / FILE_NAME).close()
    except OSError as error:
        raise UsageError(f"{error.filename or folder}: {error.strerror or error}") from None
    return target / "ruleset.yaml"
