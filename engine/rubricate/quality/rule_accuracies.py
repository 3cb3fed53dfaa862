"""Holds every vote of every rule against gold: accuracy with its interval, coverage, overlap, conflict, confidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rubricate.language import tree
from rubricate.model.binomial import lower_bound, upper_bound
from rubricate.model.location import Location
from rubricate.model.problem import Edit
from rubricate.model.rule_accuracy import RuleAccuracies, RuleAccuracy
from rubricate.planning.frame import Frame
from rubricate.planning.plan import MARKS, Plan, PlannedRule
from rubricate.planning.scoping import root
from rubricate.quality.gold_documents import GoldDocuments
from rubricate.running.cascade import Cascade

__all__ = ["confidence_edits", "count_rules"]

BATCH = 256
STRENGTH = 4
"""So many votes of average accuracy are added to those of a rule: one that voted rightly once is not certain."""
WORTH = 0.005
"""A confidence that is this near to the proposed one stays as it is."""


@dataclass(slots=True)
class _Counts:
    """What is counted while the records go by."""

    votes: Counter[tuple[int, str]] = field(default_factory=Counter)
    right: Counter[tuple[int, str]] = field(default_factory=Counter)
    overlaps: Counter[tuple[int, str]] = field(default_factory=Counter)
    conflicts: Counter[tuple[int, str]] = field(default_factory=Counter)
    covered: int = 0
    contested: int = 0


def count_rules(plan: Plan, gold: GoldDocuments) -> RuleAccuracies:
    """What gold says about the rules of a plan. Every stage is run on every record, so that all votes are heard."""
    counts = _Counts()
    cascade = Cascade(plan, every_stage=True)
    documents = gold.documents
    for first in range(0, len(documents), BATCH):
        for frame in cascade.run(documents[first : first + BATCH]):
            _count(plan, frame, gold.truth[frame.document.id], counts)
    counted = [rule for rule in plan.rules if not _is_of_spans(plan, rule)]
    pooled = _pooled(counted, counts)
    return RuleAccuracies(
        rules=tuple(_accuracy(rule, label, counts, pooled) for rule in counted for label in rule.labels),
        records=len(documents),
        covered=counts.covered,
        contested=counts.contested,
        skipped=tuple(rule.rule.id for rule in plan.rules if _is_of_spans(plan, rule)),
    )


def _is_of_spans(plan: Plan, rule: PlannedRule) -> bool:
    return any(plan.subject_of[label].kind in MARKS for label in rule.labels)


def _count(plan: Plan, frame: Frame, truth: Mapping[str, bool], counts: _Counts) -> None:
    cast = {(vote.rule, label) for label, votes in frame.votes.items() for vote in votes if vote.rule >= 0}
    shadows = {(vote.rule, label) for label, votes in frame.shadows.items() for vote in votes}
    by_subject: dict[str, set[tuple[int, str]]] = {}
    for rule, label in cast:
        if plan.subject_of[label].kind not in MARKS:
            by_subject.setdefault(plan.subject_of[label].name, set()).add((rule, label))
    counts.covered += bool(by_subject)
    counts.contested += any(len({label for _, label in votes}) > 1 for votes in by_subject.values())
    for vote in cast | shadows:
        rule, label = vote
        if label not in truth:
            continue
        others = {each for each in by_subject.get(plan.subject_of[label].name, ()) if each[0] != rule}
        counts.votes[vote] += 1
        counts.right[vote] += truth[label]
        counts.overlaps[vote] += bool(others)
        counts.conflicts[vote] += any(other != label for _, other in others)


def _pooled(rules: Iterable[PlannedRule], counts: _Counts) -> Mapping[str, float]:
    """Label -> the accuracy of all votes for it; one half where there is none."""
    right, votes = Counter[str](), Counter[str]()
    for rule in rules:
        for label in rule.labels:
            if not rule.is_draft:
                right[label] += counts.right[rule.number, label]
                votes[label] += counts.votes[rule.number, label]
    labels = {label for rule in rules for label in rule.labels}
    return {label: right[label] / votes[label] if votes[label] else 0.5 for label in labels}


def _accuracy(rule: PlannedRule, label: str, counts: _Counts, pooled: Mapping[str, float]) -> RuleAccuracy:
    key = (rule.number, label)
    votes, right = counts.votes[key], counts.right[key]
    shrunk = (right + STRENGTH * pooled[label]) / (votes + STRENGTH)
    return RuleAccuracy(
        rule=rule.rule.id,
        label=label,
        is_draft=rule.is_draft,
        votes=votes,
        right=right,
        interval=(round(lower_bound(right, votes, 0.025), 4), round(upper_bound(right, votes, 0.025), 4)),
        overlaps=counts.overlaps[key],
        conflicts=counts.conflicts[key],
        declared=None if root(rule.rule.confidence) == tree.Learned(None) else rule.constant,
        proposed=round(min(max(shrunk, 0.01), 0.99), 2),
        location=_place_of_number(rule) if len(rule.labels) == 1 else None,
    )


def _place_of_number(rule: PlannedRule) -> Location | None:
    confidence = rule.rule.confidence
    if not isinstance(root(confidence), tree.Number):
        return None
    return confidence.locate(0, len(confidence.text))


def confidence_edits(found: RuleAccuracies) -> Iterator[Edit]:
    """The edits that write the proposed confidences; of rules that voted, with a number that is theirs alone.

    A number that a group hands down belongs to all its rules, so none of them may change it.
    """
    shared = Counter(each.location for each in found.rules)
    for each in found.rules:
        if each.location is None or shared[each.location] > 1 or each.declared is None or not each.votes:
            continue
        if abs(each.declared - each.proposed) >= WORTH:
            yield Edit(each.location, f"{each.proposed:g}")
