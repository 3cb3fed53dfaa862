"""What units learn from each other."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubricate.model.descriptors import RawRecord
from rubricate.running import merging
from rubricate.running.indexing import ROW, Rows, write_index
from rubricate.running.merging import UnitLists, load_lists, merge_rows, resolve
from support.fake_run import FakeLabeller


def resolve_units(folder, units):
    """Units as lists of (id, text) -> how many ids were repeated, and the lists of each unit."""
    for number, records in enumerate(units):
        raws = [RawRecord(1, 0, b"", {"id": id, "text": text}) for id, text in records]
        write_index(folder, number, raws, FakeLabeller().identify, fingerprint=b"f" * 16)
    repeated = resolve(folder, range(len(units)))
    return repeated, [load_lists(folder, number) for number in range(len(units))]


def test_later_record_with_the_same_text_is_dropped(tmp_path):
    found = resolve_units(tmp_path, [[("a", "x"), ("b", "y")], [("c", "x"), ("d", "x")]])

    assert found == (0, [UnitLists(), UnitLists(drops={0: "a", 1: "a"})])


def test_repeated_ids_are_numbered_in_the_order_of_units(tmp_path):
    found = resolve_units(tmp_path, [[("a", "1"), ("a", "2")], [("b", "3"), ("a", "4")]])

    assert found == (2, [UnitLists(suffixes={1: 2}), UnitLists(suffixes={1: 3})])


def test_duplicate_is_of_the_id_that_the_kept_record_gets(tmp_path):
    _, lists = resolve_units(tmp_path, [[("a", "1"), ("a", "2")], [("c", "2")]])

    assert lists[1] == UnitLists(drops={0: "a~2"})


def test_number_that_an_id_in_the_data_has_is_left_out(tmp_path):
    _, lists = resolve_units(tmp_path, [[("a", "1"), ("a", "2"), ("a~2", "3"), ("a", "4"), ("a~2", "5")]])

    assert lists == [UnitLists(suffixes={1: 3, 3: 4, 4: 2})]


def test_resolving_again_gives_the_same(tmp_path):
    units = [[("a", "x"), ("a", "x")], [("a", "x")]]

    assert resolve_units(tmp_path, units) == resolve_units(tmp_path, units)


def test_full_spool_changes_nothing(tmp_path, monkeypatch):
    units = [[("a", "x"), ("a", "x"), ("b", "x")], [("a", "x")]]
    expected = resolve_units(tmp_path, units)
    monkeypatch.setattr(merging, "_SPOOL", 1)

    assert resolve_units(tmp_path, units) == expected


@pytest.mark.parametrize(
    "other",
    [
        UnitLists(drops={0: "b"}),
        UnitLists(drops={1: "a"}),
        UnitLists(drops={0: "a", 1: "a"}),
        UnitLists(drops={0: "a"}, suffixes={0: 2}),
    ],
    ids=["id", "position", "more", "suffix"],
)
def test_other_lists_have_other_digests(other):
    assert other.digests != UnitLists(drops={0: "a"}).digests


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=8), max_size=12), st.integers(2, 4))
def test_merging_on_several_levels_sorts_all_rows(numbers, fan_in):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runs, expected = [], []
        for unit, group in enumerate(numbers):
            rows = sorted(ROW.pack(number.to_bytes(16, "big"), unit, 0) for number in group)
            (folder / str(unit)).write_bytes(b"head" + b"".join(rows))
            runs.append(Rows(folder / str(unit), 4, len(rows)))
            expected += rows
        merged = list(merge_rows(runs, scratch=folder, fan_in=fan_in))
        left = {path.name for path in folder.iterdir()}

    assert (merged, left) == (sorted(expected), {str(unit) for unit in range(len(numbers))})


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.sampled_from(["a", "b", "a~2", "a~3", "b~2"]), max_size=6), max_size=4))
def test_no_two_records_get_the_same_id(units):
    with tempfile.TemporaryDirectory() as name:
        _, lists = resolve_units(Path(name), [[(id, f"{id}") for id in ids] for ids in units])
    made = [
        id + (f"~{found.suffixes[position]}" if position in found.suffixes else "")
        for ids, found in zip(units, lists, strict=True)
        for position, id in enumerate(ids)
    ]

    assert len(made) == len(set(made))
