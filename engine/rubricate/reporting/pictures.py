"""What a picture of one annotated record shows, however drawn: texts with marks, labels with their reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import orjson

from rubricate.reporting.annotated import ABSENT, Annotated, Annotation, Evidence, as_shown
from rubricate.reporting.shots import BoxMarks, Shot, where
from rubricate.reporting.spans import Mark, Segment, cut, excerpt, shorten
from rubricate.reporting.viewing import AS_WRITTEN, Texts

__all__ = ["NOTHING", "Finding", "Picture", "PictureField", "Quote", "Said", "picture"]

NOTHING: Mapping[str, str] = MappingProxyType({})
USUAL_FIELDS = ("title", "text", "body")
MOST_FIELDS = 12
MOST_OTHERS = 12
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
    """The text, or what is shown of it where it is long: the places around its marks."""
    whole: tuple[Segment, ...] = ()
    """The text to its end, or to a further limit; empty when `segments` are all of it."""
    length: int = 0
    """How many characters the text has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An annotated record, ready to be drawn."""

    id: str
    route: str
    fields: tuple[PictureField, ...]
    said: tuple[Said, ...]
    shots: tuple[Shot, ...] = ()
    """Its images."""
    why: tuple[str, ...] = ()
    """Why people are asked."""
    left_out: int = 0
    """Votes beyond the limit."""
    fields_left_out: int = 0
    """Texts beyond the limit."""
    others: tuple[tuple[str, str], ...] = ()
    """What else the record holds, such as its metadata, each value on one line."""

    @property
    def is_cut(self) -> bool:
        """Whether less than the whole of some text is shown."""
        return any(segment.is_gap for field in self.fields for segment in field.segments)


def picture(
    record: Annotated,
    *,
    labels: frozenset[str] | None = None,
    fields: Sequence[str] = (),
    shown: Texts = AS_WRITTEN,
    limit: int | None = None,
    whole: int | None = None,
    copies: Mapping[str, str] = NOTHING,
) -> Picture:
    """The picture of a record; of some labels only, and with texts of about `limit` characters, when asked.

    Shown are `fields`, or else the usual text fields or all there are, and every field with evidence; a field without
    any is cut shorter beside one that has some. `shown` are the texts that stand for the record's own. With `whole`, of
    a text that is cut so many characters are kept besides. `copies` are small copies of its images.
    """
    record = as_shown(record, shown)
    pairs = [(a, False) for a in record.annotations] + [(a, True) for a in record.suggestions]
    chosen = [(a, suggested) for a, suggested in pairs if labels is None or a.label in labels]
    book = _Book(record)
    said = tuple(book.add(annotation, suggested) for annotation, suggested in chosen)
    names = _field_names(record, fields or tuple(shown.clean), book)
    told = names[:MOST_FIELDS]
    marked = {place[0] for place in book.marks}

    def room(name: str) -> int | None:
        return _limit(limit, is_quiet=bool(marked) and name not in marked)

    return Picture(
        id=record.id,
        route=record.route,
        fields=tuple(
            _field(name, record.text(name), book.marks_of(name), limit=room(name), whole=whole) for name in told
        ),
        said=said,
        shots=book.boxes.shots(copies),
        why=tuple(question.why for question in record.questions if question.why),
        left_out=book.left_out,
        fields_left_out=len(names) - len(told),
        others=tuple(_others(record, names)),
    )


def _limit(limit: int | None, *, is_quiet: bool) -> int | None:
    """How much is shown of a text: of one that has nothing to show beside one that has, a part of that."""
    return max(1, limit // 3) if limit is not None and is_quiet else limit


def _field(name: str, text: str, marks: list[Mark], *, limit: int | None, whole: int | None) -> PictureField:
    segments = _shown(text, marks, limit)
    is_cut = any(segment.is_gap for segment in segments)
    kept = _shown(text, marks, whole) if is_cut and whole is not None else ()
    return PictureField(name=name, segments=segments, whole=kept, length=len(text))


def _others(record: Annotated, texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The other fields of a record, without its id and those that are not given."""
    shown = {*texts, *(name for name in record.images if str(record.fields.get(name))[:5].lower() == "data:")}
    rest = [(name, value) for name, value in record.fields.items() if name not in shown]
    given = [(name, value) for name, value in rest if value not in (None, "") and _as_text(value) != record.id]
    for name, value in given[:MOST_OTHERS]:
        yield name, shorten(_as_text(value), MOST_QUOTED).replace("\n", "\u23ce")


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else _as_json(value)


class _Book:
    """Numbers the findings of a record and gathers the marks that they rest on."""

    def __init__(self, record: Annotated) -> None:
        self.record = record
        self.boxes = BoxMarks(record.images)
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
        self.boxes.add_annotation(annotation)
        text = self.record.text(annotation.field)[annotation.start : annotation.end] if is_span else ""
        if annotation.box is not None:
            text = where(self.record, annotation.field, annotation.box)
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
                if evidence.box is not None:
                    self.boxes.add_evidence(evidence.field, evidence.box, annotation.label, self.count)
                    continue
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
        if evidence.box is not None:
            text = where(self.record, evidence.field, evidence.box)
        return Quote(matcher=shorten(evidence.matcher, MOST_QUOTED), text=_quoted(text), row=evidence.row)


def _field_names(record: Annotated, fields: Sequence[str], book: _Book) -> list[str]:
    wanted = [name for name in fields or USUAL_FIELDS if record.text(name) and name not in record.images]
    if not fields and not wanted:
        given = [(name, value) for name, value in record.fields.items() if name not in ("id", *record.images)]
        wanted = [name for name, value in given if isinstance(value, str) and value]
    marked = sorted({place[0] for place in book.marks if record.text(place[0])})
    return list(dict.fromkeys([*wanted, *marked]))


def _shown(text: str, marks: list[Mark], limit: int | None) -> tuple[Segment, ...]:
    return cut(text, marks) if limit is None else excerpt(text, marks, limit=limit)


def _quoted(text: str) -> str:
    """A matched text on one line, cut when long."""
    return shorten(text, MOST_QUOTED).replace("\n", "\u23ce")


def _as_json(value: object) -> str:
    return shorten(orjson.dumps(value, default=str).decode(), MOST_VALUE)
