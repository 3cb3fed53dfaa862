"""Section 4 of the faults: processes that die, disks that refuse, folders that are shared. Each test is named for its row."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from rubricate.errors import RunError
from rubricate.running.publishing import read_manifest
from rubricate.running.verifying import verify_run
from rubricate.storage.layout import ledger_file, lock_file
from support.command import Called, call
from support.fake_run import OPTIONS, PLAN, FakeLabeller, run_fake, start_fake, write_dump
from support.faults import RULESET, command, environment, outcome_of, run_process, write_records


@pytest.fixture
def ruleset(tmp_path: Path) -> Path:
    path = tmp_path / "ruleset.yaml"
    path.write_text(RULESET)
    return path


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    return write_dump(tmp_path / "dump.jsonl")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def calm(tmp_path: Path, dump: Path) -> object:
    """What an undisturbed run over the dump comes to."""
    return outcome_after(tmp_path / "calm", dump)


def outcome_after(out: Path, dump: Path) -> object:
    """Goes on with a run to its end: SAME compares this."""
    run_fake(out, dump)
    return outcome_of(out)


class Stopped(Exception):  # noqa: N818 - a stand-in for whatever ends a run
    pass


def stop_after(records: int) -> FakeLabeller:
    left = iter(range(records))

    def before() -> None:
        if next(left, None) is None:
            raise Stopped

    return FakeLabeller(before=before)


def half_done(out: Path, dump: Path) -> None:
    """A run that ended after some units, without its ledger's log having been folded in."""
    with pytest.raises(Stopped):
        run_fake(out, dump, labeller=stop_after(25))


def finish(ruleset: Path, dump: Path, out: Path, *more: object) -> Called:
    """Goes on with a run of real rules to its end, in this process."""
    return call(*command(ruleset, dump, out, "--workers", 0, *more)[3:])


# -- D3: signals -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signals", "workers"),
    [([signal.SIGTERM], 2), ([signal.SIGINT, signal.SIGINT], 0)],
    ids=["once_with_workers", "twice_without"],
)
def test_d03_a_run_that_is_asked_to_stop_goes_on_to_the_same(ruleset, out, signals, workers):
    many = write_records(ruleset.parent / "many.jsonl", 1500)
    process = subprocess.Popen(command(ruleset, many, out, "--workers", workers, "--batch", 1), env=environment(),
                               stderr=subprocess.PIPE, text=True)  # fmt: skip
    while not list(out.glob("records/part-*")) and process.poll() is None:
        time.sleep(0.01)
    for number in signals:
        process.send_signal(number)
        time.sleep(0.05)
    _, errors = process.communicate(timeout=60)
    again, calm = finish(ruleset, many, out), finish(ruleset, many, ruleset.parent / "calm")

    # the second one may come when nobody listens any more, as the process is on its way out
    assert process.returncode in ({130} if len(signals) == 1 else {130, -signal.SIGINT}), errors
    assert "Traceback" not in errors
    assert (again.code, calm.code) == (0, 0)
    assert outcome_of(out) == outcome_of(ruleset.parent / "calm")


# -- D4, D5: the disk refuses ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EACCES],
    ids=lambda number: errno.errorcode[number],
)
@pytest.mark.parametrize("call", ["write", "link"], ids=["in_staging", "in_the_final_put"])
def test_d04_d05_a_disk_that_refuses_is_a_clear_error_and_nothing_partial_is_seen(
    out, dump, calm, monkeypatch, number, call
):
    from rubricate.storage import objects, parts

    left = iter(range(7))

    def refuse(given: object) -> object:
        def called(*arguments: object, **more: object) -> object:
            if next(left, None) is None:
                raise OSError(number, os.strerror(number), str(out))
            return given(*arguments, **more)  # type: ignore[operator]

        return called

    with monkeypatch.context() as patch:
        if call == "write":
            patch.setattr(parts, "_write_all", refuse(parts._write_all))
        else:
            patch.setattr(objects.os, "link", refuse(os.link))
        with pytest.raises(RunError, match=os.strerror(number)) as caught:
            run_fake(out, dump)

    assert (caught.value.help is None, (out / "manifest.json").exists()) == (False, False)
    assert {finding.what for finding in verify_run(out)} <= {"manifest", "unnamed"}
    assert outcome_after(out, dump) == calm


