"""Records with images: what conditions ask of them, where boxes stand, what is quarantined, and what makes them others."""

import json
import os

import pytest

from rubricate.annotator import check
from rubricate.errors import RunError, UsageError
from rubricate.forecast import foresee
from rubricate.runner import Settings, run
from rubricate.running.reading import read_run
from support.pictures import NEEDS_PILLOW, image_bytes, load_images, make_image
from support.rulesets import write_text

pytestmark = pytest.mark.skipif(NEEDS_PILLOW is not None, reason=str(NEEDS_PILLOW))

RULES = """\
record: {id: id, text: [title], image: [photo]}
labels: {tall: {}, sale: {}, dent: {kind: box}, rust: {kind: box}}
matchers:
  dents: {use: told}
  rusts: {use: told, in: rust}
rules:
  - {id: taller, label: tall, when: photo.height > photo.width, confidence: 0.9}
  - {id: for-sale, label: sale, when: '"sale"', confidence: 0.9}
  - {id: dented, label: dent, when: dents, confidence: it.score}
  - {id: rusty, label: rust, when: rusts, confidence: it.score}
"""


@pytest.fixture
def dump(tmp_path):
    make_image(tmp_path / "dump" / "a.png", 20, 10)
    make_image(tmp_path / "dump" / "b.png", 10, 20)
    return tmp_path / "dump" / "photos.jsonl"


def write(dump, *rows):
    dump.write_text("".join(json.dumps(row) + "\n" for row in rows))


def label(tmp_path, dump, rules=RULES, name="out", **settings):
    annotator = load_images(tmp_path, rules)
    settings = Settings(**{"workers": 0, **settings})
    summary, _ = run(annotator, [str(dump)], tmp_path / name, settings=settings)
    return summary


def said(tmp_path, folder="records", name="out"):
    return [each["rubricate"] for each in read_run(tmp_path / name, (folder,))]


def boxes(said, where="annotations"):
    return [(each["label"], each["x"], each["y"], each["width"], each["height"], each["score"]) for each in said[where]]


# -- what rules see --------------------------------------------------------------------------------------------


def test_record_tells_of_its_images_and_rules_ask_their_size(tmp_path, dump):
    write(dump, {"id": "1", "photo": "a.png"}, {"id": "2", "photo": "b.png", "title": "sale"})
    label(tmp_path, dump)

    one, two = said(tmp_path)
    assert [each["label"] for each in one["annotations"]] == []
    assert [each["label"] for each in two["annotations"]] == ["tall", "sale"]
    assert {name: told for name, told in two["images"]["photo"].items() if name != "sha256"} == {
        "width": 10,
        "height": 20,
    }


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("photo.width == 20", True),
        ("doc.photo.height >= 11", False),
        ('photo.format == "png"', True),
        ("photo.size > 10", True),
        ("doc.photo exists", True),
        ("photo.width exists", True),
        ("not doc.other exists", True),
        ("other.width > 0", False),
        ("not (other.width > 0)", False),
        ("count(dents) == 2", True),
        ("count(dents in photo) == 2", True),
        ("count(dents in title) == 0", True),
        ("score(dents) > 0.8", True),
    ],
)
def test_condition_asks_of_an_image(tmp_path, dump, condition, holds):
    rules = f"""\
    record: {{text: [title], image: [photo, other]}}
    labels: {{held: {{}}}}
    matchers: {{dents: {{use: told}}}}
    rules:
      - {{id: asked, label: held, when: '{condition}', confidence: 1}}
      - {{id: dent, label: held, when: dents and "never", confidence: 1}}
    """
    found = [[0, 0, 4, 4, 0.9], [0, 0, 4, 5, 0.8], [10, 0, 4, 4, 0.8]]
    write(dump, {"id": "1", "photo": "a.png", "boxes": found})
    label(tmp_path, dump, rules)

    [record] = said(tmp_path)
    assert [each["label"] for each in record["annotations"]] == (["held"] if holds else [])


def test_image_may_stand_in_the_record_itself(tmp_path, dump):
    import base64

    text = "data:image/png;base64," + base64.b64encode(image_bytes(3, 9)).decode()
    write(dump, {"id": "1", "photo": text})
    label(tmp_path, dump)

    assert [each["label"] for each in said(tmp_path)[0]["annotations"]] == ["tall"]


