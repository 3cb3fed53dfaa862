"""`implies` and `excludes`: what decided labels mean for one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rubricate.model.ruleset import Ruleset, Stage
from rubricate.reference.deciding import thresholds_of
from rubricate.reference.results import ReferenceDecision, ReferenceVote

__all__ = ["bound_to", "link"]


def link(
    decisions: Mapping[str, ReferenceDecision],
    votes: Mapping[str, Sequence[ReferenceVote]],
    stages: Sequence[Stage],
    ruleset: Ruleset,
) -> dict[str, ReferenceDecision]:
    """Of accepted labels that exclude each other one stands, then yes carries upward, then no downward."""
    left = _exclude(decisions, votes, stages, ruleset)
    risen = _carry_up(left, stages, ruleset)
    return _carry_down(risen, stages, ruleset)


def _accept_of(label: str, stage: int, stages: Sequence[Stage], ruleset: Ruleset) -> float:
    return thresholds_of(label, stages[stage], ruleset)[0]


def is_accepted(label: str, decisions: Mapping[str, ReferenceDecision]) -> bool:
    """A label of records that is accepted, or a span label of which a span is."""
    found = decisions.get(label)
    return found is not None and "accepted" in (found.decision, *(span.decision for span in found.spans))


def score_of(label: str, decisions: Mapping[str, ReferenceDecision]) -> float:
    """The score of what is accepted of a label."""
    found = decisions[label]
    return max((span.score for span in found.spans if span.decision == "accepted"), default=found.score)


def implied_by(label: str, ruleset: Ruleset) -> list[str]:
    """The labels that a label implies, also through others, the nearest first."""
    found: dict[str, None] = {}
    level: list[str] = [label]
    while level:
        level = [upper for each in level for upper in ruleset.labels[each].implies]
        found |= dict.fromkeys(level)
    return list(found)


def _exclude(
    decisions: Mapping[str, ReferenceDecision],
    votes: Mapping[str, Sequence[ReferenceVote]],
    stages: Sequence[Stage],
    ruleset: Ruleset,
) -> dict[str, ReferenceDecision]:
    """The strongest accepted label is taken first, with all that it implies, then the next one.

    A label falls if something of that is excluded by what is taken; what is so excluded is no as well.
    """
    claims = sorted(
        (label for label in ruleset.labels if is_accepted(label, decisions)),
        key=lambda label: _strength(label, decisions, votes),
    )
    left = dict(decisions)
    taken: list[str] = []
    for label in claims:
        claimed = [label, *implied_by(label, ruleset)]
        lost = {each: _rivals(each, taken, ruleset) for each in claimed}
        if not any(lost.values()) and not any(_rivals(each, claimed, ruleset) for each in claimed):
            taken += [each for each in claimed if each not in taken]
            continue
        winners = {each: (_rivals(each, taken, ruleset) + _rivals(each, claimed, ruleset))[:1] for each in claimed}
        winner = next(first for each in claimed for first in winners[each])
        if left[label].lost_to is None:
            left[label] = _lost(left[label], winner)
        for each, rivals in lost.items():
            if rivals and (each not in left or left[each].lost_to is None):
                since = decisions[label].stage
                none = ReferenceDecision(
                    decision="no", score=0.0, threshold=_accept_of(each, since, stages, ruleset), stage=since
                )
                left[each] = _lost(decisions.get(each, none), rivals[0])
    return left


def _rivals(label: str, others: Sequence[str], ruleset: Ruleset) -> list[str]:
    """Those of some labels that a label cannot hold beside."""
    return [other for other in others if _exclude_each_other(label, other, ruleset)]


def _exclude_each_other(one: str, other: str, ruleset: Ruleset) -> bool:
    return other in ruleset.labels[one].excludes or one in ruleset.labels[other].excludes


def _strength(
    label: str, decisions: Mapping[str, ReferenceDecision], votes: Mapping[str, Sequence[ReferenceVote]]
) -> tuple[int, float, bytes]:
    """The highest priority of the rules that voted, then the score, then the id of the rule: the least is strongest."""
    given = [vote for vote in votes.get(label, ()) if not vote.rule.startswith("otherwise: ")]
    priority = max((vote.priority for vote in given), default=0)
    ids = [vote.rule.encode() for vote in given if vote.priority == priority]
    return (-priority, -score_of(label, decisions), min(ids, default=b""))


def _lost(decision: ReferenceDecision, winner: str) -> ReferenceDecision:
    """A label that is no because of another, and its spans with it."""
    spans = tuple(
        span if span.decision == "no" else replace(span, decision="no", lost_to=winner) for span in decision.spans
    )
    return replace(decision, decision="no", spans=spans, lost_to=winner)


def _carry_up(
    decisions: Mapping[str, ReferenceDecision], stages: Sequence[Stage], ruleset: Ruleset
) -> dict[str, ReferenceDecision]:
    """Whatever an accepted label implies is accepted, with the best score that speaks for it."""
    risen = dict(decisions)
    for label in ruleset.labels:
        surest = _surest_below(label, decisions, ruleset)
        if surest is not None and not is_accepted(label, decisions):
            since = _since(surest, decisions, ruleset)
            risen[label] = ReferenceDecision(
                decision="accepted",
                score=_score_upward(label, decisions, ruleset),
                threshold=_accept_of(label, since, stages, ruleset),
                stage=since,
            )
    return risen


def _holds(label: str, decisions: Mapping[str, ReferenceDecision], ruleset: Ruleset) -> bool:
    """Whether a label is accepted, by itself or because of one that implies it."""
    return is_accepted(label, decisions) or _surest_below(label, decisions, ruleset) is not None


def _surest_below(label: str, decisions: Mapping[str, ReferenceDecision], ruleset: Ruleset) -> str | None:
    """Of the labels that imply a label and hold, the one with the best score."""
    lowers = [
        lower
        for lower, declared in ruleset.labels.items()
        if label in declared.implies and _holds(lower, decisions, ruleset)
    ]
    return max(lowers, key=lambda lower: _score_upward(lower, decisions, ruleset), default=None)


def _score_upward(label: str, decisions: Mapping[str, ReferenceDecision], ruleset: Ruleset) -> float:
    """What a label passes on: its own score, or what came to it from below if that is better."""
    surest = _surest_below(label, decisions, ruleset)
    below = 0.0 if surest is None else _score_upward(surest, decisions, ruleset)
    return max(below, score_of(label, decisions) if label in decisions else 0.0)


def _since(label: str, decisions: Mapping[str, ReferenceDecision], ruleset: Ruleset) -> int:
    """The stage of the votes because of which a label holds."""
    if is_accepted(label, decisions):
        return decisions[label].stage
    surest = _surest_below(label, decisions, ruleset)
    assert surest is not None
    return _since(surest, decisions, ruleset)


def _carry_down(
    decisions: Mapping[str, ReferenceDecision], stages: Sequence[Stage], ruleset: Ruleset
) -> dict[str, ReferenceDecision]:
    """Whatever implies a label that is no is no, also through others."""
    fallen = dict(decisions)

    def visit(label: str) -> None:
        for upper in ruleset.labels[label].implies:
            visit(upper)
            if label in fallen and fallen[label].decision == "no":
                return
            if upper in fallen and fallen[upper].decision == "no":
                since = fallen[upper].stage
                none = ReferenceDecision(
                    decision="no", score=0.0, threshold=_accept_of(label, since, stages, ruleset), stage=since
                )
                fallen[label] = _lost(fallen.get(label, none), fallen[upper].lost_to or upper)

    for label in ruleset.labels:
        visit(label)
    return fallen


def bound_to(label: str, ruleset: Ruleset) -> set[str]:
    """The labels whose votes can change what is decided about a label, through `implies` and `excludes`."""
    found = {label}
    while True:
        pairs = [
            (one, other)
            for one, declared in ruleset.labels.items()
            for other in (*declared.implies, *declared.excludes)
        ]
        neighbours = {each for pair in pairs if found & {*pair} for each in pair}
        if neighbours <= found:
            return found
        found |= neighbours
