"""A whole run: published once, gone on with after anything, never over somebody else's files."""

import errno
import os
import re
import signal
from dataclasses import replace

import orjson
import pytest

from rubricate.errors import RunError, RunInterruptedError
from rubricate.running.driver import execute
from rubricate.running.publishing import read_manifest
from rubricate.running.verifying import verify_run
from rubricate.storage import parts
from rubricate.storage.layout import ledger_file, receipts_folder
from rubricate.storage.locking import hold_lock
from support.fake_run import OPTIONS, PLAN, FakeInput, FakeLabeller, read_rows, run_fake, write_dump

OTHER = replace(PLAN, digest="ab" * 32)


@pytest.fixture
def dump(tmp_path):
    return write_dump(tmp_path / "dump.jsonl")


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def names(out):
    return sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())


def stop_at(record):
    """A labeller that raises at the given record, counted from 0."""
    left = iter(range(record))

    def before():
        if next(left, None) is None:
            raise RunError("the labeller fell over")

    return FakeLabeller(before=before)


def test_each_record_is_in_one_place(tmp_path, out):
    dump = tmp_path / "dump.jsonl"
    dump.write_text('{"id":"a","text":"x"}\n{"id":"a","text":"y?"}\n{broken\n{"id":"b","text":"y?"}\n')
    summary = run_fake(out, dump)

    assert read_rows(out) == {
        "records": [{"id": "a"}],
        "review": [{"id": "a~2"}],
        "quarantine": [{"source": "dump.jsonl", "line": 3, "reason": "json"}],
        "dropped": [{"id": "b", "duplicate_of": "a~2"}],
    }
    assert (summary.state, summary.repeated_ids, summary.units, summary.reused) == ("completed", 1, 1, 0)


def test_published_run_is_sound_and_nothing_temporary_stays(out, dump):
    run_fake(out, dump)

    assert verify_run(out) == []
    assert not (out / ".rubricate" / "index").exists()


def test_manifest_knows_no_clock_host_or_place(out, dump, tmp_path):
    run_fake(out, dump)
    run_fake(tmp_path / "elsewhere", dump, options=replace(OPTIONS, clock=lambda: 9e8))
    one, other = read_manifest(out), read_manifest(tmp_path / "elsewhere")

    assert one.body == other.body
    assert one.annex["created"] != other.annex["created"]
    assert str(tmp_path) not in orjson.dumps(one.body).decode()


def test_units_are_numbered_over_all_inputs(tmp_path, out):
    dumps = [write_dump(tmp_path / name, records=20) for name in ("a.jsonl", "b.jsonl")]
    summary = run_fake(out, *dumps)
    manifest = read_manifest(out)

    assert {part["unit"] for part in manifest.body["parts"]} == set(range(summary.units))
    assert [(source["name"], source["read"]) for source in summary.sources] == [("a.jsonl", 20), ("b.jsonl", 20)]


def test_size_of_units_changes_no_row(out, dump, tmp_path):
    run_fake(out, dump)
    run_fake(tmp_path / "whole", dump, options=replace(OPTIONS, unit_size=1 << 20))

    assert read_rows(out) == read_rows(tmp_path / "whole")


def test_finished_run_is_only_reported(out, dump):
    first = run_fake(out, dump)
    before = {name: (out / name).stat().st_mtime_ns for name in names(out) if ".rubricate" not in name}
    labeller = FakeLabeller()
    again = run_fake(out, dump, labeller=labeller)

    assert (again.state, again.digest, again.counts) == ("already complete", first.digest, first.counts)
    assert labeller.labelled == []
    assert before == {name: (out / name).stat().st_mtime_ns for name in names(out) if ".rubricate" not in name}


