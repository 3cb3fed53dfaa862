"""The colour of a picture's border, in the words that people use for colours; whole numbers alone, so always the same.

The picture is made small first: which colour a background has can be told from a few thousand pixels.
"""

from __future__ import annotations

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
    """The pixels of the border, a row of three for each."""
    import numpy as np
    from PIL import Image

    longer = max(image.size)
    if longer > SIDE:
        width, height = (max(1, side * SIDE // longer) for side in image.size)
        image = image.resize((width, height), Image.Resampling.BOX)
    pixels = np.asarray(image, dtype=np.int32)
    height, width = pixels.shape[:2]
    band = max(1, min(height, width) // BAND)
    inside = np.zeros((height, width), dtype=bool)
    inside[band : height - band, band : width - band] = True
    return pixels[~inside]


def _named(pixels: Any) -> Any:
    """The number of the colour of each pixel."""
    import numpy as np

    red, green, blue = pixels[:, 0], pixels[:, 1], pixels[:, 2]
    most, least = pixels.max(axis=1), pixels.min(axis=1)
    spread = most - least
    safe = np.maximum(spread, 1)
    other = np.where(most == green, 120 + 60 * (blue - red) // safe, 240 + 60 * (red - green) // safe)
    hue = np.where(most == red, 60 * (green - blue) // safe, other) % 360
    bounds, names = zip(*HUES, strict=True)
    named = np.array([COLOURS.index(name) for name in names])[np.searchsorted(np.array(bounds), hue, side="right")]
    is_warm = (hue >= 10) & (hue < 60)
    named = np.where(is_warm & (most < 150), COLOURS.index("brown"), named)
    named = np.where(is_warm & (most >= 170) & (spread * 100 < 42 * most), COLOURS.index("beige"), named)
    plain = np.where(most < DARK + PALE, 0, np.where(least >= BRIGHT, 1, 2))
    has_hue = (spread >= PALE) | ((spread * 100 >= 35 * most) & (most >= DARK))
    return np.where(most < DARK, 0, np.where(has_hue, named, plain))
