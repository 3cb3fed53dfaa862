"""Rows of people.db as values and back."""

from __future__ import annotations

import sqlite3

import orjson

from rubricate.storage.objects import canonical_json
from rubricate.storage.people_values import Answer, Question

__all__ = ["INSERT_ANSWER", "INSERT_QUESTION", "REFRESH_QUESTION", "from_question", "to_answer", "to_question"]

INSERT_QUESTION = """
INSERT INTO questions (id, record_id, kind, labels, field, cites, fields, suggestion, why, fingerprint, shown_digest,
  ruleset, guideline_id, guideline_version, state, overlap, priority, created)
VALUES (:id, :record_id, :kind, :labels, :field, :cites, :fields, :suggestion, :why, :fingerprint, :shown_digest,
  :ruleset, :guideline_id, :guideline_version, :state, :overlap, :priority, :created)
ON CONFLICT (id) DO NOTHING
"""

REFRESH_QUESTION = """
UPDATE questions SET fields = :fields, suggestion = :suggestion, why = :why, ruleset = :ruleset,
  guideline_version = :guideline_version, priority = :priority WHERE id = :id AND state = 'open'
"""

INSERT_ANSWER = """
INSERT INTO answers (question, person, kind, value, at, guideline_id, guideline_version, suggested, supersedes, note)
VALUES (:question, :person, :kind, :value, :at, :guideline_id, :guideline_version, :suggested, :supersedes, :note)
RETURNING *
"""


def from_question(question: Question) -> dict[str, object]:
    """A question as column -> value."""
    return {
        "id": question.id,
        "record_id": question.record_id,
        "kind": question.kind,
        "labels": _dump(question.labels),
        "field": question.field,
        "cites": _dump(question.cites),
        "fields": _dump(dict(question.fields)),
        "suggestion": _dump(question.suggestion),
        "why": question.why,
        "fingerprint": question.fingerprint,
        "shown_digest": question.shown_digest,
        "ruleset": question.ruleset,
        "guideline_id": question.guideline_id,
        "guideline_version": question.guideline_version,
        "state": question.state,
        "overlap": question.overlap,
        "priority": question.priority,
    }


def to_question(row: sqlite3.Row) -> Question:
    """A row of the table of questions as a value."""
    return Question(
        id=row["id"],
        record_id=row["record_id"],
        kind=row["kind"],
        labels=tuple(orjson.loads(row["labels"])),
        field=row["field"],
        cites=tuple(orjson.loads(row["cites"])),
        fields=orjson.loads(row["fields"]),
        suggestion=tuple(orjson.loads(row["suggestion"])),
        why=row["why"],
        fingerprint=row["fingerprint"],
        shown_digest=row["shown_digest"],
        ruleset=row["ruleset"],
        guideline_id=row["guideline_id"],
        guideline_version=row["guideline_version"],
        state=row["state"],
        overlap=row["overlap"],
        priority=row["priority"],
    )


def to_answer(row: sqlite3.Row) -> Answer:
    """A row of the table of answers as a value."""
    return Answer(
        id=row["id"],
        question=row["question"],
        person=row["person"],
        kind=row["kind"],
        value=orjson.loads(row["value"]),
        at=row["at"],
        guideline_id=row["guideline_id"],
        guideline_version=row["guideline_version"],
        suggested=orjson.loads(row["suggested"]),
        supersedes=row["supersedes"],
        note=row["note"],
    )


def _dump(value: object) -> str:
    return canonical_json(value).decode()
