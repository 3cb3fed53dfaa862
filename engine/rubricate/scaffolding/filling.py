"""Templates: files with $names in them, filled and written where nothing stands yet."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from string import Template

from rubricate.errors import UsageError

__all__ = ["fill", "write_files"]


def fill(template: str, **values: str) -> str:
    """A template of this package with its names filled in; `template` is its path without the ending .tmpl.

    >>> fill("plugin/check.md", name="even").strip().endswith("check: even}}`.")
    True
    """
    found = files("rubricate.scaffolding").joinpath("templates", *f"{template}.tmpl".split("/"))
    return Template(found.read_text(encoding="utf-8")).substitute(values)


def write_files(folder: Path, contents: Mapping[str, str]) -> list[Path]:
    """Writes new files into a folder that is empty or not there yet, and gives their paths.

    Raises UsageError, before anything is written, when there is something.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder}: is there already", help="choose another name, or remove it")
    written = []
    try:
        for name, content in contents.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
            written.append(path)
    except OSError as error:
        raise UsageError(f"{error.filename or folder}: {error.strerror or error}") from None
    return written
