"""Laws of sources: every byte of a dump is a record, a fault or nothing that matters, wherever the dump is cut."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Final, TypeAlias

import orjson

from rubricate.errors import UsageError
from rubricate.model.descriptors import RawRecord, Slice, Source, SourceReader, Unreadable
from rubricate.testing.bench import Bench, guarded
from rubricate.testing.faults import Complaint, ForeignError, WrongAnswerError, shown
from rubricate.testing.samples import SourceSample

__all__ = ["LAWS"]

SourceBench: TypeAlias = "Bench[Source, SourceSample]"
Item: TypeAlias = "RawRecord | Unreadable"

WHOLE = 2 << 20
SIZES = (1, 2, 7, 16, 64, 300)
HARMLESS = b" \t\r\n\xef\xbb\xbf"
"""What may stand between records without being counted."""
GARBAGE = (b"\xff\xfe\x00", b"\x00", b'"', b"{", b"\r", b"\xf0\x9f")


def gives_the_samples(bench: SourceBench) -> Iterator[Complaint]:
    """Exactly the records that its author names are read, and exactly those faults."""
    items = _read(bench, _write(bench))
    records = [dict(item.fields) for item in items if isinstance(item, RawRecord)]
    reasons = [item.reason for item in items if isinstance(item, Unreadable)]
    if not bench.sample.records:
        yield Complaint("the sample has no records", help="add records=[{...}]")
    if records != [dict(record) for record in bench.sample.records]:
        yield Complaint(f"it reads {shown(records)}, not {shown([dict(each) for each in bench.sample.records])}")
    if reasons != list(bench.sample.faults):
        yield Complaint(f"it sets aside {reasons}, not {list(bench.sample.faults)}")


def gives_places(bench: SourceBench) -> Iterator[Complaint]:
    """Each record says where it begins and is its own JSON; places only go forward."""
    line = offset = -1
    for item in _read(bench, _write(bench)):
        if item.line < 1 or item.offset < 0 or (item.line, item.offset) <= (line, offset) or item.offset < offset:
            yield Complaint(f"line {item.line}, byte {item.offset} comes after line {line}, byte {offset}")
            return
        line, offset = item.line, item.offset
        if isinstance(item, RawRecord):
            wrong = _wrong_raw(item)
            if wrong is not None:
                yield Complaint(wrong, seen=shown(item.raw))
                return


def _wrong_raw(item: RawRecord) -> str | None:
    if b"\n" in item.raw or b"\r" in item.raw:
        return "the JSON of a record holds a line end"
    try:
        parsed = orjson.loads(item.raw)
    except orjson.JSONDecodeError as error:
        return f"the `raw` of a record is no JSON: {error}"
    return None if parsed == item.fields else "the `raw` of a record says something else than its `fields`"


def is_the_same_wherever_cut(bench: SourceBench) -> Iterator[Complaint]:
    """Slices of any size hold the same records; a slice can be read alone, in any order, so a run can resume at any."""
    path = _write(bench)
    whole = _read(bench, path)
    for size in SIZES:
        found = _read(bench, path, size=size)
        if found != whole:
            yield Complaint(
                f"in slices of {size} bytes it holds other records or places", help=_first_difference(whole, found)
            )
            return
        reader = _open(bench, path)
        parts = _slices(reader, size)
        if [part.index for part in parts] != list(range(len(parts))):
            yield Complaint(f"its slices are numbered {[part.index for part in parts][:6]}")
            return
        turned = [_records(reader, part) for part in reversed(parts)]
        if [item for items in reversed(turned) for item in items] != whole:
            yield Complaint("a slice holds other records when it is read before the slices in front of it",
                            help="`records` is a function of the slice alone")  # fmt: skip
            return


def _first_difference(whole: list[Item], found: list[Item]) -> str:
    for one, two in zip(whole, found, strict=False):
        if one != two:
            return f"line {one.line}, byte {one.offset} became line {two.line}, byte {two.offset}"
    return f"{len(whole)} became {len(found)}"


def loses_no_byte(bench: SourceBench) -> Iterator[Complaint]:
    """Slices, their head and the faults between them cover the dump, but for white space."""
    if not isinstance(bench.sample.content, bytes):
        return
    content = bench.sample.content
    covered = bytearray(len(content))
    head = b""
    for part in _slices(_open(bench, _write(bench)), 1):
        head = head or part.head
        for start, length in [(part.offset, len(part.data)), *((fault.offset, fault.length) for fault in part.faults)]:
            if content[start : start + len(part.data)] != part.data and start == part.offset:
                yield Complaint(f"the slice at byte {start} does not hold the bytes of the dump")
                return
            covered[start : start + length] = b"\x01" * len(covered[start : start + length])
    start = content.find(head) if head else -1
    if start >= 0:
        covered[start : start + len(head)] = b"\x01" * len(head)
    lost = [at for at, mark in enumerate(covered) if not mark and content[at] not in HARMLESS]
    if lost:
        yield Complaint(f"{len(lost)} bytes belong to no slice and no fault, the first at {lost[0]}",
                        seen=shown(content[lost[0] : lost[0] + 20]))  # fmt: skip


def sets_aside_what_is_broken(bench: SourceBench) -> Iterator[Complaint]:
    """A dump cut anywhere or with garbage in it raises nothing; the records before the place stay as they are."""
    if not isinstance(bench.sample.content, bytes):
        return
    content = bench.sample.content
    whole = _read(bench, _write(bench))
    places = range(0, len(content), max(1, len(content) // 40))
    damaged = [(at, content[:at]) for at in places]
    damaged += [(at, content[:at] + garbage + content[at:]) for at in places for garbage in GARBAGE]
    for at, changed in damaged:
        path = bench.folder / bench.sample.file
        path.write_bytes(changed)
        try:
            found = _read(bench, path)
        except UsageError:
            continue  # nothing of it can be read, and it says so
        before = [item for item, following in pairwise(whole) if following.offset <= at]
        if found[: len(before)] != before and _head_end(bench, content) <= at:
            yield Complaint(
                f"damage at byte {at} changes records in front of it", seen=shown(changed[max(0, at - 20) : at + 10])
            )
            return


def _head_end(bench: SourceBench, content: bytes) -> int:
    """Where the records begin: damage before it may change all of them."""
    first = next((item.offset for item in _read(bench, _write(bench))), len(content))
    return first + 1


def _write(bench: SourceBench) -> Path:
    sample = bench.sample
    if isinstance(sample.content, bytes):
        path = bench.folder / sample.file
        path.write_bytes(sample.content)
        return path
    for name, content in sample.content.items():
        path = bench.folder / "dump" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return bench.folder / "dump"


def _open(bench: SourceBench, path: Path) -> SourceReader:
    options: Mapping[str, object] = bench.sample.options
    try:
        return bench.given.open(path, options)
    except UsageError:
        raise
    except (Exception, SystemExit) as error:  # the boundary to foreign code
        raise ForeignError(shown(path.read_bytes()) if path.is_file() else "a folder", error) from error


def _all_slices(reader: SourceReader, size: int) -> list[Slice]:
    found = list(reader.slices(size))
    for part in found:
        if not isinstance(part, Slice):
            raise WrongAnswerError(f"it gives {shown(part)}, which is no Slice")
        if (
            not isinstance(part.data, bytes)
            or not isinstance(part.head, bytes)
            or not _are_int(part.index, part.offset)
        ):
            raise WrongAnswerError(f"it gives {shown(part)}, whose data are no bytes or whose place is no int")
        for fault in part.faults:
            _check_item(fault)
    return found


def _all_records(reader: SourceReader, part: Slice) -> list[Item]:
    found = list(reader.records(part))
    for item in found:
        _check_item(item)
    return found


def _check_item(item: object) -> None:
    """Raises WrongAnswerError for what has not the form of a record or a fault."""
    match item:
        case RawRecord():
            if not isinstance(item.raw, bytes) or not isinstance(item.fields, Mapping):
                raise WrongAnswerError(f"it gives {shown(item)}, whose `raw` is no bytes or whose `fields` no mapping")
        case Unreadable():
            if not isinstance(item.reason, str) or not isinstance(item.sample, bytes) or not _are_int(item.length):
                raise WrongAnswerError(f"it gives {shown(item)}, whose `reason`, `sample` or `length` is none")
        case _:
            raise WrongAnswerError(f"it gives {shown(item)}, which is neither a record nor a fault")
    if not _are_int(item.line, item.offset):
        raise WrongAnswerError(f"it gives {shown(item)}, whose line or offset is no int")


def _are_int(*numbers: object) -> bool:
    return all(type(number) is int for number in numbers)


def _slices(reader: SourceReader, size: int) -> list[Slice]:
    return guarded(f"slices of {size} bytes", _all_slices, reader, size)


def _records(reader: SourceReader, part: Slice) -> list[Item]:
    return guarded(shown(part.data), _all_records, reader, part)


def _read(bench: SourceBench, path: Path, *, size: int = WHOLE) -> list[Item]:
    reader = _open(bench, path)
    return [item for part in _slices(reader, size) for item in _records(reader, part)]


LAWS: Final = {
    "samples": gives_the_samples,
    "places": gives_places,
    "slices": is_the_same_wherever_cut,
    "conservation": loses_no_byte,
    "damage": sets_aside_what_is_broken,
}
