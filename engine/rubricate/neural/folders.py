"""What files in a model's folder say, and what they may not ask for; told without torch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from rubricate.model.descriptors import OptionError

__all__ = ["check_config", "read_config"]

KERNELS = ("attn_implementation", "_attn_implementation", "experts_implementation", "kernel_config")


def read_config(path: Path, *, option: str = "model") -> Mapping[str, object]:
    """What a file of JSON says; raises OptionError where it is no mapping."""
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        raise OptionError(option, f'"{path.name}" is no JSON', help="copy it again") from None
    if not isinstance(told, dict):
        raise OptionError(option, f'"{path.name}" is no mapping', help="copy it again")
    return told


def check_config(path: Path, *, option: str = "model") -> Mapping[str, object]:
    """What a configuration says; raises OptionError for one that asks for code, or for what lies elsewhere."""
    told, name = read_config(path, option=option), path.name
    if told.get("auto_map"):
        help = "use a model whose class is part of transformers; code that comes with a model is never run"
        raise OptionError(option, f'"{name}" asks to run code that comes with the model (auto_map)', help=help)
    if told.get("quantization_config"):
        help = "save the model unquantised; say `dtype: float16` or `bfloat16` to make it small"
        raise OptionError(option, f'"{name}" asks for a quantised model', help=help)
    for key in KERNELS:
        if told.get(key) and (key == "kernel_config" or "/" in str(told[key])):
            help = f"remove it from {name}: nothing is fetched while rules run"
            raise OptionError(option, f'"{name}" names a kernel to be fetched ({key})', help=help)
    return told