def test_d04_a_ledger_that_cannot_grow_is_a_clear_error(out, dump, calm, monkeypatch):
    connect = sqlite3.connect

    def small(*arguments: object, **more: object) -> sqlite3.Connection:
        connection = connect(*arguments, **more)  # type: ignore[arg-type]
        connection.execute("PRAGMA max_page_count = 4")
        return connection

    with monkeypatch.context() as patch:
        patch.setattr("rubricate.storage.ledger.sqlite3.connect", small)
        with pytest.raises(RunError, match=r"ledger\.db: database or disk is full"):
            run_fake(out, write_dump(out.parent / "dump.jsonl", records=40), options=replace(OPTIONS, unit_size=20))
    shutil.rmtree(out / ".rubricate" / "index")

    assert not (out / "manifest.json").exists()
    assert run_fake(out, dump, options=replace(OPTIONS, unit_size=20)).state == "completed"
    assert verify_run(out) == []


LIMITED = """\
import resource, runpy, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
sys.argv = ["rubricate", *sys.argv[2:]]
runpy.run_module("rubricate", run_name="__main__")
"""


@pytest.mark.parametrize("workers", [pytest.param(0, marks=pytest.mark.torture), 2])
def test_d04_a_write_that_the_kernel_refuses_ends_the_process_with_a_word(ruleset, out, workers):
    many = write_records(ruleset.parent / "many.jsonl", 900)
    arguments = command(ruleset, many, out, "--unit-size", 1 << 20, "--workers", workers)
    refused = run_process([sys.executable, "-c", LIMITED, "60000", *arguments[3:]])
    again, calm = (finish(ruleset, many, folder, "--unit-size", 1 << 20) for folder in (out, ruleset.parent / "calm"))

    assert (refused.returncode, "Traceback" in refused.stderr, "File too large" in refused.stderr) == (2, False, True)
    assert (again.code, calm.code) == (0, 0), again
    assert outcome_of(out) == outcome_of(ruleset.parent / "calm")


# -- D6: fsync -------------------------------------------------------------------------------------------------


