"""Named places where a test can have the process killed, to prove that a run survives it.

RUBRICATE_FAIL_POINT="after_parts:2" kills the process, as by `kill -9`, when it reaches that place the second time.
"""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass

from rubricate.errors import UsageError

__all__ = ["NAMES", "VARIABLE", "check_fail_point", "reach"]

VARIABLE = "RUBRICATE_FAIL_POINT"

NAMES = frozenset(
    {
        "after_ledger_commit",
        "after_manifest",
        "after_manifest_temp",
        "after_parts",
        "after_quarantine",
        "after_read",
        "after_receipt",
        "after_response_before_store",
        "before_fsync",
        "before_ledger_commit",
        "before_manifest",
        "in_apply",
        "in_gc_sweep",
        "mid_index_pass",
        "mid_spill",
    }
)


@dataclass(slots=True)
class _Armed:
    """The place to die at, and how many times it may still be passed."""

    name: str
    left: int


def _read_variable() -> _Armed | None:
    name, _, count = os.environ.get(VARIABLE, "").partition(":")
    return _Armed(name, int(count) if count.isdecimal() else 1) if name else None


_armed = _read_variable()


def check_fail_point() -> None:
    """Raise UsageError when the environment names a place that does not exist."""
    if _armed is not None and _armed.name not in NAMES:
        raise UsageError(
            f'{VARIABLE}: there is no fail point "{_armed.name}"', help=f"one of {', '.join(sorted(NAMES))}"
        )


def reach(name: str) -> None:
    """Die here if the environment says so; otherwise do nothing."""
    if _armed is None:
        return
    assert name in NAMES, name
    if _armed.name == name:
        _armed.left -= 1
        if _armed.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
