"""The answers that a run uses: those that people have given when it begins."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import orjson

from rubricate.review.snapshots import Snapshot, load_snapshot
from rubricate.running.identity import load_identity
from rubricate.storage.objects import canonical_json, digest_value
from rubricate.storage.people import FILE_NAME, find_project, open_people

__all__ = ["answers_for_run", "people_file", "take_snapshot"]


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
