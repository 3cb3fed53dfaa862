"""From a decided frame to what is written about a record: route, decisions, annotations, questions."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import orjson

from rubricate.planning.frame import Decision, Frame, SpanDecision, Vote
from rubricate.planning.plan import Plan, Subject

__all__ = ["OpenQuestion", "Shaped", "Shaper", "question_id", "shown_digest"]

VERSION = 1
"""Version of the form that records are written in."""
SPANS = 4
"""Where a decision has its spans; by number they are read twice as fast."""


class OpenQuestion(NamedTuple):
    """A question that the machine leaves to people."""

    id: str
    subject: Subject
    field: str | None
    why: str


class Shaped(NamedTuple):
    """What is written about a record under its own key."""

    route: str
    said: dict[str, object]
    questions: Sequence[OpenQuestion]
    shown: str
    """Digest of what people are shown; empty when nothing is asked."""


def question_id(shown: str, subject: Subject, field: str | None) -> str:
    """A question is the same whenever the same text is shown and the label means the same."""
    return hashlib.sha256(f"{shown}\n{subject.fingerprint}\n{field or ''}".encode()).hexdigest()[:16]


class Shaper:
    """Shapes frames of one plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._order = {label: number for number, label in enumerate(plan.ruleset.labels)}
        self._digest = plan.digest[:8]
        self._stages = [stage.name for stage in plan.stages]
        self._asked_when_none = [subject for subject in plan.subjects.values() if subject.if_none == "review"]
        self._implied = implied_by_each(plan)
        self._rules = [(each.rule.id, each.rule.cites) for each in plan.rules]
        by_id = sorted(plan.rules, key=lambda rule: rule.rule.id.encode())
        self._rank = {rule.number: rank for rank, rule in enumerate(by_id)}
        self._open_route = "review" if plan.ruleset.review else "undecided"

    def shape(self, frame: Frame) -> Shaped:
        """What is written about a record, with the questions that are open."""
        order = self._order
        decisions = [(label, frame.decisions[label]) for label in sorted(frame.decisions, key=order.__getitem__)]
        annotations: list[dict[str, object]] = []
        suggestions: list[dict[str, object]] = []
        for label, decision in decisions:
            told = decision[0]
            if decision[SPANS]:
                for span in _in_reading_order(frame, decision.spans):
                    if span.decision != "no":
                        chosen = annotations if span.decision == "accepted" else suggestions
                        chosen.append(self._span(frame, label, span))
            elif told == "accepted":
                annotations.append(self._document(frame, label, decision))
            elif told == "uncertain":
                suggestions.append(self._document(frame, label, decision))
        shown, questions = self._questions(frame)
        route = self._open_route if questions else "accepted"
        said: dict[str, object] = {
            "v": VERSION,
            "id": frame.document.id,
            "plan": self._digest,
            "route": route,
            "decisions": {label: decision[0] for label, decision in decisions},
            "annotations": annotations,
        }
        if questions:
            said["suggestions"] = suggestions
            asked = {question.subject.name for question in questions} if self._implied else ()
            said["questions"] = [self._question(question, asked) for question in questions]
        return Shaped(route, said, questions, shown)

    # -- annotations ---------------------------------------------------------------------------------------

    def _document(self, frame: Frame, label: str, decision: Decision) -> dict[str, object]:
        told, score, threshold, stage, _, implied_by, *_ = decision
        votes = frame.votes.get(label, ())
        shaped: dict[str, object] = {
            "kind": "document",
            "label": label,
            "decision": told,
            "score": score,
            "threshold": threshold,
            "stage": self._stages[stage],
            "votes": [self._vote(frame, vote) for vote in (self._in_order(votes) if len(votes) > 1 else votes)],
        }
        if implied_by is not None:
            shaped["implied_by"] = implied_by
        return shaped

    def _in_order(self, votes: Sequence[Vote]) -> Sequence[Vote]:
        """Votes by the ids of their rules: in which order rules stand in a file changes nothing."""
        if len(votes) < 2:
            return votes
        rank = self._rank
        return sorted(votes, key=lambda vote: rank[vote.rule] if vote.rule >= 0 else vote.rule)

    def _span(self, frame: Frame, label: str, span: SpanDecision) -> dict[str, object]:
        start, end = frame.document.to_original(span.field, span.start, span.end)
        shaped: dict[str, object] = {
            "kind": "span",
            "label": label,
            "field": span.field,
            "start": start,
            "end": end,
            "decision": span.decision,
            "score": span.score,
            "threshold": span.threshold,
            "stage": self._stages[span.stage],
            "votes": [self._vote(frame, vote) for vote in span.votes],
        }
        if span.value is not None:
            shaped["value"] = span.value
        return shaped

    def _vote(self, frame: Frame, vote: Vote) -> dict[str, object]:
        label, number, score, evidence, *_ = vote
        if number < 0:
            otherwise = self._plan.ruleset.otherwise[-1 - number]
            return {"rule": f"otherwise: {label}", "score": score, "cites": otherwise.cites, "evidence": []}
        id, cites = self._rules[number]
        document, tables = frame.document, self._plan.tables
        shown: list[dict[str, object]] = []
        for name, field, start, end, _, entry in evidence:
            if document.maps:
                start, end = document.to_original(field, start, end)
            found: dict[str, object] = {"matcher": name, "field": field, "start": start, "end": end}
            if entry is not None:
                row = entry if isinstance(entry, int) else entry.get("row")
                table = tables.get(name)
                if table is not None and isinstance(row, int):
                    found["row"] = table.line(row)
            shown.append(found)
        return {"rule": id, "score": score, "cites": cites, "evidence": shown}

    # -- questions -----------------------------------------------------------------------------------------

    def _questions(self, frame: Frame) -> tuple[str, list[OpenQuestion]]:
        subject_of = self._plan.subject_of
        subjects: dict[str, Subject] = {}
        for label, decision in frame.decisions.items():
            if decision[0] == "uncertain":
                subject = subject_of[label]
                subjects[subject.name] = subject
        for subject in self._asked_when_none:
            if subject.name not in subjects and not self._is_settled(subject, frame):
                subjects[subject.name] = subject
        if not subjects:
            return "", []
        shown = shown_digest({field: frame.document.original[field] for field in frame.document.clean})
        questions = [
            OpenQuestion(question_id(shown, subject, field), subject, field, why)
            for subject in self._by_order(subjects)
            for field, why in self._reasons(subject, frame)
        ]
        return shown, questions

    def _by_order(self, subjects: Mapping[str, Subject]) -> Sequence[Subject]:
        if len(subjects) == 1:
            return list(subjects.values())
        return sorted(subjects.values(), key=lambda subject: self._order[subject.labels[0]])

    def _is_settled(self, subject: Subject, frame: Frame) -> bool:
        found = [frame.decisions.get(label) for label in subject.labels]
        if subject.kind == "set":
            return any(decision is not None and decision.decision == "accepted" for decision in found)
        return any(decision is not None and decision.decision in ("accepted", "no") for decision in found)

    def _reasons(self, subject: Subject, frame: Frame) -> list[tuple[str | None, str]]:
        """(field, why) of each question about a subject."""
        if subject.kind == "span":
            decision = frame.decisions.get(subject.name)
            open_spans = [span for span in decision.spans if span.decision == "uncertain"] if decision else []
            fields = list(dict.fromkeys(span.field for span in open_spans)) or list(frame.document.clean)
            return [(field, _span_reason(subject, [s for s in open_spans if s.field == field])) for field in fields]
        if subject.kind == "label":
            decided = frame.decisions.get(subject.labels[0])
            return [(None, _reason_of_one(subject.labels[0], *(decided[:3] if decided is not None else (None, 0, 0))))]
        return [(None, _reason(subject, {label: frame.decisions.get(label) for label in subject.labels}))]

    def _question(self, question: OpenQuestion, asked: Collection[str]) -> dict[str, object]:
        subject = question.subject
        shaped: dict[str, object] = {
            "id": question.id,
            "subject": subject.name,
            "kind": subject.kind,
            "labels": subject.labels,
        }
        if question.field is not None:
            shaped["field"] = question.field
        shaped["cites"] = subject.cites
        shaped["why"] = question.why
        implied = [label for label in self._implied.get(subject.name, ()) if label not in asked] if asked else []
        if implied:
            shaped["implies"] = implied
        return shaped


