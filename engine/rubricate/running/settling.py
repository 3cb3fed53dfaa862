"""What people's answers make of a record. The run and `review apply` settle through this one function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

__all__ = ["settle"]

Said = dict[str, object]

KEPT = ("value", "by", "at", "guideline", "suggested")
"""What stands with a record of an answer."""


def settle(said: Said, answers: Mapping[str, Mapping[str, object]]) -> Said:
    """What is written about a record once the answers to its questions (question id -> answer) are in.

    An answer is {"value": .., "by": .., "at": .., "guideline": .., "suggested": ..}; its value is {"label": "spam"}
    for a set, {"holds": true} for a label, {"spans": [{"start", "end"}]} for a span label, and {"boxes": [{"x", "y",
    "width", "height"}]} for a box label. The record is settled when no question is left, else it stays in review with
    the rest. The machine's suggestion for an answered question goes, and what the person said stands, by that person.
    Answers that come one after the other make of a record what they make when they come at once.
    """
    asked = cast("Sequence[Mapping[str, object]]", said.get("questions", ()))
    answered = [question for question in asked if question["id"] in answers]
    if not answered:
        return said
    decisions = dict(cast("Mapping[str, str]", said["decisions"]))
    annotations = list(cast("Sequence[Mapping[str, object]]", said["annotations"]))
    suggestions = list(cast("Sequence[Mapping[str, object]]", said.get("suggestions", ())))
    stored = list(cast("Sequence[Mapping[str, object]]", said.get("answers", ())))
    for question in answered:
        answer = answers[cast("str", question["id"])]
        labels = cast("Sequence[str]", question["labels"])
        suggestions = [found for found in suggestions if not _about(found, question, labels)]
        annotations = [found for found in annotations if not _about(found, question, labels)]
        new = _annotations(question, labels, answer)
        annotations += new
        if new:
            annotations += _implied(question, annotations, answer["by"])
        told = {name: answer[name] for name in KEPT if name in answer}
        stored.append({"question": question["id"], **told})
    left = [question for question in asked if question["id"] not in answers]
    for question in answered:
        decisions.update(_decided(question, annotations, left))
        decisions |= {cast("str", each["label"]): "accepted" for each in annotations if "implied_by" in each}
    settled: Said = {
        **said,
        "route": "review" if left else "settled",
        "decisions": dict(sorted(decisions.items())),
        "annotations": sorted(annotations, key=_place),
    }
    if left:
        settled |= {"suggestions": suggestions, "questions": left}
    else:
        settled.pop("suggestions", None)
        settled.pop("questions", None)
    return {**settled, "answers": sorted(stored, key=lambda answer: cast("str", answer["question"]))}


def _about(annotation: Mapping[str, object], question: Mapping[str, object], labels: Sequence[str]) -> bool:
    same_field = question.get("field") is None or annotation.get("field") == question.get("field")
    return annotation["label"] in labels and same_field


def _annotations(
    question: Mapping[str, object], labels: Sequence[str], answer: Mapping[str, object]
) -> list[Mapping[str, object]]:
    """The annotations that an answer makes."""
    value = cast("Mapping[str, object]", answer["value"])
    person = answer["by"]
    match question["kind"]:
        case "set":
            return [_by(person, {"kind": "document", "label": value["label"]})] if value["label"] in labels else []
        case "label":
            return [_by(person, {"kind": "document", "label": labels[0]})] if value["holds"] else []
        case "box":
            boxes = cast("Sequence[Mapping[str, object]]", value["boxes"])
            return [
                _by(person, {"kind": "box", "label": labels[0], "field": question["field"], **box}) for box in boxes
            ]
        case _:
            spans = cast("Sequence[Mapping[str, object]]", value["spans"])
            return [
                _by(person, {"kind": "span", "label": labels[0], "field": question["field"], **span}) for span in spans
            ]


def _implied(
    question: Mapping[str, object], annotations: Sequence[Mapping[str, object]], person: object
) -> list[Mapping[str, object]]:
    """What holds because the label of an answer does, as far as it does not stand already."""
    standing = {annotation["label"] for annotation in annotations}
    label = cast("Sequence[str]", question["labels"])[0]
    return [
        _by(person, {"kind": "document", "label": upper, "implied_by": label})
        for upper in cast("Sequence[str]", question.get("implies", ()))
        if upper not in standing
    ]


def _decided(
    question: Mapping[str, object], annotations: Sequence[Mapping[str, object]], left: Sequence[Mapping[str, object]]
) -> dict[str, str]:
    """What is decided about the labels of an answered question.

    A span label that is asked about in another field too stays open until it is marked somewhere or that is answered.
    """
    labels = cast("Sequence[str]", question["labels"])
    standing = {annotation["label"] for annotation in annotations}
    still_asked = {label for other in left for label in cast("Sequence[str]", other["labels"])}
    closed = [label for label in labels if label in standing or label not in still_asked]
    return {label: "accepted" if label in standing else "no" for label in closed}


def _place(annotation: Mapping[str, object]) -> tuple[str, str, int, int, int, int]:
    """What annotations of one record are sorted by."""
    return (
        cast("str", annotation["label"]), cast("str", annotation.get("field", "")),
        cast("int", annotation.get("start", annotation.get("y", 0))),
        cast("int", annotation.get("end", annotation.get("x", 0))),
        cast("int", annotation.get("height", 0)), cast("int", annotation.get("width", 0)),
    )  # fmt: skip


def _by(person: object, annotation: Mapping[str, object]) -> Mapping[str, object]:
    return {**annotation, "by": person, "decision": "accepted"}
