"""What asks a model about texts: one class for each task, all of one form."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from rubricate.api import MatcherSpec, ModelLoadError
from rubricate_transformers.checking import candidates, class_names, entailment, task_of
from rubricate_transformers.loading import LoadedModel, load_model
from rubricate_transformers.settings import Settings
from rubricate_transformers.windows import Encoded, encode, forward

__all__ = ["DIGITS", "Answer", "Asker", "Entailment", "Found", "TextClassifier", "ranked", "weighted"]

DIGITS = 4
"""Scores are rounded before anything compares them."""

Found: TypeAlias = "tuple[int, int, float, Mapping[str, object]]"
"""Start and end in the text, score, columns."""
Answer: TypeAlias = "list[Found] | None"
"""What was found in a text; None where the model gave no number."""


class Asker(Protocol):
    """Asks a model about texts."""

    def ask(self, texts: Sequence[str]) -> list[Answer]:
        """An answer for each text, in their order."""
        ...


class TextClassifier:
    """How likely each class of a trained classifier is."""

    def __init__(self, spec: MatcherSpec, settings: Settings) -> None:
        self._settings = settings
        self._names = class_names(settings.model)
        self._is_independent = (
            settings.model.config.get("problem_type") == "multi_label_classification" or len(self._names) == 1
        )
        self._loaded: LoadedModel = load_model(settings, task_of(spec))

    def ask(self, texts: Sequence[str]) -> list[Answer]:
        """The classes of each text, the likeliest first."""
        encoded = encode(self._loaded, self._settings, texts)
        rows = forward(self._loaded, self._settings, encoded, self._likelihoods)
        found: list[Answer] = []
        for text, scores in zip(texts, weighted(encoded, rows, len(texts)), strict=True):
            found.append(None if scores is None else ranked(text, zip(self._names, scores, strict=bool(scores))))
        return found

    def _likelihoods(self, output: Any, _mask: Any) -> Any:
        logits = output.logits.double()
        return logits.sigmoid() if self._is_independent else logits.softmax(-1)


class Entailment:
    """How likely a text entails that it is of a class, as a model of natural language inference sees it."""

    def __init__(self, spec: MatcherSpec, settings: Settings) -> None:
        self._settings = settings
        template = str(spec.options.get("hypothesis", "This example is {}."))
        self._names = candidates(spec)
        self._hypotheses = [template.format(text) for text in self._names.values()]
        self._is_exclusive = bool(spec.options.get("exclusive", True))
        self._entailed, self._denied = entailment(settings.model)
        self._loaded: LoadedModel = load_model(settings, task_of(spec))
        self._check_room()

    def _check_room(self) -> None:
        """Raises ModelLoadError where a hypothesis leaves a text no room in its window."""
        for name, hypothesis in zip(self._names, self._hypotheses, strict=True):
            taken = len(self._loaded.tokenizer("", hypothesis)["input_ids"])
            if taken + self._settings.stride + 1 > self._settings.max_length:
                raise ModelLoadError(f'a hypothesis of {taken} tokens for "{name}" fills windows of '
                                     f"{self._settings.max_length}: say it shorter, or raise max_length")  # fmt: skip

    def ask(self, texts: Sequence[str]) -> list[Answer]:
        """The classes of each text, the likeliest first."""
        count = len(self._hypotheses)
        premises = [text for text in texts for _ in range(count)]
        encoded = encode(self._loaded, self._settings, premises, self._hypotheses * len(texts))
        encoded = _without_hypotheses(encoded)
        rows = forward(self._loaded, self._settings, encoded, lambda output, _mask: output.logits.double())
        logits = weighted(encoded, rows, len(premises))
        found: list[Answer] = []
        for number, text in enumerate(texts):
            own = logits[number * count : (number + 1) * count]
            if any(each is None for each in own):
                found.append(None)
            elif not all(own):
                found.append([])
            else:
                found.append(
                    ranked(text, zip(self._names, self._likelihoods([each or [] for each in own]), strict=True))
                )
        return found

    def _likelihoods(self, logits: Sequence[Sequence[float]]) -> list[float]:
        """Of each class: against the others, or against its own contradiction."""
        if self._is_exclusive:
            return _softmax([each[self._entailed] for each in logits])
        return [_softmax([each[self._entailed], each[self._denied]])[0] for each in logits]


def _without_hypotheses(encoded: Encoded) -> Encoded:
    """The windows with the tokens of their premise alone counted as their own."""
    own = [sum(each == 0 for each in encoded.batch.sequence_ids(row)) for row in encoded.rows]
    return Encoded(batch=encoded.batch, owner=encoded.owner, place=encoded.place, own=own, rows=encoded.rows)


def weighted(encoded: Encoded, rows: Sequence[Any], texts: int) -> list[list[float] | None]:
    """The mean of the rows of each text's windows by their tokens; None for a row that is not of numbers.

    Nothing, an empty list, for a text without tokens.
    """
    import torch

    sums: list[Any] = [None] * texts
    counts = [0] * texts
    for number, row in enumerate(rows):
        if row is not None:
            text, own = encoded.owner[number], encoded.own[number]
            sums[text] = row * own if sums[text] is None else sums[text] + row * own
            counts[text] += own
    found: list[list[float] | None] = []
    for each, count in zip(sums, counts, strict=True):
        if each is None:
            found.append([])
        else:
            found.append((each / count).tolist() if bool(torch.isfinite(each).all()) else None)
    return found


def ranked(text: str, scored: Any) -> list[Found]:
    """(class, score) as findings about a whole text, the likeliest first, then by name."""
    rounded = [(name, round(min(max(score, 0.0), 1.0), DIGITS)) for name, score in scored]
    rounded.sort(key=lambda item: (-item[1], item[0]))
    return [(0, len(text), score, {"class": name}) for name, score in rounded]


def _softmax(logits: Sequence[float]) -> list[float]:
    highest = max(logits)
    powers = [math.exp(each - highest) for each in logits]
    return [each / sum(powers) for each in powers]
