"""A file system that fails a chosen call, and one that writes down what it was asked, by way of the functions of `os`."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

__all__ = ["CALLS", "Disk", "watched"]

CALLS = ("create", "read", "write", "fsync", "link", "rename", "mkdir", "unlink", "ftruncate")
"""The calls that can be made to fail."""


@dataclass(slots=True)
class Disk:
    """What was asked of the disk below a folder, in order."""

    folder: Path
    fails: str | None = None
    """The call that fails once."""
    at: int = 0
    """Which of these calls fails, counted from 1; 0: none."""
    number: int = errno.EIO
    calls: list[tuple[str, str]] = field(default_factory=list)
    """Each call with the name of its file or folder."""
    reached: bool = False
    """Whether a call has failed."""

    def ask(self, call: str, path: str) -> None:
        """Note a call, or refuse it."""
        if not path.startswith(str(self.folder)):
            return
        self.calls.append((call, path))
        if call == self.fails and not self.reached and self.count(call) == self.at:
            self.reached = True
            raise OSError(self.number, os.strerror(self.number), path)

    def count(self, call: str) -> int:
        """How many calls of a kind there were."""
        return sum(1 for name, _ in self.calls if name == call)


class _File(io.FileIO):
    """A file whose writes are asked for."""

    disk: Disk

    def write(self, data: Any) -> int:
        self.disk.ask("write", str(self.name))
        return super().write(data)


def _of_descriptor(descriptor: int) -> str:
    try:
        return str(Path(f"/proc/self/fd/{descriptor}").readlink())
    except OSError:
        return ""


@contextmanager
def watched(disk: Disk) -> Iterator[Disk]:
    """Everything that this process asks of the disk through `os` and `pathlib` passes by `disk`."""
    real: dict[str, Callable[..., Any]] = {
        name: getattr(os, name) for name in ("fsync", "link", "rename", "replace", "mkdir", "unlink", "ftruncate")
    }
    opened = Path.open

    def open_file(path: Path, mode: str = "r", buffering: int = -1, *rest: Any, **more: Any) -> Any:
        disk.ask("create" if set(mode) & set("xwa+") else "read", str(path))
        if not set(mode) & set("xwa+") or "b" not in mode:
            return opened(path, mode, buffering, *rest, **more)
        raw = type("File", (_File,), {"disk": disk})(str(path), mode.replace("b", ""))
        return raw if buffering == 0 else io.BufferedWriter(raw)

    def by_path(name: str, call: str) -> Callable[..., Any]:
        def called(path: Any, *rest: Any, **more: Any) -> Any:
            disk.ask(call, os.fsdecode(path))
            return real[name](path, *rest, **more)

        return called

    def by_descriptor(name: str) -> Callable[..., Any]:
        def called(descriptor: int, *rest: Any) -> Any:
            disk.ask(name, _of_descriptor(descriptor))
            return real[name](descriptor, *rest)

        return called

    patches: dict[str, Any] = {
        "fsync": by_descriptor("fsync"),
        "ftruncate": by_descriptor("ftruncate"),
        "link": by_path("link", "link"),
        "rename": by_path("rename", "rename"),
        "replace": by_path("replace", "rename"),
        "mkdir": by_path("mkdir", "mkdir"),
        "unlink": by_path("unlink", "unlink"),
    }
    with mock.patch.multiple(os, **patches), mock.patch.object(Path, "open", open_file):
        yield disk
