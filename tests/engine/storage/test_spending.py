"""What a run may spend, and what it has spent, whoever worked on it."""

import errno
import os

import pytest

from rubricate.errors import RunPausedError
from rubricate.model.ruleset import Budget
from rubricate.model.run_context import Spend
from rubricate.storage.spending import Spending, Spent

ONE = Spend(calls=1, tokens_in=60, tokens_out=40, money=0.5)
HALF = Spend(calls=1, tokens_in=30, tokens_out=20, money=0.25)


def test_what_was_reserved_gives_way_to_what_was_spent(tmp_path):
    purse = Spending(tmp_path / "usage.jsonl", Budget(tokens=150))
    purse.reserve("a", "judge", ONE)
    purse.settle("a", "judge", HALF)

    purse.reserve("b", "judge", ONE)

    assert purse.by_matcher == {"judge": Spent(records=1, calls=1, tokens_in=30, tokens_out=20, money=0.25)}


@pytest.mark.parametrize(
    ("budget", "message"),
    [
        (Budget(records=1), "the budget is spent: 1 of 1 records"),
        (Budget(tokens=199), "the budget is spent: 100 of 199 tokens, and the next question may take 100"),
        (Budget(money=0.9), "the budget is spent: 0.5 of 0.9 money, and the next question may take 0.5"),
    ],
)
def test_more_than_is_left_pauses_the_run(tmp_path, budget, message):
    purse = Spending(tmp_path / "usage.jsonl", budget)
    purse.reserve("a", "judge", ONE)

    with pytest.raises(RunPausedError) as raised:
        purse.reserve("b", "judge", ONE)

    assert raised.value.message == message


def test_processes_share_a_purse(tmp_path):
    mine, theirs = (Spending(tmp_path / "usage.jsonl", Budget(records=1)) for _ in range(2))
    theirs.reserve("a", "judge", ONE)

    with pytest.raises(RunPausedError):
        mine.reserve("b", "judge", ONE)


def test_a_question_that_a_killed_process_left_open_is_counted_once(tmp_path):
    Spending(tmp_path / "usage.jsonl", Budget(records=1)).reserve("a", "judge", ONE)
    again = Spending(tmp_path / "usage.jsonl", Budget(records=1))

    again.reserve("a", "judge", ONE)
    again.settle("a", "judge", HALF)

    assert again.by_matcher["judge"].records == 1


def test_a_question_that_cost_nothing_is_none(tmp_path):
    purse = Spending(tmp_path / "usage.jsonl", Budget(records=1))
    purse.reserve("a", "judge", ONE)
    purse.settle("a", "judge", Spend())

    purse.reserve("b", "judge", ONE)

    assert purse.by_matcher == {}


def test_who_only_looks_writes_nothing(tmp_path):
    path = tmp_path / "runs" / "usage.jsonl"

    assert Spending(path).refresh() == {}
    assert not path.parent.exists()

    Spending(path).settle("a", "judge", HALF)
    path.chmod(0o444)
    before = path.stat()
    looked = Spending(path).refresh()

    assert looked == {"judge": Spent(records=1, calls=1, tokens_in=30, tokens_out=20, money=0.25)}
    assert path.stat().st_mtime_ns == before.st_mtime_ns


def test_a_line_that_the_disk_takes_only_a_part_of_is_an_error(tmp_path, monkeypatch):
    path = tmp_path / "usage.jsonl"
    purse, write = Spending(path), os.write
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", lambda file, data: write(file, data[:20]))
        with pytest.raises(OSError, match="No space left on device") as raised:
            purse.settle("a", "judge", HALF)

    purse.settle("b", "judge", HALF)

    assert (raised.value.errno, raised.value.filename) == (errno.ENOSPC, str(path))
    assert Spending(path).refresh() == {"judge": Spent(records=1, calls=1, tokens_in=30, tokens_out=20, money=0.25)}


def test_a_line_that_a_crash_cut_off_is_passed_over(tmp_path):
    path = tmp_path / "usage.jsonl"
    first = Spending(path)
    first.reserve("a", "judge", ONE)
    first.settle("a", "judge", HALF)
    path.write_bytes(path.read_bytes() + b'{"do": "settle", "key": "b", "mat')

    again = Spending(path)
    again.settle("c", "judge", HALF)

    assert Spending(path).refresh() == {"judge": Spent(records=2, calls=2, tokens_in=60, tokens_out=40, money=0.5)}
