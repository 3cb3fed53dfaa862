"""What a lock pins of a calibration: thresholds chosen from gold, with the proof that they keep their target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from rubricate.model.calibration import Calibration
from rubricate.model.codes import problem
from rubricate.model.problem import Problem
from rubricate.model.ruleset import Ruleset, Target
from rubricate.planning.compiling import make_plan
from rubricate.planning.meanings import short_digest
from rubricate.planning.plan import Plan
from rubricate.planning.staging import stages_of
from rubricate.planning.targets import NEVER, accept_of, targets_of
from rubricate.registry import Registry
from rubricate.storage.objects import digest_file
from rubricate.versioning.learning import changed_gold, learning_problems, needs_numbers, numbers_of, with_numbers
from rubricate.versioning.lockfile import GOLD_DIGITS, Lock, PinnedGold, PinnedThreshold, lock_path, read_lock
from rubricate.versioning.pins import Pins, pin

__all__ = [
    "calibrated_lock",
    "calibration_problems",
    "pinned_gold",
    "uncalibrated",
    "with_calibration",
]

_GOLD_DIGITS = 16


def with_calibration(ruleset: Ruleset, registry: Registry) -> Ruleset:
    """The ruleset with the numbers that its lock pins for it. Raises UsageError for a file that is no lock."""
    promises, learns = bool(_promised(ruleset, registry)), needs_numbers(ruleset, registry)
    lock = read_lock(lock_path(ruleset.file)) if promises or learns else None
    if lock is not None and learns:
        ruleset = with_numbers(ruleset, registry, lock)
    if lock is None or not promises or not lock.thresholds:
        return ruleset
    found: dict[str, dict[str, float]] = {}
    for (stage, label), pinned in sorted(lock.thresholds.items()):
        found.setdefault(stage, {})[label] = NEVER if pinned.accept is None else pinned.accept
    return replace(ruleset, thresholds=found)


def _promised(ruleset: Ruleset, registry: Registry) -> list[str]:
    """The labels that have a target somewhere."""
    stages = stages_of(ruleset, registry)
    return [
        label
        for label in ruleset.labels
        if any(isinstance(accept_of(label, stage, ruleset), Target) for stage in stages)
    ]


def uncalibrated(plan: Plan) -> list[str]:
    """The labels with a target for which the lock has no number in a stage that can vote for them."""
    pinned = plan.ruleset.thresholds
    missing = {label for stage, label in targets_of(plan) if label not in pinned.get(plan.stages[stage].name, {})}
    return [label for label in plan.ruleset.labels if label in missing]


def pinned_gold(gold: Path, ruleset: Path, records: int) -> PinnedGold:
    """A gold file as a lock names it: by its path from the ruleset, if it stands beside or below it."""
    folder = ruleset.absolute().parent
    place = gold.absolute()
    name = place.relative_to(folder) if place.is_relative_to(folder) else place
    return PinnedGold(name.as_posix(), digest_file(gold)[:GOLD_DIGITS], records)


def calibrated_lock(lock: Lock, found: Calibration, gold: PinnedGold, plan: Plan, registry: Registry) -> Lock:
    """The lock with the thresholds that were found; those that were pinned before are forgotten."""
    pins = pin(plan, registry)
    thresholds = {}
    for choice in found.choices:
        shown = choice.shown
        thresholds[choice.stage, choice.label] = PinnedThreshold(
            accept=choice.threshold,
            precision=choice.target.precision,
            confidence=choice.target.confidence,
            right=0 if shown is None else shown.right,
            of=0 if shown is None else shown.of,
            bound=0.0 if shown is None else shown.bound,
            meaning=_meaning(choice.label, plan, pins),
        )
    return replace(lock, gold=gold, thresholds=thresholds)


def _meaning(label: str, plan: Plan, pins: Pins) -> str:
    """A digest of what the scores of a label rest on: its rules, how it is decided, what records are made into.

    With several stages, or labels that bear on one another, other labels say which records are left for it.
    """
    own = set(plan.subject_of[label].labels)
    alone = len(plan.stages) == 1 and plan.links is None and all(rule.level == 0 for rule in plan.rules)
    rules = {
        rule.rule.id: pins.rules[rule.rule.id]
        for rule in plan.rules
        if not rule.is_draft and (not alone or own & set(rule.labels))
    }
    labels = {name: digest for name, digest in pins.labels.items() if not alone or name in own}
    numbers = numbers_of(plan)
    return short_digest([rules, labels, pins.settings, *([numbers] if numbers else [])])


def calibration_problems(ruleset: Ruleset, lock: Lock | None, registry: Registry) -> list[Problem]:
    """Targets and learned numbers that are missing from a lock, and those that were chosen for something else."""
    promised, learns = _promised(ruleset, registry), needs_numbers(ruleset, registry)
    if not promised and not learns:
        return []
    plan = make_plan(with_calibration(ruleset, registry), registry)
    learning = learning_problems(plan, lock, registry) if learns else []
    return [*_threshold_problems(ruleset, lock, plan, registry, promised), *learning]


def _threshold_problems(
    ruleset: Ruleset, lock: Lock | None, plan: Plan, registry: Registry, promised: list[str]
) -> list[Problem]:
    thresholds = {} if lock is None else lock.thresholds
    if not promised:
        return []
    help = f"run rubricate calibrate {ruleset.file} GOLD"
    missing = uncalibrated(plan)
    found = [
        problem(
            "R125",
            f'no threshold has been chosen yet for "{label}", which is to have {_target(label, plan)}',
            ruleset.labels[label].location,
            help=help,
        )
        for label in missing
    ]
    if lock is None or not thresholds:
        return found
    found += _outdated(ruleset, lock, plan, [label for label in promised if label not in missing], registry)
    gold = None if lock.gold is None else changed_gold(ruleset, lock.gold)
    if gold is not None:
        message = f'the gold "{gold}" changed since thresholds were chosen from it'
        found.append(problem("R126", message, ruleset.labels[promised[0]].location, help=help))
    return found


def _target(label: str, plan: Plan) -> str:
    return next(str(stage.thresholds[label].target) for stage in plan.stages if stage.thresholds[label].target)


def _outdated(ruleset: Ruleset, lock: Lock, plan: Plan, labels: list[str], registry: Registry) -> Iterator[Problem]:
    pins = pin(plan, registry)
    by_label: Mapping[str, set[str]] = {label: set() for label in labels}
    for (_, label), pinned in lock.thresholds.items():
        if label in by_label:
            by_label[label].add(pinned.meaning)
    for label, meanings in by_label.items():
        if meanings and meanings != {_meaning(label, plan, pins)}:
            message = f'what "{label}" rests on changed since its threshold was chosen'
            help = f"run rubricate calibrate {ruleset.file} GOLD"
            yield problem("R126", message, ruleset.labels[label].location, help=help)
