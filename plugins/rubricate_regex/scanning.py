"""Runs the patterns of a stage over documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rubricate.api import Document, Match, MatcherSpec, OffsetMap, RecordError
from rubricate_regex.filling import Fill, make_fill
from rubricate_regex.locating import Locating, make_locating
from rubricate_regex.patterns import Pattern, columns, compile_pattern, fill_columns, marked_groups, patterns_of
from rubricate_regex.requiring import required_words
from rubricate_regex.rows import RowGuard, make_row_guard

__all__ = ["TIME_LIMIT", "RegexScanner"]

TIME_LIMIT = 2.0
"""Seconds that one pattern may take on one text before the record is set aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """One compiled pattern, ready for the hot loop."""

    matcher: str
    locating: Locating
    """The way to its matches."""
    base: Mapping[str, object] | None
    """The columns of a match before its groups are added; None: its columns are those of `row`."""
    row: int | None
    groups: bool
    """Whether the pattern itself has named groups."""
    marked: tuple[int | str, ...] = ()
    """The groups of which the first that is not empty is marked; none: the whole match is."""
    fills: tuple[tuple[str, Fill], ...] = ()
    """Column -> what fills its template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """The patterns of one matcher."""

    matcher: str
    searches: tuple[_Search, ...]
    fields: frozenset[str] | None
    fold: bool
    once: bool
    """Whether only the first match of the first pattern that matches counts in each field."""
    requires: tuple[str, ...] = ()
    """Texts in folded case, of which one must stand in a text; none: every text is searched."""
    guard: RowGuard | None = None
    """What rules out patterns of a long table."""

    def applies_to(self, text: str) -> bool:
        """Whether a text holds one of the required texts."""
        if not self.requires:
            return True
        lowered = text.casefold()
        return any(word in lowered for word in self.requires)

    def searches_for(self, text: str) -> Iterable[_Search]:
        """The patterns that may match a text, in their order."""
        if self.guard is None:
            return self.searches
        return [self.searches[index] for index in self.guard.choose(text)]


class RegexScanner:
    """All regex matchers of a stage; gives the matches of each document by matcher, field, pattern, place."""

    __slots__ = ("_simple", "_tasks")

    def __init__(self, specs: Sequence[MatcherSpec]) -> None:
        tasks = tuple(_prepare(spec) for spec in specs)
        self._tasks = tasks
        self._simple = _simple_search(tasks)

    def scan(self, batch: Sequence[Document]) -> list[list[Match]]:
        """The matches of each document, in the order of the batch."""
        simple = self._simple
        if simple is None:
            return [self._scan_one(document) for document in batch]
        answers = []
        for document in batch:
            found: list[Match] = []
            if not (document.off and simple.matcher in document.off):
                for field, text in document.clean.items():
                    _find(simple, document.id, field, text, found)
            answers.append(found)
        return answers

    def _scan_one(self, document: Document) -> list[Match]:
        found: list[Match] = []
        clean = document.clean
        for task in self._tasks:
            if document.off and task.matcher in document.off:
                continue
            for field, text in clean.items():
                if task.fields is not None and field not in task.fields:
                    continue
                if task.fold:
                    folded, back = document.folded(field)
                    _scan_text(task, document.id, field, folded, back, found)
                else:
                    _scan_text(task, document.id, field, text, None, found)
        return found


def _simple_search(tasks: Sequence[_Task]) -> _Search | None:
    """The one pattern that is looked for, where it gives all its matches in all fields and no columns."""
    if len(tasks) != 1 or len(tasks[0].searches) != 1:
        return None
    (task,), (search,) = tasks, tasks[0].searches
    is_simple = search.base is None and not search.marked and task.fields is None and task.guard is None
    return search if is_simple and not (task.once or task.fold or task.requires) else None


def _find(search: _Search, record: str, field: str, text: str, found: list[Match]) -> None:
    """Adds the matches of a pattern without columns in one text to `found`."""
    try:
        matcher, row = search.matcher, search.row
        for start, end in search.locating.places(text):
            if start < end:
                found.append((matcher, field, start, end, None, row))
    except TimeoutError:
        raise _timeout(search, record) from None


def _timeout(search: _Search, record: str) -> RecordError:
    detail = f"{search.matcher} took longer than {TIME_LIMIT:g} s on one text: it backtracks without end"
    return RecordError("regex_timeout", detail, record=record, matcher=search.matcher)


def _scan_text(task: _Task, record: str, field: str, text: str, back: OffsetMap | None, found: list[Match]) -> None:
    """Adds the matches of one matcher in one text to `found`."""
    if not task.applies_to(text):
        return
    for search in task.searches_for(text):
        if search.base is None and back is None and not search.marked and not task.once:
            _find(search, record, field, text, found)
            continue
        try:
            for each in search.locating.find(text):
                start, end = _place(search, each) if search.marked else each.span()
                if start == end:
                    continue
                if back is not None:
                    start, end = back.to_source(start, end)
                entry = search.row if search.base is None else _columns(search, each)
                found.append((search.matcher, field, start, end, None, entry))
                if task.once:
                    return
        except TimeoutError:
            raise _timeout(search, record) from None


def _place(search: _Search, match: Any) -> tuple[int, int]:
    """The first marked group that is not empty; an empty place where there is none."""
    for group in search.marked:
        start, end = match.span(group)
        if start < end:
            return start, end
    return (0, 0)


def _columns(search: _Search, match: Any) -> dict[str, object]:
    """The columns of one match: its row's, then its groups'; a group that took no part changes nothing."""
    entry = dict(search.base or {})
    if search.groups:
        for name, value in match.groupdict().items():
            if value is not None:
                entry[name] = value
    if search.marked:
        entry["whole"] = match[0]
    for column, fill in search.fills:
        entry[column] = fill(match)
    return entry


def _prepare(spec: MatcherSpec) -> _Task:
    patterns = patterns_of(spec)
    names = dict.fromkeys(columns(spec))
    filled = fill_columns(spec)
    filtered = spec.check is not None or spec.exceptions is not None
    return _Task(
        matcher=spec.name,
        searches=tuple(_search(spec, pattern, names, filled) for pattern in patterns),
        fields=None if spec.fields is None else frozenset(spec.fields),
        fold=spec.fold,
        # A check or exception may still refuse the first match; then whoever asks it chooses among all.
        once=spec.take == "first" and not filtered,
        requires=required_words(spec),
        guard=make_row_guard(patterns, fold=spec.fold) if spec.table is not None else None,
    )


def _search(spec: MatcherSpec, pattern: Pattern, names: Mapping[str, object], filled: Sequence[str]) -> _Search:
    compiled = compile_pattern(pattern)
    rows = () if spec.table is None else spec.table.rows
    cells = {} if pattern.row is None else {**rows[pattern.row].cells, "row": pattern.row}
    templates = {column: make_fill(str(cells[column])) for column in filled if cells.get(column) is not None}
    known = set(compiled.groupindex) | set(range(1, compiled.groups + 1))
    return _Search(
        matcher=spec.name,
        base={**names, **cells} if names or filled else None,
        row=pattern.row,
        groups=bool(compiled.groupindex),
        marked=tuple(group for group in marked_groups(spec) if group in known),
        fills=tuple((column, fill) for column, fill in templates.items() if fill is not None),
        # a table with many patterns has a guard of its own, and would fill the memory with automata
        locating=make_locating(pattern, compiled, TIME_LIMIT, alone=spec.table is None),
    )