def test_d06_after_a_failed_fsync_the_file_is_given_up_and_its_unit_not_done(out, dump, calm, monkeypatch):
    from rubricate.storage import parts

    synced: list[int] = []

    def fail_once(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        if len(synced) == 3:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        os.fsync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(parts, "sync_descriptor", fail_once)
        with pytest.raises(RunError, match="Input/output error"):
            run_fake(out, dump)

    assert synced.count(synced[2]) == 1
    assert not (out / "manifest.json").exists()
    assert outcome_after(out, dump) == calm


# -- D7, D8, D9: what lies on the disk is damaged ----------------------------------------------------------------


@pytest.mark.parametrize("how", ["flipped", "torn", "emptied", "gone"])
@pytest.mark.parametrize("folder", ["records", ".rubricate/receipts", ".rubricate/index"])
def test_d07_a_damaged_object_is_found_and_made_again(out, dump, calm, folder, how):
    half_done(out, dump)
    victim = sorted(path for path in (out / folder).iterdir() if path.is_file())[0]
    content = victim.read_bytes()
    middle = len(content) // 2
    if how == "gone":
        victim.unlink()
    else:
        torn = {"torn": content[:middle], "emptied": b""}
        flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        victim.write_bytes(torn.get(how, flipped))

    assert outcome_after(out, dump) == calm


def test_d08_unfinished_files_of_a_dead_process_are_ignored_and_swept(out, dump, calm):
    half_done(out, dump)
    for number, content in enumerate([b"", b'{"half', b"\0" * 4096]):
        for folder in ("records", "quarantine", ".rubricate", ".rubricate/receipts", ".rubricate/index"):
            (out / folder / f".tmp-dead-{number}").write_bytes(content)

    assert outcome_after(out, dump) == calm
    assert list(out.rglob(".tmp-*")) == []


def fold_in(out: Path) -> None:
    with sqlite3.connect(ledger_file(out)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def lose_log(out: Path) -> None:
    for ending in ("-wal", "-shm"):
        ledger_file(out).with_name(f"ledger.db{ending}").unlink(missing_ok=True)


def older_schema(out: Path) -> None:
    fold_in(out)
    with sqlite3.connect(ledger_file(out)) as connection:
        connection.execute("PRAGMA user_version = 0")
    connection.close()


def without_a_table(out: Path) -> None:
    fold_in(out)
    with sqlite3.connect(ledger_file(out)) as connection:
        connection.execute("DROP TABLE units")
    connection.close()


@pytest.mark.parametrize(
    "damage",
    [
        lambda out: (lose_log(out), ledger_file(out).unlink()),
        lambda out: (lose_log(out), ledger_file(out).write_bytes(b"")),
        lambda out: (lose_log(out), ledger_file(out).write_bytes(b"SQLite format 3\0" + b"\xff" * 8000)),
        lambda out: (fold_in(out), ledger_file(out).write_bytes(ledger_file(out).read_bytes()[:5000])),
        lose_log,
        older_schema,
        without_a_table,
    ],
    ids=["deleted", "empty", "rotten", "cut", "copied_without_its_log", "of_no_version", "without_a_table"],
)  # fmt: skip
def test_d09_a_ledger_that_is_of_no_use_is_made_again_from_the_receipts(tmp_path, out, dump, calm, damage):
    process = start_fake(out, [dump], fail_point="after_ledger_commit:3")  # killed, so that its log stays behind
    process.communicate(timeout=60)
    done = len(list((out / ".rubricate" / "receipts").iterdir()))
    damage(out)
    summary = run_fake(out, dump)

    assert (outcome_of(out), summary.reused >= done, done) == (calm, True, 3)


# -- D11, D12: who drives ----------------------------------------------------------------------------------------


def test_d11_a_second_driver_is_told_who_is_first(out, dump, tmp_path):
    process = start_fake(out, [dump])
    process.send_signal(signal.SIGSTOP)
    try:
        note = wait_for_note(process, out)
        second = run_process([sys.executable, str(Path(run_fake.__code__.co_filename)), str(out), str(dump)])
    finally:
        process.send_signal(signal.SIGCONT)
        process.communicate(timeout=60)

    assert (note["host"], note["pid"]) == (socket.gethostname(), process.pid)
    assert second.returncode != 0
    assert (
        f'another run is writing here: host "{note["host"]}", pid {process.pid}, since {note["since"]}' in second.stderr
    )


def wait_for_note(process: subprocess.Popen[str], out: Path) -> dict[str, object]:
    """Lets a process run until it holds the lock, and stops it there."""
    while process.poll() is None:
        process.send_signal(signal.SIGCONT)
        time.sleep(0.002)
        process.send_signal(signal.SIGSTOP)
        try:
            return json.loads(lock_file(out).read_bytes())  # type: ignore[no-any-return]
        except (FileNotFoundError, json.JSONDecodeError):
            continue
    raise AssertionError("it ended before it could be stopped")


def test_d11_the_lock_of_a_dead_driver_is_free(out, dump, calm):
    process = start_fake(out, [dump], fail_point="after_parts:2")
    process.communicate(timeout=60)
    note = json.loads(lock_file(out).read_bytes())

    assert note["pid"] == process.pid  # the note stays, and says nothing once the lock is gone
    assert outcome_after(out, dump) == calm


def test_d11_a_driver_that_was_taken_over_can_write_no_more(out, dump, calm):
    """Where the lock is of no use (a network disk), the fencing number in the ledger still is."""
    from rubricate.storage.ledger import open_ledger

    def take_over() -> None:
        if not taken:
            taken.append(True)
            with open_ledger(ledger_file(out)) as other:
                other.begin(identity=other.identity or "", plan=PLAN.digest, options={})

    taken: list[bool] = []
    with pytest.raises(RunError, match="another run has taken over this folder"):
        run_fake(out, dump, labeller=FakeLabeller(before=take_over))

    assert not (out / "manifest.json").exists()
    assert outcome_after(out, dump) == calm


def test_d12_no_clock_decides_anything(tmp_path, out, dump, calm, monkeypatch):
    jumps = iter([2e9, 1e9, 3e9, 0.0, 1.7e9] * 50)
    options = replace(OPTIONS, clock=lambda: next(jumps))
    monkeypatch.setattr(time, "time", lambda: next(jumps))
    half = stop_after(25)
    with pytest.raises(Stopped):
        run_fake(out, dump, labeller=half, options=options)
    for path in out.rglob("*"):  # as if another host, an hour behind, had written it
        os.utime(path, (1.0e9, 1.0e9))
    run_fake(out, dump, options=options)

    assert outcome_of(out) == calm


# -- D13, D15: another machine -----------------------------------------------------------------------------------


def test_d13_a_run_resumed_with_other_workers_batches_and_hash_seed_is_the_same(ruleset, out):
    many = write_records(ruleset.parent / "many.jsonl", 150)
    first = run_process(
        command(ruleset, many, out, "--workers", 2, "--batch", 7),
        env=environment(PYTHONHASHSEED="1", RUBRICATE_FAIL_POINT="after_ledger_commit:3"),
    )
    again = run_process(
        command(ruleset, many, out, "--workers", 1, "--batch", 100), env=environment(PYTHONHASHSEED="77")
    )
    calm = finish(ruleset, many, ruleset.parent / "calm")

    assert (first.returncode, again.returncode, calm.code) == (-signal.SIGKILL, 0, 0), again.stderr
    assert outcome_of(out) == outcome_of(ruleset.parent / "calm")


def test_d15_few_file_descriptors_are_enough(ruleset, out):
    many = write_records(ruleset.parent / "many.jsonl", 4000)
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)); {RUN}"
    done = run_process([sys.executable, "-c", limit, *command(ruleset, many, out, "--workers", 2)[3:]])

    assert (done.returncode, done.stderr) == (0, "")
    assert outcome_of(out).counts["read"] == 4000


