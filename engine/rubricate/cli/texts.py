"""A record from the command line: a text, a JSON object, or standard input, with further fields."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

import orjson

from rubricate.annotator import Annotator
from rubricate.errors import UsageError

__all__ = ["read_fields", "record_id"]


def read_fields(text: str, fields: Sequence[str], rules: Annotator) -> dict[str, object]:
    """The record that a command line describes."""
    if text == "-":
        text = sys.stdin.read()
    record: dict[str, object] = {}
    if text.lstrip().startswith("{"):
        try:
            found = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise UsageError(
                f"the text begins as a JSON object and is none: {error}", help="give a plain text, or mend the object"
            ) from None
        record.update(found)
    else:
        names = rules.ruleset.record.text
        record[names[0] if names else "text"] = text
    for field in fields:
        name, sign, value = field.partition("=")
        if not sign:
            raise UsageError(f'"{field}" is no NAME=VALUE')
        record[name] = _typed(name, value, rules)
    return record


def record_id(record: Mapping[str, object], rules: Annotator) -> str:
    """What a record from the command line is called: its id, or "text" for one that has none."""
    found = record.get(rules.ruleset.record.id or "id")
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) and found != "" else "text"


def _typed(name: str, value: str, rules: Annotator) -> object:
    """The value as its declared type is written in a dump."""
    declared = rules.ruleset.record.meta.get(name)
    if declared is None or declared.type not in ("boolean", "list", "number"):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return value
