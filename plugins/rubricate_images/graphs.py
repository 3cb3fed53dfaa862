"""Detectors in the form of TensorFlow, run by OpenCV: a frozen graph with its description, trained on COCO."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, cast

from rubricate.api import MatcherSpec, MissingExtraError, Picture
from rubricate_images.answers import Answer, boxed
from rubricate_images.asking import LEAST
from rubricate_images.coco import COCO
from rubricate_images.folders import find_model

__all__ = ["GraphDetector", "GraphError"]

SIDE = 300
"""Pixels of the square that the graphs of SSD take."""


class GraphError(RuntimeError):
    """A graph that OpenCV cannot use."""


class GraphDetector:
    """Boxes around things."""

    __slots__ = ("_least", "_names", "_net", "_side")

    def __init__(self, spec: MatcherSpec) -> None:
        model = find_model(spec)
        wanted = cast("Sequence[str] | None", spec.options.get("classes"))
        self._names = {number: name for number, name in COCO.items() if wanted is None or name in wanted}
        self._least = cast("float", spec.options.get("least", LEAST))
        graph, told = (next(path for path in model.files.values() if path.suffix == end) for end in (".pb", ".pbtxt"))
        self._side = cast("int", spec.options.get("side", SIDE))
        self._net = _load(str(graph), str(told), model.stamp)

    def ask(self, pictures: Sequence[Picture]) -> list[Answer]:
        """The boxes on each picture; one at a time, as it takes OpenCV as long."""
        return [self._one(picture) for picture in pictures]

    def _one(self, picture: Picture) -> Answer:
        import cv2
        import numpy as np

        side = (self._side, self._side)
        self._net.setInput(cv2.dnn.blobFromImage(np.asarray(picture.rgb()), size=side, swapRB=False, crop=False))
        rows = self._net.forward().reshape(-1, 7).tolist()
        across, down = picture.width, picture.height
        return boxed(
            picture,
            [
                (self._names[int(number)], score, (left * across, top * down, right * across, bottom * down))
                for _, number, score, left, top, right, bottom in rows
                if int(number) in self._names and not score < self._least
            ],
            self._least,
        )


@lru_cache(maxsize=4)
def _load(graph: str, told: str, _stamp: object) -> Any:
    try:
        import cv2
    except ImportError as error:
        raise MissingExtraError("a model in the form of TensorFlow", "vision") from error
    cv2.setNumThreads(int(os.environ.get("OMP_NUM_THREADS", "1")))  # runs have a worker for each core
    try:
        return cv2.dnn.readNetFromTensorflow(graph, told)
    except cv2.error as error:
        raise GraphError(f'the graph "{graph}" cannot be loaded: {str(error).strip()}') from error
