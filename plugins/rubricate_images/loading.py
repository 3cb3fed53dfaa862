"""Brings models of transformers into memory: where and in which precision was asked for, nothing fetched or run."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from rubricate.api import MatcherSpec, MissingExtraError
from rubricate_images.checking import task_of
from rubricate_images.folders import find_model

__all__ = ["LoadedModel", "ModelLoadError", "load_model", "settled"]

KEPT = 4
"""Models that stay in memory: one that several stages name is loaded once."""
AUTO: Final = {
    "classify": "AutoModelForImageClassification",
    "zero_shot": "AutoModelForZeroShotImageClassification",
    "detect": "AutoModelForObjectDetection",
}


class ModelLoadError(RuntimeError):
    """A model that looked whole and cannot be used on this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedModel:
    """A model, ready to be asked."""

    model: Any
    processor: Any
    """What makes its input of images."""
    tokenizer: Any
    """None for a model that reads no texts."""
    device: str

    def inputs(self, images: list[Any]) -> Any:
        """Images as what the model takes."""
        read = self.processor(images=images, return_tensors="pt")
        return read.to(device=self.device, dtype=self.model.dtype)


def load_model(spec: MatcherSpec) -> LoadedModel:
    """The model of a matcher, from memory where it is there; raises ModelLoadError or MissingExtraError."""
    _import_once()
    folder = find_model(spec)
    device = _device(str(spec.options.get("device", "auto")))
    dtype = str(spec.options.get("dtype", "float32"))
    return _load(str(folder.path), folder.stamp, task_of(spec), device, dtype)


@contextmanager
def settled() -> Iterator[None]:
    """Asking happens without gradients and with deterministic algorithms; what the process had set comes back."""
    import torch

    before = torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled()
    torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        with torch.inference_mode():
            yield
    finally:
        torch.use_deterministic_algorithms(before[0], warn_only=before[1])


@lru_cache(maxsize=1)
def _import_once() -> None:
    """Imports torch and transformers, for which the network is not there, and settles their threads.

    One thread: runs have a worker for each core, and the order in which threads add numbers up shows in the last
    digits. `OMP_NUM_THREADS` is the way to more.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # without it matrix products on a GPU vary
    try:
        import torch
        import transformers  # noqa: F401  # its absence is told here
    except ImportError as error:
        raise MissingExtraError("a model of pictures", "transformers") from error
    if "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(1)


def _device(name: str) -> str:
    import torch

    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if name.startswith("cuda"):
        number, there = int(name.partition(":")[2] or 0), torch.cuda.device_count() if torch.cuda.is_available() else 0
        if number >= there:
            told = f"{there} of them" if there else "no GPU that torch can use"
            raise ModelLoadError(f'the device "{name}" was asked for, and there is {told}: say `device: auto`')
    if name == "mps" and not torch.backends.mps.is_available():
        raise ModelLoadError('the device "mps" was asked for, and is not there: say `device: auto`')
    return name


@lru_cache(maxsize=KEPT)
def _load(path: str, _stamp: object, task: str, device: str, dtype: str) -> LoadedModel:
    import torch
    import transformers

    told = {"local_files_only": True, "trust_remote_code": False}
    with _silence(transformers):
        try:
            processor = transformers.AutoImageProcessor.from_pretrained(path, **told, use_fast=False)
            tokenizer = None
            if task == "zero_shot":
                tokenizer = transformers.AutoTokenizer.from_pretrained(path, **told)
        except Exception as error:  # transformers and tokenizers raise anything on a broken file
            raise ModelLoadError(f'the processor in "{path}" cannot be loaded: {error}') from error
        try:
            kind = getattr(transformers, AUTO[task])
            model, report = kind.from_pretrained(path, **told, use_safetensors=True, output_loading_info=True)
        except Exception as error:
            raise ModelLoadError(f'the model in "{path}" cannot be loaded: {error}') from error
    odd = [*sorted(report["missing_keys"]), *(str(key[0]) for key in report.get("mismatched_keys", ()))]
    if odd:
        raise ModelLoadError(f'the weights in "{path}" do not fit its config.json: "{odd[0]}" would be chance')
    model = model.to(device=device, dtype=getattr(torch, dtype)).eval()
    return LoadedModel(model=model, processor=processor, tokenizer=tokenizer, device=device)


@contextmanager
def _silence(transformers: Any) -> Iterator[None]:
    """Without bars of progress and reports; what goes wrong is raised."""
    log = transformers.utils.logging
    level, bars = log.get_verbosity(), log.is_progress_bar_enabled()
    log.set_verbosity(logging.CRITICAL)
    log.disable_progress_bar()
    try:
        yield
    finally:
        log.set_verbosity(level)
        if bars:
            log.enable_progress_bar()
