"""What a lock keeps of a calibration, and when that has become old."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rubricate.errors import UsageError
from rubricate.versioning.calibrations import pinned_gold
from rubricate.versioning.lockfile import Lock, PinnedGold, PinnedThreshold, read_lock, write_lock
from rubricate.versioning.locking import renew
from rubricate.versioning.pins import Pins

PINS = Pins(name="t", version="1.0.0", rules={}, labels={}, label_ids={}, settings={})
SHOWN = PinnedThreshold(
    accept=0.9, precision=0.97, confidence=0.95, right=308, of=312, bound=0.9712, meaning="ab12"
)  # fmt: skip
NEVER = replace(SHOWN, accept=None, right=0, of=0, bound=0.0)
LOCK = Lock(
    pins=PINS,
    gold=PinnedGold("gold.jsonl", "08290bf7189c6d40", 1550),
    thresholds={("lexical", "spam"): SHOWN, ("lexical", "product. odd"): NEVER, ("second stage", "spam"): SHOWN},
)


def test_a_lock_reads_back_as_it_was_written(tmp_path):
    path = tmp_path / "ruleset.lock"
    path.write_text(write_lock(LOCK), encoding="utf-8")

    assert read_lock(path) == LOCK


def test_each_threshold_stands_on_a_line():
    lines = write_lock(LOCK).splitlines()

    at = lines.index("[calibrated]")
    assert lines[at : at + 5] == [
        "[calibrated]",
        'gold = {file = "gold.jsonl", digest = "08290bf7189c6d40", records = 1550}',
        "",
        "[calibrated.thresholds.lexical]",
        (
            '"product. odd" = {accept = "never", precision = 0.97, confidence = 0.95, right = 0, of = 0, bound = 0.0, '
            'meaning = "ab12"}'
        ),
    ]


def test_a_lock_without_a_calibration_is_written_as_before():
    assert "thresholds." not in write_lock(Lock(pins=PINS))


def test_locking_anew_keeps_what_was_calibrated():
    found = renew(LOCK, PINS)

    assert (found.gold, found.thresholds) == (LOCK.gold, LOCK.thresholds)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('accept = "never"', 'accept = "often"', '"accept" is missing or no number'),
        ("right = 308", "right = nan", '"right" is missing or no number'),
        ("records = 1550", 'records = "all"', '"records" is missing or no number'),
    ],
)
def test_a_calibration_that_was_edited_by_hand_is_no_lock(tmp_path, old, new, message):
    path = tmp_path / "ruleset.lock"
    path.write_text(write_lock(LOCK).replace(old, new), encoding="utf-8")

    with pytest.raises(UsageError) as caught:
        read_lock(path)
    assert caught.value.message == f"{path}: is not a lock: {message}"


def test_gold_goes_by_its_path_from_the_ruleset(tmp_path):
    gold = tmp_path / "data" / "gold.jsonl"
    gold.parent.mkdir()
    gold.write_bytes(b"{}\n")

    beside = pinned_gold(gold, tmp_path / "ruleset.yaml", 3)
    elsewhere = pinned_gold(gold, Path("/somewhere/ruleset.yaml"), 3)

    assert beside == PinnedGold("data/gold.jsonl", "ca3d163bab055381", 3)
    assert elsewhere.file == gold.as_posix()
