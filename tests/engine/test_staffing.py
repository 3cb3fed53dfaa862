"""How many processes label when nobody says so."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rubricate import staffing
from rubricate.annotator import Annotator
from rubricate.staffing import SMALL, count_workers
from support.rulesets import load_text

PLAIN = "labels: {spam: {kind: document}}\nrules:\n  - {id: sale, label: spam, when: '\"sale\"', confidence: 0.9}\n"


@dataclass(frozen=True)
class Dump:
    """As much of an input as is asked for."""

    size: int
    source: Any


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Annotator:
    monkeypatch.setattr(staffing.os, "sched_getaffinity", lambda _pid: {0, 1, 2}, raising=False)
    return load_text(tmp_path, PLAIN)


@pytest.mark.parametrize(
    ("sizes", "wanted", "count"),
    [
        ([64 << 20], None, 3),
        ([64 << 20], 2, 2),
        ([64 << 20], 9, 9),
        ([64 << 20], 0, 0),
        ([SMALL - 1], None, 0),
        ([SMALL - 1], 1, 1),
        ([SMALL, 10], None, 2),
        ([10, 10], 5, 2),
    ],
    ids=["one_a_core", "fewer", "more", "none", "small", "small_but_told", "no_more_than_units", "a_unit_each"],
)
def test_there_is_a_worker_for_each_core_unless_somebody_says_otherwise(rules, sizes, wanted, count):
    source = rules.registry.sources["jsonl"]
    dumps = [Dump(size, source) for size in sizes]

    assert count_workers(rules, dumps, wanted=wanted, size=SMALL) == count  # type: ignore[arg-type]
