"""`rubricate calibrate`: from gold to the lock, and what runs then do."""

from __future__ import annotations

import json
import tomllib

import pytest

from support.command import call

RULESET = """\
ruleset: t
version: "1.0.0"
record: {text: [text]}
labels: [spam, ham]
accept: {precision: 0.9, confidence: 0.95}   # a promise
rules:
  - {id: invites, label: spam, when: '"subscribe"', confidence: 0.7}  # kept
  - {id: sings, label: ham, when: '"song"', confidence: 0.8}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ruleset.yaml").write_text(RULESET, encoding="utf-8")
    write_gold(tmp_path, spam=60, ham=60)
    return tmp_path


def write_gold(folder, **counts):
    texts = {"spam": "please subscribe", "ham": "a song"}
    entries = [(label, number) for label, count in counts.items() for number in range(count)]
    lines = [json.dumps({"id": f"{label}-{n}", "text": texts[label], "labels": [label]}) for label, n in entries]
    (folder / "gold.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def edit(folder, old, new):
    path = folder / "ruleset.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_run_before_the_calibration_says_what_to_do(folder):
    called = call("run", "ruleset.yaml", "gold.jsonl", "--out", "out")

    assert (called.code, called.err) == (
        2,
        (
            'rubricate: ruleset.yaml: no threshold has been chosen yet for the target of "spam", "ham"\n'
            "help: run rubricate calibrate ruleset.yaml GOLD\n"
        ),
    )
    assert not (folder / "out").exists()


def test_check_tells_of_targets_without_a_threshold(folder):
    called = call("check", "ruleset.yaml", "--json")

    found = [each for each in json.loads(called.out) if each["code"] in ("R125", "R126")]
    assert [(each["code"], each["severity"], each["message"]) for each in found] == [
        ("R125", "warning", f'no threshold has been chosen yet for "{label}", which is to have precision 0.9 at 95 %')
        for label in ("spam", "ham")
    ]


def test_chosen_thresholds_stand_in_the_lock_with_their_proof(folder):
    called = call("calibrate", "ruleset.yaml", "gold.jsonl")

    assert (called.code, called.err) == (0, "")
    assert called.out.endswith("ruleset.lock: thresholds written\n")
    pinned = tomllib.loads((folder / "ruleset.lock").read_text(encoding="utf-8"))["calibrated"]
    assert (pinned["gold"]["file"], pinned["gold"]["records"]) == ("gold.jsonl", 120)
    spam = pinned["thresholds"]["lexical"]["spam"]
    assert {key: spam[key] for key in spam if key != "meaning"} == {
        "accept": 0.7, "precision": 0.9, "confidence": 0.95, "right": 60, "of": 60, "bound": 0.9513,
    }  # fmt: skip


def test_runs_accept_from_the_chosen_threshold_on(folder):
    call("calibrate", "ruleset.yaml", "gold.jsonl")
    called = call("run", "ruleset.yaml", "gold.jsonl", "--out", "out", "--locked")

    assert (called.code, called.err) == (0, "")
    assert "quarantined 0 + split 0 + accepted 120 + review 0" in called.out


def test_workers_use_the_threshold_too(folder):
    call("calibrate", "ruleset.yaml", "gold.jsonl")
    called = call("run", "ruleset.yaml", "gold.jsonl", "--out", "out", "--workers", "1")

    assert (called.code, "accepted 120" in called.out) == (0, True)


def test_the_same_gold_gives_the_same_lock(folder):
    call("calibrate", "ruleset.yaml", "gold.jsonl")
    first = (folder / "ruleset.lock").read_bytes()
    call("calibrate", "ruleset.yaml", "gold.jsonl")

    assert (folder / "ruleset.lock").read_bytes() == first
    assert call("lock", "ruleset.yaml").code == 0
    assert (folder / "ruleset.lock").read_bytes() == first


def test_gold_that_is_too_small_pins_nothing(folder):
    write_gold(folder, spam=20, ham=60)
    called = call("calibrate", "ruleset.yaml", "gold.jsonl")

    assert called.code == 1
    assert 'spam in lexical: the gold is too small: it needs about 9 more "spam" records' in called.out
    assert not (folder / "ruleset.lock").exists()


def test_a_refused_label_can_be_left_to_people(folder):
    write_gold(folder, spam=20, ham=60)
    called = call("calibrate", "ruleset.yaml", "gold.jsonl", "--pin-refused")
    ran = call("run", "ruleset.yaml", "gold.jsonl", "--out", "out")

    assert (called.code, called.out.splitlines()[-1]) == (
        0, 'ruleset.lock: thresholds written; people get all of "spam"',
    )  # fmt: skip
    assert (ran.code, "accepted 60 + review 20" in ran.out) == (0, True)
    written = json.loads(next((folder / "out" / "review").iterdir()).read_text(encoding="utf-8").splitlines()[0])
    assert written["rubricate"]["suggestions"][0]["threshold"] == 1.01


def test_a_dry_run_leaves_the_lock_as_it_is(folder):
    called = call("calibrate", "ruleset.yaml", "gold.jsonl", "--dry-run")

    assert (called.code, called.out.splitlines()[-1]) == (0, "ruleset.lock: left as it is")
    assert not (folder / "ruleset.lock").exists()


def test_changed_rules_and_changed_gold_are_told_and_refused_when_locked(folder):
    call("calibrate", "ruleset.yaml", "gold.jsonl")
    edit(folder, '"subscribe"', '"subscribe" or "channel"')
    write_gold(folder, spam=61, ham=60)

    found = [each["message"] for each in json.loads(call("check", "ruleset.yaml", "--json").out)
             if each["code"] == "R126"]  # fmt: skip
    assert sorted(found) == [
        'the gold "gold.jsonl" changed since thresholds were chosen from it',
        'what "ham" rests on changed since its threshold was chosen',
        'what "spam" rests on changed since its threshold was chosen',
    ]
    run = call("run", "ruleset.yaml", "gold.jsonl", "--out", "out", "--locked")
    assert (run.code, run.err.splitlines()[1]) == (2, "help: run rubricate calibrate ruleset.yaml GOLD")


def test_a_new_threshold_needs_no_new_version(folder):
    call("calibrate", "ruleset.yaml", "gold.jsonl")
    write_gold(folder, spam=20, ham=60)
    call("calibrate", "ruleset.yaml", "gold.jsonl", "--pin-refused")

    assert call("lock", "ruleset.yaml", "--check").code == 0


def test_a_plan_with_another_threshold_is_another_plan(folder):
    from rubricate import load

    call("calibrate", "ruleset.yaml", "gold.jsonl")
    first = load("ruleset.yaml").plan.digest
    write_gold(folder, spam=20, ham=60)
    call("calibrate", "ruleset.yaml", "gold.jsonl", "--pin-refused")

    assert load("ruleset.yaml").plan.digest != first


def test_json_says_what_was_tried(folder):
    called = call("calibrate", "ruleset.yaml", "gold.jsonl", "--json", "--dry-run")

    found = json.loads(called.out)
    assert found["format"] == "rubricate-calibration-1"
    spam = found["thresholds"][0]
    assert (spam["label"], spam["threshold"], spam["tried"]) == (
        "spam", 0.7, [{"threshold": 0.7, "right": 60, "of": 60, "bound": 0.9513, "kept": True}],
    )  # fmt: skip
    assert found["after"] == {
        "records": 120, "review": 0,
        "accepted": {"ham": {"right": 60, "of": 60}, "spam": {"right": 60, "of": 60}},
    }  # fmt: skip
    assert found["before"]["review"] == 120


@pytest.mark.parametrize("name", ["curves.html", "curves.svg"])
def test_the_plot_is_one_file_that_needs_nothing_else(folder, name):
    called = call("calibrate", "ruleset.yaml", "gold.jsonl", "--plot", name)

    drawn = (folder / name).read_text(encoding="utf-8")
    assert called.code == 0
    assert "spam in lexical: threshold 0.70 for precision 0.9 at 95 %" in drawn
    assert drawn.count('class="chosen"') == 2
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")


def test_records_of_a_run_can_be_taken(folder):
    call("calibrate", "ruleset.yaml", "gold.jsonl")
    call("run", "ruleset.yaml", "gold.jsonl", "--out", "out")
    lines = [json.loads(line) for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    only = "\n".join(json.dumps({"id": each["id"], "labels": each["labels"]}) for each in lines)
    (folder / "labels.jsonl").write_text(only, encoding="utf-8")

    called = call("calibrate", "ruleset.yaml", "labels.jsonl", "--run", "out", "--dry-run", "--json")

    assert (called.code, json.loads(called.out)["records"]) == (0, 120)


def test_rules_are_counted_and_confidences_written_with_comments_kept(folder):
    told = call("calibrate", "ruleset.yaml", "gold.jsonl", "--rules")
    before = (folder / "ruleset.yaml").read_text(encoding="utf-8")
    called = call("calibrate", "ruleset.yaml", "gold.jsonl", "--rules", "--write")

    assert told.out.splitlines()[1].split() == (
        ["invites", "spam", "60", "60", "100.0", "%", "94.0-100.0", "50.0", "%", "0.0", "%", "0.0", "%", "0.70", "0.99"]
    )
    assert before == RULESET
    assert (called.code, called.out.splitlines()[-1]) == (
        0, "ruleset.yaml: 2 confidences written; choose thresholds from other gold than this",
    )  # fmt: skip
    after = RULESET.replace("confidence: 0.7}", "confidence: 0.99}").replace("confidence: 0.8}", "confidence: 0.99}")
    assert (folder / "ruleset.yaml").read_text(encoding="utf-8") == after


def test_a_confidence_that_a_group_hands_down_is_left_to_people(folder):
    group = """\
  - group: asking
    confidence: 0.7
    rules:
      - {id: invites, label: spam, when: '"subscribe"'}
      - {id: asks, label: spam, when: '"please"'}
