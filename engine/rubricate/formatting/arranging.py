"""Keys in the order of the schema, and which values are expressions, as the schema says."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from functools import cache
from typing import Any

from rubricate.loading.structure import ruleset_schema
from rubricate.loading.yaml_tree import Mapping, Node, Scalar, Sequence

__all__ = ["Arranged", "arrange"]

_CONFIDENCE = "#/$defs/confidence"
_EXPRESSIONS = ("#/$defs/expression", _CONFIDENCE)


class Arranged:
    """A tree with its keys in order."""

    def __init__(self, root: Mapping) -> None:
        self.expressions: set[int] = set()
        """Where the expressions begin."""
        self.kept: set[int] = set()
        """Where expressions begin that stay as they are written."""
        self.patterns: set[int] = set()
        """Where regular expressions between slashes begin."""
        found = self._node(root, _schema())
        assert isinstance(found, Mapping)  # a mapping stays one
        self.root = found

    def _node(self, node: Node, schema: AnyMapping[str, Any]) -> Node:
        schema = _chosen(node, schema)
        match node:
            case Scalar():
                return node
            case Sequence():
                inner = schema.get("items", {})
                items = tuple(self._value(item, inner) for item in node.items)
                return Sequence(items=items, flow=node.flow, location=node.location)
            case Mapping():
                return self._mapping(node, schema)

    def _value(self, node: Node, schema: AnyMapping[str, Any]) -> Node:
        form = schema.get("$ref")
        if isinstance(node, Scalar) and isinstance(node.value, str) and form in _EXPRESSIONS:
            is_word = form == _CONFIDENCE and node.text == "learned"  # stands for a number, and needs no quotes
            self.expressions.update(() if is_word else (node.start,))
        return self._node(node, schema)

    def _mapping(self, node: Mapping, schema: AnyMapping[str, Any]) -> Mapping:
        properties = schema.get("properties", {})
        others = schema.get("additionalProperties", {})
        ordered: list[tuple[int, tuple[Scalar, Node]]] = []
        for key, value in node.entries:
            name = key.text
            if name.startswith("x-"):
                ordered.append((_LAST, (key, value)))
                continue
            inner = properties.get(name, others if isinstance(others, dict) else {})
            if name == "pattern" and isinstance(value, Scalar) and value.text.startswith("/"):
                self.patterns.add(value.start)
            ordered.append((_rank(name, schema), (key, self._value(value, inner))))
        ordered.sort(key=lambda each: each[0])  # stable: names keep the order of their author
        return Mapping(entries=tuple(entry for _, entry in ordered), flow=node.flow, location=node.location)


def arrange(root: Mapping) -> Arranged:
    """A ruleset, or a part of one, with the keys of each mapping in the order of the schema."""
    return Arranged(root)


_LAST = 10_000


def _rank(name: str, schema: AnyMapping[str, Any]) -> int:
    """The place of a key. Where plugins add keys of their own, only the required ones are put first."""
    properties = schema.get("properties", {})
    if schema.get("additionalProperties") is False:
        names = list(properties)
    else:
        names = [each for each in properties if each in schema.get("required", ())]
    return names.index(name) if name in names else _LAST - 1


def _chosen(node: Node, schema: AnyMapping[str, Any]) -> AnyMapping[str, Any]:
    """The schema of a value, with references and the choice between rule and group resolved."""
    while True:
        if "$ref" in schema:
            schema = _schema()["$defs"][schema["$ref"].rsplit("/", 1)[-1]]
        elif "if" in schema:
            is_group = isinstance(node, Mapping) and (node.get("group") is not None or node.get("rules") is not None)
            schema = schema["then" if is_group else "else"]
        else:
            return schema


@cache
def _schema() -> dict[str, Any]:
    return ruleset_schema()
