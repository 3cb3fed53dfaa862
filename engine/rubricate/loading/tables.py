"""Dictionaries: from a table file to typed, filtered rows, with the problems of single rows at their own lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from functools import partial
from typing import cast

from rubricate.loading.expressions import build_expression, root
from rubricate.loading.files import RulesetFolder
from rubricate.loading.findings import Findings
from rubricate.loading.reading import mapping, scalar, text, texts, whole_number
from rubricate.loading.row_findings import MOST_ROW_PROBLEMS, RowFindings, without_row
from rubricate.loading.source import Source
from rubricate.loading.table_content import (
    WRONG,
    Content,
    cells_of,
    digest_of_rows,
    fold_terms,
    number_of,
    terms_of,
)
from rubricate.loading.table_filter import check_filter, keeps
from rubricate.loading.table_rows import (
    Form,
    RawRow,
    RawRows,
    TableSyntaxError,
    cell_location,
    form_of,
    raw_rows,
    whole_line,
)
from rubricate.loading.wording import did_you_mean, quoted
from rubricate.loading.yaml_tree import Mapping, Node, Scalar
from rubricate.model.document import Folder
from rubricate.model.location import Location
from rubricate.model.problem import Note
from rubricate.model.table import Row, Table, Terms
from rubricate.texts.folding import fold_all

__all__ = ["TableReader", "vanishes"]

RESERVED_COLUMNS = ("field", "row", "score", "text")
"""Names that matches use for what is theirs, not their table's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """A table file with its columns known."""

    name: str
    file: str
    source: Source
    form: Form
    columns: AnyMapping[str, str]
    header: RawRow | None
    rows: RawRows


