"""Whether a value fits a JSON Schema, told quickly; what is wrong with one that does not, a full validator says.

Nearly every ruleset fits, and for thousands of rules the full validator takes most of a second to find nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

__all__ = ["Test", "make_test"]

Test: TypeAlias = Callable[[Any], bool]

Schema: TypeAlias = "Mapping[str, Any] | bool"
Keyword: TypeAlias = "Callable[[Any, Mapping[str, Any], _Compiler], Test]"

_SILENT = frozenset(
    {"$schema", "$id", "$defs", "title", "description", "format", "then", "else", "default", "examples"}
)
"""Keywords that refuse nothing by themselves."""

_TYPES: Mapping[str, Test] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: (
        not isinstance(value, bool) and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))
    ),
}


class _UnknownKeywordError(Exception):
    pass


def make_test(schema: Mapping[str, Any]) -> Test:
    """A test of a schema. One that it cannot read lets nothing through, which leaves the answer to the validator.

    >>> test = make_test({"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}})
    >>> [test({"id": "a"}), test({"id": 1}), test({})]
    [True, False, False]
    """
    try:
        return _Compiler(schema).test(schema)
    except (_UnknownKeywordError, KeyError, TypeError, AttributeError, re.error):
        return lambda _value: False


class _Compiler:
    """Makes tests of the parts of one schema."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._known: dict[str, list[Test]] = {}

    def test(self, schema: Schema) -> Test:
        """The test of a schema: all of its keywords."""
        if isinstance(schema, bool):
            return lambda _value: bool(schema)
        tests: list[Test] = []
        for name, wanted in schema.items():
            if name in _SILENT or name.startswith("x-"):
                continue
            if name == "$ref":
                tests.append(self.reference(wanted))
            elif name in _KEYWORDS:
                tests.append(_KEYWORDS[name](wanted, schema, self))
            else:
                raise _UnknownKeywordError(name)
        if len(tests) == 1:
            return tests[0]
        return lambda value: all(test(value) for test in tests)

    def reference(self, name: str) -> Test:
        """The test of `#/$defs/NAME`, which may rest on itself."""
        if not name.startswith("#/$defs/"):
            raise _UnknownKeywordError(name)
        if name not in self._known:
            found = self._known[name] = []
            found.append(self.test(self._root["$defs"][name.removeprefix("#/$defs/")]))
        made = self._known[name]
        return lambda value: made[0](value)


def _type(wanted: str | Sequence[str], _schema: Mapping[str, Any], _of: _Compiler) -> Test:
    kinds = [_TYPES[name] for name in ([wanted] if isinstance(wanted, str) else wanted)]
    return kinds[0] if len(kinds) == 1 else lambda value: any(kind(value) for kind in kinds)


def _properties(wanted: Mapping[str, Schema], _schema: Mapping[str, Any], of: _Compiler) -> Test:
    tests = {name: of.test(each) for name, each in wanted.items()}

    def test(value: Any) -> bool:
        if isinstance(value, dict):
            for name, each in value.items():
                if name in tests and not tests[name](each):
                    return False
        return True

    return test


def _pattern_properties(wanted: Mapping[str, Schema], _schema: Mapping[str, Any], of: _Compiler) -> Test:
    tests = [(re.compile(pattern).search, of.test(each)) for pattern, each in wanted.items()]

    def test(value: Any) -> bool:
        return not isinstance(value, dict) or all(
            check(each) for name, each in value.items() for search, check in tests if search(name)
        )

    return test


def _additional(wanted: Schema, schema: Mapping[str, Any], of: _Compiler) -> Test:
    known = frozenset(schema.get("properties", ()))
    patterns = [re.compile(pattern).search for pattern in schema.get("patternProperties", ())]
    check = of.test(wanted)

    def test(value: Any) -> bool:
        return not isinstance(value, dict) or all(
            check(each)
            for name, each in value.items()
            if name not in known and not any(search(name) for search in patterns)
        )

    return test


def _names(wanted: Schema, _schema: Mapping[str, Any], of: _Compiler) -> Test:
    check = of.test(wanted)
    return lambda value: not isinstance(value, dict) or all(map(check, value))


def _items(wanted: Schema, _schema: Mapping[str, Any], of: _Compiler) -> Test:
    check = of.test(wanted)
    return lambda value: not isinstance(value, list) or all(map(check, value))


def _required(wanted: Sequence[str], _schema: Mapping[str, Any], _of: _Compiler) -> Test:
    return lambda value: not isinstance(value, dict) or all(name in value for name in wanted)


def _is_same(one: Any, other: Any) -> bool:
    """Equality of JSON, in which true is not 1."""
    return bool(isinstance(one, bool) == isinstance(other, bool) and one == other)


def _enum(wanted: Sequence[Any], _schema: Mapping[str, Any], _of: _Compiler) -> Test:
    if not all(isinstance(each, str | int | float | bool | None) for each in wanted):
        raise _UnknownKeywordError("enum")
    return lambda value: any(_is_same(value, each) for each in wanted)


def _pattern(wanted: str, _schema: Mapping[str, Any], _of: _Compiler) -> Test:
    search = re.compile(wanted).search
    return lambda value: not isinstance(value, str) or search(value) is not None


def _bounded(kind: Test, fits: Callable[[Any, Any], bool]) -> Keyword:
    """A keyword that is about values of one kind only."""
    return lambda wanted, _schema, _of: lambda value: not kind(value) or bool(fits(value, wanted))


def _any_of(wanted: Sequence[Schema], _schema: Mapping[str, Any], of: _Compiler) -> Test:
    tests = [of.test(each) for each in wanted]
    return lambda value: any(test(value) for test in tests)


def _if(wanted: Schema, schema: Mapping[str, Any], of: _Compiler) -> Test:
    condition, then, otherwise = of.test(wanted), of.test(schema.get("then", True)), of.test(schema.get("else", True))
    return lambda value: then(value) if condition(value) else otherwise(value)


_OBJECT, _ARRAY, _STRING, _NUMBER = (_TYPES[name] for name in ("object", "array", "string", "number"))

_KEYWORDS: Mapping[str, Keyword] = {
    "type": _type,
    "properties": _properties,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional,
    "propertyNames": _names,
    "items": _items,
    "required": _required,
    "enum": _enum,
    "const": lambda wanted, schema, of: _enum([wanted], schema, of),
    "pattern": _pattern,
    "minLength": _bounded(_STRING, lambda value, wanted: len(value) >= wanted),
    "maxLength": _bounded(_STRING, lambda value, wanted: len(value) <= wanted),
    "minItems": _bounded(_ARRAY, lambda value, wanted: len(value) >= wanted),
    "maxItems": _bounded(_ARRAY, lambda value, wanted: len(value) <= wanted),
    "minProperties": _bounded(_OBJECT, lambda value, wanted: len(value) >= wanted),
    "minimum": _bounded(_NUMBER, lambda value, wanted: value >= wanted),
    "maximum": _bounded(_NUMBER, lambda value, wanted: value <= wanted),
    "exclusiveMinimum": _bounded(_NUMBER, lambda value, wanted: value > wanted),
    "exclusiveMaximum": _bounded(_NUMBER, lambda value, wanted: value < wanted),
    "anyOf": _any_of,
    "if": _if,
}
