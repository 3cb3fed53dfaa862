"""Small images made on the spot, and matchers that find on a record what the record itself says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from rubricate.annotator import Annotator, load
from rubricate.api import Cost, Document, Match, MatcherKind, MatcherSpec, Scanner, Transform, hookimpl, run_of
from rubricate.plugins.discovering import build_registry
from rubricate.registry import Registry
from support.models import missing
from support.rulesets import write_text

__all__ = ["NEEDS_PILLOW", "boxed_bytes", "image_bytes", "load_images", "make_image", "picture_registry"]

NEEDS_PILLOW = missing("PIL")
"""Why tests of images are skipped; None where they are not."""

EXIF_ORIENTATION = 0x0112


def image_bytes(
    width: int = 8,
    height: int = 6,
    format: str = "png",
    *,
    colour: object = (200, 30, 30),
    mode: str = "RGB",
    turned: int | None = None,
) -> bytes:
    """An image of one colour; `turned` is its EXIF orientation."""  # fmt: skip
    from PIL import Image

    image: Any = Image.new(mode, (width, height), colour)
    options: dict[str, object] = {}
    if turned is not None:
        exif = image.getexif()
        exif[EXIF_ORIENTATION] = turned
        options["exif"] = exif
    written = BytesIO()
    image.save(written, format.upper(), **options)
    return written.getvalue()


def boxed_bytes(*boxes: tuple[int, int, int, int], width: int = 8, height: int = 6) -> bytes:
    """A white image with red boxes: x, y, width, height."""
    from PIL import Image

    image: Any = Image.new("RGB", (width, height), "white")
    for x, y, across, down in boxes:
        image.paste((255, 0, 0), (x, y, x + across, y + down))
    written = BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def make_image(path: Path, width: int = 8, height: int = 6, format: str = "png", **options: Any) -> Path:
    """The same as a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(image_bytes(width, height, format, **options))
    return path


class _Told(Scanner):
    """Finds on the image of a record the boxes that stand in its field `boxes`, as [x, y, width, height, score]."""

    def __init__(self, specs: Sequence[MatcherSpec]) -> None:
        self._specs = specs

    def scan(self, batch: Sequence[Document]) -> list[list[Match]]:
        return [[match for spec in self._specs for match in _told(spec, document)] for document in batch]


def _told(spec: MatcherSpec, document: Document) -> list[Match]:
    boxes = cast("Sequence[Sequence[Any]]", document.original.get(str(spec.options.get("in", "boxes"))) or ())
    return [
        (spec.name, name, *run_of((x, y, width, height), picture.width), float(score), {"class": "thing"})
        for name, picture in document.pictures.items()
        for x, y, width, height, score in boxes
    ]


def _read(options: Mapping[str, object]) -> Any:
    return lambda picture: f"{picture.width} by {picture.height}"


def picture_registry() -> Registry:
    """All plugins, with `told` boxes, and a step `size_in_words` that reads how large a picture is."""
    kind = MatcherKind(
        name="told", help="boxes that the record names", cost=Cost.LINGUISTIC, compile=_Told, scores=True,
        columns=lambda _spec: {"class": "text"}, classes="class", images=True,
        options={"type": "object", "properties": {"in": {"type": "string"}}, "additionalProperties": False},
    )  # fmt: skip
    step = Transform(
        name="size_in_words", help="how large a picture is", read=_read,
        options={"type": "object", "properties": {"from": {"type": "string"}, "into": {"type": "string"}},
                 "required": ["from", "into"], "additionalProperties": False},
    )  # fmt: skip
    plugin = SimpleNamespace(
        __name__="told", register_matchers=hookimpl(lambda: [kind]), register_transforms=hookimpl(lambda: [step])
    )
    return build_registry(extra=[plugin])


def load_images(tmp_path: Path, yaml: str) -> Annotator:
    """A ruleset with these keys, whose records name images."""
    return load(write_text(tmp_path, yaml), registry=picture_registry())
