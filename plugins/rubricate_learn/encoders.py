"""Sentence encoders on the disk: where they lie and what their configuration says. Imports no torch."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rubricate.api import IN_PACKAGE, OptionError, check_config, named_folder, read_config

__all__ = ["Encoder", "find_encoder", "name_from"]

CONFIG = "config.json"
NEEDED = (CONFIG, "model.safetensors", "tokenizer.json")
MORE = (
    "1_Pooling/config.json", "modules.json", "sentence_bert_config.json", "special_tokens_map.json",
    "tokenizer_config.json", "vocab.txt",
)  # fmt: skip
"""What vectors follow from as well, where it is there."""
LONGEST = 512
FETCH = "nothing is fetched while rules run: put it there, or fetch it before with hf download NAME --local-dir FOLDER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoder:
    """A sentence encoder whose files are all there."""

    path: Path
    files: Mapping[str, Path]
    """Name in its folder -> path, of everything that its vectors follow from."""
    pooling: Literal["mean", "cls"]
    """Whether a vector is the mean of those of the tokens, or that of the first one."""
    max_length: int
    """So many tokens of a text it reads."""


def name_from(name: str, folder: Path) -> str:
    """An encoder that is named from where we stand, as it is named from a model's folder."""
    return (
        name
        if name.startswith(IN_PACKAGE)
        else Path(os.path.relpath(Path(name).absolute(), folder.absolute())).as_posix()
    )


def find_encoder(name: str, base: Path, *, option: str) -> Encoder:
    """The encoder of this name; raises OptionError for one that is not there, not whole, or cannot be used."""
    folder = named_folder(name, base, option=option, what="folder", help=FETCH)
    for each in NEEDED:
        if not (folder / each).is_file():
            raise OptionError(option, f'the encoder "{name}" holds no "{each}"', help="copy the whole model")
    files = {each: folder / each for each in (*NEEDED, *MORE) if (folder / each).is_file()}
    config, tokenizer = (
        check_config(files[each], option=option) if each in files else {} for each in (CONFIG, "tokenizer_config.json")
    )
    return Encoder(
        path=folder,
        files=dict(sorted(files.items())),
        pooling=_pooling(folder, name, option),
        max_length=_longest(config, tokenizer, _read(folder, "sentence_bert_config.json", option)),
    )


def _pooling(folder: Path, name: str, option: str) -> Literal["mean", "cls"]:
    told = _read(folder, "1_Pooling/config.json", option)
    modes = sorted(key.removeprefix("pooling_mode_") for key, on in told.items() if on is True and "mode_" in key)
    if isinstance(told.get("pooling_mode"), str):
        modes = [str(told["pooling_mode"])]
    if not modes or modes in (["mean"], ["mean_tokens"]):
        return "mean"
    if modes in (["cls"], ["cls_token"]):
        return "cls"
    help = "use an encoder that takes the mean of its tokens, or the first one"
    raise OptionError(option, f'the encoder "{name}" pools by "{modes[0]}", which is not supported', help=help)


def _longest(*told: Mapping[str, object]) -> int:
    keys = ("max_position_embeddings", "model_max_length", "max_seq_length")
    known = [each[key] for each in told for key in keys if key in each]
    return min((int(each) for each in known if isinstance(each, int | float) and each > 0), default=LONGEST)


def _read(folder: Path, name: str, option: str) -> Mapping[str, object]:
    """What a file of JSON says; nothing where it is not there."""
    return read_config(folder / name, option=option) if (folder / name).is_file() else {}
