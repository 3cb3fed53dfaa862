"""The one place that loads Pillow and what reckons with its pixels, which only those who have images install."""

from __future__ import annotations

import importlib
import importlib.util
from functools import cache
from typing import Any

from rubricate.errors import MissingExtraError

__all__ = ["find_numpy", "load_pillow", "need_pillow"]


def need_pillow() -> None:
    """Raise MissingExtraError where Pillow is not installed; loads nothing."""
    if importlib.util.find_spec("PIL") is None:
        raise MissingExtraError("a record with images", "images")


@cache
def load_pillow(module: str = "Image") -> Any:
    """A module of Pillow."""
    need_pillow()
    return importlib.import_module(f"PIL.{module}")


@cache
def find_numpy() -> Any | None:
    """numpy, which comes with the extra `images`; None where somebody has Pillow alone."""
    return None if importlib.util.find_spec("numpy") is None else importlib.import_module("numpy")
