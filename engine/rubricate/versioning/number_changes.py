"""Numbers that two locks pin differently: thresholds, learned confidences, and what combiners were fitted with.

They are no word of a ruleset, and decide what it labels all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rubricate.language import tree
from rubricate.planning.plan import Plan
from rubricate.planning.scoping import root
from rubricate.planning.targets import NEVER, targets_of
from rubricate.versioning.other_changes import Change

__all__ = ["number_changes"]


def number_changes(before: Plan, after: Plan) -> Iterator[Change]:
    """Every number that both rulesets leave to their locks, and that is another one; other words are told elsewhere."""
    yield from _thresholds(before, after)
    yield from _confidences(before, after)
    yield from _fits(before, after)


def _thresholds(before: Plan, after: Plan) -> Iterator[Change]:
    one, other = _chosen(before), _chosen(after)
    for place, old in one.items():
        if place in other and old != other[place]:
            stage, label = place
            lines = (f"{_threshold(old)} -> {_threshold(other[place])}",)
            yield Change("threshold", f"{label} in {stage}", "changed", lines)


def _chosen(plan: Plan) -> dict[tuple[str, str], float | None]:
    """(stage, label with a target) -> the threshold that was chosen; None: none was."""
    pinned = plan.ruleset.thresholds
    names = {stage.number: stage.name for stage in plan.stages}
    return {(names[stage], label): pinned.get(names[stage], {}).get(label) for stage, label in targets_of(plan)}


def _threshold(number: float | None) -> str:
    return "not chosen yet" if number is None else "never" if number >= NEVER else f"{number:g}"


def _confidences(before: Plan, after: Plan) -> Iterator[Change]:
    one, other = _learned(before), _learned(after)
    for rule, old in one.items():
        if rule in other and old != other[rule]:
            lines = (f"{_number(old)} -> {_number(other[rule])}",)
            yield Change("confidence", rule, "changed", lines)


def _learned(plan: Plan) -> dict[str, float | None]:
    """Rule whose confidence is learned -> its number."""
    found = {rule.id: root(rule.confidence) for rule in plan.ruleset.rules}
    return {id: node.value for id, node in found.items() if isinstance(node, tree.Learned)}


def _fits(before: Plan, after: Plan) -> Iterator[Change]:
    one, other = _fitted(before), _fitted(after)
    for key, old in one.items():
        if key in other and old != other[key]:
            combiner, name = key
            yield Change("combiner", f"{combiner} of {name}", "changed", tuple(_compare(old, other[key])))


def _fitted(plan: Plan) -> dict[tuple[str, str], Mapping[str, float] | None]:
    """(combiner, set that it is fitted for) -> its numbers; None: it was not fitted."""
    return {
        (subject.combiner.name, subject.name): plan.ruleset.fitted.get(subject.name)
        for subject in plan.subjects.values()
        if subject.fitted is not None
    }


def _compare(old: Mapping[str, float] | None, new: Mapping[str, float] | None) -> Iterator[str]:
    if old is None or new is None:
        yield "not fitted yet -> fitted" if old is None else "fitted -> not fitted yet"
        return
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield f"{name} {_number(old.get(name))} -> {_number(new.get(name))}"


def _number(number: float | None) -> str:
    return "none" if number is None else f"{number:g}"
