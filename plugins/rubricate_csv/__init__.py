"""CSV and TSV, in and out."""

from __future__ import annotations

from collections.abc import Sequence

from rubricate.api import Export, Source, hookimpl
from rubricate_csv import reading, writing

__all__ = ["register_exports", "register_sources"]


@hookimpl
def register_sources() -> Sequence[Source]:
    """The source `csv`."""
    return [
        Source(
            name="csv",
            help="a table with a header row, divided by comma, semicolon, tab or bar; plain, gzip or zstd",
            options=reading.OPTIONS,
            suffixes=tuple(ending + packing for ending in (".csv", ".tsv") for packing in ("", ".gz", ".zst")),
            open=reading.open_csv,
        )
    ]


@hookimpl
def register_exports() -> Sequence[Export]:
    """The export `csv`."""
    return [
        Export(
            name="csv",
            help="a table with a row a record and a column a label; cells that look like formulas are made harmless",
            suffix=".csv",
            options=writing.OPTIONS,
            write=writing.write_csv,
        )
    ]
