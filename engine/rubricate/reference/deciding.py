"""From votes to decisions: thresholds by stage, combining, labels, sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from rubricate.model.descriptors import Combiner, Fitting, RuleVote
from rubricate.model.ruleset import Decide, Ruleset, Stage, Target
from rubricate.reference.known import Known
from rubricate.reference.naming import fits, labels_of, subject_of
from rubricate.reference.results import Level, ReferenceDecision, ReferenceVote

__all__ = ["Thresholds", "combined", "decide_label", "decide_set", "level_of", "said_of", "thresholds_of"]

Votes: TypeAlias = "Mapping[str, Sequence[ReferenceVote]]"
Thresholds: TypeAlias = "tuple[float, float]"
"""(accept, low)."""

MARGIN = 0.1
OUT_OF_REACH = 1.01
"""What nothing is accepted at: a target for which no number has been chosen."""


def said_of(name: str, decide: Mapping[str, Decide]) -> list[Decide]:
    """What is said about a label or set: by its name, else by names with stars, the longest first."""
    wild = [pattern for pattern in decide if pattern != name and fits(pattern, name)]
    names = [*([name] if name in decide else []), *sorted(wild, key=lambda pattern: -len(pattern))]
    return [decide[each] for each in names]


def thresholds_of(label: str, stage: Stage, ruleset: Ruleset) -> Thresholds:
    """Looked for at the stage and label, the label, the stage, the ruleset; `low` is 0 unless said."""
    names = [label, *([owner] if (owner := ruleset.labels[label].set) is not None else [])]
    said = [each for decide in (stage.decide, ruleset.decide) for name in names for each in said_of(name, decide)]
    accepts = [each.accept for each in said if each.accept is not None]
    lows = [each.low for each in said if each.low is not None]
    outer = stage.accept if stage.accept is not None else ruleset.accept
    declared = (accepts or [outer])[0]
    chosen = ruleset.thresholds.get(stage.name, {}).get(label, OUT_OF_REACH)
    return chosen if isinstance(declared, Target) else declared, (lows or [0.0])[0]


def level_of(score: float, thresholds: Thresholds) -> Level:
    """At or above accept: accepted. Below low: no. Between: uncertain."""
    accept, low = thresholds
    return "accepted" if score >= accept else "no" if score < low else "uncertain"


def said_of_subject(subject: str, ruleset: Ruleset) -> list[Decide]:
    """What is said about a set and its members, or about a label."""
    labels = [label for label in ruleset.labels if subject_of(label, ruleset) == subject]
    names = [subject, *(label for label in labels if label != subject)]
    return [each for name in names for each in said_of(name, ruleset.decide)]


def combined(votes: Votes, subject: str, known: Known) -> dict[str, float]:
    """Label -> the score of its votes, for labels with votes; for a set worked out over all its members' votes."""
    said = [each.combine for each in said_of_subject(subject, known.ruleset) if each.combine is not None]
    combiner = known.registry.combiners[(said or ["max"])[0]]
    if combiner.fitting is not None:
        return _fitted(votes, subject, combiner, combiner.fitting, known)
    assert combiner.combine is not None  # a combiner has one or the other
    scores = {label: _scores(given, combiner) for label, given in votes.items() if given}
    return {label: round(score, 4) for label, score in combiner.combine(scores).items()} if scores else {}


def _fitted(votes: Votes, subject: str, combiner: Combiner, fitting: Fitting, known: Known) -> dict[str, float]:
    """The same by numbers: those of the lock, or what is believed of no records. `otherwise` is no rule."""
    ruleset = known.ruleset
    labels, ids = ruleset.sets[subject].members, {rule.id for rule in ruleset.rules}
    voters = [rule.id for rule in ruleset.rules if rule.status != "draft" and labels_of(rule, ruleset) & set(labels)]
    numbers = ruleset.fitted.get(subject)
    combine = fitting.make(labels, fitting.fit(labels, voters, {}) if numbers is None else numbers)
    cast: dict[str, list[RuleVote]] = {}
    for label, given in votes.items():
        own = [vote for vote in given if vote.rule in ids]
        groups = _connected(own) if combiner.connects else [[vote] for vote in own]
        if own:
            surest = [sorted(group, key=lambda vote: (-vote.score, vote.rule.encode()))[0] for group in groups]
            cast[label] = [RuleVote(vote.rule, vote.score) for vote in surest]
    if not cast:
        return {label: max(vote.score for vote in given) for label, given in votes.items() if given}
    return {label: round(score, 4) for label, score in combine(cast).items()}


def _scores(votes: Sequence[ReferenceVote], combiner: Combiner) -> list[float]:
    """The scores of votes; a group of connected ones counts once, with its best score."""
    if not combiner.connects:
        return [vote.score for vote in votes]
    return [max(vote.score for vote in group) for group in _connected(votes)]


def _connected(votes: Sequence[ReferenceVote]) -> list[list[ReferenceVote]]:
    """Votes fall into one group if they share a matcher at the same place, also through others."""
    groups: list[list[ReferenceVote]] = []
    for vote in votes:
        touching = [group for group in groups if any(_share(vote, other) for other in group)]
        groups = [group for group in groups if group not in touching]
        groups.append([vote, *(other for group in touching for other in group)])
    return groups


def _share(one: ReferenceVote, other: ReferenceVote) -> bool:
    places = [match[:4] for match in one.evidence]
    return any(match[:4] in places for match in other.evidence)


def decide_label(
    label: str, votes: Votes, stage: int, stages: Sequence[Stage], known: Known
) -> Mapping[str, ReferenceDecision]:
    """An independent label: its score against its thresholds; without a vote, nothing."""
    scores = combined(votes, label, known)
    if label not in scores:
        return {}
    thresholds = thresholds_of(label, stages[stage], known.ruleset)
    level = level_of(scores[label], thresholds)
    return {label: ReferenceDecision(decision=level, score=scores[label], threshold=thresholds[0], stage=stage)}


def decide_set(
    name: str, votes: Votes, stage: int, stages: Sequence[Stage], known: Known
) -> Mapping[str, ReferenceDecision]:
    """A set: the best must reach accept and lead by the margin, then the others are no; a tie is uncertain."""
    ruleset = known.ruleset
    scores = combined(votes, name, known)
    limits = {label: thresholds_of(label, stages[stage], ruleset) for label in ruleset.sets[name].members}
    margins = [each.margin for each in said_of_subject(name, ruleset) if each.margin is not None]
    for best, score in scores.items():
        rest = [other for label, other in scores.items() if label != best]
        leads = (
            all(score > other for other in rest)
            and round(score - max(rest, default=0.0), 4) >= (margins or [MARGIN])[0]
        )
        if leads and score > 0 and score >= limits[best][0]:
            return {
                label: ReferenceDecision(
                    decision="accepted" if label == best else "no",
                    score=scores.get(label, 0.0),
                    threshold=limits[label][0],
                    stage=stage,
                )
                for label in limits
            }
    return {
        label: ReferenceDecision(
            decision="no" if score < limits[label][1] else "uncertain",
            score=score,
            threshold=limits[label][0],
            stage=stage,
        )
        for label, score in scores.items()
    }
