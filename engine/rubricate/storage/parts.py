"""Writing one part of a unit: rows into a temporary file, then a synced, verified file ready to be named."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from rubricate.errors import RunError
from rubricate.storage.failpoints import reach
from rubricate.storage.objects import digest_file, sync_descriptor, temp_path

__all__ = ["FinishedPart", "PartWriter"]

_SPILL = 1 << 20
"""How many bytes are held before they are written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedPart:
    """A part that is on the disk under a temporary name."""

    temp: Path
    sha256: str
    rows: int


class PartWriter:
    """Takes the rows of one part. No file is made before the first row."""

    __slots__ = ("_buffer", "_file", "_folder", "_hash", "_held", "_run", "_temp", "rows")

    def __init__(self, folder: Path, *, run: str = "0") -> None:
        self._folder = folder
        self._run = run
        self._buffer: list[bytes] = []
        self._held = 0
        self._hash = hashlib.sha256()
        self._temp: Path | None = None
        self._file: BinaryIO | None = None
        self.rows = 0

    def write(self, row: bytes) -> None:
        """Add a row, given without its line end."""
        self.rows += 1
        self._buffer.append(row)
        self._held += len(row) + 1
        if self._held >= _SPILL:
            self._spill()

    def finish(self) -> FinishedPart | None:
        """Sync and verify the file; None when there was no row. The writer is spent."""
        if not self.rows:
            return None
        self._spill()
        assert self._file is not None
        assert self._temp is not None
        reach("before_fsync")
        sync_descriptor(self._file.fileno())
        self._file.close()
        sha256 = self._hash.hexdigest()
        if digest_file(self._temp) != sha256:
            raise RunError(f"{self._folder}: a part read back differs from what was written", help="check the disk")
        return FinishedPart(temp=self._temp, sha256=sha256, rows=self.rows)

    def discard(self) -> None:
        """Remove the unfinished file, if any."""
        if self._file is not None:
            self._buffer.clear()
            self._file.close()
        if self._temp is not None:
            self._temp.unlink(missing_ok=True)

    def _spill(self) -> None:
        if self._file is None:
            self._temp = temp_path(self._folder, run=self._run)
            self._file = self._temp.open("xb", buffering=0)
        self._buffer.append(b"")
        data = b"\n".join(self._buffer)
        self._buffer.clear()
        self._held = 0
        self._hash.update(data)
        half = len(data) // 2
        _write_all(self._file, data[:half])
        reach("mid_spill")
        _write_all(self._file, data[half:])


def _write_all(file: BinaryIO, data: bytes) -> None:
    """Unbuffered files may take less than they are given."""
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]
