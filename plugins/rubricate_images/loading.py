"""Brings models of transformers into memory, on the device and in the precision that was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from rubricate.api import MatcherSpec, load_network, load_part, need_torch, torch_device
from rubricate_images.checking import task_of
from rubricate_images.folders import find_model

__all__ = ["LoadedModel", "load_model"]

KEPT = 4
"""Models that stay in memory: one that several stages name is loaded once."""
AUTO: Final = {
    "classify": "AutoModelForImageClassification",
    "zero_shot": "AutoModelForZeroShotImageClassification",
    "detect": "AutoModelForObjectDetection",
}
UNLIKE: Final = ((64, 48), (48, 96), (320, 200))
"""Sizes of pictures that no processor makes equally large by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedModel:
    """A model, ready to be asked."""

    model: Any
    processor: Any
    """What makes its input of images."""
    tokenizer: Any
    """None for a model that reads no texts."""
    device: str
    is_even: bool
    """Whether pictures of any size come out of the processor equally large, and so go through the model together."""

    def inputs(self, images: list[Any]) -> Any:
        """Images as what the model takes."""
        read = self.processor(images=images, return_tensors="pt")
        return read.to(device=self.device, dtype=self.model.dtype)


def load_model(spec: MatcherSpec) -> LoadedModel:
    """The model of a matcher, from memory where it is there; raises ModelLoadError or MissingExtraError."""
    need_torch("a model of pictures")
    folder = find_model(spec)
    device = torch_device(str(spec.options.get("device", "auto")))
    dtype = str(spec.options.get("dtype", "float32"))
    return _load(str(folder.path), folder.stamp, task_of(spec), device, dtype)


@lru_cache(maxsize=KEPT)
def _load(path: str, _stamp: object, task: str, device: str, dtype: str) -> LoadedModel:
    processor = load_part("AutoImageProcessor", path, what="processor", use_fast=False)
    tokenizer = load_part("AutoTokenizer", path) if task == "zero_shot" else None
    model = load_network(AUTO[task], path, device=device, dtype=dtype)
    return LoadedModel(
        model=model, processor=processor, tokenizer=tokenizer, device=device, is_even=_is_even(processor)
    )


def _is_even(processor: Any) -> bool:
    from PIL import Image

    made = (processor(images=[Image.new("RGB", size)], return_tensors="pt")["pixel_values"] for size in UNLIKE)
    return len({tuple(pixels.shape) for pixels in made}) == 1
