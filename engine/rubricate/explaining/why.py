"""Why a record is labelled as it is: which rules fired and which abstained, how scores came about, where it went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rubricate.explaining.finding import Found, find, find_place
from rubricate.explaining.judging import Judge
from rubricate.explaining.misses import Misses
from rubricate.explaining.outcomes import stood_against
from rubricate.explaining.overlapping import lost_by_overlap
from rubricate.explaining.tracing import TraceNode, trace
from rubricate.explaining.unknown import Unknowns
from rubricate.explaining.why_not import Outcome, outcome_of
from rubricate.language import tree
from rubricate.language.printing import to_text
from rubricate.model.document import Document
from rubricate.model.location import Location
from rubricate.planning.frame import Decision, Frame, SpanDecision, Vote
from rubricate.planning.plan import Plan, PlannedRule, Subject
from rubricate.planning.scoping import root
from rubricate.registry import Registry
from rubricate.running.cascade import Cascade
from rubricate.running.shaping import OpenQuestion, Shaped, Shaper
from rubricate.running.weighing import heard

__all__ = ["AbstainingRule", "Explanation", "FiredRule", "Found", "LabelStory", "RuleTree", "SkippedStage", "explain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FiredRule:
    """A vote, with what it rests on."""

    rule: str
    label: str
    score: float
    cites: tuple[str, ...]
    when: str
    """The condition in its canonical form; empty for `otherwise`."""
    confidence: str
    location: Location | None
    found: tuple[Found, ...]
    marks: Found | None = None
    """The span that the vote marks."""
    value: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AbstainingRule:
    """A rule that was asked and said neither yes nor no."""

    rule: str
    labels: tuple[str, ...]
    """Those that it could have voted for."""
    asked: str
    """The condition, or the confidence when it is that which is unknown, in canonical form."""
    reasons: tuple[str, ...]
    """What is unknown, in words."""
    location: Location | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedStage:
    """A stage that did not run on the record."""

    stage: str
    when: str | None
    """The stage's condition, which said no; None: no label was open that the stage can vote for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelStory:
    """How a decision about a label, or about one span of it, came about."""

    label: str
    decision: str
    score: float
    threshold: float
    stage: str
    combined: str
    """How the score was made, in words."""
    note: str = ""
    """What else decided it: a margin, a set, another label's span."""
    span: Found | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTree:
    """The condition of one rule on the record, node by node."""

    rule: str
    outcome: Outcome
    trace: TraceNode


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All of it."""

    record: Mapping[str, object]
    said: Mapping[str, object]
    """What a run would write about the record."""
    route: str
    reasons: tuple[str, ...]
    """Why the record went where it went."""
    rules: tuple[FiredRule, ...]
    abstained: tuple[AbstainingRule, ...]
    labels: tuple[LabelStory, ...]
    skipped: tuple[SkippedStage, ...]
    trees: tuple[RuleTree, ...] = ()
    """The conditions of the rules that fired or abstained, node by node, where they are asked for."""


def explain(plan: Plan, document: Document, registry: Registry, *, trees: bool = False) -> Explanation:
    """Runs the plan, made with the same registry, over one document and tells what happened."""
    frame = Cascade(plan).run([document])[0]
    shaper = Shaper(plan)
    shaped = shaper.shape(frame)
    return Explanation(
        record=dict(document.original),
        said=shaped.said,
        route=shaped.route,
        reasons=_reasons(shaped, shaper.questions(frame)[1]),
        rules=tuple(_fired(plan, frame, vote) for label in plan.ruleset.labels for vote in frame.votes.get(label, ())),
        abstained=tuple(_abstained(plan, frame, Unknowns(plan, registry, frame))),
        labels=tuple(story for label in plan.ruleset.labels for story in _stories(plan, frame, label)),
        skipped=tuple(_skipped(plan, number) for number in sorted(frame.skipped)),
        trees=tuple(_trees(plan, frame, registry)) if trees else (),
    )


def _trees(plan: Plan, frame: Frame, registry: Registry) -> Iterator[RuleTree]:
    """The conditions of the rules that fired or abstained."""
    frame.cache.clear()
    judge, misses = Judge(plan, registry), Misses()
    for rule in plan.rules:
        outcome = outcome_of(judge, frame, rule)
        if outcome in ("accepted", "not accepted", "draft", "unknown"):
            root_node = trace(plan, registry, frame, rule, judge=judge, misses=misses)
            yield RuleTree(rule=rule.rule.id, outcome=outcome, trace=root_node)


def _abstained(plan: Plan, frame: Frame, unknowns: Unknowns) -> Iterator[AbstainingRule]:
    """The rules of the stages that ran whose condition, or whose confidence, is unknown."""
    voted = {vote.rule for votes in frame.votes.values() for vote in votes}
    asked = {rule.number for stage in plan.stages if stage.number not in frame.skipped for rule in stage.rules}
    for rule in plan.rules:
        if rule.number not in asked or rule.number in voted:
            continue
        when = [root(item) for item in (*rule.rule.only, rule.rule.when)]
        known = rule.truth(frame) is not None
        reasons = _no_confidence(rule, frame, unknowns) if known else unknowns.of_condition(_joined(when))
        if known and not reasons:
            continue
        yield AbstainingRule(
            rule=rule.rule.id,
            labels=rule.labels,
            asked=to_text(root(rule.rule.confidence) if known else _joined(when)),
            reasons=reasons,
            location=rule.rule.location,
        )


def _no_confidence(rule: PlannedRule, frame: Frame, unknowns: Unknowns) -> tuple[str, ...]:
    """Why a rule that holds says nothing about how sure it is, on any of its matches."""
    if rule.truth(frame) is not True:
        return ()
    reasons: list[str] = []
    for match in [None] if rule.matches is None else rule.matches(frame):
        frame.it = match
        reasons += unknowns.of_value(root(rule.rule.confidence))
    frame.it = None
    return tuple(dict.fromkeys(reasons))


def _joined(conditions: Sequence[tree.Node]) -> tree.Node:
    return conditions[0] if len(conditions) == 1 else tree.And(tuple(conditions))


def _skipped(plan: Plan, number: int) -> SkippedStage:
    stage, declared = plan.stages[number], plan.ruleset.cascade
    when = declared[number].when if stage.when is not None else None
    return SkippedStage(stage=stage.name, when=None if when is None else to_text(root(when)))


def _reasons(shaped: Shaped, questions: Sequence[OpenQuestion]) -> tuple[str, ...]:
    if not questions:
        labels = shaped.said["annotations"]
        return ("every label is decided",) if labels else ("no label is open, and none was found",)
    return tuple(question.why for question in questions)


def _fired(plan: Plan, frame: Frame, vote: Vote) -> FiredRule:
    found = tuple(find(plan.tables, frame, match) for match in vote.evidence)
    marks = find_place(frame, *vote.target) if vote.target is not None else None
    if vote.rule < 0:
        declared = plan.ruleset.otherwise[-1 - vote.rule]
        return FiredRule(rule="otherwise", label=vote.label, score=vote.score, cites=declared.cites, when="",
                         confidence=f"{declared.confidence:g}", location=declared.location, found=found)  # fmt: skip
    rule = plan.rules[vote.rule].rule
    return FiredRule(
        rule=rule.id,
        label=vote.label,
        score=vote.score,
        cites=rule.cites,
        when=to_text(_joined([root(item) for item in (*rule.only, rule.when)])),
        confidence=to_text(root(rule.confidence)),
        location=rule.location,
        found=found,
        marks=marks,
        value=vote.value,
    )


def _stories(plan: Plan, frame: Frame, label: str) -> list[LabelStory]:
    decision = frame.decisions.get(label)
    if decision is None:
        return []
    if decision.spans:
        return [_span_story(plan, frame, label, span) for span in decision.spans]
    votes = frame.votes.get(label, ())
    subject = plan.subject_of[label]
    return [
        LabelStory(
            label=label,
            decision=decision.decision,
            score=decision.score,
            threshold=decision.threshold,
            stage=plan.stages[decision.stage].name,
            combined=_weighed(subject, label, frame) if subject.fitted else _combined(subject.combiner.name, votes),
            note=_note(plan, frame, label, decision),
        )
    ]


def _span_story(plan: Plan, frame: Frame, label: str, span: SpanDecision) -> LabelStory:
    return LabelStory(
        label=label,
        decision=span.decision,
        score=span.score,
        threshold=span.threshold,
        stage=plan.stages[span.stage].name,
        combined=_combined(plan.subject_of[label].combiner.name, span.votes),
        note=lost_by_overlap(plan, frame, span) if span.lost_to is not None else "",
        span=find_place(frame, span.field, span.start, span.end),
    )


def _combined(combiner: str, votes: Sequence[Vote]) -> str:
    if not votes:
        return "no vote"
    scores = ", ".join(f"{vote.score:.2f}" for vote in votes)
    return f"{combiner} of {scores}" if len(votes) > 1 else f"one vote of {scores}"


def _weighed(subject: Subject, label: str, frame: Frame) -> str:
    """Who voted for a label and for others of its set, with the number that each rule was fitted with."""
    assert subject.fitted is not None
    votes = {name: frame.votes.get(name, ()) for name in subject.labels}
    cast = heard(subject.fitted, votes, connects=subject.combiner.connects)
    if not cast:
        return _combined(subject.combiner.name, votes[label])
    numbers = subject.fitted.numbers

    def named(name: str) -> list[str]:
        rules = [vote.rule for vote in cast.get(name, ())]
        return [f"{rule} {numbers[rule]:.2f}" if rule in numbers else f"{rule} (no number)" for rule in rules]

    ours, theirs = named(label), [each for name in subject.labels if name != label for each in named(name)]
    against = f" against {', '.join(theirs)}" if theirs else ""
    return f"{subject.combiner.name} of {', '.join(ours) or 'no vote'}{against}"


def _note(plan: Plan, frame: Frame, label: str, decision: Decision) -> str:
    subject = plan.subject_of[label]
    if decision.implied_by is not None:
        return f"{decision.implied_by} implies it"
    if decision.lost_to is not None:
        return stood_against(plan, frame, label, decision.lost_to)
    if subject.kind != "set":
        return ""
    winner = next((name for name in subject.labels if name != label and (found := frame.decisions.get(name)) is not None
                   and found.decision == "accepted"), None)  # fmt: skip
    if winner is not None:
        return f"{winner} holds, and exactly one of the set does"
    others = [(found.score, name) for name in subject.labels if name != label and (found := frame.decisions.get(name))]
    if decision.decision == "uncertain" and others and decision.score >= decision.threshold:
        score, name = max(others)
        return f"it must lead {name} ({score:.2f}) by {subject.margin:.2f}"
    return ""
