"""What a picture of one annotated record shows, however drawn: texts with marks, labels with their reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import orjson

from rubricate.reporting.annotated import ABSENT, Annotated, Annotation, Evidence
from rubricate.reporting.spans import Mark, Segment, cut, excerpt, shorten

__all__ = ["Finding", "Picture", "PictureField", "Quote", "Said", "picture"]

USUAL_FIELDS = ("title", "text", "body")
MOST_FIELDS = 6
MOST_FINDINGS = 40
MOST_QUOTES = 8
MOST_QUOTED = 80
MOST_VALUE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A matched text with what matched it."""

    matcher: str
    text: str
    """On one line, cut when long."""
    row: int | None = None
    """The line in the matcher's table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule's vote with its evidence; equal texts stand there once."""

    number: int
    rule: str
    score: float | None
    cites: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    left_out: int = 0
    """Further texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One annotation or suggestion with its reasons."""

    label: str
    kind: str
    by: str
    decision: str
    score: float | None
    threshold: float | None
    stage: str
    is_suggestion: bool
    quoted: str = ""
    """The text of a span, cut when long."""
    value: str | None = None
    """What a span was normalised to, as JSON; None when it was not."""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureField:
    """A text field with its marks."""

    name: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An annotated record, ready to be drawn."""

    id: str
    route: str
    fields: tuple[PictureField, ...]
    said: tuple[Said, ...]
    why: tuple[str, ...] = ()
    """Why people are asked."""
    left_out: int = 0
    """Votes beyond the limit."""


def picture(
    record: Annotated,
    *,
    labels: frozenset[str] | None = None,
    fields: Sequence[str] = (),
    limit: int | None = None,
) -> Picture:
    """The picture of a record; of some labels only, and with texts of about `limit` characters, when asked.

    Shown are `fields`, or else the usual text fields, and every field with evidence.
    """
    pairs = [(a, False) for a in record.annotations] + [(a, True) for a in record.suggestions]
    chosen = [(a, suggested) for a, suggested in pairs if labels is None or a.label in labels]
    book = _Book(record)
    said = tuple(book.add(annotation, suggested) for annotation, suggested in chosen)
    return Picture(
        id=record.id,
        route=record.route,
        fields=tuple(
            PictureField(name=name, segments=_shown(record.text(name), book.marks_of(name), limit))
            for name in _field_names(record, fields, book)
        ),
        said=said,
        why=tuple(question.why for question in record.questions if question.why),
        left_out=book.left_out,
    )


class _Book:
    """Numbers the findings of a record and gathers the marks that they rest on."""

    def __init__(self, record: Annotated) -> None:
        self.record = record
        self.count = 0
        self.left_out = 0
        self.marks: dict[tuple[str, int, int, str], list[int]] = {}
        """Field, start, end, label -> numbers of findings."""

    def marks_of(self, field: str) -> list[Mark]:
        return [
            Mark(start=start, end=end, label=label, findings=tuple(numbers))
            for (name, start, end, label), numbers in self.marks.items()
            if name == field
        ]

    def add(self, annotation: Annotation, suggested: bool) -> Said:
        is_span = annotation.kind == "span"
        if is_span:
            self.marks.setdefault((annotation.field, annotation.start, annotation.end, annotation.label), [])
        text = self.record.text(annotation.field)[annotation.start : annotation.end] if is_span else ""
        return Said(
            label=annotation.label,
            kind=annotation.kind,
            by=annotation.by,
            decision=annotation.decision,
            score=annotation.score,
            threshold=annotation.threshold,
            stage=annotation.stage,
            is_suggestion=suggested,
            quoted=_quoted(text),
            value=None if annotation.value is ABSENT else _as_json(annotation.value),
            findings=tuple(self._findings(annotation)),
        )

    def _findings(self, annotation: Annotation) -> Iterator[Finding]:
        for vote in annotation.votes:
            if self.count >= MOST_FINDINGS:
                self.left_out += 1
                continue
            self.count += 1
            for evidence in vote.evidence:
                place = (evidence.field, evidence.start, evidence.end, annotation.label)
                numbers = self.marks.setdefault(place, [])
                if self.count not in numbers:
                    numbers.append(self.count)
            quotes = list(dict.fromkeys(self._quote(evidence) for evidence in vote.evidence))
            yield Finding(
                number=self.count,
                rule=vote.rule,
                score=vote.score,
                cites=vote.cites,
                quotes=tuple(quotes[:MOST_QUOTES]),
                left_out=max(0, len(quotes) - MOST_QUOTES),
            )

    def _quote(self, evidence: Evidence) -> Quote:
        text = self.record.text(evidence.field)[evidence.start : evidence.end]
        return Quote(matcher=shorten(evidence.matcher, MOST_QUOTED), text=_quoted(text), row=evidence.row)


def _field_names(record: Annotated, fields: Sequence[str], book: _Book) -> list[str]:
    wanted = [name for name in fields or USUAL_FIELDS if record.text(name)]
    marked = sorted({place[0] for place in book.marks if record.text(place[0])})
    names = list(dict.fromkeys([*wanted, *marked]))
    if not names:
        names = [name for name, value in record.fields.items() if name != "id" and isinstance(value, str) and value]
    return names[:MOST_FIELDS]


def _shown(text: str, marks: list[Mark], limit: int | None) -> tuple[Segment, ...]:
    return cut(text, marks) if limit is None else excerpt(text, marks, limit=limit)


def _quoted(text: str) -> str:
    """A matched text on one line, cut when long."""
    return shorten(text, MOST_QUOTED).replace("\n", "\u23ce")


def _as_json(value: object) -> str:
    return shorten(orjson.dumps(value, default=str).decode(), MOST_VALUE)
