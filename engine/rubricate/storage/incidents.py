"""What a clock or a dead process decided about a record: kept, so that a run that goes on decides the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import orjson

from rubricate.storage.layout import incidents_folder
from rubricate.storage.objects import canonical_json, replace_file

__all__ = ["Incident", "add_incident", "load_incidents"]


class Incident(NamedTuple):
    """Why a record is quarantined without being looked at again."""

    reason: str
    """`regex_timeout`, `timeout` or `worker_died`."""
    detail: str


def load_incidents(out: Path, key: str) -> Mapping[int, Incident]:
    """Position in the unit -> its incident; none for a file that cannot be read, which is then made anew."""
    try:
        found = orjson.loads((incidents_folder(out) / f"{key}.json").read_bytes())
        return {int(position): Incident(str(told[0]), str(told[1])) for position, told in found.items()}
    except (FileNotFoundError, orjson.JSONDecodeError, AttributeError, LookupError, TypeError, ValueError):
        return {}


def add_incident(out: Path, key: str, position: int, incident: Incident) -> None:
    """Make an incident of the unit durable."""
    folder = incidents_folder(out)
    folder.mkdir(parents=True, exist_ok=True)
    known = {**load_incidents(out, key), position: incident}
    document = {str(place): list(told) for place, told in sorted(known.items())}
    replace_file(folder / f"{key}.json", canonical_json(document))
