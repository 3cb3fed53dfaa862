"""A ruleset as plain JSON and back: what a cache keeps of it. Data only; reading it runs no code of anybody's.

Values keep their kinds: what was a tuple is one again. Classes go by number, and only those of our own model have one.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import MappingProxyType, NoneType
from typing import Any, Final, cast, get_args

import orjson

from rubricate.language import tree
from rubricate.model import ruleset as model
from rubricate.model.location import Location
from rubricate.model.problem import Edit, Fix, Note, Problem, Severity
from rubricate.model.table import Rows, Table

__all__ = ["UnpackableError", "pack", "unpack"]

FEW: Final = 256
"""A column of no more different cells is kept as those, once each; reading it makes no object a row."""

_CLASSES: Final[tuple[type[Any], ...]] = (
    *(getattr(model, name) for name in sorted(model.__all__) if dataclasses.is_dataclass(getattr(model, name))),
    *get_args(tree.Node),
    tree.Distance,
    tree.Place,
    Edit,
    Fix,
    Note,
    Problem,
)
_FIELDS: Final[Mapping[type[Any], tuple[str, ...]]] = {
    form: tuple(field.name for field in dataclasses.fields(form)) for form in (*_CLASSES, Table)
}
_NUMBERS: Final = {form: number for number, form in enumerate(_CLASSES)}


class UnpackableError(Exception):
    """A value that has no form as data, or data that are none of ours."""


def pack(value: object) -> bytes:
    """A value of the model as JSON. Raises UnpackableError for one that holds anything else."""
    packer = _Packer()
    packed = packer.pack(value)
    told = {"value": packed, "paths": list(packer.paths), "tables": packer.tables}
    try:
        return orjson.dumps(told)
    except TypeError as error:  # a number beyond 64 bits, half of a surrogate pair
        raise UnpackableError(str(error)) from None


def unpack(packed: bytes) -> object:
    """The value again. Raises UnpackableError for what `pack` did not make."""
    try:
        told = orjson.loads(packed)
        return _Unpacker(told["paths"], told["tables"]).unpack(told["value"])
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise UnpackableError(f"{type(error).__name__}: {error}") from None


class _Packer:
    """Packs one value; paths of places, and tables, are written once."""

    def __init__(self) -> None:
        self.paths: dict[str, int] = {}
        self.tables: list[object] = []
        self._known: dict[int, int] = {}

    def pack(self, value: Any) -> object:
        """A list whose first part says what it is, or the value itself."""
        if value is None or type(value) in (str, int, bool):
            return value
        if type(value) is Location:
            path = self.paths.setdefault(value.path, len(self.paths))
            return ["@", path, value.line, value.column, value.length]
        number = _NUMBERS.get(type(value))
        if number is not None:
            return [number, *(self.pack(getattr(value, name)) for name in _FIELDS[type(value)])]
        return self._pack_other(value)

    def _pack_other(self, value: Any) -> object:
        match value:
            case float() if math.isfinite(value):
                return value
            case tuple():
                return ["t", *map(self.pack, value)]
            case list():
                return ["l", *map(self.pack, value)]
            case dict() | MappingProxyType():
                kind = "d" if isinstance(value, dict) else "m"
                return [kind, *(self.pack(part) for item in value.items() for part in item)]
            case Table():
                return ["T", self._pack_table(value)]
            case Severity():
                return ["s", value.value]
            case str():
                return str(value)
            case Path():
                return ["p", str(value)]
        raise UnpackableError(f"a value of the type {type(value).__name__}")

    def _pack_table(self, table: Table) -> int:
        if id(table) not in self._known:
            rows = table.rows
            if not isinstance(rows, Rows):
                raise UnpackableError("a table whose rows are not kept by column")
            self._known[id(table)] = len(self.tables)
            lines = rows.lines
            told = {name: self.pack(getattr(table, name)) for name in _FIELDS[Table] if name != "rows"}
            self.tables.append({
                "told": told,
                "names": rows.names,
                "terms": rows.terms,
                "single": set(map(type, rows.terms)) <= {str},
                "columns": [None if column == rows.terms else _by_value(column) for column in rows.columns],
                "lines": [lines.start, lines.stop, lines.step] if isinstance(lines, range) else {"each": lines},
            })  # fmt: skip
        return self._known[id(table)]


def _by_value(column: Sequence[object]) -> object:
    """A column of few different cells as those, and the number of one for each row; any other as it is."""
    kinds = set(map(type, column))
    if not (kinds <= {str, int, NoneType} or kinds <= {str, float, NoneType}):  # 1 and 1.0 are equal, and not the same
        return column
    values = list(islice(dict.fromkeys(column), FEW + 1))
    if len(values) > FEW or (float in kinds and 0.0 in values):  # nor are 0.0 and -0.0
        return column
    numbers = {value: number for number, value in enumerate(values)}
    return {"values": values, "numbers": list(map(numbers.__getitem__, column))}


def _each(column: Any) -> Sequence[object]:
    return list(map(column["values"].__getitem__, column["numbers"])) if type(column) is dict else column


class _Unpacker:
    """Makes one value."""

    def __init__(self, paths: list[str], tables: list[dict[str, Any]]) -> None:
        self._paths = paths
        self._makers: dict[str, Callable[[list[Any]], object]] = {
            "@": self._location,
            "t": lambda parts: tuple(map(self.unpack, parts[1:])),
            "l": lambda parts: list(map(self.unpack, parts[1:])),
            "d": self._mapping,
            "m": lambda parts: MappingProxyType(self._mapping(parts)),
            "T": lambda parts: self._tables[parts[1]],
            "s": lambda parts: Severity(parts[1]),
            "p": lambda parts: Path(parts[1]),
        }
        self._tables: list[Table] = [self._table(told) for told in tables]

    def unpack(self, packed: Any) -> Any:
        """What a packed value stands for."""
        if type(packed) is not list:
            return packed
        kind = packed[0]
        if type(kind) is not int:
            return self._makers[kind](packed)
        form = _CLASSES[kind]
        return form(**dict(zip(_FIELDS[form], map(self.unpack, packed[1:]), strict=True)))

    def _location(self, parts: list[Any]) -> Location:
        _, path, line, column, length = parts
        return Location(self._paths[path], line, column, length)

    def _mapping(self, parts: list[Any]) -> dict[Any, Any]:
        values = map(self.unpack, parts[1:])
        return dict(zip(values, values, strict=True))

    def _table(self, told: Mapping[str, Any]) -> Table:
        terms = told["terms"]
        if not told["single"]:
            terms = [tuple(each) if type(each) is list else each for each in terms]
        lines = told["lines"]
        rows = Rows(
            names=told["names"],
            terms=terms,
            columns=[terms if column is None else _each(column) for column in told["columns"]],
            lines=range(*lines) if isinstance(lines, list) else lines["each"],
        )
        return Table(rows=rows, **{name: self.unpack(part) for name, part in cast("Any", told["told"]).items()})
