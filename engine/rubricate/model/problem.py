"""A finding about a ruleset: what is wrong, where, and what to do."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from rubricate.model.location import Location

__all__ = ["Edit", "Fix", "Note", "Problem", "Severity"]


class Severity(enum.StrEnum):
    """How much a problem weighs: an error stops the ruleset, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Note:
    """A further place that explains a problem, with a few words."""

    location: Location
    message: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A piece of one line and the text that stands there instead."""

    location: Location
    """What is replaced; a length of 0 replaces nothing and puts the text before the column."""
    text: str
    whole_line: bool = False
    """Whether the line break behind it goes too; it then begins its line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """Edits of one file that together make a problem go away."""

    edits: tuple[Edit, ...]
    """In the order of the file, without overlap."""
    safe: bool = True
    """Whether it is certain that this is what was meant, so that it may be made without asking."""

    @classmethod
    def replacing(cls, location: Location, text: str) -> Fix:
        """One certain edit."""
        return cls(edits=(Edit(location, text),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A finding about a ruleset; text and JSON are both made from it."""

    code: str
    """A key of `rubricate.model.codes.CODES`, such as `R014`."""
    severity: Severity
    message: str
    """One short sentence of fact: small first letter, no full stop."""
    location: Location
    notes: tuple[Note, ...] = ()
    help: str | None = None
    """One concrete edit, or None."""
    fix: Fix | None = None
    """The same edit for a program, where there is one."""
    silenced: str | None = None
    """The reason for which its author wants to hear nothing of it."""

    @property
    def is_error(self) -> bool:
        """Whether the ruleset cannot be used because of it."""
        return self.severity is Severity.ERROR
