"""Records of a finished run for commands that explain: by id, all of them, or a sample; and the ruleset behind them."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import orjson

from rubricate.errors import UsageError
from rubricate.running.reading import output_key, read_run_records
from rubricate.storage.layout import internal

__all__ = ["find_record", "read_labelled", "ruleset_of_run"]

FOLDERS = ("records", "review")
"""What rules were asked about."""


def find_record(run: Path, id: str) -> tuple[dict[str, object], Mapping[str, object]]:
    """A record of a run, and what the run says of it."""
    key = output_key(run)
    for record in read_run_records(run, folders=(*FOLDERS, "dropped"), key=key):
        said = record.pop(key, None)
        if isinstance(said, dict) and said.get("id") == id:
            return record, said
    raise UsageError(
        f'the run in {run} holds no record with the id "{id}"',
        help=f"what could not be read has no id; it stands in {run / 'quarantine'}",
    )


def read_labelled(
    run: Path, *, limit: int | None = None, sample: int | None = None, seed: int = 0
) -> Iterator[tuple[str, dict[str, object]]]:
    """Id and fields of the records that rules were asked about: all, the first `limit`, or a sample of them."""
    found = islice(_labelled(run), limit)
    if sample is None:
        return found
    drawn = heapq.nsmallest(sample, enumerate(found), key=lambda item: _rank(seed, item[1][0], item[0]))
    return (each for _, each in sorted(drawn, key=lambda item: item[0]))


def ruleset_of_run(run: Path) -> Path:
    """Where the ruleset stands that a run was made with, in whatever form it is now; raises UsageError."""
    output_key(run)  # refuses what is no finished run
    try:
        places = orjson.loads((internal(run) / "ruleset.json").read_bytes())["places"]
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError):
        places = []
    for place in places:
        if (run / str(place)).is_file():
            return run / str(place)
    raise UsageError(f"{run}: the ruleset of the run is not where it was", help="name it: RULESET RULE --run DIR")


def _labelled(run: Path) -> Iterator[tuple[str, dict[str, object]]]:
    key = output_key(run)
    for record in read_run_records(run, folders=FOLDERS, key=key):
        said = record.pop(key, None)
        yield (str(said.get("id", "")) if isinstance(said, dict) else ""), record


def _rank(seed: int, id: str, ordinal: int) -> bytes:
    return hashlib.blake2b(f"{seed}:{ordinal}:{id}".encode("utf-8", "replace"), digest_size=8).digest()
