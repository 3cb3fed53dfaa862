"""A finding about a ruleset: what is wrong, where, and what to do."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from rubricate.model.location import Location

__all__ = ["Note", "Problem", "Severity"]


class Severity(enum.StrEnum):
    """How much a problem weighs: an error stops the ruleset, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Note:
    """A further place that explains a problem, with a few words."""

    location: Location
    message: str


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

    @property
    def is_error(self) -> bool:
        """Whether the ruleset cannot be used because of it."""
        return self.severity is Severity.ERROR
