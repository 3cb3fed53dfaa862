"""Spans that lost their text to another label's: to which, by what, and with which setting both or they would stand."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import NamedTuple

from rubricate.explaining.finding import find_place
from rubricate.explaining.other_plans import with_confidence
from rubricate.language import tree
from rubricate.planning.frame import Frame, SpanDecision
from rubricate.planning.plan import Plan, PlannedRule
from rubricate.planning.scoping import root
from rubricate.reporting.figures import score, visible
from rubricate.reporting.spans import shorten

__all__ = ["Setting", "lost_by_overlap", "settings_for"]

SHOWN = 40
"""So many characters of the other span are told."""


class Setting(NamedTuple):
    """A plan with another setting for spans that overlap."""

    text: str
    plan: Plan
    size: float


def lost_by_overlap(plan: Plan, frame: Frame, span: SpanDecision) -> str:
    """Such as `lost by overlap to person "New York Jim" at 0, which is longer`."""
    winner = _winner(frame, span)
    if winner is None:
        return f"lost by overlap to {span.lost_to}"
    if winner.field in frame.document.pictures:
        place = find_place(frame, winner.field, winner.start, winner.end).text
        return f"lost by overlap to {span.lost_to} {place}, {_by(plan, span, winner)}"
    text = visible(shorten(frame.document.clean[winner.field][winner.start : winner.end], SHOWN))
    start, _ = frame.document.to_original(winner.field, winner.start, winner.end)
    return f'lost by overlap to {span.lost_to} "{text}" at {start}, {_by(plan, span, winner)}'


def _by(plan: Plan, span: SpanDecision, winner: SpanDecision) -> str:
    """What the other span has more of, in the order in which it is asked."""
    by_length = ("which is longer", winner.end - winner.start > span.end - span.start)
    by_score = (f"which scores higher, {score(winner.score)} to {score(span.score)}", winner.score > span.score)
    asked = (by_score, by_length) if plan.ruleset.conflicts.overlap == "highest_score" else (by_length, by_score)
    return next((words for words, holds in asked if holds), "which comes first")


def _winner(frame: Frame, span: SpanDecision) -> SpanDecision | None:
    """The span of the other label that took the text."""
    decision = frame.decisions.get(span.lost_to or "")
    return next(
        (
            other
            for other in (() if decision is None else decision.spans)
            if other.decision != "no"
            and other.field == span.field
            and other.start < span.end
            and span.start < other.end
        ),
        None,
    )


def settings_for(plan: Plan, frame: Frame, rule: PlannedRule, label: str, span: SpanDecision) -> Iterator[Setting]:
    """What might let a span stand that lost its text: not tried yet."""
    winner = _winner(frame, span)
    if winner is None or span.lost_to is None:
        return
    pairs = [
        (outer, inner)
        for outer, inner, a, b in ((span.lost_to, label, winner, span), (label, span.lost_to, span, winner))
        if a.start <= b.start and b.end <= a.end
    ]
    for outer, inner in pairs[:1]:
        nest = (*plan.ruleset.conflicts.nest, (outer, inner))
        yield Setting(f"add [{outer}, {inner}] to nest of conflicts", _with_conflicts(plan, nest=nest), 0.2)
    how = plan.ruleset.conflicts.overlap
    for other in ("highest_score", "longest"):
        if other != how:
            yield Setting(f"overlap of conflicts: {how} -> {other}", _with_conflicts(plan, overlap=other), 1)
    needed = round(winner.score + 0.01, 4)
    if isinstance(root(rule.rule.confidence), tree.Number) and span.score < needed <= 1:
        told = f"raise the confidence from {score(span.score)} to {score(needed)}"
        yield Setting(told, with_confidence(plan, rule.number, needed), 1.5)
    yield Setting(f"overlap of conflicts: {how} -> keep_all", _with_conflicts(plan, overlap="keep_all"), 3)


def _with_conflicts(plan: Plan, **changes: object) -> Plan:
    conflicts = dataclasses.replace(plan.ruleset.conflicts, **changes)  # type: ignore[arg-type]  # the callers name fields
    return dataclasses.replace(plan, ruleset=dataclasses.replace(plan.ruleset, conflicts=conflicts))
