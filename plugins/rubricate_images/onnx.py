"""Classifiers in the form ONNX, run by onnxruntime; their folders are those that transformers exports."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, cast

from rubricate.api import MatcherSpec, MissingExtraError, Picture
from rubricate_images.answers import Answer, in_batches
from rubricate_images.asking import BATCH, Classes
from rubricate_images.folders import ModelFolder, find_model
from rubricate_images.preparing import PixelMaker

__all__ = ["OnnxClassifier", "OnnxError"]

GPU = "CUDAExecutionProvider"


class OnnxError(RuntimeError):
    """A model that onnxruntime cannot use."""


class OnnxClassifier:
    """A trained classifier."""

    __slots__ = ("_classes", "_fixed", "_input", "_make", "_path", "_session", "_size")

    def __init__(self, spec: MatcherSpec) -> None:
        model = find_model(spec)
        self._path = model.path
        self._classes = Classes(spec)
        self._make = PixelMaker(model)
        self._session = _load(_weights(model), model.stamp, *_provider(str(spec.options.get("device", "auto"))))
        taken = self._session.get_inputs()
        if len(taken) != 1 or len(taken[0].shape) != 4:
            raise OnnxError(f'the model in "{model.path}" does not take pictures alone')
        self._input = taken[0].name
        first = taken[0].shape[0]
        self._fixed = first if isinstance(first, int) and first > 0 else 0
        self._size = (self._fixed or cast("int", spec.options.get("batch_size", BATCH))) if self._make.is_even else 1

    def ask(self, pictures: Sequence[Picture]) -> list[Answer]:
        """The classes of each picture."""
        import numpy as np

        found: list[Answer] = []
        for part in in_batches(pictures, self._size):
            pixels = self._make([picture.rgb() for picture in part])
            if len(part) < self._fixed:
                pixels = np.concatenate([pixels, np.repeat(pixels[-1:], self._fixed - len(part), axis=0)])
            logits = self._session.run(None, {self._input: pixels})[0][: len(part)].astype(np.float64)
            if logits.shape != (len(part), len(self._classes)):
                shape = " x ".join(map(str, logits.shape[1:])) or "no"
                told = f"gives {shape} numbers for a picture, and its config.json names {len(self._classes)} classes"
                raise OnnxError(f'the model in "{self._path}" {told}')
            scores = 1 / (1 + np.exp(-logits)) if self._classes.is_sigmoid else _softmax(logits)
            found += [self._classes.answer(*pair) for pair in zip(part, scores.tolist(), strict=True)]
        return found


def _softmax(logits: Any) -> Any:
    import numpy as np

    with np.errstate(invalid="ignore"):
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _weights(model: ModelFolder) -> str:
    return str(next(path for name, path in model.files.items() if name.endswith(".onnx")))


def _provider(device: str) -> tuple[str, int]:
    """What runs the model, and the number of its GPU."""
    from onnxruntime import get_available_providers

    there = get_available_providers()
    if device not in ("auto", "cpu") and not (device.startswith("cuda") and GPU in there):
        raise OnnxError(f'the device "{device}" was asked for, and onnxruntime has none here: say `device: auto`')
    is_gpu = GPU in there and device != "cpu"
    return (GPU, int(device.partition(":")[2] or 0)) if is_gpu else ("CPUExecutionProvider", 0)


@lru_cache(maxsize=4)
def _load(path: str, _stamp: object, provider: str, number: int) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingExtraError("a model in the form ONNX", "vision") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS", "1"))  # runs have a worker for each core
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        chosen = (provider, {"device_id": number}) if provider == GPU else provider
        return onnxruntime.InferenceSession(path, options, providers=[chosen])
    except Exception as error:  # onnxruntime raises anything on a broken file
        raise OnnxError(f'the model "{path}" cannot be loaded: {str(error).partition(chr(10))[0]}') from error
