"""Checks of numbers that stand for people: identity, tax, insurance and licence numbers of many countries.

Each is written from what the issuer publishes about the number; its docstring names that. A check says whether a number
could have been issued, not that it was.
"""

from __future__ import annotations

from rubricate.api import Check, hookimpl
from rubricate_pii import africa, americas, asia_pacific, europe, germany, technical

__all__ = ["register_checks"]


@hookimpl
def register_checks() -> list[Check]:
    """The checks of this package, by country."""
    return [
        Check(name=name, help=help, holds=holds)
        for part in (technical, americas, africa, asia_pacific, germany, europe)
        for name, help, holds in part.CHECKS
    ]
