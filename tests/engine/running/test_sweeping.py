"""gc: what nothing needs goes when it is old, everything else stays, and a run can go on after it was killed in it."""

import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from rubricate.running.sweeping import sweep_run
from rubricate.running.verifying import verify_run
from rubricate.storage.incidents import Incident, add_incident
from rubricate.storage.layout import index_folder, internal, lock_file, receipts_folder, spool_folder, votes_folder
from rubricate.storage.locking import hold_lock
from support.command import call, spawn, tree
from support.fake_run import read_rows, run_fake, start_fake, write_dump
from support.projects import ROWS, make_project, manifest

DAY = 86400.0


@pytest.fixture
def dump(tmp_path):
    return write_dump(tmp_path / "dump.jsonl")


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def age(folder: Path, *, seconds: float = 2 * DAY) -> None:
    """Makes everything look as if it were written that long ago."""
    then = time.time() - seconds
    for path in [folder, *folder.rglob("*")]:
        os.utime(path, (then, then))


def names(swept):
    return sorted((orphan.what, orphan.path.name) for orphan in swept.orphans)


def litter(out):
    """Puts an orphan of each kind into a finished run."""
    (out / "records" / ".tmp-x-1").write_bytes(b"half")
    (out / "records" / "part-00077-0123abcd.jsonl").write_bytes(b'{"id": 1}\n')
    (receipts_folder(out) / f"{'a' * 64}.json").write_bytes(b"{}")
    (internal(out) / "ledger.db.broken-1").write_bytes(b"?")
    (internal(out) / f"answers-{'b' * 16}.json").write_bytes(b"{}")
    for folder in (index_folder(out), spool_folder(out)):
        folder.mkdir()
        (folder / "file").write_bytes(b"12345")
    add_incident(out, "c" * 64, 3, Incident("timeout", "too long"))


def test_everything_that_a_finished_run_does_not_need_goes(out, dump):
    run_fake(out, dump)
    before = tree(out)
    litter(out)
    age(out)

    swept = sweep_run(out, grace=DAY)

    assert names(swept) == [
        ("answers", f"answers-{'b' * 16}.json"), ("incident", f"{'c' * 64}.json"), ("index", "index"), ("input", "spool"),
        ("ledger", "ledger.db.broken-1"), ("part", "part-00077-0123abcd.jsonl"), ("receipt", f"{'a' * 64}.json"),
        ("unfinished", ".tmp-x-1"),
    ]  # fmt: skip
    assert sum(orphan.bytes for orphan in swept.orphans if orphan.what == "index") == 5
    after = {name: content for name, content in tree(out).items() if name != ".rubricate/incidents"}
    assert {**after, ".rubricate/lock": b""} == {**before, ".rubricate/lock": b""}
    assert verify_run(out) == []


def test_what_is_young_stays(out, dump):
    run_fake(out, dump)
    litter(out)
    before = tree(out)

    swept = sweep_run(out, grace=DAY)

    assert (swept.orphans, swept.young) == ((), 8)
    assert {**tree(out), ".rubricate/lock": b""} == {**before, ".rubricate/lock": b""}


def test_a_dry_run_removes_nothing(out, dump):
    run_fake(out, dump)
    litter(out)
    before = tree(out)

    swept = sweep_run(out, grace=0, dry=True, clock=lambda: time.time() + 10)

    assert len(swept.orphans) == 8
    assert {**tree(out), ".rubricate/lock": b""} == {**before, ".rubricate/lock": b""}


def test_nothing_of_a_sound_run_is_an_orphan(out, dump):
    run_fake(out, dump)
    age(out)
    assert verify_run(out) == []

    assert sweep_run(out, grace=0).orphans == ()
    assert verify_run(out) == []


def test_a_run_that_was_stopped_keeps_what_it_goes_on_from(out, dump, tmp_path):
    expected = run_fake(tmp_path / "undisturbed", dump)
    process = start_fake(out, [dump], fail_point="before_ledger_commit:3")
    process.communicate(timeout=60)
    age(out)

    swept = sweep_run(out, grace=0)
    again = run_fake(out, dump)

    assert {orphan.what for orphan in swept.orphans} <= {"unfinished"}
    assert again.digest == expected.digest
    assert again.reused >= 2
    assert read_rows(out) == read_rows(tmp_path / "undisturbed")


