"""Matchers that ask services, seen from a run: where responses stand, what may be spent, what was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

from rubricate.errors import ResponsesMissingError
from rubricate.model.ruleset import Budget
from rubricate.model.run_context import RunContext, current_run
from rubricate.running.contracts import Labeller
from rubricate.storage.layout import usage_file
from rubricate.storage.objects import digest_value
from rubricate.storage.people import find_project
from rubricate.storage.responses import StoredResponses
from rubricate.storage.spending import Spending, Spent

__all__ = ["cache_folder", "lend", "spent_in", "take_unit_counts", "usage_of_run"]

SEPARATOR = ": "


def cache_folder(out: Path) -> Path:
    """Where responses stand that the runs of a project share; in the folder of a run that belongs to no project."""
    return find_project(out) / "cache"


def lend(
    out: Path, run: str, budget: Budget | None, *, replay: bool, alive: Callable[[], None] | None = None
) -> RunContext:
    """What a run lends to matchers; `run` is the digest of what the run is, as all its attempts share a purse."""
    cache = cache_folder(out)
    return RunContext(
        responses=lambda kind: StoredResponses(cache / kind),
        purse=Spending(usage_file(out, run), budget),
        replay=replay,
        alive=alive,
    )


def take_unit_counts() -> dict[str, int]:
    """What matchers have counted in the unit that ends. Raises ResponsesMissingError where a replay lacks some."""
    context = current_run()
    if context is None:
        return {}
    lacking = context.lacking
    counts = context.take_counts()
    if lacking:
        raise ResponsesMissingError(lacking)
    return counts


def spent_in(out: Path, run: str) -> Mapping[str, Spent]:
    """Matcher -> what it has cost in all attempts of a run."""
    return Spending(usage_file(out, run)).refresh()


def usage_of_run(
    out: Path, identity: Mapping[str, object], labeller: Labeller, counts: Mapping[str, int] | None = None
) -> list[dict[str, object]]:
    """For each matcher that asked a service, or used what had been asked: its stage, what it cost, what it counted.

    What it cost is that of all attempts; `counts`: `MATCHER: WHAT` -> how often, over all units.
    """
    homes = cast("Mapping[str, str]", getattr(labeller, "homes", {}))
    spent = spent_in(out, digest_value(identity))
    by_matcher: dict[str, dict[str, int]] = {name: {} for name in spent}
    for name, number in sorted((counts or {}).items()):
        matcher, _, what = name.rpartition(SEPARATOR)
        by_matcher.setdefault(matcher, {})[what] = number
    return [
        {"stage": homes.get(name, ""), "matcher": name, **spent.get(name, Spent()).as_json, "counted": counted}
        for name, counted in sorted(by_matcher.items())
    ]
