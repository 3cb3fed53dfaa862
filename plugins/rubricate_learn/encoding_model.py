"""A model of the method `embeddings` at work: the vector that a sentence encoder makes of a text, then the head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from rubricate.api import load_network, load_part, need_torch, settled, torch_device
from rubricate_learn.encoders import Encoder
from rubricate_learn.heads import Head
from rubricate_learn.tensors import read_tensors

__all__ = ["BATCH", "EncodingModel", "embed", "read_encoding_model"]

BATCH = 32
KEPT = 2
"""Encoders that stay in memory: several models may rest on one."""


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
    with settled():
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
    need_torch("a model that rests on an encoder")
    place = torch_device(device)
    stamp = tuple((name, path.stat().st_mtime_ns) for name, path in encoder.files.items())
    return (*_load(str(encoder.path), stamp, place), place)


@lru_cache(maxsize=KEPT)
def _load(path: str, _stamp: object, device: str) -> tuple[Any, Any]:
    tokenizer = load_part("AutoTokenizer", path, use_fast=True)
    tokenizer.truncation_side = "right"
    return tokenizer, load_network("AutoModel", path, device=device, what="encoder", spared="pooler")
