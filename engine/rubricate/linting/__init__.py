"""The linter: warnings about rulesets that can be used, and say something else than their author means.

Nothing here runs when records are labelled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from rubricate.linting.conditions import lint_constants, lint_groups, lint_record_level_not
from rubricate.linting.cost import lint_costs, lint_order
from rubricate.linting.labels import lint_contexts, lint_contradictions, lint_drafts, lint_undecided
from rubricate.linting.rules import lint_deprecated, lint_shadowed
from rubricate.linting.tables import lint_terms
from rubricate.linting.thresholds import lint_thresholds
from rubricate.linting.view import View, make_view
from rubricate.model.problem import Problem
from rubricate.model.ruleset import Ruleset
from rubricate.registry import Registry

__all__ = ["LINTS", "lint"]

Lint: TypeAlias = "Callable[[View], Iterator[Problem]]"

LINTS: tuple[Lint, ...] = (
    lint_constants,
    lint_groups,
    lint_record_level_not,
    lint_shadowed,
    lint_deprecated,
    lint_thresholds,
    lint_contradictions,
    lint_drafts,
    lint_undecided,
    lint_contexts,
    lint_terms,
    lint_costs,
    lint_order,
)
"""Every lint: a ruleset that has no errors -> its problems of one kind."""


def lint(ruleset: Ruleset, registry: Registry) -> list[Problem]:
    """Everything that the lints say about a ruleset that has no errors."""
    view = make_view(ruleset, registry)
    return [found for each in LINTS for found in each(view)]
