"""From the bytes of an image to a picture; or the reason why not."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from rubricate.errors import RecordError
from rubricate.model.picture import Picture
from rubricate.pictures.formats import FORMATS, find_format, find_second_nature
from rubricate.pictures.memory import PixelMemory, SoundImages
from rubricate.pictures.pillow import load_pillow

__all__ = ["MOST_BYTES", "MOST_PIXELS", "open_picture"]

MOST_BYTES = 64 << 20
"""The largest image that is read, in bytes."""
MOST_PIXELS = 64_000_000
"""The largest image that is decoded; its header says how many it has."""

_PIXELS = PixelMemory(256 << 20)
_SOUND = SoundImages(1 << 18)
_TURNED = frozenset({5, 6, 7, 8})
"""EXIF orientations that swap width and height."""
_ORIENTATION = 0x0112


def open_picture(field: str, data: bytes, read: Callable[[], bytes] | None = None) -> Picture:
    """The picture of an image's bytes; raises RecordError with the reason that its record is quarantined under.

    `read` gives the bytes again, so that they need not be kept; without it they are.
    """
    place = f'the image of the field "{field}"'
    if len(data) > MOST_BYTES:
        raise RecordError("image_too_large", f"{place} has {len(data):,} bytes, more than {MOST_BYTES:,}")
    format, words = find_format(data)
    if format is None:
        detail = f"{place} is {words}; {', '.join(FORMATS[:-1])} and {FORMATS[-1]} are read"
        raise RecordError("image_format", detail)
    second = find_second_nature(data)
    if second is not None:
        raise RecordError("image_format", f"{place} is {format} and {second} at the same time")
    with _opened(data, format, place) as image:
        width, height = image.size
        if width * height > MOST_PIXELS:
            raise _too_large(place, f"{width:,} x {height:,} pixels")
        if image.getexif().get(_ORIENTATION) in _TURNED:
            width, height = height, width
        digest = hashlib.sha256(data).hexdigest()
        if digest not in _SOUND:
            _PIXELS.keep(digest, _upright(image))  # all of it is decoded once, so that one cut short is found here
            _SOUND.add(digest)
    return Picture(
        field=field,
        width=width,
        height=height,
        format=format,
        size=len(data),
        digest=digest,
        read=read or (lambda: data),
        decode=_decode,
    )


def _decode(picture: Picture) -> Any:
    kept = _PIXELS.get(picture.digest)
    if kept is not None:
        return kept
    data, place = picture.data, f'the image of the field "{picture.field}"'
    if hashlib.sha256(data).hexdigest() != picture.digest:
        raise RecordError("image_broken", f"{place} was replaced while it was looked at")
    with _opened(data, picture.format, place) as image:
        return _PIXELS.keep(picture.digest, _upright(image))


@contextmanager
def _opened(data: bytes, format: str, place: str) -> Iterator[Any]:
    """The image as Pillow opens it; what goes wrong with it, here or while it is used, says that it is broken."""
    module = load_pillow()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", module.DecompressionBombWarning)
        try:
            with module.open(BytesIO(data), formats=[format.upper()]) as image:
                yield image
        except RecordError:
            raise
        except (module.DecompressionBombWarning, module.DecompressionBombError):
            raise _too_large(place, "too many pixels") from None
        except Exception as error:  # a decoder of foreign bytes may raise anything
            said = str(error).partition("\n")[0] or type(error).__name__
            if isinstance(error, module.UnidentifiedImageError):
                said = f"nothing behind its first bytes is {format}"
            raise RecordError("image_broken", f"{place} cannot be decoded: {said}") from error


def _too_large(place: str, what: str) -> RecordError:
    return RecordError("image_too_large", f"{place} has {what}, more than {MOST_PIXELS:,}")


def _upright(image: Any) -> Any:
    """An image in RGB, turned as its EXIF data says, on white where it is transparent."""
    turned = load_pillow("ImageOps").exif_transpose(image)
    if turned.mode.startswith("I"):  # of 16 bits a pixel, of which Pillow would cut off what is above 255
        turned = turned.convert("I").point(lambda shade: shade * (1 / 256)).convert("L")
    if turned.mode == "RGB" and "transparency" not in turned.info:
        turned.load()
        return turned
    if turned.has_transparency_data:
        clear = turned.convert("RGBA")
        white = load_pillow().new("RGBA", clear.size, (255, 255, 255, 255))
        white.alpha_composite(clear)
        return white.convert("RGB")
    return turned.convert("RGB")
