"""Pictures in rulesets: stages, labels by class, boxes, and texts that are read out of them."""

import base64
import json

import pytest

from support.models import needs

needs("PIL", "numpy", "onnx", "onnxruntime", "rapidocr_onnxruntime", "torch", "transformers")

from PIL import Image, ImageDraw, ImageFont  # noqa: E402  # what needs the packages comes behind the skip

import rubricate  # noqa: E402
from rubricate.errors import RulesetError  # noqa: E402
from support import tiny_vision as tiny  # noqa: E402


def url(data, kind="png"):
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


@pytest.fixture
def load(tmp_path):
    def read(**keys):
        path = tmp_path / "ruleset.yaml"
        given = {"ruleset": "shop", "version": "1.0.0", "record": {"image": ["photo"]}, "review": "none", **keys}
        path.write_text(json.dumps(given), encoding="utf-8")
        return rubricate.load(path)

    return read


def test_classes_of_pictures_vote_for_labels(load, colours):
    rules = load(
        labels={"colour": {"one_of": ["warm", "cold"]}},
        matchers={"seen": {"use": "images.classify", "model": str(colours), "labels": {"red": "warm", "blue": "cold"}}},
        accept=0.5,
    )

    found = [rules.annotate_one({"photo": url(tiny.painted(name))}) for name in ("red", "blue", "lime")]

    assert [[each.label for each in one.annotations] for one in found] == [["warm"], ["cold"], []]


def test_a_model_is_asked_only_about_pictures_that_a_cheap_condition_lets_through(load, colours, monkeypatch):
    from rubricate_images.onnx import OnnxClassifier

    asked = []
    ask = OnnxClassifier.ask
    monkeypatch.setattr(
        OnnxClassifier, "ask", lambda self, some: asked.extend(each.width for each in some) or ask(self, some)
    )
    rules = load(
        labels={"red": {"kind": "document"}},
        matchers={"seen": {"use": "images.classify", "model": str(colours)}},
        rules=[
            {"id": "r", "label": "red", "when": 'photo.width >= 200 and score(seen, "red") >= 0.5', "confidence": 0.9}
        ],
        accept=0.5,
    )

    found = list(
        rules.annotate([{"id": str(width), "photo": url(tiny.painted("red", width))} for width in (100, 200, 300)])
    )

    assert [[each.label for each in one.annotations] for one in found] == [[], ["red"], ["red"]]
    assert asked == [200, 300]


def test_detected_things_become_boxes(load, models):
    rules = load(
        labels={"animal": {"kind": "box"}},
        matchers={"dog": {"use": "images.detect", "model": str(models / "detector"), "classes": ["dog"]}},
        rules=[{"id": "r", "label": "animal", "when": "dog in photo", "confidence": "it.score"}],
        accept=0.5,
    )

    found = rules.annotate_one({"photo": url(tiny.painted("red", 80, 40))})

    assert [(each.kind, each.label, each.score) for each in found.annotations] == [("box", "animal", 0.7856)]


def test_the_text_in_a_picture_is_a_field_for_rules_on_texts(load):
    image = Image.new("RGB", (200, 200), "white")
    ImageDraw.Draw(image).text((10, 70), "SALE 50", fill="black", font=ImageFont.load_default(44))
    rules = load(
        record={"image": ["photo"], "text": ["shown"]},
        prepare=[{"use": "images.ocr", "from": "photo", "into": "shown"}],
        labels={"advertising": {"kind": "span"}},
        matchers={"sale": {"use": "regex", "pattern": "/SALE/i"}},
        rules=[{"id": "r", "label": "advertising", "when": "sale in shown", "confidence": 0.9}],
        accept=0.5,
    )

    found = rules.annotate_one({"photo": url(tiny.written(image))})
    kept = rules.annotate_one({"photo": url(tiny.painted("white")), "shown": "a big sale"})

    assert [(each.label, each.field, each.start, each.end) for each in found.annotations] == [
        ("advertising", "shown", 0, 4)
    ]
    assert [(each.field, each.start, each.end) for each in kept.annotations] == [("shown", 6, 10)]


def test_a_model_that_is_not_there_is_told_where_the_ruleset_names_it(load):
    with pytest.raises(RulesetError, match=r'there is no model "models/none"'):
        load(
            labels={"x": {"kind": "document"}},
            matchers={"seen": {"use": "images.classify", "model": "models/none"}},
            rules=[{"id": "r", "label": "x", "when": "seen", "confidence": 0.9}],
        )


def test_another_model_is_another_plan(load, tmp_path):
    from rubricate_images.folders import CONFIG

    folder = tiny.make_colour_model(tmp_path / "seen")
    keys = {
        "labels": {"red": {"kind": "document"}},
        "matchers": {"seen": {"use": "images.classify", "model": "seen", "labels": {"red": "red"}}},
    }
    before = load(**keys).plan
    told = (folder / CONFIG).read_text()
    (folder / CONFIG).write_text(told.replace("blue", "navy"))
    after = load(**keys).plan

    assert sorted(before.models["seen"]) == ["config.json", "model.onnx", "preprocessor_config.json"]
    assert before.digest != after.digest
