"""The lock: what drifts, which version it asks for, and the ids that are gone for ever."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rubricate.versioning.lockfile import Gone, read_lock, write_lock
from rubricate.versioning.locking import Drift, drift_line, find_drift, is_enough, needed_bump, next_version, renew
from support.versions import FILES, RULESET, pins_of

NOTHING = frozenset()


def test_a_lock_that_is_written_is_read_as_it_was(tmp_path):
    lock = renew(None, pins_of(tmp_path / "a"))
    text = write_lock(lock)
    (tmp_path / "ruleset.lock").write_text(text, encoding="utf-8")

    assert read_lock(tmp_path / "ruleset.lock") == lock
    assert write_lock(lock) == text


def test_names_of_any_letters_are_kept(tmp_path):
    text = RULESET.replace("one_of: [calm, angry]", "one_of: [calm, angry, 'größer \"als\" a\\b', 'a.b']")
    lock = renew(None, pins_of(tmp_path / "a", text))
    (tmp_path / "ruleset.lock").write_text(write_lock(lock), encoding="utf-8")

    assert read_lock(tmp_path / "ruleset.lock") == lock


def test_drift_names_each_part_that_is_not_as_the_lock_says(tmp_path):
    lock = renew(None, pins_of(tmp_path / "a"))
    text = RULESET.replace("confidence: 0.95", "confidence: 0.9").replace("id: weighed", "id: heavy")
    pins = pins_of(tmp_path / "b", text, {**FILES, "heat.tsv": FILES["heat.tsv"] + "seared\t2\n"})

    assert find_drift(lock, pins) == (
        Drift("rule", "burnt", "changed"),
        Drift("rule", "furious", "changed"),
        Drift("rule", "heavy", "new"),
        Drift("rule", "weighed", "gone"),
        Drift("table", "heat", "changed"),
    )


@pytest.mark.parametrize(
    ("old", "new", "bump"),
    [
        ("title: Heat close", "title: Warmth close", "patch"),
        ("confidence: 0.95", "confidence: 0.9", "minor"),
        ("\nrules:\n", "\naccept: 0.9\nrules:\n", "minor"),
        ("id: weighed", "id: heavy", "major"),
        ("one_of: [calm, angry]", "one_of: [calm, angry, sad]", "major"),
        ("urgent: {kind: document}", "urgent: {kind: document}\n  rude: {kind: document}", "major"),
    ],
    ids=["a title", "a confidence", "a threshold", "an id", "a member of a set", "a label"],
)
def test_a_change_asks_for_a_version(old, new, bump, tmp_path):
    assert old in RULESET
    lock, pins = renew(None, pins_of(tmp_path / "a")), pins_of(tmp_path / "b", RULESET.replace(old, new))

    assert needed_bump(find_drift(lock, pins), lock, pins, asked=NOTHING) == bump


def test_a_section_asks_for_a_minor_version_if_labels_cite_it(tmp_path):
    lock = renew(None, pins_of(tmp_path / "a"))
    pins = pins_of(tmp_path / "b", files={**FILES, "guideline.md": FILES["guideline.md"].replace("hurt", "harmed")})
    drift = find_drift(lock, pins)

    assert drift == (Drift("section", "s1", "changed"),)
    assert needed_bump(drift, lock, pins, asked=frozenset({"s1"})) == "minor"
    assert needed_bump(drift, lock, pins, asked=frozenset({"s2"})) == "patch"


@pytest.mark.parametrize(
    ("old", "new", "bump", "enough"),
    [
        ("1.2.3", "1.2.3", "patch", True), ("1.2.3", "1.2.2", "patch", False), ("1.2.3", "1.2.4", "minor", False),
        ("1.2.3", "1.3.0", "minor", True), ("1.2.3", "2.0.0", "minor", True), ("1.2.3", "1.9.0", "major", False),
        ("1.9.0", "1.10.0", "minor", True), ("1.2.3", "two", "patch", None),
    ],
)  # fmt: skip
def test_versions_grow_as_semantic_versions_do(old, new, bump, enough):
    assert is_enough(old, new, bump) is enough


def test_the_next_version_is_enough():
    assert [is_enough("1.2.3", next_version("1.2.3", bump), bump) for bump in ("patch", "minor", "major")] == [True] * 3


def test_parts_keep_the_version_that_they_last_changed_in(tmp_path):
    first = renew(None, pins_of(tmp_path / "a"))
    text = RULESET.replace("confidence: 0.95", "confidence: 0.9").replace('version: "1.0.0"\ng', 'version: "1.1.0"\ng')
    second = renew(first, pins_of(tmp_path / "b", text))

    since = {name: version for (part, name), version in second.since.items() if part == "rules"}
    assert since == {"burnt": "1.0.0", "priced": "1.0.0", "sale": "1.0.0", "furious": "1.1.0", "weighed": "1.0.0"}


def test_an_id_that_goes_is_kept_with_what_it_meant_until_it_comes_back_as_it_was(tmp_path):
    first = renew(None, pins_of(tmp_path / "a"))
    text = RULESET.replace("id: weighed", "id: heavy").replace('version: "1.0.0"\ng', 'version: "2.0.0"\ng')
    second = renew(first, pins_of(tmp_path / "b", text))
    third = renew(second, pins_of(tmp_path / "c"))

    assert second.gone_rules == {"weighed": Gone(first.pins.rules["weighed"], "2.0.0")}
    assert third.gone_rules == {"heavy": Gone(second.pins.rules["heavy"], "1.0.0")}


def test_a_file_of_a_model_that_was_swapped_is_named(tmp_path):
    pins = replace(pins_of(tmp_path / "a"), models={"toxic: model.safetensors": "ab12", "toxic: config.json": "cd34"})
    lock = renew(None, pins)
    (tmp_path / "ruleset.lock").write_text(write_lock(lock), encoding="utf-8")
    swapped = replace(pins, models={**pins.models, "toxic: model.safetensors": "ffff"})
    found = find_drift(lock, swapped)

    assert read_lock(tmp_path / "ruleset.lock") == lock
    assert found == (Drift("model", "toxic: model.safetensors", "changed"),)
    assert "1 file of a model (toxic: model.safetensors) changed since" in drift_line(found, lock)
