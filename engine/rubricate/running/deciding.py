"""From votes to decisions: combining, thresholds, margins, spans that overlap. See the meaning of a ruleset."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from rubricate.planning.frame import Decision, Frame, SpanDecision, Vote
from rubricate.planning.plan import Plan, PlannedStage, Subject, Threshold

__all__ = ["combined", "decide", "make_spans"]

SpanOrder = Callable[[Vote], tuple[object, ...]]
_Place = tuple[str, str, int, int]


def decide(plan: Plan, stage: PlannedStage, frame: Frame) -> None:
    """Brings the decisions of all labels with new votes up to date, in place."""
    changed, frame.changed = frame.changed, set()
    subjects = {plan.subject_of[label].name: plan.subject_of[label] for label in sorted(changed)}
    marked = False
    for subject in subjects.values():
        if subject.kind == "span":
            marked = True
            _decide_span_label(plan, stage, frame, subject)
        elif subject.kind == "set":
            _decide_set(stage, frame, subject)
        else:
            _decide_label(stage, frame, subject)
    if marked and plan.ruleset.conflicts.overlap != "keep_all":
        _settle_overlaps(plan, frame)


def combined(subject: Subject, votes: Mapping[str, Sequence[Vote]]) -> dict[str, float]:
    """Label -> score, rounded to 1e-4; votes that rest on the same match count once where the combiner says so."""
    scores = {
        label: _connected_scores(given) if subject.combiner.connects else [vote.score for vote in given]
        for label, given in votes.items()
        if given
    }
    return {label: round(score, 4) for label, score in subject.combiner.combine(scores).items()} if scores else {}


def _connected_scores(votes: Sequence[Vote]) -> list[float]:
    """The best score of each group of votes that are connected: they share a matcher at the same place."""
    groups: list[tuple[set[_Place], float]] = []
    for vote in votes:
        places, best = {match[:4] for match in vote.evidence}, vote.score
        apart: list[tuple[set[_Place], float]] = []
        for others, score in groups:
            if others & places:
                places, best = places | others, max(best, score)
            else:
                apart.append((others, score))
        groups = [*apart, (places, best)]
    return [score for _, score in groups]


def _decide_label(stage: PlannedStage, frame: Frame, subject: Subject) -> None:
    label = subject.labels[0]
    votes = frame.votes.get(label, ())
    score = combined(subject, {label: votes}).get(label)
    if score is None:
        frame.decisions.pop(label, None)
        return
    threshold = stage.thresholds[label]
    frame.decisions[label] = Decision(_level(score, threshold), score, threshold.accept, stage.number)


def _level(score: float, threshold: Threshold) -> str:
    if score >= threshold.accept:
        return "accepted"
    return "no" if score < threshold.low else "uncertain"


def _decide_set(stage: PlannedStage, frame: Frame, subject: Subject) -> None:
    scores = combined(subject, {label: frame.votes.get(label, ()) for label in subject.labels})
    for label in subject.labels:
        frame.decisions.pop(label, None)
    if not scores:
        return
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    label, best = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    thresholds = stage.thresholds
    # rounding keeps 0.95 - 0.85 from falling short of a margin of 0.1
    leads = round(best - second, 4) >= subject.margin and best > second
    if best >= thresholds[label].accept and leads:
        for other in subject.labels:
            decision = "accepted" if other == label else "no"
            frame.decisions[other] = Decision(decision, scores.get(other, 0.0), thresholds[other].accept, stage.number)
        return
    for other, score in scores.items():
        decision = "no" if score < thresholds[other].low else "uncertain"
        frame.decisions[other] = Decision(decision, score, thresholds[other].accept, stage.number)


def _decide_span_label(plan: Plan, stage: PlannedStage, frame: Frame, subject: Subject) -> None:
    label = subject.labels[0]
    how = plan.ruleset.conflicts.same_label_overlap
    spans = make_spans(
        frame.votes.get(label, ()),
        subject,
        stage.thresholds[label],
        stage.number,
        how,
        lambda vote: plan.rules[vote.rule].rule.id,
    )
    frame.decisions.pop(label, None)
    if spans:
        frame.decisions[label] = _summary(spans, stage.thresholds[label].accept, stage.number)


def _summary(spans: Sequence[SpanDecision], threshold: float, stage: int) -> Decision:
    for level in ("uncertain", "accepted", "no"):
        scores = [span.score for span in spans if span.decision == level]
        if scores:
            return Decision(level, max(scores), threshold, stage, tuple(spans))
    raise AssertionError("a span has one of three decisions")


def make_spans(
    votes: Iterable[Vote],
    subject: Subject,
    threshold: Threshold,
    stage: int,
    how: str,
    rule_id: Callable[[Vote], str],
) -> list[SpanDecision]:
    """The spans of one label: votes in conflict order, each span taking in the votes that overlap it."""
    by_field: dict[str, list[Vote]] = defaultdict(list)
    for vote in votes:
        assert vote.target is not None
        by_field[vote.target[0]].append(vote)
    spans: list[SpanDecision] = []
    for field, given in by_field.items():
        waiting = sorted(given, key=lambda vote: _vote_order(vote, how, rule_id(vote)))
        while waiting:
            first = waiting[0]
            _, start, end = first.target or ("", 0, 0)
            group = [first] if how == "keep_all" else [vote for vote in waiting if _touches(vote, start, end)]
            waiting = [vote for vote in waiting if not any(vote is taken for taken in group)]
            score = combined(subject, {subject.labels[0]: group})[subject.labels[0]]
            value = next((vote.value for vote in group if vote.value is not None), None)
            spans.append(
                SpanDecision(
                    field,
                    start,
                    end,
                    score,
                    _level(score, threshold),
                    threshold.accept,
                    tuple(group),
                    value,
                    stage,
                    None,
                )
            )
    return sorted(spans, key=lambda span: (span.field, span.start, span.end))


def _touches(vote: Vote, start: int, end: int) -> bool:
    assert vote.target is not None
    return vote.target[1] < end and start < vote.target[2]


def _vote_order(vote: Vote, how: str, rule: str) -> tuple[object, ...]:
    assert vote.target is not None
    _, start, end = vote.target
    length = end - start
    rank = (-vote.score, -length) if how == "highest_score" else (-length, -vote.score)
    return (*rank, start, rule.encode())


def _settle_overlaps(plan: Plan, frame: Frame) -> None:
    """Spans of different labels that share text: the better one stays, the others are no, with `lost_to`.

    What is accepted comes before what is uncertain: a guess takes no text from a finding.
    """
    by_score = plan.ruleset.conflicts.overlap == "highest_score"
    all_spans = [
        (label, span._replace(decision=_level_again(span), lost_to=None))
        for label, decision in frame.decisions.items()
        for span in decision.spans
    ]
    all_spans.sort(key=lambda item: _span_order(item[0], item[1], by_score))
    taken: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    kept: dict[str, list[SpanDecision]] = defaultdict(list)
    for label, span in all_spans:
        winner = next(
            (
                other
                for start, end, other in taken[span.field]
                if start < span.end and span.start < end and other != label
            ),
            None,
        )
        if winner is not None and span.decision != "no":
            kept[label].append(span._replace(decision="no", lost_to=winner))
            continue
        kept[label].append(span)
        if span.decision != "no":
            taken[span.field].append((span.start, span.end, label))
    for label, spans in kept.items():
        old = frame.decisions[label]
        spans.sort(key=lambda span: (span.field, span.start, span.end))
        frame.decisions[label] = _summary(spans, old.threshold, old.stage)


def _level_again(span: SpanDecision) -> str:
    """The decision of a span by its score alone, before other labels are looked at."""
    if span.lost_to is None:
        return span.decision
    return "accepted" if span.score >= span.threshold else "uncertain"


def _span_order(label: str, span: SpanDecision, by_score: bool) -> tuple[object, ...]:
    length = span.end - span.start
    rank = (-span.score, -length) if by_score else (-length, -span.score)
    return (["accepted", "uncertain", "no"].index(span.decision), *rank, span.field, span.start, label)
