"""Lint of what is installed: plugins that give nothing because they are broken, and models that may be unfit."""

from __future__ import annotations

from collections.abc import Iterator

from rubricate.linting.view import View
from rubricate.model.codes import problem
from rubricate.model.location import Location
from rubricate.model.problem import Problem

__all__ = ["lint_doubts", "lint_plugins"]


def lint_plugins(view: View) -> Iterator[Problem]:
    """R109: plugins that cannot be used. This ruleset needs none of them, or it would have an error."""
    here = Location(str(view.ruleset.file), 1, 1)
    for found in view.registry.problems:
        if found.name is None:
            yield problem("R109", found.message, here, help=found.help)


def lint_doubts(view: View) -> Iterator[Problem]:
    """R141: what plugins doubt about the models of matchers, each once, at the first matcher."""
    told: set[str] = set()
    for spec in view.ruleset.matchers.values():
        doubts = view.registry.matchers[spec.kind].doubts
        for message in () if doubts is None else doubts(spec):
            if message not in told:
                told.add(message)
                yield problem("R141", message, spec.location)
