"""A file system that fails the n-th call, and the order of the calls by which something becomes durable."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from rubricate.errors import RubricateError
from rubricate.running.verifying import verify_run
from support.disk import CALLS, Disk, watched
from support.fake_run import run_fake, write_dump
from support.faults import Outcome, outcome_of

FEW = 12
"""So many records, as each call of a run is made to fail in a run of its own."""


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_dump(tmp_path_factory.mktemp("dump") / "dump.jsonl", records=FEW)


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory, dump: Path) -> tuple[Outcome, Disk]:
    out = tmp_path_factory.mktemp("calm") / "out"
    with watched(Disk(out)) as disk:
        run_fake(out, dump)
    return outcome_of(out), disk


def check_failing_call(folder: Path, dump: Path, calm: Outcome, call: str, at: int, number: int) -> None:
    """The n-th call fails: a clear error or a run that is whole all the same, nothing partial, and SAME afterwards."""
    out = folder / "out"
    disk = Disk(out, fails=call, at=at, number=number)
    error: RubricateError | None = None
    with watched(disk):
        try:
            run_fake(out, dump)
        except RubricateError as raised:
            error = raised
    assert disk.reached, (call, at)
    if error is None:
        assert outcome_of(out) == calm, f"a failed {call} passed without a word and cost something"
        return
    assert os.strerror(number) in str(error), error
    if (out / "manifest.json").exists():
        assert outcome_of(out) == calm
    elif out.exists():
        assert {finding.what for finding in verify_run(out)} <= {"manifest", "unnamed", "unfinished"}
    run_fake(out, dump)
    assert outcome_of(out) == calm


@pytest.mark.parametrize("call", CALLS)
def test_d04_d05_d06_each_call_may_fail_once(tmp_path, dump, calm, call):
    outcome, disk = calm
    number = {"create": errno.EMFILE, "write": errno.ENOSPC, "mkdir": errno.EROFS, "link": errno.EDQUOT}.get(
        call, errno.EIO
    )

    assert disk.count(call), f"a run makes no {call}"
    for at in range(1, disk.count(call) + 1):
        check_failing_call(tmp_path / str(at), dump, outcome, call, at, number)


@pytest.mark.torture
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT, errno.EACCES, errno.EMFILE])
@pytest.mark.parametrize("call", CALLS)
def test_each_call_of_a_larger_run_may_fail_in_each_way(tmp_path, calm_large, call, number):
    dump, outcome, disk = calm_large
    assert disk.count(call), f"a run makes no {call}"
    for at in range(1, disk.count(call) + 1):
        check_failing_call(tmp_path / str(at), dump, outcome, call, at, number)


@pytest.fixture(scope="module")
def calm_large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome, Disk]:
    folder = tmp_path_factory.mktemp("large")
    dump = write_dump(folder / "dump.jsonl", records=40)
    with watched(Disk(folder / "out")) as disk:
        run_fake(folder / "out", dump)
    return dump, outcome_of(folder / "out"), disk


def test_d06_what_gets_a_name_was_written_and_synced_before_and_its_folder_is_synced_after(calm):
    _, disk = calm
    named = [(place, path) for place, (call, path) in enumerate(disk.calls) if call in ("link", "rename")]

    assert len(named) > 10
    for place, path in named:
        if "/index/" in path:
            continue  # index files are checked when they are read, and made again from the input
        before, after = disk.calls[:place], disk.calls[place + 1 :]
        last_write = max(index for index, each in enumerate(before) if each == ("write", path))
        assert ("fsync", path) in before[last_write:], path
        assert ("fsync", str(Path(path).parent)) in after, path


def test_d06_nothing_is_named_twice_before_its_folder_is_synced_and_the_manifest_comes_last(calm):
    _, disk = calm
    calls = [call for call in disk.calls if "/index/" not in call[1]]
    folder = str(disk.folder)
    renamed = [
        place for place, (call, path) in enumerate(calls) if call == "rename" and Path(path).parent == Path(folder)
    ]
    parts = [place for place, (call, path) in enumerate(calls) if call == "link" and Path(path).parent.name in PARTS]

    assert len(renamed) == 1  # the manifest
    assert max(parts) < renamed[0]
    synced = [path for call, path in calls[max(parts) : renamed[0]] if call == "fsync"]
    assert str(Path(calls[max(parts)][1]).parent) in synced


PARTS = ("records", "review", "quarantine", "dropped")
