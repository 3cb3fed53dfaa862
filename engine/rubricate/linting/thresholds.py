"""Lints of thresholds: those that no vote can reach, and those that every vote reaches."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from rubricate.linting.places import key_place
from rubricate.linting.view import View
from rubricate.loading.wording import quoted
from rubricate.model.codes import problem
from rubricate.model.location import Location
from rubricate.model.problem import Note, Problem
from rubricate.model.ruleset import Decide, Label, Rule, Stage, Target
from rubricate.planning import fitting
from rubricate.planning.reaching import branches_of, reach_of, unclamped_reach_of
from rubricate.planning.scoping import root
from rubricate.planning.staging import fits, rule_stage, said_of

__all__ = ["combiner_of", "lint_clamped", "lint_thresholds"]

NEARLY = 0.1
"""A label whose votes all stay further below a threshold that nobody wrote for it is one that people are to decide."""

_BOUNDED = ("max", "mean")
"""Combiners that never give more than the best of their votes."""


def combiner_of(label: str, view: View) -> str:
    """The combiner of a label or of its set."""
    return fitting.combiner_of(view.ruleset.labels[label].set or label, view.ruleset)


def _threshold(label: Label, stage: Stage, view: View) -> tuple[float, float, Location | None]:
    """What a label is accepted at, below what it is no, and where the former is said."""
    accept: float | Target | None = None
    low: float | None = None
    place: Location | None = None
    for decide in (stage.decide, view.ruleset.decide):
        for name in (label.name, label.set):
            for found in [] if name is None else said_of(decide, name):
                if accept is None and found.accept is not None:
                    accept, place = found.accept, found.location
                low = found.low if low is None else low
    if accept is None:
        accept = stage.accept if stage.accept is not None else view.ruleset.accept
    # what a target comes to is chosen from gold, so nobody can have set it out of reach
    return 0.0 if isinstance(accept, Target) else accept, low or 0.0, place


def lint_thresholds(view: View) -> Iterator[Problem]:
    """R108 and R136, for each label and each place of `decide`."""
    for label in view.ruleset.labels.values():
        voters = view.voters(label.name)
        if voters:
            yield from _unreachable(label, voters, view)
    yield from _always(view)
    yield from _margins(view)


def _unreachable(label: Label, voters: list[Rule], view: View) -> Iterator[Problem]:
    """A label whose surest rule stays below what it is accepted at, in each stage that the rule can be heard in."""
    if combiner_of(label.name, view) not in _BOUNDED:
        return
    first = min(rule_stage(rule, view.scope, view.homes) for rule in voters)
    heard = [_threshold(label, stage, view) for stage in view.stages[first:]]
    ends = [reach_of(root(rule.confidence))[1] for rule in voters]
    ends += [each.confidence for each in view.ruleset.otherwise if each.label == label.name]
    best = max(ends)
    if not heard or best >= min(accept for accept, _, _ in heard):
        return
    accept = min(accept for accept, _, _ in heard)
    said = next((place for _, _, place in heard if place is not None), None)
    if said is None and view.ruleset.review and round(accept - best, 4) > NEARLY:
        return
    surest = max(voters, key=lambda rule: reach_of(root(rule.confidence))[1])
    message = f"no vote for {quoted(label.name)} reaches {accept:g}, where it is accepted; the best has {best:g}"
    help = f"write accept: {best:g} in its decide, or say why it is only ever a suggestion"
    notes = (Note(said, "the threshold is set here"),) if said is not None else ()
    confidence = surest.confidence
    yield problem("R108", message, confidence.locate(0, len(confidence.text)), notes=notes, help=help)


def _always(view: View) -> Iterator[Problem]:
    """Thresholds that mean nothing: every vote reaches them, or the other one is asked first."""
    ruleset = view.ruleset
    help = "write the score from which it may stand without people"
    if ruleset.accept == 0:
        yield problem("R136", "every vote reaches an accept of 0", key_place(view, "accept"), help=help)
    for stage in ruleset.cascade:
        if stage.accept == 0:
            message = f"every vote in stage {quoted(stage.name)} reaches an accept of 0"
            yield problem("R136", message, stage.location, help=help)
    everywhere: list[tuple[Stage | None, Mapping[str, Decide]]] = [(None, ruleset.decide)]
    for within, decides in (*everywhere, *((stage, stage.decide) for stage in ruleset.cascade)):
        for name, found in decides.items():
            place = found.location
            if place is None:
                continue
            if found.accept == 0:
                yield problem("R136", f"every vote for {quoted(name)} reaches an accept of 0", place, help=help)
                continue
            accept = found.accept if isinstance(found.accept, float) else _accepted_at(name, within, view)
            if isinstance(found.accept, Target) or found.low is None or accept is None:
                continue
            if found.low >= accept > 0:
                message = f"low: {found.low:g} is never asked, as accept: {accept:g} is reached first"
                yield problem("R136", message, place, help="write a low below accept")


def _accepted_at(name: str, stage: Stage | None, view: View) -> float | None:
    """The highest threshold that holds for any of the labels that a name of `decide` means."""
    stages = view.stages if stage is None else [stage]
    labels = [each for each in view.ruleset.labels.values() if fits(name, each.name) or fits(name, each.set or "")]
    return max((_threshold(label, each, view)[0] for label in labels for each in stages), default=None)


# -- confidences -----------------------------------------------------------------------------------------------


def lint_clamped(view: View) -> Iterator[Problem]:
    """R140: confidences that can leave 0 to 1, as far as the ends are known; a count has none."""
    for expression in {id(rule.confidence): rule.confidence for rule in view.ruleset.rules}.values():
        for branch in branches_of(root(expression)):
            low, high = unclamped_reach_of(branch)
            place = expression.locate(*branch.span)
            if 1 < high < math.inf:
                much = f"this can be {high:g}" if low <= 1 else f"this is {low:g} or more"
                help = "let its parts add up to 1, such as 0.4 + 0.6 * score(..)"
                yield problem("R140", f"{much}, and a confidence ends at 1", place, help=help)
            elif -math.inf < low < 0:
                much = f"this can be {low:g}" if high >= 0 else f"this is {high:g} or less"
                yield problem("R140", f"{much}, and a confidence begins at 0", place, help="keep it above 0")


# -- margins ---------------------------------------------------------------------------------------------------


def _margins(view: View) -> Iterator[Problem]:
    """A set whose best vote cannot lead by its margin, because even alone it has less."""
    for set_ in view.ruleset.sets.values():
        found = next((each for each in said_of(view.ruleset.decide, set_.name) if each.margin is not None), None)
        rules = [rule for member in set_.members for rule in view.voters(member)]
        if found is None or found.margin is None or found.location is None or not rules:
            continue
        if combiner_of(set_.members[0], view) not in _BOUNDED:
            continue
        best = max(reach_of(root(rule.confidence))[1] for rule in rules)
        if found.margin > best:
            message = f"no label of {quoted(set_.name)} can lead by {found.margin:g}; the best vote has {best:g}"
            yield problem("R108", message, found.location, help="write a smaller margin")
