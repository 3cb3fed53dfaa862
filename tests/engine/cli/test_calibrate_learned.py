"""Gold that a model of the ruleset has learned from shows nothing about its scores."""

from __future__ import annotations

import json

import pytest

from support.command import call
from support.lessons import TEXTS, write_labelled
from support.models import needs

needs("sklearn")

KEPT = """\
warning: models learned from 58 of these 80 gold records ("small" 58): what follows of their scores does not hold for \
other records
"""
ALL = """\
rubricate: {gold}: models of the ruleset learned from each of its 58 records
help: name gold that they did not learn from, such as what `rubricate train --held-to` writes
"""
UNTOLD = """\
warning: whether "small" learned from this gold cannot be told: {why}
help: train it again, or use gold that it cannot know
"""
FIRST = """\
ruleset: comments
version: "1.2.0"
record: {text: [text]}
labels: [spam, ham]
rules:
  - {id: asks, label: spam, when: '"subscribe"', confidence: 0.95}
"""
SECOND = FIRST.replace("rules:", "accept: {precision: 0.6, confidence: 0.8}\nmatchers:\n  small: %s\nrules:") % (
    "{use: learn.classify, model: model, labels: {spam: spam, ham: ham}}"
)

WITHOUT_A_TARGET = SECOND.replace("{precision: 0.6, confidence: 0.8}", "0.9")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with a model of 58 texts, gold of 80, and held.jsonl with the 22 that it has not seen."""
    folder = tmp_path_factory.mktemp("trained")
    (folder / "ruleset.yaml").write_text(FIRST, encoding="utf-8")
    write_labelled(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        train = ("train", "ruleset.yaml", "--gold", "gold.jsonl", "--to", "model", "--held-to", "held.jsonl")
        assert call(*train, "-o", "strength=8").code == 0
    (folder / "ruleset.yaml").write_text(SECOND, encoding="utf-8")
    (folder / "plain.yaml").write_text(WITHOUT_A_TARGET, encoding="utf-8")
    return folder


@pytest.fixture
def folder(trained, monkeypatch):
    monkeypatch.chdir(trained)
    return trained


def calibrate(*arguments, gold="gold.jsonl"):
    return call("calibrate", "ruleset.yaml", gold, "--dry-run", *arguments)


def shown(called):
    """How many gold records were used, and what was left out."""
    told = json.loads(called.out)
    return told["records"], told["left_out"]


def test_what_a_model_learned_from_is_left_out_and_counted(folder):
    called = calibrate("--json")

    assert (called.err, shown(called)) == ("", (22, {"a model learned from it": 58}))


def test_the_same_thresholds_are_chosen_as_on_what_was_held_out(folder):
    whole, held = calibrate("--json"), calibrate("--json", "--on", "gold.jsonl", gold="held.jsonl")

    assert held.err == ""
    one, other = json.loads(whole.out), json.loads(held.out)
    assert (one.pop("left_out"), other.pop("left_out")) == (
        {"a model learned from it": 58},
        {"without gold labels": 58},
    )
    assert one == other


def test_a_text_is_known_again_whatever_its_case_and_spaces(folder, tmp_path):
    gold = tmp_path / "again.jsonl"
    lines = [{"id": f"x{n}", "text": f"  {text.upper()}\n", "labels": [label]} for n, (text, label) in enumerate(TEXTS)]
    gold.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")

    assert shown(calibrate("--json", gold=gold)) == (22, {"a model learned from it": 58})


def test_it_may_be_kept_with_a_warning(folder):
    called = calibrate("--json", "--learned", "keep")

    assert (called.err, shown(called)) == (
        KEPT,
        (80, {}),
    )


def test_how_often_rules_are_right_is_counted_on_all_with_a_warning(folder):
    kept, left = calibrate("--rules", "--json"), calibrate("--rules", "--json", "--learned", "leave-out")

    assert kept.err.startswith("warning: models learned from 58 of these 80 gold records")
    assert (left.err, json.loads(kept.out)["records"], json.loads(left.out)["records"]) == ("", 80, 22)


def test_gold_that_was_learned_as_a_whole_can_show_nothing(folder, tmp_path):
    held = {json.loads(line)["id"] for line in (folder / "held.jsonl").read_text(encoding="utf-8").splitlines()}
    lines = (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    gold = tmp_path / "learned.jsonl"
    gold.write_text("".join(line for line in lines if json.loads(line)["id"] not in held), encoding="utf-8")

    called = calibrate(gold=gold)

    assert (called.code, called.err) == (2, ALL.format(gold=gold))


def test_a_ruleset_that_folds_otherwise_knows_the_texts_again(folder):
    (folder / "folds.yaml").write_text(SECOND + "fold: [casefold]\n", encoding="utf-8")

    called = call("calibrate", "folds.yaml", "gold.jsonl", "--dry-run", "--json")

    assert shown(called) == (22, {"a model learned from it": 58})


def test_the_folder_holds_digests_and_no_text(folder):
    told = json.loads((folder / "model" / "lessons.json").read_bytes())

    assert (told["format"], told["fields"], len(told["digests"])) == (1, ["text"], 58)
    assert {len(digest) for digest in told["digests"]} == {16}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "its model does not say what it learned from"),
        (b"{", "its model does not say what it learned from"),
        (
            b'{"format": 1, "fields": ["title"], "fold": [], "digests": []}',
            "its model was made for other text fields",
        ),
    ],
    ids=["an older model", "a damaged one", "other fields"],
)
def test_where_it_cannot_be_told_that_is_said(folder, content, why):
    file = folder / "model" / "lessons.json"
    before = file.read_bytes()
    file.unlink() if content is None else file.write_bytes(content)
    try:
        called = calibrate("--json")
    finally:
        file.write_bytes(before)

    assert (called.err, shown(called)) == (UNTOLD.format(why=why), (80, {}))


def test_evaluate_says_that_figures_on_such_gold_flatter(folder):
    called = call("evaluate", "plain.yaml", "gold.jsonl")

    warning = 'warning: models learned from 58 of these 80 gold records ("small" 58): on other records they are right'
    assert (called.code, called.err) == (0, f"{warning} less often\n")


def test_evaluate_says_nothing_of_gold_that_was_held_out(folder):
    called = call("evaluate", "plain.yaml", "held.jsonl", "--on", "gold.jsonl")

    assert (called.code, called.err) == (0, "")


def test_evaluate_reads_records_once_so_that_they_may_come_by_standard_input(folder):
    records = (folder / "gold.jsonl").read_text(encoding="utf-8")
    piped = call("evaluate", "plain.yaml", "gold.jsonl", "--on", "-", stdin=records)

    named = call("evaluate", "plain.yaml", "gold.jsonl")
    assert (piped.code, piped.err, piped.out) == (0, named.err, named.out)
    assert "models learned from 58 of these 80" in piped.err
