"""Asks the models of a stage about a batch of documents, once for all the matchers that share the answers."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from rubricate.api import Document, Match, MatcherSpec, current_run, settled, texts_of
from rubricate_transformers.asking import Answer, Asker, Entailment, TextClassifier
from rubricate_transformers.checking import task_of
from rubricate_transformers.embedding import Similarity
from rubricate_transformers.entities import Tagger
from rubricate_transformers.settings import Settings, settings_of

__all__ = ["ModelScanner"]

LOG = logging.getLogger(__name__)
ASKERS: Final[Mapping[str, Callable[[MatcherSpec, Settings], Asker]]] = {
    "text_classification": TextClassifier,
    "token_classification": Tagger,
    "zero_shot": Entailment,
    "similarity": Similarity,
}
NO_NUMBER = "texts of which the model gives no number"
BETWEEN = "\n\n"
"""Stands between fields that are asked as one text."""


class _Place(NamedTuple):
    """Where a text of a batch comes from."""

    document: int
    field: str
    text: str
    end: int
    """The end of what a class of the text marks."""


@dataclass(slots=True)
class _Question:
    """What is asked for some matchers at once."""

    spec: MatcherSpec
    """The first of them; the others ask the same."""
    settings: Settings
    specs: list[MatcherSpec] = field(default_factory=list)
    asker: Asker | None = None
    failure: Exception | None = None


class ModelScanner:
    """Models are loaded when the first text is there, and stay."""

    __slots__ = ("_questions",)

    def __init__(self, specs: Sequence[MatcherSpec]) -> None:
        questions: dict[object, _Question] = {}
        for spec in specs:
            settings = settings_of(spec)
            own = {name: value for name, value in spec.options.items() if name not in ("join", "model")}
            table = None if spec.table is None else (spec.table.name, spec.table.digest)
            key = (spec.kind, settings, table, json.dumps(own, sort_keys=True))
            questions.setdefault(key, _Question(spec, settings)).specs.append(spec)
        self._questions = tuple(questions.values())

    def scan(self, batch: Sequence[Document]) -> list[list[Match]]:
        """The matches of each document, matcher by matcher. Where a model gives no number, its matchers abstain."""
        context = current_run()
        found: list[list[Match]] = [[] for _ in batch]
        for question in self._questions:
            places = [(spec, place) for spec in question.specs for place in _places(spec, batch)]
            texts = list(dict.fromkeys(place.text for _, place in places))
            answers = dict(zip(texts, _ask(question, texts), strict=True)) if texts else {}
            for spec, place in places:
                answer = answers[place.text]
                if answer is None:
                    LOG.warning('matcher "%s": the model gives no number for record %d of its unit, so it abstains',
                                spec.name, batch[place.document].ordinal)  # fmt: skip
                    if context is not None:
                        context.count(spec.name, NO_NUMBER)
                    continue
                is_class = not isinstance(question.asker, Tagger)
                found[place.document].extend(
                    (spec.name, place.field, start, place.end if is_class else end, score, columns)
                    for start, end, score, columns in answer
                )
        return found


def _ask(question: _Question, texts: Sequence[str]) -> list[Answer]:
    """The answers of the model; one that cannot be loaded is not tried again for every record."""
    if question.failure is not None:
        raise question.failure
    asker = question.asker
    if asker is None:
        try:
            asker = question.asker = ASKERS[task_of(question.spec)](question.spec, question.settings)
        except Exception as error:
            question.failure = error
            raise
    with settled():
        return asker.ask(texts)


def _places(spec: MatcherSpec, batch: Sequence[Document]) -> Iterator[_Place]:
    """The texts that a matcher is to be asked about."""
    for number, document in enumerate(batch):
        if spec.name in document.off:
            continue
        texts = texts_of(document, spec.fields)
        filled = list(texts)
        if spec.options.get("join") and filled:
            yield _Place(number, filled[0], BETWEEN.join(texts.values()), len(texts[filled[0]]))
            continue
        is_one = spec.fields is None and task_of(spec) != "token_classification"
        for name in filled[:1] if is_one else filled:
            yield _Place(number, name, texts[name], len(texts[name]))
