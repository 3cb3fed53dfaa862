"""What gold says of a record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from rubricate.model.boxes import Box

__all__ = ["NO_VALUE", "Gold", "GoldBox", "GoldSpan"]


class _NoValue:
    """The absence of a value, which is not the value null."""

    def __repr__(self) -> str:
        return "NO_VALUE"


NO_VALUE = _NoValue()
"""What a gold label or span without a `value` has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldSpan:
    """A span that people marked, in code points of the original text."""

    field: str
    start: int
    end: int
    label: str
    value: object = NO_VALUE


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldBox:
    """A box that people marked, in pixels of the image."""

    field: str
    box: Box
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """What gold says about one record."""

    labels: Mapping[str, bool] | None = None
    """Label -> whether it holds; None: gold says nothing about labels of the record."""
    closed: bool = False
    """Whether labels of the gold file that `labels` does not name do not hold."""
    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    """Label -> its value, for labels that have one."""
    spans: tuple[GoldSpan, ...] | None = None
    """All spans of the record; None: gold says nothing about spans."""
    boxes: tuple[GoldBox, ...] | None = None
    """All boxes of the record; None: gold says nothing about boxes."""
    guideline: str | None = None
    """The version of the guideline that it was made by, where it says so."""

    def truth(self, known: Iterable[str]) -> Mapping[str, bool]:
        """Label -> whether it holds; `known` are the labels of the gold file, of which a closed list says all."""
        labels = self.labels
        if labels is None:
            return {}
        return {**dict.fromkeys(known, False), **labels} if self.closed else labels
