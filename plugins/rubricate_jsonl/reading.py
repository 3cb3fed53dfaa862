"""JSON Lines as a source: one object a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

import orjson

from rubricate.api import RawRecord, Slice, SourceReader, Unreadable, UsageError, open_stream
from rubricate_jsonl.cutting import cut_lines
from rubricate_jsonl.parsing import Refusal, explain, hides_repeats, inspect, is_plain

__all__ = ["MAX_RECORD_BYTES", "OPTIONS", "open_jsonl"]

MAX_RECORD_BYTES = 16 * 1024 * 1024
"""A longer line is no record."""

OPTIONS: Mapping[str, object] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "max_record_bytes": {
            "type": "integer",
            "minimum": 1,
            "default": MAX_RECORD_BYTES,
            "description": "a longer line is quarantined as record_too_large",
        },
        "duplicate_keys": {
            "enum": ["quarantine", "last"],
            "default": "quarantine",
            "description": "what becomes of an object that has a key twice; `last` takes the last value, unchecked",
        },
    },
}

_SAMPLE = 200
_SPACE = b" \t\r\n"
_ARRAY = re.compile(rb"\s*\[\s*(?:\{|\n|\Z)")
_SPREAD = re.compile(rb"\s*\{[ \t\r]*\n")


def open_jsonl(path: Path, options: Mapping[str, object]) -> SourceReader:
    """A reader of a JSON Lines file; raises UsageError for a file that cannot be one."""
    _refuse_other_json(path)
    limit = options.get("max_record_bytes", MAX_RECORD_BYTES)
    assert isinstance(limit, int)
    return _Reader(path, limit, checks_repeats=options.get("duplicate_keys", "quarantine") == "quarantine")


def _refuse_other_json(path: Path) -> None:
    with open_stream(path) as stream:
        head = stream.read(4096)
    if _ARRAY.match(head):
        raise UsageError(
            f"{path}: holds one JSON array, and one object a line is needed",
            help=f"make lines of it: jq -c '.[]' {path.name} > {path.stem}-lines.jsonl",
        )
    if _SPREAD.match(head):
        raise UsageError(
            f"{path}: holds objects spread over lines, and one object a line is needed",
            help=f"make lines of it: jq -c . {path.name} > {path.stem}-lines.jsonl",
        )


class _Reader:
    """An opened JSON Lines file."""

    def __init__(self, path: Path, limit: int, *, checks_repeats: bool) -> None:
        self._path = path
        self._limit = limit
        self._checks_repeats = checks_repeats

    def slices(self, size: int) -> Iterator[Slice]:
        """Slices of whole lines."""
        with open_stream(self._path) as stream:
            yield from cut_lines(stream, size, self._limit)

    def records(self, part: Slice) -> Iterator[RawRecord | Unreadable]:
        """A record for each line that is not blank."""
        loads = orjson.loads
        repeats = self._checks_repeats
        offset = part.offset
        line = part.first - 1
        for source in BytesIO(part.data):
            line += 1
            raw = source.strip(_SPACE)
            if raw:
                try:
                    fields = loads(raw)
                    if type(fields) is not dict:
                        raise Refusal("type", "the line holds JSON that is not an object")
                    # Most records are flat texts without a repeated key, which shows at a glance
                    if not is_plain(map(type, fields.values())) or (repeats and hides_repeats(raw, len(fields))):
                        inspect(raw, fields, repeats=repeats)
                except orjson.JSONDecodeError as error:
                    reason, detail = explain(error, raw, is_last=not source.endswith(b"\n"))
                    yield Unreadable(reason, detail, line, offset, len(source.rstrip(b"\r\n")), raw[:_SAMPLE])
                except Refusal as refusal:
                    length = len(source.rstrip(b"\r\n"))
                    yield Unreadable(refusal.reason, refusal.detail, line, offset, length, raw[:_SAMPLE])
                else:
                    yield RawRecord(line, offset, raw, fields)
            offset += len(source)
        yield from part.faults
