"""A model's folder, put in its place at once; and what stands in it beside the model."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from rubricate.errors import UsageError
from rubricate.storage.objects import sync_descriptor, sync_folder

__all__ = ["ANSWERS", "CARD", "LESSONS", "MODEL", "PAGE", "check_model_folder", "put_model_folder"]

MODEL = "model.json"
CARD = "card.json"
PAGE = "README.md"
ANSWERS = "answers.txt"
LESSONS = "lessons.json"


def check_model_folder(folder: Path, *, force: bool) -> None:
    """Raises UsageError if a model must not be written there."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UsageError(f'"{folder}" is a file', help="name a folder for the model")
    if not any(folder.iterdir()):
        return
    if not (folder / CARD).is_file():
        raise UsageError(f'"{folder}" holds something else than a model that was trained', help="name a new folder")
    if not force:
        raise UsageError(f'"{folder}" holds a model already', help="name a new folder, or replace it with --force")


def put_model_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes the files beside, and puts the folder in its place when all are on the disk; an older model goes.

    A crash leaves the older model or the new one, whole. Between the two renames the older one stands beside as
    `.NAME.old`, and nothing under its name; the next call begins by putting it back.
    """
    folder = folder.resolve()  # a link stays one, to a new folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    new, old = (folder.with_name(f".{folder.name}.{word}") for word in ("new", "old"))
    if old.exists() and not folder.exists():
        os.replace(old, folder)  # noqa: PTH105  # atomic
    for leftover in (new, old):
        shutil.rmtree(leftover, ignore_errors=True)
    new.mkdir()
    for name, content in files.items():
        _write(new / name, content)
    sync_folder(new)
    if folder.exists():
        os.replace(folder, old)  # noqa: PTH105  # atomic
    os.replace(new, folder)  # noqa: PTH105  # atomic
    sync_folder(folder.parent)
    shutil.rmtree(old, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        sync_descriptor(file.fileno())
