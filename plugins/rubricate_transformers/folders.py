"""Models on the disk: where they lie, what their folders hold, what their configuration says. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rubricate.api import PICKLED, MatcherSpec, OptionError, check_config, find_safetensors, named_folder, read_config

__all__ = ["ModelFolder", "find_model"]

CONFIG = "config.json"
FETCH = (
    "nothing is fetched while rules run: put the model there, "
    "or fetch it before with hf download NAME --local-dir FOLDER"
)
TOKENIZER = "tokenizer.json"
TOLD = (CONFIG, "tokenizer_config.json")
"""What may ask for code that comes with the model."""
MORE = (
    "added_tokens.json", "merges.txt", "modules.json", "sentence_bert_config.json", "sentencepiece.bpe.model",
    "special_tokens_map.json", "spiece.model", "spm.model", "tokenizer.model", "tokenizer_config.json", "vocab.json",
    "vocab.txt", "1_Pooling/config.json",
)  # fmt: skip
"""What answers follow from as well, where it is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFolder:
    """A model whose files are all there."""

    path: Path
    files: Mapping[str, Path]
    """Name in the folder -> path, of everything that its answers follow from."""
    config: Mapping[str, object] = field(repr=False)
    """What config.json says."""

    def read(self, name: str) -> Mapping[str, object]:
        """What another file of JSON says; nothing where it is not there."""
        return read_config(self.path / name) if name in self.files else {}

    @property
    def stamp(self) -> tuple[tuple[str, int, int], ...]:
        """Changes when a file does."""
        stats = [(name, path.stat()) for name, path in sorted(self.files.items())]
        return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)


def find_model(spec: MatcherSpec) -> ModelFolder:
    """The model that a matcher names; raises OptionError for one that is not there, not whole, or not safe."""
    folder = _folder(str(spec.options.get("model", "")), spec.folder)
    if not (folder / CONFIG).is_file():
        raise OptionError("model", f'the model folder "{folder}" holds no "{CONFIG}"', help="copy the whole model")
    weights = find_safetensors(folder)
    if not (folder / TOKENIZER).is_file():
        help = "load its tokenizer with transformers and save it there with save_pretrained"
        raise OptionError("model", f'the model folder "{folder}" holds no "{TOKENIZER}"', help=help)
    found = {path.name: path for path in (folder / CONFIG, folder / TOKENIZER, *weights)}
    found |= {name: folder / name for name in MORE if (folder / name).is_file()}
    for name in TOLD:
        if name in found:
            check_config(folder / name)
    if (folder / "adapter_config.json").exists():
        help = "merge it into its model and save that: peft calls it merge_and_unload"
        raise OptionError("model", f'the folder "{folder}" holds an adapter, whose model lies elsewhere', help=help)
    return ModelFolder(path=folder, files=dict(sorted(found.items())), config=read_config(folder / CONFIG))


def _folder(name: str, base: Path) -> Path:
    """The folder of a model."""
    try:
        is_pickled = name.endswith(PICKLED) and (base / name).is_file()
    except OSError:
        is_pickled = False
    if is_pickled:
        help = "name the folder of a model whose weights are safetensors"
        raise OptionError("model", f'loading "{name}" can run code, so it is not loaded', help=help)
    return named_folder(name, base, help=FETCH, marker=CONFIG)
