"""The one place that loads torch and models of transformers: nothing is fetched, and none of their code is run."""

from __future__ import annotations

import importlib
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from rubricate.errors import MissingExtraError

__all__ = ["ModelLoadError", "load_network", "load_part", "need_torch", "settled", "torch_device"]

SAFE = {"local_files_only": True, "trust_remote_code": False}


class ModelLoadError(RuntimeError):
    """A model that looked whole and cannot be used on this machine."""


def need_torch(who: str) -> None:
    """Imports torch and transformers; raises MissingExtraError where they are missing. `who` needs them."""
    try:
        _import_once()
    except ImportError as error:
        raise MissingExtraError(who, "transformers") from error


@cache
def _import_once() -> None:
    """The network is not there for them.

    One thread: runs have a worker for each core, and the order in which threads add numbers up shows in the last
    digits. `OMP_NUM_THREADS` is the way to more.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # without it matrix products on a GPU vary
    torch = _module("torch")
    _module("transformers")
    if "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(1)


def _module(name: str) -> Any:
    return importlib.import_module(name)


@contextmanager
def settled() -> Iterator[None]:
    """Asking happens without gradients and with deterministic algorithms; what the process had set comes back."""
    torch = _module("torch")
    before = torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled()
    torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        with torch.inference_mode():
            yield
    finally:
        torch.use_deterministic_algorithms(before[0], warn_only=before[1])


def torch_device(name: str) -> str:
    """The device of this name, or for `auto` the best that is there; raises ModelLoadError for one that is not."""
    torch = _module("torch")
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


def load_part(auto: str, path: str, *, what: str = "tokenizer", **options: object) -> Any:
    """What comes with a model, by a class of transformers such as `AutoTokenizer`; raises ModelLoadError."""
    return _from(auto, path, what, options)


def load_network(
    auto: str, path: str, *, device: str, dtype: str | None = None, what: str = "model", spared: str | None = None
) -> Any:
    """The model in a folder, ready to be asked; raises ModelLoadError.

    `dtype` is its own without another. Weights with `spared` in their names may be missing: nobody asks them.
    """
    network, told = _from(auto, path, what, {"use_safetensors": True, "output_loading_info": True})
    missing = sorted(key for key in told["missing_keys"] if spared is None or spared not in key)
    odd = [*missing, *(str(key[0]) for key in told.get("mismatched_keys", ()))]
    if odd:
        raise ModelLoadError(f'the weights in "{path}" do not fit its config.json: "{odd[0]}" would be chance')
    if dtype is not None:
        network = network.to(dtype=getattr(_module("torch"), dtype))
    return network.to(device=device).eval()


def _from(auto: str, path: str, what: str, options: dict[str, Any]) -> Any:
    transformers = _module("transformers")
    with _silence(transformers.utils.logging):
        try:
            return getattr(transformers, auto).from_pretrained(path, **SAFE, **options)
        except Exception as error:  # transformers and tokenizers raise anything on a broken file
            raise ModelLoadError(f'the {what} in "{path}" cannot be loaded: {error}') from error


@contextmanager
def _silence(log: Any) -> Iterator[None]:
    """Without bars of progress and reports; what goes wrong is raised."""
    level, bars = log.get_verbosity(), log.is_progress_bar_enabled()
    log.set_verbosity(logging.CRITICAL)
    log.disable_progress_bar()
    try:
        yield
    finally:
        log.set_verbosity(level)
        if bars:
            log.enable_progress_bar()
