"""The answers that a run uses: a snapshot, pinned to its output folder so that a resumed run uses the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import orjson

from rubricate.running.identity import load_identity
from rubricate.storage.layout import internal
from rubricate.storage.objects import canonical_json, digest_value, replace_file
from rubricate.storage.people import FILE_NAME, find_project, open_people

__all__ = ["Snapshot", "answers_for_run", "people_file", "take_snapshot"]


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
    return Snapshot(answers, digest_value(answers) if answers else None)


def answers_for_run(people: Path, out: Path, *, fresh: bool = False) -> Snapshot:
    """The answers that a run in `out` uses: those it began with, or, for a new run, all there are now.

    What people say later comes in by `review apply`.
    """
    known = None if fresh else load_identity(out)
    if known is not None:
        digest = cast("str | None", known.get("answers"))
        return Snapshot({}, None) if digest is None else _load(out, digest)
    snapshot = take_snapshot(people)
    store(out, snapshot)
    return snapshot


def store(out: Path, snapshot: Snapshot) -> None:
    """Keep a snapshot with the run that uses it."""
    if snapshot.digest is not None:
        internal(out).mkdir(parents=True, exist_ok=True)
        replace_file(_path(out, snapshot.digest), canonical_json(snapshot.by_question))


def _load(out: Path, digest: str) -> Snapshot:
    return Snapshot(orjson.loads(_path(out, digest).read_bytes()), digest)


def _path(out: Path, digest: str) -> Path:
    return internal(out) / f"answers-{digest[:16]}.json"
