"""The keys of the queue in a terminal: what can be typed at a question, and which answer it means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from rubricate.errors import UsageError
from rubricate.reporting.figures import visible
from rubricate.reporting.spans import shorten
from rubricate.reporting.viewing import Texts
from rubricate.review.proposing import proposal, span_at, suggested_spans
from rubricate.storage.people_values import Question

__all__ = ["answer_keys", "answer_of", "ask_text"]

QUOTED = 40
"""So many characters of a suggested span stand beside its key."""


def ask_text(question: Question) -> str:
    """What is asked, as a sentence."""
    if question.kind == "set":
        return f"which of {', '.join(question.labels)} is it?"
    if question.kind == "label":
        return f"is it {question.labels[0]}?"
    return f"mark every {question.labels[0]} in {question.field}"


def answer_keys(question: Question, shown: Texts) -> list[str]:
    """The keys that answer a question, each with what it means."""
    accept = [] if proposal(question) is None else ["a accept"]
    if question.kind == "set":
        return [*(f"{number} {label}" for number, label in enumerate(question.labels, 1)), *accept]
    if question.kind == "label":
        return ["y yes", "n no", *accept]
    spans = [
        f'{number} "{visible(shorten(_text(question, span, shown), QUOTED))}"'
        for number, span in enumerate(suggested_spans(question), 1)
    ]
    several = ["1,2 only these"] if len(spans) > 1 else []
    return [*spans, *several, "n none", "m WORDS mark other words", *accept]


def answer_of(question: Question, typed: str, shown: Texts) -> Mapping[str, object]:
    """The answer that the typed key means; raises UsageError for one that means nothing here."""
    if typed == "a":
        found = proposal(question)
        if found is None:
            raise UsageError("there is no suggestion to accept", help="choose an answer yourself")
        return found
    match question.kind:
        case "set":
            return {"label": _choose(question.labels, typed)}
        case "label" if typed in ("y", "n", "1"):
            return {"holds": typed != "n"}
        case "span":
            return _spans(question, typed, shown)
    raise UsageError(f'"{typed}" is no key here')


def shown_text(question: Question, shown: Texts) -> str:
    """The text that a span question is about, as it is shown."""
    field = question.field or ""
    return shown.clean.get(field, str(question.fields.get(field, "")))


def _text(question: Question, span: Mapping[str, object], shown: Texts) -> str:
    start, end = shown.from_original(question.field or "", cast("int", span["start"]), cast("int", span["end"]))
    return shown_text(question, shown)[start:end]


def _choose(labels: tuple[str, ...], typed: str) -> str:
    if typed in labels:
        return typed
    if typed.isdecimal() and 1 <= int(typed) <= len(labels):
        return labels[int(typed) - 1]
    raise UsageError(f'"{typed}" is no key here')


def _spans(question: Question, typed: str, shown: Texts) -> Mapping[str, object]:
    if typed == "n":
        return {"spans": []}
    if typed.startswith("m "):
        spans = [_marked(question, words.strip(), shown) for words in typed[2:].split(" | ")]
    else:
        spans = _chosen(suggested_spans(question), typed)
    # In the order of the text, so that two people who mark the same say the same
    places = sorted({(cast("int", span["start"]), cast("int", span["end"])) for span in spans})
    if len(places) < len(spans):
        raise UsageError(f'"{typed}" names a place twice')
    return {"spans": sorted(spans, key=lambda span: (span["start"], span["end"]))}


def _chosen(offered: Sequence[Mapping[str, object]], typed: str) -> list[dict[str, object]]:
    numbers = [part.strip() for part in typed.split(",")]
    if not all(number.isdecimal() and 1 <= int(number) <= len(offered) for number in numbers):
        raise UsageError(f'"{typed}" is no key here')
    chosen = [offered[int(number) - 1] for number in numbers]
    return [{name: one[name] for name in ("start", "end", "value") if name in one} for one in chosen]


def _marked(question: Question, words: str, shown: Texts) -> dict[str, object]:
    """The span of words of the shown text, in offsets of the original."""
    found = span_at(shown_text(question, shown), words)
    start, end = shown.to_original(question.field or "", *found)
    return {"start": start, "end": end}
