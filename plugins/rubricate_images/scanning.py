"""Asks about the pictures of a batch, once for all the matchers that share the answers, and for equal pictures."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from rubricate.api import Document, Match, MatcherSpec, Picture
from rubricate_images.answers import Answer, Asker
from rubricate_images.checking import HEADS, task_of
from rubricate_images.folders import find_model
from rubricate_images.looking import Background, Blur, Likeness

__all__ = ["PictureScanner"]

LOG = logging.getLogger(__name__)
LONGEST = 50
"""So many times as long as wide a picture may be for a model to be asked about it."""


def _classifier(spec: MatcherSpec) -> Asker:
    if find_model(spec).form == "onnx":
        from rubricate_images.onnx import OnnxClassifier

        return OnnxClassifier(spec)
    from rubricate_images.asking import PictureClassifier

    return PictureClassifier(spec)


def _zero_shot(spec: MatcherSpec) -> Asker:
    from rubricate_images.asking import Description

    return Description(spec)


def _detector(spec: MatcherSpec) -> Asker:
    if find_model(spec).form == "tensorflow":
        from rubricate_images.graphs import GraphDetector

        return GraphDetector(spec)
    from rubricate_images.asking import Detector

    return Detector(spec)


ASKERS: Final[Mapping[str, Callable[[MatcherSpec], Asker]]] = {
    "background": Background,
    "blur": Blur,
    "near_duplicate": Likeness,
    "classify": _classifier,
    "zero_shot": _zero_shot,
    "detect": _detector,
}


@dataclass(slots=True)
class _Question:
    """What is asked for some matchers at once."""

    spec: MatcherSpec
    """The first of them; the others ask the same."""
    specs: list[MatcherSpec] = field(default_factory=list)
    asker: Asker | None = None
    failure: Exception | None = None


class PictureScanner:
    """Models are loaded when the first picture is there, and stay."""

    __slots__ = ("_questions",)

    def __init__(self, specs: Sequence[MatcherSpec]) -> None:
        questions: dict[object, _Question] = {}
        for spec in specs:
            key = (spec.kind, spec.folder, json.dumps(dict(spec.options)))
            questions.setdefault(key, _Question(spec)).specs.append(spec)
        self._questions = tuple(questions.values())

    def scan(self, batch: Sequence[Document]) -> list[list[Match]]:
        """The matches of each document, matcher by matcher."""
        found: list[list[Match]] = [[] for _ in batch]
        for question in self._questions:
            places = [(spec, number, each) for spec in question.specs for number, each in _places(spec, batch)]
            pictures = {picture.digest: picture for _, _, picture in places}
            answers = _ask(question, pictures)
            for spec, number, picture in places:
                answer = answers[picture.digest]
                if answer is None:
                    why = "is a line that no model takes" if _is_line(picture) else "gets no number from the model"
                    LOG.warning('matcher "%s": the picture of record %d of its unit %s, so it abstains',
                                spec.name, batch[number].ordinal, why)  # fmt: skip
                    continue
                found[number].extend(
                    (spec.name, picture.field, start, end, score, columns) for start, end, score, columns in answer
                )
        return found


def _ask(question: _Question, pictures: Mapping[str, Picture]) -> Mapping[str, Answer]:
    """The answers by the digests of pictures; a model that cannot be loaded is not tried again for every record."""
    is_model = task_of(question.spec) in HEADS
    asked = [picture for picture in pictures.values() if not (is_model and _is_line(picture))]
    answers: dict[str, Answer] = dict.fromkeys(pictures)
    if not asked:
        return answers
    if question.failure is not None:
        raise question.failure
    if question.asker is None:
        try:
            question.asker = ASKERS[task_of(question.spec)](question.spec)
        except Exception as error:
            question.failure = error
            raise
    for picture, answer in zip(asked, question.asker.ask(asked), strict=True):
        answers[picture.digest] = answer
    return answers


def _is_line(picture: Picture) -> bool:
    """Whether a model would be given nothing of a picture, or a monster: they make the shorter side fit first."""
    return max(picture.width, picture.height) > LONGEST * min(picture.width, picture.height)


def _places(spec: MatcherSpec, batch: Sequence[Document]) -> Iterator[tuple[int, Picture]]:
    """The pictures that a matcher is to be asked about, with the numbers of their documents."""
    is_one = spec.fields is None and task_of(spec) != "detect"
    for number, document in enumerate(batch):
        if spec.name in document.off:
            continue
        named = [each for name, each in document.pictures.items() if spec.fields is None or name in spec.fields]
        for picture in named[:1] if is_one else named:
            yield number, picture
