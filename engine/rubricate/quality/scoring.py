"""Collects the scores that decide: which records a stage would accept a label on, if its threshold let it.

What reaches a stage hangs on the thresholds before it, so stages are probed in order, each with the thresholds that
were chosen before. Within a stage a label whose rules ask for the decision of another one, or that another one
implies, comes after it. A step is what can be chosen at once: labels of one stage of which none waits for another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeAlias

from rubricate.model.calibration import ALWAYS, Load, Scored
from rubricate.model.document import Document
from rubricate.planning.frame import Frame
from rubricate.planning.plan import Plan
from rubricate.planning.targets import NEVER, targets_of
from rubricate.running.cascade import Cascade
from rubricate.running.shaping import Shaper

__all__ = ["Chosen", "Prober", "Step", "load_of", "only_score", "probe", "steps_of", "with_thresholds"]

Chosen: TypeAlias = "Mapping[tuple[int, str], float]"
"""(stage, label) -> its threshold."""
Truth: TypeAlias = "Mapping[str, Mapping[str, bool]]"
"""Record -> label -> whether it holds."""
Prober: TypeAlias = "Callable[[Plan, Step, Chosen, Sequence[Document], Truth], Mapping[str, tuple[Scored, ...]]]"

BATCH = 256


@dataclass(frozen=True, slots=True)
class Step:
    """Labels of one stage whose thresholds are chosen at once."""

    stage: int
    labels: tuple[str, ...]


def steps_of(plan: Plan) -> tuple[Step, ...]:
    """What is chosen one after the other."""
    depths = _depths(plan)
    found: dict[tuple[int, int], list[str]] = {}
    for stage, label in targets_of(plan):
        found.setdefault((stage, depths[label]), []).append(label)
    return tuple(Step(stage, tuple(found[stage, depth])) for stage, depth in sorted(found))


def _depths(plan: Plan) -> dict[str, int]:
    """Label -> how many others it waits for, one after the other."""
    depths = dict.fromkeys(plan.ruleset.labels, 0)
    for rule in plan.rules:
        if not rule.is_draft:
            for label in rule.labels:
                depths[label] = max(depths[label], rule.level)
    for subject in plan.subjects.values():  # the labels of a set are decided together
        deepest = max(depths[label] for label in subject.labels)
        depths.update(dict.fromkeys(subject.labels, deepest))
    links = plan.links
    promised = {label for _, label in targets_of(plan)}
    for label in links.upward if links is not None else ():
        for upper in links.implies.get(label, ()) if links is not None else ():
            depths[upper] = max(depths[upper], depths[label] + (label in promised))
    return depths


def with_thresholds(plan: Plan, chosen: Chosen) -> Plan:
    """The plan with these thresholds for its targets; where there is none, nothing is accepted."""
    stages = [
        replace(
            stage,
            thresholds={
                label: threshold
                if threshold.target is None
                else replace(threshold, accept=chosen.get((stage.number, label), NEVER))
                for label, threshold in stage.thresholds.items()
            },
        )
        for stage in plan.stages
    ]
    return replace(plan, stages=stages)


def probe(
    plan: Plan, step: Step, chosen: Chosen, documents: Sequence[Document], truth: Truth
) -> dict[str, tuple[Scored, ...]]:
    """Label -> the records that the step would accept it on with a threshold of 0, best first."""
    open_ = {**chosen, **{(step.stage, label): 0.0 for label in step.labels}}
    forced: dict[str, set[str]] = {label: set() for label in step.labels}
    if plan.links is not None:
        for document, label, _ in _accepted(with_thresholds(plan, chosen), step, documents):
            forced[label].add(document)
    found: dict[str, list[Scored]] = {label: [] for label in step.labels}
    for document, label, score in _accepted(with_thresholds(plan, open_), step, documents):
        right = truth[document].get(label)
        if right is not None:
            found[label].append(Scored(document, ALWAYS if document in forced[label] else score, right))
    return {label: tuple(sorted(each, key=lambda one: (-one.score, one.id))) for label, each in found.items()}


def _accepted(plan: Plan, step: Step, documents: Sequence[Document]) -> Iterator[tuple[str, str, float]]:
    """(record, label, score) of what a stage accepts."""
    for frame in _frames(plan, documents):
        for label in step.labels:
            decided = frame.decisions.get(label)
            if decided is not None and decided.decision == "accepted" and decided.stage == step.stage:
                yield frame.document.id, label, decided.score


def _frames(plan: Plan, documents: Iterable[Document]) -> Iterator[Frame]:
    cascade = Cascade(plan)
    waiting = iter(documents)
    while batch := list(islice(waiting, BATCH)):
        yield from cascade.run(batch)


def only_score(plan: Plan, stage: int, label: str) -> float | None:
    """The one score that a label can have in a stage, where its rules say so without any record; else None."""
    if plan.subject_of[label].combiner.name not in ("max", "mean") or plan.links is not None:
        return None
    voting = [rule for rule in plan.rules if label in rule.labels and not rule.is_draft and rule.stage <= stage]
    scores = {rule.constant for rule in voting} | {
        round(one.confidence, 4) for one in plan.ruleset.otherwise if one.label == label
    }
    return next(iter(scores)) if len(scores) == 1 else None


def load_of(plan: Plan, chosen: Chosen, documents: Sequence[Document], truth: Truth) -> Load:
    """What these thresholds mean for people and machine."""
    planned = with_thresholds(plan, chosen)
    shaper = Shaper(planned)
    promised = sorted({label for _, label in targets_of(plan)})
    review = 0
    accepted = {label: [0, 0] for label in promised}
    for frame in _frames(planned, documents):
        review += shaper.shape(frame).route != "accepted"
        for label in promised:
            decided = frame.decisions.get(label)
            right = truth[frame.document.id].get(label)
            if decided is not None and decided.decision == "accepted" and right is not None:
                accepted[label][0] += right
                accepted[label][1] += 1
    return Load(
        records=len(documents),
        review=review,
        accepted={label: (right, of) for label, (right, of) in accepted.items()},
    )
