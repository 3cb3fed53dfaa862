"""Counts of what two rulesets label differently, with samples; their size depends on the rulesets, not on the dump."""

from __future__ import annotations

import hashlib
from bisect import insort
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import orjson

from rubricate.model.descriptors import RawRecord, Unreadable
from rubricate.model.document import Document
from rubricate.model.evaluation import Proportion, UnknownLabel
from rubricate.model.places import value_at
from rubricate.reporting.spans import Mark, excerpt, shorten
from rubricate.versioning.blaming import Found, Place

__all__ = [
    "KINDS",
    "Comparison",
    "Counts",
    "Group",
    "GroupCount",
    "Kind",
    "Move",
    "Quality",
    "Sample",
    "ShownSpan",
    "Truth",
]

Kind: TypeAlias = Literal["gained", "lost", "moved", "edges", "value", "score", "route"]
KINDS: tuple[Kind, ...] = ("gained", "lost", "moved", "edges", "value", "score", "route")
"""gained and lost: a label that stands; moved: to or from uncertain; edges, value, score: of what stands or is
uncertain in both; route: of a record."""

EXCERPT = 200
_BRACKETS = {"": "[]", "before": "[]", "after": "{}"}


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """A kind of difference of a label; of a record where the label is empty."""

    label: str
    kind: Kind
    how: str


@dataclass(frozen=True, slots=True)
class Move:
    """One difference."""

    group: Group
    before: Found
    after: Found
    blame: str
    marks: tuple[Place, ...] = ()
    """The evidence, in the original text."""
    document: Document | None = None
    """The record that it was found in; None for one that was not labelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What gold says of a record."""

    labels: Mapping[str, bool] | None = None
    spans: frozenset[tuple[str, str, int, int]] | None = None
    """Label, field, start and end."""
    span_labels: frozenset[str] = frozenset()
    """The span labels that gold speaks of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSpan:
    """A span in the original text."""

    field: str
    start: int
    end: int
    text: str
    value: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A record with a difference."""

    id: str
    blame: str
    before: str
    after: str
    text: str
    """An excerpt with the evidence in brackets; where edges moved, [the span before] and {the span after}."""
    spans: tuple[ShownSpan | None, ShownSpan | None] = (None, None)
    """Of a span: the one before and the one after."""
    is_right: bool | None
    """Whether gold agrees with the second ruleset; None where it says nothing, or to neither."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCount:
    """How often a kind of difference occurred."""

    group: Group
    count: int
    right: int
    wrong: int
    blames: tuple[tuple[str, int], ...]
    """What it comes from, and how often, the most frequent first."""
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """One ruleset against gold."""

    coverage: Proportion
    """Records that need nobody, of those that gold speaks of."""
    right: Proportion
    """Of those, records whose labels are all as in gold."""
    span_precision: Proportion
    span_recall: Proportion


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What two rulesets label differently."""

    records: int
    unread: int
    """Regions of the dump that are no records."""
    changed: int
    """Records with a difference of any kind."""
    routes: Mapping[tuple[str, str], int]
    groups: tuple[GroupCount, ...]
    quality: tuple[Quality, Quality] | None
    unknown_labels: tuple[UnknownLabel, ...] = ()
    """Labels of gold that neither ruleset declares."""

    def has(self, kinds: Sequence[str]) -> bool:
        """Whether there is a difference of one of these kinds."""
        return any(group.group.kind in kinds for group in self.groups)


@dataclass(slots=True)
class _GroupCounter:
    """What is counted about one kind of difference."""

    count: int = 0
    right: int = 0
    wrong: int = 0
    blames: Counter[str] = field(default_factory=Counter)
    samples: list[tuple[tuple[bytes, int, int], Sample]] = field(default_factory=list)


@dataclass(slots=True)
class _QualityCounter:
    gold: int = 0
    settled: int = 0
    judged: int = 0
    right: int = 0
    spans_found: int = 0
    spans_gold: int = 0
    spans_exact: int = 0

    def result(self) -> Quality:
        return Quality(
            coverage=Proportion(self.settled, self.gold),
            right=Proportion(self.right, self.judged),
            span_precision=Proportion(self.spans_exact, self.spans_found),
            span_recall=Proportion(self.spans_exact, self.spans_gold),
        )


