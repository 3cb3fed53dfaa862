"""Compares the records of a run with gold.

What is compared, and over which records:

- coverage: the decided records (accepted by rules, settled by people) among the gold records that the run holds;
- right: decided records whose labels are all as in gold, of those whose gold has labels;
- precision and recall of a label: over the decided records whose gold speaks of it. Records in review are counted
  apart, as are dropped and quarantined ones: a label that waits for a person is neither found nor missed. Nor is one
  that is decided in a record which waits for another label; how many such records there are is said;
- spans: over the decided records whose gold has spans. Exact means the same field, start and end; overlapping means
  that they share a character;
- boxes: over the decided records whose gold has boxes. The same thing is marked where what two boxes have in common is
  at least half of what they cover together (intersection over union), each box in one pair at most;
- values: of the gold values on labels and spans that were found, those that the run gave too. A span that was not
  normalised has its text as value. Numbers are equal by amount, so 3 and 3.0 are.

A label that gold never names is not evaluated, only named: nothing is known about it.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from rubricate.model.evaluation import (
    Confusion,
    DocumentScore,
    Evaluation,
    Mistake,
    Proportion,
    SpanScore,
    UnknownLabel,
)
from rubricate.quality.gold_boxes import BoxCount, count_boxes
from rubricate.quality.gold_entries import NO_VALUE, Gold, GoldBox, GoldSpan
from rubricate.reporting.annotated import KEY, Annotated, Annotation, read_annotated

__all__ = ["evaluate", "find_unknown_labels"]

Place: TypeAlias = "tuple[str, int, int]"
"""Field, start and end."""

DECIDED = frozenset({"accepted", "settled"})
WAITING = frozenset({"review", "undecided"})


def evaluate(
    predictions: Iterable[Mapping[str, object]],
    gold: Mapping[str, Gold],
    *,
    key: str = KEY,
    mistakes: int = 20,
    declared: Collection[str] = (),
    guideline: str | None = None,
) -> Evaluation:
    """The records of a run (of all its folders, in any order) compared with gold, with up to `mistakes` examples.

    `declared` are the labels of the ruleset, where they are known, and `guideline` is the version that it goes by.
    """
    known = frozenset(label for entry in gold.values() for label in entry.labels or ())
    known_spans = frozenset(span.label for entry in gold.values() for span in entry.spans or ())
    known_boxes = frozenset(box.label for entry in gold.values() for box in entry.boxes or ())
    count = _Count(known=known, known_spans=known_spans, known_boxes=known_boxes, keep=mistakes)
    seen: set[str] = set()
    first: str | None = None
    for prediction in predictions:
        record = read_annotated(prediction, key=key)
        entry = gold.get(record.id)
        first = record.id if first is None and record.id else first
        if entry is None or record.id in seen:
            count.without_gold += 1
            continue
        seen.add(record.id)
        count.add(record, entry)
    spoken = {name for name in ("spans", "boxes") if any(getattr(g, name) is not None for g in gold.values())}
    result = count.result(missing=len(gold) - len(seen), spoken=spoken)
    return replace(
        result,
        labels_without_gold=tuple(sorted({*result.labels_without_gold, *declared} - known - known_spans - known_boxes)),
        unknown_labels=find_unknown_labels(gold.values(), declared),
        guidelines=_other_guidelines(gold.values(), guideline),
        ids=(next(iter(gold)), first) if gold and first is not None and not seen else None,
    )


def find_unknown_labels(gold: Iterable[Gold], declared: Collection[str]) -> tuple[UnknownLabel, ...]:
    """Labels of gold that are not declared; none when it is not known what is."""
    if not declared:
        return ()
    counts: Counter[str] = Counter()
    for entry in gold:
        spans, boxes = ({each.label for each in entry.spans or ()}, {each.label for each in entry.boxes or ()})
        counts.update({*(entry.labels or ()), *spans, *boxes} - set(declared))
    names = sorted(declared)
    return tuple(
        UnknownLabel(label, count, next(iter(difflib.get_close_matches(label, names, n=1)), None))
        for label, count in sorted(counts.items())
    )


def _other_guidelines(gold: Iterable[Gold], guideline: str | None) -> Mapping[str, int]:
    """The versions that gold was made by, if any is another one than that of the run."""
    if guideline is None:
        return {}
    counts = Counter(entry.guideline for entry in gold if entry.guideline not in (None, guideline))
    return {str(version): count for version, count in sorted(counts.items(), key=str)}


@dataclass(slots=True)
class _SpanCount:
    """What was counted about the spans of one label."""

    found: int = 0
    gold: int = 0
    exact: int = 0
    found_overlapping: int = 0
    gold_overlapping: int = 0

    def add(self, other: _SpanCount) -> None:
        self.found += other.found
        self.gold += other.gold
        self.exact += other.exact
        self.found_overlapping += other.found_overlapping
        self.gold_overlapping += other.gold_overlapping

    def score(self, label: str) -> SpanScore:
        return SpanScore(
            label=label,
            exact_precision=Proportion(self.exact, self.found),
            exact_recall=Proportion(self.exact, self.gold),
            overlap_precision=Proportion(self.found_overlapping, self.found),
            overlap_recall=Proportion(self.gold_overlapping, self.gold),
        )


@dataclass(slots=True, kw_only=True)
class _Count:
    """The counters that one pass over the records fills."""

    known: frozenset[str]
    known_spans: frozenset[str]
    known_boxes: frozenset[str]
    keep: int
    routes: Counter[str] = field(default_factory=Counter)
    judged: int = 0
    right: int = 0
    suggested: int = 0
    suggested_right: int = 0
    given: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    spans: dict[str, _SpanCount] = field(default_factory=dict)
    boxes: dict[str, BoxCount] = field(default_factory=dict)
    values: Counter[str] = field(default_factory=Counter)
    equal_values: Counter[str] = field(default_factory=Counter)
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)
    mistakes: list[Mistake] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    without_gold: int = 0
    half_decided: int = 0

    def add(self, record: Annotated, gold: Gold) -> None:
        """Counts one record of the run that gold speaks of."""
        self.routes[record.route] += 1
        truth = gold.truth(self.known)
        if record.route == "review":
            self.asked.update(label for label, holds in truth.items() if holds)
            self._add_suggestion(record, truth)
        if record.route in WAITING:
            spoken = truth.keys() | (self.known_spans if gold.spans is not None else frozenset())
            spoken |= self.known_boxes if gold.boxes is not None else frozenset()
            self.half_decided += not spoken.isdisjoint(_decided_labels(record))
        if record.route not in DECIDED:
            return
        self._note_unknown(record)
        if gold.labels is not None:
            self._add_labels(record, truth)
            self._add_label_values(record, gold)
        if gold.spans is not None:
            self._add_spans(record, gold.spans)
        if gold.boxes is not None:
            self._add_boxes(record, gold.boxes)

    def _add_boxes(self, record: Annotated, boxes: tuple[GoldBox, ...]) -> None:
        found = [a for a in record.annotations if a.kind == "box" and a.label in self.known_boxes]
        for label in sorted({a.label for a in found} | {box.label for box in boxes}):
            self.boxes[label] = self.boxes.get(label, BoxCount()) + count_boxes(found, boxes, label)

    def _note_unknown(self, record: Annotated) -> None:
        self.unknown |= {annotation.label for annotation in record.annotations} - self.known - self.known_spans
        self.unknown -= self.known_boxes

    def _add_suggestion(self, record: Annotated, truth: Mapping[str, bool]) -> None:
        scored = [suggestion for suggestion in record.suggestions if suggestion.label in truth]
        if scored:
            best = max(scored, key=lambda suggestion: suggestion.score or 0.0)
            self.suggested += 1
            self.suggested_right += truth[best.label]

    def _add_labels(self, record: Annotated, truth: Mapping[str, bool]) -> None:
        said = {annotation.label for annotation in record.annotations}
        given = tuple(sorted(label for label in truth if label in said))
        held = tuple(sorted(label for label, holds in truth.items() if holds))
        self.given.update(given)
        self.held.update(held)
        self.hits.update(set(given) & set(held))
        self.judged += 1
        if given == held:
            self.right += 1
            return
        if len(given) == len(held) == 1:
            self.confusions[held[0], given[0]] += 1
        if len(self.mistakes) < self.keep:
            self.mistakes.append(Mistake(record.id, held, given))

    def _add_label_values(self, record: Annotated, gold: Gold) -> None:
        for label, value in gold.values.items():
            given = [record.value(annotation) for annotation in record.annotations if annotation.label == label]
            if given:
                self.values[label] += 1
                self.equal_values[label] += any(_are_equal(value, other) for other in given)

    def _add_spans(self, record: Annotated, spans: tuple[GoldSpan, ...]) -> None:
        found = [a for a in record.annotations if a.kind == "span" and a.label in self.known_spans]
        for label in sorted({a.label for a in found} | {span.label for span in spans}):
            ours = {(a.field, a.start, a.end): a for a in found if a.label == label}
            theirs = {(span.field, span.start, span.end): span for span in spans if span.label == label}
            count = self.spans.setdefault(label, _SpanCount())
            count.found += len(ours)
            count.gold += len(theirs)
            count.exact += len(ours.keys() & theirs.keys())
            count.found_overlapping += sum(any(_overlap(a, b) for b in theirs) for a in ours)
            count.gold_overlapping += sum(any(_overlap(a, b) for a in ours) for b in theirs)
            self._add_span_values(record, ours, theirs)

    def _add_span_values(
        self, record: Annotated, ours: Mapping[Place, Annotation], theirs: Mapping[Place, GoldSpan]
    ) -> None:
        for place, span in theirs.items():
            if span.value is NO_VALUE:
                continue
            given = ours.get(place) or next((a for other, a in ours.items() if _overlap(other, place)), None)
            if given is not None:
                self.values[span.label] += 1
                self.equal_values[span.label] += _are_equal(span.value, record.value(given))

    def result(self, *, missing: int, spoken: Collection[str]) -> Evaluation:
        """The finished comparison."""
        decided = sum(count for route, count in self.routes.items() if route in DECIDED)
        total = _SpanCount()
        for count in self.spans.values():
            total.add(count)
        return Evaluation(
            decided=Proportion(decided, self.routes.total()),
            right=Proportion(self.right, self.judged),
            routes=dict(sorted(self.routes.items())),
            suggested=Proportion(self.suggested_right, self.suggested),
            documents=tuple(
                DocumentScore(
                    label=label,
                    precision=Proportion(self.hits[label], self.given[label]),
                    recall=Proportion(self.hits[label], self.held[label]),
                    asked=self.asked[label],
                )
                for label in sorted(self.known)
            ),
            spans=tuple(self.spans.get(label, _SpanCount()).score(label) for label in sorted(self.known_spans)),
            micro=total.score("all") if "spans" in spoken else None,
            boxes=tuple(self.boxes.get(label, BoxCount()).score(label) for label in sorted(self.known_boxes)),
            micro_boxes=sum(self.boxes.values(), BoxCount()).score("all") if "boxes" in spoken else None,
            values=Proportion(self.equal_values.total(), self.values.total()),
            values_by_label={
                label: Proportion(self.equal_values[label], n) for label, n in sorted(self.values.items())
            },
            confusions=tuple(
                Confusion(held, given, n)
                for (held, given), n in sorted(self.confusions.items(), key=lambda pair: (-pair[1], pair[0]))
            ),
            mistakes=tuple(self.mistakes),
            half_decided=self.half_decided,
            missing=missing,
            without_gold=self.without_gold,
            labels_without_gold=tuple(sorted(self.unknown)),
        )


def _decided_labels(record: Annotated) -> set[str]:
    """The labels of a record that nobody waits for, whether they were given or refused.

    Without questions it is not known what a refused label waits for: the others of its set may be open.
    """
    wanted = ("accepted", "no") if record.questions else ("accepted",)
    decided = {label for label, decision in record.decisions.items() if decision in wanted}
    return decided - {label for question in record.questions for label in question.labels}


def _overlap(one: Place, other: Place) -> bool:
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


def _are_equal(one: object, other: object) -> bool:
    """Whether two JSON values are the same; true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_are_equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_are_equal(one[key], other[key]) for key in one)
    return one == other
