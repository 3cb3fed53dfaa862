"""A look at a ledger that leaves no trace: for who asks how far a run is, while it works or long after."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from rubricate.storage.ledger import State

__all__ = ["LedgerGlance", "glance_at_ledger"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerGlance:
    """How far a run is."""

    identity: str
    """The digest of what the run is."""
    state: State
    attempts: int
    units: int
    done: int
    records: int
    """How many records and unreadable regions all units have."""
    records_done: int
    bytes: int
    """Uncompressed, of all units."""
    bytes_done: int


def glance_at_ledger(path: Path) -> LedgerGlance | None:
    """What the ledger says now; None where there is none or it cannot be read."""
    if not path.is_file():
        return None
    # Without a log beside it all is in the file, and opening it as one that never changes makes no files beside it
    mode = "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "immutable=1"
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}?{mode}", uri=True)) as connection:
            run = connection.execute("SELECT identity, state, fence FROM run").fetchone()
            if run is None:
                return None
            units = connection.execute(
                "SELECT COUNT(*), COUNT(key), TOTAL(items), TOTAL(CASE WHEN key IS NULL THEN 0 ELSE items END),"
                " TOTAL(length), TOTAL(CASE WHEN key IS NULL THEN 0 ELSE length END) FROM units"
            ).fetchone()
    except sqlite3.Error:
        return None
    count, done, records, records_done, size, size_done = map(int, units)
    return LedgerGlance(
        identity=run[0], state=run[1], attempts=run[2], units=count, done=done, records=records,
        records_done=records_done, bytes=size, bytes_done=size_done,
    )  # fmt: skip
