"""What an image is by its bytes, whatever its name says; and what else it is at the same time."""

from __future__ import annotations

import re

__all__ = ["FORMATS", "find_format", "find_second_nature"]

FORMATS = ("jpeg", "png", "webp", "gif", "bmp")
"""The formats that are read: raster images that Pillow decodes by itself."""

_SIGNATURES = (
    ("jpeg", re.compile(rb"\xff\xd8\xff")),
    ("png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("webp", re.compile(rb"RIFF.{4}WEBP", re.DOTALL)),
    ("gif", re.compile(rb"GIF8[79]a")),
    ("bmp", re.compile(rb"BM.{4}\0\0\0\0.{4}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0", re.DOTALL)),
)
_OTHERS = (
    ("an SVG drawing", re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<!doctype[^>]*>\s*)*<svg\b", re.I | re.S)),
    ("markup, such as a web page", re.compile(rb"(?:\xef\xbb\xbf)?\s*<[!?a-z]", re.I)),
    ("a TIFF image", re.compile(rb"II[*+]\0|MM\0[*+]")),
    ("a FITS image", re.compile(rb"SIMPLE  =")),
    ("a PDF", re.compile(rb"%PDF-")),
    ("an HEIC or AVIF image", re.compile(rb".{4}ftyp(?:heic|heix|hevc|mif1|msf1|avif|avis)", re.S)),
    ("a JPEG 2000 image", re.compile(rb"\0\0\0\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51")),
    ("an icon", re.compile(rb"\0\0[\x01\x02]\0")),
    ("a PostScript file", re.compile(rb"%!PS|\xc5\xd0\xd3\xc6")),
    ("a Photoshop file", re.compile(rb"8BPS")),
    ("a zip archive", re.compile(rb"PK\x03\x04")),
    ("gzipped", re.compile(rb"\x1f\x8b")),
)
_HEAD = 1024
"""Readers of other formats look for their own beginning within so many bytes."""
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|iframe|svg)\b", re.IGNORECASE)
_ZIP_END = b"PK\x05\x06"
_ZIP_END_SIZE = 22
_ZIP_NOTE = 1 << 16


def find_format(data: bytes) -> tuple[str | None, str]:
    """The format of an image, one of FORMATS, and what it is called; None for what is not read."""
    for name, signature in _SIGNATURES:
        if signature.match(data):
            return name, name
    for words, signature in _OTHERS:
        if signature.match(data[:4096]):
            return None, words
    return None, "empty" if not data else "no image that is known here"


def find_second_nature(data: bytes) -> str | None:
    """What an image would also be taken for by other programs; None for one that is an image and nothing else."""
    head = data[:_HEAD]
    if b"%PDF-" in head:
        return "a PDF"
    if _MARKUP.search(head):
        return "a web page"
    return "a zip archive" if _ends_as_zip(data) else None


def _ends_as_zip(data: bytes) -> bool:
    """Whether a zip archive ends where the file does; that the length of its note fits rules out chance."""
    tail = data[-(_ZIP_END_SIZE + _ZIP_NOTE) :]
    at = tail.rfind(_ZIP_END)
    if at < 0 or len(tail) - at < _ZIP_END_SIZE:
        return False
    return at + _ZIP_END_SIZE + int.from_bytes(tail[at + 20 : at + 22], "little") == len(tail)
