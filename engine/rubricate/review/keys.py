"""The keys of the queue in a terminal: what can be typed at a question, and which answer it means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from rubricate.errors import UsageError
from rubricate.reporting.figures import visible
from rubricate.reporting.spans import shorten
from rubricate.reporting.viewing import Texts
from rubricate.review.proposing import box_place, proposal, span_at, suggested_boxes, suggested_spans
from rubricate.storage.people_values import Question

__all__ = ["answer_keys", "answer_of", "ask_text", "box_text"]

QUOTED = 40
"""So many characters of a suggested span stand beside its key."""


def ask_text(question: Question) -> str:
    """What is asked, as a sentence."""
    if question.kind == "set":
        return f"which of {', '.join(question.labels)} is it?"
    if question.kind == "label":
        return f"is it {question.labels[0]}?"
    return f"mark every {question.labels[0]} in {question.field}" + (" with a box" if question.kind == "box" else "")


def answer_keys(question: Question, shown: Texts) -> list[str]:
    """The keys that answer a question, each with what it means."""
    accept = [] if proposal(question) is None else ["a accept"]
    if question.kind == "set":
        return [*(f"{number} {label}" for number, label in enumerate(question.labels, 1)), *accept]
    if question.kind == "label":
        return ["y yes", "n no", *accept]
    if question.kind == "box":
        return [*_box_keys(question), "n none", "m X Y WIDTH HEIGHT mark other boxes", *accept]
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
        case "box":
            return _boxes(question, typed)
    raise UsageError(f'"{typed}" is no key here')


def box_text(box: Mapping[str, object]) -> str:
    """A box in words.

    >>> box_text({"x": 1, "y": 2, "width": 30, "height": 40})
    'at 1,2 30 x 40'
    """
    return f"at {box['x']},{box['y']} {box['width']} x {box['height']}"


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


def _box_keys(question: Question) -> list[str]:
    boxes = [f"{number} {box_text(one)}" for number, one in enumerate(suggested_boxes(question), 1)]
    return [*boxes, *(["1,2 only these"] if len(boxes) > 1 else [])]


def _boxes(question: Question, typed: str) -> Mapping[str, object]:
    if typed == "n":
        return {"boxes": []}
    if typed.startswith("m "):
        boxes = [_box(numbers) for numbers in typed[2:].split(" | ")]
    else:
        offered = suggested_boxes(question)
        boxes = [box_place(offered[number]) for number in _numbers(typed, len(offered))]
    order = ("y", "x", "height", "width")
    if len({tuple(box[name] for name in order) for box in boxes}) < len(boxes):
        raise UsageError(f'"{typed}" names a box twice')
    return {"boxes": sorted(boxes, key=lambda box: tuple(cast("int", box[name]) for name in order))}


def _box(numbers: str) -> dict[str, object]:
    """A box from four numbers."""
    parts = numbers.replace(",", " ").split()
    if len(parts) != 4 or not all(part.isdecimal() for part in parts) or "0" in parts[2:]:
        help = "four whole numbers of pixels: X Y WIDTH HEIGHT, counted from the upper left corner"
        raise UsageError(f'"{numbers.strip()}" is no box', help=help)
    return dict(zip(("x", "y", "width", "height"), map(int, parts), strict=True))


def _numbers(typed: str, count: int) -> list[int]:
    """The places, counted from 0, that numbers with commas between them mean."""
    numbers = [part.strip() for part in typed.split(",")]
    if not all(number.isdecimal() and 1 <= int(number) <= count for number in numbers):
        raise UsageError(f'"{typed}" is no key here')
    return [int(number) - 1 for number in numbers]


def _chosen(offered: Sequence[Mapping[str, object]], typed: str) -> list[dict[str, object]]:
    chosen = [offered[number] for number in _numbers(typed, len(offered))]
    return [{name: one[name] for name in ("start", "end", "value") if name in one} for one in chosen]


def _marked(question: Question, words: str, shown: Texts) -> dict[str, object]:
    """The span of words of the shown text, in offsets of the original."""
    found = span_at(shown_text(question, shown), words)
    start, end = shown.to_original(question.field or "", *found)
    return {"start": start, "end": end}
