"""What a run was made with, kept beside it: where its ruleset stands, what its parts mean, the guideline as it was."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import cast

import orjson

from rubricate.annotator import Annotator, load
from rubricate.errors import RubricateError
from rubricate.model.places import value_at
from rubricate.running.inputs import Input
from rubricate.running.publishing import read_manifest
from rubricate.storage.layout import internal
from rubricate.storage.objects import canonical_json, replace_file
from rubricate.versioning.pins import Pins, pin, pins_json, read_pins

__all__ = [
    "image_folder",
    "image_folders",
    "keep_image_folders",
    "keep_rules",
    "load_note",
    "parts_of_run",
    "rules_of_run",
]


def keep_rules(out: Path, rules: Annotator) -> None:
    """Keeps what a run was made with, so that nobody need name its ruleset again, nor miss it when it is no more."""
    _keep_ruleset(out, rules)
    _keep_parts(out, rules)
    _keep_guideline(out, rules)


def _keep_ruleset(out: Path, rules: Annotator) -> None:
    """Where the ruleset stands, seen from the run and from the root, so that nobody need name it for a report."""
    path = rules.ruleset.file.absolute()
    places = [os.path.relpath(path, out.absolute()), str(path)]
    with suppress(TypeError):  # a path that is not UTF-8 cannot be kept
        replace_file(internal(out) / "ruleset.json", canonical_json({"places": places}))


def keep_image_folders(out: Path, inputs: Sequence[Input]) -> None:
    """Where the images of a run's records stand, so that a report can show them."""
    folders = dict.fromkeys(each.images.folder.absolute() for each in inputs if each.images is not None)
    places = [[os.path.relpath(folder, out.absolute()), str(folder)] for folder in folders]
    if places:
        with suppress(TypeError):  # a path that is not UTF-8 cannot be kept
            replace_file(internal(out) / "images.json", canonical_json({"folders": places}))


def image_folders(out: Path) -> list[Path]:
    """Where the images of a run's records stand, of the folders that are still there."""
    kept = cast("Sequence[Sequence[str]]", load_note(internal(out) / "images.json").get("folders", ()))
    found = (next((out / place for place in places if (out / place).is_dir()), None) for places in kept)
    return [folder for folder in found if folder is not None]


def image_folder(out: Path, record: Mapping[str, object], rules: Annotator) -> Path | None:
    """The folder, of those of a run's images, below which those of a record stand; None where none of them does."""
    schema = rules.ruleset.record
    paths = [value for name in schema.image if isinstance(value := value_at(record, schema.place(name)), str)]
    folders = image_folders(out) if paths else []
    return next((folder for folder in folders if any(_is_file(folder / path) for path in paths)), None)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # such as a name that is too long: an image within the record
        return False


def _keep_parts(out: Path, rules: Annotator) -> None:
    """What each part of the ruleset means, so that a later one can be compared when this one is no more."""
    replace_file(internal(out) / "parts.json", canonical_json(pins_json(pin(rules.plan, rules.registry))))


def _keep_guideline(out: Path, rules: Annotator) -> None:
    """The sections as they are now stand with the run: whoever answers its questions reads these."""
    if rules.ruleset.guideline is not None:
        sections = rules.ruleset.guideline.sections.values()
        told = {section.id: {"title": section.title, "text": section.text} for section in sections}
        replace_file(internal(out) / "guideline.json", canonical_json(told))


def parts_of_run(out: Path) -> Pins | None:
    """What each part of the ruleset meant that a run was made with; None where that was not kept."""
    return read_pins(load_note(internal(out) / "parts.json"))


def rules_of_run(out: Path) -> Annotator | None:
    """The ruleset that a run was made with; None when it has gone, is broken, or means something else by now."""
    manifest = read_manifest(out)
    for place in cast("Sequence[str]", load_note(internal(out) / "ruleset.json").get("places", ())):
        path = out / place
        if manifest is not None and path.is_file():
            try:
                rules = load(path)
            except RubricateError:
                continue
            if rules.plan.digest == manifest.body["plan"]:
                return rules
    return None


def load_note(path: Path) -> Mapping[str, object]:
    """A small note of ours; nothing when it is not there or cannot be read, as all of it can be made again."""
    try:
        found = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return {}
    return found if isinstance(found, dict) else {}
