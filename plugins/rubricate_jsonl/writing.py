"""Records as JSON Lines: laid out for training, or whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO

import orjson

from rubricate.api import FLAT_OPTIONS, FlatRow, UsageError, flatten, name_columns

__all__ = ["OPTIONS", "write_jsonl"]

OPTIONS: Mapping[str, object] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "form": {
            "enum": ["flat", "full"],
            "default": "flat",
            "description": "`flat`: id, route, labels, scores, spans and the fields of the original; "
            "`full`: the records as a run writes them, everything derived filled in",
        },
        **FLAT_OPTIONS,
    },
}

_KEYS = ("id", "route", "labels", "scores", "spans")
_OF_FULL = {"form", "only", "key"}


def write_jsonl(records: Iterator[Mapping[str, object]], stream: IO[bytes], options: Mapping[str, object]) -> int:
    """Writes one line a record, and says how many."""
    if options.get("form", "flat") == "full":
        return _write(_chosen(records, options), stream)
    with flatten(records, options) as (layout, rows):
        names = dict(zip(layout.fields, name_columns(layout.fields, _KEYS), strict=True))
        return _write((_lay_out(row, names) for row in rows), stream)


def _write(objects: Iterator[Mapping[str, object]], stream: IO[bytes]) -> int:
    count = 0
    for value in objects:
        stream.write(orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE))
        count += 1
    return count


def _chosen(records: Iterator[Mapping[str, object]], options: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    useless = sorted(options.keys() - _OF_FULL)
    if useless:
        raise UsageError(f'"{useless[0]}" has no meaning with the form "full"', help="leave it out, or use form flat")
    key = str(options.get("key", "rubricate"))
    everything = options.get("only", "decided") == "all"
    for record in records:
        result = record[key]
        assert isinstance(result, Mapping)
        if everything or result["route"] in ("accepted", "settled"):
            yield record


def _lay_out(row: FlatRow, names: Mapping[str, str]) -> dict[str, object]:
    marked = {label: None if spans is None else bool(spans) for label, spans in row.spans.items()}
    return {
        "id": row.id,
        **{names[name]: value for name, value in row.fields.items()},
        "route": row.route,
        "labels": {**row.labels, **marked},
        "scores": row.scores,
        "spans": [{"label": label, **span} for label, spans in row.spans.items() for span in spans or ()],
    }
