"""Which rows of tables the examples of a ruleset touch, and why the others are untouched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

from rubricate.checking.coverage import Gap
from rubricate.explaining.finding import row_of
from rubricate.model.location import Location
from rubricate.model.table import Row, Table
from rubricate.planning.frame import Frame
from rubricate.planning.plan import Plan

__all__ = ["Rows"]

Standing: TypeAlias = Literal["passes", "fails", "known gap"]
"""What became of an example."""

ONLY = {
    "fails": "only an example that fails has its term",
    "known gap": "only a known gap has its term",
}
NOT_TAKEN = "an example has its term, and no match is left of it: see take, check, except and fields of the matcher"
ABSENT = "no example has its term"


class Rows:
    """The rows of a plan's tables while examples go by."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._tables: dict[int, Table] = {id(table): table for table in plan.tables.values()}
        self._met: dict[tuple[int, int], set[Standing]] = {}
        """Table and row -> what became of the examples that have it."""
        self._texts: list[str] = []
        """The folded texts of examples that pass."""

    def look(self, frame: Frame, standing: Standing) -> None:
        """An example goes by."""
        if not self._tables:
            return
        for matches in frame.matches.values():
            for match in matches:
                row, table = row_of(match), self._plan.tables.get(match[0])
                if row is not None and table is not None:
                    self._met.setdefault((id(table), row), set()).add(standing)
        if standing == "passes":
            self._texts += [frame.document.folded(field)[0] for field in frame.document.clean]

    @property
    def count(self) -> int:
        """How many rows there are."""
        return sum(len(table.rows) for table in self._tables.values())

    def gaps(self) -> Iterator[Gap]:
        """The rows that no example touches, each with the reason."""
        texts = "\n".join(dict.fromkeys(self._texts))
        for key, table in self._tables.items():
            for number, row in enumerate(table.rows):
                met = self._met.get((key, number), set())
                if "passes" not in met:
                    place = Location(table.path, row.line, 1)
                    term = row.terms[0] if row.terms else ""
                    yield Gap(kind="rows", name=term, reason=self._reason(row, met, texts), location=place)

    def _reason(self, row: Row, met: set[Standing], texts: str) -> str:
        told = next((ONLY[standing] for standing in ("fails", "known gap") if standing in met), None)
        if told is not None:
            return told
        return NOT_TAKEN if any(self._stands_in(term, texts) for term in row.terms) else ABSENT

    def _stands_in(self, term: str, texts: str) -> bool:
        """Whether a term stands in a text as whole words; a row that is a pattern hardly ever does."""
        folded, _ = self._plan.fold(term)
        if not folded or folded not in texts:
            return False
        return re.search(rf"(?<!\w){re.escape(folded)}(?!\w)", texts) is not None
