"""Files that only save time: kept in the user's own folder, believed only if they are the user's and whole.

Nothing is lost when such a file is lost, so none is synced, and every doubt about one is answered with making it anew.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import zstandard

from rubricate.storage.objects import is_temp, temp_path

__all__ = ["LARGEST", "VARIABLE", "cache_folder", "read_entry", "sweep_cache", "write_entry"]

VARIABLE: Final = "RUBRICATE_CACHE"
LARGEST: Final = 1 << 30
"""How many bytes an entry may have, unpacked."""
BOUND: Final = 512 << 20
"""How many bytes all entries may have; the ones that were not asked for longest go first."""
ABANDONED: Final = 3600
"""Seconds after which a file that was not finished is taken for one that nobody will finish."""

_MAGIC = b"rubricate-cache-1\n"
_DIGEST = hashlib.sha256().digest_size


def cache_folder() -> Path | None:
    """Where rulesets are kept as they were read, or None when nothing is to be kept.

    RUBRICATE_CACHE names another folder, or is `off`; else it is the user's own cache folder (XDG_CACHE_HOME).
    """
    named = os.environ.get(VARIABLE, "")
    if named.lower() in ("off", "no", "none", "0"):
        return None
    if named:
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME", "")
    if base and Path(base).is_absolute():
        return Path(base) / "rubricate"
    try:
        return Path.home() / ".cache" / "rubricate"
    except RuntimeError:  # nobody's home
        return None


def read_entry(folder: Path, name: str) -> bytes | None:
    """What was kept under a name; None for anything that is not there, not the user's own, or damaged."""
    path = folder / name
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return None
    if not _is_own(os.fstat(descriptor)):
        os.close(descriptor)
        return None
    with os.fdopen(descriptor, "rb") as file:
        try:
            content = file.read(LARGEST + 1)
        except OSError:
            return None
    head, digest = content[: len(_MAGIC)], content[len(_MAGIC) : len(_MAGIC) + _DIGEST]
    packed = content[len(_MAGIC) + _DIGEST :]
    if head != _MAGIC or hashlib.sha256(packed).digest() != digest:
        return None
    try:
        if zstandard.frame_content_size(packed) > LARGEST:
            return None
        unpacked = zstandard.ZstdDecompressor().decompress(packed, max_output_size=LARGEST)
    except zstandard.ZstdError:
        return None
    with suppress(OSError):
        os.utime(path)
    return unpacked


def _is_own(found: os.stat_result) -> bool:
    """Whether it is a file that nobody else can have written."""
    return stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077


def write_entry(folder: Path, name: str, content: bytes) -> bool:
    """Keep something under a name, in place of what was kept there; whether it could be kept.

    A reader sees all of it or what was there before; of several writers the last one stays.
    """
    if len(content) > LARGEST:
        return False
    packed = zstandard.ZstdCompressor(level=1).compress(content)
    temp = None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_uid != os.geteuid():
            return False
        temp = temp_path(folder, run=str(os.getpid()))
        descriptor = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(_MAGIC + hashlib.sha256(packed).digest() + packed)
        temp.rename(folder / name)
    except OSError:
        if temp is not None:
            with suppress(OSError):
                temp.unlink(missing_ok=True)
        return False
    sweep_cache(folder)
    return True


def sweep_cache(folder: Path, *, bound: int = BOUND) -> int:
    """Remove what was not asked for longest until no more than `bound` bytes are left, and what was never finished.

    Returns how many bytes were removed.
    """
    freed = 0
    left: list[tuple[float, int, Path]] = []
    now = time.time()
    for path, found in _files(folder):
        if not is_temp(path.name):
            left.append((found.st_mtime, found.st_size, path))
        elif now - found.st_mtime > ABANDONED:
            freed += _remove(path, found.st_size)
    total = sum(size for _, size, _ in left)
    for _, size, path in sorted(left):
        if total <= bound:
            break
        total -= size
        freed += _remove(path, size)
    return freed


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """The files of the cache; others in its folder are none of ours."""
    try:
        paths = sorted(folder.iterdir())
    except OSError:
        return
    for path in paths:
        if is_temp(path.name) or path.suffix == ".ruleset":
            with suppress(OSError):
                found = path.lstat()
                if stat.S_ISREG(found.st_mode):
                    yield path, found


def _remove(path: Path, size: int) -> int:
    try:
        path.unlink()
    except OSError:
        return 0
    return size
