"""Spans: votes of one label that overlap become one, and of different labels one stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rubricate.model.ruleset import Ruleset, Stage
from rubricate.reference.deciding import combined, level_of, thresholds_of
from rubricate.reference.known import Known
from rubricate.reference.results import Level, ReferenceDecision, ReferenceSpan, ReferenceVote

__all__ = ["decide_spans", "settle_overlaps", "summed_up"]


def decide_spans(
    label: str, votes: Sequence[ReferenceVote], stage: int, stages: Sequence[Stage], known: Known
) -> Mapping[str, ReferenceDecision]:
    """The spans of a label. One is held against the thresholds of the last stage that voted for it."""
    spans: list[ReferenceSpan] = []
    for group in _groups(votes, known.ruleset.conflicts.same_label_overlap):
        target = group[0].target
        assert target is not None
        last = max(vote.stage for vote in group)
        thresholds = thresholds_of(label, stages[last], known.ruleset)
        score = combined({label: group}, label, known)[label]
        values = [vote.value for vote in group if vote.value is not None]
        spans.append(
            ReferenceSpan(
                field=target[0],
                start=target[1],
                end=target[2],
                score=score,
                decision=level_of(score, thresholds),
                threshold=thresholds[0],
                votes=tuple(group),
                value=values[0] if values else None,
                stage=last,
            )
        )
    if not spans:
        return {}
    threshold = thresholds_of(label, stages[stage], known.ruleset)[0]
    empty = ReferenceDecision(decision="no", score=0.0, threshold=threshold, stage=stage)
    return {label: summed_up(empty, spans)}


def _groups(votes: Sequence[ReferenceVote], how: str) -> list[list[ReferenceVote]]:
    """Sorted, the first vote takes in those that overlap it and keeps its edges, then the first that is left does."""
    left = sorted(votes, key=lambda vote: _rank(vote, how))
    if how == "keep_all":
        return [[vote] for vote in left]
    groups: list[list[ReferenceVote]] = []
    while left:
        first = left[0]
        groups.append([vote for vote in left if vote is first or _overlap(vote.target, first.target)])
        left = [vote for vote in left if vote is not first and not _overlap(vote.target, first.target)]
    return groups


def _overlap(one: tuple[str, int, int] | None, other: tuple[str, int, int] | None) -> bool:
    assert one is not None
    assert other is not None
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


def _rank(vote: ReferenceVote, how: str) -> tuple[object, ...]:
    """The conflict order: length, score, start, rule id; or the score first."""
    assert vote.target is not None
    _, start, end = vote.target
    length = end - start
    first = (-vote.score, -length) if how == "highest_score" else (-length, -vote.score)
    return (*first, start, vote.rule.encode())


def summed_up(decision: ReferenceDecision, spans: Sequence[ReferenceSpan]) -> ReferenceDecision:
    """A span label as one: uncertain if a span is, for then people are asked; else accepted if one is."""
    levels: tuple[Level, ...] = ("uncertain", "accepted", "no")
    level = next(level for level in levels if any(span.decision == level for span in spans))
    score = max(span.score for span in spans if span.decision == level)
    ordered = tuple(sorted(spans, key=lambda span: (span.field, span.start, span.end)))
    return replace(decision, decision=level, score=score, spans=ordered)


def settle_overlaps(decisions: Mapping[str, ReferenceDecision], ruleset: Ruleset) -> dict[str, ReferenceDecision]:
    """Across labels accepted spans come before uncertain ones, then the longer; who finds text taken is no.

    `nest` names pairs of labels of which the second may lie inside the first.
    """
    if ruleset.conflicts.overlap == "keep_all":
        return dict(decisions)
    waiting = [(label, span) for label, found in decisions.items() for span in found.spans if span.decision != "no"]
    waiting.sort(key=lambda item: _place_in_line(*item, by_score=ruleset.conflicts.overlap == "highest_score"))
    standing: list[tuple[str, ReferenceSpan]] = []
    settled = {label: [span for span in found.spans if span.decision == "no"] for label, found in decisions.items()}
    for label, span in waiting:
        winners = [other for other, taken in standing if _excludes((label, span), (other, taken), ruleset)]
        if winners:
            settled[label].append(replace(span, decision="no", lost_to=winners[0]))
        else:
            settled[label].append(span)
            standing.append((label, span))
    return {label: summed_up(found, settled[label]) if found.spans else found for label, found in decisions.items()}


def _place_in_line(label: str, span: ReferenceSpan, *, by_score: bool) -> tuple[object, ...]:
    length = span.end - span.start
    rank = (-span.score, -length) if by_score else (-length, -span.score)
    return (span.decision != "accepted", *rank, span.field, span.start, label)


def _excludes(one: tuple[str, ReferenceSpan], other: tuple[str, ReferenceSpan], ruleset: Ruleset) -> bool:
    """Whether two spans of different labels share text that they may not share."""
    (label, span), (its, taken) = one, other
    if label == its or not _overlap((span.field, span.start, span.end), (taken.field, taken.start, taken.end)):
        return False
    return not (_is_nested(one, other, ruleset) or _is_nested(other, one, ruleset))


def _is_nested(outer: tuple[str, ReferenceSpan], inner: tuple[str, ReferenceSpan], ruleset: Ruleset) -> bool:
    holds = outer[1].start <= inner[1].start and inner[1].end <= outer[1].end
    return holds and (outer[0], inner[0]) in ruleset.conflicts.nest
