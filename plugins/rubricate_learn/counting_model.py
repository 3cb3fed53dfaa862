"""A model of the method `tfidf` at work: what is counted of a text, weighted by how rare it is, then the head."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from rubricate_learn.grams import Counting
from rubricate_learn.heads import Head
from rubricate_learn.tensors import read_tensors

__all__ = ["CountingModel", "read_counting_model", "vector_of"]


def vector_of(counts: Mapping[int, int], rarity: Any) -> tuple[Any, Any]:
    """The numbers of what stands in a text, and the weight of each: of length 1 together."""
    import numpy

    numbers = numpy.fromiter(counts.keys(), dtype=numpy.int64, count=len(counts))
    often = numpy.fromiter((1.0 + math.log(count) for count in counts.values()), dtype=float, count=len(counts))
    weights = often * rarity[numbers]
    length = math.sqrt(float(weights @ weights))
    return numbers, weights / length if length else weights


class CountingModel:
    """Asks a model that counts words and pieces of words."""

    def __init__(self, vocabulary: Sequence[str], rarity: Any, head: Head) -> None:
        self._counting = Counting({term: number for number, term in enumerate(vocabulary)})
        self._rarity = rarity
        self._columns = head.weights.T.copy()
        self._head = head

    def ask(self, texts: Sequence[str]) -> list[Mapping[str, float] | None]:
        """Class -> how likely it is, for each text."""
        return [self._ask(text) for text in texts]

    def _ask(self, text: str) -> Mapping[str, float] | None:
        counts = self._counting.count(text)
        if not counts:
            return None  # what is left are the shares of the classes among the lessons, whatever the text says
        numbers, weights = vector_of(counts, self._rarity)
        return self._head.score(weights @ self._columns[numbers] + self._head.bias)


def read_counting_model(
    classes: tuple[str, ...], vocabulary: bytes, weights: bytes, *, has_rest: bool
) -> CountingModel:
    """The model of these files; raises ValueError where they do not fit together."""
    terms = json.loads(vocabulary)
    found = {name: array.astype(float) for name, array in read_tensors(weights).items()}
    if not isinstance(terms, list) or found.keys() != {"bias", "rarity", "weights"}:
        raise ValueError("it is not what this method writes")
    head = Head(classes, has_rest, found["weights"], found["bias"])
    if not head.fits(len(terms)) or found["rarity"].shape != (len(terms),):
        raise ValueError("its weights do not fit its classes and its vocabulary")
    return CountingModel(terms, found["rarity"], head)
