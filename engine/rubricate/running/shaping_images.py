"""What is written of images: how large they are, where boxes stand, and what was read in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import cast

from rubricate.model.boxes import box_of
from rubricate.model.document import Document
from rubricate.model.picture import Picture
from rubricate.model.places import value_at

__all__ = ["images_told", "place_of", "say_images", "texts_told"]


def place_of(start: int, end: int, picture: Picture) -> dict[str, object]:
    """Where a match stands on an image, in pixels."""
    box = box_of(start, end, picture.width)
    return {"x": box.x, "y": box.y, "width": box.width, "height": box.height}


def say_images(document: Document, said: dict[str, object], place: Callable[[str], str]) -> None:
    """Notes the images of a record, which nothing else on disk tells of, and the texts that were read in them."""
    said["images"] = {
        place(name): {"width": each.width, "height": each.height, "sha256": each.digest}
        for name, each in document.pictures.items()
    }
    if document.read:
        said["texts"] = {place(name): text for name, text in document.read.items()}


def texts_told(record: Mapping[str, object], said: Mapping[str, object], places: Iterable[str]) -> dict[str, str]:
    """The texts of a record as it stands on disk, by where they stand, with those that were read in its images."""
    read = cast("Mapping[str, str]", said.get("texts", {}))
    own = {place: text for place in places if isinstance(text := value_at(record, place), str)}
    return {**own, **read}


def images_told(said: Mapping[str, object]) -> dict[str, str]:
    """Where images stand in a record on disk -> the digests of their bytes."""
    told = cast("Mapping[str, Mapping[str, str]]", said.get("images", {}))
    return {place: image["sha256"] for place, image in told.items()}
