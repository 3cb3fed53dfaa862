"""From an image to the numbers that a model takes, as its preprocessor_config.json says; without torch."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rubricate.api import OptionError
from rubricate_images.folders import PROCESSOR, ModelFolder

__all__ = ["PixelMaker"]

ODD = ("crop_pct", "do_flip_channel_order", "do_pad", "do_reduce_labels", "include_top", "rescale_offset")
"""What changes the numbers and is not known here."""
PLAIN = frozenset({"Beit", "Bit", "CLIP", "DeiT", "MobileNetV1", "MobileNetV2", "Pvt", "Siglip", "ViT"})
"""Processors of transformers that do no more than is known here; others do so without saying it in a key."""
CROPPED = frozenset({"Bit", "CLIP", "DeiT", "MobileNetV1", "MobileNetV2"})
"""Those that cut out the middle unless they are told not to; but for DeiT, a single number is their shorter side."""
KIND = re.compile(r"(ImageProcessor(Fast|Pil)?|FeatureExtractor)$")
SIDE = 224
BICUBIC = 3


class PixelMaker:
    """Images -> numbers (image, channel, row, column); raises OptionError for a processor that does more."""

    __slots__ = ("_crop", "_mean", "_resample", "_rescale", "_size", "_spread")

    def __init__(self, model: ModelFolder) -> None:
        told = model.read(PROCESSOR)
        kind = str(told.get("image_processor_type") or told.get("feature_extractor_type") or "ViTImageProcessor")
        short = KIND.sub("", kind)
        odd = next((name for name in ODD if told.get(name)), None if short in PLAIN else kind)
        if odd is not None:
            help = "save the model as safetensors: transformers prepares its pictures then"
            raise OptionError("model", f'"{PROCESSOR}" asks for "{odd}", which is not supported with ONNX', help=help)
        try:
            self._read(told, is_cropped=short in CROPPED, is_square=short not in CROPPED - {"DeiT"})
        except OptionError:
            raise
        except (TypeError, ValueError):
            raise OptionError("model", f'"{PROCESSOR}" is not what transformers writes', help="save it again") from None

    def _read(self, told: Mapping[str, object], *, is_cropped: bool, is_square: bool) -> None:
        self._size = _size(told.get("size", SIDE), is_square=is_square) if told.get("do_resize", True) else None
        self._crop = _size(told.get("crop_size", SIDE)) if told.get("do_center_crop", is_cropped) else None
        self._resample = int(str(told.get("resample", BICUBIC)))
        self._rescale = float(str(told.get("rescale_factor", 1 / 255))) if told.get("do_rescale", True) else 1.0
        is_normal = told.get("do_normalize", True)
        self._mean = _channels(told.get("image_mean", 0.5)) if is_normal else (0.0, 0.0, 0.0)
        self._spread = _channels(told.get("image_std", 0.5)) if is_normal else (1.0, 1.0, 1.0)

    @property
    def is_even(self) -> bool:
        """Whether all images come out equally large, and so go through a model together."""
        return self._crop is not None or (self._size is not None and self._size[0] > 0)

    def __call__(self, images: Sequence[Any]) -> Any:
        """The numbers of images."""
        import numpy as np

        pixels = np.stack([np.asarray(self._fit(image)) for image in images]).astype(np.float32)
        pixels *= np.float32(self._rescale) / np.array(self._spread, dtype=np.float32)
        pixels -= np.array(self._mean, dtype=np.float32) / np.array(self._spread, dtype=np.float32)
        return np.ascontiguousarray(pixels.transpose(0, 3, 1, 2))

    def _fit(self, image: Any) -> Any:
        if self._size is not None:
            height, width = self._size
            if not height:  # the shorter side becomes so long
                scale = width / min(image.size)
                width, height = (max(width, int(side * scale)) for side in image.size)
            image = image.resize((width, height), self._resample)
        if self._crop is not None:
            height, width = self._crop
            left, top = (image.width - width) // 2, (image.height - height) // 2
            image = image.crop((left, top, left + width, top + height))
        return image


def _size(told: object, *, is_square: bool = True) -> tuple[int, int]:
    """(height, width); (0, side) where the shorter side is meant, as a single number means for some."""
    if isinstance(told, Mapping):
        if "shortest_edge" in told:
            return 0, int(told["shortest_edge"])
        if "height" in told and "width" in told:
            return int(told["height"]), int(told["width"])
        help = "say its height and width, or shortest_edge"
        raise OptionError("model", f'"{PROCESSOR}" gives a size by {", ".join(map(str, told))}', help=help)
    return int(str(told)) if is_square else 0, int(str(told))


def _channels(told: object) -> tuple[float, ...]:
    return tuple(map(float, told)) if isinstance(told, list | tuple) else (float(str(told)),) * 3
