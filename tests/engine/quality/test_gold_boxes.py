"""Boxes of a run held against boxes of gold."""

import json

import pytest

from rubricate.errors import UsageError
from rubricate.model.boxes import Box
from rubricate.model.evaluation import Proportion
from rubricate.quality.evaluating import evaluate
from rubricate.quality.gold import GoldBox, read_gold
from rubricate.reporting.evaluation import evaluation_json, evaluation_text


def gold_of(tmp_path, *entries):
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    return read_gold(path)


def marked(*places, label="dent", **more):
    named = [dict(zip(("x", "y", "width", "height"), place, strict=True)) for place in places]
    return [{"field": "photo", "label": label, **place, **more} for place in named]


def record(id, *boxes, route="accepted"):
    annotations = [{"kind": "box", "score": 0.9, **box} for box in boxes]
    return {"id": id, "rubricate": {"id": id, "route": route, "decisions": {}, "annotations": annotations}}


def test_gold_names_boxes_in_pixels(tmp_path):
    [entry] = gold_of(tmp_path, {"id": "1", "boxes": marked((1, 2, 3, 4))}).values()

    assert entry.boxes == (GoldBox(field="photo", box=Box(1, 2, 3, 4), label="dent"),)


@pytest.mark.parametrize(
    ("boxes", "message"),
    [
        ({}, '"boxes" is not a list'),
        ([7], "box 1 is not an object"),
        ([{"field": "photo", "x": 1, "y": 2, "width": 3, "label": "dent"}], 'box 1 lacks "height"'),
        (marked((1, 2, 0, 4)), 'box 1 has no whole number of pixels as "width"'),
        (marked((-1, 2, 3, 4)), 'box 1 has no whole number of pixels as "x"'),
        (marked((1.5, 2, 3, 4)), 'box 1 has no whole number of pixels as "x"'),
        (marked((1, 2, 3, 4), field=7), "box 1 has no text where the name of a field is wanted"),
    ],
)
def test_what_is_no_box_is_told_with_its_line(tmp_path, boxes, message):
    with pytest.raises(UsageError, match=f":1: {message}"):
        gold_of(tmp_path, {"id": "1", "boxes": boxes})


def test_boxes_are_right_where_they_mark_the_same_thing(tmp_path):
    gold = gold_of(
        tmp_path,
        {"id": "1", "boxes": marked((0, 0, 10, 10), (50, 50, 10, 10))},
        {"id": "2", "boxes": []},
        {"id": "3", "boxes": marked((0, 0, 10, 10))},
    )
    run = [
        record("1", *marked((0, 0, 10, 8)), *marked((0, 2, 10, 8)), *marked((55, 55, 10, 10)), *marked((0, 0, 9, 9), label="rust")),
        record("2", *marked((0, 0, 4, 4))),
        record("3", *marked((0, 0, 10, 10)), route="review"),
    ]  # fmt: skip
    found = evaluate(run, gold)

    [dent] = found.boxes
    assert (dent.exact_precision, dent.exact_recall) == (Proportion(1, 4), Proportion(1, 2))
    assert (dent.overlap_precision, dent.overlap_recall) == (Proportion(3, 4), Proportion(2, 2))
    assert found.labels_without_gold == ("rust",)
    assert "box   found  gold  IoU 0.5 P" in evaluation_text(found)
    assert evaluation_json(found)["boxes"]["dent"]["iou_0.5"]["recall"]["value"] == 0.5


def test_the_surest_box_finds_first(tmp_path):
    gold = gold_of(tmp_path, {"id": "1", "boxes": marked((0, 0, 10, 10), (0, 4, 10, 10))})
    boxes = marked((0, 2, 10, 10), score=0.5) + marked((0, 0, 10, 10), score=0.9)

    [dent] = evaluate([record("1", *boxes)], gold).boxes
    assert dent.exact_precision == Proportion(2, 2)


def test_box_on_another_image_is_no_find(tmp_path):
    gold = gold_of(tmp_path, {"id": "1", "boxes": marked((0, 0, 10, 10), field="other")})

    [dent] = evaluate([record("1", *marked((0, 0, 10, 10)))], gold).boxes
    assert (dent.exact_recall, dent.overlap_recall) == (Proportion(0, 1), Proportion(0, 1))


def test_gold_without_boxes_says_nothing_of_them(tmp_path):
    gold = gold_of(tmp_path, {"id": "1", "labels": ["spam"]})
    found = evaluate([record("1", *marked((0, 0, 4, 4)))], gold)

    assert (found.boxes, found.micro_boxes, "boxes" in evaluation_json(found)) == ((), None, False)
