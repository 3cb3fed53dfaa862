"""A record as it stands in a run's folders, read into typed values.

Reading is lenient about what is absent, since parts leave out what can be derived, and gives `text` and `by` back.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

from rubricate.model.places import value_at
from rubricate.reporting.untyped import integer, mapping, mappings, real, texts
from rubricate.reporting.viewing import Texts

__all__ = ["ABSENT", "KEY", "Annotated", "Annotation", "Evidence", "Question", "Vote", "as_shown", "read_annotated"]

KEY = "rubricate"
"""The key that a run writes under, unless told otherwise."""


class _Absent:
    """Stands where no value was written, which is not the value null."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a matcher found, in offsets of the original text."""

    matcher: str
    field: str
    start: int
    end: int
    row: int | None = None
    box: tuple[int, int, int, int] | None = None
    """On an image: x, y, width and height in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """What one rule said."""

    rule: str
    score: float | None
    cites: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A label that stands, or a suggestion of one."""

    kind: str
    label: str
    by: str = "machine"
    decision: str = ""
    score: float | None = None
    threshold: float | None = None
    stage: str = ""
    votes: tuple[Vote, ...] = ()
    field: str = ""
    start: int = 0
    end: int = 0
    value: object = ABSENT
    box: tuple[int, int, int, int] | None = None
    """On an image: x, y, width and height in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What people are asked about the record."""

    labels: tuple[str, ...]
    why: str
    field: str | None = None
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotated:
    """A record with what a run said about it."""

    id: str
    route: str
    fields: Mapping[str, object]
    """The record without the run's key."""
    decisions: Mapping[str, str] = field(default_factory=dict)
    annotations: tuple[Annotation, ...] = ()
    suggestions: tuple[Annotation, ...] = ()
    questions: tuple[Question, ...] = ()
    images: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Image field -> width and height."""

    def text(self, name: str) -> str:
        """The text of a field; empty when the record has none there."""
        value = value_at(self.fields, name)
        return value if isinstance(value, str) else ""

    def value(self, annotation: Annotation) -> object:
        """The value of an annotation: what it was normalised to, else the text of its span, else ABSENT."""
        if annotation.value is not ABSENT or annotation.kind != "span":
            return annotation.value
        return self.text(annotation.field)[annotation.start : annotation.end]


def read_annotated(record: Mapping[str, object], *, key: str = KEY) -> Annotated:
    """The typed form of a record on disk.

    >>> read_annotated({"id": 7, "text": "hi", "rubricate": {"id": "7", "route": "accepted"}}).fields
    {'id': 7, 'text': 'hi'}
    """
    said = mapping(record.get(key))
    decisions = mapping(said.get("decisions"))
    return Annotated(
        id=str(said.get("id", record.get("id", ""))),
        route=str(said.get("route", "")),
        fields={**{name: value for name, value in record.items() if name != key}, **mapping(said.get("texts"))},
        decisions={label: str(decision) for label, decision in decisions.items()},
        annotations=tuple(_annotation(entry) for entry in mappings(said.get("annotations"))),
        suggestions=tuple(_annotation(entry) for entry in mappings(said.get("suggestions"))),
        questions=tuple(_question(entry) for entry in mappings(said.get("questions"))),
        images={
            name: (_offset(mapping(told).get("width")), _offset(mapping(told).get("height")))
            for name, told in mapping(said.get("images")).items()
        },
    )


def as_shown(record: Annotated, shown: Texts) -> Annotated:
    """The record with the texts that people are shown in place of its own, and with every offset in these."""
    if not shown.clean:
        return record
    fields = {**record.fields, **shown.clean}
    if not shown.maps:
        return dataclasses.replace(record, fields=fields)
    return dataclasses.replace(
        record,
        fields=fields,
        annotations=tuple(_moved(annotation, shown) for annotation in record.annotations),
        suggestions=tuple(_moved(annotation, shown) for annotation in record.suggestions),
    )


def _moved(annotation: Annotation, shown: Texts) -> Annotation:
    start, end = shown.from_original(annotation.field, annotation.start, annotation.end)
    votes = tuple(
        dataclasses.replace(vote, evidence=tuple(_moved_evidence(found, shown) for found in vote.evidence))
        for vote in annotation.votes
    )
    return dataclasses.replace(annotation, start=start, end=end, votes=votes)


def _moved_evidence(found: Evidence, shown: Texts) -> Evidence:
    start, end = shown.from_original(found.field, found.start, found.end)
    return dataclasses.replace(found, start=start, end=end)


def _annotation(entry: Mapping[str, object]) -> Annotation:
    return Annotation(
        kind=str(entry.get("kind", "document")),
        label=str(entry.get("label", "")),
        by=str(entry.get("by", "machine")),
        decision=str(entry.get("decision", "")),
        score=real(entry.get("score")),
        threshold=real(entry.get("threshold")),
        stage=str(entry.get("stage", "")),
        votes=tuple(_vote(vote) for vote in mappings(entry.get("votes"))),
        field=str(entry.get("field", "")),
        start=_offset(entry.get("start")),
        end=_offset(entry.get("end")),
        value=entry.get("value", ABSENT),
        box=_box(entry),
    )


def _vote(entry: Mapping[str, object]) -> Vote:
    evidence = tuple(
        Evidence(
            matcher=str(found.get("matcher", "")),
            field=str(found.get("field", "")),
            start=_offset(found.get("start")),
            end=_offset(found.get("end")),
            row=_offset(found["row"]) if isinstance(found.get("row"), int) else None,
            box=_box(found),
        )
        for found in mappings(entry.get("evidence"))
    )
    return Vote(
        rule=str(entry.get("rule") or entry.get("matcher") or ""),
        score=real(entry.get("score")),
        cites=texts(entry.get("cites")),
        evidence=evidence,
    )


def _question(entry: Mapping[str, object]) -> Question:
    field = entry.get("field")
    return Question(
        labels=texts(entry.get("labels")),
        why=str(entry.get("why", "")),
        field=field if isinstance(field, str) else None,
        cites=texts(entry.get("cites")),
    )


def _box(entry: Mapping[str, object]) -> tuple[int, int, int, int] | None:
    if "x" not in entry:
        return None
    x, y, width, height = (_offset(entry.get(name)) for name in ("x", "y", "width", "height"))
    return x, y, width, height


def _offset(value: object) -> int:
    return max(0, integer(value))
