"""Streams of lines cut into slices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rubricate.api import ByteStream, Slice, Unreadable

__all__ = ["cut_lines"]

_CHUNK = 1 << 20
_SAMPLE = 200


def cut_lines(stream: ByteStream, size: int, limit: int) -> Iterator[Slice]:
    """Slices that end with the first line end at or after `size` bytes.

    A line over `limit` bytes ends its slice early, is passed over without being kept, and becomes a fault there.
    Holds about `size` and twice `limit` bytes at most.
    """
    return _Cutter(stream, max(size, 1), limit).slices()


class _Cutter:
    def __init__(self, stream: ByteStream, size: int, limit: int) -> None:
        self._stream = stream
        self._size = size
        self._limit = limit
        self._buffer = bytearray()
        self._whole = 0  # so many bytes of the buffer are whole lines within the limit
        self._index = 0
        self._offset = stream.start
        self._first = 1

    def slices(self) -> Iterator[Slice]:
        """All slices of the stream."""
        while True:
            self._advance()
            if self._whole >= self._size:
                yield self._take(self._buffer.find(b"\n", self._size - 1) + 1)
            elif len(self._buffer) - self._whole > self._limit:
                part = self._take(self._whole)
                yield replace(part, faults=(self._pass_over(),))
            elif not self._read():
                break
        yield from self._last()

    def _advance(self) -> None:
        """Moves over whole lines; a window of the limit holds none only if the line is too long or not yet read."""
        while self._whole < self._size:
            end = self._buffer.rfind(b"\n", self._whole, self._whole + self._limit + 1)
            if end < 0:
                return
            self._whole = end + 1

    def _read(self) -> bool:
        data = self._stream.read(_CHUNK)
        self._buffer += data
        return bool(data)

    def _take(self, length: int) -> Slice:
        data = bytes(memoryview(self._buffer)[:length])
        part = Slice(index=self._index, offset=self._offset, first=self._first, data=data)
        del self._buffer[:length]
        self._whole -= length
        self._index += 1
        self._offset += length
        self._first += data.count(b"\n")
        return part

    def _pass_over(self) -> Unreadable:
        length, sample, end = 0, b"", -1
        while end < 0:
            end = self._buffer.find(b"\n")
            passed = len(self._buffer) if end < 0 else end
            sample += self._buffer[: min(passed, _SAMPLE - len(sample))]
            length += passed
            del self._buffer[: passed + 1]
            if end < 0 and not self._read():
                break
        fault = Unreadable(
            reason="record_too_large",
            detail=f"the line has {length} bytes, over the limit of {self._limit}",
            line=self._first,
            offset=self._offset,
            length=length,
            sample=sample,
        )
        self._offset += length + 1
        self._first += 1
        return fault

    def _last(self) -> Iterator[Slice]:
        rest = self._take(len(self._buffer))
        if self._stream.fault is None:
            if rest.data:
                yield rest
            return
        line = self._first + (1 if rest.data and not rest.data.endswith(b"\n") else 0)
        yield replace(rest, faults=(replace(self._stream.fault, line=line),))
