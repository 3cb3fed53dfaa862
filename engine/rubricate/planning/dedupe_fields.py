"""What `by` and `distance` of the step dedupe mean, and whether they can be used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from rubricate.language.types import Scope, nearest
from rubricate.model.codes import problem
from rubricate.model.problem import Problem
from rubricate.model.ruleset import Ruleset, Step

__all__ = ["check_dedupe", "dedupe_of", "distance_of"]


def dedupe_of(ruleset: Ruleset) -> tuple[str, ...] | None:
    """The fields that make a duplicate; () for all text fields; None: duplicates stay."""
    step = next(_steps(ruleset), None)
    if step is None:
        return None
    return tuple(dict.fromkeys(field for name in _named(step) for field in _fields(name, ruleset)))


def distance_of(ruleset: Ruleset) -> int | None:
    """How many bits of the likenesses of duplicates differ at most; None: only what is equal is a duplicate."""
    step = next(_steps(ruleset), None)
    distance = None if step is None else cast("float | None", step.options.get("distance"))
    return None if distance is None else int(distance)  # YAML may say 6.0


def check_dedupe(ruleset: Ruleset, scope: Scope) -> list[Problem]:
    """Fields that are not declared, and near duplicates of what has no likeness."""
    problems = []
    for step in _steps(ruleset):
        known = (*scope.readable_fields, *scope.images, *scope.meta, *filter(None, [ruleset.record.id]))
        unknown = [name for name in _named(step) if any(field not in known for field in _fields(name, ruleset))]
        for name in unknown:
            help = nearest(name, known) or f"declare it: record: {{meta: {{{name}: {{type: text}}}}}}"
            problems.append(problem("R026", f'the record declares no field "{name}"', step.location, help=help))
        if "distance" in step.options and not unknown:
            problems += _check_distance(step, ruleset, scope)
    return problems


def _check_distance(step: Step, ruleset: Ruleset, scope: Scope) -> list[Problem]:
    """A distance is one between two images."""
    fields = [field for name in _named(step) for field in _fields(name, ruleset)]
    first = next(iter(scope.images), None)
    without = "remove distance: equal records are dropped then"
    if any(field in scope.readable_fields for field in fields) or (not fields and first is None):
        message, code = "near duplicates of texts are not built yet", "R014"
    elif any(field not in scope.images for field in fields):
        other = next(field for field in fields if field not in scope.images)
        message, code = f'"distance" is one between images, and "{other}" is none', "R041"
    elif len(set(fields)) != 1:
        message, code = '"distance" needs one image field under "by"', "R041"
    else:
        return []
    help = without if first is None else f"write by: {first}, or {without}"
    return [problem(code, message, step.location, help=help)]


def _steps(ruleset: Ruleset) -> Iterator[Step]:
    return (step for step in ruleset.prepare if step.use == "dedupe")


def _named(step: Step) -> tuple[str, ...]:
    by = step.options.get("by", ())
    return (by,) if isinstance(by, str) else tuple(by) if isinstance(by, list | tuple) else ()


def _fields(name: str, ruleset: Ruleset) -> tuple[str, ...]:
    """The fields that a name under `by` stands for: itself; `text`, where no field is called so, all text fields."""
    record = ruleset.record
    if name == "text" and record.text and name not in (*record.text, *record.meta, *record.image, record.id):
        return record.text
    return (name,)