def test_resumed_run_labels_only_what_is_left(out, dump, tmp_path):
    whole = FakeLabeller()
    expected = run_fake(tmp_path / "whole", dump, labeller=whole).digest
    with pytest.raises(RunError, match="the labeller fell over"):
        run_fake(out, dump, labeller=stop_at(25))
    assert not (out / "manifest.json").exists()
    rest = FakeLabeller()
    summary = run_fake(out, dump, labeller=rest)

    assert (summary.digest, summary.state) == (expected, "completed")
    assert 0 < len(rest.labelled) < len(whole.labelled)
    assert rest.labelled == whole.labelled[-len(rest.labelled) :]
    assert summary.reused > 0


@pytest.mark.parametrize(
    "damage",
    [
        lambda out: next((out / "records").glob("part-00000-*")).unlink(),
        lambda out: next((out / "records").glob("part-00000-*")).write_bytes(b"bit rot\n"),
        lambda out: [path.unlink() for path in receipts_folder(out).iterdir()],
        lambda out: [path.write_bytes(b"{") for path in receipts_folder(out).iterdir()],
        lambda out: ledger_file(out).unlink(),
        lambda out: ledger_file(out).write_bytes(b"broken" * 1000),
        lambda out: next((out / ".rubricate" / "index").glob("unit-*")).write_bytes(b""),
        lambda out: (out / "records" / ".tmp-0-dead").write_bytes(b"half"),
    ],
    ids=["part gone", "part rotten", "receipts gone", "receipts rotten", "ledger gone", "ledger rotten", "index rotten",
         "temporary file"],
)  # fmt: skip
def test_damage_between_two_tries_is_mended(out, dump, tmp_path, damage):
    expected = run_fake(tmp_path / "whole", dump).digest
    with pytest.raises(RunError, match="the labeller fell over"):
        run_fake(out, dump, labeller=stop_at(25))
    for ending in ("-wal", "-shm"):
        ledger_file(out).with_name(f"ledger.db{ending}").unlink(missing_ok=True)
    damage(out)

    assert run_fake(out, dump).digest == expected
    assert verify_run(out) == []


def test_part_lost_after_publishing_is_made_again(out, dump):
    expected = run_fake(out, dump).digest
    lost = next((out / "review").iterdir())
    content = lost.read_bytes()
    lost.unlink()

    summary = run_fake(out, dump)
    assert (summary.state, summary.digest, lost.read_bytes()) == ("completed", expected, content)


def test_lost_ledger_is_made_again_from_receipts(out, dump):
    run_fake(out, dump)
    ledger_file(out).unlink()
    (out / "manifest.json").unlink()
    labeller = FakeLabeller()
    summary = run_fake(out, dump, labeller=labeller)

    assert (labeller.labelled, summary.reused) == ([], summary.units)


def test_rotten_ledger_is_noted(out, dump):
    run_fake(out, dump)
    for ending in ("-wal", "-shm"):
        ledger_file(out).with_name(f"ledger.db{ending}").unlink(missing_ok=True)
    ledger_file(out).write_bytes(b"broken" * 1000)

    assert run_fake(out, dump).notes == (
        "the ledger could not be read; it was moved aside and made again from the receipts",
    )


def test_another_plan_is_refused_with_the_difference(out, dump):
    run_fake(out, dump)
    before = names(out)
    expected = (
        f'{out}: holds another run: plan "{PLAN.digest[:8]}" there, "abababab" now\n'
        "help: choose another --out, or replace what is there with --overwrite"
    )

    with pytest.raises(RunError, match=re.escape(expected)):
        run_fake(out, dump, plan=OTHER)
    assert (names(out), verify_run(out)) == (before, [])


def test_overwriting_publishes_the_new_run_and_sweeps_the_old(out, dump, tmp_path):
    run_fake(out, write_dump(tmp_path / "long.jsonl", records=100))
    expected = run_fake(tmp_path / "fresh", dump, plan=OTHER).digest
    summary = run_fake(out, dump, plan=OTHER, options=replace(OPTIONS, overwrite=True))

    assert (summary.digest, verify_run(out)) == (expected, [])
    assert [name for name in names(out) if "part-" in name] == [
        name for name in names(tmp_path / "fresh") if "part-" in name
    ]


