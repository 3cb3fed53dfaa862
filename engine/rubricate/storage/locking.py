"""One driver at a time in an output folder."""

from __future__ import annotations

import fcntl
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

from rubricate.errors import RunError

__all__ = ["Holder", "hold_lock", "who_holds"]

GLANCES = 10
"""So many times the lock is asked for before it is taken to be another run's: a glance holds it for an instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who writes in an output folder."""

    host: str
    pid: int
    since: str
    """In UTC; empty where it has only just begun."""


@contextmanager
def hold_lock(path: Path, *, clock: Callable[[], float]) -> Iterator[None]:
    """Hold the operating system's lock on `path`; it ends with the process, however that ends.

    Raises RunError that names the holder when another process has it.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _take(descriptor):
            raise RunError(
                f"{path.parent.parent}: another run is writing here: {_holder(path)}",
                help="wait for it, stop it, or choose another --out",
            )
        _sign(descriptor, clock())
        yield
    finally:
        os.close(descriptor)


def who_holds(path: Path) -> Holder | None:
    """Who holds the lock now; None when nobody does. Nothing is written."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(path) or Holder(host="", pid=0, since="")
    finally:
        os.close(descriptor)
    return None


def _take(descriptor: int) -> bool:
    for glance in range(GLANCES):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.01 if glance + 1 < GLANCES else 0)
        else:
            return True
    return False


def _sign(descriptor: int, now: float) -> None:
    since = datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
    note = orjson.dumps({"host": socket.gethostname(), "pid": os.getpid(), "since": since})
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, note, 0)


def _holder(path: Path) -> str:
    holder = _read(path)
    if holder is None:
        return "it has only just begun"
    return f'host "{holder.host}", pid {holder.pid}, since {holder.since}'


def _read(path: Path) -> Holder | None:
    try:
        note = orjson.loads(path.read_bytes())
        return Holder(host=str(note["host"]), pid=int(note["pid"]), since=str(note["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
