"""Parquet, out."""

from __future__ import annotations

from collections.abc import Sequence

from rubricate.api import Export, hookimpl
from rubricate_parquet import writing

__all__ = ["register_exports"]


@hookimpl
def register_exports() -> Sequence[Export]:
    """The export `parquet`."""
    return [
        Export(
            name="parquet",
            help="typed columns: fields, a column a label, spans as lists of structs (needs the extra parquet)",
            suffix=".parquet",
            options=writing.OPTIONS,
            write=writing.write_parquet,
        )
    ]
