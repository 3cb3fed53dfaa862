"""Models on the disk: where they lie, what `model.json` says of them, and whether their files are what it pins."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import cast

from rubricate.api import MatcherSpec, OptionError, named_folder
from rubricate_learn.encoders import Encoder, find_encoder

__all__ = ["FORMAT", "MODEL", "VOCABULARY", "WEIGHTS", "LearnedModel", "find_model", "model_json"]

FORMAT = 1
MODEL = "model.json"
VOCABULARY = "vocabulary.json"
WEIGHTS = "weights.safetensors"
NEEDED = {"tfidf": (VOCABULARY, WEIGHTS), "embeddings": (WEIGHTS,)}
"""Method -> the files that its models have beside `model.json`."""
AGAIN = "run `rubricate train` again, or copy the whole folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedModel:
    """A model whose files are all there, and as they were written."""

    path: Path
    method: str
    classes: tuple[str, ...]
    has_rest: bool
    """Whether it also knows texts that none of its classes fits."""
    fields: tuple[str, ...] | None
    """The text fields that it was trained on; None: every one."""
    files: Mapping[str, Path]
    """Name -> path of everything that its answers follow from, its encoder's files as `encoder/NAME`."""
    encoder: Encoder | None = field(default=None, repr=False)

    @property
    def stamp(self) -> tuple[tuple[str, int, int], ...]:
        """Changes when a file does."""
        stats = [(name, path.stat()) for name, path in sorted(self.files.items())]
        return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)


def model_json(
    method: str,
    classes: tuple[str, ...],
    *,
    has_rest: bool,
    fields: tuple[str, ...] | None,
    files: Mapping[str, bytes],
    encoder: Mapping[str, object] | None = None,
) -> bytes:
    """What `model.json` says of a model with these files."""
    told: dict[str, object] = {
        "format": FORMAT,
        "method": method,
        "classes": list(classes),
        "rest": has_rest,
        "fields": None if fields is None else list(fields),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
    }
    if encoder is not None:
        told["encoder"] = encoder
    return (json.dumps(told, indent=2, ensure_ascii=False) + "\n").encode()


def find_model(spec: MatcherSpec) -> LearnedModel:
    """The model that a matcher names; raises OptionError for one that is not there, not whole, or was changed."""
    name = str(spec.options.get("model", ""))
    folder = named_folder(name, spec.folder, what="folder", help="`rubricate train RULESET --to FOLDER` makes one")
    told = _read(folder)
    method, pinned = told.get("method"), told.get("files")
    if not isinstance(method, str) or method not in NEEDED or not isinstance(pinned, dict):
        raise OptionError("model", f'"{MODEL}" speaks of no method that is known here', help=AGAIN)
    files = {MODEL: folder / MODEL, **{each: folder / each for each in NEEDED[method]}}
    for each, path in files.items():
        if each != MODEL:
            _check(path, pinned.get(each))
    encoder = _encoder(told, folder) if method == "embeddings" else None
    if encoder is not None:
        files |= {f"encoder/{each}": path for each, path in encoder.files.items()}
    classes, fields = told.get("classes"), told.get("fields")
    if not isinstance(classes, list) or not classes or not isinstance(fields, list | None):
        raise OptionError("model", f'"{MODEL}" names no classes', help=AGAIN)
    return LearnedModel(
        path=folder,
        method=method,
        classes=tuple(map(str, classes)),
        has_rest=told.get("rest") is True,
        fields=None if fields is None else tuple(map(str, fields)),
        files=dict(sorted(files.items())),
        encoder=encoder,
    )


def _read(folder: Path) -> Mapping[str, object]:
    try:
        told = json.loads((folder / MODEL).read_bytes())
    except FileNotFoundError:
        help = "name a folder that `rubricate train` wrote; other models have kinds of their own"
        raise OptionError("model", f'the folder "{folder}" holds no "{MODEL}"', help=help) from None
    except (OSError, ValueError, RecursionError):
        raise OptionError("model", f'"{MODEL}" in "{folder}" is no JSON', help=AGAIN) from None
    if not isinstance(told, dict):
        raise OptionError("model", f'"{MODEL}" in "{folder}" is no mapping', help=AGAIN)
    if told.get("format") != FORMAT:
        said = told.get("format")
        raise OptionError("model", f'"{MODEL}" is of format {json.dumps(said)[:20]}, and {FORMAT} is known here',
                          help="train it again with this version, or update Rubricate")  # fmt: skip
    return told


def _check(path: Path, digest: object) -> None:
    """Raises OptionError for a file that is not there, or not what was written."""
    try:
        found = path.stat()
    except OSError:
        raise OptionError("model", f'the model folder lacks "{path.name}"', help=AGAIN) from None
    if _digest(str(path), found.st_ino, found.st_size, found.st_mtime_ns) != digest:
        message = f'"{path.name}" is not what "{MODEL}" pins: it was changed, or is not whole'
        raise OptionError("model", message, help=AGAIN)


def _encoder(told: Mapping[str, object], folder: Path) -> Encoder:
    """The encoder that a head was trained on; raises OptionError for another one."""
    said = told.get("encoder")
    pinned = cast("Mapping[str, object]", said).get("files") if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(pinned, dict):
        raise OptionError("model", f'"{MODEL}" names no encoder', help=AGAIN)
    found = find_encoder(str(said.get("model")), folder, option="model")
    for name, path in found.files.items():
        stat = path.stat()
        if _digest(str(path), stat.st_ino, stat.st_size, stat.st_mtime_ns) != pinned.get(name):
            message = f'"{name}" of the encoder "{said.get("model")}" is not the one that the model was trained on'
            raise OptionError("model", message, help="put that encoder back, or train the model again")
    if set(pinned) - set(found.files):
        message = f'the encoder "{said.get("model")}" lacks "{min(set(pinned) - set(found.files))}"'
        raise OptionError("model", message, help="put that encoder back, or train the model again")
    return found


@lru_cache(maxsize=1024)
def _digest(path: str, *_identity: int) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
