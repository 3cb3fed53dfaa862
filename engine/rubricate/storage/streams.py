"""Files as streams of plain bytes: inflated by what they hold, not by how they are called."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from rubricate.errors import RunError, UsageError
from rubricate.model.descriptors import Unreadable
from rubricate.storage.fast_inflating import begin_again, can_inflate_fast, gunzip_fast
from rubricate.storage.inflating import INFLATERS, Broken, Pieces, gunzip

__all__ = ["UNREAD", "ByteStream", "open_stream"]

UNREAD = frozenset(
    {
        "archive",
        "gzip_corrupt",
        "gzip_garbage",
        "gzip_truncated",
        "inflate_limit",
        "nested_archive",
        "utf16",
        "zstd_corrupt",
        "zstd_garbage",
        "zstd_truncated",
    }
)
"""Reasons under which the rest of a file, or all of it, was not read."""

_CHUNK = 64 * 1024
_SAMPLE = 200
_UTF8_BOM = b"\xef\xbb\xbf"
_WIDE = (
    (b"\xff\xfe\0\0", "UTF-32"),
    (b"\0\0\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
    (b"{\0", "UTF-16"),
    (b"\0{", "UTF-16"),
)
"""First bytes of texts that are not UTF-8; the last two are JSON without a byte-order mark."""
_ARCHIVES = (
    (0, b"PK\x03\x04", "a zip archive"),
    (0, b"\xfd7zXZ\0", "an xz archive"),
    (4, b"1AY&SY", "a bzip2 archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (0, b"PAR1", "a Parquet file"),
)
_PEEK = 10


class ByteStream:
    """The plain bytes of a file, read once from the start; closes itself when used in a `with`."""

    __slots__ = ("_ended", "_file", "_held", "_made", "_path", "_pieces", "fault", "offset", "start")

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.fault: Unreadable | None = None
        """What ended the stream before its time; known only at its end. Its line is 0: whoever reads counts lines."""
        self.offset = 0
        """Where the next byte stands in the uncompressed file."""
        self.start = 0
        """Where the first byte stands: 3 when a byte-order mark was left out."""
        self._path = path
        self._file = file
        self._held = b""
        self._made = 0
        self._ended = False
        self._pieces = self._inflated()
        self._begin()

    def __enter__(self) -> ByteStream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file."""
        self._pieces.close()
        self._file.close()

    def read(self, size: int = 1 << 20) -> bytes:
        """The next `size` bytes; fewer only at the end, none after it. Raises RunError when the disk fails."""
        self._fill(size)
        data, self._held = self._held[:size], self._held[size:]
        self.offset += len(data)
        return data

    def _fill(self, size: int) -> None:
        parts = [self._held]
        held = len(self._held)
        while held < size and not self._ended:
            try:
                piece = next(self._pieces)
            except StopIteration as end:
                self._ended = True
                broken: Broken = end.value
                if broken is not None:
                    self.fault = Unreadable(*broken, line=0, offset=self._made, length=0, sample=b"")
                break
            self._made += len(piece)
            parts.append(piece)
            held += len(piece)
        self._held = b"".join(parts)

    def _inflated(self) -> Pieces:
        chunks = self._chunks()
        first = next(chunks, b"")
        for magic, inflate in INFLATERS.items():
            if first.startswith(magic):
                if inflate is gunzip and can_inflate_fast():
                    given = yield from gunzip_fast(_chain(first, chunks))
                    if given is None:
                        return None
                    self._file.seek(0)
                    return (yield from begin_again(given, gunzip(self._chunks())))
                return (yield from inflate(_chain(first, chunks)))
        yield from _chain(first, chunks)
        return None

    def _chunks(self) -> Iterator[bytes]:
        while True:
            try:
                chunk = self._file.read(_CHUNK)
            except OSError as error:
                raise RunError(f"{self._path}: cannot be read: {error.strerror}") from error
            if not chunk:
                return
            yield chunk

    def _begin(self) -> None:
        self._fill(_PEEK)
        if self._held.startswith(_UTF8_BOM):
            self._held = self._held[len(_UTF8_BOM) :]
            self.start = self.offset = len(_UTF8_BOM)
        refusal = _refusal(self._held)
        if refusal is not None:
            size = os.fstat(self._file.fileno()).st_size
            self.fault = Unreadable(*refusal, line=1, offset=0, length=size, sample=self._held[:_SAMPLE])
            self._held = b""
            self._ended = True


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _refusal(first: bytes) -> Broken:
    for magic, name in _WIDE:
        if first.startswith(magic):
            return "utf16", f"the file is {name}, and only UTF-8 is read: convert it with iconv -f {name} -t UTF-8"
    if len(first) >= _PEEK and not (any(first[1::2]) and any(first[::2])) and any(first):
        name = "UTF-16BE" if any(first[1::2]) else "UTF-16LE"
        return "utf16", f"the file is {name}, and only UTF-8 is read: convert it with iconv -f {name} -t UTF-8"
    for magic in INFLATERS:
        if first.startswith(magic):
            return "nested_archive", "the archive holds another archive: unpack it first"
    for place, magic, name in _ARCHIVES:
        if first.startswith(magic, place):
            return "archive", f"the file is {name}, which is not read: unpack or convert it first"
    return None


def open_stream(path: Path) -> ByteStream:
    """A file's plain bytes: gzip and zstd are told by their first bytes, a UTF-8 byte-order mark is left out.

    A file that is no UTF-8 text as a whole gives no bytes and a fault. Raises UsageError when it cannot be opened.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode) and not path.is_dir():
            raise UsageError(f"{path}: not a file but a pipe, socket or device", help="pipe it in and name it -")
        file = path.open("rb", buffering=0)
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise UsageError(f"{path}: a folder where a file is needed", help="name the files in it") from None
    except PermissionError:
        raise UsageError(f"{path}: may not be read", help="ask for the right to read it") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be opened: {error.strerror}") from error
    try:
        return ByteStream(path, file)
    except BaseException:
        file.close()
        raise
