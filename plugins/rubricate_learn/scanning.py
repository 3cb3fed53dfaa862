"""Asks the models of a stage about a batch of documents, once for all the matchers that share the answers."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Protocol, cast

from rubricate.api import Document, Match, MatcherSpec
from rubricate_learn.counting_model import read_counting_model
from rubricate_learn.encoding_model import BATCH, read_encoding_model
from rubricate_learn.folders import VOCABULARY, WEIGHTS, LearnedModel, find_model
from rubricate_learn.reading import read_text

__all__ = ["LearnScanner"]

LOG = logging.getLogger(__name__)


class Asker(Protocol):
    """Asks a model about texts."""

    def ask(self, texts: Sequence[str]) -> Sequence[Mapping[str, float] | None]:
        """Class -> how likely it is, for each text; None where it gives no number."""
        ...


class LearnScanner:
    """Models are loaded when the first text is there, and stay."""

    __slots__ = ("_askers", "_keys", "_models", "_specs")

    def __init__(self, specs: Sequence[MatcherSpec]) -> None:
        self._specs = tuple(specs)
        self._models = {spec.name: find_model(spec) for spec in specs}
        self._keys = {spec.name: _key(spec, self._models[spec.name]) for spec in specs}
        self._askers: dict[object, Asker | Exception] = {}

    def scan(self, batch: Sequence[Document]) -> list[list[Match]]:
        """The matches of each document, matcher by matcher."""
        found: list[list[Match]] = [[] for _ in batch]
        known: dict[object, dict[str, Mapping[str, float] | None]] = {}
        for spec in self._specs:
            model = self._models[spec.name]
            fields = spec.fields if spec.fields is not None else model.fields
            read = [None if spec.name in document.off else read_text(document, fields) for document in batch]
            key = self._keys[spec.name]
            answers = known.setdefault(key, {})
            new = list(dict.fromkeys(text for _, text in filter(None, read) if text not in answers))
            if new:
                answers.update(zip(new, self._asker(key, spec, model).ask(new), strict=True))
            for number, told in enumerate(read):
                if told is None:
                    continue
                field, scores = told[0], answers[told[1]]
                if scores is None:
                    LOG.warning('matcher "%s": the model gives no number for record %d of its unit, so it abstains',
                                spec.name, batch[number].ordinal)  # fmt: skip
                    continue
                end = len(batch[number].clean[field])
                ranked = sorted(scores.items(), key=lambda each: (-each[1], each[0]))
                found[number].extend((spec.name, field, 0, end, score, {"class": name}) for name, score in ranked)
        return found

    def _asker(self, key: object, spec: MatcherSpec, model: LearnedModel) -> Asker:
        """What asks the model; one that cannot be loaded is not tried again for every record."""
        known = self._askers.get(key)
        if known is None:
            try:
                known = _load(spec, model)
            except Exception as error:  # noqa: BLE001  # kept, and raised below
                known = error
            self._askers[key] = known
        if isinstance(known, Exception):
            raise known
        return known


def _key(spec: MatcherSpec, model: LearnedModel) -> object:
    """Matchers of equal keys are given the same answers; files of equal size and age are not the same files."""
    return model.path, model.stamp, spec.options.get("device", "auto"), spec.asides.get("batch_size", BATCH)


def _load(spec: MatcherSpec, model: LearnedModel) -> Asker:
    weights = model.files[WEIGHTS].read_bytes()
    try:
        if model.encoder is None:
            vocabulary = model.files[VOCABULARY].read_bytes()
            return read_counting_model(model.classes, vocabulary, weights, has_rest=model.has_rest)
        return read_encoding_model(
            model.classes, weights, model.encoder, has_rest=model.has_rest,
            device=str(spec.options.get("device", "auto")), batch=cast("int", spec.asides.get("batch_size", BATCH)),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise RuntimeError(f'the model in "{model.path}" cannot be read: {error}') from error
