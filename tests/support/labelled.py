"""Records as a run writes them, completed, to be exported."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["document", "labelled", "span"]


def labelled(
    id: str,
    /,
    *annotations: Mapping[str, object],
    route: str = "accepted",
    decisions: Mapping[str, str] | None = None,
    **fields: object,
) -> dict[str, object]:
    """A record with what is said about it."""
    said = {
        "v": 1, "id": id, "plan": "9f3c01d2", "route": route, "decisions": dict(decisions or {}),
        "annotations": list(annotations),
    }  # fmt: skip
    return {**fields, "rubricate": said}


def document(label: str, score: float | None = 0.9) -> dict[str, object]:
    """An annotation of the whole record, a person's if it has no score."""
    found = {"id": "0" * 16, "kind": "document", "label": label, "by": "machine", "decision": "accepted"}
    return {**found, "by": "ana"} if score is None else {**found, "score": score}


def span(label: str, start: int, end: int, text: str, **more: object) -> dict[str, object]:
    """An annotation of a part of the field `text`."""
    return {
        "id": "1" * 16, "kind": "span", "label": label, "field": "text", "start": start, "end": end, "text": text,
        "by": "machine", "decision": "accepted", "score": 0.8, **more,
    }  # fmt: skip
