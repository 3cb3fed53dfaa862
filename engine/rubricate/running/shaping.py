"""From a decided frame to what is written about a record: route, decisions, annotations, questions."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, cast

import orjson

from rubricate.model.document import Document
from rubricate.planning.frame import Decision, Frame, SpanDecision, Vote
from rubricate.planning.plan import MARKS, Plan, Subject
from rubricate.running.shaping_images import place_of, say_images

__all__ = ["OpenQuestion", "Shaped", "Shaper", "question_id", "shown_digest"]

VERSION = 1
"""Version of the form that records are written in."""
SPANS = 4
"""Where a decision has its spans; by number they are read faster than by name."""


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
    """What people are asked; nothing where a ruleset asks nobody."""
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
        self._lines = {name: table.line for name, table in plan.tables.items()}
        self._rules = [(each.rule.id, each.rule.cites) for each in plan.rules]
        by_id = sorted(plan.rules, key=lambda rule: rule.rule.id.encode())
        self._rank = {rule.number: rank for rank, rule in enumerate(by_id)}
        self._asks = plan.ruleset.review
        self._place = plan.ruleset.record.place

    def shape(self, frame: Frame) -> Shaped:
        """What is written about a record, with the questions that are open."""
        decided = frame.decisions
        order = sorted(decided, key=self._order.__getitem__) if len(decided) > 1 else decided
        told_of: dict[str, str] = {}
        annotations: list[dict[str, object]] = []
        suggestions: list[dict[str, object]] = []
        for label in order:
            decision = decided[label]
            told = told_of[label] = decision[0]
            if decision[SPANS]:
                for span in _in_reading_order(frame, decision.spans):
                    if span.decision != "no":
                        chosen = annotations if span.decision == "accepted" else suggestions
                        chosen.append(self._span(frame, label, span))
            elif told == "accepted":
                annotations.append(self._document(frame, label, decision))
            elif told == "uncertain":
                suggestions.append(self._document(frame, label, decision))
        said: dict[str, object] = {
            "v": VERSION,
            "id": frame.document.id,
            "plan": self._digest,
            "route": "accepted",
            "decisions": told_of,
            "annotations": annotations,
        }
        if frame.document.pictures:
            say_images(frame.document, said, self._place)
        if frame.document.off:
            said["without"] = sorted(frame.document.off)
        if not self._asks:
            if suggestions or self._open_subjects(frame):
                said |= {"route": "undecided", "suggestions": suggestions}
            return Shaped(cast("str", said["route"]), said, (), "")
        shown, questions = self.questions(frame)
        if questions:
            asked = {question.subject.name for question in questions} if self._implied else ()
            shaped = [self._question(question, asked) for question in questions]
            said |= {"route": "review", "suggestions": suggestions, "questions": shaped}
        return Shaped("review" if questions else "accepted", said, questions, shown)

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
            "votes": self._votes(frame.document, votes if len(votes) < 2 else self._in_order(votes)),
        }
        if implied_by is not None:
            shaped["implied_by"] = implied_by
        return shaped

    def _in_order(self, votes: Sequence[Vote]) -> Sequence[Vote]:
        """Votes by the ids of their rules: in which order rules stand in a file changes nothing."""
        rank = self._rank
        return sorted(votes, key=lambda vote: rank[vote.rule] if vote.rule >= 0 else vote.rule)

    def _span(self, frame: Frame, label: str, span: SpanDecision) -> dict[str, object]:
        picture = frame.document.pictures.get(span.field)
        if picture is not None:
            kind, place = "box", place_of(span.start, span.end, picture)
        else:
            kind, (start, end) = "span", frame.document.to_original(span.field, span.start, span.end)
            place = {"start": start, "end": end}
        shaped: dict[str, object] = {
            "kind": kind,
            "label": label,
            "field": self._place(span.field),
            **place,
            "decision": span.decision,
            "score": span.score,
            "threshold": span.threshold,
            "stage": self._stages[span.stage],
            "votes": self._votes(frame.document, span.votes),
        }
        if span.value is not None:
            shaped["value"] = span.value
        return shaped

    def _votes(self, document: Document, votes: Sequence[Vote]) -> list[dict[str, object]]:
        rules, lines = self._rules, self._lines
        is_moved = bool(document.maps or document.places)
        pictures = document.pictures
        shaped: list[dict[str, object]] = []
        for label, number, score, evidence, _, _, _ in votes:
            if number < 0:
                otherwise = self._plan.ruleset.otherwise[-1 - number]
                shaped.append({"rule": f"otherwise: {label}", "score": score, "cites": otherwise.cites, "evidence": []})
                continue
            id, cites = rules[number]
            shown: list[dict[str, object]] = []
            for name, field, start, end, _, entry in evidence:
                if pictures and field in pictures:
                    shown.append(
                        {"matcher": name, "field": self._place(field), **place_of(start, end, pictures[field])}
                    )
                    continue
                if is_moved:
                    start, end = document.to_original(field, start, end)
                    field = document.place(field)
                found: dict[str, object] = {"matcher": name, "field": field, "start": start, "end": end}
                if entry is not None:
                    row = entry if isinstance(entry, int) else entry.get("row")
                    line = lines.get(name)
                    if line is not None and isinstance(row, int):
                        found["row"] = line(row)
                shown.append(found)
            shaped.append({"rule": id, "score": score, "cites": cites, "evidence": shown})
        return shaped

    # -- questions -----------------------------------------------------------------------------------------

    def _open_subjects(self, frame: Frame) -> dict[str, Subject]:
        subject_of = self._plan.subject_of
        subjects: dict[str, Subject] = {}
        for label, decision in frame.decisions.items():
            if decision[0] == "uncertain":
                subject = subject_of[label]
                subjects[subject.name] = subject
        for subject in self._asked_when_none:
            if subject.name not in subjects and not self._is_settled(subject, frame):
                subjects[subject.name] = subject
        return subjects

    def questions(self, frame: Frame) -> tuple[str, list[OpenQuestion]]:
        """The digest of what is shown of a record, and what the machine leaves open in it, whether anybody is asked."""
        subjects = self._open_subjects(frame)
        if not subjects:
            return "", []
        document = frame.document
        texts = {document.place(name): document.source(name) for name in document.clean}
        if document.pictures:
            texts |= {self._place(name): picture.digest for name, picture in document.pictures.items()}
        shown = shown_digest(texts)
        decided, place, questions = frame.decisions, self._place, []
        for subject in self._by_order(subjects):
            if subject.kind == "label":
                found = decided.get(subject.labels[0])
                why = _reason_of_one(subject.labels[0], *(found[:3] if found is not None else (None, 0, 0)))
                questions.append(OpenQuestion(question_id(shown, subject, None), subject, None, why))
                continue
            for name, why in self._reasons(subject, frame):
                field = None if name is None else place(name)
                questions.append(OpenQuestion(question_id(shown, subject, field), subject, field, why))
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
        """(field, why) of each question about a set or a span label."""
        if subject.kind in MARKS:
            decision = frame.decisions.get(subject.name)
            open_spans = [span for span in decision.spans if span.decision == "uncertain"] if decision else []
            asked = frame.document.pictures if subject.kind == "box" else frame.document.clean
            fields = list(dict.fromkeys(span.field for span in open_spans)) or list(asked)
            return [(field, _span_reason(subject, [s for s in open_spans if s.field == field])) for field in fields]
        decisions = {label: frame.decisions.get(label) for label in subject.labels}
        spoke = any(vote.rule >= 0 for label in subject.labels for vote in frame.votes.get(label, ()))
        return [(None, _reason(subject, decisions, spoke=spoke))]

    def _question(self, question: OpenQuestion, asked: Collection[str]) -> dict[str, object]:
        id, subject, field, why = question
        shaped: dict[str, object] = {"id": id, "subject": subject.name, "kind": subject.kind, "labels": subject.labels}
        if field is not None:
            shaped["field"] = field
        shaped["cites"] = subject.cites
        shaped["why"] = why
        implied = [label for label in self._implied.get(subject.name, ()) if label not in asked] if asked else ()
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
    document = frame.document
    if len(document.clean) == 1 and not document.pictures:
        return spans
    order = {field: number for number, field in enumerate((*document.clean, *document.pictures))}
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


def _reason(subject: Subject, decisions: Mapping[str, Decision | None], *, spoke: bool) -> str:
    """Why the machine does not decide, in words; `spoke` says whether any rule did, and not only `otherwise`."""
    scored = sorted(
        ((decision.score, label, decision) for label, decision in decisions.items() if decision is not None),
        key=lambda item: (-item[0], item[1]),
    )
    if not scored:
        return f"none: no rule spoke for {' or '.join(subject.labels[:3])}"
    score, label, decision = scored[0]
    if not spoke:
        return f"uncertain: no rule spoke, otherwise suggests {label} {score:.2f}, below {decision.threshold:.2f}"
    if decision.decision == "no":
        return f"none: every vote was too weak, the best was {label} {score:.2f}"
    if score >= decision.threshold and len(scored) > 1:
        second = scored[1]
        return f"uncertain: {label} {score:.2f} does not lead {second[1]} {second[0]:.2f} by {subject.margin:.2f}"
    return f"uncertain: {label} {score:.2f} is below {decision.threshold:.2f}"
