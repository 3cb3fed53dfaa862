"""A planned ruleset beside its lock."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rubricate.planning.plan import Plan
from rubricate.registry import Registry
from rubricate.versioning.lock_problems import asked_sections
from rubricate.versioning.lockfile import Lock, lock_path, read_lock
from rubricate.versioning.locking import Drift, Verdict, drift_line, find_drift, judge_version
from rubricate.versioning.pins import pin

__all__ = ["BesideLock", "beside_lock", "lock_record"]


@dataclass(frozen=True, slots=True)
class BesideLock:
    """A lock, and what of the ruleset is not as it says."""

    path: Path
    lock: Lock
    drift: tuple[Drift, ...]
    verdict: Verdict

    @property
    def line(self) -> str:
        """What has drifted, counted, in one line."""
        line = drift_line(self.drift, self.lock, name=str(self.path)).removesuffix("; run rubricate lock")
        return f"{line}, which {self.verdict.version} comes before" if self.verdict.how == "goes back" else line

    @property
    def advice(self) -> str:
        """What brings ruleset and lock together again."""
        if self.verdict.how in ("enough", "unknown"):
            return "run rubricate lock"
        return f"{self.verdict.advice}; then run rubricate lock"


def beside_lock(plan: Plan, registry: Registry) -> BesideLock | None:
    """A ruleset held against the lock beside it; None without one. Raises UsageError for a file that is no lock."""
    path = lock_path(plan.ruleset.file)
    lock = read_lock(path)
    if lock is None:
        return None
    pins = pin(plan, registry)
    drift = find_drift(lock, pins)
    return BesideLock(path, lock, drift, judge_version(lock, pins, drift, asked=asked_sections(plan.ruleset)))


def lock_record(plan: Plan, registry: Registry) -> dict[str, object] | None:
    """What a run keeps of it: the version that was locked, and what has drifted."""
    found = beside_lock(plan, registry)
    if found is None:
        return None
    drift = [{"part": each.part, "name": each.name, "how": each.how} for each in found.drift]
    return {"version": found.lock.pins.version, "drift": drift}