_Said: TypeAlias = "tuple[str, frozenset[str], frozenset[tuple[str, str, int, int]], bool]"
"""A record's route, its labels, its spans, and whether it is settled."""


class Counts:
    """Counts one record after the other."""

    def __init__(
        self, labels: Sequence[str], *, samples: int, judge: bool, images: Mapping[str, str] | None = None
    ) -> None:
        self._images = images or {}
        """Image field -> where it stands in a record."""
        self._order = {label: number for number, label in enumerate(labels)}
        self._most = samples
        self._judges = judge
        self._groups: dict[Group, _GroupCounter] = {}
        self._routes: Counter[tuple[str, str]] = Counter()
        self._quality = (_QualityCounter(), _QualityCounter())
        self._records = self._unread = self._changed = 0
        self._id = ""
        self._key = b""
        self._truth: Truth | None = None
        self._has_changed = False
        self._place = 0

    def begin(self, raw: RawRecord | Unreadable, id: str, truth: Truth | None) -> None:
        """The next record."""
        self._id, self._truth = id, truth
        self._key = b""
        self._has_changed = False
        self._place += 1
        if isinstance(raw, RawRecord):
            self._records += 1
        else:
            self._unread += 1

    def end(self) -> None:
        """The record has been compared."""
        self._changed += self._has_changed

    def routes(self, before: str, after: str, reason: str) -> None:
        """Where the record goes."""
        self._routes[before, after] += 1
        if before != after:
            group = Group("", "route", f"{before} -> {after}")
            self.add(Move(group, Found(before), Found(after), reason or "its labels"))

    def add(self, move: Move) -> None:
        """A difference of the record."""
        self._has_changed = True
        counter = self._groups.setdefault(move.group, _GroupCounter())
        is_right = None if self._truth is None else _is_right(move, self._truth)
        counter.count += 1
        counter.right += is_right is True
        counter.wrong += is_right is False
        counter.blames[move.blame] += 1
        if move.group.kind != "route":
            self._sample(counter, move, is_right)

    def _sample(self, counter: _GroupCounter, move: Move, is_right: bool | None) -> None:
        """Keeps the records whose ids have the smallest digests: spread over the dump, and always the same ones."""
        if not self._key:
            self._key = hashlib.sha256(self._id.encode(errors="replace")).digest()[:8]
        key = (self._key, self._place, counter.count)
        if self._most < 1 or (len(counter.samples) >= self._most and key >= counter.samples[-1][0]):
            return
        sample = Sample(
            id=self._id,
            blame=move.blame,
            before=_state(move, move.before),
            after=_state(move, move.after),
            text=_excerpt(move, self._images),
            spans=(_shown(move, move.before, self._images), _shown(move, move.after, self._images)),
            is_right=is_right,
        )
        insort(counter.samples, (key, sample), key=lambda item: item[0])
        del counter.samples[self._most :]

    def judge_records(self, truth: Truth, before: _Said, after: _Said) -> None:
        """Both results of the record held against gold."""
        for counter, (_, labels, spans, settled) in zip(self._quality, (before, after), strict=True):
            counter.gold += 1
            if not settled:
                continue
            counter.settled += 1
            if truth.labels is not None:
                given = labels & truth.labels.keys()
                counter.judged += 1
                counter.right += given == {label for label, holds in truth.labels.items() if holds}
            if truth.spans is not None:
                found = {span for span in spans if span[0] in truth.span_labels}
                counter.spans_found += len(found)
                counter.spans_gold += len(truth.spans)
                counter.spans_exact += len(found & truth.spans)

    def result(self) -> Comparison:
        """All that was counted; labels in the order of the rulesets."""
        groups = sorted(
            self._groups, key=lambda group: (self._order.get(group.label, -1), KINDS.index(group.kind), group.how)
        )
        return Comparison(
            records=self._records,
            unread=self._unread,
            changed=self._changed,
            routes=dict(sorted(self._routes.items())),
            groups=tuple(self._group(group) for group in groups),
            quality=(self._quality[0].result(), self._quality[1].result()) if self._judges else None,
        )

    def _group(self, group: Group) -> GroupCount:
        counter = self._groups[group]
        return GroupCount(
            group=group,
            count=counter.count,
            right=counter.right,
            wrong=counter.wrong,
            blames=tuple(sorted(counter.blames.items(), key=lambda item: (-item[1], item[0]))),
            samples=tuple(sample for _, sample in counter.samples),
        )


