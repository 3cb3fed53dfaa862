"""What is remembered of images: the pixels of the latest ones, as many as fit, and of many more that they are sound.

Several that look at one picture decode it once; one that was decoded to its end in an earlier pass over the records is
decoded again only for those who ask for its pixels.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

__all__ = ["PixelMemory", "SoundImages"]

_BYTES_PER_PIXEL = 4
"""Of an image in RGB, as Pillow holds it."""


class PixelMemory:
    """Digest of an image -> its pixels; those that were used longest ago make room."""

    def __init__(self, limit: int) -> None:
        """`limit` is in bytes; an image that is larger than half of it is not kept."""
        self._limit = limit
        self._used = 0
        self._kept: OrderedDict[str, Any] = OrderedDict()
        self._lock = threading.Lock()

    def __contains__(self, digest: str) -> bool:
        return digest in self._kept

    def get(self, digest: str) -> Any:
        """The pixels of an image, if they are here."""
        with self._lock:
            found = self._kept.get(digest)
            if found is not None:
                self._kept.move_to_end(digest)
            return found

    def keep(self, digest: str, image: Any) -> Any:
        """The image, kept if there is room for it."""
        size = _size(image)
        with self._lock:
            if size * 2 <= self._limit and digest not in self._kept:
                self._kept[digest] = image
                self._used += size
                while self._used > self._limit:
                    _, oldest = self._kept.popitem(last=False)
                    self._used -= _size(oldest)
        return image


class SoundImages:
    """Images that were decoded to their end, by the digests of their bytes."""

    def __init__(self, most: int) -> None:
        """`most`: so many are remembered, the first ones; each pass over the records begins with them."""
        self._most = most
        self._known: set[bytes] = set()

    def __contains__(self, digest: str) -> bool:
        return _short(digest) in self._known

    def add(self, digest: str) -> None:
        """One more."""
        if len(self._known) < self._most:
            self._known.add(_short(digest))


def _short(digest: str) -> bytes:
    return bytes.fromhex(digest)[:16]


def _size(image: Any) -> int:
    return int(image.width * image.height * _BYTES_PER_PIXEL)
