"""Typed cells and terms of a table, made column by column, so that large tables cost little for each row."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

import orjson

from rubricate.model.table import Rows, Terms

__all__ = ["WRONG", "Content", "cells_of", "digest_of_rows", "fold_terms", "number_of", "terms_of"]

WRONG: Final = object()
"""Stands for a cell that is no number and should be one."""

FoldAll = Callable[[Sequence[str]], list[str]]

_EXACT = 1e15
"""Below it a whole number is an int however it is written: `1`, `1.0` and `1e0` are one number."""

_NUMBER = re.compile(
    r"\s*(?:(?P<whole>[-+]?[0-9]{1,15})|[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?)\s*"
)


@dataclass(slots=True)
class Content:
    """What the rows of a table say, column by column."""

    names: tuple[str, ...]
    lines: Sequence[int] = field(repr=False)
    columns: Sequence[Sequence[object]] = field(repr=False)
    terms: Sequence[Terms] = field(repr=False)

    def is_single(self) -> bool:
        """Whether each row has one term."""
        return set(map(type, self.terms)) <= {str}

    def take(self, kept: Sequence[int]) -> Content:
        """Some of the rows."""
        if len(kept) == len(self.terms):
            return self
        return Content(
            self.names,
            [self.lines[index] for index in kept],
            [[column[index] for index in kept] for column in self.columns],
            [self.terms[index] for index in kept],
        )

    def cells(self, index: int) -> dict[str, object]:
        """The cells of a row."""
        return {name: column[index] for name, column in zip(self.names, self.columns, strict=True)}

    def rows(self) -> Rows:
        """The rows of a table."""
        return Rows(names=self.names, terms=self.terms, columns=self.columns, lines=self.lines)


def number_of(cell: str) -> object:
    """A cell of a column of numbers: a number, None for a blank one, WRONG for anything else."""
    if not cell.strip():
        return None
    found = _NUMBER.fullmatch(cell)
    if found is None or not math.isfinite(float(cell)):
        return WRONG
    if found["whole"]:
        return int(cell)
    value = float(cell)
    return int(value) if value.is_integer() and abs(value) < _EXACT else value


class _Numbers(dict[str, object]):
    """Cell -> what it means; most columns of numbers hold few different ones."""

    def __missing__(self, cell: str) -> object:
        found = self[cell] = number_of(cell)
        return found


def cells_of(column: list[str], kind: str) -> Sequence[object]:
    """The cells of a column with their type; blank ones are None."""
    if kind == "number":
        return list(map(_Numbers().__getitem__, column))
    if all(map(str.strip, column)):
        return column
    return [cell if cell.strip() else None for cell in column]


def terms_of(columns: Sequence[Sequence[object]], split: str | None, *, patterns: bool) -> list[Terms]:
    """The terms of each row: those of all term columns, each once, in order; () for none."""
    if len(columns) == 1 and split is None and set(map(type, columns[0])) <= {str}:
        cells: Sequence[str] = columns[0]  # type: ignore[assignment]  # asked in the line before
        return list(cells) if patterns else list(map(str.strip, cells))
    return [_terms(cells, split, patterns=patterns) for cells in zip(*columns, strict=True)]


def _terms(cells: Sequence[object], split: str | None, *, patterns: bool) -> Terms:
    found: dict[str, None] = {}
    for cell in cells:
        if cell is None:
            continue
        for part in [str(cell)] if split is None else str(cell).split(split):
            term = part if patterns else part.strip()
            if term:
                found[term] = None
    return next(iter(found)) if len(found) == 1 else tuple(found)


def fold_terms(terms: Sequence[Terms], fold_all: FoldAll) -> Sequence[Terms]:
    """The terms of each row, folded."""
    if set(map(type, terms)) <= {str}:
        return fold_all(terms)  # type: ignore[arg-type]  # asked in the line before
    folded = iter(fold_all(list(_flat(terms))))
    return [next(folded) if isinstance(each, str) else tuple(next(folded) for _ in each) for each in terms]


def _flat(terms: Iterable[Terms]) -> Iterator[str]:
    for each in terms:
        if isinstance(each, str):
            yield each
        else:
            yield from each


def digest_of_rows(columns: AnyMapping[str, str], content: Content, *, patterns: bool) -> str:
    """sha256 of what a table says, whatever its layout."""
    digest = hashlib.sha256(orjson.dumps([list(columns.items()), patterns]))
    terms = content.terms
    tuples = (
        zip(terms, strict=True)
        if content.is_single()
        else ((each,) if isinstance(each, str) else each for each in terms)
    )
    written = map(orjson.dumps, zip(tuples, zip(*content.columns, strict=True), strict=True))
    while part := b"".join(islice(written, 256)):  # each text comes in a buffer much larger than itself
        digest.update(part)
    return digest.hexdigest()
