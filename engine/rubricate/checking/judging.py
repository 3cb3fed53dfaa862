"""Compares what rules say of an example with what its author expects, and names the difference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rubricate.checking.outcomes import Verdict
from rubricate.model.ruleset import Example, FinalTest, SpanMark
from rubricate.planning.frame import Frame, SpanDecision, Vote
from rubricate.planning.plan import Plan
from rubricate.reporting.figures import score as figure

__all__ = ["judge", "judge_final", "judge_negative", "votes_of"]

SHOWN = 3
"""So many findings are named in a sentence."""


def votes_of(frame: Frame, rule: int) -> list[Vote]:
    """The votes of one rule, whether they count or, of a draft, stand aside."""
    return [vote for votes in _all_votes(frame) for vote in votes if vote.rule == rule]


def _all_votes(frame: Frame) -> Iterable[list[Vote]]:
    yield from frame.votes.values()
    yield from frame.shadows.values()


# -- examples beside a rule --------------------------------------------------------------------------------


def judge(example: Example, votes: Sequence[Vote], frame: Frame, plan: Plan) -> Verdict:
    """The votes of a rule against an example of it; a known gap is held against what it is to become."""
    match example.expect.removeprefix("todo_"):
        case "miss":
            return _judge_miss(example, votes, frame)
        case "uncertain":
            return _judge_uncertain(example, votes, frame, plan)
        case _:
            return _judge_hit(example, votes, frame)


def _judge_hit(example: Example, votes: Sequence[Vote], frame: Frame) -> Verdict:
    if not votes:
        return Verdict(failure="missed", detail="it did not fire")
    found = _marked(votes, frame)
    for mark in example.spans:
        if mark not in found:
            return _wrong(mark, found, frame)
    return _too_much(example.spans, [mark for vote in votes if vote.target for mark in _marked([vote], frame)], frame)


def _judge_uncertain(example: Example, votes: Sequence[Vote], frame: Frame, plan: Plan) -> Verdict:
    verdict = _judge_hit(example, votes, frame)
    if verdict.failure is not None:
        return verdict
    for vote in votes:
        accept = plan.stages[vote.stage].thresholds[vote.label].accept
        if vote.score >= accept:
            detail = f"it is sure: {vote.label} {figure(vote.score)} is accepted from {figure(accept)}"
            return Verdict(failure="noisy", detail=detail, found=_evidence([vote], frame))
    return verdict


def _judge_miss(example: Example, votes: Sequence[Vote], frame: Frame) -> Verdict:
    """Marks in a miss name what must not be marked; without any, the rule must not vote at all."""
    if example.spans:
        votes = [vote for vote in votes if any(_overlap(mark, example.spans) for mark in _marked([vote], frame))]
    if not votes:
        return Verdict()
    return Verdict(failure="noisy", detail="it fired" + _on(votes, frame), found=_evidence(votes, frame))


def _wrong(wanted: SpanMark, found: Sequence[SpanMark], frame: Frame) -> Verdict:
    """Why a mark was not found: another label stands there, or another text is marked."""
    place = (wanted.field, wanted.start, wanted.end)
    for mark in found:
        if (mark.field, mark.start, mark.end) == place:
            detail = f'it says "{mark.label}" there, not "{wanted.label}"'
            return Verdict(failure="wrong label", detail=detail, found=tuple(found))
    marked = ", ".join(_quoted(mark, frame) for mark in found[:SHOWN]) or "nothing"
    detail = f"it marks {marked}, not {_quoted(wanted, frame)}"
    return Verdict(failure="wrong span", detail=detail, found=tuple(found))


def _too_much(expected: Sequence[SpanMark], found: Sequence[SpanMark], frame: Frame) -> Verdict:
    """Where an example marks spans it marks all of them: one apart from every mark is noise."""
    apart = [mark for mark in found if expected and not _overlap(mark, expected)]
    if not apart:
        return Verdict()
    marked = ", ".join(_quoted(mark, frame) for mark in apart[:SHOWN])
    return Verdict(failure="noisy", detail=f"it marks {marked}, too", found=tuple(found))


# -- negatives of a label ----------------------------------------------------------------------------------


def judge_negative(example: Example, label: str, frame: Frame, plan: Plan, rules: frozenset[int]) -> Verdict:
    """No rule, drafts among them, may vote for the label; the verdict names those that do."""
    votes = [
        vote
        for vote in (*frame.votes.get(label, ()), *frame.shadows.get(label, ()))
        if vote.rule in rules
        and (not example.spans or any(_overlap(mark, example.spans) for mark in _marked([vote], frame)))
    ]
    if not votes:
        return Verdict()
    said: list[str] = []
    for number in dict.fromkeys(vote.rule for vote in votes):
        own = [vote for vote in votes if vote.rule == number]
        rule = plan.rules[number].rule
        draft = " (a draft)" if rule.status == "draft" else ""
        said.append(f"{rule.id}{draft} votes for {label}{_on(own, frame)}")
    more = f"; and {len(said) - SHOWN} more" if len(said) > SHOWN else ""
    return Verdict(failure="noisy", detail="; ".join(said[:SHOWN]) + more, found=_evidence(votes, frame))


# -- final tests -------------------------------------------------------------------------------------------


def judge_final(test: FinalTest, frame: Frame, plan: Plan, route: str) -> Verdict:
    """Decisions, route and spans of a record against what they must be."""
    for label, decision in test.expect.items():
        got, note = _decision(label, frame, plan)
        if got != decision:
            return Verdict(failure="wrong decision", detail=f"{label} is {got}{note}, not {decision}")
    if test.route is not None and route != test.route:
        return Verdict(failure="wrong decision", detail=f"the route is {route}, not {test.route}")
    spans = [
        SpanMark(label, span.field, *frame.document.to_original(span.field, span.start, span.end))
        for label, span in _accepted(frame)
    ]
    for mark in test.spans:
        if mark not in spans:
            return _wrong_final(mark, spans, frame)
    named = {mark.label for mark in test.spans}
    for mark in spans:
        if mark.label in named and mark not in test.spans:
            detail = f"{_quoted(mark, frame)} is {mark.label}, too"
            return Verdict(failure="noisy", detail=detail, found=tuple(each for each in spans if each.label in named))
    return Verdict()


def _wrong_final(wanted: SpanMark, found: Sequence[SpanMark], frame: Frame) -> Verdict:
    place = (wanted.field, wanted.start, wanted.end)
    for mark in found:
        if (mark.field, mark.start, mark.end) == place:
            detail = f"{_quoted(wanted, frame)} is {mark.label}, not {wanted.label}"
            return Verdict(failure="wrong label", detail=detail, found=tuple(found))
    detail = f"{_quoted(wanted, frame)} is no accepted {wanted.label}"
    return Verdict(failure="wrong span", detail=detail, found=tuple(found))


def _accepted(frame: Frame) -> Iterable[tuple[str, SpanDecision]]:
    for label, decision in frame.decisions.items():
        for span in decision.spans:
            if span.decision == "accepted":
                yield label, span


def _decision(name: str, frame: Frame, plan: Plan) -> tuple[str, str]:
    """What is decided about a label or a set, and how sure it is."""
    members = plan.subjects[name].labels if name in plan.subjects else (name,)
    decided = {label: frame.decisions[label] for label in members if label in frame.decisions}
    if name in plan.ruleset.labels:
        found = decided.get(name) or frame.decisions.get(name)
        return ("none", "") if found is None else (found.decision, f" ({found.score:.2f})")
    for label, found in decided.items():
        if found.decision == "accepted":
            return label, f" ({found.score:.2f})"
    for label, found in decided.items():
        if found.decision == "uncertain":
            return "uncertain", f" ({label} {found.score:.2f})"
    return "none", ""


# -- places ------------------------------------------------------------------------------------------------


def _marked(votes: Iterable[Vote], frame: Frame) -> list[SpanMark]:
    """What votes mark, in the original; for a label of the record what they rest on."""
    found: dict[SpanMark, None] = {}
    for vote in votes:
        places = [vote.target] if vote.target is not None else [match[1:4] for match in vote.evidence]
        for field, start, end in places:
            found[SpanMark(vote.label, field, *frame.document.to_original(field, start, end))] = None
    return list(found)


def _evidence(votes: Iterable[Vote], frame: Frame) -> tuple[SpanMark, ...]:
    """What votes rest on, each place under the name of its matcher."""
    found: dict[SpanMark, None] = {}
    for vote in votes:
        for name, field, start, end, _, _ in vote.evidence:
            found[SpanMark(name, field, *frame.document.to_original(field, start, end))] = None
    return tuple(found)


def _overlap(mark: SpanMark, others: Iterable[SpanMark]) -> bool:
    return any(mark.field == other.field and mark.start < other.end and other.start < mark.end for other in others)


def _quoted(mark: SpanMark, frame: Frame) -> str:
    return f'"{frame.document.source(mark.field)[mark.start : mark.end]}"'


def _on(votes: Sequence[Vote], frame: Frame) -> str:
    """What the first vote rests on, and which others there are."""
    words = list(dict.fromkeys(f'"{frame.text(match)}"' for vote in votes for match in vote.evidence))
    more = f" and {len(words) - SHOWN} more" if len(words) > SHOWN else ""
    return f" on {', '.join(words[:SHOWN])}{more}" if words else ""