def test_parts_without_a_receipt_go_from_a_stopped_run(out, dump, tmp_path):
    expected = run_fake(tmp_path / "undisturbed", dump)
    start_fake(out, [dump], fail_point="after_parts:3").communicate(timeout=60)
    age(out)

    swept = sweep_run(out, grace=0)

    assert {orphan.what for orphan in swept.orphans} == {"part"}
    assert run_fake(out, dump).digest == expected.digest


def test_a_run_at_work_is_left_alone(out, dump):
    run_fake(out, dump)
    litter(out)
    age(out)

    with hold_lock(lock_file(out), clock=lambda: 0.0):
        swept = sweep_run(out, grace=0)

    assert swept.orphans == ()
    assert swept.left_alone.startswith("another run is writing here: host ")
    assert (out / "records" / ".tmp-x-1").exists()


def test_a_manifest_that_was_changed_is_left_alone(out, dump):
    run_fake(out, dump)
    litter(out)
    age(out)
    (out / "manifest.json").write_bytes((out / "manifest.json").read_bytes().replace(b'"rows": 1', b'"rows": 2', 1))

    swept = sweep_run(out, grace=0)

    assert swept.orphans == ()
    assert swept.left_alone.endswith("was changed after it was published")


def test_answers_that_are_half_applied_keep_both_runs(out, dump):
    run_fake(out, dump)
    litter(out)
    (internal(out) / "applying.json").write_bytes(b"{}")
    age(out)

    assert {orphan.what for orphan in sweep_run(out, grace=0).orphans} == {"unfinished", "ledger"}


def test_killed_in_the_sweep_the_run_is_whole_and_the_rest_goes_later(tmp_path):
    project = make_project(tmp_path / "project")
    out = project.run()
    digest = manifest(out)["digest"]
    litter(out)
    age(out)

    killed = spawn("gc", project.folder, env={"RUBRICATE_FAIL_POINT": "in_gc_sweep:3"})
    left = len(sweep_run(out, grace=0, dry=True).orphans)
    again = call("gc", project.folder)

    assert (killed.returncode, left, again.code) == (-signal.SIGKILL, 5, 0)
    assert manifest(out)["digest"] == digest
    assert verify_run(out) == []
    assert sweep_run(out, grace=0, clock=lambda: time.time() + 10).orphans == ()
    assert project.run() == out


def test_killed_in_the_sweep_a_stopped_run_goes_on_to_the_same(tmp_path):
    project = make_project(tmp_path / "project", [{**ROWS[n % 8], "id": f"n{n}"} for n in range(60)])
    undisturbed = project.run("undisturbed", "--unit-size", 700)
    out = project.folder / "runs" / "stopped"
    command = ("run", project.ruleset, project.dump, "--out", out, "--unit-size", 700, "-q")
    spawn(*command, env={"RUBRICATE_FAIL_POINT": "after_parts:2"})
    age(out)

    killed = spawn("gc", out, env={"RUBRICATE_FAIL_POINT": "in_gc_sweep:1"})
    again = call(*command)

    assert (killed.returncode, again.code) == (-signal.SIGKILL, 0)
    assert manifest(out)["digest"] == manifest(undisturbed)["digest"]
    assert verify_run(out) == []


def test_answers_of_people_are_never_touched(tmp_path):
    project = make_project(tmp_path / "project")
    out = project.run()
    project.answer(out, "1;q")
    shutil.copy(project.folder / "people.db", out / "people.db")
    before = {path: path.read_bytes() for path in (project.folder / "people.db", out / "people.db")}
    age(project.folder)

    assert call("gc", project.folder, "--grace", "0").code == 0
    assert {path: path.read_bytes() for path in before} == before


def test_answers_that_were_applied_leave_nothing_to_sweep(tmp_path):
    project = make_project(tmp_path / "project")
    out = project.run()
    project.answer(out, "1;q")
    assert call("review", "apply", out).code == 0
    age(out)

    assert {orphan.what for orphan in sweep_run(out, grace=0).orphans} <= {"answers"}
    assert verify_run(out) == []
    assert project.run() == out


def test_votes_of_no_unit_are_swept(tmp_path):
    out = make_project(tmp_path / "project").run("first")
    [kept] = votes_folder(out).iterdir()
    lost = kept.with_name("0" * 64 + ".votes")
    lost.write_bytes(kept.read_bytes())

    swept = sweep_run(out, grace=-1)

    assert [(orphan.path, orphan.what) for orphan in swept.orphans] == [(lost, "votes")]
    assert list(votes_folder(out).iterdir()) == [kept]
