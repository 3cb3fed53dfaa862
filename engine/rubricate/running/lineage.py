"""Which runs a run goes back to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import orjson

from rubricate.errors import RunError
from rubricate.running.overview import find_runs
from rubricate.running.publishing import Manifest, read_manifest
from rubricate.storage.layout import manifests_folder

__all__ = ["Ancestor", "trace_lineage"]

MOST = 100
"""So many steps back are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ancestor:
    """A manifest that another one follows."""

    digest: str
    how: Literal["before answers were applied", "earlier run", "not found"]
    run: Path | None
    """The folder that holds it, if it was found in this one or beside it."""


def trace_lineage(out: Path, manifest: Manifest) -> Iterator[Ancestor]:
    """What a run follows, the nearest first, as far as it can be found."""
    around = out.parent if out.name not in ("", "..") else out.absolute().parent
    beside = {one.digest: path for path in find_runs(around) if (one := _read(path)) is not None}
    parent, place = manifest.body.get("parent"), out
    for _ in range(MOST):
        if not isinstance(parent, str):
            return
        kept = manifests_folder(place) / f"{parent}.json"
        if kept.is_file():
            yield Ancestor(digest=parent, how="before answers were applied", run=place)
        elif parent in beside:
            place = beside[parent]
            kept = manifests_folder(place) / f"{parent}.json"
            yield Ancestor(digest=parent, how="earlier run", run=place)
        else:
            found = next((path for path in beside.values() if (manifests_folder(path) / kept.name).is_file()), None)
            if found is None:
                yield Ancestor(digest=parent, how="not found", run=None)
                return
            place, kept = found, manifests_folder(found) / kept.name
            yield Ancestor(digest=parent, how="earlier run", run=place)
        parent = _parent(kept)


def _parent(path: Path) -> object:
    try:
        return orjson.loads(path.read_bytes())["body"].get("parent")
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return None


def _read(path: Path) -> Manifest | None:
    try:
        return read_manifest(path)
    except RunError:
        return None
