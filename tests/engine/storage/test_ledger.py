"""The driver's book."""

import sqlite3
from dataclasses import replace

import pytest

from rubricate.errors import RunError
from rubricate.storage.ledger import Unit, open_ledger

UNIT = Unit(ordinal=0, input=0, slice=0, offset=0, length=10, first=1, items=2)
SAMPLED = replace(UNIT, ordinal=1, slice=1, offset=10, chosen=(0, 5))


def test_units_come_back_as_they_were_planned(tmp_path):
    with open_ledger(tmp_path / "ledger.db") as ledger:
        ledger.begin(identity="a", plan="p", options={})
        ledger.plan_units([UNIT, SAMPLED])

        assert ledger.units() == [UNIT, SAMPLED]


def test_done_unit_is_known_after_opening_again(tmp_path):
    with open_ledger(tmp_path / "ledger.db") as ledger:
        ledger.begin(identity="a", plan="p", options={})
        ledger.plan_units([UNIT])
        ledger.commit_unit(0, key="k", receipt="r")

    with open_ledger(tmp_path / "ledger.db") as ledger:
        assert ledger.begin(identity="a", plan="p", options={}) == "labelling"
        assert ledger.units() == [replace(UNIT, key="k", receipt="r")]


def test_another_run_starts_from_nothing(tmp_path):
    with open_ledger(tmp_path / "ledger.db") as ledger:
        ledger.begin(identity="a", plan="p", options={})
        ledger.plan_units([UNIT])

        assert ledger.begin(identity="b", plan="q", options={}) == "indexing"
        assert ledger.units() == []


def test_driver_that_was_taken_over_cannot_write(tmp_path):
    with open_ledger(tmp_path / "ledger.db") as old, open_ledger(tmp_path / "ledger.db") as new:
        old.begin(identity="a", plan="p", options={})
        new.begin(identity="a", plan="p", options={})

        with pytest.raises(RunError, match="another run has taken over this folder"):
            old.plan_units([UNIT])
        assert new.units() == []


def test_broken_ledger_is_moved_aside(tmp_path):
    path = tmp_path / "ledger.db"
    path.write_bytes(b"this is no database, " * 100)

    with open_ledger(path) as ledger:
        assert (ledger.was_broken, ledger.begin(identity="a", plan="p", options={})) == (True, "indexing")
    assert (tmp_path / "ledger.db.broken-1").exists()


def test_ledger_of_a_newer_release_is_refused(tmp_path):
    path = tmp_path / "ledger.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()

    with pytest.raises(RunError, match="was written by a newer Rubricate"):
        open_ledger(path)
