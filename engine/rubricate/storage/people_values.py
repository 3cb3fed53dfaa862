"""The values that people.db keeps: questions, answers, and what an answer is worth to a run."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rubricate.storage.objects import digest_value

__all__ = [
    "ADJUDICATORS",
    "ROLES",
    "Answer",
    "AnswerKind",
    "Person",
    "Question",
    "QuestionKey",
    "QuestionState",
    "ValidAnswer",
    "digest_answers",
]

QuestionState: TypeAlias = Literal["open", "answered", "skipped", "escalated", "settled"]
AnswerKind: TypeAlias = Literal["answer", "adjudication", "withdrawal"]

QuestionKey: TypeAlias = tuple[str, str]
"""The digest of what was shown and the fingerprint of what was asked: a question with the same key is the same."""

ROLES = ("annotator", "reviewer", "sme", "auditor", "admin")

ADJUDICATORS = frozenset({"reviewer", "sme", "admin"})
"""Roles that settle disagreement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who answers, reviews or looks on."""

    id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something that people are asked about a record."""

    id: str
    record_id: str
    kind: str
    """set, label or span."""
    labels: tuple[str, ...]
    field: str | None = None
    """The field to mark, for a span question."""
    cites: tuple[str, ...] = ()
    fields: Mapping[str, object] = dataclasses.field(default_factory=dict)
    """What is shown."""
    suggestion: Sequence[object] = ()
    """The machine's annotations with rules and evidence, as shown to people."""
    why: str = ""
    fingerprint: str
    shown_digest: str
    ruleset: str = ""
    guideline_id: str | None = None
    guideline_version: str | None = None
    overlap: int = 1
    """How many people must agree."""
    priority: int = 0
    """Higher is asked first."""
    state: QuestionState = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person said."""

    id: int
    question: str
    person: str
    kind: AnswerKind
    value: object
    at: str
    guideline_id: str | None
    guideline_version: str | None
    suggested: object
    """What the machine suggested at that moment."""
    supersedes: int | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidAnswer:
    """The answer that a question stands at."""

    question: str
    value: object
    answers: tuple[Answer, ...]
    """Those it rests on: agreeing ones, or an adjudication and what it decided between."""

    @property
    def digest(self) -> str:
        """The sha256 of the value, and of who gave it when."""
        said = [[one.person, one.kind, one.at, one.value, one.guideline_version] for one in self.answers]
        return digest_value([self.value, said])


def digest_answers(answers: Mapping[QuestionKey, ValidAnswer]) -> str:
    """The sha256 of all answers that a run uses."""
    return digest_value([[*key, answers[key].digest] for key in sorted(answers)])
