"""A run that is killed at any step publishes what an undisturbed one publishes."""

import random
import signal
import time

import pytest

from rubricate.running.verifying import verify_run
from support.fake_run import read_rows, run_fake, start_fake, write_dump

POINTS = {
    "mid_index_pass": 6,
    "after_read": 6,
    "mid_spill": 16,
    "before_fsync": 16,
    "after_quarantine": 3,
    "after_parts": 6,
    "after_receipt": 6,
    "before_ledger_commit": 6,
    "after_ledger_commit": 6,
    "before_manifest": 1,
    "after_manifest_temp": 1,
    "after_manifest": 1,
}
"""Point -> how often an undisturbed run of the dump below passes it."""


@pytest.fixture(scope="module")
def dump(tmp_path_factory):
    return write_dump(tmp_path_factory.mktemp("dump") / "dump.jsonl")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, dump):
    out = tmp_path_factory.mktemp("undisturbed")
    return run_fake(out, dump).digest, read_rows(out)


def kill(out, dump, fail_point):
    process = start_fake(out, [dump], fail_point=fail_point)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, errors


def check(out, dump, undisturbed):
    digest, rows = undisturbed
    assert run_fake(out, dump).digest == digest
    assert (read_rows(out), verify_run(out)) == (rows, [])


@pytest.mark.parametrize(
    "fail_point",
    ["mid_index_pass:2", "mid_spill:5", "after_parts:1", "after_receipt:3", "before_ledger_commit:1",
     "after_manifest_temp:1", "after_manifest:1"],
)  # fmt: skip
def test_killed_run_goes_on_to_the_same_manifest(tmp_path, dump, undisturbed, fail_point):
    kill(tmp_path / "out", dump, fail_point)

    check(tmp_path / "out", dump, undisturbed)


@pytest.mark.slow
@pytest.mark.parametrize(
    "fail_point",
    [f"{name}:{hit}" for name, last in POINTS.items() for hit in sorted({1, min(2, last), last})],
)
def test_first_second_and_last_pass_of_each_point(tmp_path, dump, undisturbed, fail_point):
    kill(tmp_path / "out", dump, fail_point)

    check(tmp_path / "out", dump, undisturbed)


@pytest.mark.slow
def test_points_are_passed_no_more_often_than_said(tmp_path, dump):
    for name, last in POINTS.items():
        process = start_fake(tmp_path / name, [dump], fail_point=f"{name}:{last + 1}")
        process.communicate(timeout=60)

        assert process.returncode == 0, name


@pytest.mark.slow
@pytest.mark.parametrize("second", ["mid_index_pass:1", "after_read:1", "after_receipt:1", "after_manifest_temp:1"])
@pytest.mark.parametrize("first", ["mid_index_pass:2", "after_parts:2", "before_ledger_commit:3"])
def test_dying_again_while_recovering(tmp_path, dump, undisturbed, first, second):
    kill(tmp_path / "out", dump, first)
    start_fake(tmp_path / "out", [dump], fail_point=second).communicate(timeout=60)

    check(tmp_path / "out", dump, undisturbed)


@pytest.mark.slow
def test_killing_at_random_times(tmp_path, dump, undisturbed):
    chance = random.Random(0)
    for _ in range(20):
        process = start_fake(tmp_path / "out", [dump])
        time.sleep(chance.uniform(0.05, 0.4))
        process.kill()
        process.communicate(timeout=60)

    check(tmp_path / "out", dump, undisturbed)
