"""Whether the weights in a folder are safetensors, and all there: told from their headers, without reading them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from rubricate.model.descriptors import OptionError

__all__ = ["PICKLED", "find_safetensors"]

WHOLE = "model.safetensors"
INDEX = "model.safetensors.index.json"
PICKLED = (".bin", ".ckpt", ".h5", ".msgpack", ".pickle", ".pkl", ".pt", ".pth")
LONGEST_HEADER = 100 << 20
CONVERT = "where you trust the file, load it with transformers and save_pretrained writes it as model.safetensors"


def find_safetensors(folder: Path) -> list[Path]:
    """The files of weights of a model and their index; raises OptionError for what can run code, or is not whole."""
    if (folder / WHOLE).is_file():
        found = [folder / WHOLE]
    elif (folder / INDEX).is_file():
        found = [folder / INDEX, *_shards(folder)]
    else:
        pickled = sorted(path.name for path in folder.iterdir() if path.suffix in PICKLED)
        if pickled:
            raise OptionError("model", f'the weights "{pickled[0]}" are no safetensors, and loading them can run code',
                              help=CONVERT)  # fmt: skip
        raise OptionError("model", f'the model folder "{folder}" holds no "{WHOLE}"', help="copy the whole model")
    for path in found:
        if path.suffix == ".safetensors":
            _check(path)
    return found


def _shards(folder: Path) -> Iterator[Path]:
    try:
        named = json.loads((folder / INDEX).read_bytes())["weight_map"].values()
        names = sorted({str(name) for name in named})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise OptionError("model", f'"{INDEX}" names no files of weights', help="copy the whole model") from None
    for name in names:
        path = folder / name
        if path.name != name or path.suffix != ".safetensors":
            raise OptionError("model", f'"{INDEX}" names "{name}", which is no safetensors beside it', help=CONVERT)
        if not path.is_file():
            raise OptionError("model", f'the model folder lacks "{name}"', help="copy the whole model")
        yield path


def _check(path: Path) -> None:
    """Raises OptionError unless a file has the size that its header tells."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(8)
        if head == b"version ":
            raise OptionError("model", f'"{path.name}" only points to the weights', help="fetch them with git lfs pull")
        length = int.from_bytes(head, "little")
        if len(head) < 8 or not 2 <= length <= min(LONGEST_HEADER, size):
            raise OptionError("model", f'"{path.name}" is no safetensors', help="copy it again, or convert it")
        header = file.read(length)
    try:
        told = json.loads(header)
        ends = [tensor["data_offsets"][1] for name, tensor in told.items() if name != "__metadata__"]
        wanted = 8 + length + max(ends, default=0)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise OptionError("model", f'"{path.name}" has a broken header', help="copy it again") from None
    if size != wanted:
        raise OptionError("model", f'"{path.name}" has {size:,} bytes, and its header tells of {wanted:,}',
                          help="copy it again: it is not whole")  # fmt: skip
