"""Problems of single rows of a table: the first ones, and how many there are more."""

from __future__ import annotations

from rubricate.loading.files import RulesetFolder
from rubricate.loading.findings import Findings
from rubricate.loading.source import Source
from rubricate.loading.table_rows import whole_line
from rubricate.loading.wording import quoted
from rubricate.model.location import Location
from rubricate.model.problem import Edit, Fix, Note

__all__ = ["MOST_ROW_PROBLEMS", "RowFindings", "without_row"]

MOST_ROW_PROBLEMS = 10
"""Problems of single rows that one table reports; a last one says how many there are more."""


class RowFindings:
    """Reports problems of rows up to a limit."""

    def __init__(self, name: str, source: Source, code: str, findings: Findings, folder: RulesetFolder) -> None:
        self.name = name
        self.source = source
        self.code = code
        self.findings = findings
        self.folder = folder
        self.count = 0
        self.last: Location | None = None

    def add(
        self,
        message: str,
        location: Location,
        *,
        note: Note | None = None,
        help: str | None = None,
        fix: Fix | None = None,
    ) -> None:
        """Adds a problem, or only counts it."""
        self.count += 1
        self.last = location
        self.folder.texts[self.source.path] = self.source.text
        if self.count <= MOST_ROW_PROBLEMS:
            notes = () if note is None else (note,)
            self.findings.add(self.code, message, location, notes=notes, help=help, fix=fix)

    def count_on(self, count: int, last: Location) -> None:
        """Says how many there are with those that were not added, and where the last of them is."""
        self.count, self.last = count, last

    def close(self) -> None:
        """Says how many were left out."""
        more = self.count - MOST_ROW_PROBLEMS
        if more > 0 and self.last is not None:
            rows = "row" if more == 1 else "rows"
            self.findings.add(self.code, f"{more} more {rows} of {quoted(self.name)} like those above", self.last)


def without_row(source: Source, line: int) -> Fix | None:
    """A table without a row; None for a row with a quote, which may reach over the line's end."""
    return None if '"' in source.line(line) else Fix(edits=(Edit(whole_line(source, line), "", whole_line=True),))
