"""Who labels: this process, or workers; and what they are told."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rubricate.annotator import Annotator
from rubricate.registry import PluginInfo
from rubricate.running.executing import Executor, InProcess, MakeExecutor, Place
from rubricate.running.inputs import Input
from rubricate.running.job import unit_size
from rubricate.running.pool import MEMORY, workers

__all__ = ["Staff", "count_workers", "setup_of"]

OURS = "rubricate"
"""The distribution whose plugins are trusted not to end the process."""
SMALL = 4 << 20
"""Bytes of input that are labelled before a worker has started."""


@dataclass(slots=True, kw_only=True)
class Staff:
    """The workers of one run."""

    count: int
    """0: this process labels."""
    setup: Mapping[str, object]
    patience: float
    memory: int = MEMORY
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Stage -> time spent in it, once the work is done."""

    @contextmanager
    def __call__(self, place: Place) -> Iterator[Executor]:
        """An executor with this staff."""
        make: MakeExecutor = InProcess
        if self.count:
            make = workers(self.count, self.setup, patience=self.patience, memory=self.memory)
        with make(place) as executor:
            yield executor
            self.seconds = dict(executor.seconds)


def count_workers(rules: Annotator, inputs: Sequence[Input], *, wanted: int | None, size: int | None) -> int:
    """How many processes label: as many as are wanted, else one a core, and no more than there are units.

    Unless told, this process does by itself what is small and needs no plugin of others: to start another one takes
    longer.
    """
    if wanted == 0:
        return 0
    units = sum(max(1, -(-each.size // (size or unit_size(each.size)))) for each in inputs)
    is_small = sum(each.size for each in inputs) < SMALL
    if wanted is None and is_small and all(info.distribution == OURS for info in _used(rules, inputs)):
        return 0
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(wanted or cores, units)


def _used(rules: Annotator, inputs: Sequence[Input]) -> Iterator[PluginInfo]:
    """The plugins that see records."""
    names = set(rules.plan.plugins)
    yield from (info for info in rules.registry.plugins if info.name in names)
    yield from (rules.registry.origins["sources", each.source.name] for each in inputs)


def setup_of(
    rules: Annotator, inputs: Sequence[Input], out: Path, *, answers: str | None, options: Mapping[str, object]
) -> Mapping[str, object]:
    """What a worker is told first: plain values, from which it makes everything anew."""
    return {
        "ruleset": str(rules.ruleset.file.absolute()),
        "plan": rules.plan.digest,
        "out": str(out.absolute()),
        "answers": answers,
        "inputs": [
            {
                "name": each.name,
                "path": os.fsencode(each.path.absolute()).hex(),
                "source": each.source.name,
                "size": each.size,
                "sha256": each.sha256,
                "options": dict(each.options),
                "images": None if each.images is None else os.fsencode(each.images.folder.absolute()).hex(),
            }
            for each in inputs
        ],
        **options,
    }
