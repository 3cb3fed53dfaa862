"""The names of units."""

from dataclasses import replace

import pytest

from rubricate.running.merging import UnitLists
from rubricate.running.units import fingerprint_unit, unit_key
from rubricate.storage.ledger import Unit
from support.fake_run import PLAN, FakeInput, write_dump

UNIT = Unit(ordinal=0, input=0, slice=0, offset=0, length=10, first=1, items=2)


@pytest.fixture
def source(tmp_path):
    return FakeInput(write_dump(tmp_path / "dump.jsonl"))


def test_key_follows_from_its_parts_alone(source):
    done = replace(UNIT, key="k", receipt="r")

    assert unit_key(PLAN, source, UNIT, UnitLists()) == unit_key(PLAN, source, done, UnitLists())


@pytest.mark.parametrize(
    ("plan", "unit", "lists"),
    [
        (replace(PLAN, digest="ab" * 32), UNIT, UnitLists()),
        (replace(PLAN, answers="ab" * 32), UNIT, UnitLists()),
        (replace(PLAN, options={"output_key": "labels"}), UNIT, UnitLists()),
        (PLAN, replace(UNIT, offset=1), UnitLists()),
        (PLAN, replace(UNIT, chosen=(0,)), UnitLists()),
        (PLAN, UNIT, UnitLists(drops={0: "a"})),
        (PLAN, UNIT, UnitLists(suffixes={0: 2})),
    ],
    ids=["plan", "answers", "options", "slice", "sample", "drops", "suffixes"],
)
def test_whatever_changes_a_row_changes_the_key(source, plan, unit, lists):
    assert unit_key(plan, source, unit, lists) != unit_key(PLAN, source, UNIT, UnitLists())


def test_changed_bytes_of_the_source_change_the_key(source):
    before = unit_key(PLAN, source, UNIT, UnitLists())
    source.path.write_text("")

    assert unit_key(PLAN, source, UNIT, UnitLists()) != before


def test_index_of_another_run_is_not_used(source):
    one, other = (fingerprint_unit(identity, source, UNIT) for identity in ({"plan": "a"}, {"plan": "b"}))

    assert one != other
