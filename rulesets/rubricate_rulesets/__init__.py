"""The rulesets that ship with Rubricate, with their guidelines, tables and small real dumps."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

__all__ = ["path"]


def path(name: str) -> Traversable:
    """The folder of a shipped ruleset; `product-listings` and `product_listings` name the same one."""
    return files("rubricate_rulesets").joinpath(name.replace("-", "_"))
