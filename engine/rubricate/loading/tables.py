"""Dictionaries: from a table file to typed, filtered rows, with the problems of single rows at their own lines."""

from __future__ import annotations

import hashlib
import math
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, replace

import orjson

from rubricate.loading.expressions import build_expression, root
from rubricate.loading.files import RulesetFolder
from rubricate.loading.findings import Findings
from rubricate.loading.reading import mapping, scalar, text, texts, whole_number
from rubricate.loading.source import Source
from rubricate.loading.table_filter import check_filter, keeps
from rubricate.loading.table_rows import Form, RawRow, TableSyntaxError, cell_location, form_of, raw_rows
from rubricate.loading.wording import did_you_mean, quoted
from rubricate.loading.yaml_tree import Mapping, Node, Scalar
from rubricate.model.location import Location
from rubricate.model.problem import Note
from rubricate.model.ruleset import Expression
from rubricate.model.table import Row, Table

__all__ = ["TableReader", "vanishes"]

MOST_ROW_PROBLEMS = 10
"""Problems of single rows that one table reports; a last one says how many there are more."""

RESERVED_COLUMNS = ("field", "row", "score", "text")
"""Names that matches use for what is theirs, not their table's."""

_NUMBER = re.compile(
    r"\s*(?:(?P<whole>[-+]?[0-9]{1,15})|[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?)\s*"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """A table file with its columns known."""

    name: str
    file: str
    source: Source
    form: Form
    columns: AnyMapping[str, str]
    header: RawRow | None
    rows: tuple[RawRow, ...]


class _RowFindings:
    """Reports problems of rows up to a limit."""

    def __init__(self, sheet: _Sheet, code: str, findings: Findings, folder: RulesetFolder) -> None:
        self.sheet = sheet
        self.code = code
        self.findings = findings
        self.folder = folder
        self.count = 0
        self.last: Location | None = None

    def add(self, message: str, location: Location, *, note: Note | None = None, help: str | None = None) -> None:
        """Adds a problem, or only counts it."""
        self.count += 1
        self.last = location
        self.folder.texts[self.sheet.source.path] = self.sheet.source.text
        if self.count <= MOST_ROW_PROBLEMS:
            self.findings.add(self.code, message, location, notes=() if note is None else (note,), help=help)

    def close(self) -> None:
        """Says how many were left out."""
        more = self.count - MOST_ROW_PROBLEMS
        if more > 0 and self.last is not None:
            rows = "row" if more == 1 else "rows"
            self.findings.add(self.code, f"{more} more {rows} of {quoted(self.sheet.name)} like those above", self.last)


class TableReader:
    """Reads the dictionaries of one ruleset."""

    def __init__(
        self, dictionaries: Mapping | None, folder: RulesetFolder, fold: Callable[[str], str], findings: Findings
    ) -> None:
        self._declared = {} if dictionaries is None else {key.text: (key, value) for key, value in dictionaries.own()}
        self._folder = folder
        self._fold = fold
        self._findings = findings
        self._tables: dict[str, Table | None] = {}
        self._sheets: dict[str, _Sheet] = {}
        self.faulty: set[str] = set()
        """Names of the tables of which rows were left out because of errors."""
        self.used: set[str] = set()
        """Names of the tables that something asked for."""

    def all(self) -> dict[str, Table]:
        """Every declared table that could be read, in the order of the ruleset."""
        found = {name: self._table(name) for name in self._declared}
        return {name: table for name, table in found.items() if table is not None}

    def unused(self) -> Iterator[Scalar]:
        """Keys of the tables that nothing asked for."""
        return (key for name, (key, _) in self._declared.items() if name not in self.used)

    def find(self, name: Scalar | None) -> Table | None:
        """The table that a value names; None after a problem, there or in the table itself."""
        if name is None:
            return None
        return self.find_name(name.text, name.location)

    def find_name(self, name: str, location: Location) -> Table | None:
        """The table of that name, asked for at a place."""
        if name not in self._declared:
            help = did_you_mean(name, self._declared, "tables")
            self._findings.add("R045", f"the table {quoted(name)} is not declared", location, help=help)
            return None
        self.used.add(name)
        return self._table(name)

    def is_declared(self, name: str) -> bool:
        """Whether a table has that name, readable or not."""
        return name in self._declared

    def place(self, table: Table, row: Row, column: str) -> Location:
        """The place of a cell in its file."""
        sheet = self._sheets[table.name]
        self._folder.texts[sheet.source.path] = sheet.source.text
        raw = sheet.rows[bisect_left(sheet.rows, row.line, key=lambda each: each.line)]
        return cell_location(sheet.source, sheet.form, raw, list(sheet.columns).index(column))

    def _table(self, name: str) -> Table | None:
        if name not in self._tables:
            self._tables[name] = None  # a table that skips its own words finds nothing
            key, node = self._declared[name]
            if isinstance(node, Mapping):
                self._tables[name] = self._read(key, node)
        return self._tables[name]

    def _read(self, key: Scalar, node: Mapping) -> Table | None:
        sheet = self._sheet(key.text, node)
        if sheet is None:
            return None
        self._sheets[key.text] = sheet
        terms = self._term_columns(sheet, node)
        only = build_expression(node.get("only"), self._findings, key="only", names=frozenset())
        if not terms or (
            node.get("only") is not None and not (only and check_filter(only, sheet.columns, self._findings))
        ):
            return None
        patterns = text(node.get("term")) == "pattern"
        rows = [row for row in self._rows(sheet, terms, text(node.get("split")), patterns) if _kept(row, only)]
        kept = self._skip(rows, mapping(node.get("skip")))
        self._check_duplicates(sheet, terms, kept, patterns)
        return Table(
            name=key.text,
            columns=sheet.columns,
            rows=tuple(kept),
            patterns=patterns,
            version=text(node.get("version")),
            digest=_digest(sheet.columns, kept, patterns),
            path=sheet.source.path,
            location=key.location,
        )

    def _sheet(self, name: str, node: Mapping) -> _Sheet | None:
        """The file with its columns; None after a problem."""
        file = scalar(node.get("file"))
        source = None if file is None else self._folder.read(file.text, file.location, code="R042")
        if file is None or source is None:
            return None
        named = texts(node.get("columns"))
        form = form_of(file.text, len(named))
        try:
            rows = tuple(raw_rows(source, form))
        except TableSyntaxError as error:
            location = cell_location(source, "list", RawRow(error.line, []))
            self._at_row("R042", source, error.message, location)
            return None
        header = rows[0] if rows and form != "list" and not named else None
        if header is None and form != "list" and not named:
            self._findings.add("R042", f"the table {quoted(file.text)} is empty", file.location)
            return None
        columns = [each.text for each in named] or (
            ["term"] if header is None else [cell.strip() for cell in header.cells]
        )
        types = self._types(mapping(node.get("types")), columns)
        wrong = next((index for index, each in enumerate(columns) if not each or each in columns[:index]), None)
        if wrong is not None:
            what = f"the column {quoted(columns[wrong])} stands twice" if columns[wrong] else "a column has no name"
            place = named[wrong].location if header is None else cell_location(source, form, header, wrong)
            self._at_row("R043", source, what, place)
            return None
        reserved = next((index for index, each in enumerate(columns) if each in RESERVED_COLUMNS), None)
        if reserved is not None:
            what = f"the column name {quoted(columns[reserved])} is reserved"
            place = named[reserved].location if header is None else cell_location(source, form, header, reserved)
            self._at_row("R043", source, what, place, help="give the column another name")
            return None
        return _Sheet(
            name=name,
            file=file.text,
            source=source,
            form=form,
            columns={column: types.get(column, "text") for column in columns},
            header=header,
            rows=rows if header is None else rows[1:],
        )

    def _at_row(self, code: str, source: Source, message: str, location: Location, *, help: str | None = None) -> None:
        self._folder.texts[source.path] = source.text
        self._findings.add(code, message, location, help=help)

    def _types(self, node: Mapping | None, columns: Iterable[str]) -> dict[str, str]:
        types: dict[str, str] = {}
        for column, kind in [] if node is None else node.own():
            if self._has_column(column, columns) and text(kind) in ("text", "number"):
                types[column.text] = str(text(kind))
        return types

    def _has_column(self, name: Scalar, columns: Iterable[str]) -> bool:
        if name.text in columns:
            return True
        help = did_you_mean(name.text, columns, "columns")
        self._findings.add("R043", f"the table has no column {quoted(name.text)}", name.location, help=help)
        return False

    def _term_columns(self, sheet: _Sheet, node: Mapping) -> tuple[str, ...]:
        named = texts(node.get("term"))
        if named:
            return tuple(each.text for each in named if self._has_column(each, sheet.columns))
        if "term" in sheet.columns:
            return ("term",)
        if len(sheet.columns) == 1:
            return tuple(sheet.columns)
        help = f"name the column: term: {next(iter(sheet.columns))}"
        place = node.key("file")
        location = node.location if place is None else place.location
        self._findings.add("R043", 'the table has no column "term"', location, help=help)
        return ()

    def _rows(self, sheet: _Sheet, terms: tuple[str, ...], split: str | None, patterns: bool) -> Iterator[Row]:
        """Typed rows; a row that has a problem is left out."""
        wrong = _RowFindings(sheet, "R043", self._findings, self._folder)
        nothing = _RowFindings(sheet, "R107", self._findings, self._folder)
        for raw in sheet.rows:
            cells = self._cells(sheet, raw, wrong)
            if cells is None:
                continue
            found = tuple(dict.fromkeys(_terms(cells, terms, split, patterns)))
            lost = None if patterns else next((term for term in found if vanishes(term, self._fold)), None)
            if lost is not None:
                message = f"{quoted(lost)} folds to nothing, so it can never be found"
                wrong.add(message, cell_location(sheet.source, sheet.form, raw), help="remove it")
            elif found:
                yield Row(found, cells, raw.line)
            else:
                nothing.add("this row has no term", cell_location(sheet.source, sheet.form, raw))
        if wrong.count:
            self.faulty.add(sheet.name)
        wrong.close()
        nothing.close()

    def _cells(self, sheet: _Sheet, raw: RawRow, wrong: _RowFindings) -> dict[str, object] | None:
        if len(raw.cells) > len(sheet.columns):
            message = f"this row has {len(raw.cells)} cells, the table has {len(sheet.columns)} columns"
            wrong.add(message, cell_location(sheet.source, sheet.form, raw))
            return None
        cells: dict[str, object] = dict.fromkeys(sheet.columns)
        for index, (column, cell) in enumerate(zip(sheet.columns, raw.cells, strict=False)):
            if not cell.strip():
                continue
            if sheet.columns[column] == "text":
                cells[column] = cell
                continue
            number = _NUMBER.fullmatch(cell)
            if number is None or not math.isfinite(float(cell)):
                message = f"{quoted(cell)} is no number, as the column {quoted(column)} should hold"
                wrong.add(message, cell_location(sheet.source, sheet.form, raw, index))
                return None
            cells[column] = int(cell) if number["whole"] else float(cell)
        return cells

    def _skip(self, rows: list[Row], node: Mapping | None) -> list[Row]:
        """Rows without the terms that are to be left out."""
        if node is None:
            return rows
        shortest = whole_number(node.get("shorter_than")) or 0
        words = self._words(node.get("words"))
        kept: list[Row] = []
        for row in rows:
            terms = tuple(term for term in row.terms if len(term) >= shortest and self._fold(term) not in words)
            if terms:
                kept.append(row if terms == row.terms else replace(row, terms=terms))
        return kept

    def _words(self, node: Node | None) -> frozenset[str]:
        """The words that `skip` names: the terms of a table, or the lines of a list file."""
        name = scalar(node)
        if name is None:
            return frozenset()
        if name.text in self._declared or not re.search(r"[./]", name.text):
            table = self.find(name)
            rows: Iterable[Row] = () if table is None else table.rows
            return frozenset(self._fold(term) for row in rows for term in row.terms)
        source = self._folder.read(name.text, name.location, code="R042")
        if source is None:
            return frozenset()
        return frozenset(self._fold(row.cells[0]) for row in raw_rows(source, "list"))

    def _check_duplicates(self, sheet: _Sheet, terms: tuple[str, ...], rows: Iterable[Row], patterns: bool) -> None:
        """Warns of rows whose terms are equal after folding and whose other cells are equal."""
        findings = _RowFindings(sheet, "R107", self._findings, self._folder)
        others = [column for column in sheet.columns if column not in terms]
        seen: dict[tuple[object, ...], Row] = {}
        for row in rows:
            folded = row.terms if patterns else tuple(map(self._fold, row.terms))
            first = seen.setdefault((folded, *(row.cells[column] for column in others)), row)
            if first is not row:
                place, before = RawRow(row.line, []), RawRow(first.line, [])
                note = Note(cell_location(sheet.source, "list", before), f"{quoted(first.terms[0])} stands here")
                message = f"{quoted(row.terms[0])} says the same as an earlier row"
                findings.add(message, cell_location(sheet.source, "list", place), note=note, help="remove one of them")
        findings.close()


def vanishes(term: str, fold: Callable[[str], str]) -> bool:
    """Whether folding leaves nothing of a term that is not blank."""
    if term.isascii() and term.isprintable():
        return False
    return bool(term.strip()) and not fold(term).strip()


def _terms(cells: AnyMapping[str, object], columns: Iterable[str], split: str | None, patterns: bool) -> Iterator[str]:
    for column in columns:
        cell = cells[column]
        if cell is None:
            continue
        for part in [str(cell)] if split is None else str(cell).split(split):
            term = part if patterns else part.strip()
            if term:
                yield term


def _kept(row: Row, only: Expression | None) -> bool:
    return only is None or keeps(root(only), row.cells) is True


def _digest(columns: AnyMapping[str, str], rows: Iterable[Row], patterns: bool) -> str:
    """sha256 of what a table says, whatever its layout."""
    digest = hashlib.sha256(orjson.dumps([list(columns.items()), patterns]))
    for row in rows:
        digest.update(orjson.dumps([row.terms, list(row.cells.values())]))
    return digest.hexdigest()
