"""The driver's own book of a run: its state and its units. Only the driver writes it.

The receipts are the truth; a ledger that is lost or broken is made again from them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, TypeAlias

import orjson

from rubricate.errors import RunError
from rubricate.storage.failpoints import reach
from rubricate.storage.filesystems import refuse_shared

__all__ = ["Ledger", "State", "Unit", "open_ledger"]

State: TypeAlias = Literal["indexing", "labelling", "complete"]

_VERSION = 1
_SCHEMA = """
CREATE TABLE run (
  one INTEGER PRIMARY KEY CHECK (one = 1), identity TEXT NOT NULL, plan TEXT NOT NULL, options TEXT NOT NULL,
  state TEXT NOT NULL, fence INTEGER NOT NULL, sweep INTEGER NOT NULL DEFAULT 0, repeated INTEGER NOT NULL DEFAULT 0,
  manifest TEXT
) STRICT;
CREATE TABLE units (
  ordinal INTEGER PRIMARY KEY, input INTEGER NOT NULL, slice INTEGER NOT NULL, offset INTEGER NOT NULL,
  length INTEGER NOT NULL, first INTEGER NOT NULL, items INTEGER NOT NULL, chosen TEXT, key TEXT, receipt TEXT,
  state TEXT NOT NULL DEFAULT 'planned'
) STRICT;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A slice of an input as the ledger knows it."""

    ordinal: int
    """Counted from 0 over the slices of all inputs."""
    input: int
    """Which input, counted from 0."""
    slice: int
    offset: int
    length: int
    first: int
    items: int
    """How many records and unreadable regions of it are read."""
    chosen: tuple[int, ...] | None = None
    """Which ones, counted from 0 within the slice; None: all."""
    key: str | None = None
    """Known once the unit is done."""
    receipt: str | None = None


class Ledger:
    """An open ledger with this driver's fencing number."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self.fence = 0
        self.was_broken = False
        """Whether an unreadable ledger was moved aside to make this one."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def begin(self, *, identity: str, plan: str, options: object) -> State:
        """Take the ledger over for this run; what it holds of another run is forgotten. Returns the run's state."""
        with self._transaction() as connection:
            known = connection.execute("SELECT identity, state, fence FROM run").fetchone()
            self.fence = 1 if known is None else known[2] + 1
            if known is not None and known[0] == identity:
                connection.execute("UPDATE run SET fence = ?", (self.fence,))
                state: State = known[1]
                return state
            connection.execute("DELETE FROM units")
            connection.execute("DELETE FROM run")
            connection.execute(
                "INSERT INTO run (one, identity, plan, options, state, fence) VALUES (1, ?, ?, ?, 'indexing', ?)",
                (identity, plan, orjson.dumps(options).decode(), self.fence),
            )
            return "indexing"

    @property
    def identity(self) -> str | None:
        """The digest of the run's identity; None in a new ledger."""
        row = self._connection.execute("SELECT identity FROM run").fetchone()
        return None if row is None else str(row[0])

    def rename(self, *, identity: str, options: object) -> None:
        """Say that the run is another one now, with the same units: answers were applied to it."""
        with self._fenced() as connection:
            connection.execute("UPDATE run SET identity = ?, options = ?", (identity, orjson.dumps(options).decode()))

    def complete(self, manifest: str) -> None:
        """Write down that the manifest stands and that nothing is left to do."""
        with self._fenced() as connection:
            connection.execute("UPDATE run SET state = 'complete', sweep = 0, manifest = ?", (manifest,))

    def set_sweep(self, *, wanted: bool) -> None:
        """Write down whether what the manifest does not name is to be removed after publishing."""
        with self._fenced() as connection:
            connection.execute("UPDATE run SET sweep = ?", (int(wanted),))

    @property
    def sweeps(self) -> bool:
        """Whether what the manifest does not name is to be removed."""
        return bool(self._connection.execute("SELECT sweep FROM run").fetchone()[0])

    @property
    def repeated(self) -> int:
        """How many records had an id that an earlier record has."""
        return int(self._connection.execute("SELECT repeated FROM run").fetchone()[0])

    def set_repeated(self, count: int) -> None:
        """Write down how many ids were repeated."""
        with self._fenced() as connection:
            connection.execute("UPDATE run SET repeated = ?", (count,))

    def plan_units(self, units: Iterable[Unit]) -> None:
        """Write down every unit of the run and go on to labelling, in one step."""
        with self._fenced() as connection:
            connection.execute("DELETE FROM units")
            connection.executemany(
                "INSERT INTO units (ordinal, input, slice, offset, length, first, items, chosen)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (u.ordinal, u.input, u.slice, u.offset, u.length, u.first, u.items, _dump_chosen(u.chosen))
                    for u in units
                ),
            )
            connection.execute("UPDATE run SET state = 'labelling'")

    def commit_unit(self, ordinal: int, *, key: str, receipt: str) -> None:
        """Write down that a unit is done."""
        with self._fenced() as connection:
            connection.execute(
                "UPDATE units SET key = ?, receipt = ?, state = 'done' WHERE ordinal = ?", (key, receipt, ordinal)
            )
            reach("before_ledger_commit")
        reach("after_ledger_commit")

    def units(self) -> list[Unit]:
        """Every unit of the run, in order."""
        rows = self._connection.execute(
            "SELECT ordinal, input, slice, offset, length, first, items, chosen, key, receipt FROM units ORDER BY 1"
        )
        return [
            Unit(
                ordinal=row[0],
                input=row[1],
                slice=row[2],
                offset=row[3],
                length=row[4],
                first=row[5],
                items=row[6],
                chosen=None if row[7] is None else tuple(orjson.loads(row[7])),
                key=row[8],
                receipt=row[9],
            )
            for row in rows
        ]

    @contextmanager
    def _fenced(self) -> Iterator[sqlite3.Connection]:
        with self._transaction() as connection:
            (fence,) = connection.execute("SELECT fence FROM run").fetchone()
            if fence != self.fence:
                raise RunError(f"{self._path}: another run has taken over this folder", help="stop one of them")
            yield connection

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
        except BaseException:
            if self._connection.in_transaction:  # a full disk has ended it already
                self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


