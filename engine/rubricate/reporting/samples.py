"""Draws samples from the folders of a run in one pass, in bounded memory, the same ones whatever the order.

Kept for each group are the records whose ids have the smallest hashes: a fair draw that needs no seed and no count.
Units that noted which of their rows these are have only them read, and only when they are drawn.
Texts are cut when a record is kept, so that a million-character record costs no more than one of a few pages.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Generic, TypeAlias, TypeVar

from rubricate.model.places import value_at
from rubricate.reporting.annotated import read_annotated
from rubricate.reporting.pictures import NOTHING, Picture, PictureField, picture
from rubricate.reporting.shots import NO_COPIES, Copies
from rubricate.reporting.spans import shorten
from rubricate.reporting.untyped import integer, mapping, mappings, texts
from rubricate.reporting.viewing import Viewer, as_written
from rubricate.running.reasons import Reasons
from rubricate.running.showing import PER_LABEL, PER_REASON, KeptRow, KeptRows, draw_place

__all__ = ["Dropped", "Quarantined", "Reason", "Records", "Reservoir", "Samples", "draw_samples"]

Records: TypeAlias = "Callable[[str], Iterator[Mapping[str, object]]]"
"""Gives the records of a folder: records, review, quarantine or dropped."""

T = TypeVar("T")

TEXT_LIMIT = 420
WHOLE_LIMIT = 12_000
"""So many characters of a text that was cut are kept to be opened."""
WHOLE_ROOM = 1_000_000
"""So many characters of all such texts go into the page."""
SHORT_LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A record that was left out."""

    id: str
    text: str
    duplicate_of: str | None = None
    distance: int | None = None
    """Of a near duplicate: bits of the perceptual hash of its image that differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A region of a source that could not be read."""

    source: str
    line: int | None
    offset: int | None
    length: int | None
    detail: str
    sample: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why people are asked, with how many questions have it; numbers that differ are a range."""

    why: str
    labels: tuple[str, ...]
    count: int
    samples: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """What one pass over a run's folders kept."""

    labels: Mapping[str, tuple[Picture, ...]] = field(default_factory=dict)
    """Label -> records that have it."""
    nothing: tuple[Picture, ...] = ()
    """Accepted records without a label."""
    reasons: tuple[Reason, ...] = ()
    """Most frequent first."""
    other_reasons: int = 0
    """Questions with reasons beyond those that are told apart."""
    dropped: Mapping[str, tuple[Dropped, ...]] = field(default_factory=dict)
    quarantined: Mapping[str, tuple[Quarantined, ...]] = field(default_factory=dict)
    thresholds: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """Label -> the accept thresholds that its decisions were held against."""


@dataclass(frozen=True, slots=True)
class _Later(Generic[T]):
    """What is made when it is drawn."""

    make: Callable[[], T]


