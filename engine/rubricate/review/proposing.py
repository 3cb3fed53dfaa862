"""What the machine suggests for a question, as the answer that accepting it would give."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import cast

from rubricate.errors import UsageError
from rubricate.reporting.figures import plural
from rubricate.storage.people_values import Question

__all__ = ["box_place", "proposal", "span_at", "suggested_boxes", "suggested_spans"]


def proposal(question: Question) -> Mapping[str, object] | None:
    """The answer that accepts the suggestion; None when there is none to accept."""
    found = [cast("Mapping[str, object]", one) for one in question.suggestion]
    if question.kind == "box":
        return {"boxes": [box_place(one) for one in suggested_boxes(question)]} if found else None
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


def suggested_boxes(question: Question) -> Sequence[Mapping[str, object]]:
    """The suggested boxes, from the top of the image down."""
    found = [cast("Mapping[str, object]", one) for one in question.suggestion]
    return sorted(found, key=lambda one: tuple(cast("int", one[name]) for name in ("y", "x", "height", "width")))


def box_place(box: Mapping[str, object]) -> dict[str, object]:
    """Where a box stands, and its value."""
    return {name: box[name] for name in ("x", "y", "width", "height", "value") if name in box}


def _place(span: Mapping[str, object]) -> dict[str, object]:
    return {name: span[name] for name in ("start", "end", "value") if name in span}


def span_at(text: str, words: str) -> tuple[int, int]:
    """Where some words stand in a text, whatever space is between them; `kettle #2` is the second kettle.

    Raises UsageError when they do not stand there, or several times and it is not said which is meant.
    """
    said = _NUMBERED.fullmatch(words)
    words, number = (said["words"], int(said["number"])) if said is not None else (words, 0)
    wanted = r"\s+".join(map(re.escape, words.split()))
    found = [match.span() for match in re.finditer(wanted, text)] if wanted else []
    if not found:
        raise UsageError(f'"{words}" does not stand in the text')
    if number > len(found):
        raise UsageError(f'"{words}" stands there {plural(len(found), "time")}, not {number}')
    if number == 0 and len(found) > 1:
        help = f'say which one is meant, such as "{words} #2", or type more of the words around it'
        raise UsageError(f'"{words}" stands there {plural(len(found), "time")}', help=help)
    return found[max(0, number - 1)]


_NUMBERED = re.compile(r"(?P<words>.*\S) #(?P<number>[1-9]\d{0,3})", re.DOTALL)