def test_text_that_is_read_in_an_image_is_a_text_for_rules(tmp_path, dump):
    rules = """\
    record: {text: [title, words], image: [photo]}
    labels: {small: {kind: span}}
    prepare: [{use: size_in_words, from: photo, into: words}]
    rules: [{id: by, label: small, when: '"by 10"', confidence: 0.9}]
    """
    write(dump, {"id": "1", "photo": "a.png", "title": "a car"})
    label(tmp_path, dump, rules)

    [record] = said(tmp_path)
    [span] = record["annotations"]
    assert record["texts"] == {"words": "20 by 10"}
    assert (span["field"], span["start"], span["end"], span["text"]) == ("words", 3, 8, "by 10")


def test_text_that_a_record_has_is_kept_and_its_image_not_read(tmp_path, dump):
    rules = """\
    record: {text: [title, words], image: [photo]}
    labels: {small: {kind: span}}
    prepare: [{use: size_in_words, from: photo, into: words}]
    rules: [{id: by, label: small, when: '"by 7"', confidence: 0.9}]
    """
    write(dump, {"id": "1", "photo": "a.png", "words": "5 by 7"})
    label(tmp_path, dump, rules)

    [record] = said(tmp_path)
    assert [span["text"] for span in record["annotations"]] == ["by 7"]
    assert "texts" not in record


ALL_IMAGES = """\
record: {id: id, image: [title, text, body]}
labels: {tall: {}}
rules: [{id: taller, label: tall, when: body.height > body.width, confidence: 0.9}]
"""


def test_record_whose_fields_are_all_images_has_no_texts(tmp_path, dump):
    write(dump, {"id": "1", "body": "b.png"}, {"id": "2", "title": "a.png"}, {"id": "3"})
    label(tmp_path, dump, ALL_IMAGES)

    one, two = said(tmp_path)
    [none] = said(tmp_path, "quarantine")
    assert (one["decisions"], list(one["images"])) == ({"tall": "accepted"}, ["body"])
    assert (two["decisions"], list(two["images"])) == ({}, ["title"])
    assert (none["reason"], none["detail"]) == ("no_text", "it has none of the image fields title, text, body")


def test_example_of_a_text_is_refused_where_all_fields_are_images(tmp_path):
    text = ALL_IMAGES.replace("confidence: 0.9", 'confidence: 0.9, hit: [{body: b.png}], miss: ["a text"]')
    _, problems = check(write_text(tmp_path, text))

    assert [(each.code, each.message, each.help) for each in problems] == [
        ("R012", "the record has no text field, only images", "write {title: FILE, text: FILE, body: FILE}")
    ]


# -- boxes -----------------------------------------------------------------------------------------------------


def test_boxes_that_mark_one_thing_are_one_box_and_all_vote_for_it(tmp_path, dump):
    found = [[2, 2, 6, 6, 0.7], [2, 2, 6, 5, 0.9], [12, 2, 6, 6, 0.9], [2, 2, 2, 2, 0.9]]
    write(dump, {"id": "1", "photo": "a.png", "boxes": found})
    label(tmp_path, dump)

    [record] = said(tmp_path)
    assert boxes(record) == [
        ("dent", 2, 2, 2, 2, 0.9),
        ("dent", 2, 2, 6, 6, 0.9),
        ("dent", 12, 2, 6, 6, 0.9),
    ]
    assert [len(each["votes"]) for each in record["annotations"]] == [1, 2, 1]


def test_the_surer_box_stays_where_that_is_asked(tmp_path, dump):
    write(dump, {"id": "1", "photo": "a.png", "boxes": [[2, 2, 6, 6, 0.86], [2, 2, 6, 5, 0.9]]})
    label(tmp_path, dump, RULES + "conflicts: {same_label_overlap: highest_score}\n")

    assert boxes(said(tmp_path)[0]) == [("dent", 2, 2, 6, 5, 0.9)]


def test_two_labels_do_not_share_a_thing(tmp_path, dump):
    write(dump, {"id": "1", "photo": "a.png", "boxes": [[2, 2, 6, 6, 0.9]], "rust": [[2, 2, 6, 5, 0.99]]})
    label(tmp_path, dump)

    assert boxes(said(tmp_path)[0]) == [("dent", 2, 2, 6, 6, 0.9)]


