"""Which files of a folder are rulesets."""

from __future__ import annotations

import os
import re
from pathlib import Path

__all__ = ["rulesets_below"]

_HEAD = 8192
"""How many bytes of a file are looked at."""
_NAMES = re.compile(rb"^ruleset\s*:", re.MULTILINE)


def rulesets_below(path: Path) -> list[Path]:
    """A file as it is; of a folder every YAML file in it that names a ruleset, its own first; without any, itself.

    Hidden folders are not looked into.
    """
    if not path.is_dir():
        return [path]
    found: list[Path] = []
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files, key=lambda name: (name != "ruleset.yaml", name)):
            file = Path(folder, name)
            if name == "ruleset.yaml" or (name.endswith((".yaml", ".yml")) and _names_a_ruleset(file)):
                found.append(file)
    return found or [path]


def _names_a_ruleset(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            return _NAMES.search(stream.read(_HEAD)) is not None
    except OSError:
        return False
