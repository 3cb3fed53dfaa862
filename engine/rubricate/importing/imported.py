"""What an importer gets and gives: a file and wishes, and the files of a ruleset with a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

__all__ = ["Imported", "Importer", "Remark", "Wishes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the caller of an import wants, beside the file."""

    name: str | None = None
    """The ruleset's name."""
    label: str | None = None
    """The label that the rules vote for, where the file names none."""
    tests: tuple[Path, ...] = ()
    """The other tool's own tests; they become gold."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that could not be taken over, or only otherwise than it stood."""

    id: str
    """The rule's id in its file; for a rule without one, its number."""
    what: Literal["left out", "changed"]
    reason: str
    """One sentence: small first letter, no full stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A ruleset that was made from another tool's file."""

    files: Mapping[str, str] = field(repr=False)
    """Path in the folder -> content; `ruleset.yaml` is among them."""
    name: str
    rules: int
    """How many rules the file holds."""
    taken: int
    """How many of them the ruleset holds."""
    origin: str
    """Where such files come from and under which licence, in one line."""
    about: tuple[str, ...]
    """What the README says of the ruleset, a sentence each."""
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """A kind of file that rules can be taken from."""

    name: str
    """What `rubricate import` calls it."""
    help: str
    """What it reads, in one line."""
    make: Callable[[Path, Wishes], Imported]
    """A file and wishes -> a ruleset; raises UsageError for a file that cannot be read as one."""