def test_reader_sees_the_old_manifest_until_the_new_one_stands(out, dump):
    old = run_fake(out, dump).digest
    with pytest.raises(RunError, match="the labeller fell over"):
        run_fake(out, dump, plan=OTHER, options=replace(OPTIONS, overwrite=True), labeller=stop_at(25))

    assert read_manifest(out).digest == old
    assert {finding.what for finding in verify_run(out)} <= {"unnamed"}


def test_overwriting_that_was_stopped_goes_on_and_sweeps(out, dump, tmp_path):
    run_fake(out, write_dump(tmp_path / "long.jsonl", records=100))
    with pytest.raises(RunError, match="the labeller fell over"):
        run_fake(out, dump, plan=OTHER, options=replace(OPTIONS, overwrite=True), labeller=stop_at(25))
    run_fake(out, dump, plan=OTHER)

    assert verify_run(out) == []


def test_foreign_files_are_refused_and_left_alone(out, dump):
    (out / "records").mkdir(parents=True)
    (out / "thesis.tex").write_text("years of work")
    (out / "records" / "mine.jsonl").write_text("{}")
    expected = (
        f'{out}: holds what this run did not write: "records/mine.jsonl", "thesis.tex"\n'
        "help: choose an empty or new folder as --out"
    )

    with pytest.raises(RunError, match=re.escape(expected)):
        run_fake(out, dump, options=replace(OPTIONS, overwrite=True))
    assert names(out) == ["records/mine.jsonl", "thesis.tex"]


def test_parts_of_an_unknown_run_are_refused(out, dump):
    (out / "records").mkdir(parents=True)
    (out / "records" / "part-00000-01234567.jsonl").write_text("{}")

    with pytest.raises(RunError, match=r'"records/part-00000-01234567\.jsonl"'):
        run_fake(out, dump)


def test_manifest_that_was_edited_is_refused(out, dump):
    run_fake(out, dump)
    path = out / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"read": 40', b'"read": 41'))

    with pytest.raises(RunError, match=r"manifest\.json: was changed after it was published"):
        run_fake(out, dump)
    assert run_fake(out, dump, options=replace(OPTIONS, overwrite=True)).counts["read"] == 40


def test_second_driver_is_refused(out, dump):
    (out / ".rubricate").mkdir(parents=True)

    with (
        hold_lock(out / ".rubricate" / "lock", clock=lambda: 0.0),
        pytest.raises(RunError, match="another run is writing here"),
    ):
        run_fake(out, dump)


@pytest.mark.parametrize("limit", [1, 7, 39, 40, 1000])
def test_limit_takes_the_first_records(out, dump, limit, tmp_path):
    dumps = (dump, write_dump(tmp_path / "more.jsonl", records=10))
    summary = run_fake(out, *dumps, options=replace(OPTIONS, limit=limit))

    assert summary.counts["read"] == min(limit, 50)
    assert [source["read"] for source in summary.sources] == [min(limit, 40), max(0, min(limit, 50) - 40)]
    assert read_manifest(out).body["partial"] == {"limit": limit}


def test_sample_takes_the_same_records_again(out, dump, tmp_path):
    options = replace(OPTIONS, sample=9, seed=4)
    digests = {run_fake(folder, dump, options=options).digest for folder in (out, tmp_path / "again")}

    assert len(digests) == 1
    assert (read_manifest(out).body["partial"], read_manifest(out).body["counts"]["read"]) == (
        {"sample": 9, "seed": 4},
        9,
    )


def test_resumed_sample_is_the_same_sample(out, dump, tmp_path):
    options = replace(OPTIONS, sample=20)
    expected = run_fake(tmp_path / "whole", dump, options=options).digest
    with pytest.raises(RunError, match="the labeller fell over"):
        run_fake(out, dump, options=options, labeller=stop_at(12))

    assert run_fake(out, dump, options=options).digest == expected


