"""From YAML text to a ruleset, with every problem of the file found in one run.

Names in conditions, types and the order of stages are checked afterwards, on the ruleset.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rubricate.loading.loaded import Loaded
    from rubricate.loading.rulesets import load_ruleset, load_text

__all__ = ["Loaded", "load_ruleset", "load_text"]


def __getattr__(name: str) -> object:
    # loaded on first use: what takes a ruleset from the cache must not pay for the parsers of YAML and conditions
    if name == "Loaded":
        from rubricate.loading import loaded

        return loaded.Loaded
    if name in __all__:
        from rubricate.loading import rulesets

        return getattr(rulesets, name)
    raise AttributeError(f"module 'rubricate.loading' has no attribute {name!r}")
