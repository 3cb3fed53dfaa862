"""Models give what their own library gives when it is called by hand."""

import logging

import pytest

from support.models import needs

needs("PIL", "numpy", "onnx", "onnxruntime", "torch", "transformers")

import numpy  # noqa: E402  # what needs the packages comes behind the skip
import torch  # noqa: E402
import transformers  # noqa: E402

from rubricate.api import ModelLoadError, box_of  # noqa: E402
from rubricate_images.folders import find_model  # noqa: E402
from rubricate_images.loading import load_model  # noqa: E402
from rubricate_images.onnx import OnnxError  # noqa: E402
from rubricate_images.preparing import PixelMaker  # noqa: E402
from support import tiny_vision as tiny  # noqa: E402

SHAPES = [tiny.drawn(48, turn=turn) for turn in range(3)]
PICTURES = [tiny.written(image) for image in SHAPES]


def scores(matches):
    return {match[5]["class"]: match[4] for match in matches}


def by_hand(folder, **texts):
    """Logits of the model in a folder for the three pictures."""
    processor = transformers.AutoImageProcessor.from_pretrained(folder, use_fast=False)
    inputs = processor(images=SHAPES, return_tensors="pt")
    kind = (
        transformers.AutoModelForZeroShotImageClassification if texts else transformers.AutoModelForImageClassification
    )
    with torch.inference_mode():
        output = kind.from_pretrained(folder).eval()(**inputs, **texts)
    return (output.logits_per_image if texts else output.logits).double()


def close(found, wanted):
    return all(abs(one - two) <= 2e-4 for one, two in zip(found, wanted, strict=True))


def test_a_classifier_gives_all_its_classes_the_likeliest_first(ask, models):
    wanted = by_hand(models / "classifier").softmax(-1).tolist()

    found = ask("classify", *PICTURES, model=str(models / "classifier"))

    for matches, row in zip(found, wanted, strict=True):
        assert [match[:4] for match in matches] == [("m", "photo", 0, 48 * 48)] * 3
        assert [match[4] for match in matches] == sorted((match[4] for match in matches), reverse=True)
        assert close([scores(matches)[name] for name in tiny.CLASSES], row)


def test_pictures_of_uneven_sizes_are_classified_as_each_for_itself(ask, tmp_path):
    folder = str(tiny.make_uneven_classifier(tmp_path / "any"))
    uneven = [tiny.written(tiny.drawn(48).resize(size)) for size in ((48, 48), (96, 40), (40, 96), (48, 48), (41, 43))]

    together = ask("classify", *uneven, model=folder)
    alone = [ask("classify", each, model=folder)[0] for each in uneven]

    assert together == alone
    assert len({str(each) for each in together}) > 1


@pytest.mark.parametrize(
    ("processor", "is_even"),
    [
        ({"do_resize": True}, True),
        ({"do_resize": False, "do_center_crop": True}, True),
        ({"do_resize": True, "size": {"shortest_edge": 32}}, False),
        ({"do_resize": False}, False),
    ],
)
def test_pictures_go_through_a_model_together_where_its_processor_makes_them_equally_large(
    spec, tmp_path, processor, is_even
):
    kind = "CLIPImageProcessor"  # it can make all of these sizes
    folder = tiny.make_uneven_classifier(tmp_path / "any", image_processor_type=kind, **processor)

    assert load_model(spec("classify", model=str(folder))).is_even == is_even


def test_top_says_how_many_classes_are_given(ask, models):
    assert [len(each) for each in ask("classify", *PICTURES, model=str(models / "classifier"), top=1)] == [1, 1, 1]


def test_classes_of_a_group_are_added_up(ask, models):
    wanted = by_hand(models / "classifier").softmax(-1).tolist()
    groups = {"pet": ["true cat", "dog"], "thing": "car"}

    found = ask("classify", *PICTURES, model=str(models / "classifier"), classes=groups)

    for matches, (cat, dog, car) in zip(found, wanted, strict=True):
        assert close([scores(matches)["pet"], scores(matches)["thing"]], [cat + dog, car])


def test_a_model_with_several_classes_at_once_scores_each_for_itself(ask, models, tmp_path):
    folder = tiny.make_picture_classifier(tmp_path / "several", problem_type="multi_label_classification")
    wanted = by_hand(folder).sigmoid().tolist()

    found = ask("classify", *PICTURES, model=str(folder), classes={"pet": ["dog", "cat"], "thing": "car"})

    for matches, (cat, dog, car) in zip(found, wanted, strict=True):
        assert close([scores(matches)["pet"], scores(matches)["thing"]], [max(cat, dog), car])


