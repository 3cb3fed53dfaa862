"""Draws samples from the folders of a run in one pass, in bounded memory, the same ones whatever the order.

Kept for each group are the records whose ids have the smallest hashes: a fair draw that needs no seed and no count.
Texts are cut when a record is kept, so that a million-character record costs no more than a short one.
"""

from __future__ import annotations

import hashlib
import heapq
import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Generic, TypeAlias, TypeVar

from rubricate.reporting.annotated import read_annotated
from rubricate.reporting.pictures import Picture, picture
from rubricate.reporting.spans import shorten
from rubricate.reporting.untyped import integer, mapping, mappings, texts

__all__ = ["Dropped", "Quarantined", "Reason", "Records", "Reservoir", "Samples", "draw_samples"]

Records: TypeAlias = "Callable[[str], Iterator[Mapping[str, object]]]"
"""Gives the records of a folder: records, review, quarantine or dropped."""

T = TypeVar("T")

TEXT_LIMIT = 420
SHORT_LIMIT = 200
PER_LABEL = 6
PER_REASON = 3
MOST_REASONS = 200
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.]*\w)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A record that was left out."""

    id: str
    text: str
    duplicate_of: str | None = None


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


class Reservoir(Generic[T]):
    """Keeps for each group the `size` entries whose keys have the smallest hashes."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._groups: dict[Hashable, list[tuple[int, int, T]]] = {}
        self._count = 0

    def offer(self, group: Hashable, place: int, make: Callable[[], T]) -> None:
        """Keeps what `make` gives, if `place` is among the smallest of its group; else `make` is not called."""
        kept = self._groups.setdefault(group, [])
        self._count += 1
        if len(kept) < self.size:
            heapq.heappush(kept, (-place, -self._count, make()))
        elif -place > kept[0][0]:
            heapq.heapreplace(kept, (-place, -self._count, make()))

    def wants(self, group: Hashable, place: int) -> bool:
        """Whether `offer` would keep something."""
        kept = self._groups.get(group)
        return kept is None or len(kept) < self.size or -place > kept[0][0]

    def drawn(self, group: Hashable) -> tuple[T, ...]:
        """What was kept of a group, by hash."""
        return tuple(entry for _, _, entry in sorted(self._groups.get(group, ()), key=lambda kept: -kept[0]))

    def groups(self) -> list[Hashable]:
        """The groups in the order in which they were met."""
        return list(self._groups)


def draw_samples(
    records: Records, *, labels: Sequence[str] = (), key: str = "rubricate", fields: Sequence[str] = ()
) -> Samples:
    """Samples from all folders; of the labels that are named (the rest would have no bound)."""
    drawer = _Drawer(frozenset(labels), key, fields)
    for record in records("records"):
        drawer.add_record(record)
    for record in records("review"):
        drawer.add_review(record)
    for record in records("dropped"):
        drawer.add_dropped(record)
    for record in records("quarantine"):
        drawer.add_quarantined(record)
    return drawer.samples()


@dataclass(slots=True)
class _Group:
    """Questions whose reasons differ in numbers only."""

    count: int
    words: list[str]
    lows: list[str]
    highs: list[str]
    labels: tuple[str, ...]

    def add(self, numbers: Sequence[str]) -> None:
        self.count += 1
        for index, value in enumerate(numbers):
            if float(value) < float(self.lows[index]):
                self.lows[index] = value
            if float(value) > float(self.highs[index]):
                self.highs[index] = value

    def why(self) -> str:
        shown = [low if low == high else f"{low} to {high}" for low, high in zip(self.lows, self.highs, strict=True)]
        return "".join(word + value for word, value in zip(self.words, [*shown, ""], strict=True))


