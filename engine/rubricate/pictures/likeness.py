"""The likeness of a picture: 64 bits that are nearly the same for pictures that look the same, whatever their bytes.

This is the perceptual hash of discrete cosines (the pHash of Zauner, "Implementation and Benchmarking of Perceptual
Image Hash Functions", 2010): the picture as 32 x 32 shades of grey, of these the 8 x 8 lowest frequencies, and of each
whether it lies above their median. How bright the picture is on the whole is left out. Cosines are whole numbers, so
that the hash is the same on every machine, with numpy and without it, where it takes three times as long.
"""

from __future__ import annotations

import math
from functools import cache
from operator import mul
from typing import Any

from rubricate.model.picture import Picture
from rubricate.pictures.pillow import find_numpy, load_pillow

__all__ = ["BITS", "likeness_of"]

BITS = 64
"""Of a likeness."""

_SIDE = 32
_KEPT = 8
"""Frequencies of each direction."""
_ONE = 1 << 12
"""What stands for 1 among the cosines."""
_FLAT = 8
"""Shades, of 255, that a picture has to differ in somewhere; below that the hash is one of its noise."""


def likeness_of(picture: Picture) -> int | None:
    """The perceptual hash of a picture; None for one of a single shade, which shows nothing to go by."""
    image = load_pillow()
    small = picture.rgb().convert("L").resize((_SIDE, _SIDE), image.Resampling.BOX)
    darkest, brightest = small.getextrema()
    return None if brightest - darkest < _FLAT else _hash(small.tobytes())


def _hash(shades: bytes) -> int:
    """The hash of 32 x 32 shades, row by row."""
    numpy = find_numpy()
    return _hash_alone(shades) if numpy is None else _hash_with(numpy, shades)


def _hash_with(numpy: Any, shades: bytes) -> int:
    """The same with numpy: floats hold these whole numbers, below 2 ** 43, without a fault."""
    cosines = _matrix(numpy)
    pixels = numpy.frombuffer(shades, dtype=numpy.uint8).reshape(_SIDE, _SIDE)
    found = (cosines @ pixels.astype(numpy.float64) @ cosines.T).ravel()
    found[0] = 0
    is_above = found > numpy.sort(found)[BITS // 2]
    return int.from_bytes(numpy.packbits(is_above).tobytes(), "big")


def _hash_alone(shades: bytes) -> int:
    """The same in Python."""
    cosines = _cosines()
    columns = [shades[at::_SIDE] for at in range(_SIDE)]
    lines = [[sum(map(mul, wave, column)) for column in columns] for wave in cosines]
    found = [sum(map(mul, line, wave)) for line in lines for wave in cosines]
    found[0] = 0  # the brightness of the whole
    median = sorted(found)[BITS // 2]
    return int("".join("1" if each > median else "0" for each in found), 2)


@cache
def _matrix(numpy: Any) -> Any:
    return numpy.array(_cosines(), dtype=numpy.float64)


@cache
def _cosines() -> tuple[tuple[int, ...], ...]:
    return tuple(
        tuple(round(_ONE * math.cos(math.pi * wave * (2 * at + 1) / (2 * _SIDE))) for at in range(_SIDE))
        for wave in range(_KEPT)
    )
