"""A record from the command line - a text, a JSON object, standard input, further fields - and how it is drawn."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import orjson

from rubricate.annotator import Annotator
from rubricate.errors import RecordError, UsageError
from rubricate.language.types import nearest
from rubricate.model.document import Document
from rubricate.model.places import value_at
from rubricate.reporting.drawing import draw_text
from rubricate.reporting.viewing import Texts
from rubricate.run_notes import image_folder
from rubricate.running.preparing import Preparer

__all__ = ["draw_record", "prepare_noted", "read_fields", "record_id", "refused", "stripped_notes"]

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


def prepare_noted(
    record: Mapping[str, object], id: str, rules: Annotator, *, run: Path | None = None
) -> tuple[Document, list[str]]:
    """A record as rules see it, and notes on what a run would do with it before any rule is asked.

    Metadata that is not given is forgiven, and noted; UsageError for what else a run would quarantine. The images of a
    record of a `run` are looked for where they stood then.
    """
    preparer = Preparer(rules.plan, images=None if run is None else image_folder(run, record, rules))
    try:
        try:
            document = preparer.document(record, id=id)
        except RecordError as error:
            if error.reason != "missing_field":
                raise
            return preparer.document(record, id=id, lenient=True), [f"note: {_quarantined(error)}"]
    except RecordError as error:
        raise refused(error, record, rules, run=run) from None
    if not document.pictures and not any(text and not text.isspace() for text in document.clean.values()):
        return document, ["note: a run would drop this record: blank"]
    return document, []


def refused(
    error: RecordError, record: Mapping[str, object], rules: Annotator, *, run: Path | None = None
) -> UsageError:
    """What to say of a record that a run would quarantine, and of a text field that was probably meant."""
    help: str | None = "further fields are given with --field NAME=VALUE"
    if error.reason.startswith("image"):
        gone = "paths of images lead on from the folder that you are in"
        gone = gone if run is None else f"it is no longer where {run} found it: put it back"
        help = gone if error.reason == "image_missing" else None
    if error.reason == "no_text":
        names = Preparer(rules.plan).fields
        meant = [f'"{key}" is no text field, {near}' for key in record if (near := nearest(key, names)) is not None]
        help = meant[0] if meant else help
    return UsageError(_quarantined(error), help=help)


def _quarantined(error: RecordError) -> str:
    return f"a run would quarantine this record as {error.reason}: {error.detail}"


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
        record.update(_by_places(found, rules))
    else:
        record[schema.place(schema.text[0] if schema.text else "text")] = text
    for field in fields:
        name, sign, value = field.partition("=")
        if not sign:
            raise UsageError(f'"{field}" is no NAME=VALUE')
        _refuse_misspelled(name, rules)
        record[schema.place(name)] = _typed(name, value, rules)
    return record


def record_id(record: Mapping[str, object], rules: Annotator) -> str:
    """What a record from the command line is called: its id, or "text" for one that has none."""
    schema = rules.ruleset.record
    found = value_at(record, schema.place(schema.id or "id"))
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) and found != "" else "text"


def _by_places(given: Mapping[str, object], rules: Annotator) -> dict[str, object]:
    """An object in which fields may be called as rules call them, with each under its place in a record."""
    schema = rules.ruleset.record
    taken = set(schema.fields.values())

    def key(name: str) -> str:
        is_free = name not in taken and value_at(given, schema.place(name)) is None
        return schema.place(name) if is_free else name

    return {key(name): value for name, value in given.items()}


def _refuse_misspelled(name: str, rules: Annotator) -> None:
    """Raises UsageError for a further field that no rule can read and that is called nearly as one that they can."""
    schema = rules.ruleset.record
    known = {*Preparer(rules.plan).fields, *schema.meta, *schema.fields}
    if name not in {*known, *schema.fields.values(), schema.id or "id"}:
        meant = nearest(name, sorted(known))
        if meant is not None:
            raise UsageError(f'no rule reads the field "{name}"', help=meant)


def _typed(name: str, value: str, rules: Annotator) -> object:
    """The value as its declared type is written in a dump."""
    declared = rules.ruleset.record.meta.get(name)
    if declared is None or declared.type not in ("boolean", "list", "number"):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return value
