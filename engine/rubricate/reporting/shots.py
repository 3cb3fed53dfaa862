"""Images of records in pictures of these: what stands on them, and small copies of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from rubricate.errors import MissingExtraError, RecordError
from rubricate.model.places import value_at
from rubricate.pictures.locating import find_image
from rubricate.pictures.opening import open_picture
from rubricate.pictures.thumbnails import thumbnail
from rubricate.reporting.annotated import Annotated, Annotation
from rubricate.reporting.untyped import mapping

__all__ = ["NO_COPIES", "BoxMark", "BoxMarks", "Copies", "Shot", "copies_from", "where"]

Place: TypeAlias = "tuple[int, int, int, int]"
"""x, y, width and height in pixels."""

Copies: TypeAlias = "Callable[[Mapping[str, object], Mapping[str, object]], Mapping[str, str]]"
"""(record, what a run said of it) -> image field -> a small copy as a data: address, of those that can be had."""

ROOM = 6 << 20
"""So many characters of copies a page holds; images behind them are drawn as outlines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxMark:
    """A box that is drawn, with the findings that it rests on or is made by."""

    place: Place
    label: str
    findings: tuple[int, ...] = ()
    is_label: bool = False
    """Whether it is a box that the label stands on, and not only evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """An image with its boxes."""

    name: str
    width: int
    height: int
    boxes: tuple[BoxMark, ...] = ()
    copy: str = ""
    """A small copy as a data: address; empty where there is none."""


@dataclass(slots=True)
class BoxMarks:
    """Gathers the boxes of a record."""

    images: Mapping[str, tuple[int, int]]
    found: dict[tuple[str, Place, str], list[int]] = field(default_factory=dict)
    labels: set[tuple[str, Place, str]] = field(default_factory=set)

    def add_annotation(self, annotation: Annotation) -> None:
        """A box that a label stands on."""
        if annotation.box is not None:
            key = (annotation.field, annotation.box, annotation.label)
            self.found.setdefault(key, [])
            self.labels.add(key)

    def add_evidence(self, name: str, place: Place, label: str, number: int) -> None:
        """What a finding rests on; all of an image is no box to draw."""
        if place != (0, 0, *self.images.get(name, (0, 0))):
            numbers = self.found.setdefault((name, place, label), [])
            if number not in numbers:
                numbers.append(number)

    def shots(self, copies: Mapping[str, str]) -> tuple[Shot, ...]:
        """The images, each with its boxes from the top down."""
        return tuple(
            Shot(name=name, width=width, height=height, boxes=tuple(self._boxes(name)), copy=copies.get(name, ""))
            for name, (width, height) in self.images.items()
            if width and height
        )

    def _boxes(self, name: str) -> Sequence[BoxMark]:
        marks = [
            BoxMark(place=place, label=label, findings=tuple(numbers), is_label=(field, place, label) in self.labels)
            for (field, place, label), numbers in self.found.items()
            if field == name
        ]
        return sorted(marks, key=lambda mark: (mark.place[1], mark.place[0], mark.label))


def where(record: Annotated, name: str, place: Place) -> str:
    """Where something stands on an image, in words.

    >>> where(Annotated(id="1", route="accepted", fields={}), "photo", (12, 40, 90, 60))
    '90 x 60 at 12,40'
    """
    x, y, width, height = place
    if place == (0, 0, *record.images.get(name, (0, 0))):
        return "the whole image"
    return f"{width} x {height} at {x},{y}"


def NO_COPIES(_record: Mapping[str, object], _said: Mapping[str, object]) -> Mapping[str, str]:  # noqa: N802  # stands for nothing
    """For records whose images are not shown."""
    return {}


def copies_from(folders: Sequence[Path]) -> Copies:
    """Small copies of images below these folders, as long as they are those that the run saw, and there is room."""
    left = ROOM
    known: dict[str, str] = {}

    def copies(record: Mapping[str, object], said: Mapping[str, object]) -> Mapping[str, str]:
        nonlocal left
        found: dict[str, str] = {}
        for name, told in mapping(said.get("images")).items():
            digest = str(mapping(told).get("sha256"))
            copy = known.get(digest)
            if copy is None and left > 0:
                copy = known[digest] = _copy(value_at(record, name), name, digest, folders)
            if copy and len(copy) <= left:
                left -= len(copy)
                found[name] = copy
        return found

    return copies


def _copy(value: object, name: str, digest: str, folders: Sequence[Path]) -> str:
    for folder in folders:
        try:
            data, again = find_image(name, value, folder)
            picture = open_picture(name, data, again)
            if picture.digest == digest:
                return thumbnail(picture)
        except (RecordError, MissingExtraError):
            continue
    return ""
