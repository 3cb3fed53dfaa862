"""Compressed bytes as plain ones, in pieces of bounded size, with what was wrong with them at the end."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator, Iterator
from typing import TypeAlias

import zstandard

__all__ = ["GRACE", "INFLATERS", "RATIO", "Broken", "Pieces", "gunzip"]

GRACE = 64 * 1024 * 1024
"""So many bytes may come out of anything; beyond, the ratio counts."""
RATIO = 1000
"""More bytes than this out of one are not data but an attack (deflate itself ends at 1032)."""

_PIECE = 256 * 1024
_FEED = 1024  # zstd makes up to 128 KiB of 4 bytes, so this bounds what one call can return to 32 MiB
_WINDOW = 128 * 1024 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_SKIPPABLE = b"\x2a\x4d\x18"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"

Broken: TypeAlias = "tuple[str, str] | None"
"""Why inflating ended before its input did, as (reason, detail)."""
Pieces: TypeAlias = "Generator[bytes, None, Broken]"


class _Meter:
    """Counts what went in and came out, and says when it is too much."""

    def __init__(self) -> None:
        self.read = 0
        self.made = 0

    def exceeded(self) -> bool:
        return self.made > GRACE and self.made > RATIO * self.read

    def verdict(self) -> Broken:
        return (
            "inflate_limit",
            f"the first {self.read} bytes hold more than {self.made} bytes, over {RATIO} to 1; the rest was not read",
        )


class _Input:
    """The compressed bytes that wait to be inflated."""

    def __init__(self, chunks: Iterator[bytes], meter: _Meter) -> None:
        self._chunks = chunks
        self._meter = meter
        self._waiting = b""

    def take(self) -> bytes:
        """Some bytes; none at the end."""
        found, self._waiting = self._waiting, b""
        if not found:
            found = next(self._chunks, b"")
        self._meter.read += len(found)
        return found

    def give_back(self, data: bytes) -> None:
        """Puts bytes back that were not used."""
        self._waiting = data + self._waiting
        self._meter.read -= len(data)

    def peek(self, size: int) -> bytes:
        """The next bytes, fewer than `size` only at the end."""
        while len(self._waiting) < size:
            more = next(self._chunks, b"")
            if not more:
                break
            self._waiting += more
        return self._waiting[:size]

    def is_zeros(self) -> bool:
        """Whether nothing but zero bytes is left, which pad an archive; uses them up."""
        while data := self.take():
            if data.strip(b"\0"):
                return False
        return True


def gunzip(chunks: Iterator[bytes]) -> Pieces:
    """The content of one gzip member after another; what was inflated before a fault is kept."""
    meter = _Meter()
    source = _Input(chunks, meter)
    while magic := source.peek(2):
        if magic != _GZIP_MAGIC:
            garbage = meter.read
            return None if source.is_zeros() else _garbage("gzip", garbage)
        broken = yield from _gzip_member(source, meter)
        if broken is not None:
            return broken
    return None


def _gzip_member(source: _Input, meter: _Meter) -> Pieces:
    inflater = zlib.decompressobj(wbits=31)
    while not inflater.eof:
        data = inflater.unconsumed_tail or source.take()
        if not data:
            return "gzip_truncated", f"the gzip archive ends inside a member, after {meter.read} bytes"
        try:
            piece = inflater.decompress(data, _PIECE)
        except zlib.error as error:
            return "gzip_corrupt", f"the gzip archive is damaged within its first {meter.read} bytes ({_cause(error)})"
        meter.made += len(piece)
        if piece:
            yield piece
        if meter.exceeded():
            return meter.verdict()
    source.give_back(inflater.unused_data)
    return None


def unzstd(chunks: Iterator[bytes]) -> Pieces:
    """The content of one zstd frame after another; what was inflated before a fault is kept."""
    meter = _Meter()
    source = _Input(_small(chunks), meter)
    decompressor = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    while magic := source.peek(4):
        if magic != _ZSTD_MAGIC and magic[1:] != _ZSTD_SKIPPABLE:
            return _garbage("zstd", meter.read)
        broken = yield from _zstd_frame(source, meter, decompressor)
        if broken is not None:
            return broken
    return None


def _zstd_frame(source: _Input, meter: _Meter, decompressor: zstandard.ZstdDecompressor) -> Pieces:
    inflater = decompressor.decompressobj()
    while not inflater.eof:
        data = source.take()
        if not data:
            return "zstd_truncated", f"the zstd archive ends inside a frame, after {meter.read} bytes"
        try:
            piece = inflater.decompress(data)
        except zstandard.ZstdError as error:
            return _zstd_fault(str(error), meter)
        meter.made += len(piece)
        yield from (piece[start : start + _PIECE] for start in range(0, len(piece), _PIECE))
        if meter.exceeded():
            return meter.verdict()
    source.give_back(inflater.unused_data)
    return None


def _zstd_fault(error: str, meter: _Meter) -> Broken:
    if "too much memory" in error:
        return "inflate_limit", f"a zstd frame wants a window over {_WINDOW // 1024**2} MiB"
    return "zstd_corrupt", f"the zstd archive is damaged within its first {meter.read} bytes"


def _garbage(kind: str, read: int) -> Broken:
    return f"{kind}_garbage", f"after {read} bytes the {kind} archive goes on with bytes that are no archive"


def _cause(error: zlib.error) -> str:
    return str(error).rpartition(": ")[2]


def _small(chunks: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        for start in range(0, len(chunk), _FEED):
            yield chunk[start : start + _FEED]


INFLATERS: dict[bytes, Callable[[Iterator[bytes]], Pieces]] = {
    _GZIP_MAGIC: gunzip,
    _ZSTD_MAGIC: unzstd,
    **{bytes([0x50 + number]) + _ZSTD_SKIPPABLE: unzstd for number in range(16)},
}
"""First bytes of a file -> what inflates it. A zstd file may begin with any of 16 kinds of frames to skip."""
