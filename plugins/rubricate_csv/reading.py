"""A table with a header row as a source: one object a row, all values texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import orjson

from rubricate.api import ByteStream, RawRecord, Slice, SourceReader, Unreadable, UsageError, open_stream
from rubricate_csv.cutting import cut_rows
from rubricate_csv.quoting import DELIMITERS, Dialect, guess_delimiter

__all__ = ["MAX_RECORD_BYTES", "OPTIONS", "open_csv"]

MAX_RECORD_BYTES = 16 * 1024 * 1024
"""A longer row is no record."""

OPTIONS: Mapping[str, object] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "delimiter": {
            "enum": list(DELIMITERS),
            "description": "what divides the cells; the one that stands most often in the header unless said",
        },
        "max_record_bytes": {
            "type": "integer",
            "minimum": 1,
            "default": MAX_RECORD_BYTES,
            "description": "a longer line is quarantined as record_too_large, a quote open for longer as csv_quote",
        },
    },
}

_SAMPLE = 200
_HEADER_BYTES = 1 << 20


def open_csv(path: Path, options: Mapping[str, object]) -> SourceReader:
    """A reader of a table; raises UsageError when its header cannot be used."""
    limit = options.get("max_record_bytes", MAX_RECORD_BYTES)
    delimiter = options.get("delimiter", "\t" if ".tsv" in path.suffixes else None)
    assert isinstance(limit, int)
    assert delimiter is None or isinstance(delimiter, str)
    reader = _Reader(path, limit, delimiter)
    reader.check()
    return reader


class _Reader:
    """An opened table."""

    def __init__(self, path: Path, limit: int, delimiter: str | None) -> None:
        self._path = path
        self._limit = limit
        self._delimiter = delimiter

    def check(self) -> None:
        """Raises UsageError when the header cannot be used."""
        with open_stream(self._path) as stream:
            start = self._begin(stream)
        if start.head:
            names = self._names(start.head)
            twice = next((name for name in names if names.count(name) > 1), None)
            if twice is not None:
                raise UsageError(f'{self._path}:1: two columns are called "{twice}"', help="rename one of them")

    def slices(self, size: int) -> Iterator[Slice]:
        """Slices of whole rows; each carries the header."""
        with open_stream(self._path) as stream:
            start = self._begin(stream)
            yield from cut_rows(stream, self._dialect(start.head), start, size, self._limit)

    def records(self, part: Slice) -> Iterator[RawRecord | Unreadable]:
        """A record for each row that is not blank."""
        dialect = self._dialect(part.head)
        names = self._names(part.head)
        place = 0
        line = part.first
        while place < len(part.data):
            match = dialect.row.match(part.data, place) or dialect.lone.match(part.data, place)
            assert match is not None, "slices hold whole rows"
            row = match.group()
            bare = _without_line_end(row)
            if bare and not (bare.isspace() and dialect.delimiter.encode() not in bare):
                yield _record(names, dialect, bare, line, part.offset + place)
            place = match.end()
            line += row.count(b"\n")
        yield from part.faults

    def _begin(self, stream: ByteStream) -> Slice:
        """The header, and what was read of the stream behind it."""
        data = stream.read(_HEADER_BYTES)
        body = data.lstrip(b"\r\n")
        blank = len(data) - len(body)
        dialect = self._dialect(body)
        match = dialect.row.match(body) or (dialect.lone.match(body) if len(data) < _HEADER_BYTES else None)
        if match is None:
            raise UsageError(f"{self._path}:1: the header row does not end", help="check its quotes")
        header = match.group()
        return Slice(
            index=0,
            offset=stream.start + blank + len(header),
            first=1 + data.count(b"\n", 0, blank + len(header)),
            data=body[len(header) :],
            head=header,
        )

    def _dialect(self, head: bytes) -> Dialect:
        if self._delimiter is not None:
            return Dialect.of(self._delimiter)
        return Dialect.of(guess_delimiter(head.partition(b"\n")[0].decode(errors="replace")))

    def _names(self, head: bytes) -> list[str]:
        bare = _without_line_end(head)
        try:
            text = bare.decode()
        except UnicodeDecodeError:
            raise UsageError(
                f"{self._path}:1: the header is not UTF-8", help=f"convert it: iconv -t UTF-8 {self._path.name}"
            ) from None
        if "\r" in text:
            raise UsageError(
                f"{self._path}:1: lines end with a bare carriage return", help="convert them to line feeds"
            )
        return self._dialect(head).split(text)


def _without_line_end(row: bytes) -> bytes:
    return row.removesuffix(b"\n").removesuffix(b"\r")


def _record(names: list[str], dialect: Dialect, row: bytes, line: int, offset: int) -> RawRecord | Unreadable:
    try:
        cells = dialect.split(row.decode())
    except UnicodeDecodeError:
        return Unreadable("utf8", "the bytes are not UTF-8", line, offset, len(row), row[:_SAMPLE])
    if len(cells) != len(names):
        detail = f"the row has {_cells(len(cells))} and the header {len(names)}"
        return Unreadable("csv_ragged", detail, line, offset, len(row), row[:_SAMPLE])
    fields = dict(zip(names, cells, strict=True))
    return RawRecord(line, offset, orjson.dumps(fields), fields)


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"
