"""Pictures that show something: shapes on a slope of shades, others for each seed, and copies that look the same."""

from __future__ import annotations

import random
from io import BytesIO
from pathlib import Path
from typing import Any

from rubricate.api import Picture, open_picture

__all__ = ["bytes_of", "copy_of", "picture_of", "save_scene", "scene"]


def scene(seed: int, size: tuple[int, int] = (200, 150)) -> Any:
    """An image of Pillow."""
    from PIL import Image, ImageDraw

    drawn = random.Random(seed)  # shapes, no secrets
    image = Image.linear_gradient("L").rotate(drawn.choice([0, 90, 180])).resize(size).convert("RGB")
    pen = ImageDraw.Draw(image)
    for number in range(9):
        x, y = drawn.uniform(-0.1, 0.9) * size[0], drawn.uniform(-0.1, 0.9) * size[1]
        corner = (x + drawn.uniform(0.1, 0.6) * size[0], y + drawn.uniform(0.1, 0.6) * size[1])
        colour = tuple(drawn.randrange(256) for _ in "rgb")
        (pen.ellipse if number % 2 else pen.rectangle)((x, y, *corner), fill=colour)
    return image


def copy_of(image: Any, kind: str) -> bytes:
    """The bytes of a copy: `smaller`, `poorer`, `both`, `trimmed` by a hundredth on each side, or `other format`."""
    width, height = image.size
    match kind:
        case "smaller":
            return bytes_of(image.resize((width // 2, height // 2)), "png")
        case "poorer":
            return bytes_of(image, "jpeg", quality=30)
        case "both":
            return bytes_of(image.resize((width * 2 // 3, height // 2)), "jpeg", quality=50)
        case "trimmed":
            left, top = width // 100, height // 100
            return bytes_of(image.crop((left, top, width - left, height - top)), "png")
        case _:
            return bytes_of(image, "bmp")


def bytes_of(image: Any, format: str = "png", **options: Any) -> bytes:
    """An image as a file holds it."""
    written = BytesIO()
    image.save(written, format.upper(), **options)
    return written.getvalue()


def picture_of(data: bytes) -> Picture:
    """The picture of these bytes."""
    return open_picture("photo", data)


def save_scene(path: Path, seed: int, kind: str | None = None) -> Path:
    """A scene, or a copy of it, as a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes_of(scene(seed)) if kind is None else copy_of(scene(seed), kind))
    return path
