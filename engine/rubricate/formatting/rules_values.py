"""Texts and records as they stand in a `.rules` file."""

from __future__ import annotations

import re

from rubricate.loading.yaml_tree import Mapping, Node, Scalar, Sequence, core_value

__all__ = ["id_text", "quoted_text", "value_text"]

_WORD = re.compile(r"[^\W_][\w./+-]*")
_RESERVED = frozenset({"because", "expect", "from"})
_PLAIN_QUOTED = re.compile("[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]*")
_ESCAPES = {'"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def quoted_text(text: str) -> str:
    r"""A text in quotes: double ones, or single ones where that spares escapes.

    >>> print(quoted_text("a\nb"), quoted_text('say "x"'), quoted_text("\\[[ is 'text'"))
    "a\nb" 'say "x"' "\[[ is 'text'"
    """
    if ('"' in text or "\\" in text) and "'" not in text and _PLAIN_QUOTED.fullmatch(text):
        return f"'{text}'"
    found: list[str] = []
    for index, sign in enumerate(text):
        if sign == "\\":
            found.append("\\" if text.startswith("[", index + 1) else "\\\\")
        elif sign in _ESCAPES:
            found.append(_ESCAPES[sign])
        elif _PLAIN_QUOTED.fullmatch(sign):
            found.append(sign)
        else:
            found.append(f"\\u{ord(sign):04x}")
    return '"' + "".join(found) + '"'


def id_text(text: str) -> str:
    """An id, label or section: bare where it can be."""
    return text if _WORD.fullmatch(text) and text not in _RESERVED else quoted_text(text)


def value_text(node: Node, *, typed: bool = True) -> str:
    """Any value. `typed` says that a bare word may be read as a number or truth value."""
    match node:
        case Scalar():
            return _scalar(node, typed=typed)
        case Sequence():
            return "[" + ", ".join(value_text(item, typed=typed) for item in node.items) + "]"
        case Mapping():
            pairs = (f"{id_text(key.text)}: {value_text(value, typed=typed)}" for key, value in node.entries)
            return "{" + ", ".join(pairs) + "}"


def _scalar(scalar: Scalar, *, typed: bool) -> str:
    if not isinstance(scalar.value, str):
        return scalar.text or "null"
    if typed and (scalar.style != "plain" or not isinstance(core_value(scalar.text), str)):
        return quoted_text(scalar.text)
    return id_text(scalar.text)