def test_empty_dump_makes_an_empty_run(tmp_path, out):
    dump = tmp_path / "empty.jsonl"
    dump.touch()
    states = [run_fake(out, dump).state for _ in range(2)]

    assert (states, verify_run(out)) == (["completed", "already complete"], [])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_run_asked_to_stop_finishes_its_unit_and_can_go_on(out, dump, tmp_path, number):
    expected = run_fake(tmp_path / "whole", dump).digest
    asked = iter([False] * 9 + [True])

    def before():
        if next(asked, False):
            os.kill(os.getpid(), number)

    with pytest.raises(RunInterruptedError, match="stopped as asked"):
        run_fake(out, dump, labeller=FakeLabeller(before=before))
    assert len(list(receipts_folder(out).iterdir())) >= 1
    assert run_fake(out, dump).digest == expected


def test_run_asked_twice_stops_at_once_and_can_go_on(out, dump, tmp_path):
    expected = run_fake(tmp_path / "whole", dump).digest

    def before():
        os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        run_fake(out, dump, labeller=FakeLabeller(before=before))
    assert list(receipts_folder(out).iterdir()) == []
    assert run_fake(out, dump).digest == expected


def test_source_that_grows_while_it_is_read_is_an_error(out, dump):
    def before():
        with dump.open("a") as file:
            file.write("{}\n")

    with pytest.raises(RunError, match=r'source changed while "dump\.jsonl" was read'):
        run_fake(out, dump, labeller=FakeLabeller(before=before))
    assert not (out / "manifest.json").exists()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO], ids=["full", "broken"])
def test_disk_that_refuses_is_an_error_and_the_run_can_go_on(out, dump, tmp_path, monkeypatch, number):
    expected = run_fake(tmp_path / "whole", dump).digest
    left = iter(range(5))
    sync = parts.sync_descriptor

    def refuse(descriptor):
        if next(left, None) is None:
            raise OSError(number, os.strerror(number))
        sync(descriptor)

    monkeypatch.setattr(parts, "sync_descriptor", refuse)
    with pytest.raises(RunError, match=os.strerror(number)):
        run_fake(out, dump)
    monkeypatch.undo()
    assert not any(".tmp-" in name for name in names(out))
    assert run_fake(out, dump).digest == expected


def test_labeller_that_loses_a_record_publishes_nothing(out, dump):
    class Loser(FakeLabeller):
        def label(self, records, **rest):
            outcome = super().label(records, **rest)
            counts = {**outcome.tally, "routes": {**outcome.tally["routes"], "accepted": 0}}
            return replace(outcome, tally=counts)

    with pytest.raises(RunError, match=r"counts do not balance: 7 were read, 7 read \+ 0 made != 0 dropped"):
        run_fake(out, dump, labeller=Loser())
    assert [name for name in names(out) if "part-" in name or ".tmp-" in name] == []


def test_units_of_an_earlier_try_are_kept_as_they_are(out, dump):
    with pytest.raises(RunError, match="the labeller fell over"):
        run_fake(out, dump, labeller=stop_at(25))
    receipts = sorted(receipts_folder(out).iterdir())
    kept = {path: path.read_bytes() for path in receipts}

    assert run_fake(out, dump).reused == len(receipts)
    assert {path: path.read_bytes() for path in receipts} == kept


def test_progress_tells_every_byte_and_record_of_both_passes(out, dump):
    class Heard:
        def __init__(self):
            self.phases = []

        def begin(self, phase, *, total):
            self.phases.append([phase, total, 0, 0])

        def advance(self, *, size, records):
            self.phases[-1][2] += size
            self.phases[-1][3] += records

    heard = Heard()
    inputs = [FakeInput(dump)]
    execute(out=out, plan=PLAN, inputs=inputs, labeller=FakeLabeller(), options=OPTIONS, progress=heard)
    size = dump.stat().st_size

    assert heard.phases == [["indexing", None, size, 40], ["labelling", size, size, 40], ["publishing", None, 0, 0]]
