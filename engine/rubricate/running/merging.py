"""The end of pass 1: sorted rows of all units are merged on disk, and each unit learns what it must drop or rename.

Memory is bounded by the merge's blocks, a spool's buffer and the ids that already look like `ID~2`. Where near
duplicates are dropped, it grows by 40 bytes for each record with a likeness that stays (60 at the largest distance), as
any of these may be near one that comes later.
"""

from __future__ import annotations

import hashlib
import heapq
import re
import shutil
import struct
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from rubricate.running.indexing import DIGEST, ROW, IndexFile, Rows
from rubricate.running.nearness import Nearness
from rubricate.storage.objects import temp_path

__all__ = ["UnitLists", "load_lists", "merge_rows", "resolve"]

_FAN_IN = 32
_BLOCK = ROW.size * 2048
_SPOOL = 32 << 20
_PLACE = struct.Struct(">II")
_SUFFIXED = re.compile(r"~[1-9]\d*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLists:
    """What the whole dump means for the records of one unit, by position in it."""

    drops: Mapping[int, str] = field(default_factory=dict)
    """Position -> the id of the record that it repeats."""
    near: Mapping[int, int] = field(default_factory=dict)
    """Of these, position -> bits of its likeness that differ; equal records have none."""
    suffixes: Mapping[int, int] = field(default_factory=dict)
    """Position -> n, where the id becomes `ID~n`."""

    @property
    def digests(self) -> tuple[str, str]:
        """The digests of both lists, for the key of the unit."""
        drops = hashlib.sha256()
        for position, id in self.drops.items():
            text = id.encode("utf-8", "surrogatepass")
            drops.update(_PLACE.pack(position, len(text)) + text)
        if self.near:
            drops.update(b"near" + b"".join(_PLACE.pack(*place) for place in self.near.items()))
        suffixes = hashlib.sha256()
        for place in self.suffixes.items():
            suffixes.update(_PLACE.pack(*place))
        return drops.hexdigest(), suffixes.hexdigest()


def resolve(
    index: Path,
    units: Sequence[int],
    *,
    keep_first: bool = False,
    distance: int | None = None,
    go_on: Callable[[], None] = lambda: None,
) -> int:
    """Write the lists of every unit into `index`/resolved; returns how many ids were repeated.

    Records are compared in unit order: the first keeps its id and its place. Where ids repeat, the later ones are
    renamed or, with `keep_first`, dropped. With a `distance`, a record is dropped as well if its likeness differs in so
    many bits at most from that of an earlier one that stays: from the nearest one, of several the first. Meanwhile
    `go_on` is called for each unit, and may raise.
    """
    folder = index / "resolved"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    repeated = _drop_ids(index, folder, units) if keep_first else _resolve_ids(index, folder, units)
    _resolve_contents(index, folder, units, drops_ids=keep_first)
    if distance is not None:
        _resolve_looks(index, folder, units, distance, drops_ids=keep_first, go_on=go_on)
    return repeated


def load_lists(index: Path, unit: int) -> UnitLists:
    """The lists of a unit."""
    folder = index / "resolved"
    return UnitLists(
        drops=_load_drops(_drops_path(folder, unit)),
        near=_load_places(_near_path(folder, unit)),
        suffixes=_load_places(_suffixes_path(folder, unit)),
    )


def merge_rows(runs: Sequence[Rows], *, scratch: Path, fan_in: int = _FAN_IN) -> Iterator[bytes]:
    """The rows of all runs in order. Never more than `fan_in` files are open; more runs take more levels."""
    runs = [run for run in runs if run.count]
    temporary: list[Path] = []
    try:
        while len(runs) > fan_in:
            merged: list[Rows] = []
            for first in range(0, len(runs), fan_in):
                group = runs[first : first + fan_in]
                merged.append(_merge_group(group, temp_path(scratch)))
                temporary.append(merged[-1].path)
            runs = merged
        yield from heapq.merge(*map(_read_rows, runs))
    finally:
        for path in temporary:
            path.unlink(missing_ok=True)


def _merge_group(runs: Sequence[Rows], path: Path) -> Rows:
    with path.open("xb", buffering=1 << 20) as file:
        file.writelines(heapq.merge(*map(_read_rows, runs)))
    return Rows(path, 0, sum(run.count for run in runs))


def _read_rows(run: Rows) -> Iterator[bytes]:
    left = run.count * ROW.size
    with run.path.open("rb") as file:
        file.seek(run.start)
        while left:
            block = file.read(min(left, _BLOCK))
            assert block, f"{run.path} is too short"
            left -= len(block)
            for start in range(0, len(block), ROW.size):
                yield block[start : start + ROW.size]


class _Spool:
    """Rows for many units, appended to a file each without keeping the files open."""

    def __init__(self, path_of: Callable[[int], Path]) -> None:
        self._path_of = path_of
        self._buffers: dict[int, bytearray] = {}
        self._held = 0

    def add(self, unit: int, row: bytes) -> None:
        self._buffers.setdefault(unit, bytearray()).extend(row)
        self._held += len(row)
        if self._held >= _SPOOL:
            self.flush()

    def flush(self) -> None:
        for unit, rows in self._buffers.items():
            with self._path_of(unit).open("ab") as file:
                file.write(rows)
        self._buffers.clear()
        self._held = 0


def _resolve_ids(index: Path, folder: Path, units: Sequence[int]) -> int:
    taken = _taken_ids(index, units)
    read_id = _id_reader(index)
    spool = _Spool(lambda unit: _suffixes_path(folder, unit))
    repeated = 0
    previous, number = b"", 1
    for row in merge_rows(_rows_of(index, units, of_ids=True), scratch=folder):
        if row[:DIGEST] != previous:
            previous, number = row[:DIGEST], 1
            continue
        _, unit, ordinal = ROW.unpack(row)
        number += 1
        if taken:
            id = read_id(unit, ordinal)
            while f"{id}~{number}" in taken:
                number += 1
        repeated += 1
        spool.add(unit, _PLACE.pack(ordinal, number))
    spool.flush()
    return repeated


def _drop_ids(index: Path, folder: Path, units: Sequence[int]) -> int:
    """Drops every record whose id an earlier one has; it then names its own id as that of the one that stays."""
    read_id = _id_reader(index)
    spool = _Spool(lambda unit: _drops_path(folder, unit))
    repeated, previous = 0, b""
    for row in merge_rows(_rows_of(index, units, of_ids=True), scratch=folder):
        digest, unit, ordinal = ROW.unpack(row)
        if digest != previous:
            previous = digest
            continue
        repeated += 1
        spool.add(unit, _drop(ordinal, read_id(unit, ordinal)))
    spool.flush()
    return repeated


def _drop(ordinal: int, id: str) -> bytes:
    text = id.encode("utf-8", "surrogatepass")
    return _PLACE.pack(ordinal, len(text)) + text


def _resolve_contents(index: Path, folder: Path, units: Sequence[int], *, drops_ids: bool) -> None:
    name = _namer(index, folder)
    load_gone = lru_cache(maxsize=64)(lambda unit: frozenset(_load_drops(_drops_path(folder, unit))))
    spool = _Spool(lambda unit: _drops_path(folder, unit))
    previous, kept_place, kept_id = b"", (0, 0), None
    for row in merge_rows(_rows_of(index, units, of_ids=False), scratch=folder):
        digest, unit, ordinal = ROW.unpack(row)
        if drops_ids and ordinal in load_gone(unit):
            continue  # none may be dropped in favour of one that is gone itself
        if digest != previous:
            previous, kept_place, kept_id = digest, (unit, ordinal), None
            continue
        if kept_id is None:
            kept_id = name(*kept_place)
        spool.add(unit, _drop(ordinal, kept_id))
    spool.flush()


def _resolve_looks(
    index: Path, folder: Path, units: Sequence[int], distance: int, *, drops_ids: bool, go_on: Callable[[], None]
) -> None:
    """Drops every record that looks like an earlier one that stays; one of equal bytes is an equal one."""
    name = _namer(index, folder)
    known, places, contents = Nearness(distance), array("Q"), array("Q")
    for unit in units:
        go_on()
        gone = frozenset(_load_drops(_drops_path(folder, unit))) if drops_ids else frozenset[int]()
        drops, near = bytearray(), bytearray()
        with IndexFile(index, unit) as file:
            looks = [look for look in file.looks if look[2] not in gone]
        for likeness, digest, ordinal in looks:
            content = int.from_bytes(digest, "big")
            found = known.find(likeness)
            if found is None:
                known.add(likeness)
                places.append(unit << 32 | ordinal)
                contents.append(content)
                continue
            differing, number = found
            drops += _drop(ordinal, name(*divmod(places[number], 1 << 32)))
            if contents[number] != content:
                near += _PLACE.pack(ordinal, differing)
        for path, lists in ((_drops_path(folder, unit), drops), (_near_path(folder, unit), near)):
            if lists:
                with path.open("ab") as target:
                    target.write(lists)


def _rows_of(index: Path, units: Sequence[int], *, of_ids: bool) -> list[Rows]:
    rows = []
    for unit in units:
        with IndexFile(index, unit) as file:
            rows.append(file.id_rows if of_ids else file.content_rows)
    return rows


def _taken_ids(index: Path, units: Sequence[int]) -> set[str]:
    """Ids in the data that look like one that we would make."""
    taken: set[str] = set()
    for unit in units:
        with IndexFile(index, unit) as file:
            if file.tildes:
                taken.update(id for id in map(file.id_of, range(file.items)) if _SUFFIXED.search(id))
    return taken


def _id_reader(index: Path) -> Callable[[int, int], str]:
    open_file = lru_cache(maxsize=128)(lambda unit: IndexFile(index, unit))
    return lambda unit, ordinal: open_file(unit).id_of(ordinal)


def _namer(index: Path, folder: Path) -> Callable[[int, int], str]:
    """(unit, ordinal) -> the id that the record gets."""
    read_id = _id_reader(index)
    load_suffixes = lru_cache(maxsize=64)(lambda unit: _load_places(_suffixes_path(folder, unit)))

    def name(unit: int, ordinal: int) -> str:
        number = load_suffixes(unit).get(ordinal)
        return read_id(unit, ordinal) + ("" if number is None else f"~{number}")

    return name


def _suffixes_path(folder: Path, unit: int) -> Path:
    return folder / f"unit-{unit:08d}.suffixes"


def _drops_path(folder: Path, unit: int) -> Path:
    return folder / f"unit-{unit:08d}.drops"


def _near_path(folder: Path, unit: int) -> Path:
    return folder / f"unit-{unit:08d}.near"


def _load_places(path: Path) -> dict[int, int]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return {}
    return dict(sorted(_PLACE.iter_unpack(content)))


def _load_drops(path: Path) -> dict[int, str]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return {}
    drops: dict[int, str] = {}
    at = 0
    while at < len(content):
        position, length = _PLACE.unpack_from(content, at)
        at += _PLACE.size
        drops[position] = content[at : at + length].decode("utf-8", "surrogatepass")
        at += length
    return dict(sorted(drops.items()))
