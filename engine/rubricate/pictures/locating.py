"""From what stands in an image field to the bytes of the image: below a declared folder, or within the record itself.

Nothing is ever fetched, and nothing is read outside of the folder, whatever a record says.
"""

from __future__ import annotations

import base64
import binascii
import re
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from rubricate.errors import RecordError
from rubricate.pictures.opening import MOST_BYTES

__all__ = ["find_file", "find_image"]

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_DATA = re.compile(r"data:(?P<type>[^;,]*)(?P<base64>(?:;[^;,]*)*?;base64)?,", re.IGNORECASE)
_SHOWN = 80


def find_image(field: str, value: object, folder: Path) -> tuple[bytes, Callable[[], bytes] | None]:
    """The bytes of an image and, where they stand in a file, what reads them again.

    Raises RecordError with the reason that the record is quarantined under.
    """
    if isinstance(value, bytes):
        return value, None
    if isinstance(value, Mapping):
        held = value.get("bytes")
        if isinstance(held, bytes):
            return held, None
        value = value.get("path")
    if not isinstance(value, str):
        raise RecordError("type", f'the field "{field}" is no path of an image and no data:image/..;base64, text')
    if value[:5].lower() == "data:":
        return _decode(field, value), None
    path = find_file(field, value, folder)
    return _read(field, value, path), lambda: _read(field, value, path)


def find_file(field: str, value: str, folder: Path) -> Path:
    """The file that a path in a record names, links followed; raises RecordError for one outside of the folder."""
    shown = f'the field "{field}" names "{value[:_SHOWN]}"'
    if _SCHEME.match(value):
        raise RecordError("image_outside", f"{shown}, which is an address, and nothing is fetched")
    if "\0" in value or not value.strip():
        raise RecordError("image_missing", f'the field "{field}" holds no path')
    try:
        path, root = (folder / value).resolve(), folder.resolve()
    except (OSError, RuntimeError):  # a circle of links
        raise RecordError("image_missing", f"{shown}, which leads nowhere") from None
    if Path(value).is_absolute() or not path.is_relative_to(root):
        raise RecordError("image_outside", f"{shown}, which is not below the folder of the images")
    return path


def _read(field: str, value: str, path: Path) -> bytes:
    shown = f'the field "{field}" names "{value[:_SHOWN]}"'
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise RecordError("image_missing", f"{shown}, which is no file")
        if status.st_size > MOST_BYTES:
            detail = f"{shown}, which has {status.st_size:,} bytes, more than {MOST_BYTES:,}"
            raise RecordError("image_too_large", detail)
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise RecordError("image_missing", f"{shown}, and there is no such file") from None
    except OSError as error:
        raise RecordError("image_missing", f"{shown}, which cannot be read: {error.strerror}") from None


def _decode(field: str, value: str) -> bytes:
    head = _DATA.match(value)
    if head is None or head["base64"] is None:
        raise RecordError(
            "image_format", f'the field "{field}" is a data: address, but not of the form data:..;base64,'
        )
    if not head["type"].lower().startswith("image/"):
        raise RecordError("image_format", f'the field "{field}" holds data of the type "{head["type"][:_SHOWN]}"')
    try:
        return base64.b64decode(value[head.end() :], validate=True)
    except (binascii.Error, ValueError):
        raise RecordError("image_broken", f'the field "{field}" holds base64 that cannot be decoded') from None
