"""What loading a ruleset gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from rubricate.model.problem import Problem
from rubricate.model.ruleset import Ruleset

__all__ = ["MAX_BYTES", "Loaded"]

MAX_BYTES = 5_000_000
"""So large a ruleset file may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a file gave."""

    ruleset: Ruleset | None
    """None when the file is no YAML mapping. With errors: without the parts that are broken or rest on them."""
    problems: tuple[Problem, ...]
    """In the order of the file, those of tables and the guideline behind them."""
    sources: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    """Path as shown -> text, of every file that a problem points into."""
    digests: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    """File as the ruleset names it -> sha256 of its bytes, of every other file that was read."""

    @property
    def has_errors(self) -> bool:
        """Whether the ruleset cannot be used."""
        return self.ruleset is None or any(problem.is_error for problem in self.problems)
