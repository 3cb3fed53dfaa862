"""Texts as windows of tokens, and windows through a model: sorted by length, in batches, the answers in their order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rubricate_transformers.loading import LoadedModel
from rubricate_transformers.settings import Settings

__all__ = ["Encoded", "encode", "forward"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """The windows of some texts, text by text."""

    batch: Any
    """What the tokenizer gave: a row for each window."""
    owner: Sequence[int]
    """Window -> number of its text."""
    place: Sequence[int]
    """Window -> which it is of its text, from 0."""
    own: Sequence[int]
    """Window -> how many tokens stand for its text, and not for the tokenizer's own signs."""
    rows: Sequence[int] = field(repr=False)
    """Window -> its row in the batch."""


def encode(
    loaded: LoadedModel,
    settings: Settings,
    texts: Sequence[str],
    pairs: Sequence[str] | None = None,
    *,
    places: bool = False,
) -> Encoded:
    """The windows of texts; with `pairs` a second text stands behind each window, with `places` they keep offsets."""
    given = [list(map(_encodable, texts))] + ([] if pairs is None else [list(pairs)])
    overflows = settings.windows != 1
    batch = loaded.tokenizer(
        *given,
        truncation=True if pairs is None else "only_first",
        max_length=settings.max_length,
        stride=settings.stride if overflows else 0,
        return_overflowing_tokens=overflows,
        return_offsets_mapping=places,
        return_special_tokens_mask=True,
        return_attention_mask=False,
        split_special_tokens=True,  # "[SEP]" in a text is five characters, and not the end of a sentence
    )
    owners = batch["overflow_to_sample_mapping"] if overflows else range(len(texts))
    rows: list[int] = []
    place: list[int] = []
    last = -1
    for row, owner in enumerate(owners):
        count = place[-1] + 1 if owner == last else 0
        last = owner
        place.append(count)
        rows.append(row)
    kept = [row for row in rows if settings.windows is None or place[row] < settings.windows]
    special = batch["special_tokens_mask"]
    return Encoded(
        batch=batch,
        owner=[owners[row] for row in kept],
        place=[place[row] for row in kept],
        own=[len(special[row]) - sum(special[row]) for row in kept],
        rows=kept,
    )


def forward(loaded: LoadedModel, settings: Settings, encoded: Encoded, take: Callable[[Any, Any], Any]) -> list[Any]:
    """What `take` makes of the model's output and attention mask, a row for each window that has tokens of its own.

    None for the others: there is nothing to ask about.
    """
    import torch

    ids = encoded.batch["input_ids"]
    types = encoded.batch.get("token_type_ids")
    order = [number for number, own in enumerate(encoded.own) if own]
    order.sort(key=lambda number: (-len(ids[encoded.rows[number]]), number))
    padding = loaded.tokenizer.pad_token_id
    size = settings.batch_size if padding is not None else 1
    found: list[Any] = [None] * len(encoded.rows)
    for begin in range(0, len(order), size):
        numbers = order[begin : begin + size]
        rows = [encoded.rows[number] for number in numbers]
        longest = len(ids[rows[0]])
        given = {"input_ids": _padded([ids[row] for row in rows], longest, padding or 0)}
        given["attention_mask"] = _padded([[1] * len(ids[row]) for row in rows], longest, 0)
        if types is not None:
            given["token_type_ids"] = _padded([types[row] for row in rows], longest, 0)
        tensors = {name: torch.tensor(values, device=loaded.device) for name, values in given.items()}
        taken = take(loaded.model(**tensors), tensors["attention_mask"])
        for number, row in zip(numbers, taken.cpu(), strict=True):
            found[number] = row
    return found


def _padded(rows: Sequence[Sequence[int]], length: int, filler: int) -> list[list[int]]:
    return [[*row, *[filler] * (length - len(row))] for row in rows]


def _encodable(text: str) -> str:
    """The text with as many characters, of which none is half a character."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
