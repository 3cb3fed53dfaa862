"""Near duplicates: which record stays, wherever the borders of units are and however often the run is stopped."""

import json
import math
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubricate.annotator import load
from rubricate.explaining.telling import tell_run
from rubricate.model.descriptors import RawRecord
from rubricate.pictures import opening
from rubricate.pictures.memory import PixelMemory, SoundImages
from rubricate.runner import Settings, run
from rubricate.running.indexing import IndexFile, write_index
from rubricate.running.labeller import PlanLabeller
from rubricate.running.merging import UnitLists, load_lists, resolve
from rubricate.running.preparing import Preparer
from rubricate.running.reading import read_run
from rubricate.running.repeating import Repeats
from rubricate.running.verifying import verify_run
from support.fake_run import FakeLabeller
from support.pictures import NEEDS_PILLOW, image_bytes
from support.rulesets import write_text
from support.scenes import save_scene

RULES = """\
record: {id: id, image: [photo]}
labels: {wide: {}}
prepare: [{use: dedupe, by: photo, distance: 6}]
rules: [{id: wider, label: wide, when: photo.width > photo.height, confidence: 0.9}]
"""


# -- which record stays ----------------------------------------------------------------------------------------


def resolve_units(folder, units, distance, *, keep_first=False):
    """Units as lists of (id, text, likeness) -> the lists of each unit."""
    for number, records in enumerate(units):
        raws = [RawRecord(1, 0, b"", {"id": id, "text": text, "likeness": likeness}) for id, text, likeness in records]
        write_index(folder, number, raws, FakeLabeller().identify, fingerprint=b"f" * 16)
    resolve(folder, range(len(units)), keep_first=keep_first, distance=distance)
    return [load_lists(folder, number) for number in range(len(units))]


def greedy(records, distance):
    """All pairs: position -> (id of the nearest that stays, bits that differ; None: it is equal)."""
    stays, dropped = [], {}
    for position, (id, text, likeness) in enumerate(records):
        best = min(
            (((likeness ^ other).bit_count(), number) for number, (_, _, other) in enumerate(stays)), default=(99, 0)
        )
        if best[0] > distance:
            stays.append((id, text, likeness))
        else:
            first = stays[best[1]]
            dropped[position] = (first[0], None if first[1] == text else best[0])
    return dropped


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 2**12 - 1), max_size=30), st.integers(0, 6), st.sets(st.integers(0, 30)))
def test_same_records_stay_as_if_all_pairs_were_compared(likenesses, distance, borders):
    spread = [sum(((likeness >> bit) & 1) << bit * 5 for bit in range(12)) for likeness in likenesses]
    records = [(f"r{number}", f"{likeness}", likeness) for number, likeness in enumerate(spread)]
    cuts = [0, *sorted(border for border in borders if border < len(records)), len(records)]
    units = [records[start:end] for start, end in pairwise(cuts)]
    with tempfile.TemporaryDirectory() as name:
        lists = resolve_units(Path(name), units, distance)
    found = {
        start + place: (id, each.near.get(place))
        for start, each in zip(cuts, lists, strict=False)
        for place, id in each.drops.items()
    }

    assert found == greedy(records, distance)


def test_what_is_near_a_dropped_record_only_stays(tmp_path):
    units = [[("a", "1", 0b0), ("b", "2", 0b11)], [("c", "3", 0b1111)]]

    assert resolve_units(tmp_path, units, 2) == [UnitLists(drops={1: "a"}, near={1: 2}), UnitLists()]


def test_nearest_is_named_and_of_several_the_first(tmp_path):
    units = [[("a", "1", 0b0), ("b", "2", 0b1111), ("c", "3", 0b11), ("d", "4", 0b111)]]

    assert resolve_units(tmp_path, units, 3) == [UnitLists(drops={2: "a", 3: "b"}, near={2: 2, 3: 1})]


def test_equal_record_is_a_plain_duplicate(tmp_path):
    units = [[("a", "1", 5), ("b", "1", 5), ("c", "2", 5), ("d", "9", None), ("e", "9", None)]]

    assert resolve_units(tmp_path, units, 3) == [UnitLists(drops={1: "a", 2: "a", 4: "d"}, near={2: 0})]


