"""Nearness of texts to descriptions or examples, by the vectors that a sentence model makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rubricate.api import MatcherSpec, ModelLoadError
from rubricate_transformers.asking import DIGITS, Answer, Found, weighted
from rubricate_transformers.checking import examples, pooling, task_of
from rubricate_transformers.loading import LoadedModel, load_model
from rubricate_transformers.settings import Settings
from rubricate_transformers.windows import encode, forward

__all__ = ["Similarity", "embed"]


def embed(loaded: LoadedModel, settings: Settings, texts: Sequence[str]) -> list[Any]:
    """The vector of each text, of length 1; [] for a text without tokens, None where it is not of numbers."""
    import torch

    is_mean = pooling(settings.model) == "mean"

    def take(output: Any, mask: Any) -> Any:
        states = output.last_hidden_state.float()
        if not is_mean:
            return states[:, 0]
        share = mask.unsqueeze(-1).float()
        return (states * share).sum(1) / share.sum(1)

    encoded = encode(loaded, settings, texts)
    rows = forward(loaded, settings, encoded, take)
    return [
        torch.nn.functional.normalize(torch.tensor(each, dtype=torch.float64), dim=0) if each else each
        for each in weighted(encoded, rows, len(texts))
    ]


class Similarity:
    """The cosine of a text to the nearest example of each class, or to the middle of its examples."""

    def __init__(self, spec: MatcherSpec, settings: Settings) -> None:
        self._settings = settings
        self._loaded = load_model(settings, task_of(spec))
        named = examples(spec)
        self._names = sorted({name for name, _ in named})
        self._texts = [text for _, text in named]
        self._members = [[number for number, each in enumerate(named) if each[0] == name] for name in self._names]
        self._by_mean = spec.options.get("by", "nearest") == "mean"
        self._vectors: Any = None

    def ask(self, texts: Sequence[str]) -> list[Answer]:
        """The classes of each text, the nearest first."""
        if self._vectors is None:
            self._vectors = self._embedded_examples()
        found: list[Answer] = []
        for text, vector in zip(texts, embed(self._loaded, self._settings, texts), strict=True):
            found.append(self._answer(text, vector) if vector is not None and len(vector) else vector)
        return found

    def _embedded_examples(self) -> Any:
        import torch

        vectors = embed(self._loaded, self._settings, self._texts)
        for text, vector in zip(self._texts, vectors, strict=True):
            if vector is None or not len(vector):
                raise ModelLoadError(f'the model makes no vector of the example "{text[:60]}": write another')
        return torch.stack(vectors)

    def _answer(self, text: str, vector: Any) -> list[Found]:
        cosines = (self._vectors @ vector).tolist()
        scored = [self._score(vector, cosines, members) for members in self._members]
        found = [
            (0, len(text), round(min(max(score, 0.0), 1.0), DIGITS), {"class": name, "nearest": self._texts[nearest]})
            for name, (score, nearest) in zip(self._names, scored, strict=True)
        ]
        found.sort(key=lambda each: (-each[2], str(each[3]["class"])))
        return list(found)

    def _score(self, vector: Any, cosines: Sequence[float], members: Sequence[int]) -> tuple[float, int]:
        """The score of a class, and the example of it that is nearest."""
        nearest = max(members, key=lambda number: cosines[number])
        if not self._by_mean:
            return cosines[nearest], nearest
        import torch

        middle = torch.nn.functional.normalize(self._vectors[list(members)].mean(0), dim=0)
        return float(middle @ vector), nearest
