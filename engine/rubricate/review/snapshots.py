"""A snapshot of answers, pinned to the output folder of a run so that a resumed run uses the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from rubricate.errors import RunError
from rubricate.storage.layout import internal
from rubricate.storage.objects import canonical_json, digest_value, replace_file

__all__ = ["Snapshot", "load_snapshot", "store_snapshot"]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Answers at one moment."""

    by_question: Mapping[str, Mapping[str, object]]
    """Question id -> {"value", "by", "at", "guideline", "suggested"}."""
    digest: str | None
    """None when there are no answers."""


def store_snapshot(out: Path, snapshot: Snapshot) -> None:
    """Keep a snapshot with the run that uses it."""
    if snapshot.digest is not None:
        internal(out).mkdir(parents=True, exist_ok=True)
        replace_file(_path(out, snapshot.digest), canonical_json(snapshot.by_question))


def load_snapshot(out: Path, digest: str | None) -> Snapshot:
    """The snapshot of this digest that was kept with a run. Raises RunError when it has gone."""
    if digest is None:
        return Snapshot({}, None)
    path = _path(out, digest)
    try:
        answers = orjson.loads(path.read_bytes())
    except (FileNotFoundError, orjson.JSONDecodeError):
        answers = None
    if answers is None or digest_value(answers) != digest:
        raise RunError(f"{path}: the answers that the run uses have gone", help="run again with --overwrite")
    return Snapshot(answers, digest)


def _path(out: Path, digest: str) -> Path:
    return internal(out) / f"answers-{digest[:16]}.json"
