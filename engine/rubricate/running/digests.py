"""Digests of files and folders, remembered as long as a file looks untouched."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from rubricate.errors import UsageError
from rubricate.storage.objects import digest_file, digest_value, replace_file

__all__ = ["DigestMemory", "Entry", "digest_folder", "list_folder", "show_path"]

_KEPT = 4096
"""So many digests are remembered, the latest ones."""


class DigestMemory:
    """Digests by device, inode, size and both times in nanoseconds, kept in a small JSON file."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._known = {} if path is None else _load(path)
        self._changed = False

    def knows(self, path: Path) -> bool:
        """Whether the digest of a file is remembered."""
        return _key(path) in self._known

    def digest(self, path: Path) -> str:
        """The sha256 of a file, from memory if it looks untouched."""
        key = _key(path)
        known = self._known.pop(key, None)
        if known is None:
            known = digest_file(path)
            self._changed = True
        self._known[key] = known
        return known

    def store(self) -> None:
        """Writes down what is new."""
        if self._path is not None and self._changed:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self._path, orjson.dumps(dict(list(self._known.items())[-_KEPT:])))
            self._changed = False


def _key(path: Path) -> str:
    status = path.stat()
    return ":".join(map(str, (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)))


def _load(path: Path) -> dict[str, str]:
    """What was remembered; nothing if it cannot be read, as everything can be computed again."""
    try:
        known = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return {}
    return known if isinstance(known, dict) else {}


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in a folder, or below, that is no folder."""

    name: str
    """The way to it from the folder; bytes that are not UTF-8 as `\\xff`."""
    path: Path
    size: int | None
    """None for what is no file: a symbolic link, pipe, socket or device."""


def list_folder(folder: Path) -> list[Entry]:
    """What is in a folder and below, in the order of the bytes of its paths.

    Hidden names are passed over, symbolic links are not followed. Gathers all names, not what the files hold.
    """
    found: list[tuple[bytes, Entry]] = []
    waiting = [b""]
    while waiting:
        below = waiting.pop()
        try:
            with os.scandir(os.path.join(os.fsencode(folder), below)) as entries:  # noqa: PTH118 - names are bytes
                listed = [entry for entry in entries if not entry.name.startswith(b".")]
        except OSError as error:
            raise UsageError(f"{folder / os.fsdecode(below)}: the folder cannot be read: {error.strerror}") from None
        for entry in listed:
            way = below + entry.name
            if entry.is_dir(follow_symlinks=False):
                waiting.append(way + b"/")
                continue
            size = entry.stat().st_size if entry.is_file(follow_symlinks=False) else None
            found.append((way, Entry(show_path(way), Path(os.fsdecode(entry.path)), size)))
    return [entry for _, entry in sorted(found, key=lambda item: item[0])]


def digest_folder(entries: Sequence[Entry], memory: DigestMemory) -> str:
    """The digest of what a folder holds: each name with the size and digest of its file."""
    return digest_value(
        [[entry.name, entry.size, None if entry.size is None else memory.digest(entry.path)] for entry in entries]
    )


def show_path(path: bytes | str) -> str:
    """A path as text that can be written down: bytes that are not UTF-8 as `\\xff`."""
    return os.fsencode(path).decode(errors="backslashreplace")