def _excerpt(move: Move, images: Mapping[str, str]) -> str:
    """The text with its evidence in brackets, the field of the first evidence, else the longest field of text.

    Of evidence on an image, and of a record without a text, it is what leads to the image.
    """
    document = move.document
    assert document is not None  # only what was labelled has samples
    places = [*move.marks, *(found.place for found in (move.after, move.before) if found.place is not None)]
    if places and places[0][0] in document.pictures:
        return _path(document, places[0][0], images)
    if document.pictures and not any(text.strip() for text in document.clean.values()):
        return ", ".join(_path(document, name, images) for name in document.pictures)
    if move.group.kind == "edges" and move.before.place is not None and move.after.place is not None:
        field, *edges = move.before.place
        inside = [Mark(start=edges[0], end=edges[1], label="before")]
        inside.append(Mark(start=move.after.place[1], end=move.after.place[2], label="after"))
        return _marked(document.source(field), inside)
    marks = list(move.marks) or [found.place for found in (move.after, move.before) if found.place is not None][:1]
    field = marks[0][0] if marks else max(document.clean, key=lambda each: len(document.clean[each]), default="")
    return _marked(
        document.source(field), _apart([Mark(start=m[1], end=m[2], label="") for m in marks if m[0] == field])
    )


def _marked(text: str, marks: Sequence[Mark]) -> str:
    """An excerpt on one line, each mark in the brackets of its label."""
    parts: list[str] = []
    open_marks: list[Mark] = []
    for segment in excerpt(text, marks, limit=EXCERPT):
        if segment.is_gap:
            parts.append(segment.text)
            continue
        opened = [mark for mark in segment.marks if mark not in open_marks]
        parts += [_BRACKETS[mark.label][0] for mark in opened]
        parts.append(segment.text)
        parts += [_BRACKETS[mark.label][1] for mark in reversed(segment.ends)]
        open_marks = [mark for mark in segment.marks if mark not in segment.ends]
    return " ".join("".join(parts).split())


def _path(document: Document, field: str, images: Mapping[str, str]) -> str:
    """What leads to an image; the name of its field for one that is held in the record itself."""
    found = value_at(document.original, images.get(field, field))
    return shorten(found, EXCERPT) if isinstance(found, str) and found[:5].lower() != "data:" else field


def _shown(move: Move, found: Found, images: Mapping[str, str]) -> ShownSpan | None:
    if found.place is None or move.document is None:
        return None
    field, start, end = found.place
    if field in move.document.pictures:
        return ShownSpan(field=field, start=start, end=end, text=_path(move.document, field, images), value=found.value)
    text = shorten(move.document.source(field)[start:end], EXCERPT)
    return ShownSpan(field=field, start=start, end=end, text=text, value=found.value)


def _apart(marks: Sequence[Mark]) -> list[Mark]:
    """Marks that do not overlap: brackets do not nest."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept


def _state(move: Move, found: Found) -> str:
    state = found.decision if found.score is None else f"{found.decision} {found.score:g}"
    return f"{state} = {_value(found.value)}" if move.group.kind == "value" else state


def _value(value: object) -> str:
    return "no value" if value is None else shorten(orjson.dumps(value, default=str).decode(), EXCERPT)


def _is_right(move: Move, truth: Truth) -> bool | None:
    """Whether gold agrees with the second ruleset where it did not with the first; None where it does not tell."""
    label, one, other = move.group.label, move.before, move.after
    stood, stands = one.decision == "accepted", other.decision == "accepted"
    if one.place is None and other.place is None:
        holds = None if truth.labels is None else truth.labels.get(label)
        return None if holds is None or stood == stands else stands == holds
    if truth.spans is None or label not in truth.span_labels:
        return None
    was = stood and one.place is not None and (label, *one.place) in truth.spans
    is_now = stands and other.place is not None and (label, *other.place) in truth.spans
    if was != is_now:
        return is_now
    if was or stood == stands:
        return None
    return stood  # a wrong span that went is right, one that came is wrong