class TableReader:
    """Reads the dictionaries of one ruleset."""

    def __init__(self, dictionaries: Mapping | None, folder: RulesetFolder, fold: Folder, findings: Findings) -> None:
        self._declared = {} if dictionaries is None else {key.text: (key, value) for key, value in dictionaries.own()}
        self._folder = folder
        self._fold_all = partial(fold_all, fold)
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

    def place(self, table: Table, row: Row, column: str) -> Location:
        """The place of a cell in its file."""
        sheet = self._sheets[table.name]
        self._folder.texts[sheet.source.path] = sheet.source.text
        return cell_location(sheet.source, sheet.form, sheet.rows.at_line(row.line), list(sheet.columns).index(column))

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
        content, folded = self._content(sheet, terms, text(node.get("split")), patterns)
        if only is not None:
            kept = [index for index in range(len(folded)) if keeps(root(only), content.cells(index)) is True]
            content, folded = content.take(kept), [folded[index] for index in kept]
        content, folded = self._skip(content, folded, mapping(node.get("skip")))
        self._check_duplicates(sheet, terms, content, folded)
        return Table(
            name=key.text,
            columns=sheet.columns,
            rows=content.rows(),
            patterns=patterns,
            version=text(node.get("version")),
            digest=digest_of_rows(sheet.columns, content, patterns=patterns),
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
            rows = raw_rows(source, form)
        except TableSyntaxError as error:
            location = cell_location(source, "list", RawRow(error.line, []))
            self._at_row("R042", source, error.message, location)
            return None
        header = rows[0] if len(rows) and form != "list" and not named else None
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
            rows=rows if header is None else rows.behind_header(),
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

    def _content(
        self, sheet: _Sheet, terms: tuple[str, ...], split: str | None, patterns: bool
    ) -> tuple[Content, Sequence[Terms]]:
        """Typed rows and their folded terms; a row that has a problem is left out."""
        raw = sheet.rows
        names = tuple(sheet.columns)
        columns = [
            cells_of(cells, kind) for cells, kind in zip(raw.columns(len(names)), sheet.columns.values(), strict=True)
        ]
        found = terms_of([columns[names.index(name)] for name in terms], split, patterns=patterns)
        content = Content(names, raw.lines, columns, found)
        folded = found if patterns else fold_terms(found, self._fold_all)
        lost = self._suspicious(content, folded, raw, patterns)
        if lost:
            usable = self._report(sheet, content, folded, lost, patterns)
            kept = [index for index in range(len(raw)) if index not in lost or index in usable]
            return content.take(kept), [folded[index] for index in kept]
        return content, folded

    def _suspicious(self, content: Content, folded: Sequence[Terms], raw: RawRows, patterns: bool) -> set[int]:
        """The rows that may have a problem."""
        found: set[int] = set()
        if set(map(type, folded)) != {str} or not all(map(str.strip, cast("Sequence[str]", folded))):
            found = {index for index, each in enumerate(folded) if _is_suspicious(each, patterns=patterns)}
        for column in content.columns:
            if WRONG in column:
                found |= {index for index, cell in enumerate(column) if cell is WRONG}
        if raw.cells is not None and raw.widest() > len(content.names):
            found |= {index for index, row in enumerate(raw.cells) if len(row) > len(content.names)}
        return found

    def _report(
        self, sheet: _Sheet, content: Content, folded: Sequence[Terms], suspicious: set[int], patterns: bool
    ) -> set[int]:
        """Says what is wrong with rows; gives those that can be used."""
        wrong = RowFindings(sheet.name, sheet.source, "R043", self._findings, self._folder)
        nothing = RowFindings(sheet.name, sheet.source, "R107", self._findings, self._folder)
        usable: set[int] = set()
        for index in sorted(suspicious):
            raw, terms = sheet.rows[index], content.terms[index]
            if self._is_wrong(sheet, raw, wrong):
                continue
            every, after = ((terms,), (folded[index],)) if isinstance(terms, str) else (terms, folded[index])
            lost = None if patterns else next(
                (term for term, left in zip(every, after, strict=True) if term.strip() and not str(left).strip()), None
            )  # fmt: skip
            if lost is not None:
                message = f"{quoted(lost)} folds to nothing, so it can never be found"
                wrong.add(message, cell_location(sheet.source, sheet.form, raw), help="remove it")
            elif terms:
                usable.add(index)
            else:
                nothing.add("this row has no term", cell_location(sheet.source, sheet.form, raw))
        if wrong.count:
            self.faulty.add(sheet.name)
        wrong.close()
        nothing.close()
        return usable

    def _is_wrong(self, sheet: _Sheet, raw: RawRow, wrong: RowFindings) -> bool:
        """Reports a row with too many cells, or the first cell that should be a number."""
        if len(raw.cells) > len(sheet.columns):
            message = f"this row has {len(raw.cells)} cells, the table has {len(sheet.columns)} columns"
            wrong.add(message, cell_location(sheet.source, sheet.form, raw))
            return True
        for index, (column, cell) in enumerate(zip(sheet.columns, raw.cells, strict=False)):
            if sheet.columns[column] == "number" and number_of(cell) is WRONG:
                message = f"{quoted(cell)} is no number, as the column {quoted(column)} should hold"
                wrong.add(message, cell_location(sheet.source, sheet.form, raw, index))
                return True
        return False

    def _skip(self, content: Content, folded: Sequence[Terms], node: Mapping | None) -> tuple[Content, Sequence[Terms]]:
        """Rows without the terms that are to be left out."""
        if node is None:
            return content, folded
        shortest = whole_number(node.get("shorter_than")) or 0
        words = self._words(node.get("words"))
        kept: list[int] = []
        terms: list[Terms] = []
        after: list[Terms] = []
        for index, (mine, its) in enumerate(zip(content.terms, folded, strict=True)):
            pairs = [(mine, its)] if isinstance(mine, str) else list(zip(mine, its, strict=True))
            left = [(term, fold) for term, fold in pairs if len(term) >= shortest and fold not in words]
            if left:
                kept.append(index)
                terms.append(str(left[0][0]) if len(left) == 1 else tuple(str(term) for term, _ in left))
                after.append(str(left[0][1]) if len(left) == 1 else tuple(str(fold) for _, fold in left))
        taken = content.take(kept)
        return Content(taken.names, taken.lines, taken.columns, terms), after

    def _words(self, node: Node | None) -> frozenset[str]:
        """The words that `skip` names: the terms of a table, or the lines of a list file."""
        name = scalar(node)
        if name is None:
            return frozenset()
        if name.text in self._declared or not re.search(r"[./]", name.text):
            table = self.find(name)
            return frozenset() if table is None else frozenset(self._fold_all([term for _, term in table.terms()]))
        source = self._folder.read(name.text, name.location, code="R042")
        if source is None:
            return frozenset()
        return frozenset(self._fold_all(raw_rows(source, "list").texts))

    def _check_duplicates(
        self, sheet: _Sheet, terms: tuple[str, ...], content: Content, folded: Sequence[Terms]
    ) -> None:
        """Warns of rows whose terms are equal after folding and whose other cells are equal."""
        if len(set(folded)) == len(folded):
            return
        others = [column for name, column in zip(content.names, content.columns, strict=True) if name not in terms]
        keys: Sequence[object] = list(zip(folded, *others, strict=True)) if others else folded
        if len(set(keys)) == len(keys):
            return
        findings = RowFindings(sheet.name, sheet.source, "R107", self._findings, self._folder)
        seen: dict[object, int] = {}
        pairs = [(index, first) for index, key in enumerate(keys) if (first := seen.setdefault(key, index)) != index]
        for index, first in pairs[:MOST_ROW_PROBLEMS]:
            note = Note(whole_line(sheet.source, content.lines[first]), f"{quoted(_first(content, first))} stands here")
            message = f"{quoted(_first(content, index))} says the same as an earlier row"
            place = whole_line(sheet.source, content.lines[index])
            fix = without_row(sheet.source, content.lines[index])
            findings.add(message, place, note=note, help="remove one of them", fix=fix)
        findings.count_on(len(pairs), whole_line(sheet.source, content.lines[pairs[-1][0]]))
        findings.close()


def _is_suspicious(folded: Terms, *, patterns: bool) -> bool:
    """Whether there is no term, or one of which folding leaves nothing."""
    if isinstance(folded, str):
        return not folded.strip()
    return not folded or not (patterns or all(map(str.strip, folded)))


def _first(content: Content, index: int) -> str:
    """The first term of a row."""
    terms = content.terms[index]
    return terms if isinstance(terms, str) else terms[0]


def vanishes(term: str, fold: Callable[[str], str]) -> bool:
    """Whether folding leaves nothing of a term that is not blank."""
    if term.isascii() and term.isprintable():
        return False
    return bool(term.strip()) and not fold(term).strip()
