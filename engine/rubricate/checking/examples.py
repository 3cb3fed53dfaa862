"""Runs the examples of a ruleset as tests: hit and miss beside each rule, and the final decisions of `tests:`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rubricate.errors import RecordError
from rubricate.model.location import Location
from rubricate.model.ruleset import Example, FinalTest, SpanMark
from rubricate.planning.frame import Frame, Vote
from rubricate.planning.plan import Plan, PlannedRule
from rubricate.running.cascade import Cascade
from rubricate.running.preparing import Preparer

__all__ = ["Outcome", "run_examples"]

Failure = Literal["missed", "noisy", "wrong span", "wrong label", "wrong decision", "unusable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one example came to."""

    rule: str | None
    """None for a final test."""
    expect: str
    """`hit`, `miss`, or what a final test expects."""
    text: str
    location: Location
    failure: Failure | None = None
    detail: str = ""


def run_examples(plan: Plan) -> Iterator[Outcome]:
    """Every example of the ruleset, in its order."""
    preparer = Preparer(plan)
    probe, whole = Cascade(plan, every_stage=True), Cascade(plan)
    for rule in plan.rules:
        for example in rule.rule.examples:
            yield _try(rule, example, preparer, probe)
    for number, test in enumerate(plan.ruleset.tests):
        yield _final(test, number, preparer, whole)


def _shown(fields: object) -> str:
    assert hasattr(fields, "values")
    return " | ".join(str(value) for value in fields.values())


def _try(rule: PlannedRule, example: Example, preparer: Preparer, cascade: Cascade) -> Outcome:
    known = {
        "rule": rule.rule.id,
        "expect": example.expect,
        "text": _shown(example.fields),
        "location": example.location,
    }
    try:
        document = preparer.document(example.fields, id="example", lenient=True)
    except RecordError as error:
        return Outcome(**known, failure="unusable", detail=error.detail)  # type: ignore[arg-type]  # the keys are fields
    frame = cascade.run([document])[0]
    votes = [vote for given in frame.votes.values() for vote in given if vote.rule == rule.number]
    failure, detail = _judge(example, votes, frame)
    return Outcome(**known, failure=failure, detail=detail)  # type: ignore[arg-type]  # the keys are fields


def _judge(example: Example, votes: Sequence[Vote], frame: Frame) -> tuple[Failure | None, str]:
    if example.expect == "miss":
        if not votes:
            return None, ""
        return "noisy", "it fired" + _on(votes[0], frame)
    if not votes:
        return "missed", "it did not fire"
    for mark in example.spans:
        failure, detail = _judge_span(mark, votes, frame)
        if failure is not None:
            return failure, detail
    return None, ""


def _judge_span(mark: SpanMark, votes: Sequence[Vote], frame: Frame) -> tuple[Failure | None, str]:
    targets = [(vote.label, *_original(vote, frame)) for vote in votes if vote.target is not None]
    if (mark.label, mark.field, mark.start, mark.end) in targets:
        return None, ""
    same_place = [label for label, *place in targets if place == [mark.field, mark.start, mark.end]]
    if same_place:
        return "wrong label", f'it says "{same_place[0]}" there, not "{mark.label}"'
    marked = [_text(frame, field, start, end) for _, field, start, end in targets]
    wanted = _text(frame, mark.field, mark.start, mark.end)
    return (
        "wrong span",
        f"it marks {', '.join(repr_text(text) for text in marked) or 'nothing'}, not {repr_text(wanted)}",
    )


def repr_text(text: str) -> str:
    """A text in double quotes."""
    return f'"{text}"'


def _original(vote: Vote, frame: Frame) -> tuple[str, int, int]:
    assert vote.target is not None
    field, start, end = vote.target
    return (field, *frame.document.to_original(field, start, end))


def _text(frame: Frame, field: str, start: int, end: int) -> str:
    return str(frame.document.original.get(field, ""))[start:end]


def _on(vote: Vote, frame: Frame) -> str:
    words = [repr_text(frame.text(match)) for match in vote.evidence[:3]]
    return f" on {', '.join(words)}" if words else ""


def _final(test: FinalTest, number: int, preparer: Preparer, cascade: Cascade) -> Outcome:
    expected = ", ".join(f"{label}: {decision}" for label, decision in test.expect.items())
    known = {
        "rule": None,
        "expect": expected or f"test {number + 1}",
        "text": _shown(test.fields),
        "location": test.location,
    }
    try:
        document = preparer.document(test.fields, id="test", lenient=True)
    except RecordError as error:
        return Outcome(**known, failure="unusable", detail=error.detail)  # type: ignore[arg-type]  # the keys are fields
    frame = cascade.run([document])[0]
    for label, decision in test.expect.items():
        found = frame.decisions.get(label)
        got = found.decision if found is not None else "none"
        if got != decision:
            score = f" ({found.score:.2f})" if found is not None else ""
            detail = f"{label} is {got}{score}, not {decision}"
            return Outcome(**known, failure="wrong decision", detail=detail)  # type: ignore[arg-type]  # the keys are fields
    spans = {
        (label, span.field, *frame.document.to_original(span.field, span.start, span.end))
        for label, decision in frame.decisions.items()
        for span in decision.spans
        if span.decision == "accepted"
    }
    for mark in test.spans:
        if (mark.label, mark.field, mark.start, mark.end) not in spans:
            text = _text(frame, mark.field, mark.start, mark.end)
            return Outcome(**known, failure="wrong span", detail=f'"{text}" is no accepted {mark.label}')  # type: ignore[arg-type]  # the keys are fields
    return Outcome(**known)  # type: ignore[arg-type]  # the keys are fields