class _Drawer:
    """One pass over the folders of a run."""

    def __init__(self, labels: frozenset[str], key: str, fields: Sequence[str]) -> None:
        self.labels_wanted = labels
        self.key = key
        self.fields = fields
        self.pictures: Reservoir[Picture] = Reservoir(PER_LABEL)
        self.asked: Reservoir[Picture] = Reservoir(PER_REASON)
        self.dropped: Reservoir[Dropped] = Reservoir(PER_REASON)
        self.quarantined: Reservoir[Quarantined] = Reservoir(PER_REASON)
        self.groups: dict[tuple[str, tuple[str, ...]], _Group] = {}
        self.other_reasons = 0
        self.thresholds: dict[str, set[float]] = {}

    def add_record(self, record: Mapping[str, object]) -> None:
        said = self._said(record)
        place = _place(said.get("id"))
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
        place = _place(said.get("id"))
        for suggestion in mappings(said.get("suggestions")):
            self._note_threshold(str(suggestion.get("label")), suggestion.get("threshold"))
        for question in mappings(said.get("questions")):
            why = shorten(str(question.get("why", "")), SHORT_LIMIT)
            self._add_reason(why, texts(question.get("labels")), place, record)

    def _add_reason(self, why: str, labels: tuple[str, ...], place: int, record: Mapping[str, object]) -> None:
        words, numbers = _parts(why)
        group = ("#".join(words), labels)
        if group in self.groups:
            self.groups[group].add(numbers)
        elif len(self.groups) < MOST_REASONS:
            self.groups[group] = _Group(1, list(words), list(numbers), list(numbers), labels)
        else:
            self.other_reasons += 1
            return
        if self.asked.wants(group, place):
            self.asked.offer(group, place, lambda: self._picture(record))

    def add_dropped(self, record: Mapping[str, object]) -> None:
        said = self._said(record)
        other = said.get("duplicate_of")

        def make() -> Dropped:
            texts = [record.get(name) for name in self.fields or ("title", "text", "body")]
            texts = [text for text in texts if isinstance(text, str)] or [
                text for name, text in record.items() if isinstance(text, str) and name != "id"
            ]
            return Dropped(
                id=str(said.get("id", "")),
                text=shorten(" · ".join(map(str, texts)), SHORT_LIMIT),
                duplicate_of=None if other is None else str(other),
            )

        self.dropped.offer(str(said.get("reason", "")), _place(said.get("id")), make)

    def add_quarantined(self, record: Mapping[str, object]) -> None:
        said = self._said(record)
        place = _place(f"{said.get('source')} {said.get('offset')} {said.get('line')}")
        self.quarantined.offer(
            str(said.get("reason", "")),
            place,
            lambda: Quarantined(
                source=shorten(str(said.get("source", "")), SHORT_LIMIT),
                line=_known(said.get("line")),
                offset=_known(said.get("offset")),
                length=_known(said.get("length")),
                detail=shorten(str(said.get("detail", "")), SHORT_LIMIT),
                sample=shorten(str(said.get("sample", "")), SHORT_LIMIT),
            ),
        )

    def samples(self) -> Samples:
        return Samples(
            labels={label: self.pictures.drawn(("label", label)) for label in sorted(self.labels_wanted)},
            nothing=self.pictures.drawn(("nothing", "")),
            reasons=tuple(
                Reason(why=group.why(), labels=group.labels, count=group.count, samples=self.asked.drawn(name))
                for name, group in sorted(self.groups.items(), key=lambda pair: (-pair[1].count, pair[0]))
            ),
            other_reasons=self.other_reasons,
            dropped={str(reason): self.dropped.drawn(reason) for reason in self.dropped.groups()},
            quarantined={str(reason): self.quarantined.drawn(reason) for reason in self.quarantined.groups()},
            thresholds={label: tuple(sorted(values)) for label, values in self.thresholds.items()},
        )

    def _said(self, record: Mapping[str, object]) -> Mapping[str, object]:
        return mapping(record.get(self.key))

    def _picture(self, record: Mapping[str, object], label: str | None = None) -> Picture:
        labels = None if label is None else frozenset([label])
        read = read_annotated(record, key=self.key)
        return picture(read, labels=labels, fields=self.fields, limit=TEXT_LIMIT)

    def _note_threshold(self, label: str, threshold: object) -> None:
        if isinstance(threshold, float) and label in self.labels_wanted:
            seen = self.thresholds.setdefault(label, set())
            if len(seen) < PER_REASON:
                seen.add(threshold)


@lru_cache(maxsize=4096)
def _parts(why: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A reason's words and the numbers between them; the same ones come again and again."""
    return tuple(_NUMBER.split(why)), tuple(_NUMBER.findall(why))


def _place(id: object) -> int:
    """Where an id falls in the draw: the same on every machine."""
    return int.from_bytes(hashlib.blake2b(str(id).encode("utf-8", "replace"), digest_size=8).digest(), "big")


def _known(value: object) -> int | None:
    return integer(value) if isinstance(value, int) else None
