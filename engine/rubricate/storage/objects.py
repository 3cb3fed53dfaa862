"""Files that appear whole or not at all, canonical JSON, and digests."""

from __future__ import annotations

import enum
import errno
import fcntl
import hashlib
import os
import secrets
from pathlib import Path

import orjson

from rubricate.storage.failpoints import reach

__all__ = [
    "TEMP_PREFIX", "Put", "canonical_json", "digest_bytes", "digest_file", "digest_value", "is_temp", "put_if_absent",
    "replace_file", "sync_descriptor", "sync_folder", "temp_path",
]  # fmt: skip

TEMP_PREFIX = ".tmp-"

# Some file systems (FAT, several FUSE ones) have no hard links.
_NO_LINKS = frozenset({errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EMLINK})


class Put(enum.Enum):
    """What `put_if_absent` met."""

    CREATED = "created"
    SAME = "same"
    """The name was taken by the same bytes."""
    DIFFERENT = "different"
    """The name was taken by other bytes, which stand as they were."""


def canonical_json(value: object) -> bytes:
    """The one way in which a value is written before it is hashed: UTF-8, keys sorted, no spaces.

    >>> canonical_json({"b": 1.0, "a": ["é", None]}).decode()
    '{"a":["é",null],"b":1.0}'
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def digest_bytes(content: bytes) -> str:
    """The sha256 of bytes, in hex."""
    return hashlib.sha256(content).hexdigest()


def digest_value(value: object) -> str:
    """The sha256 of a value's canonical JSON, in hex."""
    return digest_bytes(canonical_json(value))


def digest_file(path: Path) -> str:
    """The sha256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_temp(name: str) -> bool:
    """Whether a file name is that of an unfinished file."""
    return name.startswith(TEMP_PREFIX)


def temp_path(folder: Path, *, run: str = "0") -> Path:
    """A fresh name for an unfinished file, in the folder where it will be finished."""
    return folder / f"{TEMP_PREFIX}{run}-{secrets.token_hex(8)}"


def sync_descriptor(descriptor: int) -> None:
    """Have the file's bytes reach the disk itself."""
    if hasattr(fcntl, "F_FULLFSYNC"):  # macOS: fsync alone leaves them in the drive's cache
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Have the folder's names reach the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put_if_absent(folder: Path, name: str, content: bytes | Path, *, run: str = "0") -> Put:
    """Give `content` a name in `folder`, whole and durable, unless the name is taken.

    A path is a finished, synced temporary file in the same folder; it is used up, except when the outcome is
    DIFFERENT. On Linux and macOS creation is atomic; where the file system has no hard links it relies on the lock that
    every driver holds.
    """
    temp = content if isinstance(content, Path) else _write_temp(folder, content, run=run)
    outcome = Put.SAME
    try:
        outcome = _link(temp, folder / name)
    finally:
        if temp is not content or outcome is not Put.DIFFERENT:
            temp.unlink(missing_ok=True)
    sync_folder(folder)
    return outcome


def replace_file(path: Path, content: bytes, *, run: str = "0", fail_point: str | None = None) -> None:
    """Put `content` in place of whatever `path` holds; a reader sees the old bytes or the new ones."""
    temp = _write_temp(path.parent, content, run=run)
    if fail_point is not None:
        reach(fail_point)
    try:
        temp.rename(path)
    finally:
        temp.unlink(missing_ok=True)
    sync_folder(path.parent)


def _write_temp(folder: Path, content: bytes, *, run: str) -> Path:
    temp = temp_path(folder, run=run)
    try:
        with temp.open("xb") as file:
            file.write(content)
            file.flush()
            sync_descriptor(file.fileno())
    except BaseException:
        temp.unlink(missing_ok=True)
        raise
    return temp


def _link(temp: Path, final: Path) -> Put:
    try:
        os.link(temp, final)
    except FileExistsError:
        return _compare(temp, final)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if final.exists():
            return _compare(temp, final)
        temp.rename(final)
    return Put.CREATED


def _compare(temp: Path, final: Path) -> Put:
    return Put.SAME if digest_file(temp) == digest_file(final) else Put.DIFFERENT
