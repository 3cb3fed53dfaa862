"""A record from the command line - a text, a JSON object, standard input, further fields - and how it is drawn."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

import orjson

from rubricate.annotator import Annotator
from rubricate.errors import UsageError
from rubricate.model.document import Document
from rubricate.model.places import value_at
from rubricate.reporting.drawing import draw_text
from rubricate.reporting.viewing import Texts

__all__ = ["draw_record", "read_fields", "record_id", "stripped_notes"]

SHOWN = 1500
"""So many characters of a long text are shown unless all is asked for."""


def draw_record(record: Mapping[str, object], shown: Texts, *, whole: bool) -> str:
    """A record with what was said of it, for this terminal: every text, the long ones around their evidence."""
    colour = sys.stdout.isatty()
    limit = None if whole else SHOWN
    return draw_text(record, shown=shown, colour=colour, limit=limit, others=True, opens="--whole shows all of it")


def stripped_notes(document: Document) -> list[str]:
    """What to know of offsets, where texts are shown otherwise than they were written."""
    if not document.maps:
        return []
    names = ", ".join(document.maps)
    return [f"note: {names}: shown as rules see it; the numbers are places in the text as it was written"]


def read_fields(text: str, fields: Sequence[str], rules: Annotator) -> dict[str, object]:
    """The record that a command line describes."""
    if text == "-":
        text = sys.stdin.read()
    record: dict[str, object] = {}
    schema = rules.ruleset.record
    if text.lstrip().startswith("{"):
        try:
            found = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise UsageError(
                f"the text begins as a JSON object and is none: {error}", help="give a plain text, or mend the object"
            ) from None
        record.update(found)
    else:
        record[schema.place(schema.text[0] if schema.text else "text")] = text
    for field in fields:
        name, sign, value = field.partition("=")
        if not sign:
            raise UsageError(f'"{field}" is no NAME=VALUE')
        record[schema.place(name)] = _typed(name, value, rules)
    return record


def record_id(record: Mapping[str, object], rules: Annotator) -> str:
    """What a record from the command line is called: its id, or "text" for one that has none."""
    schema = rules.ruleset.record
    found = value_at(record, schema.place(schema.id or "id"))
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