def test_record_that_stays_is_named_as_the_run_calls_it(tmp_path):
    units = [[("a", "1", 0), ("a", "2", 255), ("b", "3", 254)]]

    assert resolve_units(tmp_path, units, 1) == [UnitLists(drops={2: "a~2"}, near={2: 1}, suffixes={1: 2})]


def test_nothing_is_near_a_record_that_is_dropped_for_its_id(tmp_path):
    units = [[("a", "1", 0), ("a", "2", 255), ("b", "3", 254)]]

    assert resolve_units(tmp_path, units, 1, keep_first=True) == [UnitLists(drops={1: "a"})]


def test_search_can_be_stopped_at_each_unit(tmp_path):
    resolve_units(tmp_path, [[("a", "1", 0)], [("b", "2", 0)], []], 1)
    asked = []
    resolve(tmp_path, range(3), distance=1, go_on=lambda: asked.append(1))
    resolve(tmp_path, range(3), go_on=lambda: asked.append(2))

    assert asked == [1, 1, 1]


def test_distance_is_part_of_what_a_unit_is_known_by():
    digests = {UnitLists(drops={0: "a"}, near=near).digests for near in ({}, {0: 0}, {0: 1})}

    assert len(digests) == 3


def test_without_near_duplicates_index_files_hold_nothing_of_them(tmp_path):
    write_index(tmp_path, 0, [RawRecord(1, 0, b"", {"id": "a", "text": "x"})], FakeLabeller().identify,
                fingerprint=b"f" * 16)  # fmt: skip

    with IndexFile(tmp_path, 0) as file:
        assert (list(file.looks), file.content_rows.count) == ([], 1)


# -- runs ------------------------------------------------------------------------------------------------------

needs_pillow = pytest.mark.skipif(NEEDS_PILLOW is not None, reason=str(NEEDS_PILLOW))

ROWS = [
    ("1", "a.png"), ("2", "a-small.png"), ("3", "b.png"), ("4", "a-again.png"), ("5", "white.png"),
    ("6", "b-poor.jpg"), ("7", "black.png"), ("8", "cut.jpg"), ("9", "white-again.png"), ("10", "c.png"),
]  # fmt: skip
DROPPED = [
    ("2", "near_duplicate", "1", True), ("4", "duplicate", "1", False), ("6", "near_duplicate", "3", True),
    ("9", "duplicate", "5", False),
]  # fmt: skip


