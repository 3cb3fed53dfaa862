"""Targets in place of thresholds: what number they stand for, and where a target cannot be kept."""

from __future__ import annotations

from collections.abc import Iterator

from rubricate.model.codes import problem
from rubricate.model.problem import Problem
from rubricate.model.ruleset import Ruleset, Stage, Target
from rubricate.planning.linked import bound_together
from rubricate.planning.plan import Plan
from rubricate.planning.staging import said_of, stages_of
from rubricate.registry import Registry

__all__ = ["NEVER", "accept_of", "check_targets", "number_of", "targets_of"]

NEVER = 1.01
"""A threshold that no score reaches: what a target stands for until gold has shown which number keeps it."""


def accept_of(label: str, stage: Stage, ruleset: Ruleset) -> float | Target:
    """What is declared for a label in a stage: for both, for the label, for the stage, for the ruleset."""
    for decide in (stage.decide, ruleset.decide):
        for name in (label, ruleset.labels[label].set):
            for found in said_of(decide, name) if name is not None else ():
                if found.accept is not None:
                    return found.accept
    return stage.accept if stage.accept is not None else ruleset.accept


def number_of(accept: float | Target, label: str, stage: str, ruleset: Ruleset) -> float:
    """The number that a score is held against; `NEVER` for a target without one."""
    if isinstance(accept, Target):
        return ruleset.thresholds.get(stage, {}).get(label, NEVER)
    return accept


def targets_of(plan: Plan) -> dict[tuple[int, str], Target]:
    """(stage, label) -> its target, wherever a vote for the label can be heard."""
    otherwise = {one.label for one in plan.ruleset.otherwise}
    return {
        (stage.number, label): threshold.target
        for stage in plan.stages
        for label, threshold in stage.thresholds.items()
        if threshold.target is not None and (label in stage.labels or label in otherwise)
    }


def check_targets(ruleset: Ruleset, registry: Registry) -> list[Problem]:
    """Targets of labels for which none can be kept."""
    stages = stages_of(ruleset, registry)
    promised = {
        label
        for label in ruleset.labels
        if any(isinstance(accept_of(label, stage, ruleset), Target) for stage in stages)
    }
    return [*_of_spans(ruleset, promised), *_of_rivals(ruleset, promised)] if promised else []


def _of_spans(ruleset: Ruleset, promised: set[str]) -> Iterator[Problem]:
    """Spans of one text do not err independently, so that what counts records says nothing about them."""
    for label in ruleset.labels.values():
        if label.name in promised and label.kind != "document":
            message = f'a target for the {label.kind} label "{label.name}" is part of the language but not built yet'
            help = f"write decide: {{{label.name}: {{accept: 0.85}}}}"
            yield problem("R014", message, label.location, help=help)


def _of_rivals(ruleset: Ruleset, promised: set[str]) -> Iterator[Problem]:
    """Which records one of two rivals is accepted on hangs on the threshold of the other, and the other way round."""
    bound = bound_together(ruleset)
    for name, label in ruleset.labels.items():
        if name not in promised or not label.excludes:
            continue
        rivals = {other for each in (name, *label.excludes) for other in bound.get(each, ())} & promised - {name}
        if rivals:
            other = sorted(rivals)[0]
            message = f'"{name}" and "{other}" bear on one another, so that only one of them can have a target'
            yield problem("R013", message, label.location, help=f"write decide: {{{other}: {{accept: 0.85}}}}")
