"""Why a rule did not fire on a record: its nearest misses, and the smallest edit with which it would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

from rubricate.explaining.editing import Candidate
from rubricate.explaining.failing import Every, Failure, failure_of
from rubricate.explaining.judging import Judge, asked_of
from rubricate.explaining.missed import FAR, Missed
from rubricate.explaining.misses import Misses
from rubricate.explaining.outcomes import losses, skipped_why, trials, votes_of
from rubricate.explaining.searching import smallest_edits
from rubricate.explaining.spotting import location_of
from rubricate.explaining.tracing import TraceNode, trace
from rubricate.explaining.unknown import Unknowns
from rubricate.language.printing import to_text
from rubricate.model.document import Document
from rubricate.model.location import Location
from rubricate.planning.frame import Frame
from rubricate.planning.plan import Plan, PlannedRule
from rubricate.planning.scoping import root
from rubricate.registry import Registry
from rubricate.running.cascade import Cascade

__all__ = [
    "Edit",
    "Miss",
    "Outcome",
    "Repair",
    "WhyNot",
    "explain_rule",
    "find_rule",
    "outcome_of",
    "parts_of",
    "why_not",
]

Outcome = Literal["accepted", "not accepted", "draft", "too late", "no", "unknown", "no confidence", "not asked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A part of the condition that kept the rule from firing, and how near it came."""

    node: str
    """In canonical form."""
    sentence: str
    kind: str
    off: float | None
    """How far off it was, in words, characters or as a difference of numbers; None where that is not measured."""
    location: Location | None
    others: tuple[str, ...] = ()
    """How near further alternatives came, of which one would have been enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change of the ruleset."""

    text: str
    where: str
    """In which let, context or group, when it is not the rule itself that is changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """Edits that, all made, give what was wanted of the record: that was tried."""

    edits: tuple[Edit, ...]
    gives: Literal["fires", "accepted"]
    """Whether the rule then fires, or its label is then accepted too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """What a rule makes of a record, and why not more."""

    rule: str
    labels: tuple[str, ...]
    """Those that it can vote for."""
    record: str
    outcome: Outcome
    reasons: tuple[str, ...]
    """Why the outcome is what it is, besides the condition."""
    misses: tuple[Miss, ...]
    """One for each part that must be mended, in the order of the condition."""
    repairs: tuple[Repair, ...]
    """Smallest first."""
    trace: TraceNode
    location: Location | None


def find_rule(plan: Plan, id: str) -> PlannedRule | None:
    """The rule of an id."""
    return next((rule for rule in plan.rules if rule.rule.id == id), None)


def why_not(plan: Plan, document: Document, registry: Registry, rule: PlannedRule) -> WhyNot:
    """Runs the plan, made with the same registry, over one document and tells why a rule did not fire on it."""
    [frame] = Cascade(plan).run([document])
    document.off |= _unasked(plan, frame)
    return explain_rule(Judge(plan, registry), frame, rule, Misses())


def _unasked(plan: Plan, frame: Frame) -> frozenset[str]:
    """The dear matchers that were not asked, as no rule could hold whatever they found: they did not find nothing."""
    frame.cache.clear()
    stages = [stage for stage in plan.stages if stage.number not in frame.skipped]
    gated = [each for stage in stages for each in stage.gated if each.gate is not None and each.gate(frame) is False]
    return frozenset(name for each in gated for name in each.matchers)


def explain_rule(judge: Judge, frame: Frame, rule: PlannedRule, misses: Misses) -> WhyNot:
    """Why a rule did not fire on a record that has been through the cascade."""
    frame.cache.clear()
    plan = judge.plan
    votes = votes_of(frame, rule.number)
    outcome = outcome_of(judge, frame, rule)
    failure = failure_of(judge, rule.number, frame) if outcome in ("no", "unknown") else None
    told = [] if failure is None else [_miss(judge, rule, part, frame, misses) for part in parts_of(failure)]
    repairs: list[Repair] = []
    if failure is not None:
        found = smallest_edits(judge, rule.number, frame, misses)
        repairs = [Repair(edits=tuple(map(_edit, each.edits)), gives="fires") for each in found]
    elif outcome in ("not accepted", "draft"):
        made = trials(plan, frame, rule.number, votes)
        repairs = [Repair(edits=(Edit(text=trial.text, where=""),), gives="accepted") for trial in made]
    return WhyNot(
        rule=rule.rule.id,
        labels=rule.labels,
        record=frame.document.id,
        outcome=outcome,
        reasons=tuple(_reasons(judge, frame, rule, outcome)),
        misses=tuple(told),
        repairs=tuple(repairs),
        trace=trace(plan, judge.registry, frame, rule, judge=judge, misses=misses),
        location=rule.rule.location,
    )


