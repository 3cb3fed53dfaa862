"""Small copies of images for pages: pixels only, whatever else the original holds."""

from __future__ import annotations

import base64
from io import BytesIO

from rubricate.model.picture import Picture

__all__ = ["thumbnail"]

LONGEST = 320
"""The longer side of a small copy, in pixels, at most."""
QUALITY = 70


def thumbnail(picture: Picture) -> str:
    """A small copy as a data: address of a JPEG."""
    small = picture.rgb().copy()
    small.thumbnail((LONGEST, LONGEST))
    written = BytesIO()
    small.save(written, "JPEG", quality=QUALITY, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(written.getvalue()).decode()
