"""Texts that are read out of images: what it costs is told, and an earlier run's readings hold for the same images."""

import json
from importlib.metadata import version

import pytest

from rubricate.cli.forecasts import forecast_json, forecast_text
from rubricate.forecast import foresee
from rubricate.reporting.runs import run_text
from rubricate.runner import Settings, run
from rubricate.running.forecasts import StepForecast
from rubricate.running.overview import look_at
from rubricate.running.reading import read_run
from rubricate.running.run_log import read_log
from support import pictures
from support.pictures import NEEDS_PILLOW, load_images, make_image

pytestmark = pytest.mark.skipif(NEEDS_PILLOW is not None, reason=str(NEEDS_PILLOW))

RULES = """\
record: {id: id, text: [title, words], image: [photo]}
labels: {small: {kind: span}}
prepare: [{use: size_in_words, from: photo, into: words}]
rules: [{id: by, label: small, when: '"by 10"', confidence: 0.9}]
"""
EDITED = RULES.replace("by 10", "by 20")


@pytest.fixture
def read(monkeypatch):
    """The widths of the images that were read, in order."""
    widths = []

    def reader(_options):
        return lambda picture: widths.append(picture.width) or f"{picture.width} by {picture.height}"

    monkeypatch.setattr(pictures, "_read", reader)
    return widths


@pytest.fixture
def dump(tmp_path):
    for name, width, height in (("a", 20, 10), ("b", 10, 20), ("c", 30, 20)):
        make_image(tmp_path / "dump" / f"{name}.png", width, height)
    rows = [
        {"id": "1", "photo": "a.png"},
        {"id": "2", "photo": "b.png"},
        {"id": "3", "title": "no image"},
        {"id": "4", "photo": "a.png", "words": "a text of its own"},
        {"id": "5", "photo": "c.png"},
    ]
    path = tmp_path / "dump" / "photos.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def label(tmp_path, dump, rules=RULES, name="out", **settings):
    summary, _ = run(
        load_images(tmp_path, rules), [str(dump)], tmp_path / name, settings=Settings(**{"workers": 0, **settings})
    )
    return summary


def readings(summary):
    return summary.work.readings, summary.work.readings_of


def texts(tmp_path, name):
    return [
        (each["rubricate"]["id"], each["rubricate"].get("texts"), each["rubricate"]["annotations"])
        for each in read_run(tmp_path / name, ("records",))
    ]


# -- what it costs ---------------------------------------------------------------------------------------------


def test_run_counts_the_images_that_it_read(tmp_path, dump, read):
    assert readings(label(tmp_path, dump)) == (3, 3)
    assert sorted(read) == [10, 20, 30]


def test_time_of_the_step_stands_beside_those_of_the_stages(tmp_path, dump):
    label(tmp_path, dump)

    out = tmp_path / "out"
    [done] = [event for event in read_log(out) if event["event"] == "unit_done"]
    overview = look_at(out)
    lines = run_text(overview, []).splitlines()
    assert (sorted(done["stages"]), done["work"]["readings"]) == (["lexical", "size_in_words"], 3)
    assert sorted(overview.stages) == ["lexical", "size_in_words"]
    assert [line.split()[:2] for line in lines if line.startswith(("step", "stage"))] == [
        ["step", "size_in_words"],
        ["stage", "lexical"],
    ]
    assert "work    5 evaluations of a matcher on a record, 3 readings of images" in lines
    assert "Further times: size_in_words" in (out / "report.html").read_text()


def test_duplicate_that_is_dropped_is_not_read(tmp_path, dump, read):
    rules = RULES.replace("prepare: [", "prepare: [{use: dedupe, by: photo}, ")
    dump.write_text("".join(json.dumps({"id": str(number), "photo": "a.png"}) + "\n" for number in range(4)))

    assert (readings(label(tmp_path, dump, rules)), read) == ((1, 1), [20])


def test_forecast_tells_how_many_images_would_be_read(tmp_path, dump, read):
    rules = load_images(tmp_path, RULES)
    forecast = foresee(rules, [str(dump)], tmp_path / "out", settings=Settings(workers=0))

    [step] = forecast.steps
    assert step == StepForecast(name="size_in_words", image="photo", text="words", readings=5, readings_of=5)
    assert "step     size_in_words  photo into words, 5 images at most\n" in forecast_text(forecast)
    assert (forecast_json(forecast)["readings"], forecast_json(forecast)["readings_of"]) == (5, 5)
    assert read == []


def test_forecast_tells_of_what_an_earlier_run_read(tmp_path, dump):
    label(tmp_path, dump)
    settings = Settings(workers=0, after=tmp_path / "out")
    edited = foresee(load_images(tmp_path, EDITED), [str(dump)], tmp_path / "new", settings=settings)

    told = "size_in_words  photo into words, 0 images at most; what was read in 5 more is known"
    assert told in forecast_text(edited)
    assert "0 of 5 readings of images (0.0 %)" in forecast_text(edited)


# -- what an earlier run read ----------------------------------------------------------------------------------


def test_run_of_edited_rules_reads_no_image_again_and_says_what_one_from_scratch_says(tmp_path, dump, read):
    label(tmp_path, dump)
    read.clear()
    after = label(tmp_path, dump, EDITED, name="after", after=tmp_path / "out")
    assert (readings(after), read) == ((0, 3), [])
    scratch = label(tmp_path, dump, EDITED, name="scratch")

    assert readings(scratch) == (3, 3)
    assert texts(tmp_path, "after") == texts(tmp_path, "scratch")
    assert [said for _, said, _ in texts(tmp_path, "after")] == [
        {"words": "20 by 10"},
        {"words": "10 by 20"},
        None,
        None,
        {"words": "30 by 20"},
    ]


def test_readings_are_handed_on_from_run_to_run(tmp_path, dump, read):
    label(tmp_path, dump)
    label(tmp_path, dump, EDITED, name="second", after=tmp_path / "out")
    read.clear()
    third = label(tmp_path, dump, RULES + "accept: 0.95\n", name="third", after=tmp_path / "second")

    assert (readings(third), read) == ((0, 3), [])


def test_run_that_is_taken_over_reads_nothing(tmp_path, dump, read):
    label(tmp_path, dump)
    read.clear()
    same = label(tmp_path, dump, name="same", after=tmp_path / "out")

    assert (same.taken_over, readings(same), read) == (5, (0, 3), [])


def test_changed_image_is_read_again(tmp_path, dump, read):
    label(tmp_path, dump)
    read.clear()
    make_image(dump.parent / "a.png", 50, 20)
    after = label(tmp_path, dump, EDITED, name="after", after=tmp_path / "out")

    assert (readings(after), sorted(read)) == ((3, 3), [10, 30, 50])


def test_texts_that_were_read_with_another_version_of_the_library_are_read_again(tmp_path, dump, read, monkeypatch):
    label(tmp_path, dump)
    read.clear()
    monkeypatch.setattr("rubricate.planning.libraries.version", lambda name: f"{version(name)}.1")
    after = label(tmp_path, dump, EDITED, name="after", after=tmp_path / "out")

    assert (readings(after), len(read)) == ((3, 3), 3)
    assert "was made with rules that read records otherwise" in after.notes[0]


def test_run_that_keeps_no_votes_keeps_no_readings(tmp_path, dump, read):
    label(tmp_path, dump, votes=False)
    read.clear()
    after = label(tmp_path, dump, EDITED, name="after", after=tmp_path / "out")

    assert (readings(after), len(read)) == ((3, 3), 3)
