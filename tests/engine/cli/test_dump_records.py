"""Dumps that are looked at outside of a run: images of their records stand where the dump lies."""

import pytest

from support.command import call
from support.pictures import NEEDS_PILLOW, make_image
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


def test_dump_is_labelled_alike_from_wherever_a_command_is_given(project):
    gold = project.folder / "gold.jsonl"
    gold.write_text('{"id": "20", "labels": ["wide"]}\n{"id": "30", "labels": []}\n')
    figures = [
        call("evaluate", project.ruleset, gold, "--on", project.dump),
        call("calibrate", project.ruleset, gold, "--on", project.dump, "--rules"),
        call("calibrate", project.ruleset, gold, "--run", project.run(), "--rules"),
    ]

    assert [each.code for each in figures] == [0, 0, 0]
    assert "best suggestion right 50.0 % of 2" in figures[0].out
    assert "2 gold records: rules vote on 100.0 %" in figures[1].out
    assert figures[2].out == figures[1].out


def test_diff_on_a_dump_sees_records_that_have_images_alone(project):
    other = project.folder / "other.yaml"
    other.write_text(RULES.replace("confidence: 0.5", "confidence: 0.9"))
    called = call("diff", project.ruleset, other, "--on", project.dump)

    assert called.code == 1
    assert "2 records: 2 (100.0 %) labelled differently" in called.out
    lines = called.out.splitlines()
    samples = {
        line.split()[0]: lines[number + 1]
        for number, line in enumerate(lines)
        if " -> " in line and line[4:6] in ("20", "30")
    }
    assert samples == {"20": "      20.png", "30": "      30.png"}


def test_image_of_a_run_that_is_gone_is_told_as_such(project):
    out = project.run()
    (project.folder / "20.png").unlink()
    called = call("why", project.ruleset, "20", "--run", out)

    assert (called.code, called.err.splitlines()[1]) == (2, f"help: it is no longer where {out} found it: put it back")
