"""Records with images as one COCO file, as detectors are trained from.

An image is a record's image field. Boxes become annotations with `bbox` and `area`; what holds of a whole record stands
in the list `tags` of its images, which readers of COCO pass over. Ids follow from what they name, so that the same
image and label have the same id in every export: they are sparse, and no two are equal in one file.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, cast

import orjson

from rubricate.api import UsageError

__all__ = ["OPTIONS", "write_coco"]

_NAMES = {"type": "array", "items": {"type": "string"}}

OPTIONS: Mapping[str, object] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "only": {
            "enum": ["decided", "all"],
            "default": "decided",
            "description": "`decided` leaves out records that wait for people or were left undecided",
        },
        "labels": {**_NAMES, "description": "these labels, and those of these sets; all unless said"},
        "sets": {
            "type": "object",
            "additionalProperties": _NAMES,
            "description": "set -> its labels",
        },
        "documents": {**_NAMES, "description": "labels of documents in no set, beside those that a record has"},
        "boxes": {**_NAMES, "description": "labels that mark boxes, beside those of which a box is seen"},
        "license": {"type": "string", "description": "what the images may be used under; stands in `licenses`"},
        "key": {"type": "string", "default": "rubricate", "description": "the key of the result in a record"},
    },
}

_MOST = 1 << 31
"""Ids stay below it: readers hold them in 32 bits."""


def write_coco(records: Iterator[Mapping[str, object]], stream: IO[bytes], options: Mapping[str, object]) -> int:
    """Writes one file, and says how many images are in it."""
    key = str(options.get("key", "rubricate"))
    file = _File(options)
    for record in records:
        result = cast("Mapping[str, object]", record[key])
        if options.get("only", "decided") == "all" or result["route"] in ("accepted", "settled"):
            file.add(record, result)
    stream.write(orjson.dumps(file.content(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    return len(file.images)


@dataclass(slots=True)
class _Ids:
    """Numbers that follow from names; the second name that would have a number gets the next one."""

    taken: set[int] = field(default_factory=set)

    def of(self, *names: object) -> int:
        digest = hashlib.sha256(orjson.dumps(names)).digest()
        found = int.from_bytes(digest[:8], "big") % (_MOST - 1) + 1
        while found in self.taken:
            found = found % (_MOST - 1) + 1
        self.taken.add(found)
        return found


class _File:
    def __init__(self, options: Mapping[str, object]) -> None:
        self._sets = cast("Mapping[str, Sequence[str]]", options.get("sets") or {})
        self._asked = cast("Sequence[str] | None", options.get("labels"))
        self._wanted = _with_members(self._asked, self._sets)
        named = [cast("Sequence[str]", options.get(name) or ()) for name in ("documents", "boxes")]
        self._known = {label for labels in (*named, self._sets, *self._sets.values()) for label in labels}
        self._license = cast("str | None", options.get("license"))
        self._ids = {what: _Ids() for what in ("image", "annotation", "category")}
        self._categories: dict[str, int] = {}
        self.images: list[dict[str, object]] = []
        self._annotations: list[dict[str, object]] = []
        for label in cast("Sequence[str]", options.get("boxes") or ()):
            self._category(label)

    def add(self, record: Mapping[str, object], result: Mapping[str, object]) -> None:
        """The images of a record, with what stands on them."""
        images = result.get("images")
        if not isinstance(images, Mapping):
            return
        annotations = cast("Sequence[Mapping[str, object]]", result.get("annotations") or ())
        self._known.update(str(each["label"]) for each in annotations)
        tags = [str(each["label"]) for each in annotations if each["kind"] == "document" and self._is_wanted(each)]
        for name, told in images.items():
            id = self._ids["image"].of(result["id"], name)
            licensed = {} if self._license is None else {"license": 1}
            self.images.append(
                {"id": id, "file_name": _file_name(record, str(name), str(result["id"])), "width": told["width"],
                 "height": told["height"], **licensed, "record": result["id"], "field": name, "tags": tags}
            )  # fmt: skip
            for each in annotations:
                if each["kind"] == "box" and each["field"] == name and self._is_wanted(each):
                    self._annotations.append(self._annotation(each, id))

    def _is_wanted(self, annotation: Mapping[str, object]) -> bool:
        return self._wanted is None or annotation["label"] in self._wanted

    def _annotation(self, box: Mapping[str, object], image: int) -> dict[str, object]:
        x, y, width, height = (cast("int", box[name]) for name in ("x", "y", "width", "height"))
        scored = {} if box.get("score") is None else {"score": box["score"]}
        valued = {"value": box["value"]} if "value" in box else {}
        category = self._category(str(box["label"]))
        return {
            "id": self._ids["annotation"].of(box["id"]), "image_id": image, "category_id": category,
            "bbox": [x, y, width, height], "area": width * height, "iscrowd": 0, "segmentation": [],
            **scored, "by": box.get("by", "machine"), **valued,
        }  # fmt: skip

    def _category(self, label: str) -> int:
        known = self._categories.get(label)
        if known is None and (self._wanted is None or label in self._wanted):
            known = self._categories[label] = self._ids["category"].of(label)
        return known or 0

    def content(self) -> dict[str, object]:
        """The whole file; raises UsageError where there is no image to write, or no label that was asked for."""
        if not self.images:
            raise UsageError("no record has an image", help="a run tells of images where its ruleset declares them")
        self._check_asked()
        return {
            "info": {"description": "labelled by rubricate", "version": "1.0"},
            "licenses": [] if self._license is None else [{"id": 1, "name": self._license, "url": ""}],
            "images": self.images,
            "annotations": self._annotations,
            "categories": [{"id": id, "name": label, "supercategory": ""} for label, id in self._categories.items()],
        }

    def _check_asked(self) -> None:
        known = sorted(self._known)
        for label in self._asked or ():
            if label not in self._known:
                near = difflib.get_close_matches(label, known, n=1)
                help = f'did you mean "{near[0]}"?' if near else f"there is {', '.join(known[:7]) or 'none'}"
                raise UsageError(f'no record has a label or set "{label}"', help=help)


def _with_members(asked: Sequence[str] | None, sets: Mapping[str, Sequence[str]]) -> frozenset[str] | None:
    """The labels that are asked for, by name or by set."""
    return None if asked is None else frozenset(label for name in asked for label in (name, *sets.get(name, ())))


def _file_name(record: Mapping[str, object], place: str, id: str) -> str:
    """The path in the record; for an image that is held in the record itself, a name made of its id."""
    found: object = record.get(place)
    if found is None and "." in place:
        found = record
        for part in place.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) and found[:5].lower() != "data:" else f"{id}/{place}"