def test_clip_compares_a_picture_with_each_description(ask, models):
    tokenizer = transformers.AutoTokenizer.from_pretrained(models / "clip")
    texts = tokenizer(["a drawing of a cat.", "a drawing of big dogs."], padding=True, return_tensors="pt")
    wanted = by_hand(models / "clip", **texts).softmax(-1).tolist()
    classes = {"cat": "a cat", "dog": "big dogs"}

    found = ask("zero_shot", *PICTURES, model=str(models / "clip"), classes=classes, hypothesis="a drawing of {}.")

    for matches, row in zip(found, wanted, strict=True):
        assert close([scores(matches)["cat"], scores(matches)["dog"]], row)


def test_siglip_scores_each_description_for_itself(ask, models):
    tokenizer = transformers.AutoTokenizer.from_pretrained(models / "siglip")
    texts = tokenizer(["This is a photo of a cat."], padding="max_length", max_length=64, return_tensors="pt")
    wanted = by_hand(models / "siglip", **texts).sigmoid().tolist()

    found = ask("zero_shot", *PICTURES, model=str(models / "siglip"), classes=["a cat"])

    assert [close([scores(matches)["a cat"]], row) for matches, row in zip(found, wanted, strict=True)] == [True] * 3


def test_a_detector_gives_boxes_in_pixels_of_each_picture(ask, models):
    found = ask("detect", tiny.painted("red", 80, 40), tiny.painted("blue", 40, 80), model=str(models / "detector"))

    boxes = [
        [(box_of(*match[2:4], width), match[5]) for match in each] for each, width in zip(found, (80, 40), strict=True)
    ]
    assert boxes == [[((20, 20, 40, 10), {"class": "dog"})], [((10, 40, 20, 20), {"class": "dog"})]]


def test_boxes_of_other_classes_and_unsure_ones_are_left_out(ask, models):
    model, picture = str(models / "detector"), tiny.painted("red")

    assert ask("detect", picture, model=model, classes=["cat"]) == [[]]
    assert ask("detect", picture, model=model, least=0.95) == [[]]


def test_onnx_says_what_its_numbers_say(ask, colours):
    found = ask("classify", *(tiny.painted(each) for each in ("red", "lime", "blue")), model=str(colours), top=1)

    assert [match[4:] for matches in found for match in matches] == [
        (0.9993, {"class": "red"}), (0.9993, {"class": "green"}), (0.9993, {"class": "blue"}),
    ]  # fmt: skip


def test_a_model_of_onnx_with_other_classes_than_its_configuration_is_no_model(ask, tmp_path):
    folder = tiny.make_colour_model(tmp_path / "model", ["red", "green", "blue", "grey"])

    with pytest.raises(OnnxError, match=r"gives 3 numbers for a picture, and its config\.json names 4 classes"):
        ask("classify", tiny.painted("red"), model=str(folder))


def test_a_gpu_that_onnx_cannot_use_is_told(ask, colours):
    for device in ("cuda:1", "mps"):
        with pytest.raises(OnnxError, match=f'the device "{device}" was asked for, and onnxruntime has none here'):
            ask("classify", tiny.painted("red"), model=str(colours), device=device)


def test_pictures_that_stay_as_large_as_they_are_go_through_onnx_one_by_one(spec, tmp_path):
    even = {"size": {"height": 20, "width": 30}}, {"size": {"shortest_edge": 24}, "do_center_crop": True}
    uneven = {"size": {"shortest_edge": 24}}, {"do_resize": False}

    def is_even(number, told):
        folder = tiny.make_colour_model(tmp_path / f"model{number}", **told)
        return PixelMaker(find_model(spec("classify", model=str(folder)))).is_even

    assert [is_even(number, told) for number, told in enumerate((*even, *uneven))] == [True, True, False, False]