@pytest.fixture(scope="module")
def dump(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dump")
    save_scene(folder / "a.png", 1)
    save_scene(folder / "a-small.png", 1, "smaller")
    save_scene(folder / "a-again.png", 1)
    save_scene(folder / "b.png", 2)
    (folder / "cut.jpg").write_bytes(save_scene(folder / "b-poor.jpg", 2, "poorer").read_bytes()[:600])
    save_scene(folder / "c.png", 3)
    for name, colour in (("white", "white"), ("white-again", "white"), ("black", "black")):
        (folder / f"{name}.png").write_bytes(image_bytes(30, 20, colour=colour))
    return write(folder / "photos.jsonl", ROWS)


def write(path, rows):
    path.write_text("".join(json.dumps({"id": id, "photo": name}) + "\n" for id, name in rows))
    return path


def label(tmp_path, *dumps, rules=RULES, name="out", **more):
    annotator = load(write_text(tmp_path, rules))
    settings = Settings(**{"workers": 0, "unit_size": 70, **more})
    return run(annotator, [str(dump) for dump in dumps], tmp_path / name, settings=settings)[0]


def sizes(dump):
    """Pixels of each image of a dump that can be read."""
    from PIL import Image

    found = []
    for path in dump.parent.glob("*.png"):
        with Image.open(path) as image:
            found.append(math.prod(image.size))
    return found


def dropped(out):
    said = [each["rubricate"] for each in read_run(out, ("dropped",))]
    return [(each["id"], each["reason"], each["duplicate_of"], "distance" in each) for each in said]


@needs_pillow
def test_copies_are_dropped_and_every_record_is_counted(tmp_path, dump):
    summary = label(tmp_path, dump)

    assert summary.units > 3
    assert dropped(tmp_path / "out") == DROPPED
    assert summary.counts["dropped"] == {"duplicate": 2, "blank": 0, "near_duplicate": 2}
    assert (summary.counts["routes"]["accepted"], summary.counts["quarantined"]) == (5, {"image_broken": 1})
    assert verify_run(tmp_path / "out") == []
    near = next(read_run(tmp_path / "out", ("dropped",)))["rubricate"]
    assert near["distance"] <= 6
    told = tell_run("out", near, plan=str(near["plan"]))
    assert told == [f"in out: dropped: near_duplicate of 1, {near['distance']} of 64 bits differ"]
    assert f"{near['distance']} of 64 bits from " in (tmp_path / "out" / "report.html").read_text()


@needs_pillow
def test_workers_write_the_same_bytes(tmp_path, dump):
    assert label(tmp_path, dump).digest == label(tmp_path, dump, name="two", workers=2).digest


@needs_pillow
def test_run_that_was_stopped_goes_on_with_the_same_result(tmp_path, dump, monkeypatch):
    whole, calls, real = label(tmp_path, dump), [], PlanLabeller.label

    def stop(self, *args, **more):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(self, *args, **more)

    with monkeypatch.context() as patched:
        patched.setattr(PlanLabeller, "label", stop)
        with pytest.raises(KeyboardInterrupt):
            label(tmp_path, dump, name="stopped")
    again = label(tmp_path, dump, name="stopped")

    assert (again.digest, again.reused) == (whole.digest, 2)


@needs_pillow
def test_copies_in_a_new_dump_are_found_and_the_old_one_is_taken_over(tmp_path, dump):
    label(tmp_path, dump)
    save_scene(dump.parent / "c-small.png", 3, "both")
    more = write(dump.parent / "more.jsonl", [("11", "c-small.png")])
    summary = label(tmp_path, dump, more, name="more", after=tmp_path / "out")

    assert dropped(tmp_path / "more") == [*DROPPED, ("11", "near_duplicate", "10", True)]
    assert summary.taken_over == len(ROWS)


@needs_pillow
@pytest.mark.parametrize(("dedupe", "expected"), [("exact", ["4", "9"]), ("none", [])])
def test_command_may_ask_for_equal_bytes_or_nothing(tmp_path, dump, dedupe, expected):
    label(tmp_path, dump, dedupe=dedupe)

    assert [id for id, *_ in dropped(tmp_path / "out")] == expected


@needs_pillow
def test_who_reads_records_without_a_run_skips_the_same(tmp_path, dump, monkeypatch):
    monkeypatch.chdir(dump.parent)
    plan = load(write_text(tmp_path, RULES)).plan
    repeats = Repeats(plan, Preparer(plan))
    records = [RawRecord(1, 0, b"{}", {"id": id, "photo": name}) for id, name in ROWS]

    assert [record.fields["id"] for record in records if repeats.has(record)] == [id for id, *_ in DROPPED]


@needs_pillow
def test_images_are_decoded_once_though_their_pixels_are_not_kept_until_they_are_labelled(tmp_path, dump, monkeypatch):
    decoded = []
    upright = opening._upright
    monkeypatch.setattr(opening, "_upright", lambda image: decoded.append(image.size) or upright(image))
    monkeypatch.setattr(opening, "_PIXELS", PixelMemory(8 * max(sizes(dump))))
    monkeypatch.setattr(opening, "_SOUND", SoundImages(99))
    monkeypatch.setattr("rubricate.runner._glance", lambda *_: {})  # looks at the first records before
    monkeypatch.setattr("rubricate.runner._conclude", lambda *_: None)  # shows some of them behind
    monkeypatch.setattr("rubricate.runner._judge", lambda *_: ())
    label(tmp_path, dump)

    assert len(decoded) == 8  # 7 pictures, and one that is there twice, whose pixels had made room by then
