"""Questions about records with images: each image is asked about by itself, and people are told where it stands."""

import base64

import pytest

from support.command import call
from support.pictures import NEEDS_PILLOW, image_bytes, make_image
from support.projects import make_project

pytestmark = pytest.mark.skipif(NEEDS_PILLOW is not None, reason=str(NEEDS_PILLOW))

RULES = """\
ruleset: photos
version: "1.0.0"
record: {id: id, text: [title], image: [photo]}
labels: {wide: {}}
rules:
  - {id: wider, label: wide, when: photo.width > photo.height, confidence: 0.5}
"""


@pytest.fixture
def project(tmp_path):
    made = make_project(tmp_path / "project")
    made.write([{"id": str(width), "photo": f"{width}.png"} for width in (20, 30)], ruleset=RULES)
    for width in (20, 30):
        make_image(made.folder / f"{width}.png", width, 10)
    return made


def test_records_with_images_alone_are_asked_about_one_by_one(project):
    out = project.run()
    project.answer(out, "y;n;q")
    applied = call("review", "apply", out)

    assert applied.out.splitlines()[0] == "2 records settled, 2 answers used"
    assert {id: told["decisions"] for id, told in project.said(out).items()} == {
        "20": {"wide": "accepted"},
        "30": {"wide": "no"},
    }


def test_people_are_told_where_the_image_stands(project):
    out = project.run()

    assert "photo  20.png" in project.answer(out, "q").splitlines()


def test_of_an_image_in_the_record_people_are_told_the_beginning(project):
    text = "data:image/png;base64," + base64.b64encode(image_bytes(20, 10)).decode()
    project.write([{"id": "1", "photo": text}], ruleset=RULES)

    assert f"photo  {text[:40]}.." in project.answer(project.run(), "q").splitlines()
