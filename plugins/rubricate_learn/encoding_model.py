"""A model of the method `embeddings` at work: the vector that a sentence encoder makes of a text, then the head."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from rubricate.api import MissingExtraError
from rubricate_learn.encoders import Encoder
from rubricate_learn.heads import Head
from rubricate_learn.tensors import read_tensors

__all__ = ["BATCH", "EncodingModel", "embed", "read_encoding_model"]

BATCH = 32
KEPT = 2
"""Encoders that stay in memory: several models may rest on one."""


class EncoderLoadError(RuntimeError):
    """An encoder that looked whole and cannot be used on this machine."""


class EncodingModel:
    """Asks a model that rests on an encoder."""

    def __init__(self, encoder: Encoder, head: Head, *, device: str, batch: int) -> None:
        self._encoder, self._head, self._device, self._batch = encoder, head, device, batch

    def ask(self, texts: Sequence[str]) -> list[Mapping[str, float] | None]:
        """Class -> how likely it is, for each text."""
        return self._head.score_all(embed(self._encoder, texts, device=self._device, batch=self._batch))


def read_encoding_model(
    classes: tuple[str, ...], weights: bytes, encoder: Encoder, *, has_rest: bool, device: str, batch: int
) -> EncodingModel:
    """The model of these files; raises ValueError where they do not fit together."""
    found = {name: array.astype(float) for name, array in read_tensors(weights).items()}
    if found.keys() != {"bias", "weights"}:
        raise ValueError("it is not what this method writes")
    head = Head(classes, has_rest, found["weights"], found["bias"])
    if not head.fits(found["weights"].shape[-1]):
        raise ValueError("its weights do not fit its classes")
    return EncodingModel(encoder, head, device=device, batch=batch)


def embed(encoder: Encoder, texts: Sequence[str], *, device: str = "auto", batch: int = BATCH) -> list[Any]:
    """The vector of each text, of length 1; None where it is not of numbers. Like texts go through together."""
    tokenizer, model, place = _loaded(encoder, device)
    import numpy
    import torch

    read = tokenizer(
        [text.encode("utf-8", "replace").decode() for text in texts],
        truncation=True, max_length=encoder.max_length, return_attention_mask=False, return_token_type_ids=False,
        split_special_tokens=True,  # "[SEP]" in a text is five characters, and not the end of a sentence
    )["input_ids"]  # fmt: skip
    found: list[Any] = [None] * len(texts)
    order = sorted(range(len(texts)), key=lambda number: (-len(read[number]), number))
    with _settled():
        for begin in range(0, len(order), batch):
            numbers = order[begin : begin + batch]
            longest = len(read[numbers[0]])
            rows = [[*read[number], *[0] * (longest - len(read[number]))] for number in numbers]
            mask = [[1] * len(read[number]) + [0] * (longest - len(read[number])) for number in numbers]
            given = torch.tensor(mask, device=place)
            states = model(input_ids=torch.tensor(rows, device=place), attention_mask=given).last_hidden_state.float()
            share = given.unsqueeze(-1).float()
            pooled = (states * share).sum(1) / share.sum(1) if encoder.pooling == "mean" else states[:, 0]
            vectors = torch.nn.functional.normalize(pooled.double(), dim=1).cpu().numpy()
            for number, vector in zip(numbers, vectors, strict=True):
                found[number] = vector if numpy.isfinite(vector).all() else None
    return found


def _loaded(encoder: Encoder, device: str) -> tuple[Any, Any, str]:
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # without it matrix products on a GPU vary
    try:
        import torch
        import transformers  # noqa: F401  # its absence is told here
    except ImportError as error:
        raise MissingExtraError("a model that rests on an encoder", "transformers") from error
    place = _device(device)
    stamp = tuple((name, path.stat().st_mtime_ns) for name, path in encoder.files.items())
    if "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(1)  # runs have a worker for each core, and more threads add up in another order
    return (*_load(str(encoder.path), stamp, place), place)


def _device(name: str) -> str:
    import torch

    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    there = torch.cuda.device_count() if torch.cuda.is_available() else 0
    absent = name.startswith("cuda") and int(name.partition(":")[2] or 0) >= there
    if absent or (name == "mps" and not torch.backends.mps.is_available()):
        raise EncoderLoadError(f'the device "{name}" was asked for, and is not there: say `device: auto`')
    return name


@lru_cache(maxsize=KEPT)
def _load(path: str, _stamp: object, device: str) -> tuple[Any, Any]:
    import transformers

    log = transformers.utils.logging
    level = log.get_verbosity()
    log.set_verbosity(logging.CRITICAL)
    bars = log.is_progress_bar_enabled()
    log.disable_progress_bar()
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(
            path, local_files_only=True, trust_remote_code=False, use_fast=True
        )
        tokenizer.truncation_side = "right"
        model, told = transformers.AutoModel.from_pretrained(
            path, local_files_only=True, trust_remote_code=False, use_safetensors=True, output_loading_info=True
        )
    except Exception as error:  # transformers and tokenizers raise anything on a broken file
        raise EncoderLoadError(f'the encoder in "{path}" cannot be loaded: {error}') from error
    finally:
        log.set_verbosity(level)
        if bars:
            log.enable_progress_bar()
    odd = sorted(key for key in told["missing_keys"] if "pooler" not in key)
    if odd:
        raise EncoderLoadError(f'the weights in "{path}" do not fit its config.json: "{odd[0]}" would be chance')
    return tokenizer, model.to(device=device).eval()


@contextmanager
def _settled() -> Iterator[None]:
    """Without gradients and with deterministic algorithms; what the process had set comes back."""
    import torch

    before = torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled()
    torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        with torch.inference_mode():
            yield
    finally:
        torch.use_deterministic_algorithms(before[0], warn_only=before[1])
