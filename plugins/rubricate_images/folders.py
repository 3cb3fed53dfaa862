"""Models on the disk: where they lie, of which form they are, what their folders say. Imports no torch.

Three forms: `torch` (config.json and model.safetensors, as transformers saves them), `onnx` (the same with model.onnx,
as they are exported from there), and `tensorflow` (a frozen graph and its description, as OpenCV reads them).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from rubricate.api import MatcherSpec, OptionError, check_config, find_safetensors, named_folder, read_config
from rubricate_images.weights import find_data, find_onnx

__all__ = ["Form", "ModelFolder", "find_model"]

Form: TypeAlias = 'Literal["torch", "onnx", "tensorflow"]'

CONFIG = "config.json"
FETCH = (
    "nothing is fetched while rules run: put the model there, "
    "or fetch it before with hf download NAME --local-dir FOLDER"
)
PROCESSOR = "preprocessor_config.json"
TOLD = (CONFIG, PROCESSOR, "processor_config.json", "tokenizer_config.json")
"""What may ask for code that comes with the model."""
MORE = (
    PROCESSOR, "processor_config.json", "added_tokens.json", "merges.txt", "special_tokens_map.json", "spiece.model",
    "tokenizer.json", "tokenizer_config.json", "vocab.json",
)  # fmt: skip
"""What answers follow from as well, where it is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFolder:
    """A model whose files are all there."""

    path: Path
    form: Form
    files: Mapping[str, Path]
    """Name in the folder -> path, of everything that its answers follow from."""
    config: Mapping[str, object] = field(default_factory=dict, repr=False)
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
    folder = named_folder(str(spec.options.get("model", "")), spec.folder, help=FETCH)
    task = spec.kind.rpartition(".")[2]
    if task == "detect" and not (folder / CONFIG).is_file() and any(folder.glob("*.pb")):
        return ModelFolder(path=folder, form="tensorflow", files=_graph(folder))
    if not (folder / CONFIG).is_file():
        raise OptionError("model", f'the model folder "{folder}" holds no "{CONFIG}"', help="copy the whole model")
    onnx = find_onnx(folder) if task == "classify" else None
    weights = [onnx, *find_data(onnx)] if onnx is not None else find_safetensors(folder)
    wanted = [PROCESSOR] if task != "zero_shot" else [PROCESSOR, "tokenizer.json"]
    for name in wanted:
        if not (folder / name).is_file():
            help = "load its processor with transformers and save it there with save_pretrained"
            raise OptionError("model", f'the model folder "{folder}" holds no "{name}"', help=help)
    found = {path.relative_to(folder).as_posix(): path for path in (folder / CONFIG, *weights)}
    found |= {name: folder / name for name in MORE if (folder / name).is_file()}
    for name in TOLD:
        if name in found:
            _check_told(folder / name)
    form: Form = "torch" if onnx is None else "onnx"
    return ModelFolder(path=folder, form=form, files=dict(sorted(found.items())), config=read_config(folder / CONFIG))


def _graph(folder: Path) -> dict[str, Path]:
    """The frozen graph in a folder and its description."""
    found: dict[str, Path] = {}
    for suffix, what in ((".pb", "frozen graph"), (".pbtxt", "description of its graph")):
        paths = sorted(folder.glob(f"*{suffix}"))
        if len(paths) != 1:
            told = f"{len(paths)} files" if paths else "no file"
            raise OptionError("model", f'the model folder "{folder}" holds {told} "*{suffix}"',
                              help=f"one is wanted: the {what}")  # fmt: skip
        if not paths[0].stat().st_size:
            raise OptionError("model", f'"{paths[0].name}" is empty', help="copy it again: it is not whole")
        found[paths[0].name] = paths[0]
    return found


def _check_told(path: Path) -> None:
    """Raises OptionError for a configuration that asks for code, or for what lies elsewhere."""
    told = check_config(path)
    if told.get("backbone") and not told.get("backbone_config"):
        help = f"use a model whose folder holds all of it, without backbone in {path.name}"
        raise OptionError("model", f'"{path.name}" names what lies elsewhere (backbone)', help=help)
