"""Matchers of pictures that need no trained classifier, and what people write who have Pillow, numpy and the like."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from comparing import Case
from pictures_asked import Asked, classes_of

__all__ = ["plain_cases", "reading_case"]

LEAST, ALIKE, BLURRED = 0.5, 6, 100
"""What `images.background`, `images.near_duplicate` and `images.blur` go by, unless they are told otherwise."""
WORDS = {"black": 0, "white": 1, "grey": 2, "beige": 3, "brown": 4, "red": 5, "orange": 6, "yellow": 7, "green": 8,
         "turquoise": 9, "blue": 10, "purple": 11, "pink": 12}  # fmt: skip
WHEEL = ((15, "red"), (42, "orange"), (68, "yellow"), (165, "green"), (195, "turquoise"), (258, "blue"),
         (292, "purple"), (345, "pink"), (361, "red"))  # fmt: skip


def plain_cases(asked: Asked, examples: Mapping[str, Path]) -> Iterator[Case]:
    """What is told of pixels; `examples`: class -> the picture that others are to look like."""
    number = len(asked.images)
    yield Case(
        name="images.background", ours=asked.ours("background"), by_hand=background(asked.images), number=number,
        seen=classes_of,
    )  # fmt: skip
    yield Case(
        name="images.blur", ours=asked.ours("blur"), by_hand=blur(asked.images), number=number,
        seen=lambda found: [[match[5]["sharpness"] for match in each] for each in found],
    )  # fmt: skip
    named = {name: str(path) for name, path in examples.items()}
    yield Case(
        name="images.near_duplicate", ours=asked.ours("near_duplicate", examples=named),
        by_hand=near_duplicate(asked.images, examples), number=number, seen=classes_of,
    )  # fmt: skip


# -- the colour of the border ----------------------------------------------------------------------------------


def background(images: Sequence[Any]) -> Callable[[], object]:
    """The border of a small copy, its colours by the wheel, and the share of the commonest."""
    import numpy as np

    words = list(WORDS)

    def one(image: Any) -> list[tuple[str, float]]:
        numbers = np.bincount(named(border(image)), minlength=len(words))
        best = int(numbers.argmax())
        share = round(int(numbers[best]) / int(numbers.sum()), 4)
        return [(words[best], share)] if share >= LEAST else []

    return lambda: [one(image) for image in images]


def border(image: Any) -> Any:
    """The pixels of a band of a sixteenth around a copy of 128 pixels."""
    import numpy as np
    from PIL import Image

    longer = max(image.size)
    if longer > 128:
        image = image.resize([max(1, side * 128 // longer) for side in image.size], Image.Resampling.BOX)
    pixels = np.asarray(image)
    band = max(1, min(pixels.shape[:2]) // 16)
    strips = [pixels[:band], pixels[-band:], pixels[band:-band, :band], pixels[band:-band, -band:]]
    return np.concatenate([strip.reshape(-1, 3) for strip in strips])


def named(pixels: Any) -> Any:
    """The number of the word for each pixel's colour."""
    import numpy as np

    red, green, blue = pixels.astype(np.int32).T
    most = np.maximum(np.maximum(red, green), blue)
    least = np.minimum(np.minimum(red, green), blue)
    spread = most - least
    safe = np.maximum(spread, 1)
    hue = np.where(
        most == red, 60 * (green - blue) // safe,
        np.where(most == green, 120 + 60 * (blue - red) // safe, 240 + 60 * (red - green) // safe),
    ) % 360  # fmt: skip
    found = np.array([WORDS[word] for _, word in WHEEL])[np.searchsorted([end for end, _ in WHEEL], hue, "right")]
    warm = (hue >= 10) & (hue < 60)
    found[warm & (most < 150)] = WORDS["brown"]
    found[warm & (most >= 170) & (spread * 100 < 42 * most)] = WORDS["beige"]
    plain = ~((spread >= 30) | ((spread * 100 >= 35 * most) & (most >= 50)))
    found[plain] = np.where(most < 80, 0, np.where(least >= 215, 1, 2))[plain]
    found[most < 50] = WORDS["black"]
    return found


# -- blur ------------------------------------------------------------------------------------------------------


def blur(images: Sequence[Any]) -> Callable[[], object]:
    """The variance of OpenCV's Laplacian, of copies of 512 pixels, as it goes by the size of a picture."""
    import cv2
    import numpy as np
    from PIL import Image

    def one(image: Any) -> list[float]:
        grey = image.convert("L")
        longer = max(grey.size)
        if longer > 512:
            grey = grey.resize([max(1, side * 512 // longer) for side in grey.size], Image.Resampling.BOX)
        sharp = round(float(cv2.Laplacian(np.asarray(grey), cv2.CV_64F)[1:-1, 1:-1].var()), 2)
        return [sharp] if sharp < BLURRED else []

    return lambda: [one(image) for image in images]


# -- likeness --------------------------------------------------------------------------------------------------


def near_duplicate(images: Sequence[Any], examples: Mapping[str, Path]) -> Callable[[], object]:
    """The perceptual hash of discrete cosines, as a product of matrices, beside those of the examples."""
    import numpy as np
    from PIL import Image

    waves = np.cos(np.pi * np.arange(8)[:, None] * (2 * np.arange(32) + 1) / 64)
    waves = np.round(4096 * waves)  # as ours, so that both say the same

    def likeness(image: Any) -> Any:
        small = np.asarray(image.convert("L").resize((32, 32), Image.Resampling.BOX), dtype=np.float64)
        lowest = (waves @ small @ waves.T).ravel()
        lowest[0] = 0
        return lowest > np.sort(lowest)[32]

    known = {name: likeness(Image.open(path).convert("RGB")) for name, path in examples.items()}

    def one(image: Any) -> list[tuple[str, float]]:
        own = likeness(image)
        bits = {name: int(np.count_nonzero(own != other)) for name, other in known.items()}
        near = sorted((count, name) for name, count in bits.items() if count <= ALIKE)
        return [(name, round(1 - count / 64, 4)) for count, name in near]

    return lambda: [one(image) for image in images]


# -- text ------------------------------------------------------------------------------------------------------


def reading_case(asked: Asked) -> Case:
    """The step `images.ocr` beside rapidocr."""
    import numpy as np
    from rapidocr_onnxruntime import RapidOCR

    from rubricate_images import register_transforms

    [step] = register_transforms()
    assert step.read is not None
    read = step.read({"from": "photo", "into": "text", "least": LEAST})
    pictures = [document.pictures["photo"] for document in asked.documents]
    threads = int(os.environ["OMP_NUM_THREADS"])
    reader = RapidOCR(intra_op_num_threads=threads, inter_op_num_threads=threads)

    def one(image: Any) -> str:
        lines, _ = reader(np.asarray(image)[:, :, ::-1])
        return "\n".join(text for _, text, score in lines or () if score >= LEAST)

    return Case(
        name="images.ocr", ours=lambda: [read(picture) for picture in pictures],
        by_hand=lambda: [one(image) for image in asked.images], number=len(asked.images), seen=lambda found: found,
    )  # fmt: skip
