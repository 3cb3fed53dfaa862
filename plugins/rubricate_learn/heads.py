"""The linear part of a model: from a vector to how likely each class is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["DIGITS", "Head"]

DIGITS = 4
"""Scores are rounded before anything compares them."""


@dataclass(frozen=True, slots=True)
class Head:
    """Weights of a logistic regression: a row for each class, or one row where there are two."""

    classes: tuple[str, ...]
    has_rest: bool
    """Whether the last outcome is that none of the classes fits."""
    weights: Any
    """Rows of 64-bit floats."""
    bias: Any

    @property
    def outcomes(self) -> int:
        """How many things a text can be."""
        return len(self.classes) + self.has_rest

    def fits(self, width: int) -> bool:
        """Whether the weights are of the form that the classes and vectors of this width ask for."""
        rows = 1 if self.outcomes == 2 else self.outcomes
        return self.outcomes > 1 and self.weights.shape == (rows, width) and self.bias.shape == (rows,)

    def score(self, logits: Any) -> Mapping[str, float] | None:
        """Class -> how likely it is, from the weighted sums of a text; None where they are no numbers."""
        import numpy

        sums = numpy.array([0.0, logits[0]]) if self.outcomes == 2 else logits
        if not numpy.isfinite(sums).all():
            return None
        shares = numpy.exp(sums - sums.max())
        shares /= shares.sum()
        return dict(zip(self.classes, (round(float(share), DIGITS) for share in shares), strict=False))

    def score_all(self, rows: Sequence[Any]) -> list[Mapping[str, float] | None]:
        """The same for vectors, of which each is weighted; None for None."""
        return [None if row is None else self.score(self.weights @ row + self.bias) for row in rows]
