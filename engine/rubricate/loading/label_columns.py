"""`label_from: it.COLUMN`: every value of that column must be a declared label."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from rubricate.language import tree
from rubricate.loading.building_labels import Labels
from rubricate.loading.expressions import root
from rubricate.loading.findings import Findings
from rubricate.loading.tables import TableReader
from rubricate.loading.wording import did_you_mean, quoted
from rubricate.model.location import Location
from rubricate.model.problem import Note
from rubricate.model.ruleset import Expression, Let, MatcherSpec
from rubricate.model.table import Row, Table

__all__ = ["LabelColumns"]

MOST_ROWS = 10
"""Rows with undeclared labels that one table reports; a last problem says how many there are more."""


class LabelColumns:
    """Checks the columns that labels come from, each once."""

    def __init__(
        self,
        labels: Labels,
        matchers: Mapping[str, MatcherSpec],
        lets: Mapping[str, Let],
        tables: TableReader,
        findings: Findings,
    ) -> None:
        self._labels = labels
        self._matchers = matchers
        self._lets = lets
        self._tables = tables
        self._findings = findings
        self._checked: set[tuple[str, str]] = set()

    def check(self, label_from: Expression, matches: Expression) -> None:
        """Checks the tables whose rows the matches of an expression come from."""
        node = root(label_from)
        if not isinstance(node, tree.It) or node.column is None:
            return
        filtered = any(isinstance(part, tree.Where) for part in tree.walk(root(matches)))
        for name in dict.fromkeys(self._sources(root(matches), set())):
            table = self._matchers[name].table
            if table is None or node.column not in table.columns or (table.name, node.column) in self._checked:
                continue
            self._checked.add((table.name, node.column))
            self._check_table(table, node.column, label_from.locate(*node.span), filtered)

    def _check_table(self, table: Table, column: str, asked: Location, filtered: bool) -> None:
        known = self._labels.labels.keys() | self._labels.refused
        cells = list(table.cells(column))
        wrong: dict[object, Row] = {}
        for value in dict.fromkeys(cells):
            if (value is None and not filtered) or (value is not None and str(value) not in known):
                wrong[value] = table.rows[cells.index(value)]
        note = Note(asked, "labels come from this column")
        for value, row in list(wrong.items())[:MOST_ROWS]:
            message = f"the label {quoted(str(value))} is not declared"
            help = did_you_mean(str(value), self._labels.labels, "labels")
            if value is None:
                message, help = f"this row has no {quoted(column)} to take a label from", None
            self._findings.add("R044", message, self._tables.place(table, row, column), help=help, notes=(note,))
        if len(wrong) > MOST_ROWS:
            message = f"{len(wrong) - MOST_ROWS} more labels of {quoted(table.name)} are not declared"
            place = self._tables.place(table, list(wrong.values())[MOST_ROWS], column)
            self._findings.add("R044", message, place, notes=(note,))

    def _sources(self, node: tree.Node, seen: set[str]) -> Iterator[str]:
        """The matchers whose matches an expression gives."""
        match node:
            case tree.Name() if node.name in self._matchers:
                yield node.name
            case tree.Name() if node.name in self._lets and node.name not in seen:
                yield from self._sources(root(self._lets[node.name].expression), seen | {node.name})
            case tree.Wildcard():
                for name in sorted({*self._matchers, *self._lets}):
                    if name[:1] not in '"/' and fnmatchcase(name, node.pattern):
                        yield from self._sources(tree.Name(name), seen)
            case tree.Or() | tree.Quantified() | tree.AtLeast():
                for item in node.items:
                    yield from self._sources(item, seen)
            case tree.And():
                for item in node.items:
                    found = list(self._sources(item, seen))
                    if found:
                        yield from found
                        return
            case tree.Relation() | tree.InPlace() | tree.InContext() | tree.Where():
                yield from self._sources(node.left, seen)
            case tree.Call(name="cover"):
                for argument in node.arguments:
                    yield from self._sources(argument, seen)
            case _:
                return
