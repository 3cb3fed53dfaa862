"""From votes to decisions: combining, thresholds, margins, spans that overlap. See the meaning of a ruleset."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final

from rubricate.errors import PluginError
from rubricate.model.boxes import box_of
from rubricate.model.picture import Picture
from rubricate.planning.frame import Decision, Frame, SpanDecision, Vote
from rubricate.planning.places import Lowest
from rubricate.planning.plan import Plan, PlannedStage, Subject, Threshold
from rubricate.running.deciding_boxes import TakenBoxes, grouped_boxes
from rubricate.running.linking import link, unlink
from rubricate.running.weighing import weighed

__all__ = ["combined", "decide", "make_spans"]

SpanOrder = Callable[[Vote], tuple[object, ...]]
_Place = tuple[str, str, int, int]
SCORE: Final = 2
"""Where a vote has its score; by number it is read faster than by name."""
MOST_KNOWN = 10_000
"""So many combinations of scores are remembered."""


def decide(plan: Plan, stage: PlannedStage, frame: Frame) -> None:
    """Brings the decisions of all labels with new votes up to date, in place."""
    changed, frame.changed = frame.changed, set()
    if plan.links is not None:
        unlink(frame)
    subject_of, marked = plan.subject_of, False
    others: dict[str, Subject] = {}
    for label in sorted(changed) if len(changed) > 1 else changed:
        subject = subject_of[label]
        if subject.kind == "label":
            _decide_label(stage, frame, label, subject)
        else:
            others[subject.name] = subject
    for subject in others.values():
        if subject.kind != "set":
            marked = True
            _decide_span_label(plan, stage, frame, subject)
        else:
            _decide_set(stage, frame, subject)
    if marked and plan.ruleset.conflicts.overlap != "keep_all":
        _settle_overlaps(plan, frame)
    if plan.links is not None:
        link(plan, frame)


def combined(subject: Subject, votes: Mapping[str, Sequence[Vote]]) -> dict[str, float]:
    """Label -> score, rounded to 1e-4; votes that rest on the same match count once where the combiner says so."""
    connects = subject.combiner.connects
    fitted = subject.fitted
    if fitted is not None:
        cast = {label: given for label, given in votes.items() if given}
        return _checked(subject, cast, lambda: weighed(fitted, cast, connects=connects)) if cast else {}
    scores = {
        label: _connected_scores(given) if connects and len(given) > 1 else [vote.score for vote in given]
        for label, given in votes.items()
        if given
    }
    if not scores:
        return {}
    return _combine(subject, scores)


def _combine(subject: Subject, scores: Mapping[str, Sequence[float]]) -> dict[str, float]:
    combine = subject.combiner.combine
    assert combine is not None  # sees to it that a combiner that is fitted has been
    return _checked(subject, scores, lambda: combine(scores))


def _checked(
    subject: Subject, given: Mapping[str, object], combine: Callable[[], Mapping[str, float]]
) -> dict[str, float]:
    """What a combiner gives, rounded and held against its contract."""
    combiner = subject.combiner
    try:
        found = {label: round(float(score), 4) for label, score in combine().items()}
    except (Exception, SystemExit) as error:  # foreign code may raise anything
        raise PluginError(combiner.name, f'on "{subject.name}": {type(error).__name__}: {error}') from error
    if found.keys() != given.keys() or not all(0 <= score <= 1 for score in found.values()):
        raise PluginError(combiner.name, f'on "{subject.name}": gave no score between 0 and 1 for each label')
    return found


def _connected_scores(votes: Sequence[Vote]) -> list[float]:
    """The best score of each group of votes that are connected: they share a matcher at the same place."""
    together = [match[:4] for vote in votes for match in vote.evidence]
    if len(set(together)) == len(together):
        return [vote.score for vote in votes]  # nearly always
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


def _decide_label(stage: PlannedStage, frame: Frame, label: str, subject: Subject) -> None:
    votes = frame.votes.get(label)
    if not votes:
        frame.decisions.pop(label, None)
        return
    key: tuple[object, ...]
    if len(votes) == 1:
        scores = None
        key = (label, votes[0][SCORE])
    else:
        scores = _connected_scores(votes) if subject.combiner.connects else [vote[SCORE] for vote in votes]
        key = (label, *scores)
    decided = stage.known.get(key)
    if decided is None:
        decided = _decided(stage, subject, scores or [votes[0][SCORE]])
        if len(stage.known) >= MOST_KNOWN:
            stage.known.clear()
        stage.known[key] = decided
    frame.decisions[label] = decided


def _decided(stage: PlannedStage, subject: Subject, scores: Sequence[float]) -> Decision:
    label = subject.labels[0]
    threshold = stage.thresholds[label]
    score = _combine(subject, {label: scores})[label]
    return Decision(_level(score, threshold), score, threshold.accept, stage.number)


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
        [each.thresholds[label] for each in plan.stages],
        how,
        lambda vote: plan.rules[vote.rule].rule.id,
        frame.document.pictures if subject.kind == "box" else None,
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
    thresholds: Sequence[Threshold],
    how: str,
    rule_id: Callable[[Vote], str],
    pictures: Mapping[str, Picture] | None = None,
) -> list[SpanDecision]:
    """The spans of one label: votes in conflict order, each span taking in the votes that overlap it.

    With the pictures of the record they are boxes, each taking in the votes for boxes that mark the same thing. A span
    is held against the threshold of the last stage that voted for it; `thresholds` are those of all stages.
    """
    by_field: dict[str, list[Vote]] = defaultdict(list)
    for vote in votes:
        assert vote.target is not None
        if pictures is None or vote.target[0] in pictures:
            by_field[vote.target[0]].append(vote)
    spans: list[SpanDecision] = []
    for field, given in by_field.items():
        if pictures is not None:
            groups = grouped_boxes(given, pictures[field].width, how, rule_id)
        else:
            ordered = sorted(given, key=lambda vote: _vote_order(vote, how, rule_id(vote)))
            groups = [[vote] for vote in ordered] if how == "keep_all" else _grouped(ordered)
        for group in groups:
            _, start, end = group[0].target or ("", 0, 0)
            score = combined(subject, {subject.labels[0]: group})[subject.labels[0]]
            value = next((vote.value for vote in group if vote.value is not None), None)
            stage = max(vote.stage for vote in group)
            threshold = thresholds[stage]
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


def _grouped(ordered: Sequence[Vote]) -> list[list[Vote]]:
    """The first vote takes in all that overlap it, then the first that is left, and so on."""
    taken: list[tuple[int, int, int]] = []
    groups: list[list[Vote]] = []
    waiting: list[Vote] = []
    for vote in ordered:
        low, high = _overlapped(taken, vote)
        if low < high:
            waiting.append(vote)
            continue
        _, start, end = vote.target or ("", 0, 0)
        taken.insert(low, (start, end, len(groups)))
        groups.append([vote])
    numbers = Lowest([number for _, _, number in taken])
    for vote in waiting:
        groups[numbers.between(*_overlapped(taken, vote))].append(vote)
    return groups


def _overlapped(taken: Sequence[tuple[int, int, int]], vote: Vote) -> tuple[int, int]:
    """Which of the places, in order and apart from each other, share text with a vote: from, up to."""
    assert vote.target is not None
    return bisect_right(taken, vote.target[1], key=_end), bisect_left(taken, vote.target[2], key=_start)


def _start(place: tuple[int, int, int]) -> int:
    return place[0]


def _end(place: tuple[int, int, int]) -> int:
    return place[1]


def _vote_order(vote: Vote, how: str, rule: str) -> tuple[object, ...]:
    assert vote.target is not None
    _, start, end = vote.target
    length = end - start
    rank = (-vote.score, -length) if how == "highest_score" else (-length, -vote.score)
    return (*rank, start, rule.encode())


class _Taken:
    """The places of a field that spans hold, by their start."""

    def __init__(self) -> None:
        self.places: list[tuple[int, int, int, str]] = []
        self.longest = 0

    def add(self, label: str, span: SpanDecision) -> None:
        """A span holds its place from now on."""
        insort(self.places, (span.start, span.end, len(self.places), label))
        self.longest = max(self.longest, span.end - span.start)

    def by_another(self, label: str, span: SpanDecision, nest: Collection[tuple[str, str]] = ()) -> str | None:
        """The label, another than `label`, that first took some of a span's text and may not share it."""
        low = bisect_right(self.places, (span.start - self.longest,))
        high = bisect_left(self.places, (span.end,))
        others = [
            (number, other)
            for start, end, number, other in self.places[low:high]
            if span.start < end
            and other != label
            and not (nest and _nested((label, span.start, span.end), (other, start, end), nest))
        ]
        return min(others)[1] if others else None


