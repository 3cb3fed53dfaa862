"""The problems of one ruleset, gathered while it is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from rubricate.model.codes import problem
from rubricate.model.location import Location
from rubricate.model.problem import Fix, Note, Problem

__all__ = ["Findings"]


class Findings:
    """Gathers problems; each is kept once."""

    def __init__(self) -> None:
        self._problems: dict[tuple[str, Location, str], Problem] = {}
        self.errors = 0
        """How many of them are errors."""
        self.unsayable: dict[str, str] = {}
        """Declared fields whose names no condition can say -> what to call them instead."""

    def add(
        self,
        code: str,
        message: str,
        location: Location,
        *,
        help: str | None = None,
        notes: tuple[Note, ...] = (),
        fix: Fix | None = None,
    ) -> None:
        """Adds one problem."""
        self.take([problem(code, message, location, help=help, notes=notes, fix=fix)])

    def add_cause(self, code: str, message: str, location: Location, *, help: str | None) -> None:
        """Adds a problem whose cause lies elsewhere: once, the further places that suffer from it as notes."""
        for key, known in self._problems.items():
            if known.message == message:
                if location not in (known.location, *(note.location for note in known.notes)):
                    notes = (*known.notes, Note(location, "it is needed here too"))
                    self._problems[key] = replace(known, notes=notes)
                return
        self.add(code, message, location, help=help)

    def take(self, problems: Iterable[Problem]) -> None:
        """Adds problems that were made elsewhere."""
        for each in problems:
            if self._problems.setdefault((each.code, each.location, each.message), each) is each:
                self.errors += each.is_error

    def sorted(self, first: str) -> tuple[Problem, ...]:
        """All problems: those of the file `first` before those of others, then by place and code."""
        return tuple(
            sorted(
                self._problems.values(),
                key=lambda each: (
                    each.location.path != first,
                    each.location.path,
                    each.location.line,
                    each.location.column,
                    each.code,
                ),
            )
        )
