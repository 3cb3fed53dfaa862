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
    stage: int,
    stages: Sequence[Stage],
    ruleset: Ruleset,
) -> dict[str, ReferenceDecision]:
    """Accepted carries upward, then of labels that exclude each other one stays, then no carries downward."""
    limits = {label: thresholds_of(label, stages[stage], ruleset)[0] for label in ruleset.labels}
    risen = _carry_up(decisions, limits, ruleset)
    left = _exclude(risen, votes, ruleset)
    return _carry_down(left, limits, ruleset)


def is_accepted(label: str, decisions: Mapping[str, ReferenceDecision]) -> bool:
    """A label of records that is accepted, or a span label of which a span is."""
    found = decisions.get(label)
    return found is not None and "accepted" in (found.decision, *(span.decision for span in found.spans))


def score_of(label: str, decisions: Mapping[str, ReferenceDecision]) -> float:
    """The score of what is accepted of a label."""
    found = decisions[label]
    return max((span.score for span in found.spans if span.decision == "accepted"), default=found.score)


def implied_by(label: str, ruleset: Ruleset) -> list[str]:
    """The labels that a label implies, also through others."""
    found: list[str] = []
    for upper in ruleset.labels[label].implies:
        found += [each for each in (upper, *implied_by(upper, ruleset)) if each not in found]
    return found


def _carry_up(
    decisions: Mapping[str, ReferenceDecision], limits: Mapping[str, float], ruleset: Ruleset
) -> dict[str, ReferenceDecision]:
    """Whatever an accepted label implies is accepted, with the best score that speaks for it."""
    risen = dict(decisions)
    for upper in ruleset.labels:
        own = decisions.get(upper)
        lowers = [
            label for label in ruleset.labels if is_accepted(label, decisions) and upper in implied_by(label, ruleset)
        ]
        if not lowers or is_accepted(upper, decisions):
            continue
        surest = max(lowers, key=lambda label: score_of(label, decisions))
        score = max(score_of(surest, decisions), own.score if own is not None else 0.0)
        since = decisions[surest].stage
        risen[upper] = ReferenceDecision(decision="accepted", score=score, threshold=limits[upper], stage=since)
    return risen


def _exclude(
    decisions: Mapping[str, ReferenceDecision], votes: Mapping[str, Sequence[ReferenceVote]], ruleset: Ruleset
) -> dict[str, ReferenceDecision]:
    """Of two accepted labels that exclude each other the stronger stays, the strongest of all first."""
    rivals = sorted(
        (label for label in ruleset.labels if is_accepted(label, decisions)),
        key=lambda label: _strength(label, decisions, votes, ruleset),
    )
    left = dict(decisions)
    standing: list[str] = []
    for label in rivals:
        winners = [other for other in standing if _exclude_each_other(label, other, ruleset)]
        if winners:
            left[label] = _lost(left[label], winners[0])
        else:
            standing.append(label)
    return left


def _exclude_each_other(one: str, other: str, ruleset: Ruleset) -> bool:
    return other in ruleset.labels[one].excludes or one in ruleset.labels[other].excludes


def _strength(
    label: str,
    decisions: Mapping[str, ReferenceDecision],
    votes: Mapping[str, Sequence[ReferenceVote]],
    ruleset: Ruleset,
) -> tuple[int, float, bytes]:
    """The highest priority of the rules that voted, then the score, then the id of the rule: the least is strongest."""
    given = _speaking_for(label, decisions, votes, ruleset)
    priority = max((vote.priority for vote in given), default=0)
    ids = [vote.rule.encode() for vote in given if vote.priority == priority]
    return (-priority, -score_of(label, decisions), min(ids, default=b""))


def _speaking_for(
    label: str,
    decisions: Mapping[str, ReferenceDecision],
    votes: Mapping[str, Sequence[ReferenceVote]],
    ruleset: Ruleset,
) -> list[ReferenceVote]:
    """The votes of a label, without those of `otherwise`; of one that has none, those of labels that imply it."""
    if votes.get(label):
        return [vote for vote in votes[label] if not vote.rule.startswith("otherwise: ")]
    lowers = [
        lower for lower in ruleset.labels if label in ruleset.labels[lower].implies and is_accepted(lower, decisions)
    ]
    return [vote for lower in lowers for vote in _speaking_for(lower, decisions, votes, ruleset)]


def _lost(decision: ReferenceDecision, winner: str) -> ReferenceDecision:
    """A label that is no because of another, and its spans with it."""
    spans = tuple(
        span if span.decision == "no" else replace(span, decision="no", lost_to=winner) for span in decision.spans
    )
    return replace(decision, decision="no", spans=spans, lost_to=winner)


def _carry_down(
    decisions: Mapping[str, ReferenceDecision], limits: Mapping[str, float], ruleset: Ruleset
) -> dict[str, ReferenceDecision]:
    """Whatever implies a label that is no is no, also through others."""
    fallen = dict(decisions)
    for label in ruleset.labels:
        above = [
            upper for upper in implied_by(label, ruleset) if upper in decisions and decisions[upper].decision == "no"
        ]
        if not above or (label in decisions and decisions[label].decision == "no"):
            continue
        own = decisions.get(label)
        since = decisions[above[0]].stage
        none = ReferenceDecision(decision="no", score=0.0, threshold=limits[label], stage=since)
        fallen[label] = _lost(none if own is None else own, decisions[above[0]].lost_to or above[0])
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
