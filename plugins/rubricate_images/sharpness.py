"""How sharp a picture is: the variance of its Laplacian (Pech-Pacheco et al. 2000), reckoned in whole numbers.

Sharp edges bring forth large second derivatives; where there are none, all of them are near to 0.
"""

from __future__ import annotations

from typing import Any

__all__ = ["sharpness"]

SIDE = 512
"""Pixels of the longer side: a picture is not sharper for being large."""


def sharpness(image: Any) -> float:
    """The sharpness of an image of Pillow: 0 for an even surface, hundreds for a focused photograph."""
    import numpy as np
    from PIL import Image

    grey = image.convert("L")
    longer = max(grey.size)
    if longer > SIDE:
        width, height = (max(1, side * SIDE // longer) for side in grey.size)
        grey = grey.resize((width, height), Image.Resampling.BOX)
    pixels = np.asarray(grey, dtype=np.int16)
    if min(pixels.shape) < 3:
        return 0.0
    edges = pixels[1:-1, 1:-1] * np.int16(-4)
    for around in (pixels[:-2, 1:-1], pixels[2:, 1:-1], pixels[1:-1, :-2], pixels[1:-1, 2:]):
        edges += around
    numbers = edges.astype(np.float64).ravel()  # whole ones, whose sums are far from where those would lose a digit
    number, total, squares = numbers.size, int(numbers.sum()), int(numbers @ numbers)
    return float(round((number * squares - total * total) / (number * number), 2))
