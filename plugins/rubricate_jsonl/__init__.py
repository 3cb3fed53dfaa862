"""JSON Lines, in and out."""

from __future__ import annotations

from collections.abc import Sequence

from rubricate.api import Export, Source, hookimpl
from rubricate_jsonl import reading, writing

__all__ = ["register_exports", "register_sources"]


@hookimpl
def register_sources() -> Sequence[Source]:
    """The source `jsonl`."""
    return [
        Source(
            name="jsonl",
            help="one JSON object a line, plain, gzip or zstd",
            options=reading.OPTIONS,
            suffixes=tuple(
                ending + packing for ending in (".jsonl", ".ndjson", ".jsonlines") for packing in ("", ".gz", ".zst")
            ),
            open=reading.open_jsonl,
        )
    ]


@hookimpl
def register_exports() -> Sequence[Export]:
    """The export `jsonl`."""
    return [
        Export(
            name="jsonl",
            help="one JSON object a line: fields, labels and spans, or the whole record",
            suffix=".jsonl",
            options=writing.OPTIONS,
            write=writing.write_jsonl,
        )
    ]
