"""Finds rulesets: a file, or every one below a folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from rubricate.errors import UsageError

__all__ = ["find_rulesets", "is_ruleset"]

SUFFIXES = (".yaml", ".yml")
_KEY = re.compile(rb"^(?:\xef\xbb\xbf)?[\"']?ruleset[\"']?[ \t]*:", re.MULTILINE)
_READ = 1 << 16
"""So many bytes of a file are looked at: the key stands near its top."""


def find_rulesets(paths: Iterable[Path]) -> list[Path]:
    """The rulesets that paths name, each once: a file is one, a folder stands for all below it.

    Raises UsageError for a folder without any. What does not exist is given as it is, for loading to word.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not path.is_dir():
            found[path] = None
            continue
        below = list(_below(path))
        if not below:
            raise UsageError(f"{path}: there is no ruleset in the folder or below it",
                             help='a ruleset is a YAML file with a key "ruleset"')  # fmt: skip
        found.update(dict.fromkeys(below))
    return list(found)


def is_ruleset(path: Path) -> bool:
    """Whether a file is YAML with a key `ruleset` at its top level, told without parsing it."""
    if path.suffix.lower() not in SUFFIXES:
        return False
    try:
        with path.open("rb") as file:
            return _KEY.search(file.read(_READ)) is not None
    except OSError:
        return False


def _below(folder: Path) -> Iterator[Path]:
    """The rulesets below a folder in the order of their paths; hidden folders are left out."""
    for base, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(base) / name
            if name == "ruleset.yaml" or is_ruleset(path):
                yield path
