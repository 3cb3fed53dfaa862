"""Whether a model of ONNX is one, and its weights are all there: told by its bytes, without running it."""

from __future__ import annotations

import re
from functools import lru_cache
from mmap import ACCESS_READ, mmap
from pathlib import Path

from rubricate.api import OptionError

__all__ = ["find_data", "find_onnx"]

WHOLE = "model.safetensors"
INDEX = f"{WHOLE}.index.json"
ONNX = ("model.onnx", "onnx/model.onnx")
LOCATION = re.compile(rb"\x0a\x08location\x12([\x01-\x7f])")
"""How a model of ONNX begins to name a file with weights of its: the key, and how long the name is."""
POINTER = b"version "
"""How the small file begins that stands for a large one in a repository."""


def find_onnx(folder: Path) -> Path | None:
    """The model of ONNX in a folder that has no safetensors; raises OptionError for one that is not whole."""
    if (folder / WHOLE).is_file() or (folder / INDEX).is_file():
        return None
    found = next((folder / name for name in ONNX if (folder / name).is_file()), None)
    if found is None:
        return None
    with found.open("rb") as file:
        head = file.read(8)
    if head == POINTER:
        raise OptionError("model", f'"{found.name}" only points to the model', help="fetch it with git lfs pull")
    if head[:1] != b"\x08":  # the version of its form comes first
        raise OptionError("model", f'"{found.name}" is no model of ONNX', help="copy it again, or export it again")
    return found


def find_data(model: Path) -> list[Path]:
    """The files beside a model of ONNX that its weights lie in, where it names such; raises OptionError."""
    stat = model.stat()
    paths = [model.parent / name for name in _named_in(model, stat.st_size, stat.st_mtime_ns)]
    for path in paths:
        if path.parent != model.parent:
            raise OptionError("model", f'"{model.name}" names weights that lie elsewhere: "{path.name}"')
        if not path.is_file():
            help = f"copy it as well: it holds weights of {model.name}"
            raise OptionError("model", f'the model folder lacks "{path.name}"', help=help)
    return paths


@lru_cache(maxsize=64)
def _named_in(model: Path, *_identity: int) -> tuple[str, ...]:
    with model.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        named = {content[found.end() : found.end() + found[1][0]] for found in LOCATION.finditer(content)}
    return tuple(sorted(name.decode("utf-8", "replace") for name in named))
