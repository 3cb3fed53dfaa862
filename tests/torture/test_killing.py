"""Runs that are killed: at each fail point, while they recover, and at any time."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from rubricate.storage.failpoints import VARIABLE
from support.fake_run import run_fake, start_fake, write_dump
from support.faults import RULESET, Outcome, command, environment, outcome_of, run_process, write_records

pytestmark = pytest.mark.torture

POINTS = (
    "mid_index_pass", "after_read", "mid_spill", "before_fsync", "after_quarantine", "after_parts", "after_receipt",
    "before_ledger_commit", "after_ledger_commit", "before_manifest", "after_manifest_temp", "after_manifest",
)  # fmt: skip
ONCE = ("before_manifest", "after_manifest_temp", "after_manifest")
"""Points that a run passes once."""


class Project:
    """Real rules, a dump with some lines that are no records, and what an undisturbed run comes to."""

    def __init__(self, folder: Path, *, records: int) -> None:
        self.folder = folder
        self.ruleset = folder / "ruleset.yaml"
        self.ruleset.write_text(RULESET)
        self.dump = write_records(folder / "dump.jsonl", records, {7: "", 11: "number 10 $10"})
        with self.dump.open("ab") as file:
            file.write(b'{"id":"x","text":7}\n{broken\n{"id":"r3","text":"again"}\n')
        done = run_process(self.command(folder / "calm", 0))
        assert done.returncode == 0, done.stderr
        self.calm: Outcome = outcome_of(folder / "calm")

    def command(self, out: Path, workers: int) -> list[str]:
        return command(self.ruleset, self.dump, out, "--workers", workers)

    def die_at(self, out: Path, workers: int, point: str) -> int:
        return run_process(self.command(out, workers), env=environment(**{VARIABLE: point})).returncode

    def check(self, out: Path, workers: int) -> None:
        done = run_process(self.command(out, workers))
        assert done.returncode == 0, done.stderr
        assert outcome_of(out) == self.calm


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("small"), records=60)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("large"), records=4_000)


def passes_of(project: Project, point: str) -> list[int]:
    """The first, second and last pass of a point."""
    if point in ONCE or point == "after_quarantine":
        return [1]
    folders = {"mid_spill": "*", "before_fsync": "*"}
    units = len(list((project.folder / "calm" / ".rubricate" / "receipts").iterdir()))
    parts = len(list((project.folder / "calm").glob(f"{folders.get(point, 'records')}/part-*")))
    return sorted({1, 2, parts if point in folders else units})


@pytest.mark.parametrize("workers", [0, 1], ids=["in_process", "in_a_worker"])
@pytest.mark.parametrize("point", POINTS)
def test_a_run_that_dies_at_a_point_goes_on_to_the_same(small, tmp_path, point, workers):
    for number in passes_of(small, point):
        out = tmp_path / str(number)
        code = small.die_at(out, workers, f"{point}:{number}")
        if workers == 0:
            assert code == -signal.SIGKILL, (point, number)
        else:  # at some points it is the worker that dies, and the run goes on
            assert code == -signal.SIGKILL or (code == 0 and has_lost_a_worker(out)), (point, number)
        small.check(out, workers if number == 1 else 0)


def has_lost_a_worker(out: Path) -> bool:
    """Whether the log of a run tells of a worker that was killed."""
    events = map(json.loads, (out / ".rubricate" / "log.jsonl").read_bytes().splitlines())
    return any(event["event"] == "worker_ended" and event["how"] == "signal 9" for event in events)


@pytest.mark.parametrize("first", POINTS)
def test_a_run_that_dies_again_while_it_recovers_goes_on_to_the_same(tmp_path, first):
    dump = write_dump(tmp_path / "dump.jsonl")
    run_fake(tmp_path / "calm", dump)
    calm = outcome_of(tmp_path / "calm")
    for second in POINTS:
        out = tmp_path / second
        for point in (f"{first}:{1 if first in ONCE else 2}", f"{second}:1"):
            process = start_fake(out, [dump], fail_point=point)
            process.communicate(timeout=60)
            # what the first attempt has finished is not passed a second time, so the second one may live on
            assert process.returncode == -signal.SIGKILL or (point.startswith(second) and process.returncode == 0)
        run_fake(out, dump)
        assert outcome_of(out) == calm, (first, second)


def children(pid: int) -> list[int]:
    """The processes that another one has started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            found.append(int(status.parent.name))
    return found


def kill_at_random(process: subprocess.Popen[bytes], chance: random.Random) -> int:
    """Kills workers, and at last the driver, unless it ends before; gives how many were killed."""
    kills = 0
    while process.poll() is None:
        time.sleep(chance.expovariate(1 / chance.choice((0.2, 1.0, 4.0))))
        if process.poll() is not None:
            break
        victim = chance.choice([process.pid, chance.choice(children(process.pid) or [process.pid])])
        with suppress(ProcessLookupError):  # a worker that ended in the meantime
            os.kill(victim, signal.SIGKILL)
            kills += 1
    process.wait(timeout=60)
    return kills


def test_200_kills_at_any_time_change_nothing(
    large: Project, tmp_path: Path, chance: random.Random, request: pytest.FixtureRequest
) -> None:
    kills = finished = 0
    while kills < request.config.getoption("--torture-kills"):
        out = tmp_path / str(finished)
        told = tmp_path / "told"
        with told.open("wb") as errors:
            process = subprocess.Popen(large.command(out, 2), env=environment(), stderr=errors)
            kills += kill_at_random(process, chance)
        # where workers are killed one after another before they are ready, the run gives up with a word
        given_up = process.returncode == 2 and "a worker ended at its start (signal 9)" in told.read_text()
        assert given_up or process.returncode in (0, -signal.SIGKILL), told.read_text()
        if process.returncode == 0:
            assert outcome_of(out) == large.calm
            finished += 1
    large.check(tmp_path / str(finished), 2)
    print(f"{kills} kills, {finished + 1} runs")
