"""What a matcher's options come to, together with what its model's folder says. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from rubricate.api import MatcherSpec, OptionError
from rubricate_transformers.folders import ModelFolder, find_model

__all__ = ["LONGEST", "Settings", "longest_input", "settings_of"]

LONGEST = 512
"""Tokens of a window where a model does not say what it takes."""
UNLIMITED = 1_000_000
"""Tokenizers say more than this for: unknown."""
SHIFTED = frozenset({"camembert", "data2vec-text", "longformer", "mpnet", "roberta", "xlm-roberta", "xlm-roberta-xl"})
"""Models that count their places from behind the padding token."""
BATCH = 32
SHARE = 8
"""Windows of a tagger share a part of so many, so that no entity is cut in both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a model is loaded and asked; matchers with the same settings can share its answers."""

    model: ModelFolder = field(compare=False)
    path: str
    device: str
    dtype: str
    batch_size: int
    max_length: int
    """Tokens of a window, with those that the tokenizer adds."""
    stride: int
    windows: int | None
    """How many of a text are asked; None: all."""


def settings_of(spec: MatcherSpec) -> Settings:
    """The settings of a matcher; raises OptionError for those that the model cannot keep."""
    model, options = find_model(spec), spec.options
    limit = longest_input(model)
    length = options.get("max_length")
    if isinstance(length, int) and limit is not None and length > limit:
        raise OptionError("max_length", f"the model takes {limit:,} tokens, not {length:,}",
                          help=f"say {limit} or less; longer texts are cut into windows")  # fmt: skip
    most = cast("int", length) if length is not None else limit or LONGEST
    is_tagger = spec.kind.endswith(".token_classification")
    stride = cast("int", options.get("stride", most // SHARE if is_tagger else 0))
    if stride > most // 2:
        raise OptionError("stride", f"windows of {most:,} tokens cannot share {stride:,}",
                          help=f"say {most // 2} or less")  # fmt: skip
    windows = options.get("windows", "all" if is_tagger else 1)
    return Settings(
        model=model,
        path=str(model.path),
        device=str(options.get("device", "auto")),
        dtype=str(options.get("dtype", "float32")),
        batch_size=cast("int", options.get("batch_size", BATCH)),
        max_length=most,
        stride=stride,
        windows=None if windows == "all" else cast("int", windows),
    )


def longest_input(model: ModelFolder) -> int | None:
    """So many tokens a model takes, with those that its tokenizer adds; None: it does not say."""
    config = model.config
    places = next((config[key] for key in ("max_position_embeddings", "n_positions") if key in config), None)
    known = [places] if isinstance(places, int) and places > 0 else []
    if known and config.get("model_type") in SHIFTED:
        padding = config.get("pad_token_id")
        known = [known[0] - 1 - (padding if isinstance(padding, int) else 1)]
    for name, key in (("tokenizer_config.json", "model_max_length"), ("sentence_bert_config.json", "max_seq_length")):
        said = model.read(name).get(key)
        if isinstance(said, int | float) and 0 < said < UNLIMITED:
            known.append(int(said))
    return min(known, default=None)
