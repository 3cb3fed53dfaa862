"""A ruleset, a dump, and what an undisturbed run over it comes to."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.fake_run import write_dump
from support.faults import RULESET, outcome_after


@pytest.fixture
def ruleset(tmp_path: Path) -> Path:
    path = tmp_path / "ruleset.yaml"
    path.write_text(RULESET)
    return path


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    return write_dump(tmp_path / "dump.jsonl")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def calm(tmp_path: Path, dump: Path) -> object:
    """What an undisturbed run over the dump comes to."""
    return outcome_after(tmp_path / "calm", dump)
