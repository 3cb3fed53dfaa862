"""What a comparison with gold found: counts, shares of counts, and how sure they are."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Confusion", "DocumentScore", "Evaluation", "Mistake", "Proportion", "SpanScore", "f1"]

Z = 1.959963984540054  # the normal deviate of a two-sided 95 % interval
DIGITS = 6  # shares are shown with fewer; rounding them twice would show them wrong


@dataclass(frozen=True, slots=True)
class Proportion:
    """A count out of another, with its 95 % interval.

    >>> Proportion(1361, 1391).value
    0.978433
    >>> Proportion(1361, 1391).interval
    (0.969379, 0.984852)
    >>> Proportion(0, 0).value is None
    True
    """

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """The share, rounded to 1e-6; None of nothing."""
        return round(self.count / self.of, DIGITS) if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The Wilson interval at 95 %, rounded to 1e-6; None of nothing."""
        if not self.of:
            return None
        n, p = self.of, self.count / self.of
        centre = p + Z * Z / (2 * n)
        reach = Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        scale = 1 + Z * Z / n
        return (round(max(0.0, (centre - reach) / scale), DIGITS), round(min(1.0, (centre + reach) / scale), DIGITS))


def f1(precision: Proportion, recall: Proportion) -> float | None:
    """The harmonic mean of both, or None where one of them is of nothing.

    >>> f1(Proportion(1, 2), Proportion(1, 1))
    0.666667
    """
    if not precision.of or not recall.of:
        return None
    p, r = precision.count / precision.of, recall.count / recall.of
    return round(2 * p * r / (p + r), DIGITS) if p + r else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentScore:
    """How well one label of records is decided, over the decided records whose gold speaks of it."""

    label: str
    precision: Proportion
    """Right ones of those that got the label."""
    recall: Proportion
    """Found ones of those that have the label in gold."""
    asked: int
    """Records in review that have the label in gold: neither found nor missed yet."""

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall."""
        return f1(self.precision, self.recall)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanScore:
    """How well the spans of one label are found, over the decided records whose gold has spans."""

    label: str
    exact_precision: Proportion
    """Spans that gold has with the same field, start and end, of the spans found."""
    exact_recall: Proportion
    """Gold spans that were found with the same field, start and end."""
    overlap_precision: Proportion
    """Spans found that share a character with a gold span of the label."""
    overlap_recall: Proportion
    """Gold spans that share a character with a span found."""

    @property
    def exact_f1(self) -> float | None:
        """The harmonic mean of precision and recall of equal spans."""
        return f1(self.exact_precision, self.exact_recall)

    @property
    def overlap_f1(self) -> float | None:
        """The harmonic mean of precision and recall of overlapping spans."""
        return f1(self.overlap_precision, self.overlap_recall)


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often one label was given where gold has another."""

    gold: str
    given: str
    count: int


@dataclass(frozen=True, slots=True)
class Mistake:
    """A decided record whose labels are not those of gold."""

    id: str
    gold: tuple[str, ...]
    given: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnknownLabel:
    """A label of gold that the ruleset does not declare."""

    label: str
    count: int
    """How many gold records name it."""
    nearest: str | None
    """A declared label that is spelt nearly so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """A run compared with gold. Accuracy stands beside coverage and counts, always."""

    decided: Proportion
    """Records decided, by rules or by people, of the gold records that the run holds."""
    right: Proportion
    """Records whose labels are all as in gold, of the decided ones whose gold has labels."""
    routes: Mapping[str, int]
    """Route -> gold records on it."""
    suggested: Proportion
    """Records in review whose best suggestion is right, of those that have one and gold for it."""
    documents: tuple[DocumentScore, ...] = ()
    spans: tuple[SpanScore, ...] = ()
    micro: SpanScore | None = None
    """All span labels together; None when gold has no spans."""
    boxes: tuple[SpanScore, ...] = ()
    """Of boxes: exact means that both mark the same thing, overlapping that they share a pixel."""
    micro_boxes: SpanScore | None = None
    """All box labels together; None when gold has no boxes."""
    values: Proportion = field(default=Proportion(0, 0))
    """Gold values that the run gave too, of those on labels and spans that it found."""
    values_by_label: Mapping[str, Proportion] = field(default_factory=dict)
    confusions: tuple[Confusion, ...] = ()
    """Most frequent first; only records with one label each in gold and in the run."""
    mistakes: tuple[Mistake, ...] = ()
    """The first ones, in the order of the run."""
    half_decided: int = 0
    """Records that wait for one label and have another one decided that gold speaks of: none of it is in the figures
    of that label."""
    missing: int = 0
    """Gold records that the run does not hold."""
    without_gold: int = 0
    """Records of the run that gold says nothing about."""
    labels_without_gold: tuple[str, ...] = ()
    """Labels that the run gave, or could give, and gold never names: not evaluated."""
    unknown_labels: tuple[UnknownLabel, ...] = ()
    """Labels of gold that the ruleset does not declare, so that none of their records can be right."""
    guidelines: Mapping[str, int] = field(default_factory=dict)
    """Version of the guideline -> gold records that were made by it, where gold says so and the run goes by another."""
    ids: tuple[str, str] | None = None
    """The first id of gold and of the run, where they have none in common."""
