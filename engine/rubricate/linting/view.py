"""What every lint looks at: a checked ruleset with the names, stages and formulas that lints share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from rubricate.language.types import Scope
from rubricate.linting.deciding import Decider
from rubricate.linting.formulas import Formulas
from rubricate.model.ruleset import Rule, Ruleset, Stage
from rubricate.planning.scoping import make_scope
from rubricate.planning.staging import assign_stages, rule_labels, stages_of
from rubricate.registry import Registry
from rubricate.texts.folding import make_folder

__all__ = ["View", "make_view"]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A ruleset without errors, and what can be said about it once for all lints."""

    ruleset: Ruleset
    registry: Registry
    scope: Scope
    stages: Sequence[Stage]
    homes: Mapping[str, int]
    """Matcher -> its stage."""
    labels_of: Sequence[tuple[str, ...]]
    """For each rule the labels that it can vote for."""
    fold: Callable[[str], str]
    """Folds a text as the ruleset says."""
    formulas: Formulas
    decider: Decider
    sources: Mapping[str, str] = field(default_factory=dict)
    """Path -> text of files of the ruleset, where they are not as on disk."""

    def voters(self, label: str, *, drafts: bool = False) -> list[Rule]:
        """The rules that can vote for a label."""
        return [
            rule
            for rule, labels in zip(self.ruleset.rules, self.labels_of, strict=True)
            if label in labels and (drafts or rule.status != "draft")
        ]


def make_view(ruleset: Ruleset, registry: Registry, *, sources: Mapping[str, str] | None = None) -> View:
    """The view of a ruleset that has no errors."""
    scope = make_scope(ruleset, registry)
    stages = stages_of(ruleset, registry)
    folder = make_folder(ruleset.fold)

    def fold(text: str) -> str:
        return folder(text)[0]

    formulas = Formulas(scope, fold)
    return View(
        ruleset=ruleset,
        registry=registry,
        scope=scope,
        stages=stages,
        homes=assign_stages(ruleset.matchers.values(), stages)[0],
        labels_of=[rule_labels(rule, ruleset, scope) for rule in ruleset.rules],
        fold=fold,
        formulas=formulas,
        decider=Decider(formulas),
        sources=sources or {},
    )
