"""Preparation steps that read a text out of an image: `{use: STEP, from: PHOTO, into: PHOTO_TEXT}`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from rubricate.language.types import Scope, nearest
from rubricate.model.codes import problem
from rubricate.model.picture import Picture
from rubricate.model.problem import Problem
from rubricate.model.ruleset import Ruleset, Step
from rubricate.planning.dedupe_fields import dedupe_of
from rubricate.registry import Registry

__all__ = ["check_readers", "readers_of"]


def readers_of(ruleset: Ruleset, registry: Registry) -> list[tuple[str, str, str, Callable[[Picture], str]]]:
    """(step, image field, text field, function) of each such step, in order."""
    return [
        (step.use, str(step.options["from"]), str(step.options["into"]), read(step.options))
        for step in _steps(ruleset, registry)
        if (read := registry.transforms[step.use].read) is not None
    ]


def check_readers(ruleset: Ruleset, registry: Registry, scope: Scope) -> list[Problem]:
    """Fields of such steps that the record does not declare."""
    problems = []
    for step in _steps(ruleset, registry):
        for option, known, kind in (("from", scope.images, "image"), ("into", scope.readable_fields, "text")):
            name = step.options.get(option)
            if isinstance(name, str) and name not in known:  # what is no text has been reported
                help = (
                    nearest(name, known)
                    or f"declare it: record: {{{kind}: [{', '.join([*_declared(ruleset, kind), name])}]}}"
                )
                message = f'the record declares no {kind} field "{name}"'
                problems.append(problem("R026", message, step.location, help=help))
    steps = {name: step for step in _steps(ruleset, registry) if isinstance(name := step.options.get("into"), str)}
    return problems + _check_dedupe(ruleset, steps)


def _check_dedupe(ruleset: Ruleset, readers: Mapping[str, Step]) -> list[Problem]:
    """Duplicates are looked for before anything is read in an image."""
    fields = dedupe_of(ruleset) or ()
    place = next((step.location for step in ruleset.prepare if step.use == "dedupe"), None)
    return [
        problem(
            "R014",
            f'duplicates by "{name}", which is read in images, are not built yet',
            place,
            help=f"write by: {readers[name].options.get('from')}",
        )
        for name in fields
        if name in readers and place is not None
    ]


def _declared(ruleset: Ruleset, kind: str) -> tuple[str, ...]:
    return ruleset.record.image if kind == "image" else ruleset.record.text or ()


def _steps(ruleset: Ruleset, registry: Registry) -> Iterator[Step]:
    for step in ruleset.prepare:
        transform = registry.transforms.get(step.use)
        if transform is not None and transform.read is not None:
            yield step
