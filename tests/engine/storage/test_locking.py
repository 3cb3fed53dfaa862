"""One driver at a time."""

import fcntl
import os
import re
import socket
import threading

import pytest

from rubricate.errors import RunError
from rubricate.storage.locking import Holder, hold_lock, who_holds


def clock():
    return 0.0


def test_second_holder_is_told_who_is_first(tmp_path):
    path = tmp_path / ".rubricate" / "lock"
    path.parent.mkdir()
    holder = f'host "{socket.gethostname()}", pid {os.getpid()}, since 1970-01-01T00:00:00+00:00'
    expected = f"{tmp_path}: another run is writing here: {holder}\nhelp: wait for it, stop it, or choose another --out"

    with (
        hold_lock(path, clock=clock),
        pytest.raises(RunError, match=re.escape(expected)),
        hold_lock(path, clock=clock),
    ):
        pass


def test_lock_is_free_after_its_holder(tmp_path):
    for _ in range(2):
        with hold_lock(tmp_path / "lock", clock=clock):
            pass


def test_who_looks_learns_who_writes(tmp_path):
    path = tmp_path / "lock"
    assert who_holds(path) is None
    with hold_lock(path, clock=clock):
        found = who_holds(path)

    assert found == Holder(host=socket.gethostname(), pid=os.getpid(), since="1970-01-01T00:00:00+00:00")
    assert who_holds(path) is None


def test_a_look_keeps_nobody_from_beginning(tmp_path):
    path = tmp_path / "lock"
    path.touch()
    descriptor = os.open(path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    timer = threading.Timer(0.03, os.close, [descriptor])
    timer.start()

    with hold_lock(path, clock=clock):
        timer.join()