def test_boxes_side_by_side_share_rows_and_no_pixel(tmp_path, dump):
    write(dump, {"id": "1", "photo": "a.png", "boxes": [[0, 0, 9, 9, 0.9]], "rust": [[10, 0, 9, 9, 0.9]]})
    label(tmp_path, dump)

    assert boxes(said(tmp_path)[0]) == [("dent", 0, 0, 9, 9, 0.9), ("rust", 10, 0, 9, 9, 0.9)]


def test_people_are_asked_for_all_boxes_of_an_image(tmp_path, dump):
    write(dump, {"id": "1", "photo": "a.png", "boxes": [[0, 0, 9, 9, 0.5], [10, 0, 5, 5, 0.9]]})
    label(tmp_path, dump)

    [record] = said(tmp_path, "review")
    [question] = record["questions"]
    assert (question["kind"], question["subject"], question["field"]) == ("box", "dent", "photo")
    assert boxes(record, "suggestions") == [("dent", 0, 0, 9, 9, 0.5)]


def test_evidence_of_a_box_stands_on_the_image(tmp_path, dump):
    write(dump, {"id": "1", "photo": "a.png", "boxes": [[1, 2, 3, 4, 0.9]]})
    label(tmp_path, dump)

    [box] = said(tmp_path)[0]["annotations"]
    assert box["votes"][0]["evidence"] == [
        {"matcher": "dents", "field": "photo", "x": 1, "y": 2, "width": 3, "height": 4}
    ]


# -- what is left out ------------------------------------------------------------------------------------------


def test_image_that_cannot_be_had_is_quarantined_with_the_reason(tmp_path, dump):
    folder = dump.parent
    (folder / "cut.jpg").write_bytes(image_bytes(40, 40, "jpeg")[:300])
    (folder / "drawing.jpg").write_bytes(b"<svg/>")
    (tmp_path / "secret.png").write_bytes(image_bytes())
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    values = {
        "no.png": "image_missing", "cut.jpg": "image_broken", "drawing.jpg": "image_format",
        "../secret.png": "image_outside", "link.png": "image_outside", "file:///etc/passwd": "image_outside",
        "http://localhost/a.png": "image_outside",
    }  # fmt: skip
    write(
        dump, *({"id": name, "photo": name} for name in values), {"id": "none", "other": "x"}, {"id": "7", "photo": 7}
    )
    label(tmp_path, dump)

    assert [each["reason"] for each in said(tmp_path, "quarantine")] == [*values.values(), "no_text", "type"]


def test_record_without_its_image_is_a_record_if_it_has_a_text(tmp_path, dump):
    write(dump, {"id": "1", "title": "sale"}, {"id": "2", "photo": None, "title": "sale"})
    label(tmp_path, dump)

    assert [each["route"] for each in said(tmp_path)] == ["accepted", "accepted"]
    assert "images" not in said(tmp_path)[0]


def test_equal_images_are_duplicates_whatever_they_are_called(tmp_path, dump):
    make_image(dump.parent / "copy.png", 20, 10)
    (dump.parent / "broken.png").write_bytes(image_bytes(20, 10)[:40])
    rows = [("0", "broken.png"), ("1", "broken.png"), ("2", "a.png"), ("3", "copy.png"), ("4", "b.png")]
    write(dump, *({"id": id, "photo": name} for id, name in rows))
    label(tmp_path, dump, RULES + "prepare: [{use: dedupe, by: photo}]\n")

    assert [(each["id"], each["duplicate_of"]) for each in said(tmp_path, "dropped")] == [("3", "2")]
    assert [each["reason"] for each in said(tmp_path, "quarantine")] == ["image_broken", "image_broken"]


def test_address_is_told_without_the_folder_so_that_parts_are_the_same_anywhere(tmp_path, dump):
    write(dump, {"id": "1", "photo": "http://localhost/a.png"})
    label(tmp_path, dump)

    assert [each["detail"] for each in said(tmp_path, "quarantine")] == [
        'the field "photo" names "http://localhost/a.png", which is an address, and nothing is fetched'
    ]


def test_pipe_is_no_image_and_nobody_waits_for_it(tmp_path, dump):
    os.mkfifo(dump.parent / "pipe.png")
    write(dump, {"id": "1", "photo": "pipe.png"})
    label(tmp_path, dump)

    assert [each["reason"] for each in said(tmp_path, "quarantine")] == ["image_missing"]


# -- the bytes of images belong to a run -----------------------------------------------------------------------


