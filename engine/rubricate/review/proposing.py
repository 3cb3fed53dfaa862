"""What the machine suggests for a question, as the answer that accepting it would give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from rubricate.errors import UsageError
from rubricate.storage.people_values import Question

__all__ = ["proposal", "span_at", "suggested_spans"]


def proposal(question: Question) -> Mapping[str, object] | None:
    """The answer that accepts the suggestion; None when there is none to accept."""
    found = [cast("Mapping[str, object]", one) for one in question.suggestion]
    if question.kind == "span":
        return {"spans": [_place(one) for one in suggested_spans(question)]} if found else None
    if not found:
        return None
    best = max(found, key=lambda one: cast("float", one.get("score") or 0.0))
    return {"label": best["label"]} if question.kind == "set" else {"holds": True}


def suggested_spans(question: Question) -> Sequence[Mapping[str, object]]:
    """The suggested spans in the order of the text."""
    found = [cast("Mapping[str, object]", one) for one in question.suggestion]
    return sorted(found, key=lambda one: (cast("int", one["start"]), cast("int", one["end"])))


def _place(span: Mapping[str, object]) -> dict[str, object]:
    return {name: span[name] for name in ("start", "end", "value") if name in span}


def span_at(question: Question, words: str) -> dict[str, object]:
    """The span of some words of the shown text; raises UsageError unless they stand there exactly once."""
    text = str(question.fields.get(question.field or "", ""))
    first = text.find(words)
    if not words or first < 0:
        raise UsageError(f'"{words}" does not stand in the text')
    if text.find(words, first + 1) >= 0:
        raise UsageError(f'"{words}" stands there more than once', help="type more of the words around it")
    return {"start": first, "end": first + len(words)}
