"""The pictures of a record, and the texts that are read out of them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Mapping
from pathlib import Path

from rubricate.errors import MissingExtraError, PluginError, RecordError
from rubricate.model.descriptors import RawRecord
from rubricate.model.document import NO_PICTURES, NOTHING_READ
from rubricate.model.picture import Picture
from rubricate.model.places import value_at
from rubricate.pictures.locating import find_image
from rubricate.pictures.opening import open_picture
from rubricate.pictures.pillow import need_pillow
from rubricate.planning.plan import Plan

__all__ = ["PictureReader", "PicturedRecord", "folder_of"]


class PicturedRecord(RawRecord):
    """A record whose images stand in a folder of their own."""

    __slots__ = ("folder",)

    def __init__(self, raw: RawRecord, folder: Path) -> None:
        super().__init__(raw.line, raw.offset, raw.raw, raw.fields)
        self.folder = folder


def folder_of(record: object) -> Path | None:
    """Where the paths of images in a record lead on from; None where it has no folder of its own."""
    return record.folder if isinstance(record, PicturedRecord) else None


class PictureReader:
    """Opens the images of records as a plan says."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        """`folder` is where paths lead on from in records that have no folder of their own."""
        schema = plan.ruleset.record
        self._places = tuple((name, schema.place(name)) for name in schema.image)
        self._folder = folder
        self._readers = plan.readers
        self.seconds = dict.fromkeys((step for step, *_ in plan.readers), 0.0)
        """Step -> time spent in it so far. For people only: no part of any result."""
        self.readings = (0, 0)
        """How many texts were read out of images so far, and how many were wanted: others are known."""
        if self._places:
            need_pillow()

    @property
    def fields(self) -> tuple[str, ...]:
        """The image fields."""
        return tuple(name for name, _ in self._places)

    def pictures(
        self, fields: Mapping[str, object], folder: Path | None, *, lenient: bool = False
    ) -> Mapping[str, Picture]:
        """The pictures of an object's fields; raises RecordError for one that cannot be had."""
        found: dict[str, Picture] = {}
        for name, place in self._places:
            value = value_at(fields, place)
            if value is None:
                value = fields.get(name) if lenient else None
            if value is None or value == "":
                continue
            data, again = find_image(place, value, self._folder if folder is None else folder)
            found[name] = open_picture(name, data, again)
        return found or NO_PICTURES

    def digests(self, fields: Mapping[str, object], folder: Path | None, names: Collection[str]) -> Mapping[str, str]:
        """Image field -> the sha256 of the bytes of its image, of those that can be had; nothing is decoded."""
        found: dict[str, str] = {}
        for name, place in self._places:
            value = value_at(fields, place)
            if name in names and value is not None and value != "":
                data, _ = find_image(place, value, self._folder if folder is None else folder)
                found[name] = hashlib.sha256(data).hexdigest()
        return found

    def texts(
        self, pictures: Mapping[str, Picture], id: str, lacking: Collection[str], known: Mapping[str, str]
    ) -> Mapping[str, str]:
        """Text field, of those that are lacking -> what was read in a picture, now or as it is `known`.

        What a plugin raises names it and the record.
        """
        found: dict[str, str] = {}
        for plugin, source, target, read in self._readers:
            picture = pictures.get(source)
            if picture is None or target not in lacking:
                continue
            done, wanted = self.readings
            self.readings = (done + (target not in known), wanted + 1)
            if target in known:
                found[target] = known[target]
                continue
            began = time.perf_counter()
            try:
                text = read(picture)
            except (RecordError, MissingExtraError):
                raise
            except (Exception, SystemExit) as error:  # foreign code may raise anything
                raise PluginError(plugin, f"{type(error).__name__}: {error}", record=id) from error
            finally:
                self.seconds[plugin] += time.perf_counter() - began
            if not isinstance(text, str):
                raise PluginError(plugin, "gave something else than a text", record=id)
            found[target] = text
        return found or NOTHING_READ
