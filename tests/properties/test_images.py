"""Records with images, whatever their images and boxes are like.

A run keeps count of every record, and boxes stand to one another as their pixels do, to the engine as to the reference.
"""

import base64
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rubricate.annotator import load
from rubricate.model.boxes import SAME_BOX, Box, overlap_of
from rubricate.runner import Settings, run
from rubricate.running.reading import read_run
from rubricate.running.verifying import verify_run
from support.pictures import NEEDS_PILLOW, image_bytes, make_image, picture_registry
from support.reference import said_by_engine, said_by_reference
from support.rulesets import write_text

pytestmark = pytest.mark.skipif(NEEDS_PILLOW is not None, reason=str(NEEDS_PILLOW))

WIDTH, HEIGHT = 20, 12
RULES = """\
record: {id: id, text: [title], image: [photo]}
labels: {tall: {}, dent: {kind: box}, rust: {kind: box}}
prepare: [{use: dedupe, by: [photo, title]}]
matchers: {dents: {use: told}, rusts: {use: told, in: rust}}
rules:
  - {id: taller, label: tall, when: photo.height > photo.width, confidence: 0.9}
  - {id: dented, label: dent, when: dents, confidence: it.score}
  - {id: rusty, label: rust, when: rusts, confidence: it.score}
"""


@st.composite
def boxes(draw):
    x, y = draw(st.integers(0, WIDTH - 1)), draw(st.integers(0, HEIGHT - 1))
    size = [draw(st.integers(1, WIDTH - x)), draw(st.integers(1, HEIGHT - y))]
    return [x, y, *size, draw(st.sampled_from([0.1, 0.5, 0.86, 0.9]))]


IMAGES = (
    "wide.png",
    "wide-again.png",
    "cut.jpg",
    "drawing.png",
    "missing.png",
    "../wide.png",
    "http://a/b.png",
    "",
    None,
    7,
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {"photo": st.sampled_from(IMAGES)},
        optional={
            "title": st.sampled_from(["a dent", " ", ""]),
            "boxes": st.lists(boxes(), max_size=5),
            "rust": st.lists(boxes(), max_size=3),
        },
    ),
    max_size=8,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("images")
    make_image(folder / "wide.png", WIDTH, HEIGHT)
    make_image(folder / "wide-again.png", WIDTH, HEIGHT)
    (folder / "cut.jpg").write_bytes(image_bytes(40, 40, "jpeg")[:300])
    (folder / "drawing.png").write_bytes(b"<svg/>")
    return folder


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    return load(write_text(tmp_path_factory.mktemp("rules"), RULES), registry=picture_registry())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_every_record_is_counted_once_and_boxes_of_a_record_mark_different_things(
    rules, folder, tmp_path_factory, rows
):
    here = tmp_path_factory.mktemp("run")
    dump = here / "photos.jsonl"
    dump.write_text("".join(json.dumps({"id": str(n), **row}) + "\n" for n, row in enumerate(rows)))
    summary, _ = run(rules, [str(dump)], here / "out", settings=Settings(workers=0, images=folder))

    routes = summary.counts["routes"]
    assert summary.counts["read"] == sum(routes.values()) == len(rows)
    assert verify_run(here / "out") == []
    ids = []
    for record in read_run(here / "out", ("records", "review", "dropped")):
        said = record["rubricate"]
        ids.append(said["id"])
        found = [Box(each["x"], each["y"], each["width"], each["height"])
                 for each in (*said.get("annotations", ()), *said.get("suggestions", ())) if each["kind"] == "box"]  # fmt: skip
        assert all(overlap_of(a, b) < SAME_BOX for n, a in enumerate(found) for b in found[:n])
        assert all(box.x + box.width <= WIDTH and box.y + box.height <= HEIGHT for box in found)
    assert len(ids) == len(set(ids)) == len(rows) - routes["quarantined"]


RELATIONS = """\
record: {image: [photo]}
labels: {inside-so: {}, inside-not: {}, inside-it: {}, overlaps-so: {}, overlaps-not: {}, overlaps-it: {}}
matchers: {dents: {use: told}, rusts: {use: told, in: rust}}
rules:
""" + "".join(
    f"""\
  - {{id: {kind}-so, label: {kind}-so, when: dents {kind} rusts, confidence: 0.9}}
  - {{id: {kind}-not, label: {kind}-not, when: dents not {kind} rusts, confidence: 0.9}}
  - {{id: {kind}-it, label: {kind}-it, when: dents where (it {kind} rusts), confidence: 0.9}}
"""
    for kind in ("inside", "overlaps")
)


@pytest.fixture(scope="module")
def relations(tmp_path_factory):
    return load(write_text(tmp_path_factory.mktemp("relations"), RELATIONS), registry=picture_registry())


@pytest.fixture(scope="module")
def photo():
    return "data:image/png;base64," + base64.b64encode(image_bytes(WIDTH, HEIGHT)).decode()


def pixels(box):
    x, y, width, height, _ = box
    return {(column, row) for column in range(x, x + width) for row in range(y, y + height)}


@settings(max_examples=80, deadline=None)
@given(st.lists(boxes(), max_size=6), st.lists(boxes(), max_size=9))
def test_boxes_stand_to_one_another_as_their_pixels_do(relations, photo, dents, rusts):
    record = {"photo": photo, "boxes": dents, "rust": rusts}
    said = said_by_engine(relations, record)
    inside = [any(pixels(dent) <= pixels(rust) for rust in rusts) for dent in dents]
    overlaps = [any(pixels(dent) & pixels(rust) for rust in rusts) for dent in dents]

    wanted = {
        f"{kind}-{word}"
        for kind, found in (("inside", inside), ("overlaps", overlaps))
        for word, holds in (("so", any(found)), ("not", not all(found)), ("it", any(found)))
        if holds
    }
    assert said == said_by_reference(relations, record)
    assert set(said["votes"]) == wanted