@pytest.mark.parametrize(
    "told",
    [
        {"size": {"height": 20, "width": 30}},
        {"size": {"shortest_edge": 24}, "do_center_crop": True, "crop_size": {"height": 16, "width": 16}},
        {"do_resize": False, "do_normalize": False, "do_center_crop": True, "crop_size": 32},
        {
            "image_processor_type": "CLIPImageProcessor",
            "size": 16,
            "resample": 2,
            "do_rescale": False,
            "do_center_crop": False,
            "image_mean": [0.1, 0.2, 0.3],
            "image_std": [0.4, 0.5, 0.6],
        },
    ],
    ids=["stretched", "cropped", "as it is", "bilinear"],
)
def test_pictures_are_prepared_for_onnx_as_transformers_prepares_them(spec, tmp_path, told):
    folder = tiny.make_colour_model(tmp_path / "model", **told)
    images = [tiny.drawn(48).crop((0, 0, 48, 40))]
    kind = (
        transformers.CLIPImageProcessorPil
        if hasattr(transformers, "CLIPImageProcessorPil")
        else transformers.CLIPImageProcessor
    )
    plain = {"do_center_crop": False, "image_mean": [0.5] * 3, "image_std": [0.5] * 3, "do_convert_rgb": True, **told}
    plain.pop("image_processor_type", None)
    wanted = kind(**plain)(images=images, return_tensors="np")["pixel_values"]

    found = PixelMaker(find_model(spec("classify", model=str(folder))))(images)

    assert found.shape == wanted.shape
    assert numpy.abs(found - wanted).max() < 1e-4


def test_a_model_that_gives_no_number_abstains_and_says_so(ask, copied, caplog):
    folder = copied("classifier")
    model = transformers.ViTForImageClassification.from_pretrained(folder)
    with torch.no_grad():
        model.classifier.bias[0] = float("nan")
    model.save_pretrained(folder)

    with caplog.at_level(logging.WARNING):
        assert ask("classify", *PICTURES[:1], model=str(folder)) == [[]]

    assert caplog.messages == [
        'matcher "m": the picture of record 0 of its unit gets no number from the model, so it abstains'
    ]


def test_a_detector_that_gives_no_number_abstains_as_well(ask, copied, caplog):
    folder = copied("detector")
    model = transformers.YolosForObjectDetection.from_pretrained(folder)
    with torch.no_grad():
        model.class_labels_classifier.layers[-1].bias[0] = float("nan")
    model.save_pretrained(folder)

    with caplog.at_level(logging.WARNING):
        assert ask("detect", *PICTURES[:1], model=str(folder)) == [[]]

    assert caplog.messages == [
        'matcher "m": the picture of record 0 of its unit gets no number from the model, so it abstains'
    ]


def test_a_picture_that_is_a_line_is_no_question_for_a_model(ask, models, caplog):
    line = tiny.painted("red", 1, 90)

    with caplog.at_level(logging.WARNING):
        assert ask("detect", line, tiny.painted("red"), model=str(models / "detector"))[0] == []

    assert caplog.messages == [
        'matcher "m": the picture of record 0 of its unit is a line that no model takes, so it abstains'
    ]


def test_weights_that_do_not_fit_their_configuration_are_no_model(ask, copied):
    folder = copied("classifier")
    told = (folder / "config.json").read_text()
    (folder / "config.json").write_text(told.replace('"intermediate_size": 32', '"intermediate_size": 48'))

    with pytest.raises(ModelLoadError, match="classifier"):
        ask("classify", *PICTURES[:1], model=str(folder))


def test_a_gpu_that_is_not_there_is_told(ask, models):
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")

    with pytest.raises(ModelLoadError, match='the device "cuda" was asked for, and there is no GPU that torch can use'):
        ask("classify", *PICTURES[:1], model=str(models / "classifier"), device="cuda")


def test_a_model_is_asked_once_about_equal_pictures(models, spec, monkeypatch):
    from rubricate_images.asking import PictureClassifier
    from rubricate_images.scanning import PictureScanner

    asked = []
    ask = PictureClassifier.ask
    monkeypatch.setattr(
        PictureClassifier, "ask", lambda self, pictures: asked.append(len(pictures)) or ask(self, pictures)
    )
    model = str(models / "classifier")
    scanner = PictureScanner([spec("classify", model=model), spec("classify", name="n", model=model)])

    found = scanner.scan([tiny.document_of(PICTURES[0]), tiny.document_of(PICTURES[0]), tiny.document_of(PICTURES[1])])

    assert asked == [2]
    assert [[match[0] for match in each] for each in found] == [["m"] * 3 + ["n"] * 3] * 3
