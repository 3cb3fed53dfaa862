"""Pass 1: for every unit a file with the digests of its records' ids and contents, sorted, and the ids themselves.

Layout of a file: header; id rows; content rows; where each id begins; the ids; looks. A row is digest, unit, ordinal,
all big-endian, so that rows as bytes sort by digest and then in the order in which records were read. A look is the
likeness of a record's image, a digest of its bytes and the ordinal, in the order of the records; there are none unless
near duplicates are wanted.
"""

from __future__ import annotations

import hashlib
import mmap
import struct
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias

from rubricate.model.descriptors import RawRecord, Unreadable
from rubricate.storage.objects import temp_path

__all__ = ["DIGEST", "ROW", "Identify", "IndexFile", "Look", "Rows", "index_path", "is_index_sound", "write_index"]

Identify: TypeAlias = Callable[[RawRecord], tuple[str, bytes, bytes | None, int | None]]
Look: TypeAlias = "tuple[int, bytes, int]"
"""Likeness, the first bytes of the digest of what it was taken of, ordinal."""

DIGEST = 16
ROW = struct.Struct(f">{DIGEST}sII")

_MAGIC = b"rub-idx1"
_HEADER = struct.Struct(">8s16s16sQQQQQ")
_LOOK = struct.Struct(">Q8sI")


@dataclass(frozen=True, slots=True)
class Rows:
    """A run of sorted rows within a file."""

    path: Path
    start: int
    count: int


def index_path(folder: Path, unit: int) -> Path:
    """The index file of a unit."""
    return folder / f"unit-{unit:08d}.index"


def write_index(
    folder: Path, unit: int, records: Iterable[RawRecord | Unreadable], identify: Identify, *, fingerprint: bytes
) -> int:
    """Write the index file of a unit; returns how many records and unreadable regions it has.

    The file is not synced: its checksum tells whether it survived, and it can always be made again.
    """
    ids: list[bytes] = []
    id_rows: list[bytes] = []
    content_rows: list[bytes] = []
    looks: list[bytes] = []
    for ordinal, record in enumerate(records):
        if isinstance(record, Unreadable):
            ids.append(b"")
            continue
        id, id_digest, content_digest, likeness = identify(record)
        ids.append(id.encode("utf-8", "surrogatepass"))
        id_rows.append(ROW.pack(id_digest, unit, ordinal))
        if likeness is not None:
            assert content_digest is not None
            looks.append(_LOOK.pack(likeness, content_digest[:8], ordinal))
        elif content_digest is not None:
            content_rows.append(ROW.pack(content_digest, unit, ordinal))
    id_rows.sort()
    content_rows.sort()
    body = b"".join((*id_rows, *content_rows, _starts(ids), *ids, *looks))
    header = _HEADER.pack(
        _MAGIC,
        fingerprint,
        _checksum(body),
        len(ids),
        len(id_rows),
        len(content_rows),
        sum(map(len, ids)),
        sum(b"~" in id for id in ids),
    )
    temp = temp_path(folder)
    temp.write_bytes(header + body)
    temp.rename(index_path(folder, unit))
    return len(ids)


def is_index_sound(folder: Path, unit: int, *, fingerprint: bytes) -> int | None:
    """How many records the unit's index file has, if it is whole and was made for this very unit; else None."""
    try:
        content = index_path(folder, unit).read_bytes()
    except FileNotFoundError:
        return None
    if len(content) < _HEADER.size:
        return None
    magic, made_for, checksum, items, *_ = _HEADER.unpack_from(content)
    body = memoryview(content)[_HEADER.size :]
    if (magic, made_for, checksum) != (_MAGIC, fingerprint, _checksum(body)):
        return None
    return int(items)


class IndexFile:
    """An index file open for reading."""

    def __init__(self, folder: Path, unit: int) -> None:
        self._path = index_path(folder, unit)
        with self._path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        _, _, _, self.items, self._ids, self._contents, texts, self.tildes = _HEADER.unpack_from(self._map)
        self._table = _HEADER.size + (self._ids + self._contents) * ROW.size
        self._texts = self._table + 4 * (self.items + 1)
        self._looks = self._texts + texts

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._map.close()

    @property
    def id_rows(self) -> Rows:
        """The rows of ids."""
        return Rows(self._path, _HEADER.size, self._ids)

    @property
    def content_rows(self) -> Rows:
        """The rows of contents; none when duplicates stay, and none of a record that has a look."""
        return Rows(self._path, _HEADER.size + self._ids * ROW.size, self._contents)

    @property
    def looks(self) -> Iterator[Look]:
        """The looks of records, in the order in which they were read."""
        return _LOOK.iter_unpack(self._map[self._looks :])

    def id_of(self, ordinal: int) -> str:
        """The id of a record as it was read."""
        start, end = struct.unpack_from(">II", self._map, self._table + 4 * ordinal)
        return self._map[self._texts + start : self._texts + end].decode("utf-8", "surrogatepass")


def _starts(ids: list[bytes]) -> bytes:
    starts = array("I", [0])
    position = 0
    for id in ids:
        position += len(id)
        starts.append(position)
    if sys.byteorder == "little":
        starts.byteswap()
    return starts.tobytes()


def _checksum(body: bytes | memoryview) -> bytes:
    return hashlib.blake2b(body, digest_size=DIGEST).digest()
