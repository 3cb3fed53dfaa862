"""Libraries that decide results are part of what a run is: Pillow, which makes the pixels, and what reads texts."""

import json
from importlib.metadata import version

import pytest

from rubricate.errors import RunError
from rubricate.reporting.runs import run_text
from rubricate.runner import Settings, run
from rubricate.running.overview import look_at
from rubricate.versioning.lockfile import read_lock, write_lock
from rubricate.versioning.locking import Drift, find_drift, renew
from rubricate.versioning.pins import pin
from support.models import missing
from support.pictures import NEEDS_PILLOW, load_images, make_image
from support.rulesets import load_text

pytestmark = pytest.mark.skipif(NEEDS_PILLOW is not None, reason=str(NEEDS_PILLOW))

RULES = """\
record: {id: id, image: [photo]}
labels: {tall: {}}
rules: [{id: taller, label: tall, when: photo.height > photo.width, confidence: 0.9}]
"""


@pytest.fixture
def other_pillow(monkeypatch):
    """Says from now on that another Pillow is installed."""
    return lambda: monkeypatch.setattr("rubricate.planning.libraries.version", lambda _name: "99.0")


def label(tmp_path):
    make_image(tmp_path / "a.png", 10, 20)
    (tmp_path / "photos.jsonl").write_text(json.dumps({"id": "1", "photo": "a.png"}) + "\n")
    rules = load_images(tmp_path, RULES)
    return run(rules, [str(tmp_path / "photos.jsonl")], tmp_path / "out", settings=Settings(workers=0))[0]


def test_plan_of_records_with_images_names_the_pillow_that_decodes_them(tmp_path):
    assert load_images(tmp_path, RULES).plan.libraries == {"Pillow": version("Pillow")}


def test_plan_of_records_of_texts_names_no_library(tmp_path):
    text = "labels: {held: {}}\nrules: [{id: one, label: held, when: '\"word\"', confidence: 0.9}]\n"

    assert load_text(tmp_path, text).plan.libraries == {}


@pytest.mark.skipif(missing("rapidocr_onnxruntime") is not None, reason=str(missing("rapidocr_onnxruntime")))
def test_plan_names_what_reads_texts_in_images(tmp_path):
    rules = load_text(
        tmp_path,
        "record: {text: [words], image: [photo]}\nlabels: {held: {}}\n"
        "prepare: [{use: images.ocr, from: photo, into: words}]\n"
        "rules: [{id: one, label: held, when: '\"word\"', confidence: 0.9}]\n",
    )

    assert sorted(rules.plan.libraries) == ["Pillow", "onnxruntime", "rapidocr-onnxruntime"]


def test_run_is_not_gone_on_with_by_another_pillow(tmp_path, other_pillow):
    label(tmp_path)
    assert label(tmp_path).state == "already complete"
    other_pillow()

    with pytest.raises(RunError, match=rf'Pillow "{version("Pillow")}" there, "99\.0" now'):
        label(tmp_path)


def test_run_says_with_which_pillow_it_was_made(tmp_path):
    label(tmp_path)
    run = look_at(tmp_path / "out")

    assert run.manifest is not None
    assert run.manifest.body["libraries"] == {"Pillow": version("Pillow")}
    assert f"libraries  Pillow {version('Pillow')}" in run_text(run, []).splitlines()
    assert f"Pillow {version('Pillow')}" in (tmp_path / "out" / "report.html").read_text()


def test_lock_tells_of_another_pillow(tmp_path, other_pillow):
    rules = load_images(tmp_path, RULES)
    path = tmp_path / "ruleset.lock"
    path.write_text(write_lock(renew(None, pin(rules.plan, rules.registry))), encoding="utf-8")
    lock = read_lock(path)
    other_pillow()
    now = load_images(tmp_path, RULES)

    assert lock is not None
    assert find_drift(lock, pin(rules.plan, rules.registry)) == ()
    assert find_drift(lock, pin(now.plan, now.registry)) == (Drift("library", "Pillow", "changed"),)
