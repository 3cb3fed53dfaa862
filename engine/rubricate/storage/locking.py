"""One driver at a time in an output folder."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import orjson

from rubricate.errors import RunError

__all__ = ["hold_lock"]


@contextmanager
def hold_lock(path: Path, *, clock: Callable[[], float]) -> Iterator[None]:
    """Hold the operating system's lock on `path`; it ends with the process, however that ends.

    Raises RunError that names the holder when another process has it.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunError(
                f"{path.parent.parent}: another run is writing here: {_holder(path)}",
                help="wait for it, stop it, or choose another --out",
            ) from None
        _sign(descriptor, clock())
        yield
    finally:
        os.close(descriptor)


def _sign(descriptor: int, now: float) -> None:
    since = datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
    note = orjson.dumps({"host": socket.gethostname(), "pid": os.getpid(), "since": since})
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, note, 0)


def _holder(path: Path) -> str:
    try:
        note = orjson.loads(path.read_bytes())
        return f'host "{note["host"]}", pid {note["pid"]}, since {note["since"]}'
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return "it has only just begun"
