"""A record on its way through the cascade: what scanners and conditions look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from rubricate.model.offsets import OffsetMap

__all__ = ["Document", "Folder"]

Folder: TypeAlias = "Callable[[str], tuple[str, OffsetMap | None]]"
"""Folds a text; None for the map when each character folded to exactly one."""


class Document:
    """A prepared record: its clean texts, the way back to the original ones, its metadata."""

    __slots__ = ("_fold", "_folded", "clean", "id", "maps", "meta", "ordinal", "original", "regions")

    def __init__(
        self,
        *,
        id: str,
        ordinal: int,
        original: Mapping[str, object],
        clean: dict[str, str],
        maps: dict[str, OffsetMap],
        meta: Mapping[str, object],
        fold: Folder,
        regions: Mapping[str, tuple[str, int, int]] | None = None,
    ) -> None:
        self.id = id
        self.ordinal = ordinal
        """Its place in its unit, counted from 0."""
        self.original: Mapping[str, object] = MappingProxyType(original)
        """The object as it was read."""
        self.clean: Mapping[str, str] = MappingProxyType(clean)
        """Text field -> clean text, in reading order."""
        self.maps = maps
        """Text field -> the way from clean to original offsets; a field without one is unchanged."""
        self.meta = meta
        """Field -> typed value; a field that is not given has no key."""
        self.regions: Mapping[str, tuple[str, int, int]] = {} if regions is None else regions
        """Derived field -> (text field, start, end) in clean offsets; one that is not found has no key."""
        self._fold = fold
        self._folded: dict[str, tuple[str, OffsetMap | None]] = {}

    def folded(self, field: str) -> tuple[str, OffsetMap | None]:
        """The folded text of a field, with the way back to its clean text (None: offsets are equal)."""
        found = self._folded.get(field)
        if found is None:
            found = self._folded[field] = self._fold(self.clean[field])
        return found

    def to_original(self, field: str, start: int, end: int) -> tuple[int, int]:
        """Clean offsets as offsets of the original text."""
        offsets = self.maps.get(field)
        return (start, end) if offsets is None else offsets.to_source(start, end)
