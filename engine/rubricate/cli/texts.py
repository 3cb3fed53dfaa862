"""A record from the command line: a text, a JSON object, or standard input, with further fields."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import orjson

from rubricate.annotator import Annotator
from rubricate.errors import UsageError

__all__ = ["read_fields"]


def read_fields(text: str, fields: Sequence[str], rules: Annotator) -> dict[str, object]:
    """The record that a command line describes."""
    if text == "-":
        text = sys.stdin.read()
    record: dict[str, object] = {}
    if text.lstrip().startswith("{"):
        try:
            found = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise UsageError(f"this looks like a JSON object and is none: {error}") from None
        record.update(found)
    else:
        names = rules.ruleset.record.text
        record[names[0] if names else "text"] = text
    for field in fields:
        name, sign, value = field.partition("=")
        if not sign:
            raise UsageError(f'"{field}" is no NAME=VALUE')
        record[name] = value
    return record
