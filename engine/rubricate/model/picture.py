"""An image of a record: what its header says, and its pixels for those who ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["Picture"]


class Picture:
    """An image that was opened without a fault; its pixels are decoded when somebody asks for them."""

    __slots__ = ("_decode", "_read", "digest", "field", "format", "height", "size", "width")

    def __init__(
        self,
        *,
        field: str,
        width: int,
        height: int,
        format: str,
        size: int,
        digest: str,
        read: Callable[[], bytes],
        decode: Callable[[Picture], Any],
    ) -> None:
        self.field = field
        """The image field that it stands in."""
        self.width = width
        """In pixels, after the image was turned as its EXIF data says; so is the height."""
        self.height = height
        self.format = format
        """`jpeg`, `png`, `webp`, `gif` or `bmp`, as its first bytes say."""
        self.size = size
        """In bytes, as stored."""
        self.digest = digest
        """The sha256 of its bytes."""
        self._read = read
        self._decode = decode

    @property
    def data(self) -> bytes:
        """Its bytes as stored; those of a file are read again, and are others if it was replaced meanwhile."""
        return self._read()

    def rgb(self) -> Any:
        """Its pixels, as an image of Pillow in the mode RGB, turned upright; nobody may change it.

        What is transparent stands on white. Of an animation it is the first frame.
        """
        return self._decode(self)