"""
    edit(folder, "  - {id: invites, label: spam, when: '\"subscribe\"', confidence: 0.7}  # kept\n", group)
    before = (folder / "ruleset.yaml").read_text(encoding="utf-8")

    called = call("calibrate", "ruleset.yaml", "gold.jsonl", "--rules", "--write")

    assert called.out.splitlines()[-1].startswith("ruleset.yaml: 1 confidence written;")
    after = before.replace("confidence: 0.8}", "confidence: 0.99}")
    assert (folder / "ruleset.yaml").read_text(encoding="utf-8") == after


def test_a_dry_run_writes_no_confidence(folder):
    called = call("calibrate", "ruleset.yaml", "gold.jsonl", "--rules", "--write", "--dry-run")

    assert (called.code, "written" in called.out) == (0, False)
    assert (folder / "ruleset.yaml").read_text(encoding="utf-8") == RULESET
    assert not (folder / "ruleset.lock").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--plot", "a.png"), '"a.png": a plot is written as .html or .svg'),
        (("--write",), "--write goes with --rules; thresholds are written into the lock anyway"),
        (("--on", "gold.jsonl", "--run", "out"), "--on and --run both say where the records are"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(folder, arguments, message):
    called = call("calibrate", "ruleset.yaml", "gold.jsonl", *arguments)

    assert (called.code, called.err.splitlines()[0]) == (2, f"rubricate: {message}")


def test_a_ruleset_without_a_target_is_refused(folder):
    edit(folder, "accept: {precision: 0.9, confidence: 0.95}", "accept: 0.9")
    called = call("calibrate", "ruleset.yaml", "gold.jsonl")

    assert (called.code, called.err) == (
        2,
        (
            "rubricate: ruleset.yaml: declares no target for a threshold\n"
            "help: write accept: {precision: 0.97, confidence: 0.95}\n"
        ),
    )


def test_gold_that_speaks_of_other_records_is_refused(folder):
    (folder / "labels.jsonl").write_text('{"id": "z", "labels": ["spam"]}\n', encoding="utf-8")
    called = call("calibrate", "ruleset.yaml", "labels.jsonl", "--on", "gold.jsonl")

    assert (called.code, called.err.splitlines()[0]) == (
        2, "rubricate: labels.jsonl: speaks of the labels of no record in gold.jsonl",
    )  # fmt: skip
