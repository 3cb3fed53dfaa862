"""Pictures that go through a model of transformers: classified, compared with descriptions, searched for things."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from rubricate.api import MatcherSpec, Picture, settled
from rubricate_images.answers import Answer, boxed, in_batches, ranked
from rubricate_images.checking import candidates, class_names, groups, is_sigmoid
from rubricate_images.folders import find_model
from rubricate_images.loading import LoadedModel, load_model

__all__ = ["Classes", "Description", "Detector", "PictureClassifier"]

BATCH = 16
TOP = 5
HYPOTHESIS = "This is a photo of {}."
LONGEST = 64
"""Tokens that a model of the kind SigLIP was taught with; shorter texts are filled up."""
LEAST = 0.3


class Classes:
    """Scores of a model's classes as what a matcher gives."""

    __slots__ = ("_groups", "_names", "_top", "is_sigmoid")

    def __init__(self, spec: MatcherSpec) -> None:
        model = find_model(spec)
        self._names = class_names(model)
        self._groups = groups(spec, model)
        self._top = None if self._groups else cast("int", spec.options.get("top", TOP))
        self.is_sigmoid = model.config.get("problem_type") == "multi_label_classification"
        """Whether a picture may have several of the classes."""

    def __len__(self) -> int:
        """How many the model has."""
        return len(self._names)

    def answer(self, picture: Picture, scores: Sequence[float]) -> Answer:
        """The likeliest classes, or all groups of them."""
        if self._groups is None:
            return ranked(picture, ((self._names[at], score) for at, score in enumerate(scores)), self._top)
        return ranked(picture, ((name, self._sum(scores, own)) for name, own in self._groups.items()))

    def _sum(self, scores: Sequence[float], own: Sequence[int]) -> float:
        """Classes that exclude each other add up; of others the best counts."""
        return max(scores[at] for at in own) if self.is_sigmoid else sum(scores[at] for at in own)


class PictureClassifier:
    """A trained classifier."""

    __slots__ = ("_classes", "_loaded", "_size")

    def __init__(self, spec: MatcherSpec) -> None:
        self._size = cast("int", spec.options.get("batch_size", BATCH))
        self._loaded = load_model(spec)
        self._classes = Classes(spec)

    def ask(self, pictures: Sequence[Picture]) -> list[Answer]:
        """The classes of each picture."""
        found: dict[str, Answer] = {}
        with settled():
            for part in _together(pictures, self._size, self._loaded):
                inputs = self._loaded.inputs([picture.rgb() for picture in part])
                logits = self._loaded.model(**inputs).logits.double()
                scores = logits.sigmoid() if self._classes.is_sigmoid else logits.softmax(-1)
                for picture, row in zip(part, scores.tolist(), strict=True):
                    found[picture.digest] = self._classes.answer(picture, row)
        return [found[picture.digest] for picture in pictures]


class Description:
    """Which description fits a picture, as a model of pictures and texts (CLIP, SigLIP) sees it."""

    __slots__ = ("_is_sigmoid", "_loaded", "_names", "_size", "_texts")

    def __init__(self, spec: MatcherSpec) -> None:
        named = candidates(spec)
        hypothesis = str(spec.options.get("hypothesis", HYPOTHESIS))
        self._size = cast("int", spec.options.get("batch_size", BATCH))
        self._loaded = load_model(spec)
        self._names = tuple(named)
        self._is_sigmoid = is_sigmoid(find_model(spec))
        self._texts = self._vectors([hypothesis.replace("{}", text) for text in named.values()])

    def ask(self, pictures: Sequence[Picture]) -> list[Answer]:
        """How well each class fits each picture."""
        found: dict[str, Answer] = {}
        model = self._loaded.model
        with settled():
            for part in _together(pictures, self._size, self._loaded):
                inputs = self._loaded.inputs([picture.rgb() for picture in part])
                images = _normal(model.get_image_features(**inputs))
                logits = (images @ self._texts.T * model.logit_scale.exp()).double()
                scores = (logits + model.logit_bias).sigmoid() if self._is_sigmoid else logits.softmax(-1)
                for picture, row in zip(part, scores.tolist(), strict=True):
                    found[picture.digest] = ranked(picture, zip(self._names, row, strict=True))
        return [found[picture.digest] for picture in pictures]

    def _vectors(self, texts: Sequence[str]) -> Any:
        """The descriptions as vectors: they are the same for all pictures."""
        told: Mapping[str, object] = {"padding": True}
        if self._is_sigmoid:
            told = {"padding": "max_length", "max_length": LONGEST}
        read = self._loaded.tokenizer(list(texts), truncation=True, return_tensors="pt", **told)
        with settled():
            return _normal(self._loaded.model.get_text_features(**read.to(self._loaded.device)))


def _normal(output: Any) -> Any:
    """Vectors of length 1; releases of transformers before the fifth give them without the states they come from."""
    vectors = getattr(output, "pooler_output", output)
    return vectors / vectors.norm(dim=-1, keepdim=True)


class Detector:
    """Boxes around things."""

    __slots__ = ("_least", "_loaded", "_names", "_size")

    def __init__(self, spec: MatcherSpec) -> None:
        wanted = cast("Sequence[str] | None", spec.options.get("classes"))
        self._names = {
            number: name for number, name in class_names(find_model(spec)).items() if wanted is None or name in wanted
        }
        self._least = cast("float", spec.options.get("least", LEAST))
        self._size = cast("int", spec.options.get("batch_size", BATCH))
        self._loaded = load_model(spec)

    def ask(self, pictures: Sequence[Picture]) -> list[Answer]:
        """The boxes on each picture."""
        found: dict[str, Answer] = {}
        with settled():
            for part in _alike(pictures, self._size):
                inputs = self._loaded.inputs([picture.rgb() for picture in part])
                sizes = [(picture.height, picture.width) for picture in part]
                output = self._loaded.model(**inputs)
                are_numbers = output.logits.isfinite().flatten(1).all(1).tolist()  # what is none is below any threshold
                answers = self._loaded.processor.post_process_object_detection(
                    output, threshold=-1.0, target_sizes=sizes
                )
                for picture, is_number, each in zip(part, are_numbers, answers, strict=True):
                    found[picture.digest] = self._answer(picture, each) if is_number else None
        return [found[picture.digest] for picture in pictures]

    def _answer(self, picture: Picture, told: Mapping[str, Any]) -> Answer:
        rows = zip(told["labels"].tolist(), told["scores"].tolist(), told["boxes"].tolist(), strict=True)
        return boxed(
            picture,
            [(self._names[label], score, corners) for label, score, corners in rows if label in self._names],
            self._least,
        )


def _together(pictures: Sequence[Picture], size: int, loaded: LoadedModel) -> Iterator[Sequence[Picture]]:
    """Batches that a model takes: of any pictures where its processor makes them equally large."""
    return in_batches(pictures, size) if loaded.is_even else _alike(pictures, size)


def _alike(pictures: Sequence[Picture], size: int) -> Iterator[Sequence[Picture]]:
    """Batches of one size each: otherwise a picture would be filled up for the sake of its neighbours, or refused."""
    sizes: dict[tuple[int, int], list[Picture]] = {}
    for picture in pictures:
        sizes.setdefault((picture.width, picture.height), []).append(picture)
    for alike in sizes.values():
        yield from in_batches(alike, size)
