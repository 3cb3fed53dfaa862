"""One driver at a time."""

import os
import re
import socket

import pytest

from rubricate.errors import RunError
from rubricate.storage.locking import hold_lock


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
