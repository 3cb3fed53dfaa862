"""Laws of what a matcher kind says beforehand of its matches: their columns, their classes, doubts about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from types import MappingProxyType
from typing import Any, Final

from rubricate.model.descriptors import MatcherKind
from rubricate.model.match import Match
from rubricate.model.ruleset import MatcherSpec
from rubricate.testing.bench import Bench, guarded
from rubricate.testing.faults import Complaint, WrongAnswerError, shown
from rubricate.testing.matching import NAME, load_matcher

__all__ = ["Declared", "declared_of", "says_what_it_will_give", "wrong_columns"]

TYPES: Final[Mapping[str, Any]] = MappingProxyType({"text": str, "number": int | float})
"""What the type of a column stands for."""

Declared = tuple[Mapping[str, str], str | None, Set[str] | None]
"""Column -> type; the column with the class of a match; the classes that there can be, None where nobody knows."""


def says_what_it_will_give(bench: Bench[MatcherKind, Any]) -> Iterator[Complaint]:
    """Columns, classes and doubts have the form that the core reads."""
    kind = bench.given
    spec = load_matcher(bench.sample, bench.folder, bench.registry).ruleset.matchers[NAME]
    columns, of_class, _ = declared_of(kind, spec)
    if of_class is not None and columns.get(of_class) != "text":
        yield Complaint(f'the classes of its matches are in the column "{of_class}", which is not one of texts',
                        help="declare it: columns=lambda spec: {COLUMN: \"text\"}")  # fmt: skip
    if kind.doubts is not None:
        guarded("doubts", _doubts, kind.doubts, spec)


def declared_of(kind: MatcherKind, spec: MatcherSpec) -> Declared:
    """What a kind says of the matches of a matcher; raises ForeignError where that is something else."""
    columns = dict(spec.table.columns) if spec.table is not None else {}
    if kind.columns is not None:
        columns |= guarded("columns", _columns, kind.columns, spec)
    outputs = None if kind.outputs is None else guarded("outputs", _outputs, kind.outputs, spec)
    return columns, kind.classes, outputs


def _columns(columns: Callable[[MatcherSpec], object], spec: MatcherSpec) -> Mapping[str, str]:
    found = columns(spec)
    if not isinstance(found, Mapping) or not all(isinstance(name, str) for name in found):
        raise WrongAnswerError(f"`columns` gives {shown(found)}, not a mapping of columns to their types")
    for name, said in found.items():
        if not isinstance(said, str) or said not in TYPES:
            raise WrongAnswerError(f'the column "{name}" is declared as "{said}", not as text or number')
    return found


def _outputs(outputs: Callable[[MatcherSpec], object], spec: MatcherSpec) -> Set[str] | None:
    found = outputs(spec)
    if found is not None and not (isinstance(found, Set) and all(isinstance(name, str) for name in found)):
        raise WrongAnswerError(f"`outputs` gives {shown(found)}, not a frozenset of classes, or None")
    return found


def _doubts(doubts: Callable[[MatcherSpec], Any], spec: MatcherSpec) -> None:
    found = doubts(spec)
    told = [found] if isinstance(found, str | Mapping) else list(found)
    for doubt in told:
        if told == [found] or not isinstance(doubt, str) or not doubt.strip():
            raise WrongAnswerError(f"`doubts` gives {shown(found)}, not a list of sentences")


def wrong_columns(match: Match, declared: Declared, rows: int = 0) -> str | None:
    """What is wrong with the columns of a match, and with its class."""
    columns, of_class, classes = declared
    entry = match[5]
    if isinstance(entry, int) and not 0 <= entry < rows:
        return f"names row {entry} of a table with {rows} rows"
    told = entry if isinstance(entry, Mapping) else {}
    for name, value in told.items():
        if name != "row" and name not in columns:
            return f'has the column "{name}", which `columns` does not declare'
        if name != "row" and value is not None and not isinstance(value, TYPES[columns[name]]):
            return f'has {value!r} in the column "{name}", which is declared as {columns[name]}'
    if of_class is None or isinstance(entry, int):
        return None
    found = told.get(of_class)
    if not isinstance(found, str):
        return f'has no class in the column "{of_class}"'
    return None if classes is None or found in classes else f'has the class "{found}", which `outputs` does not name'
