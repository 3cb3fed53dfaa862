"""Runs the patterns of a stage over documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rubricate.api import Document, Match, MatcherSpec, OffsetMap, RecordError
from rubricate_regex.patterns import columns, compile_pattern, patterns_of

__all__ = ["TIME_LIMIT", "RegexScanner"]

TIME_LIMIT = 2.0
"""Seconds that one pattern may take on one text before the record is set aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """One compiled pattern, ready for the hot loop."""

    matcher: str
    find: Callable[..., Iterator[Any]]
    """`finditer` of the compiled pattern."""
    base: Mapping[str, object] | None
    """The columns of a match before its groups are added; None: its columns are those of `row`."""
    row: int | None
    groups: bool
    """Whether the pattern itself has named groups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """The patterns of one matcher."""

    searches: tuple[_Search, ...]
    fields: frozenset[str] | None
    fold: bool
    once: bool
    """Whether only the first match of the first pattern that matches counts in each field."""


class RegexScanner:
    """All regex matchers of a stage; gives the matches of each document by matcher, field, pattern, place."""

    __slots__ = ("_tasks",)

    def __init__(self, specs: Sequence[MatcherSpec]) -> None:
        self._tasks = tuple(_prepare(spec) for spec in specs)

    def scan(self, batch: Sequence[Document]) -> list[list[Match]]:
        """The matches of each document, in the order of the batch."""
        return [self._scan_one(document) for document in batch]

    def _scan_one(self, document: Document) -> list[Match]:
        found: list[Match] = []
        clean = document.clean
        for task in self._tasks:
            for field, text in clean.items():
                if task.fields is not None and field not in task.fields:
                    continue
                if task.fold:
                    folded, back = document.folded(field)
                    _scan_text(task, field, folded, back, found)
                else:
                    _scan_text(task, field, text, None, found)
        return found


def _scan_text(task: _Task, field: str, text: str, back: OffsetMap | None, found: list[Match]) -> None:
    """Adds the matches of one matcher in one text to `found`."""
    for search in task.searches:
        try:
            for each in search.find(text, timeout=TIME_LIMIT):
                start, end = each.span()
                if start == end:
                    continue
                if back is not None:
                    start, end = back.to_source(start, end)
                entry = search.row if search.base is None else _columns(search, each)
                found.append((search.matcher, field, start, end, None, entry))
                if task.once:
                    return
        except TimeoutError:
            detail = f"{search.matcher} took longer than {TIME_LIMIT:g} s on one text: it backtracks without end"
            raise RecordError("regex_timeout", detail) from None


def _columns(search: _Search, match: Any) -> dict[str, object]:
    """The columns of one match: its row's, then its groups'; a group that took no part changes nothing."""
    entry = dict(search.base or {})
    if search.groups:
        for name, value in match.groupdict().items():
            if value is not None:
                entry[name] = value
    return entry


def _prepare(spec: MatcherSpec) -> _Task:
    names = dict.fromkeys(columns(spec))
    rows = () if spec.table is None else spec.table.rows
    searches: list[_Search] = []
    for pattern in patterns_of(spec):
        compiled = compile_pattern(pattern)
        base: Mapping[str, object] | None = None
        if names:
            cells = {} if pattern.row is None else {**rows[pattern.row].cells, "row": pattern.row}
            base = {**names, **cells}
        searches.append(
            _Search(
                matcher=spec.name,
                find=compiled.finditer,
                base=base,
                row=pattern.row,
                groups=bool(compiled.groupindex),
            )
        )
    filtered = spec.check is not None or spec.exceptions is not None
    return _Task(
        searches=tuple(searches),
        fields=None if spec.fields is None else frozenset(spec.fields),
        fold=spec.fold,
        # A check or exception may still refuse the first match; then whoever asks it chooses among all.
        once=spec.take == "first" and not filtered,
    )
