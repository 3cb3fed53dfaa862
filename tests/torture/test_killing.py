"""Runs that are killed: at each fail point, while they recover, and at any time."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
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
KILLS = 200


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
    return Project(tmp_path_factory.mktemp("large"), records=12_000)


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
        else:  # at some points it is the worker that dies, and the run goes on without a word
            assert code in (0, -signal.SIGKILL), (point, number)
        small.check(out, workers if number == 1 else 0)


@pytest.mark.parametrize("first", POINTS)
def test_a_run_that_dies_again_while_it_recovers_goes_on_to_the_same(tmp_path, first):
    dump = write_dump(tmp_path / "dump.jsonl")
    run_fake(tmp_path / "calm", dump)
    calm = outcome_of(tmp_path / "calm")
    for second in POINTS:
        out = tmp_path / second
        for point in (f"{first}:{1 if first in ONCE else 2}", f"{second}:1"):
            start_fake(out, [dump], fail_point=point).communicate(timeout=60)
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
        workers = children(process.pid)
        victim = chance.choice([process.pid, *workers[:1]])
        os.kill(victim, signal.SIGKILL)
        kills += 1
    process.wait(timeout=60)
    return kills


def test_200_kills_at_any_time_change_nothing(
    large: Project, tmp_path: Path, chance: random.Random, has_time: Callable[[], bool]
) -> None:
    kills = finished = 0
    while kills < KILLS and has_time():
        out = tmp_path / str(finished)
        process = subprocess.Popen(large.command(out, 2), env=environment())
        kills += kill_at_random(process, chance)
        assert process.returncode in (0, -signal.SIGKILL), process.returncode
        if process.returncode == 0:
            assert outcome_of(out) == large.calm
            finished += 1
    large.check(tmp_path / str(finished), 2)
    print(f"{kills} kills, {finished + 1} runs")
