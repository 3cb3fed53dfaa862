"""Rubricate: scrape dumps in, labelled data that people can trust out.

import rubricate

rules = rubricate.load("ruleset.yaml")
for record in rules.annotate(["please SUBSCRIBE to my channel"]):
    print(record.decisions)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rubricate.annotator import Annotator, LabelledRecord, check, load, read_run

__all__ = ["Annotator", "LabelledRecord", "__version__", "check", "load", "read_run"]

__version__ = "0.1.0"


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> object:
    # loaded on first use: `rubricate --help` and plugins must not pay for the engine
    if name in __all__:
        from rubricate import annotator

        return getattr(annotator, name)
    raise AttributeError(f"module 'rubricate' has no attribute {name!r}")
