"""Brings models into memory: on the device and in the precision that was asked for, with nothing fetched or run."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rubricate.api import MissingExtraError
from rubricate_transformers.checking import HEADS
from rubricate_transformers.settings import Settings

__all__ = ["LoadedModel", "ModelLoadError", "load_model", "settled"]

KEPT = 4
"""Models that stay in memory: one that several stages name is loaded once."""


class ModelLoadError(RuntimeError):
    """A model that looked whole and cannot be used on this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedModel:
    """A model, ready to be asked."""

    model: Any
    tokenizer: Any
    device: str


def load_model(settings: Settings, task: str) -> LoadedModel:
    """The model of these settings, from memory where it is there; raises ModelLoadError or MissingExtraError."""
    stamp = settings.model.stamp
    return _load(settings.path, stamp, HEADS[task], _device(settings.device), settings.dtype)


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
        raise MissingExtraError("a matcher of transformers", "transformers") from error
    if "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(1)


def _device(name: str) -> str:
    _import_once()
    import torch

    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if name.startswith("cuda"):
        number, there = int(name.partition(":")[2] or 0), torch.cuda.device_count() if torch.cuda.is_available() else 0
        if number >= there:
            raise ModelLoadError(f'the device "{name}" was asked for, and there {_gpus(there)}: say `device: auto`')
    if name == "mps" and not torch.backends.mps.is_available():
        raise ModelLoadError('the device "mps" was asked for, and is not there: say `device: auto`')
    return name


def _gpus(number: int) -> str:
    return "is no GPU that torch can use" if not number else f"{'is' if number == 1 else 'are'} only {number}"


@lru_cache(maxsize=KEPT)
def _load(path: str, _stamp: object, head: str, device: str, dtype: str) -> LoadedModel:
    import torch
    import transformers

    kind = getattr(transformers, f"AutoModel{head}")
    with _silence(transformers):
        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(
                path, local_files_only=True, trust_remote_code=False, use_fast=True
            )
        except Exception as error:  # transformers and tokenizers raise anything on a broken file
            raise ModelLoadError(f'the tokenizer in "{path}" cannot be loaded: {error}') from error
        tokenizer.truncation_side = "right"  # windows are counted from the beginning, whatever its folder says
        try:
            model, told = kind.from_pretrained(
                path, local_files_only=True, trust_remote_code=False, use_safetensors=True, output_loading_info=True
            )
        except Exception as error:
            raise ModelLoadError(f'the model in "{path}" cannot be loaded: {error}') from error
    # an encoder that was trained with another head may lack the pooler, which nobody asks here
    missing = sorted(key for key in told["missing_keys"] if head or "pooler" not in key)
    odd = [*missing, *(str(key[0]) for key in told.get("mismatched_keys", ()))]
    if odd:
        raise ModelLoadError(f'the weights in "{path}" do not fit its config.json: "{odd[0]}" would be chance')
    if not tokenizer.is_fast:
        raise ModelLoadError(f'the tokenizer in "{path}" tells no places in the text: save a fast one')
    model = model.to(device=device, dtype=getattr(torch, dtype)).eval()
    return LoadedModel(model=model, tokenizer=tokenizer, device=device)


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
