"""A record on its way through the cascade: what scanners and conditions look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from rubricate.model.offsets import OffsetMap
from rubricate.model.picture import Picture
from rubricate.model.places import value_at

__all__ = ["NOTHING_READ", "NO_PICTURES", "Document", "Folder"]

Folder: TypeAlias = "Callable[[str], tuple[str, OffsetMap | None]]"
"""Folds a text; None for the map when each character folded to exactly one."""


NO_PICTURES: Mapping[str, Picture] = MappingProxyType({})
NOTHING_READ: Mapping[str, str] = MappingProxyType({})


class Document:
    """A prepared record: its clean texts, the way back to the original ones, its metadata, its pictures."""

    __slots__ = (
        "_fold", "_folded", "clean", "id", "maps", "meta", "off", "ordinal", "original", "pictures", "places",
        "read", "regions",
    )  # fmt: skip

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
        places: Mapping[str, str] | None = None,
        pictures: Mapping[str, Picture] = NO_PICTURES,
        read: Mapping[str, str] = NOTHING_READ,
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
        self.places: Mapping[str, str] = {} if places is None else places
        """Text field -> where it stands in the object, for those that do not stand under their own name."""
        self.pictures = pictures
        """Image field -> its picture; one that is not given has no key."""
        self.read = read
        """Text field -> its text, for those that were read out of an image and stand nowhere in the object."""
        self.off: frozenset[str] = frozenset()
        """Matchers that are not asked about it, as they took too long on others: what they find is unknown."""
        self._fold = fold
        self._folded: dict[str, tuple[str, OffsetMap | None]] = {}

    def place(self, field: str) -> str:
        """Where a text field stands in the object as it was read."""
        return self.places.get(field, field) if self.places else field

    def source(self, field: str) -> str:
        """The original text of a field; empty when the record has none there."""
        found = value_at(self.original, self.place(field))
        if found is None:
            found = self.original.get(field)  # examples call a field as rules do
        return found if isinstance(found, str) else self.read.get(field, "")

    def shown(self, field: str) -> str:
        """The text of a field as it may leave the machine: what a service is sent, and nothing else of the record.

        It is the clean text; what is redacted is taken out here, and nowhere else.
        """
        return self.clean[field]

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