def test_changed_image_under_the_same_path_is_a_changed_record(tmp_path, dump):
    write(dump, {"id": "1", "photo": "a.png"}, {"id": "2", "photo": "b.png"})
    label(tmp_path, dump)
    same = label(tmp_path, dump, name="same", after=tmp_path / "out")
    make_image(dump.parent / "a.png", 10, 30)
    changed = label(tmp_path, dump, name="changed", after=tmp_path / "out")

    assert (same.taken_over, changed.taken_over) == (2, 0)
    assert [each["decisions"] for each in said(tmp_path, name="changed")] == [{"tall": "accepted"}] * 2


def test_run_is_not_taken_up_with_other_images(tmp_path, dump):
    write(dump, {"id": "1", "photo": "a.png"})
    label(tmp_path, dump)
    assert label(tmp_path, dump).state == "already complete"
    make_image(dump.parent / "a.png", 10, 30)

    with pytest.raises(RunError, match=r"photos\.jsonl\" has changed"):
        label(tmp_path, dump)


def test_votes_that_were_kept_hold_for_the_same_images(tmp_path, dump):
    write(dump, {"id": "1", "photo": "a.png", "boxes": [[1, 2, 3, 4, 0.9]]})
    label(tmp_path, dump)
    summary = label(tmp_path, dump, RULES + "accept: 0.95\n", name="edited", after=tmp_path / "out")

    assert (summary.anew, summary.work.evaluations) == ((0, 4), 0)
    assert boxes(said(tmp_path, "review", "edited")[0], "suggestions") == [("dent", 1, 2, 3, 4, 0.9)]


def test_paths_lead_on_from_another_folder_where_that_is_said(tmp_path, dump):
    make_image(tmp_path / "images" / "c.png", 10, 30)
    write(dump, {"id": "1", "photo": "c.png"})
    label(tmp_path, dump, images=tmp_path / "images")

    assert said(tmp_path)[0]["decisions"] == {"tall": "accepted"}


def test_folder_of_images_is_refused_where_no_image_is_looked_at(tmp_path, dump):
    write(dump, {"id": "1", "title": "sale"})

    with pytest.raises(UsageError, match="the ruleset looks at no images"):
        label(tmp_path, dump, RULES_OF_TEXTS, images=tmp_path)


RULES_OF_TEXTS = """\
record: {text: [title]}
labels: {sale: {}}
rules: [{id: for-sale, label: sale, when: '"sale"', confidence: 0.9}]
"""


def test_forecast_reads_no_image(tmp_path, dump):
    write(dump, {"id": "1", "photo": "a.png"})
    rules = load_images(tmp_path, RULES)
    label(tmp_path, dump)
    (dump.parent / "a.png").unlink()

    assert foresee(rules, [str(dump)], tmp_path / "out", settings=Settings(workers=0)).state == "complete"


def test_folder_of_images_is_a_record_for_each(tmp_path, dump):
    (dump.parent / "notes.pdf").write_bytes(b"%PDF")
    rules = RULES.replace("image: [photo]", "image: [image]").replace("photo.", "image.")
    label(tmp_path, dump.parent, rules)

    assert [(each["id"], list(each["decisions"])) for each in said(tmp_path)] == [("a.png", []), ("b.png", ["tall"])]
    assert [each["reason"] for each in said(tmp_path, "quarantine")] == ["other_suffix"]


def test_report_draws_boxes_over_small_copies(tmp_path, dump):
    write(dump, {"id": "1", "photo": "a.png", "boxes": [[1, 2, 3, 4, 0.9]]})
    label(tmp_path, dump)
    page = (tmp_path / "out" / "report.html").read_text()

    assert ">Boxes<" in page
    assert '<rect x="1" y="2" width="3" height="4"/>' in page
    assert page.count('href="data:image/jpeg;base64,') == 1
    assert "img-src data:;" in page


def test_report_shows_an_empty_frame_where_an_image_has_changed(tmp_path, dump):
    from rubricate.runner import report

    write(dump, {"id": "1", "photo": "a.png", "boxes": [[1, 2, 3, 4, 0.9]]})
    label(tmp_path, dump)
    make_image(dump.parent / "a.png", 20, 10, colour=(0, 0, 0))
    page = report(tmp_path / "out", load_images(tmp_path, RULES)).read_text()

    assert ('<rect x="1" y="2" width="3" height="4"/>' in page, "data:image" in page) == (True, False)