def implied_by_each(plan: Plan) -> Mapping[str, Sequence[str]]:
    """Label -> all labels that hold whenever it does, in the order of their declaration."""
    found: dict[str, set[str]] = {}
    if plan.links is not None:
        for label in reversed(plan.links.upward):  # whoever is implied comes first
            uppers = plan.links.implies.get(label, ())
            found[label] = {*uppers, *(each for upper in uppers for each in found[upper])}
    return {label: [name for name in plan.ruleset.labels if name in uppers] for label, uppers in found.items()}


def _in_reading_order(frame: Frame, spans: Sequence[SpanDecision]) -> Sequence[SpanDecision]:
    if len(frame.document.clean) == 1:
        return spans
    order = {field: number for number, field in enumerate(frame.document.clean)}
    return sorted(spans, key=lambda span: (order[span.field], span.start, span.end))


def shown_digest(texts: Mapping[str, object]) -> str:
    """A digest of what people are shown of a record: text field -> text, without those that it has not."""
    return hashlib.sha256(orjson.dumps(texts, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def _span_reason(subject: Subject, spans: Sequence[SpanDecision]) -> str:
    if not spans:
        return f"none: no rule marked {subject.name}"
    best = max(spans, key=lambda span: span.score)
    return f"uncertain: {subject.name} {best.score:.2f} is below {best.threshold:.2f}"


@lru_cache(maxsize=4096)
def _reason_of_one(label: str, decision: str | None, score: float, threshold: float) -> str:
    """The same for a label that is decided by itself."""
    if decision is None:
        return f"none: no rule spoke for {label}"
    if decision == "no":
        return f"none: every vote was too weak, the best was {label} {score:.2f}"
    return f"uncertain: {label} {score:.2f} is below {threshold:.2f}"


def _reason(subject: Subject, decisions: Mapping[str, Decision | None]) -> str:
    """Why the machine does not decide, in words."""
    scored = sorted(
        ((decision.score, label, decision) for label, decision in decisions.items() if decision is not None),
        key=lambda item: (-item[0], item[1]),
    )
    if not scored:
        return f"none: no rule spoke for {' or '.join(subject.labels[:3])}"
    score, label, decision = scored[0]
    if decision.decision == "no":
        return f"none: every vote was too weak, the best was {label} {score:.2f}"
    if score >= decision.threshold and len(scored) > 1:
        second = scored[1]
        return f"uncertain: {label} {score:.2f} does not lead {second[1]} {second[0]:.2f} by {subject.margin:.2f}"
    return f"uncertain: {label} {score:.2f} is below {decision.threshold:.2f}"
