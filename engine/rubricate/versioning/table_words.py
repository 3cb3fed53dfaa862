"""What is different between two states of a table, row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from rubricate.model.table import Row, Table
from rubricate.versioning.words import list_changes

__all__ = ["compare_tables"]

MOST_ROWS = 10
"""So many rows of each kind are named; the others are counted."""


def compare_tables(before: Table, after: Table) -> list[str]:
    """The differences of the entries, counted first; that of their order where there is no other."""
    if before.patterns != after.patterns:
        return ["rows are patterns now" if after.patterns else "rows are terms now"]
    lines = _columns(before, after)
    one, other = _by_term(before), _by_term(after)
    added = [key for key in other if key not in one]
    removed = [key for key in one if key not in other]
    changed = [key for key in one if key in other and _differ(one[key], other[key])]
    counts = ((len(added), "added"), (len(removed), "removed"), (len(changed), "changed"))
    total = [f"{count} {word}" for count, word in counts if count]
    if not total:
        return lines or ["rows in another order"]
    lines.append(", ".join(total))
    lines += _named([f'term "{key[0]}" added' for key in added])
    lines += _named([f'term "{key[0]}" removed' for key in removed])
    lines += _named([_row_words(one[key], other[key]) for key in changed])
    return lines


def _columns(before: Table, after: Table) -> list[str]:
    return [f"column {line}" for line in list_changes(
        [f"{name} ({kind})" for name, kind in sorted(before.columns.items())],
        [f"{name} ({kind})" for name, kind in sorted(after.columns.items())],
    )]  # fmt: skip


def _by_term(table: Table) -> Mapping[tuple[str, int], Row]:
    """Rows by their first term; of several with the same one, the first, the second, and so on."""
    count: dict[str, int] = defaultdict(int)
    found: dict[tuple[str, int], Row] = {}
    for row in table.rows:
        term = row.terms[0]
        found[term, count[term]] = row
        count[term] += 1
    return found


def _differ(one: Row, other: Row) -> bool:
    return sorted(one.terms) != sorted(other.terms) or dict(one.cells) != dict(other.cells)


def _row_words(one: Row, other: Row) -> str:
    found = [f"term {line}" for line in list_changes(one.terms, other.terms)]
    moved = {str(term) for term in set(one.terms) ^ set(other.terms)}
    for column in dict.fromkeys((*one.cells, *other.cells)):
        before, after = one.cells.get(column), other.cells.get(column)
        says_terms = any(term in str(cell) for term in moved for cell in (before, after))
        if before != after and not says_terms:
            found.append(f"{column} {_cell(before)} -> {_cell(after)}")
    return f'row "{one.terms[0]}": {", ".join(found)}'


def _cell(value: object) -> str:
    return "nothing" if value is None else f'"{value}"' if isinstance(value, str) else str(value)


def _named(lines: list[str]) -> list[str]:
    more = len(lines) - MOST_ROWS
    return lines if more <= 0 else [*lines[:MOST_ROWS], f"and {more} more like these"]
