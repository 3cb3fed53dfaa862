"""The answers that a run uses: a snapshot, pinned to its output folder so that a resumed run uses the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import orjson

from rubricate.errors import RunError
from rubricate.running.identity import load_identity
from rubricate.storage.layout import internal
from rubricate.storage.objects import canonical_json, digest_value, replace_file
from rubricate.storage.people import FILE_NAME, find_project, open_people

__all__ = ["Snapshot", "answers_for_run", "load_snapshot", "people_file", "store_snapshot", "take_snapshot"]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Answers at one moment."""

    by_question: Mapping[str, Mapping[str, object]]
    """Question id -> {"value", "by", "at", "guideline", "suggested"}."""
    digest: str | None
    """None when there are no answers."""


def people_file(out: Path) -> Path:
    """people.db of the project that an output folder belongs to; the folder itself is one when no other is."""
    return find_project(out) / FILE_NAME


def take_snapshot(people: Path) -> Snapshot:
    """Every answer that settles its question now."""
    if not people.exists():
        return Snapshot({}, None)
    with open_people(people) as database:
        valid = database.valid_answers().values()
    answers: dict[str, Mapping[str, object]] = {}
    for found in sorted(valid, key=lambda found: found.question):
        deciding = [one for one in found.answers if one.kind == "adjudication"] or list(found.answers)
        last = deciding[-1]
        answers[found.question] = {
            "value": found.value,
            "by": last.person,
            "at": last.at,
            "guideline": last.guideline_version,
            "suggested": last.suggested,
        }
    # A run that goes on reads its snapshot back from a file; both must look the same down to the order of keys
    return Snapshot(orjson.loads(canonical_json(answers)), digest_value(answers) if answers else None)


def answers_for_run(people: Path, out: Path, *, fresh: bool = False) -> Snapshot:
    """The answers that a run in `out` uses: those it began with, or, for a new run, all there are now.

    What people say later comes in by `review apply`. Nothing is written: `store_snapshot` keeps it with the run.
    """
    known = None if fresh else load_identity(out)
    if known is not None:
        digest = cast("str | None", known.get("answers"))
        return load_snapshot(out, digest)
    return take_snapshot(people)


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