def _nested(one: tuple[str, int, int], two: tuple[str, int, int], nest: Collection[tuple[str, str]]) -> bool:
    """Whether one of two spans lies inside the other, and their labels may do so."""
    pairs = ((one, two), (two, one))
    return any((outer[0], inner[0]) in nest and outer[1] <= inner[1] and inner[2] <= outer[2] for outer, inner in pairs)


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
    pictures = frame.document.pictures
    all_spans.sort(key=lambda item: _span_order(item[0], item[1], by_score, pictures))
    boxes = {name: TakenBoxes(picture.width) for name, picture in pictures.items()}
    taken: dict[str, _Taken | TakenBoxes] = defaultdict(_Taken, boxes)
    kept: dict[str, list[SpanDecision]] = defaultdict(list)
    for label, span in all_spans:
        winner = taken[span.field].by_another(label, span, plan.ruleset.conflicts.nest)
        if winner is not None and span.decision != "no":
            kept[label].append(span._replace(decision="no", lost_to=winner))
            continue
        kept[label].append(span)
        if span.decision != "no":
            taken[span.field].add(label, span)
    for label, spans in kept.items():
        old = frame.decisions[label]
        spans.sort(key=lambda span: (span.field, span.start, span.end))
        frame.decisions[label] = _summary(spans, old.threshold, old.stage)


def _level_again(span: SpanDecision) -> str:
    """The decision of a span by its score alone, before other labels are looked at."""
    if span.lost_to is None:
        return span.decision
    return "accepted" if span.score >= span.threshold else "uncertain"


def _span_order(label: str, span: SpanDecision, by_score: bool, pictures: Mapping[str, Picture]) -> tuple[object, ...]:
    length = span.end - span.start
    if span.field in pictures:
        length = box_of(span.start, span.end, pictures[span.field].width).area
    rank = (-span.score, -length) if by_score else (-length, -span.score)
    return (["accepted", "uncertain", "no"].index(span.decision), *rank, span.field, span.start, label)
