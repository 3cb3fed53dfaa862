"""Records as a Parquet file whose column types do not depend on what happens to be empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import IO, TYPE_CHECKING

import orjson

from rubricate.api import FLAT_OPTIONS, FieldKind, FlatRow, Layout, MissingExtraError, flatten, name_columns

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["OPTIONS", "write_parquet"]

OPTIONS: Mapping[str, object] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "scores": {"type": "boolean", "default": True, "description": "a column LABEL_score beside each label"},
        **FLAT_OPTIONS,
    },
}

_BATCH = 4096
_FIXED = ("id", "route")


def write_parquet(records: Iterator[Mapping[str, object]], stream: IO[bytes], options: Mapping[str, object]) -> int:
    """Writes all records, and says how many; raises MissingExtraError without pyarrow.

    Sets and fields of text are strings, labels booleans, a span label a list of structs (its `value` as JSON). Fields
    that hold lists or objects are JSON in a string. An empty column is a string.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingExtraError("the export parquet", "parquet") from None
    count = 0
    with flatten(records, options) as (layout, rows):
        scored = [*layout.sets, *layout.labels] if options.get("scores") is not False else []
        schema = _schema(layout, scored)
        with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
            while batch := list(islice(rows, _BATCH)):
                columns = zip(_columns(batch, layout, scored), schema.types, strict=True)
                arrays = [pa.array(values, type=kind) for values, kind in columns]
                writer.write_batch(pa.record_batch(arrays, schema=schema))
                count += len(batch)
    return count


def _schema(layout: Layout, scored: Sequence[str]) -> pa.Schema:
    import pyarrow as pa

    ours = [
        *((name, pa.string()) for name in layout.sets),
        *((name, pa.bool_()) for name in layout.labels),
        *((f"{name}_score", pa.float64()) for name in scored),
        *((name, pa.list_(pa.struct(_span_members()))) for name in layout.spans),
    ]
    kinds = {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
    our_names = name_columns((name for name, _ in ours), _FIXED)
    field_names = name_columns(layout.fields, [*_FIXED, *our_names])
    return pa.schema(
        [
            pa.field("id", pa.string(), nullable=False),
            *zip(field_names, (kinds.get(kind, pa.string()) for kind in layout.fields.values()), strict=True),
            pa.field("route", pa.string(), nullable=False),
            *zip(our_names, (kind for _, kind in ours), strict=True),
        ]
    )


def _span_members() -> list[tuple[str, pa.DataType]]:
    import pyarrow as pa

    text, number = pa.string(), pa.int64()
    return [
        ("field", text), ("start", number), ("end", number), ("text", text),
        ("value", text), ("score", pa.float64()), ("by", text),
    ]  # fmt: skip


def _columns(rows: Sequence[FlatRow], layout: Layout, scored: Sequence[str]) -> Iterator[list[object]]:
    """The values of each column of the schema."""
    yield [row.id for row in rows]
    for name, kind in layout.fields.items():
        yield [_cell(row.fields.get(name), kind) for row in rows]
    yield [row.route for row in rows]
    for name in (*layout.sets, *layout.labels):
        yield [row.labels[name] for row in rows]
    for name in scored:
        yield [row.scores[name] for row in rows]
    for name in layout.spans:
        yield [_spans(row.spans[name]) for row in rows]


def _cell(value: object, kind: FieldKind) -> object:
    if value is None or kind in ("integer", "boolean"):
        return value
    if kind == "number":
        assert isinstance(value, int | float)
        return float(value)
    if kind == "text" and isinstance(value, str):
        return value
    return orjson.dumps(value).decode()


def _spans(spans: Sequence[Mapping[str, object]] | None) -> object:
    if spans is None:
        return None
    return [{**span, "value": orjson.dumps(span["value"]).decode()} if "value" in span else span for span in spans]
