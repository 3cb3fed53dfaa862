"""`rubricate calibrate --rules --pin` and `--label-model`: numbers that are learned, and what runs do with them."""

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
accept: 0.7
rules:
  - {id: invites, label: spam, when: '"subscribe"', confidence: learned}
  - {id: links, label: spam, when: '"http"', confidence: 0.6}
  - {id: sings, label: ham, when: '"song"', confidence: 0.8}
"""
FITTED = RULESET.replace("confidence: learned", "confidence: 0.8") + "decide: {labels: {combine: label_model}}\n"
TEXTS = {"spam": "please subscribe http", "ham": "a song", "both": "subscribe to a song http"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ruleset.yaml").write_text(RULESET, encoding="utf-8")
    write_records(tmp_path, spam=30, ham=30, both=6)
    return tmp_path


@pytest.fixture
def fitted(folder):
    (folder / "ruleset.yaml").write_text(FITTED, encoding="utf-8")
    assert call("calibrate", "ruleset.yaml", "--label-model", "gold.jsonl").code == 0
    return folder


def write_records(folder, **counts):
    kinds = [(kind, number) for kind, count in counts.items() for number in range(count)]
    lines = [
        json.dumps({"id": f"{kind}-{n}", "text": TEXTS[kind], "labels": ["ham" if kind == "both" else kind]})
        for kind, n in kinds
    ]
    (folder / "gold.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def edit(folder, old, new):
    path = folder / "ruleset.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def lock(folder):
    return tomllib.loads((folder / "ruleset.lock").read_text(encoding="utf-8"))


# -- learned confidences -----------------------------------------------------------------------------------


def test_a_run_without_the_learned_number_says_what_to_do(folder):
    called = call("run", "ruleset.yaml", "gold.jsonl", "--out", "out")

    assert (called.code, called.err) == (
        2,
        (
            'rubricate: ruleset.yaml: no confidence has been learned yet for "invites"\n'
            "help: run rubricate calibrate ruleset.yaml GOLD --rules --pin\n"
        ),
    )


def test_a_learned_confidence_stands_in_the_lock_and_the_ruleset_stays_as_it_is(folder):
    called = call("calibrate", "ruleset.yaml", "gold.jsonl", "--rules", "--pin")

    assert (called.code, called.err) == (0, "")
    assert called.out.endswith(
        "ruleset.lock: 1 learned confidence written; choose thresholds from other gold than this\n"
    )
    learned = lock(folder)["learned"]
    assert (learned["gold"]["file"], learned["gold"]["records"]) == ("gold.jsonl", 66)
    invites = learned["confidences"]["invites"]
    assert (list(learned["confidences"]), invites["confidence"], invites["right"], invites["of"]) == (
        ["invites"], 0.83, 30, 36,
    )  # fmt: skip
    assert (folder / "ruleset.yaml").read_text(encoding="utf-8") == RULESET


def test_votes_are_worth_what_was_learned_and_another_number_makes_another_plan(folder):
    call("calibrate", "ruleset.yaml", "gold.jsonl", "--rules", "--pin")
    call("run", "ruleset.yaml", "gold.jsonl", "--out", "out")
    path = folder / "ruleset.lock"
    path.write_text(path.read_text(encoding="utf-8").replace("confidence = 0.83", "confidence = 0.6"), encoding="utf-8")

    why = call("why", "ruleset.yaml", "subscribe")
    again = call("run", "ruleset.yaml", "gold.jsonl", "--out", "out")

    assert "confidence  learned = 0.60" in why.out
    assert again.code == 2
    assert "holds another run: plan" in again.err


def test_a_rule_that_gold_says_nothing_about_is_named(folder):
    write_records(folder, ham=30)

    called = call("calibrate", "ruleset.yaml", "gold.jsonl", "--rules", "--pin", "--json")

    told = json.loads(called.out)
    assert (called.code, told["lock"], told["silent"]) == (1, None, ["invites"])
    assert not (folder / "ruleset.lock").exists()


def test_a_changed_rule_is_told_of_and_refused_where_the_lock_is_held_to(folder):
    call("calibrate", "ruleset.yaml", "gold.jsonl", "--rules", "--pin")
    edit(folder, '"subscribe"', '"subscribe" or "subscribed"')
    line = 'ruleset.yaml: what rule "invites" means changed since its confidence was learned'

    told = call("run", "ruleset.yaml", "gold.jsonl", "--out", "out")
    refused = call("run", "ruleset.yaml", "gold.jsonl", "--out", "other", "--locked")

    assert told.code == 0
    assert told.err.splitlines()[0] == f"{line}; run rubricate calibrate ruleset.yaml GOLD --rules --pin"
    assert (refused.code, refused.err.splitlines()[0]) == (2, f"rubricate: {line}")


def test_another_rule_that_changes_leaves_what_was_learned_as_it_is(folder):
    call("calibrate", "ruleset.yaml", "gold.jsonl", "--rules", "--pin")
    edit(folder, '"song"', '"songs"')

    called = call("check", "ruleset.yaml", "--json")

    assert "R128" not in [each["code"] for each in json.loads(called.out)]


def test_thresholds_are_not_chosen_before_confidences_are_learned(folder):
    edit(folder, "accept: 0.7", "accept: {precision: 0.9}")

    called = call("calibrate", "ruleset.yaml", "gold.jsonl")

    assert (called.code, called.err.splitlines()[0]) == (
        2,
        'rubricate: ruleset.yaml: no confidence has been learned yet for "invites"',
    )


def test_pinning_needs_a_rule_that_learns(folder):
    edit(folder, "confidence: learned", "confidence: 0.9")

    called = call("calibrate", "ruleset.yaml", "gold.jsonl", "--rules", "--pin")

    assert (called.code, called.err.splitlines()[0]) == (
        2,
        "rubricate: ruleset.yaml: no rule has a confidence that is learned",
    )


# -- fitted combiners --------------------------------------------------------------------------------------


def test_a_run_before_the_fit_says_what_to_do(folder):
    (folder / "ruleset.yaml").write_text(FITTED, encoding="utf-8")

    called = call("run", "ruleset.yaml", "gold.jsonl", "--out", "out")

    assert (called.code, called.err) == (
        2,
        (
            'rubricate: ruleset.yaml: no combiner has been fitted yet to the votes for "labels"\n'
            "help: run rubricate calibrate ruleset.yaml --label-model DUMP\n"
        ),
    )


def test_accuracies_stand_in_the_lock_with_what_they_were_fitted_to(fitted):
    found = lock(fitted)["fitted"]["labels"]

    assert (found["combine"], found["dump"]["file"], found["dump"]["records"], found["voted"]) == (
        "label_model", "gold.jsonl", 66, 66,
    )  # fmt: skip
    assert found["numbers"] == {"invites": 0.9744, "links": 0.9744, "sings": 0.5}


def test_the_order_of_the_dump_changes_no_number(fitted):
    lines = (fitted / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    (fitted / "turned.jsonl").write_text("\n".join(reversed(lines)) + "\n", encoding="utf-8")
    before = lock(fitted)["fitted"]["labels"]["numbers"]

    call("calibrate", "ruleset.yaml", "--label-model", "turned.jsonl")

    assert lock(fitted)["fitted"]["labels"]["numbers"] == before


def test_why_names_who_was_believed_and_how_far(fitted):
    called = call("why", "ruleset.yaml", "subscribe to a song http")

    lines = called.out.splitlines()
    assert (
        "  spam: accepted (1.00 >= 0.70, label_model of invites 0.97, links 0.97 against sings 0.50) in stage lexical"
        in lines
    )
    assert (
        "  ham: no (0.00 < 0.70, label_model of sings 0.50 against invites 0.97, links 0.97; "
        "spam holds, and exactly one of the set does) in stage lexical"
    ) in lines


def test_a_changed_rule_makes_the_fit_outdated(fitted):
    edit(fitted, '"http"', '"https"')
    line = 'ruleset.yaml: the rules for "labels" changed since "label_model" was fitted to their votes'

    told = call("run", "ruleset.yaml", "gold.jsonl", "--out", "out")
    refused = call("run", "ruleset.yaml", "gold.jsonl", "--out", "other", "--locked")

    assert told.err.splitlines()[0] == f"{line}; run rubricate calibrate ruleset.yaml --label-model DUMP"
    assert (refused.code, refused.err.splitlines()[0]) == (2, f"rubricate: {line}")


def test_a_fit_is_forgotten_where_another_combiner_is_named(fitted):
    edit(fitted, "combine: label_model", "combine: majority")

    assert call("run", "ruleset.yaml", "gold.jsonl", "--out", "out").code == 0


def test_lock_keeps_what_was_fitted(fitted):
    before = lock(fitted)["fitted"]

    assert call("lock", "ruleset.yaml").code == 0
    edit(fitted, 'version: "1.0.0"', 'version: "1.1.0"')
    assert call("lock", "ruleset.yaml").code == 0
    assert lock(fitted)["fitted"] == before


def test_records_that_no_rule_votes_on_fit_nothing(folder):
    (folder / "ruleset.yaml").write_text(FITTED, encoding="utf-8")
    (folder / "other.jsonl").write_text('{"id": "1", "text": "hello"}\n', encoding="utf-8")

    called = call("calibrate", "ruleset.yaml", "--label-model", "other.jsonl")

    assert called.code == 1
    assert called.out.endswith('help: no rule votes for "labels" on these records; take others\n')
    assert not (folder / "ruleset.lock").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("gold.jsonl", "--label-model", "gold.jsonl"), "--label-model takes no gold, and none of its options"),
        (("--label-model", "gold.jsonl"), "ruleset.yaml: no set has a combiner that is fitted to votes"),
        ((), "no gold is named"),
        (("gold.jsonl", "--pin"), "--pin goes with --rules, and not with --write"),
    ],
)
def test_a_call_that_cannot_be_meant_is_refused(folder, arguments, message):
    called = call("calibrate", "ruleset.yaml", *arguments)

    assert (called.code, called.err.splitlines()[0]) == (2, f"rubricate: {message}")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("invites = 0.9744", 'invites = "much"', '"invites" is missing or no number'),
        ('combine = "label_model"', "combine = 1", '"combine" is missing or no text'),
        ("dump = {", "other = {", '"dump" is missing'),
    ],
)
def test_a_broken_fit_makes_the_lock_none(fitted, old, new, why):
    path = fitted / "ruleset.lock"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    called = call("run", "ruleset.yaml", "gold.jsonl", "--out", "out")

    assert (called.code, called.err.splitlines()[0]) == (2, f"rubricate: ruleset.lock: is not a lock: {why}")
