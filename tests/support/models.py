"""Tests that need packages that only some people install: they are skipped where these are missing, and say so."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

__all__ = ["missing", "needs"]


def missing(*packages: str) -> str | None:
    """Why what needs these import packages is skipped; None where all are there."""
    absent = [name for name in packages if find_spec(name) is None]
    return f"{', '.join(absent)} not installed: make models" if absent else None


def needs(*packages: str) -> None:
    """Skips the module that calls it where one of these import packages is missing."""
    reason = missing(*packages)
    if reason is not None:
        pytest.skip(reason, allow_module_level=True)
