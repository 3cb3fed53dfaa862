"""Whether weights in a folder can be loaded without running code, and are all there: told by their first bytes."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from mmap import ACCESS_READ, mmap
from pathlib import Path

from rubricate.api import OptionError

__all__ = ["find_data", "find_onnx", "find_weights"]

WHOLE = "model.safetensors"
INDEX = f"{WHOLE}.index.json"
ONNX = ("model.onnx", "onnx/model.onnx")
PICKLED = (".bin", ".ckpt", ".h5", ".msgpack", ".pickle", ".pkl", ".pt", ".pth")
LONGEST_HEADER = 100 << 20
AGAIN = "copy it again: it is not whole"
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


def find_weights(folder: Path) -> list[Path]:
    """The safetensors in a folder with their index; raises OptionError."""
    if (folder / WHOLE).is_file():
        _check(folder / WHOLE)
        return [folder / WHOLE]
    if (folder / INDEX).is_file():
        shards = _shards(folder)
        for path in shards:
            _check(path)
        return [folder / INDEX, *shards]
    pickled = sorted(path.name for path in folder.iterdir() if path.suffix in PICKLED)
    if pickled:
        help = "where you trust the file, load it with transformers and save_pretrained writes it as model.safetensors"
        raise OptionError(
            "model", f'the weights "{pickled[0]}" are no safetensors, and loading them can run code', help=help
        )
    raise OptionError("model", f'the model folder "{folder}" holds no "{WHOLE}"', help="copy the whole model")


def _shards(folder: Path) -> list[Path]:
    try:
        named = json.loads((folder / INDEX).read_bytes())["weight_map"].values()
        paths = [folder / name for name in sorted({str(name) for name in named})]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise OptionError("model", f'"{INDEX}" names no files of weights', help="copy the whole model") from None
    for path in paths:
        if path.parent != folder or path.suffix != ".safetensors":
            raise OptionError("model", f'"{INDEX}" names "{path.name}", which is no safetensors beside it')
        if not path.is_file():
            raise OptionError("model", f'the model folder lacks "{path.name}"', help="copy the whole model")
    return paths


def _check(path: Path) -> None:
    """Raises OptionError unless a file of safetensors has the size that its header tells."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(8)
        if head == POINTER:
            raise OptionError("model", f'"{path.name}" only points to the weights', help="fetch them with git lfs pull")
        length = int.from_bytes(head, "little")
        if len(head) < 8 or not 2 <= length <= min(LONGEST_HEADER, size):
            raise OptionError("model", f'"{path.name}" is no safetensors', help="copy it again, or convert it")
        header = file.read(length)
    try:
        ends = [tensor["data_offsets"][1] for name, tensor in json.loads(header).items() if name != "__metadata__"]
        wanted = 8 + length + max(ends, default=0)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise OptionError("model", f'"{path.name}" has a broken header', help="copy it again") from None
    if size != wanted:
        told = f'"{path.name}" has {size:,} bytes, and its header tells of {wanted:,}'
        raise OptionError("model", told, help=AGAIN)
