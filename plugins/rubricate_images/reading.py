"""Reads the text in pictures: rapidocr, whose models lie in its package."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, cast

from rubricate.api import MissingExtraError, Picture

__all__ = ["TextReader"]

LEAST = 0.5
LONGEST = 20
"""A picture that is more times as long as wide holds no line that can be read, and would be blown up beyond measure."""
FEATURE = "the step images.ocr"


class TextReader:
    """The text in a picture, a line for each line of it, from above."""

    __slots__ = ("_least",)

    def __init__(self, options: Mapping[str, object]) -> None:
        if find_spec("rapidocr_onnxruntime") is None:
            raise MissingExtraError(FEATURE, "ocr")
        self._least = cast("float", options.get("least", LEAST))

    def __call__(self, picture: Picture) -> str:
        """The text in a picture; empty where there is none."""
        import numpy as np

        if max(picture.width, picture.height) > LONGEST * min(picture.width, picture.height):
            return ""
        blue_first = np.ascontiguousarray(np.asarray(picture.rgb())[:, :, ::-1])
        lines, _ = _reader()(blue_first)
        return "\n".join(text for _, text, score in lines or () if float(score) >= self._least and text.strip())


@lru_cache(maxsize=1)
def _reader() -> Any:
    try:
        from rapidocr_onnxruntime import RapidOCR
    except ImportError as error:
        raise MissingExtraError(FEATURE, "ocr") from error
    threads = int(os.environ.get("OMP_NUM_THREADS", "1"))  # runs have a worker for each core
    return RapidOCR(text_score=0.0, intra_op_num_threads=threads, inter_op_num_threads=1)
