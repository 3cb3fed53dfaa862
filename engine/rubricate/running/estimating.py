"""How large a run is going to be, told from little: what is known of its inputs, and a look at how each begins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal, TypeAlias

from rubricate.errors import PluginError, RecordError
from rubricate.model.descriptors import RawRecord
from rubricate.model.document import Document
from rubricate.running.contracts import Input
from rubricate.running.digests import DigestMemory
from rubricate.running.preparing import Preparer
from rubricate.storage.inflating import INFLATERS

__all__ = ["HASHED", "UNKNOWN", "InputSize", "KnownDigests", "first_documents", "measure"]

UNKNOWN = ""
"""Stands for a digest that nobody has computed yet."""
HASHED = 64 << 20
"""A file up to this size is read to know its digest; of a larger one it must be remembered."""
LOOKED_AT = 2 << 20
"""So many uncompressed bytes of an input are looked at to tell how many records it has."""
PACKED = 1 << 18
"""So many bytes of a compressed file are inflated to tell how large the whole is."""

How: TypeAlias = Literal["known", "counted", "estimated"]


class KnownDigests(DigestMemory):
    """Remembered digests; of a large file that nobody has read yet it says UNKNOWN. Stores nothing."""

    def digest(self, path: Path) -> str:
        """The sha256 of a file, or UNKNOWN."""
        if path.stat().st_size <= HASHED or self.knows(path):
            return super().digest(path)
        return UNKNOWN

    def store(self) -> None:
        """Leaves the memory as it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputSize:
    """What an input holds."""

    records: int
    """Records and unreadable regions."""
    bytes: int
    """Uncompressed."""
    how: How


def measure(source: Input, *, known: Mapping[str, int]) -> InputSize:
    """How many records an input has: from `known` (sha256 -> records), by counting, or by what its beginning holds.

    Raises UsageError when the input cannot be read.
    """
    seen = records = 0
    is_whole, is_known = True, source.sha256 in known
    reader = source.open()
    for part in reader.slices(LOOKED_AT):
        if seen >= LOOKED_AT:
            is_whole = False
            break
        seen += len(part.data)
        if not is_known:
            records += sum(1 for _ in reader.records(part))
    size = seen if is_whole else max(seen, _uncompressed(source))
    if is_known:
        return InputSize(records=known[source.sha256], bytes=size, how="known")
    if is_whole:
        return InputSize(records=records, bytes=seen, how="counted")
    return InputSize(records=round(records * size / max(seen, 1)), bytes=size, how="estimated")


def first_documents(inputs: Sequence[Input], preparer: Preparer, *, most: int = 200) -> list[Document]:
    """The first records of the inputs as matchers see them, a like share of each; unreadable ones are left out."""
    found: list[Document] = []
    each = max(1, most // max(1, len(inputs)))
    for source in inputs[:most]:
        reader = source.open()
        records = (raw for part in reader.slices(1 << 16) for raw in reader.records(part))
        for raw in islice(records, each):
            if isinstance(raw, RawRecord):
                with suppress(RecordError, PluginError):
                    found.append(preparer.prepare(raw, id=preparer.identify(raw), ordinal=len(found)))
    return found


def _uncompressed(source: Input) -> int:
    """The bytes of an input once it is inflated, going by its beginning."""
    if not source.path.is_file():
        return source.size
    with source.path.open("rb") as file:
        head = file.read(PACKED)
    for magic, inflate in INFLATERS.items():
        if head.startswith(magic):
            made = sum(len(piece) for piece in inflate(_once(head)))
            return source.size * made // len(head)
    return source.size


def _once(data: bytes) -> Iterator[bytes]:
    yield data
