"""Puts the open questions of a run into people.db."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import cast

from rubricate.model.places import value_at
from rubricate.planning.plan import Plan
from rubricate.running.reading import read_run_records
from rubricate.running.shaping import shown_digest
from rubricate.running.shaping_images import images_told, texts_told
from rubricate.storage.people import open_people
from rubricate.storage.people_values import Question

__all__ = ["ask_people", "questions_of"]

HEAD = 40
"""So many characters are shown of an image that stands in the record itself."""


def ask_people(people: Path, out: Path, plan: Plan, *, key: str = "rubricate") -> int:
    """Asks what the run in `out` left open; returns how many questions are new. Asking again changes nothing."""
    if not plan.ruleset.review:
        return 0
    with open_people(people) as database:
        return database.add_questions(questions_of(out, plan, key=key), run=run_name(out, people))


def run_name(out: Path, people: Path) -> str:
    """What people.db calls a run: its folder as seen from the project."""
    absolute, project = out.absolute(), people.absolute().parent
    return str(absolute.relative_to(project)) if absolute.is_relative_to(project) else absolute.name


def questions_of(out: Path, plan: Plan, *, key: str = "rubricate") -> Iterator[Question]:
    """The open questions of a run, in the order of its records."""
    schema = plan.ruleset.record
    places = [schema.place(name) for name in schema.texts]
    images = [schema.place(name) for name in schema.image]
    guideline = plan.ruleset.guideline
    for record in read_run_records(out, ("review",), key=key):
        said = cast("Mapping[str, object]", record[key])
        texts = texts_told(record, said, places)
        shown = shown_digest({**texts, **images_told(said)})
        for asked in cast("Sequence[Mapping[str, object]]", said["questions"]):
            labels = tuple(cast("Sequence[str]", asked["labels"]))
            field = cast("str | None", asked.get("field"))
            yield Question(
                id=cast("str", asked["id"]),
                record_id=cast("str", said["id"]),
                kind=cast("str", asked["kind"]),
                labels=labels,
                field=field,
                cites=tuple(cast("Sequence[str]", asked["cites"])),
                fields={**texts, **_paths(record, images)},
                suggestion=_suggested(said, labels, field),
                why=cast("str", asked["why"]),
                fingerprint=f"{plan.subject_of[labels[0]].fingerprint}:{field or ''}",
                shown_digest=shown,
                ruleset=f"{plan.ruleset.name} {plan.ruleset.version}",
                guideline_id=guideline.id if guideline is not None else None,
                guideline_version=guideline.version if guideline is not None else None,
            )


def _paths(record: Mapping[str, object], places: Sequence[str]) -> dict[str, object]:
    """Where people find the images of a record; of one that stands in the record itself, its beginning."""
    found: dict[str, object] = {}
    for place in places:
        value = value_at(record, place)
        path = value.get("path") if isinstance(value, Mapping) else value
        if isinstance(path, str) and path:
            found[place] = f"{path[:HEAD]}.." if path[:5].lower() == "data:" else path
    return found


def _suggested(said: Mapping[str, object], labels: Sequence[str], field: str | None) -> list[object]:
    """What the machine would say to one question, with its reasons."""
    found = [*cast("Sequence[Mapping[str, object]]", said["annotations"]),
             *cast("Sequence[Mapping[str, object]]", said.get("suggestions", ()))]  # fmt: skip
    return [one for one in found if one["label"] in labels and (field is None or one.get("field") == field)]