def open_ledger(path: Path) -> Ledger:
    """Open the ledger, or make a new one; one that cannot be read is moved aside first.

    Raises RunError where it would stand on a disk that other machines share; where that is allowed, it does without
    the write-ahead log, which needs memory that only processes of one machine share.
    """
    is_shared = refuse_shared(path.parent)
    was_broken = path.exists() and not _is_sound(path)
    if was_broken:
        _move_aside(path)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA journal_mode = {'TRUNCATE' if is_shared else 'WAL'}")
    connection.execute("PRAGMA synchronous = FULL")
    if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
        connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")
    ledger = Ledger(connection, path)
    ledger.was_broken = was_broken
    return ledger


def _is_sound(path: Path) -> bool:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if version == _VERSION:
            connection.execute("SELECT identity, state, fence, sweep, repeated FROM run LIMIT 0")
            connection.execute("SELECT ordinal, items, chosen, key, receipt FROM units LIMIT 0")
        elif version == 0 and connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is not None:
            return False  # neither new nor of a known form
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            raise
        return False
    finally:
        connection.close()
    if version > _VERSION:
        raise RunError(f"{path}: was written by a newer Rubricate", help="update Rubricate, or choose another --out")
    return bool(verdict == "ok")


def _move_aside(path: Path) -> None:
    number = 1
    while (aside := path.with_name(f"{path.name}.broken-{number}")).exists():
        number += 1
    path.rename(aside)
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _dump_chosen(chosen: tuple[int, ...] | None) -> str | None:
    return None if chosen is None else orjson.dumps(chosen).decode()
