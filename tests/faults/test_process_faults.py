"""Section 4 of the faults, processes: they die, clocks jump, folders are shared. Each test is named for its row."""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from rubricate.errors import RunError
from rubricate.running.publishing import read_manifest
from rubricate.storage.layout import ledger_file, lock_file
from support.command import call
from support.fake_run import OPTIONS, PLAN, FakeLabeller, run_fake, start_fake, write_dump
from support.faults import (
    RULESET,
    Stopped,
    command,
    environment,
    finish,
    install_misbehaving,
    outcome_after,
    outcome_of,
    run_process,
    stop_after,
    write_records,
)

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


def children(pid: int) -> list[int]:
    """The processes that another one has started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == pid and state != "Z":
                found.append(int(path.parent.name))
    return found


def wait_until(holds: Callable[[], object], seconds: float = 30.0) -> None:
    """Waits for something; fails where it takes longer."""
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.02)


@pytest.fixture
def hanging(ruleset: Path) -> Iterator[subprocess.Popen[str]]:
    """A run of two workers, one of which hangs in a plugin."""
    site = install_misbehaving(ruleset.parent / "site")
    rule = "matchers: {bad: {use: misbehaving}}\nrules:\n  - {id: odd, label: spam, when: bad, confidence: 0.95}\n"
    ruleset.write_text(RULESET.replace("rules:\n", rule))
    dump = write_records(ruleset.parent / "dump.jsonl", 60, {30: "HANG"})
    process = subprocess.Popen(
        command(ruleset, dump, ruleset.parent / "out", "--workers", 2, "--patience", 600),
        env=environment(site), stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_until(lambda: len(list((ruleset.parent / "out").glob("records/part-*"))) > 1)
    yield process
    process.kill()
    process.communicate()


def test_d03_asked_once_a_run_waits_for_its_workers_and_asked_twice_it_does_not(hanging):
    workers = children(hanging.pid)
    hanging.send_signal(signal.SIGINT)
    time.sleep(1.0)
    waits = hanging.poll()
    hanging.send_signal(signal.SIGINT)
    _, errors = hanging.communicate(timeout=20)

    assert (waits, hanging.returncode, "Traceback" in errors) == (None, 130, False), errors
    assert (len(workers) in (1, 2), [pid for pid in workers if Path(f"/proc/{pid}").exists()]) == (True, [])


def test_d02_workers_of_a_driver_that_was_killed_end_and_what_they_leave_costs_nothing(ruleset, out):
    many = write_records(ruleset.parent / "many.jsonl", 3000)
    process = subprocess.Popen(command(ruleset, many, out, "--workers", 2), env=environment())
    wait_until(lambda: list(out.glob("records/part-*")))
    workers = children(process.pid)
    process.kill()
    killed = process.wait()
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
    again, calm = finish(ruleset, many, out), finish(ruleset, many, ruleset.parent / "calm")

    assert (killed, len(workers) > 0, again.code, calm.code) == (-signal.SIGKILL, True, 0, 0)
    assert outcome_of(out) == outcome_of(ruleset.parent / "calm")


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


@pytest.mark.parametrize("at", [1, 2], ids=["no_worker", "one_worker"])
def test_d15_without_room_for_another_process_a_run_fails_in_words_and_can_go_on(ruleset, out, monkeypatch, at):
    from rubricate.running import pool

    many = write_records(ruleset.parent / "many.jsonl", 400)
    started, start = [], subprocess.Popen

    def refuse(*arguments: object, **more: object) -> object:
        started.append(arguments)
        if len(started) == at:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        return start(*arguments, **more)  # type: ignore[call-overload]

    with monkeypatch.context() as patch:
        patch.setattr(pool.subprocess, "Popen", refuse)
        refused = call(*command(ruleset, many, out, "--workers", 2)[3:])
    again, calm = finish(ruleset, many, out), finish(ruleset, many, ruleset.parent / "calm")

    assert (refused.code, refused.err.splitlines()) == (
        2,
        [f"rubricate: {out}: Resource temporarily unavailable",
         "help: mend it, then run the same command: finished units are kept"],
    )  # fmt: skip
    assert (again.code, calm.code) == (0, 0)
    assert outcome_of(out) == outcome_of(ruleset.parent / "calm")


PEAK = """\
import resource, runpy, sys
sys.argv = ["rubricate", *sys.argv[1:]]
try:
    runpy.run_module("rubricate", run_name="__main__")
finally:
    print(max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
"""


@pytest.mark.torture
@pytest.mark.parametrize("workers", [0, 1])
def test_memory_does_not_grow_with_the_dump(ruleset, out, workers):
    peaks = []
    for number in (30_000, 300_000):
        dump = write_records(
            ruleset.parent / f"{number}.jsonl", number, dict.fromkeys(range(0, number, 10), "the same")
        )
        arguments = command(ruleset, dump, out / str(number), "--workers", workers, "--dedupe", "exact")
        arguments[arguments.index("1000")] = str(1 << 20)
        done = run_process([sys.executable, "-c", PEAK, *arguments[3:]])
        assert done.returncode == 0, done.stderr
        peaks.append(int(done.stdout.split()[-1]))

    assert peaks[1] < 1.2 * peaks[0]


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