class Reservoir(Generic[T]):
    """Keeps for each group the `size` entries whose keys have the smallest hashes."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._groups: dict[Hashable, list[tuple[int, int, T | _Later[T]]]] = {}
        self._count = 0

    def offer(self, group: Hashable, place: int, make: Callable[[], T | _Later[T]]) -> None:
        """Keeps what `make` gives, if `place` is among the smallest of its group; else `make` is not called."""
        kept = self._groups.setdefault(group, [])
        self._count += 1
        if len(kept) < self.size:
            heapq.heappush(kept, (-place, -self._count, make()))
        elif -place > kept[0][0]:
            heapq.heapreplace(kept, (-place, -self._count, make()))

    def offer_later(self, group: Hashable, place: int, make: Callable[[], T]) -> None:
        """The same, but `make` is called when the drawing is done, for what is drawn."""
        self.offer(group, place, lambda: _Later(make))

    def wants(self, group: Hashable, place: int) -> bool:
        """Whether `offer` would keep something."""
        kept = self._groups.get(group)
        return kept is None or len(kept) < self.size or -place > kept[0][0]

    def drawn(self, group: Hashable) -> tuple[T, ...]:
        """What was kept of a group, by hash."""
        entries = (entry for _, _, entry in sorted(self._groups.get(group, ()), key=lambda kept: -kept[0]))
        return tuple(entry.make() if isinstance(entry, _Later) else entry for entry in entries)

    def groups(self) -> list[Hashable]:
        """The groups in the order in which they were met."""
        return list(self._groups)


def draw_samples(
    records: Records,
    *,
    labels: Sequence[str] = (),
    key: str = "rubricate",
    fields: Sequence[str] = (),
    viewer: Viewer = as_written,
    kept: Iterable[KeptRows] = (),
    copies: Copies = NO_COPIES,
) -> Samples:
    """Samples from all folders and from what units `kept`; of the labels that are named (the rest has no bound)."""
    drawer = _Drawer(frozenset(labels), key, fields, viewer, copies)
    for record in records("records"):
        drawer.add_record(record)
    for record in records("review"):
        drawer.add_review(record)
    for record in records("dropped"):
        drawer.add_dropped(record)
    for record in records("quarantine"):
        drawer.add_quarantined(record)
    for unit in kept:
        drawer.add_kept(unit)
    return drawer.samples()


class _Drawer:
    """One pass over the folders of a run."""

    def __init__(self, labels: frozenset[str], key: str, fields: Sequence[str], viewer: Viewer, copies: Copies) -> None:
        self.labels_wanted = labels
        self.key = key
        self.fields = fields
        self.viewer = viewer
        self.copies = copies
        self.pictures: Reservoir[Picture] = Reservoir(PER_LABEL)
        self.asked: Reservoir[Picture] = Reservoir(PER_REASON)
        self.dropped: Reservoir[Dropped] = Reservoir(PER_REASON)
        self.quarantined: Reservoir[Quarantined] = Reservoir(PER_REASON)
        self.reasons = Reasons()
        self.thresholds: dict[str, set[float]] = {}

    def add_record(self, record: Mapping[str, object]) -> None:
        said = self._said(record)
        place = draw_place(said.get("id"))
        found = set()
        for annotation in mappings(said.get("annotations")):
            label = str(annotation.get("label"))
            self._note_threshold(label, annotation.get("threshold"))
            if label in found or label not in self.labels_wanted:
                continue
            found.add(label)
            if self.pictures.wants(("label", label), place):
                self.pictures.offer(("label", label), place, partial(self._picture, record, label))
        if not said.get("annotations") and said.get("route") == "accepted":
            self.pictures.offer(("nothing", ""), place, lambda: self._picture(record))

    def add_review(self, record: Mapping[str, object]) -> None:
        said = self._said(record)
        place = draw_place(said.get("id"))
        for suggestion in mappings(said.get("suggestions")):
            self._note_threshold(str(suggestion.get("label")), suggestion.get("threshold"))
        for question in mappings(said.get("questions")):
            name = self.reasons.add(str(question.get("why", "")), texts(question.get("labels")))
            if name is not None and self.asked.wants(name, place):
                self.asked.offer(name, place, lambda: self._picture(record))

    def add_dropped(self, record: Mapping[str, object]) -> None:
        said = self._said(record)
        self.dropped.offer(str(said.get("reason", "")), draw_place(said.get("id")), lambda: self._dropped(record))

    def add_quarantined(self, record: Mapping[str, object]) -> None:
        said = self._said(record)
        place = draw_place(f"{said.get('source')} {said.get('offset')} {said.get('line')}")
        self.quarantined.offer(str(said.get("reason", "")), place, lambda: self._quarantined(record))

    def add_kept(self, unit: KeptRows) -> None:
        """What one unit noted."""
        names = unit.merge_reasons(self.reasons)
        for label, thresholds in unit.thresholds.items():
            for threshold in thresholds:
                self._note_threshold(label, threshold)
        for kind, which, rows in unit.groups():
            if kind == "dropped":
                self._offer(self.dropped, which, rows, self._dropped)
            elif kind == "quarantine":
                self._offer(self.quarantined, which, rows, self._quarantined)
            elif kind == "nothing":
                self._offer(self.pictures, ("nothing", ""), rows, self._picture)
            elif kind == "label" and which in self.labels_wanted:
                self._offer(self.pictures, ("label", which), rows, partial(self._picture, label=str(which)))
            elif kind == "reason" and isinstance(which, int) and names[which] is not None:
                self._offer(self.asked, names[which], rows, self._picture)

    def _offer(
        self,
        reservoir: Reservoir[T],
        group: Hashable,
        rows: Iterable[KeptRow],
        show: Callable[[Mapping[str, object]], T],
    ) -> None:
        for row in rows:
            reservoir.offer_later(group, row.place, partial(_load, row, show))

    def samples(self) -> Samples:
        fit = _Room().fit
        return Samples(
            reasons=tuple(
                Reason(
                    why=shorten(group.why(), SHORT_LIMIT),
                    labels=group.labels,
                    count=group.count,
                    samples=fit(self.asked.drawn(name)),
                )
                for name, group in sorted(self.reasons.groups.items(), key=lambda pair: (-pair[1].count, pair[0]))
            ),
            labels={label: fit(self.pictures.drawn(("label", label))) for label in sorted(self.labels_wanted)},
            nothing=fit(self.pictures.drawn(("nothing", ""))),
            other_reasons=self.reasons.others,
            dropped={str(reason): self.dropped.drawn(reason) for reason in self.dropped.groups()},
            quarantined={str(reason): self.quarantined.drawn(reason) for reason in self.quarantined.groups()},
            thresholds={label: tuple(sorted(values)) for label, values in self.thresholds.items()},
        )

    def _said(self, record: Mapping[str, object]) -> Mapping[str, object]:
        return mapping(record.get(self.key))

    def _picture(self, record: Mapping[str, object], label: str | None = None) -> Picture:
        labels = None if label is None else frozenset([label])
        read, shown = read_annotated(record, key=self.key), self.viewer(self._plain(record))
        copies = self.copies(record, self._said(record)) if read.images else NOTHING
        return picture(
            read, labels=labels, fields=self.fields, shown=shown, limit=TEXT_LIMIT, whole=WHOLE_LIMIT, copies=copies
        )

    def _dropped(self, record: Mapping[str, object]) -> Dropped:
        other = self._said(record).get("duplicate_of")
        shown = {**record, **self.viewer(self._plain(record)).clean}
        texts = [value_at(shown, name) for name in self.fields or ("title", "text", "body")]
        texts = [text for text in texts if isinstance(text, str)] or [
            text for name, text in record.items() if isinstance(text, str) and name != "id"
        ]
        return Dropped(
            id=str(self._said(record).get("id", "")),
            text=shorten(" · ".join(map(str, texts)), SHORT_LIMIT),
            duplicate_of=None if other is None else str(other),
            distance=_known(self._said(record).get("distance")),
        )

    def _quarantined(self, record: Mapping[str, object]) -> Quarantined:
        said = self._said(record)
        return Quarantined(
            source=shorten(str(said.get("source", "")), SHORT_LIMIT),
            line=_known(said.get("line")),
            offset=_known(said.get("offset")),
            length=_known(said.get("length")),
            detail=shorten(str(said.get("detail", "")), SHORT_LIMIT),
            sample=shorten(str(said.get("sample", "")), SHORT_LIMIT),
        )

    def _plain(self, record: Mapping[str, object]) -> Mapping[str, object]:
        """A record without what the run said of it."""
        plain = {name: value for name, value in record.items() if name != self.key}
        return {**plain, **mapping(self._said(record).get("texts"))}

    def _note_threshold(self, label: str, threshold: object) -> None:
        if isinstance(threshold, float) and label in self.labels_wanted:
            seen = self.thresholds.setdefault(label, set())
            if len(seen) < PER_REASON:
                seen.add(threshold)


class _Room:
    """Holds the page to a size: the whole of a text is let go of when there is no more room for it."""

    def __init__(self) -> None:
        self.left = WHOLE_ROOM

    def fit(self, pictures: Sequence[Picture]) -> tuple[Picture, ...]:
        return tuple(replace(each, fields=tuple(map(self._field, each.fields))) for each in pictures)

    def _field(self, field: PictureField) -> PictureField:
        size = sum(len(segment.text) for segment in field.whole)
        if size > self.left:
            return replace(field, whole=())
        self.left -= size
        return field


def _load(row: KeptRow, show: Callable[[Mapping[str, object]], T]) -> T:
    return show(row.load())


def _known(value: object) -> int | None:
    return integer(value) if isinstance(value, int) else None
