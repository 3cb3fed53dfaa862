"""Section 4 of the faults, disks: they refuse, run full, and lose what lay on them. Each test is named for its row."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from rubricate.errors import RunError
from rubricate.running.verifying import verify_run
from rubricate.storage.layout import ledger_file
from support.fake_run import OPTIONS, run_fake, start_fake, write_dump
from support.faults import (
    command,
    environment,
    finish,
    half_done,
    outcome_after,
    outcome_of,
    run_process,
    write_records,
)

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
    writes_no_modules = environment(PYTHONDONTWRITEBYTECODE="1")  # Python would keep a half of a large one
    refused = run_process([sys.executable, "-c", LIMITED, "60000", *arguments[3:]], env=writes_no_modules)
    again, calm = (finish(ruleset, many, folder, "--unit-size", 1 << 20) for folder in (out, ruleset.parent / "calm"))

    assert (refused.returncode, "Traceback" in refused.stderr, "File too large" in refused.stderr) == (2, False, True)
    assert (again.code, calm.code) == (0, 0), again
    assert outcome_of(out) == outcome_of(ruleset.parent / "calm")


FULL = """\
set -e
mount -t tmpfs -o "$1" none "$2"
cd /
"$3" -m rubricate run "$4" "$5" --out "$2/out" --unit-size 20000 --workers "$6" -q 2>"$7" && code=0 || code=$?
echo $code
mount -o remount,size=50m,nr_inodes=10000 "$2"
"$3" -m rubricate run "$4" "$5" --out "$2/out" --unit-size 20000 --workers 0 -q
cp -r "$2/out" "$8"
"""
"""A run on a disk of its own that is too small, and again when it is large enough."""
MOUNTS = ["unshare", "--map-root-user", "--mount", "sh", "-c"]


@pytest.fixture(scope="module")
def mounts(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skips where nobody may mount anything."""
    place = tmp_path_factory.mktemp("mount")
    tried = None if shutil.which("unshare") is None else subprocess.run([*MOUNTS, f"mount -t tmpfs none {place}"])
    if tried is None or tried.returncode != 0:
        pytest.skip("needs to mount a disk of its own")


@pytest.mark.parametrize(
    ("disk", "workers"),
    [
        ("size=160k", 0),
        *(pytest.param(f"size={size}k", workers, marks=pytest.mark.torture) for size in range(16, 341, 36) for workers in (0, 2)),
        *(pytest.param(f"nr_inodes={number}", 0, marks=pytest.mark.torture) for number in range(3, 27, 3)),
    ],
)  # fmt: skip
def test_d04_a_disk_that_is_full_is_a_clear_error_and_the_run_goes_on_when_there_is_room(
    ruleset, out, mounts, disk, workers
):
    many = write_records(ruleset.parent / "many.jsonl", 900)
    (ruleset.parent / "disk").mkdir()
    told = ruleset.parent / "told"
    done = run_process(
        [*MOUNTS, FULL, "sh", disk, str(ruleset.parent / "disk"), sys.executable, str(ruleset), str(many), str(workers),
         str(told), str(out)]
    )  # fmt: skip
    calm = finish(ruleset, many, ruleset.parent / "calm", "--unit-size", 20_000)

    assert (done.returncode, done.stdout, calm.code) == (0, "2\n", 0), done.stderr
    words = r"(?i)no space left on device|disk is full|disk I/O error|unable to open database file"
    assert re.search(words, told.read_text()), told.read_text()
    assert ("Traceback" in told.read_text(), "help: " in told.read_text()) == (False, True)
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
