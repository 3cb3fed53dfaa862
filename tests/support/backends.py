"""Tests that run with each way of looking for texts and patterns."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

__all__ = ["use_backend"]


def use_backend(patch: pytest.MonkeyPatch, name: str) -> None:
    """Make `plain` or `fast` the backend; what the extra `fast` brings may be absent, and then there is nothing to test."""
    if name == "fast" and (find_spec("re2") is None or find_spec("ahocorasick_rs") is None):
        pytest.skip('needs the packages of the extra "fast"')
    patch.setenv("RUBRICATE_BACKEND", name)
