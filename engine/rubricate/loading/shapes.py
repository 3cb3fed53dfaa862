"""What a value of the wrong kind was probably meant for, written as it should be."""

from __future__ import annotations

from collections.abc import Sequence as AnySequence

from rubricate.loading.yaml_quoting import yaml_text
from rubricate.loading.yaml_tree import Mapping, Node, Scalar, Sequence

__all__ = ["shape_help"]

_TYPES = {
    "bool": "boolean", "boolean": "boolean", "date": "date", "enum": "enum", "float": "number", "int": "number",
    "integer": "number", "list": "list", "number": "number", "str": "text", "string": "text", "text": "text",
}  # fmt: skip

_LABEL_KINDS = frozenset({"box", "document", "span"})


def shape_help(path: AnySequence[str | int], node: Node) -> str | None:
    """The edit for a value at a path of the ruleset, where its place and its look show what was meant."""
    key = str(path[-1]) if path else ""
    parent = path[-2] if len(path) > 1 else None
    match node:
        case Sequence() if parent == "matchers":
            return f"write {key}: {{use: dictionary, terms: {_list(node)}}}"
        case Scalar() if parent == "matchers" and node.text.startswith("/"):
            return f"write {key}: {{use: regex, pattern: '{node.text.replace(chr(39), chr(39) * 2)}'}}"
        case Scalar() if parent == "meta":
            return f"write {key}: {_field(node.text)}"
        case Scalar() if key == "otherwise":
            return f"write otherwise: {{label: {node.text}, confidence: 0.7}}"
        case Sequence() if parent == "labels" and path[0] == "labels":
            return f"write {key}: {{one_of: [{_names(node)}]}}"
        case Scalar() if parent == "labels" and path[0] == "labels":
            return f"write {key}: {{kind: {node.text if node.text in _LABEL_KINDS else 'document'}}}"
        case Scalar(value=int()) if key == "window" and not isinstance(node.value, bool):
            return f"write window: {node.text} words"
        case Mapping(entries=((first, _), *_)) if key == "rules" and first.text != "id":
            return f"write each rule as an entry of a list: - id: {first.text}"
        case Scalar() if key == "labels" and parent is None and node.text:
            names = ", ".join(name for each in node.text.split(",") if (name := each.strip()))
            return f"write labels: [{names}]"
        case _:
            return None


def _names(node: Sequence) -> str:
    """The entries as they are written."""
    texts = [each for each in node.items if isinstance(each, Scalar)]
    return ", ".join(each.text if each.style == "plain" else yaml_text(each.text) for each in texts)


def _list(node: Sequence) -> str:
    return f"[{', '.join(yaml_text(each.text) for each in node.items if isinstance(each, Scalar))}]"


def _field(text: str) -> str:
    """A field of a record: a type, or values with bars between them."""
    values = [value for each in text.split("|") if (value := each.strip())]
    if len(values) > 1:
        return f"{{type: enum, values: [{', '.join(values)}]}}"
    return f"{{type: {_TYPES.get(text.casefold(), 'text')}}}"
