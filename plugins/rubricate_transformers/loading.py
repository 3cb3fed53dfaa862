"""Brings models into memory, on the device and in the precision that was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rubricate.api import ModelLoadError, load_network, load_part, need_torch, torch_device
from rubricate_transformers.checking import HEADS
from rubricate_transformers.settings import Settings

__all__ = ["LoadedModel", "load_model"]

KEPT = 4
"""Models that stay in memory: one that several stages name is loaded once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedModel:
    """A model, ready to be asked."""

    model: Any
    tokenizer: Any
    device: str


def load_model(settings: Settings, task: str) -> LoadedModel:
    """The model of these settings, from memory where it is there; raises ModelLoadError or MissingExtraError."""
    need_torch("a matcher of transformers")
    return _load(settings.path, settings.model.stamp, HEADS[task], torch_device(settings.device), settings.dtype)


@lru_cache(maxsize=KEPT)
def _load(path: str, _stamp: object, head: str, device: str, dtype: str) -> LoadedModel:
    tokenizer = load_part("AutoTokenizer", path, use_fast=True)
    tokenizer.truncation_side = "right"  # windows are counted from the beginning, whatever its folder says
    # an encoder that was trained with another head may lack the pooler, which nobody asks here
    model = load_network(f"AutoModel{head}", path, device=device, dtype=dtype, spared=None if head else "pooler")
    if not tokenizer.is_fast:
        raise ModelLoadError(f'the tokenizer in "{path}" tells no places in the text: save a fast one')
    return LoadedModel(model=model, tokenizer=tokenizer, device=device)
