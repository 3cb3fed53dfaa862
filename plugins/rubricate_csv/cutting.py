"""Streams of rows cut into slices; a quoted cell may hold line ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rubricate.api import ByteStream, Slice, Unreadable
from rubricate_csv.quoting import Dialect

__all__ = ["cut_rows"]

_CHUNK = 1 << 20
_SAMPLE = 200


def cut_rows(stream: ByteStream, dialect: Dialect, rest: Slice, size: int, limit: int) -> Iterator[Slice]:
    """Slices of whole rows of at least `size` bytes; `rest` is what was read of the stream, behind its header.

    A quote that is not closed within `limit` bytes, or before the end, takes one line with it and not the file: that
    line becomes a fault and reading goes on behind it. So does a line over the limit. Either ends its slice.
    """
    return _Cutter(stream, dialect, rest, max(size, 1), limit).slices()


class _Cutter:
    def __init__(self, stream: ByteStream, dialect: Dialect, rest: Slice, size: int, limit: int) -> None:
        self._stream = stream
        self._dialect = dialect
        self._size = size
        self._limit = limit
        self._header = rest.head
        self._buffer = bytearray(rest.data)
        self._whole = 0  # so many bytes of the buffer are whole rows
        self._ended = False
        self._index = 0
        self._offset = rest.offset
        self._first = rest.first

    def slices(self) -> Iterator[Slice]:
        """All slices of the stream."""
        while True:
            self._advance()
            if self._whole >= self._size:
                yield self._take(self._whole)
            elif len(self._buffer) - self._whole > self._limit or (self._ended and self._is_open()):
                part = self._take(self._whole)
                yield replace(part, faults=(self._pass_over(),))
            elif self._ended:
                break
            else:
                self._read()
        yield from self._last()

    def _advance(self) -> None:
        row = self._dialect.row
        while self._whole < self._size:
            match = row.match(self._buffer, self._whole, self._whole + self._limit + 1)
            if match is None:
                return
            self._whole = match.end()

    def _is_open(self) -> bool:
        return self._dialect.lone.match(self._buffer, self._whole) is None

    def _read(self) -> None:
        data = self._stream.read(_CHUNK)
        self._buffer += data
        self._ended = not data

    def _take(self, length: int) -> Slice:
        data = bytes(memoryview(self._buffer)[:length])
        part = Slice(index=self._index, offset=self._offset, first=self._first, data=data, head=self._header)
        del self._buffer[:length]
        self._whole = 0
        self._index += 1
        self._offset += length
        self._first += data.count(b"\n")
        return part

    def _pass_over(self) -> Unreadable:
        """Drops the first line of the buffer, reading on while it does not end."""
        length, sample, end = 0, b"", -1
        while end < 0:
            end = self._buffer.find(b"\n")
            passed = len(self._buffer) if end < 0 else end
            sample += self._buffer[: min(passed, _SAMPLE - len(sample))]
            length += passed
            del self._buffer[: passed + 1]
            if end < 0:
                self._read()
                if self._ended:
                    break
        if length > self._limit:
            reason, detail = "record_too_large", f"the line has {length} bytes, over the limit of {self._limit}"
        else:
            reason, detail = "csv_quote", "a quote opens a cell here and nothing closes it"
        fault = Unreadable(reason, detail, line=self._first, offset=self._offset, length=length, sample=sample)
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
