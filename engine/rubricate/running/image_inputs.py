"""Inputs whose records name images: the bytes of these belong to a run as those of the dump do.

Each slice carries a digest of the images of its records, so that a unit is known again only where these are the same;
each input one of all its images, so that a run goes on only with those that it began with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from rubricate.errors import RecordError, UsageError
from rubricate.model.descriptors import RawRecord, Slice, SourceReader, Unreadable
from rubricate.model.places import value_at
from rubricate.model.ruleset import RecordSchema
from rubricate.pictures.locating import find_file
from rubricate.running.digests import DigestMemory
from rubricate.running.inputs import STDIN, Input
from rubricate.running.picturing import PicturedRecord

__all__ = ["InputImages", "as_told", "with_digests", "with_images"]

_MARK = b"\0images:"
_DIGEST = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class InputImages:
    """The images that the records of an input name."""

    folder: Path
    """Where their paths lead on from."""
    places: tuple[str, ...]
    """Where they stand in a record."""
    digest: str = ""
    """The digest of the bytes of all of them; empty where nobody has looked."""
    memory: DigestMemory | None = field(default=None, compare=False, repr=False)
    """What is known of files; None: slices need no digests of images."""

    def wrap(self, reader: SourceReader) -> SourceReader:
        """A reader that gives each record the folder of its images, and each slice their digest."""
        return _ImageReader(reader, self)


def with_images(
    inputs: Sequence[Input], schema: RecordSchema, folder: Path | None, memory: DigestMemory | None = None
) -> list[Input]:
    """The inputs of a ruleset with image fields; paths lead on from `folder`, else from where each dump lies."""
    if not schema.image:
        if folder is not None:
            raise UsageError(f"{folder}: the ruleset looks at no images", help="declare them: record: {image: [photo]}")
        return list(inputs)
    if folder is not None and not folder.is_dir():
        raise UsageError(f"{folder}: no such folder of images")
    places = tuple(map(schema.place, schema.image))
    return [
        replace(each, images=InputImages(folder=folder or _beside(each), places=places, memory=memory))
        for each in inputs
    ]


def _beside(source: Input) -> Path:
    if source.name == STDIN:
        return Path()
    return source.path if source.path.is_dir() else source.path.parent


def as_told(source: Input, digest: str) -> Input:
    """An input whose images are taken to be those of this digest."""
    assert isinstance(source.images, InputImages)
    return replace(source, images=replace(source.images, digest=digest))


def with_digests(inputs: Sequence[Input], limit: int | None = None) -> list[Input]:
    """The inputs with the digests of their images, of which so many records are looked at."""
    return [_with_digest(each, limit) for each in inputs]


def _with_digest(source: Input, limit: int | None) -> Input:
    if source.images is None:
        return source
    assert isinstance(source.images, InputImages)
    reader = source.source.open(source.path, source.options)
    items = (item for part in reader.slices(1 << 20) for item in reader.records(part))
    digest = _digest_images(islice(items, limit), source.images).hex()
    return replace(source, images=replace(source.images, digest=digest))


def _digest_images(items: Iterable[RawRecord | Unreadable], images: InputImages) -> bytes:
    digest = hashlib.sha256()
    for number, item in enumerate(items):
        if isinstance(item, RawRecord):
            for place in images.places:
                digest.update(f"{number} {place} {_digest_image(item.fields, place, images)}\n".encode())
    return digest.digest()


def _digest_image(fields: Mapping[str, object], place: str, images: InputImages) -> str:
    """What a record says of an image: the digest of its file, or that it is none; one within it is part of the dump."""
    value = value_at(fields, place)
    if isinstance(value, Mapping):
        value = value.get("path")
    if not isinstance(value, str) or value[:5].lower() == "data:":
        return "within"
    try:
        assert images.memory is not None
        path = find_file(place, value, images.folder)
        return images.memory.digest(path) if path.is_file() else "none"
    except RecordError as error:
        return error.reason
    except OSError:
        return "none"


class _ImageReader:
    def __init__(self, reader: SourceReader, images: InputImages) -> None:
        self._reader = reader
        self._images = images

    def slices(self, size: int) -> Iterator[Slice]:
        for part in self._reader.slices(size):
            if self._images.memory is None:
                yield part
                continue
            found = _digest_images(self._reader.records(part), self._images)
            yield replace(part, head=part.head + _MARK + found)

    def records(self, part: Slice) -> Iterator[RawRecord | Unreadable]:
        if part.head[-_DIGEST - len(_MARK) : -_DIGEST] == _MARK:
            part = replace(part, head=part.head[: -_DIGEST - len(_MARK)])
        folder = self._images.folder
        for item in self._reader.records(part):
            yield PicturedRecord(item, folder) if isinstance(item, RawRecord) else item
