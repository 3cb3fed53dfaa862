"""Chooses the thresholds that keep declared targets.

The promise is made for each label, over all records that the machine accepts it on: with the declared confidence their
precision is at least the target. A label is accepted by one step or another (a stage, or a part of one), so that the
precision over all of them is a mean of those of the steps; each step may err with an equal part of the error, and by
the union bound all of them together keep the whole (see `selecting` for one step, and its source).

What reaches a step hangs on what was chosen before it, so every step is tested on a part of the gold that no earlier
choice has looked at. Records are dealt out by a digest of their ids: neither the order of the gold nor chance decides.
A fifth of the gold is a pilot that only proposes, and each step's pilot has the parts of the steps before it
too. A label with one possible score has nothing to propose, so that in the first step the pilot is tested with it.

All of this supposes that the gold was drawn at random from the records that the ruleset is to see.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rubricate.model.calibration import Calibration, Choice, Scored
from rubricate.planning.plan import Plan
from rubricate.planning.targets import targets_of
from rubricate.quality.gold_documents import GoldDocuments
from rubricate.quality.probabilities import calibrate_scores
from rubricate.quality.scoring import Prober, Step, load_of, only_score, probe, steps_of
from rubricate.quality.selecting import best_share, needed_records, propose, search

__all__ = ["PILOT", "calibrate", "choose_thresholds", "thresholds_of"]

PILOT = 0.2
"""The share of the gold that proposes thresholds and tests none."""
UNSAID = 0.85
"""What a label is accepted from where nobody says anything."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """The gold, dealt out."""

    pilot: tuple[frozenset[str], ...]
    """For each step the records that may propose."""
    test: tuple[frozenset[str], ...]
    """For each step the records that it is tested on."""


def calibrate(plan: Plan, gold: GoldDocuments) -> Calibration:
    """A threshold for each target of a plan, chosen from gold. What was pinned before is only compared with."""
    made = choose_thresholds(plan, gold)
    chosen = thresholds_of(plan, made)
    targets = targets_of(plan)
    return Calibration(
        choices=tuple(
            replace(each, probabilities=calibrate_scores(sorted(each.scored, key=lambda one: one.id))) for each in made
        ),
        before=load_of(plan, {place: _before(plan, place) for place in targets}, gold.documents, gold.truth),
        after=load_of(plan, chosen, gold.documents, gold.truth),
        records=len(gold.documents),
        left_out=gold.left_out,
        held=_held(gold, targets),
    )


def choose_thresholds(plan: Plan, gold: GoldDocuments, *, key: str = "", probed: Prober = probe) -> tuple[Choice, ...]:
    """The choices alone, without what scores mean.

    Another `key` deals the gold out otherwise: it is for showing that the promise does not hang on how that is done.
    """
    steps = steps_of(plan)
    targets = targets_of(plan)
    parts = _deal([document.id for document in gold.documents], len(steps), key)
    held = _held(gold, targets)
    chosen: dict[tuple[int, str], float] = {}
    choices: list[Choice] = []
    for number, step in enumerate(steps):
        scored = probed(plan, step, chosen, gold.documents, gold.truth)
        for label in step.labels:
            made, tested = _choose(plan, step, label, scored[label], parts, number)
            choices.append(_explained(made, held=held[label], share=tested / max(1, len(gold.documents))))
        chosen = thresholds_of(plan, choices)
    return tuple(choices)


def thresholds_of(plan: Plan, choices: Iterable[Choice]) -> dict[tuple[int, str], float]:
    """(stage, label) -> what was chosen for it; one without a threshold has no key."""
    numbers = {stage.name: stage.number for stage in plan.stages}
    return {(numbers[each.stage], each.label): each.threshold for each in choices if each.threshold is not None}


def _held(gold: GoldDocuments, targets: Iterable[tuple[int, str]]) -> dict[str, int]:
    return {label: sum(said.get(label, False) for said in gold.truth.values()) for _, label in targets}


def _before(plan: Plan, place: tuple[int, str]) -> float:
    stage, label = place
    pinned = plan.ruleset.thresholds.get(plan.stages[stage].name, {}).get(label)
    return UNSAID if pinned is None else pinned


def _deal(ids: Sequence[str], steps: int, key: str) -> _Parts:
    """The pilot first, then an equal part for each step, in the order of digests of the ids."""
    ordered = sorted(ids, key=lambda each: hashlib.sha256(f"{key}\0{each}".encode()).digest())
    first = round(PILOT * len(ordered))
    borders = [first + round((len(ordered) - first) * step / max(1, steps)) for step in range(steps + 1)]
    test = tuple(frozenset(ordered[borders[step] : borders[step + 1]]) for step in range(steps))
    return _Parts(tuple(frozenset(ordered[: borders[step]]) for step in range(steps)), test)


def _choose(
    plan: Plan, step: Step, label: str, scored: tuple[Scored, ...], parts: _Parts, number: int
) -> tuple[Choice, int]:
    """The threshold of one label in one step, and how many gold records had a part in the test."""
    targets = targets_of(plan)
    target = targets[step.stage, label]
    delta = (1 - target.confidence) / sum(1 for _, other in targets if other == label)
    pilot_ids, test_ids = parts.pilot[number], parts.test[number]
    only = only_score(plan, step.stage, label) if number == 0 else None
    if only is not None:
        pilot_ids, test_ids = frozenset(), test_ids | pilot_ids
    pilot = [each for each in scored if each.id in pilot_ids]
    test = [each for each in scored if each.id in test_ids]
    ratio = len(test_ids) / max(1, len(pilot_ids))
    precision = target.precision
    order = (only,) if only is not None else propose(pilot, target=precision, delta=delta, ratio=ratio)
    shown, tried = search(order, test, target=precision, delta=delta)
    choice = Choice(
        stage=plan.stages[step.stage].name,
        label=label,
        target=target,
        delta=delta,
        threshold=None if shown is None else shown.threshold,
        shown=shown,
        tried=tried,
        reason=None,
        more=None,
        scored=scored,
        probabilities=None,
    )
    return choice, len(test_ids)


def _explained(choice: Choice, *, held: int, share: float) -> Choice:
    """The choice with the reason why no threshold was shown to keep the target, and what gold would show one.

    `held` gold records have the label, and the `share` of them that tests is to stay the same.
    """
    if choice.shown is not None:
        return choice
    label, target, scored = choice.label, choice.target.precision, choice.scored
    if not scored:
        return replace(choice, reason=f'no record of the gold has a vote for "{label}" that decides here')
    needed = needed_records(scored, target=target, delta=choice.delta)
    if needed is None:
        right, of = best_share(scored)
        reason = f'of the records with the best scores {right} of {of} are "{label}", which does not reach {target:g}'
        return replace(choice, reason=reason)
    of, at = needed
    seen = sum(each.score >= at for each in scored)
    if of <= seen * share and choice.tried:
        first = choice.tried[0]
        shows = f"which shows {first.bound:.4f}"
        return replace(choice, reason=f"{first.right} of {first.of} are right from {first.threshold:g} on, {shows}")
    if not share:
        return replace(choice, reason="the gold is too small: none of it is left to test this stage")
    more = _rounded_up(held * (of / (seen * share) - 1))
    reason = f'the gold is too small: it needs about {more} more "{label}" records'
    return replace(choice, reason=reason, more=more)


def _rounded_up(count: float) -> int:
    """A count as an estimate has it: two digits, upward.

    >>> _rounded_up(7), _rounded_up(116.2), _rounded_up(1234)
    (7, 120, 1300)
    """
    whole = max(1, math.ceil(round(count, 6)))
    step: int = 10 ** max(0, len(str(whole)) - 2)
    return -(-whole // step) * step
