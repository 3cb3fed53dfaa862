"""Digests of what the entries of a table mean, with the order of its rows as far as anything hangs on it."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

import orjson

from rubricate.model.document import Folder
from rubricate.model.table import Rows, Table, Terms
from rubricate.texts.folding import fold_all

__all__ = ["RowOrder", "entries_digest", "lines_digest"]

RowOrder: TypeAlias = Literal["all", "same term", "none"]
"""Which rows mean something else in another order: all of them, only those found at the same place, as they share a
term, or none."""

_ROW_DIGEST = 16


def entries_digest(table: Table, fold: Folder, *, order: RowOrder) -> str:
    """sha256 of the columns and rows of a table; the order of columns, and of the terms of a row, is none of it."""
    digests = [hashlib.blake2b(row, digest_size=_ROW_DIGEST).digest() for row in _rows(table)]
    head = orjson.dumps([sorted(table.columns.items()), table.patterns, order == "all"])
    whole = hashlib.sha256(head)
    whole.update(b"".join(digests if order == "all" else sorted(digests)))
    if order == "same term":
        for term, rows in sorted(_sharing(table, fold).items()):
            own = [digests[row] for row in rows]
            if len(set(own)) > 1:
                whole.update(hashlib.sha256(term.encode(errors="surrogatepass")).digest() + b"".join(own))
    return whole.hexdigest()


def _rows(table: Table) -> Iterator[bytes]:
    """Each row as text: its terms, then its cells by the names of the columns."""
    rows = table.rows
    if isinstance(rows, Rows):
        order = sorted(range(len(rows.names)), key=rows.names.__getitem__)
        columns = [rows.columns[number] for number in order]
        for terms, *cells in zip(rows.terms, *columns, strict=True):
            yield orjson.dumps([_sorted(terms), cells])
        return
    for row in rows:
        yield orjson.dumps([_sorted(row.terms), [row.cells[name] for name in sorted(row.cells)]])


def _sorted(terms: Terms) -> Sequence[str]:
    if isinstance(terms, str):
        return (terms,)
    return terms if len(terms) == 1 else sorted(terms)


def _sharing(table: Table, fold: Folder) -> dict[str, list[int]]:
    """Folded term -> the rows that have it, in order; only those of several rows."""
    numbers: list[int] = []
    texts: list[str] = []
    for number, term in table.terms():
        numbers.append(number)
        texts.append(term)
    folded = [text.strip() for text in fold_all(fold, texts)]
    if len(set(folded)) == len(folded):
        return {}
    found: dict[str, list[int]] = {}
    for term, number in zip(folded, numbers, strict=True):
        found.setdefault(term, []).append(number)
    return {term: rows for term, rows in found.items() if len(rows) > 1}


def lines_digest(table: Table) -> str:
    """sha256 of where the rows of a table stand, which evidence names."""
    rows = table.rows
    lines = array("q", rows.lines if isinstance(rows, Rows) else [row.line for row in rows])
    return hashlib.sha256(lines.tobytes()).hexdigest()
