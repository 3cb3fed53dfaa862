"""Reads dumps through source plugins, slice by slice."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rubricate.model.descriptors import RawRecord, Source, Unreadable

__all__ = ["fields_of", "read_dump", "reasons_of"]


def read_dump(
    source: Source, path: Path, *, size: int = 2 << 20, options: Mapping[str, object] | None = None
) -> list[RawRecord | Unreadable]:
    """All that a source gives for a dump, cut into slices of `size`."""
    reader = source.open(path, options or {})
    return [item for part in reader.slices(size) for item in reader.records(part)]


def fields_of(items: list[RawRecord | Unreadable]) -> list[Mapping[str, object]]:
    """The records among them, as objects."""
    return [item.fields for item in items if isinstance(item, RawRecord)]


def reasons_of(items: list[RawRecord | Unreadable]) -> list[str]:
    """Why the others are none."""
    return [item.reason for item in items if isinstance(item, Unreadable)]