def outcome_of(judge: Judge, frame: Frame, rule: PlannedRule) -> Outcome:
    """What became of a rule on a record that has been through the cascade."""
    votes = votes_of(frame, rule.number)
    if votes:
        if rule.rule.status == "draft":
            return "draft"
        return "not accepted" if any(losses(judge.plan, frame, vote) for vote in votes) else "accepted"
    if rule.stage in frame.skipped:
        return "not asked"
    truth = judge.truth(asked_of(judge.ruleset, rule.number), frame)
    if truth is not True:
        return "unknown" if truth is None else "no"
    return "too late" if judge.fires(rule.number, frame) else "no confidence"


def _reasons(judge: Judge, frame: Frame, rule: PlannedRule, outcome: Outcome) -> Sequence[str]:
    """Why the outcome is what it is, besides the condition."""
    plan = judge.plan
    match outcome:
        case "accepted" | "no":
            return ()
        case "not accepted":
            votes = votes_of(frame, rule.number)
            return tuple(dict.fromkeys(told for vote in votes for told in losses(plan, frame, vote)))
        case "draft":
            return ("it is a draft: its votes are reported and decide nothing",)
        case "not asked":
            return (skipped_why(plan, rule.stage),)
        case "unknown":
            asked = asked_of(judge.ruleset, rule.number)
            unknowns = Unknowns(plan, judge.registry, frame, judge=judge)
            return tuple(f"abstains: {reason}" for reason in unknowns.of_condition(asked))
        case "no confidence":
            return _no_vote(judge, frame, rule)
        case "too late":
            stage = plan.stages[rule.stage].name
            return tuple(f"{label} was closed before stage {stage}" for label in rule.labels)
    assert_never(outcome)


def _no_vote(judge: Judge, frame: Frame, rule: PlannedRule) -> Sequence[str]:
    """Why a rule that holds casts no vote: its confidence has no value, or no match says a label that there is."""
    confidence = root(rule.rule.confidence)
    unknowns = Unknowns(judge.plan, judge.registry, frame, judge=judge)
    reasons: list[str] = []
    for match in [None] if rule.matches is None else list(rule.matches(frame)):
        frame.it = match
        reasons += unknowns.of_value(confidence)
    frame.it = None
    told = [f"the confidence {to_text(confidence)} has no value: {reason}" for reason in dict.fromkeys(reasons)]
    if not told and rule.rule.label_from is not None:
        return [f"{to_text(root(rule.rule.label_from))} names no label of the ruleset"]
    return told or ["the condition gives no match to vote with"]


def parts_of(failure: Failure) -> Sequence[Failure]:
    """What must be mended, each part on its own."""
    if not isinstance(failure, Every):
        return [failure]
    return [part for item in failure.items for part in parts_of(item)]


def _miss(judge: Judge, rule: PlannedRule, failure: Failure, frame: Frame, misses: Misses) -> Miss:
    ranked = misses.ranked(judge, rule.number, failure, frame)
    first, rest = ranked[0], ranked[1:]
    return Miss(
        node=to_text(first.blame.node),
        sentence=first.sentence,
        kind=first.kind,
        off=_measured(first),
        location=location_of(judge.ruleset, rule.number, first.blame.spot),
        others=tuple(dict.fromkeys(f"{to_text(each.blame.node)}: {each.sentence}" for each in rest)),
    )


def _measured(missed: Missed) -> float | None:
    return None if missed.off >= FAR / 2 else missed.off


def _edit(candidate: Candidate) -> Edit:
    return Edit(text=candidate.text, where=candidate.where)
