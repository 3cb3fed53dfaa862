"""Votes that did not carry the day: why a label was not accepted, and with which number it would have been."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rubricate.explaining.other_plans import with_confidence, with_planned
from rubricate.explaining.overlapping import lost_by_overlap, settings_for
from rubricate.language import tree
from rubricate.language.printing import to_text
from rubricate.model.document import Document
from rubricate.planning.frame import Decision, Frame, SpanDecision, Vote
from rubricate.planning.plan import Plan, Subject, Threshold
from rubricate.planning.scoping import root
from rubricate.reporting.figures import score
from rubricate.running.cascade import Cascade

__all__ = ["Trial", "losses", "skipped_why", "stood_against", "trials", "votes_of"]


class Trial(NamedTuple):
    """A plan with another number somewhere."""

    text: str
    plan: Plan
    label: str
    """The label that it is to make accepted."""
    size: float


def votes_of(frame: Frame, number: int) -> list[Vote]:
    """The votes that a rule cast on a record, those of a draft too."""
    given = [*frame.votes.values(), *frame.shadows.values()]
    return [vote for votes in given for vote in votes if vote.rule == number]


def losses(plan: Plan, frame: Frame, vote: Vote) -> list[str]:
    """Why the label that a vote is for was not accepted, or its span not; nothing when it was."""
    decision = frame.decisions.get(vote.label)
    if decision is None:
        return []
    if vote.target is not None:
        return [told for span in decision.spans if vote in span.votes for told in _of_span(plan, frame, vote, span)]
    if decision.decision == "accepted":
        return []
    subject = plan.subject_of[vote.label]
    if decision.lost_to is not None:
        return [stood_against(plan, frame, vote.label, decision.lost_to)]
    if subject.kind == "set":
        told = _of_set(frame, subject, vote.label, decision)
        if told is not None:
            return [told]
    return [_below(plan, subject, vote, decision)]


def _of_span(plan: Plan, frame: Frame, vote: Vote, span: SpanDecision) -> Iterator[str]:
    decision = frame.decisions[vote.label]
    if span.decision == "accepted":
        return
    if span.lost_to is not None and decision.lost_to is not None:
        yield stood_against(plan, frame, vote.label, span.lost_to)
    elif span.lost_to is not None:
        yield lost_by_overlap(plan, frame, span)
    else:
        low = plan.stages[span.stage].thresholds[vote.label].low
        yield _held_against(span.score, span.threshold, low, vote, plan.subject_of[vote.label])


def stood_against(plan: Plan, frame: Frame, label: str, winner: str) -> str:
    """How another label took the place of one: by excluding it, or because it is implied and does not hold."""
    links = plan.links
    if links is None or winner not in links.excludes.get(label, ()):
        return f"{label} implies {winner}, which is no"
    ours, theirs = _strongest(plan, frame, label), _strongest(plan, frame, winner)
    if theirs is None:
        return f"lost to {winner}, which excludes {label}"
    if ours is None or ours[0] != theirs[0]:
        by = "by priority"
    elif frame.decisions[label].score != frame.decisions[winner].score:
        by = f"by score, {score(frame.decisions[label].score)} to {score(frame.decisions[winner].score)}"
    else:
        by = "by the order of ids"
    return f"lost to {theirs[1]} {by}: {winner} excludes {label}"


def _strongest(plan: Plan, frame: Frame, label: str) -> tuple[int, str] | None:
    """The priority and id of the rule that stands for a label."""
    rules = [plan.rules[vote.rule].rule for vote in frame.votes.get(label, ()) if vote.rule >= 0]
    if not rules:
        return None
    first = min(rules, key=lambda rule: (-rule.priority, rule.id.encode()))
    return first.priority, first.id


def _of_set(frame: Frame, subject: Subject, label: str, decision: Decision) -> str | None:
    """What another member of a set did to one; None when it only lacked score."""
    others = {name: found for name in subject.labels if name != label and (found := frame.decisions.get(name))}
    winner = next((name for name, found in others.items() if found.decision == "accepted"), None)
    if winner is not None:
        scores = f"{score(decision.score)} to {score(others[winner].score)}"
        return f"lost to {winner}, {scores}: exactly one of the set holds"
    if decision.score < decision.threshold:
        return None
    second, name = max(((found.score, name) for name, found in others.items()), default=(0.0, ""))
    lead = round(decision.score - second, 4)
    if lead < 0:
        wanted = f"a lead of {score(subject.margin)} is wanted"
        return f"{score(decision.score)} is {score(-lead)} behind {name} {score(second)}, {wanted}"
    return f"its lead of {score(lead)} over {name} {score(second)} is below the margin {score(subject.margin)}"


def _below(plan: Plan, subject: Subject, vote: Vote, decision: Decision) -> str:
    low = plan.stages[decision.stage].thresholds[vote.label].low
    return _held_against(decision.score, decision.threshold, low, vote, subject)


def _held_against(found: float, accept: float, low: float, vote: Vote, subject: Subject) -> str:
    made = f" ({subject.combiner.name} of its votes, this one is {score(vote.score)})" if found != vote.score else ""
    if found < low:
        return f"{score(found)}, low is {score(low)}{made}"
    return f"{score(found)}, accept is {score(accept)}{made}"


def skipped_why(plan: Plan, number: int) -> str:
    """Why a stage did not run on a record."""
    stage, declared = plan.stages[number], plan.ruleset.cascade
    when = declared[number].when if stage.when is not None and number < len(declared) else None
    if when is not None:
        return f"stage {stage.name} did not run: its when says no: {to_text(root(when))}"
    return f"stage {stage.name} did not run: no label is open that it can vote for"


# -- what would have changed it --------------------------------------------------------------------------------


def trials(plan: Plan, frame: Frame, number: int, votes: Sequence[Vote]) -> list[Trial]:
    """Plans with another number with which the label of a vote was accepted: each was run on the record."""
    wanted = [vote for vote in votes if losses(plan, frame, vote) or plan.rules[number].rule.status == "draft"]
    found: list[Trial] = []
    for vote in wanted[:3]:
        made = sorted(_trials(plan, frame, number, vote), key=lambda trial: trial.size)
        found += [trial for trial in made if _accepts(trial, frame.document, vote)]
    return list({trial.text: trial for trial in found}.values())


def _trials(plan: Plan, frame: Frame, number: int, vote: Vote) -> Iterator[Trial]:
    rule = plan.rules[number].rule
    if rule.status == "draft":
        yield Trial("status draft -> stable", _with_rule(plan, number, status="stable"), vote.label, 0)
        return
    decision = frame.decisions[vote.label]
    reached, accept, stage = decision.score, decision.threshold, decision.stage
    for span in decision.spans:
        if vote in span.votes:
            reached, accept, stage = span.score, span.threshold, span.stage
            for setting in settings_for(plan, frame, plan.rules[number], vote.label, span):
                yield Trial(setting.text, setting.plan, vote.label, setting.size)
    if reached < accept:
        lower = f"lower accept of {vote.label} from {score(accept)} to {score(reached)}"
        yield Trial(lower, _with_accept(plan, stage, vote.label, reached), vote.label, accept - reached)
        if isinstance(root(rule.confidence), tree.Number):
            higher = f"raise the confidence from {score(vote.score)} to {score(accept)}"
            yield Trial(higher, with_confidence(plan, number, accept), vote.label, accept - reached + 0.5)
    subject = plan.subject_of[vote.label]
    if subject.kind == "set":
        yield from _trials_in_set(plan, frame, number, vote, reached, accept)
    if decision.lost_to is not None and (theirs := _strongest(plan, frame, decision.lost_to)) is not None:
        higher = f"raise the priority from {rule.priority} to {theirs[0] + 1}"
        yield Trial(higher, _with_rule(plan, number, priority=theirs[0] + 1), vote.label, 1)


def _trials_in_set(plan: Plan, frame: Frame, number: int, vote: Vote, reached: float, accept: float) -> Iterator[Trial]:
    """Another margin, or a confidence with which the label leads the others of its set by enough."""
    subject, rule = plan.subject_of[vote.label], plan.rules[number].rule
    others = [found.score for name in subject.labels if name != vote.label and (found := frame.decisions.get(name))]
    second = max(others, default=0.0)
    lead, needed = round(reached - second, 4), round(max(second + subject.margin, accept), 4)
    if reached >= accept and 0 < lead < subject.margin:
        text = f"lower the margin of {subject.name} from {score(subject.margin)} to {score(lead)}"
        yield Trial(text, _with_margin(plan, subject, lead), vote.label, subject.margin - lead)
    if others and vote.score < needed <= 1 and needed != accept and isinstance(root(rule.confidence), tree.Number):
        text = f"raise the confidence from {score(vote.score)} to {score(needed)}"
        yield Trial(text, with_confidence(plan, number, needed), vote.label, needed - reached + 0.5)


def _accepts(trial: Trial, document: Document, vote: Vote) -> bool:
    """Whether with the other plan the label, or the span, is accepted on the record."""
    [frame] = Cascade(trial.plan).run([document])
    decision = frame.decisions.get(trial.label)
    if decision is None:
        return False
    if vote.target is None:
        return decision.decision == "accepted"
    return any(span.decision == "accepted" and _same(vote, span.votes) for span in decision.spans)


def _same(vote: Vote, votes: Sequence[Vote]) -> bool:
    return any(each.target == vote.target and each.rule == vote.rule for each in votes)


def _with_rule(plan: Plan, number: int, **changes: object) -> Plan:
    rule = dataclasses.replace(plan.rules[number].rule, **changes)  # type: ignore[arg-type]  # the callers name fields
    return with_planned(plan, number, rule=rule, is_draft=rule.status == "draft")


def _with_accept(plan: Plan, number: int, label: str, accept: float) -> Plan:
    """A label is accepted from a score on, in one stage; the other labels are held against what they were."""
    stages = list(plan.stages)
    old = stages[number].thresholds
    new = Threshold(accept, min(old[label].low, accept))
    stages[number] = dataclasses.replace(stages[number], thresholds={**old, label: new})
    return dataclasses.replace(plan, stages=stages)


def _with_margin(plan: Plan, subject: Subject, margin: float) -> Plan:
    new = dataclasses.replace(subject, margin=margin)
    subject_of = {label: new if found is subject else found for label, found in plan.subject_of.items()}
    return dataclasses.replace(plan, subjects={**plan.subjects, new.name: new}, subject_of=subject_of)
