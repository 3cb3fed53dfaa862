"""What a driver and its workers say to each other: a line of JSON and a block of bytes at a time."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO, cast

import orjson

from rubricate.model.descriptors import Slice, SourceReader, Unreadable
from rubricate.running.merging import UnitLists
from rubricate.running.units import IndexTask, Task
from rubricate.storage.ledger import Unit
from rubricate.storage.receipts import Part, Receipt

__all__ = [
    "Frame", "pack", "pack_index", "pack_task", "receipt_of", "receive", "tell_receipt", "unpack_index", "unpack_task",
]  # fmt: skip

Frame = tuple[dict[str, object], bytes]
_HEAD = struct.Struct(">IQ")
_UNIT = ("ordinal", "input", "slice", "offset", "length", "first", "items", "chosen")


def pack(said: Mapping[str, object], data: bytes = b"") -> bytes:
    """A frame: the lengths of both, then JSON, then bytes."""
    text = orjson.dumps(said)
    return b"".join((_HEAD.pack(len(text), len(data)), text, data))


def receive(stream: BinaryIO) -> Frame | None:
    """The next frame; None where the other side has gone."""
    head = _read(stream, _HEAD.size)
    if head is None:
        return None
    text, size = _HEAD.unpack(head)
    said, data = _read(stream, text), _read(stream, size)
    if said is None or data is None:
        return None
    return cast("dict[str, object]", orjson.loads(said)), data


def _read(stream: BinaryIO, size: int) -> bytes | None:
    """So many bytes, however many pieces they come in; None where the stream ends before."""
    pieces: list[bytes] = []
    left = size
    while left:
        piece = stream.read(left)
        if not piece:
            return None
        pieces.append(piece)
        left -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def pack_index(task: IndexTask) -> bytes:
    """A task of pass 1."""
    said = {"do": "index", "fingerprint": task.fingerprint.hex(), **_of_slice(task.unit, task.part)}
    return pack(said, task.part.data + task.part.head)


def unpack_index(frame: Frame, reader_of: Callable[[int], SourceReader]) -> IndexTask:
    """The task of pass 1 that a frame holds."""
    said, _ = frame
    unit, part = _slice_of(frame)
    fingerprint = bytes.fromhex(cast("str", said["fingerprint"]))
    return IndexTask(unit=unit, fingerprint=fingerprint, part=part, reader=reader_of(unit.input))


def pack_task(task: Task, *, alone: range) -> bytes:
    """A unit to label; `alone` are the positions of records that are looked at one by one."""
    lists = {
        "drops": [[place, id.encode("utf-8", "surrogatepass").hex()] for place, id in task.lists.drops.items()],
        "near": list(task.lists.near.items()),
        "suffixes": list(task.lists.suffixes.items()),
    }
    said = {
        "do": "label", "key": task.key, "source": task.source, "alone": [alone.start, alone.stop],
        "origin": task.origin, "kept": None if task.kept is None else os.fsencode(task.kept.absolute()).hex(),
        "keeps": task.keeps, **lists, **_of_slice(task.unit, task.part),
    }  # fmt: skip
    return pack(said, task.part.data + task.part.head)


def unpack_task(frame: Frame, reader_of: Callable[[int], SourceReader]) -> tuple[Task, range]:
    """The unit that a frame holds, and the positions of the records that are looked at one by one."""
    said, _ = frame
    unit, part = _slice_of(frame)
    drops = cast("list[tuple[int, str]]", said["drops"])
    lists = UnitLists(
        drops={place: bytes.fromhex(id).decode("utf-8", "surrogatepass") for place, id in drops},
        near=dict(cast("list[tuple[int, int]]", said["near"])),
        suffixes=dict(cast("list[tuple[int, int]]", said["suffixes"])),
    )
    task = Task(
        unit=unit,
        key=cast("str", said["key"]),
        part=part,
        reader=reader_of(unit.input),
        source=cast("str", said["source"]),
        lists=lists,
        origin=cast("Mapping[str, str]", said["origin"]),
        kept=None if said["kept"] is None else Path(os.fsdecode(bytes.fromhex(cast("str", said["kept"])))),
        keeps=cast("bool", said["keeps"]),
    )
    return task, range(*cast("list[int]", said["alone"]))


def _of_slice(unit: Unit, part: Slice) -> dict[str, object]:
    faults = [[fault.reason, fault.detail, fault.line, fault.offset, fault.length, fault.sample.hex()]
              for fault in part.faults]  # fmt: skip
    told = {name: getattr(unit, name) for name in _UNIT}
    return {"unit": told, "index": part.index, "head": len(part.head), "faults": faults}


def _slice_of(frame: Frame) -> tuple[Unit, Slice]:
    said, data = frame
    told = dict(cast("Mapping[str, object]", said["unit"]))
    chosen = cast("list[int] | None", told.pop("chosen"))
    unit = Unit(**told, chosen=None if chosen is None else tuple(chosen))  # type: ignore[arg-type]  # named in _UNIT
    body = len(data) - cast("int", said["head"])
    faults = tuple(
        Unreadable(reason, detail, line, offset, length, bytes.fromhex(sample))
        for reason, detail, line, offset, length, sample in cast(
            "list[tuple[str, str, int, int, int, str]]", said["faults"]
        )
    )
    part = Slice(cast("int", said["index"]), unit.offset, unit.first, data[:body], data[body:], faults)
    return unit, part


def tell_receipt(receipt: Receipt) -> dict[str, object]:
    """A receipt as JSON."""
    parts = [[part.folder, part.path, part.sha256, part.rows] for part in receipt.parts]
    return {
        "unit": receipt.unit, "key": receipt.key, "parts": parts, "routes": receipt.routes, "tally": receipt.tally,
        "seconds": receipt.seconds, "writers": receipt.writers, "work": receipt.work,
    }  # fmt: skip


def receipt_of(told: Mapping[str, object]) -> Receipt:
    """A receipt from JSON."""
    parts = tuple(
        Part(folder=folder, path=path, sha256=sha256, rows=rows)
        for folder, path, sha256, rows in cast("list[tuple[str, str, str, int]]", told["parts"])
    )
    return Receipt(
        unit=cast("int", told["unit"]),
        key=cast("str", told["key"]),
        parts=parts,
        routes=cast("str", told["routes"]),
        tally=cast("Mapping[str, object]", told["tally"]),
        seconds=cast("float", told["seconds"]),
        writers=cast("Mapping[str, str]", told["writers"]),
        work=cast("Mapping[str, int]", told["work"]),
    )
