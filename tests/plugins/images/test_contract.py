"""The kinds of pictures and the step that reads them keep the contract of every plugin."""

from support.models import needs

needs("PIL", "numpy", "onnx", "onnxruntime", "rapidocr_onnxruntime", "torch", "transformers")

import os  # noqa: E402  # what needs the models comes behind the skip
import shutil  # noqa: E402
import tempfile  # noqa: E402
from pathlib import Path  # noqa: E402

import pytest  # noqa: E402
from PIL import Image, ImageDraw, ImageFont  # noqa: E402

import rubricate_images  # noqa: E402
from rubricate.testing import PictureSample, PluginContract, ReadingSample  # noqa: E402
from support import tiny_vision as tiny  # noqa: E402

# samples are named when tests are collected, so the folder has its name before it is there
MODELS = Path(tempfile.gettempdir()) / f"rubricate-images-{os.getpid()}"
WHITE, RED = tiny.painted("white"), tiny.painted("red", 64, 48)
SHAPES = tiny.written(tiny.drawn())
ALL_OF_WHITE, ALL_OF_RED, ALL_OF_SHAPES = [(0, 0, 40, 30)], [(0, 0, 64, 48)], [(0, 0, 96, 96)]
WHOLE = [(WHITE, ALL_OF_WHITE), (RED, ALL_OF_RED), (SHAPES, ALL_OF_SHAPES)]


def chequered():
    colours = [(255, 255, 255), (200, 0, 0), (0, 0, 200)]
    image = Image.frombytes("RGB", (64, 64), bytes(
        channel for y in range(64) for x in range(64) for channel in colours[(x // 4 + y // 4) % 3]
    ))  # fmt: skip
    return tiny.written(image)


def lettered(text):
    image = Image.new("RGB", (160, 160), "white")
    ImageDraw.Draw(image).text((10, 50), text, fill="black", font=ImageFont.load_default(48))
    return tiny.written(image)


@pytest.fixture(scope="module", autouse=True)
def models():
    tiny.make_colour_model(MODELS / "colours")
    tiny.make_picture_classifier(MODELS / "classifier")
    tiny.make_clip(MODELS / "clip")
    tiny.make_detector(MODELS / "detector")
    (MODELS / "shapes.jpg").write_bytes(tiny.written(tiny.drawn(160), "JPEG", quality=60))
    yield
    shutil.rmtree(MODELS)


class TestImages(PluginContract):
    plugin = rubricate_images
    samples = (
        PictureSample({"use": "images.background"}, hits=[(WHITE, ALL_OF_WHITE), (RED, ALL_OF_RED)],
                      misses=[chequered()]),
        PictureSample({"use": "images.blur"}, hits=[(WHITE, ALL_OF_WHITE)], misses=[chequered()]),
        PictureSample({"use": "images.near_duplicate", "examples": {"shapes": str(MODELS / "shapes.jpg")}},
                      hits=[(SHAPES, ALL_OF_SHAPES)], misses=[tiny.written(tiny.drawn(turn=1)), chequered()]),
        PictureSample({"use": "images.classify", "model": str(MODELS / "colours")}, hits=WHOLE),
        PictureSample({"use": "images.classify", "model": str(MODELS / "classifier")}, hits=WHOLE),
        PictureSample({"use": "images.zero_shot", "model": str(MODELS / "clip"), "classes": ["cat", "dog"]}, hits=WHOLE),
        PictureSample({"use": "images.detect", "model": str(MODELS / "detector"), "classes": ["dog"]},
                      hits=[(WHITE, [(10, 15, 20, 7)]), (SHAPES, [(24, 48, 48, 24)])]),
        ReadingSample({"use": "images.ocr", "from": "photo", "into": "text"}, reads=[(lettered("2024"), "2024")],
                      empty=[WHITE]),
    )  # fmt: skip
