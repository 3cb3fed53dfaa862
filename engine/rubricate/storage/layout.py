"""The names of the files and folders of a run's output, in one place."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = [
    "FOLDERS", "MANIFEST", "PART_NAME", "incidents_folder", "index_folder", "internal", "ledger_file", "lock_file",
    "log_file", "manifests_folder", "part_name", "receipts_folder", "run_file", "spool_folder", "usage_file",
    "votes_folder",
]  # fmt: skip

FOLDERS = ("records", "review", "quarantine", "dropped")
"""The folders of parts, in the order in which a unit's parts are put."""

MANIFEST = "manifest.json"

PART_NAME = re.compile(r"part-(\d{5,})-([0-9a-f]{8})\.jsonl")
"""A part: the ordinal of its unit, then the first digits of its sha256."""


def part_name(ordinal: int, sha256: str) -> str:
    """The file name of a part.

    >>> part_name(12, "9f3c01d2aa")
    'part-00012-9f3c01d2.jsonl'
    """
    return f"part-{ordinal:05d}-{sha256[:8]}.jsonl"


def internal(out: Path) -> Path:
    """The folder of what readers of the data never need."""
    return out / ".rubricate"


def ledger_file(out: Path) -> Path:
    """Where the ledger stands."""
    return internal(out) / "ledger.db"


def lock_file(out: Path) -> Path:
    """What a driver locks for as long as it writes."""
    return internal(out) / "lock"


def run_file(out: Path) -> Path:
    """What the run is: plan, inputs and options, written once at its start."""
    return internal(out) / "run.json"


def log_file(out: Path) -> Path:
    """What happened in the run, an event a line."""
    return internal(out) / "log.jsonl"


def receipts_folder(out: Path) -> Path:
    """Where the receipts of units stand, named by unit key."""
    return internal(out) / "receipts"


def votes_folder(out: Path) -> Path:
    """Where the votes of units are kept for a run of edited rules, named by unit key; all of it may be removed."""
    return internal(out) / "votes"


def manifests_folder(out: Path) -> Path:
    """Where each published manifest's body is kept, named by digest."""
    return internal(out) / "manifests"


def incidents_folder(out: Path) -> Path:
    """Where it is kept what a clock or a dead process decided, named by unit key."""
    return internal(out) / "incidents"


def spool_folder(out: Path) -> Path:
    """Where standard input is kept until the run completes."""
    return internal(out) / "spool"


def index_folder(out: Path) -> Path:
    """Where pass 1 keeps its files until the run completes."""
    return internal(out) / "index"


def usage_file(out: Path, run: str) -> Path:
    """What a run has spent on services, a line a question; `run` is the digest of what the run is."""
    return internal(out) / "usage" / f"{run[:16]}.jsonl"
