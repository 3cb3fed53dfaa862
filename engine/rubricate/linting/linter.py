"""Every check of the linter, in the order in which they are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from rubricate.linting.conditions import lint_constants, lint_record_level_not
from rubricate.linting.cost import lint_costs, lint_empty, lint_order
from rubricate.linting.groups import lint_groups
from rubricate.linting.impossible import lint_impossible_values
from rubricate.linting.labels import (
    lint_contexts,
    lint_contradictions,
    lint_drafts,
    lint_idle_labels,
    lint_undecided,
)
from rubricate.linting.lists import lint_lists
from rubricate.linting.plugins import lint_doubts, lint_plugins
from rubricate.linting.retraining import lint_retraining
from rubricate.linting.rules import lint_absence, lint_citations, lint_deprecated, lint_shadowed
from rubricate.linting.tables import lint_terms
from rubricate.linting.thresholds import lint_clamped, lint_thresholds
from rubricate.linting.view import View, make_view
from rubricate.model.problem import Problem
from rubricate.model.ruleset import Ruleset
from rubricate.registry import Registry

__all__ = ["LINTS", "lint"]

Lint: TypeAlias = "Callable[[View], Iterator[Problem]]"

LINTS: tuple[Lint, ...] = (
    lint_plugins,
    lint_doubts,
    lint_absence,
    lint_citations,
    lint_constants,
    lint_impossible_values,
    lint_groups,
    lint_record_level_not,
    lint_shadowed,
    lint_deprecated,
    lint_thresholds,
    lint_clamped,
    lint_contradictions,
    lint_drafts,
    lint_undecided,
    lint_idle_labels,
    lint_contexts,
    lint_terms,
    lint_lists,
    lint_empty,
    lint_costs,
    lint_order,
    lint_retraining,
)
"""Every lint: a ruleset that has no errors -> its problems of one kind."""

OF_DECLARED: frozenset[Lint] = frozenset(
    {lint_plugins, lint_doubts, lint_absence, lint_citations, lint_deprecated, lint_terms, lint_lists, lint_retraining}
)
"""Those that need no condition to mean anything: they look at what is declared, and at the names in conditions."""


def lint(
    ruleset: Ruleset, registry: Registry, *, sources: Mapping[str, str] | None = None, sound: bool = True
) -> list[Problem]:
    """Everything that the lints say about a ruleset; `sources` are texts of its files, by path.

    Of one that is whole, and whose conditions have errors (it is not `sound`), only what does not hang on these.
    """
    view = make_view(ruleset, registry, sources=sources)
    return [found for each in LINTS if sound or each in OF_DECLARED for found in each(view)]
