"""A planned ruleset beside its lock."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rubricate.planning.plan import Plan
from rubricate.registry import Registry
from rubricate.versioning.lockfile import Lock, lock_path, read_lock
from rubricate.versioning.locking import Drift, drift_line, find_drift
from rubricate.versioning.pins import pin

__all__ = ["BesideLock", "beside_lock", "lock_record"]


@dataclass(frozen=True, slots=True)
class BesideLock:
    """A lock, and what of the ruleset is not as it says."""

    path: Path
    lock: Lock
    drift: tuple[Drift, ...]

    @property
    def line(self) -> str:
        """What has drifted, counted, in one line."""
        return drift_line(self.drift, self.lock, name=str(self.path))


def beside_lock(plan: Plan, registry: Registry) -> BesideLock | None:
    """A ruleset held against the lock beside it; None without one. Raises UsageError for a file that is no lock."""
    path = lock_path(plan.ruleset.file)
    lock = read_lock(path)
    return None if lock is None else BesideLock(path, lock, find_drift(lock, pin(plan, registry)))


def lock_record(plan: Plan, registry: Registry) -> dict[str, object] | None:
    """What a run keeps of it: the version that was locked, and what has drifted."""
    found = beside_lock(plan, registry)
    if found is None:
        return None
    drift = [{"part": each.part, "name": each.name, "how": each.how} for each in found.drift]
    return {"version": found.lock.pins.version, "drift": drift}
