"""COCO files: what stands in them, and that readers of COCO take them."""

import io
import json

import pytest

from rubricate.api import UsageError
from rubricate_coco.writing import write_coco
from support.models import missing

NO_PYCOCOTOOLS = missing("pycocotools")


def box(id, label="dent", *, field="photo", place=(1, 2, 30, 40), score=0.9):
    x, y, width, height = place
    return {"id": id, "kind": "box", "label": label, "field": field, "x": x, "y": y, "width": width, "height": height,
            "score": score, "by": "machine"}  # fmt: skip


def record(id, *annotations, route="accepted", photo="down/a.jpg"):
    images = {"photo": {"width": 200, "height": 100, "sha256": "0" * 64}}
    return {
        "id": id,
        "photo": photo,
        "rubricate": {"id": id, "route": route, "annotations": list(annotations), "images": images},
    }


def written(records, **options):
    stream = io.BytesIO()
    count = write_coco(iter(records), stream, options)
    file = json.loads(stream.getvalue())
    assert count == len(file["images"])
    return file


TAG = {"id": "t", "kind": "document", "label": "used"}


def test_images_boxes_and_categories_stand_in_one_file():
    file = written([record("1", box("a"), box("b", "rust"), TAG), record("2")], boxes=["scratch"], license="CC0")

    assert [(each["file_name"], each["width"], each["height"], each["tags"], each["license"]) for each in file["images"]] == [
        ("down/a.jpg", 200, 100, ["used"], 1), ("down/a.jpg", 200, 100, [], 1),
    ]  # fmt: skip
    assert [each["name"] for each in file["categories"]] == ["scratch", "dent", "rust"]
    names = {each["id"]: each["name"] for each in file["categories"]}
    assert [(names[each["category_id"]], each["bbox"], each["area"], each["score"]) for each in file["annotations"]] == [
        ("dent", [1, 2, 30, 40], 1200, 0.9), ("rust", [1, 2, 30, 40], 1200, 0.9),
    ]  # fmt: skip
    assert {each["image_id"] for each in file["annotations"]} == {file["images"][0]["id"]}
    assert file["licenses"] == [{"id": 1, "name": "CC0", "url": ""}]
    assert set(file["info"]) == {"description", "version"}


def test_ids_follow_from_names_whatever_stands_beside_them():
    both, alone = written([record("1", box("a")), record("2", box("b"))]), written([record("2", box("b"))])

    assert both["images"][1]["id"] == alone["images"][0]["id"]
    assert both["annotations"][1] == alone["annotations"][0]
    assert both["categories"] == alone["categories"]


def test_only_decided_records_and_wanted_labels_are_written():
    records = [record("1", box("a"), box("b", "rust"), TAG), record("2", box("c"), route="review")]

    assert [each["record"] for each in written(records)["images"]] == ["1"]
    assert [each["record"] for each in written(records, only="all")["images"]] == ["1", "2"]
    chosen = written(records, labels=["rust"])
    assert [each["name"] for each in chosen["categories"]] == ["rust"]
    assert [each["tags"] for each in chosen["images"]] == [[]]


def test_image_within_a_record_is_named_by_the_record():
    assert written([record("1", photo="data:image/png;base64,AA==")])["images"][0]["file_name"] == "1/photo"


def test_run_without_images_is_refused():
    with pytest.raises(UsageError, match="no record has an image"):
        write_coco(iter([{"id": "1", "rubricate": {"id": "1", "route": "accepted"}}]), io.BytesIO(), {})


@pytest.mark.skipif(NO_PYCOCOTOOLS is not None, reason=str(NO_PYCOCOTOOLS))
def test_pycocotools_reads_and_scores_what_was_written(tmp_path, capsys):
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    path = tmp_path / "boxes.json"
    path.write_text(json.dumps(written([record("1", box("a"), box("b", place=(60, 10, 40, 50))), record("2")])))

    gold = COCO(str(path))
    [dent] = gold.getCatIds(catNms=["dent"])
    found = gold.loadRes([
        {"image_id": each["image_id"], "category_id": dent, "bbox": each["bbox"], "score": each["score"]}
        for each in gold.loadAnns(gold.getAnnIds(catIds=[dent]))
    ])  # fmt: skip
    score = COCOeval(gold, found, "bbox")
    score.evaluate()
    score.accumulate()
    score.summarize()

    assert len(gold.getImgIds()) == 2
    assert score.stats[0] == pytest.approx(1.0)
    capsys.readouterr()


@pytest.mark.parametrize(
    ("label", "help"),
    [("dnet", 'did you mean "dent"?'), ("nope", "there is dent, kind, new, rust, scratch, used")],
)
def test_label_that_there_is_not_is_refused(label, help):
    declared = {"boxes": ["scratch", "rust"], "sets": {"kind": ["new"]}}
    with pytest.raises(UsageError, match=f'no record has a label or set "{label}"') as caught:
        written([record("1", box("a"), TAG)], labels=["rust", label], **declared)

    assert caught.value.help == help


def test_declared_label_of_which_none_is_seen_may_be_asked_for():
    assert (
        written([record("1", box("a"))], labels=["rust", "held"], boxes=["rust"], documents=["held"])["annotations"]
        == []
    )


def test_set_stands_for_its_labels():
    file = written([record("1", TAG, {**TAG, "label": "sale"})], labels=["kind"], sets={"kind": ["used", "new"]})

    assert file["images"][0]["tags"] == ["used"]
