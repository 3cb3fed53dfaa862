"""The colour of a picture's border, in the words that people use for colours; whole numbers alone, so always the same.

The picture is made small first: which colour a background has can be told from a few thousand pixels.
"""

from __future__ import annotations

from functools import cache
from typing import Any

__all__ = ["COLOURS", "border_colour"]

COLOURS = (
    "black", "white", "grey", "beige", "brown", "red", "orange", "yellow", "green", "turquoise", "blue", "purple",
    "pink",
)  # fmt: skip
"""The eleven basic colour terms of English (Berlin and Kay 1969), with beige and turquoise."""

SIDE = 128
"""Pixels of the longer side that is looked at."""
BAND = 16
"""The border is a band of this part of the shorter side."""
DARK, BRIGHT = 50, 215
"""Below and above this, of 255, what has hardly a hue is black and white."""
PALE = 30
"""Steps between the strongest and the weakest channel below which there is hardly a hue."""
HUES = ((15, "red"), (42, "orange"), (68, "yellow"), (165, "green"), (195, "turquoise"), (258, "blue"),
        (292, "purple"), (345, "pink"), (361, "red"))  # fmt: skip
"""(degrees of the colour wheel below which it lies, colour)."""


def border_colour(image: Any) -> tuple[str, float]:
    """The commonest colour of the border of an image of Pillow in RGB, and its share of the border."""
    import numpy as np

    numbers = np.bincount(_named(_border(image)), minlength=len(COLOURS))
    best = int(numbers.argmax())
    return COLOURS[best], round(int(numbers[best]) / int(numbers.sum()), 4)


def _border(image: Any) -> Any:
    """The pixels of the border: a row of reds, one of greens and one of blues."""
    import numpy as np
    from PIL import Image

    longer = max(image.size)
    if longer > SIDE:
        width, height = (max(1, side * SIDE // longer) for side in image.size)
        image = image.resize((width, height), Image.Resampling.BOX)
    pixels = np.asarray(image)
    height, width = pixels.shape[:2]
    band = max(1, min(height, width) // BAND)
    if min(height, width) <= 2 * band:
        parts = [pixels]
    else:
        middle = pixels[band:-band]
        parts = [pixels[:band], pixels[-band:], middle[:, :band], middle[:, -band:]]
    return np.ascontiguousarray(np.concatenate([part.reshape(-1, 3) for part in parts]).T, dtype=np.int16)


def _named(pixels: Any) -> Any:
    """The number of the colour of each pixel. All numbers on the way have less than 16 bits."""
    import numpy as np

    red, green, blue = pixels
    most, least = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    spread = most - least
    is_red, is_green = most == red, most == green
    ahead = np.where(is_red, green, np.where(is_green, blue, red))
    behind = np.where(is_red, blue, np.where(is_green, red, green))
    hue = 60 * (ahead - behind) // np.maximum(spread, 1)
    hue += np.where(is_red, np.where(hue < 0, 360, 0), np.where(is_green, 120, 240)).astype(np.int16)
    named = _wheel()[hue]
    is_warm = (hue >= 10) & (hue < 60)
    named[is_warm & (most < 150)] = COLOURS.index("brown")
    named[is_warm & (most >= 170) & (spread * 100 < 42 * most)] = COLOURS.index("beige")
    has_hue = (spread >= PALE) | ((spread * 100 >= 35 * most) & (most >= DARK))
    plain = np.where(least >= BRIGHT, np.int8(COLOURS.index("white")), np.int8(COLOURS.index("grey")))
    plain[most < DARK + PALE] = COLOURS.index("black")
    np.copyto(named, plain, where=~has_hue)
    named[most < DARK] = COLOURS.index("black")
    return named


@cache
def _wheel() -> Any:
    """The number of the colour of each degree."""
    import numpy as np

    bounds, names = zip(*HUES, strict=True)
    named = np.array([COLOURS.index(name) for name in names], dtype=np.int8)
    return named[np.searchsorted(np.array(bounds), np.arange(360), side="right")]