RUN = 'import runpy, sys; sys.argv[0] = "rubricate"; runpy.run_module("rubricate", run_name="__main__")'


@pytest.mark.parametrize(
    "descriptors", [pytest.param(8, marks=pytest.mark.torture), 14, pytest.param(20, marks=pytest.mark.torture)]
)
def test_d15_without_file_descriptors_a_run_fails_in_words(ruleset, out, descriptors):
    many = write_records(ruleset.parent / "many.jsonl", 60)
    limit = (
        "import rubricate.cli.run_command, resource; "
        f"resource.setrlimit(resource.RLIMIT_NOFILE, ({descriptors}, {descriptors})); {RUN}"
    )
    done = run_process([sys.executable, "-c", limit, *command(ruleset, many, out, "--workers", 2)[3:]])

    assert done.returncode in (0, 2), done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == 0 or "Too many open files" in done.stderr


# -- D16, D17: others look at the folder -----------------------------------------------------------------------


def test_d16_another_dataset_is_refused_unless_it_is_to_be_overwritten(out, dump, tmp_path):
    other = write_dump(tmp_path / "other.jsonl", records=90)
    run_fake(out, other)
    before = outcome_of(out)
    with pytest.raises(RunError, match="holds another run"):
        run_fake(out, dump)
    kept = outcome_of(out)
    run_fake(out, dump, options=replace(OPTIONS, overwrite=True))

    assert (kept, outcome_of(out).counts["read"]) == (before, 40)


def test_d17_a_reader_sees_one_manifest_or_the_other_and_all_parts_of_it(out, dump, tmp_path):
    other = replace(PLAN, digest="ab" * 32)
    old = run_fake(out, dump).digest
    new = run_fake(tmp_path / "new", dump, plan=other).digest
    seen: set[str] = set()
    mixed: list[str] = []
    ended = threading.Event()

    def read() -> None:
        while not ended.is_set():
            manifest = read_manifest(out)
            if manifest is None:
                mixed.append("none")
                continue
            seen.add(manifest.digest)
            for part in manifest.body["parts"]:  # type: ignore[attr-defined]
                if not (out / part["path"]).exists() and read_manifest(out).digest == manifest.digest:  # type: ignore[union-attr]
                    mixed.append(part["path"])

    reader = threading.Thread(target=read)
    reader.start()
    run_fake(
        out,
        dump,
        plan=other,
        options=replace(OPTIONS, overwrite=True),
        labeller=FakeLabeller(before=lambda: time.sleep(0.002)),
    )
    ended.set()
    reader.join()

    assert (seen <= {old, new}, mixed) == (True, [])
