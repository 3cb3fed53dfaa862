"""Combiners that are fitted before they are used: the numbers that a set has in the lock, and what is made of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from rubricate.errors import PluginError
from rubricate.language.types import Scope
from rubricate.model.codes import problem
from rubricate.model.descriptors import CastVotes, Combiner
from rubricate.model.problem import Problem
from rubricate.model.ruleset import Decide, Ruleset
from rubricate.planning.plan import Fitted
from rubricate.planning.staging import rule_labels, said_of
from rubricate.registry import Registry

__all__ = ["check_combiners", "combiner_of", "fit_numbers", "fitted_of", "fitted_sets"]


def fitted_of(name: str, combiner: Combiner, ruleset: Ruleset, scope: Scope) -> Fitted | None:
    """What a combiner makes of the votes for a set; None for one that is not fitted."""
    if combiner.fitting is None:
        return None
    labels = ruleset.sets[name].members
    voters = tuple(
        rule.id
        for rule in ruleset.rules
        if rule.status != "draft" and not set(labels).isdisjoint(rule_labels(rule, ruleset, scope))
    )
    pinned = ruleset.fitted.get(name)
    numbers = pinned if pinned is not None else fit_numbers(name, combiner, labels, voters, {})
    try:
        combine = combiner.fitting.make(labels, numbers)
    except (Exception, SystemExit) as error:  # foreign code may raise anything
        detail = f'cannot use the numbers of "{name}": {type(error).__name__}: {error}'
        raise PluginError(combiner.name, detail) from error
    return Fitted(
        combine=combine,
        numbers=numbers,
        is_pinned=pinned is not None,
        voters=voters,
        rules=[rule.id for rule in ruleset.rules],
    )


def fit_numbers(
    name: str, combiner: Combiner, labels: Sequence[str], voters: Sequence[str], votes: Mapping[CastVotes, int]
) -> dict[str, float]:
    """The numbers that a combiner finds for a set; raises PluginError for what a lock cannot hold."""
    assert combiner.fitting is not None
    try:
        found = combiner.fitting.fit(labels, voters, votes)
        numbers = {str(key): float(number) for key, number in sorted(found.items())}
    except (Exception, SystemExit) as error:  # foreign code may raise anything
        raise PluginError(combiner.name, f'cannot be fitted to "{name}": {type(error).__name__}: {error}') from error
    if not all(map(math.isfinite, numbers.values())):
        raise PluginError(combiner.name, f'cannot be fitted to "{name}": gave a number that is none')
    return numbers


def fitted_sets(ruleset: Ruleset, registry: Registry) -> dict[str, str]:
    """Set -> its combiner, for combiners that are fitted."""
    if not any(_is_fitted(decide.combine, registry) for decide in ruleset.decide.values()):
        return {}
    found = {name: combiner_of(name, ruleset) for name in ruleset.sets}
    return {name: combiner for name, combiner in found.items() if _is_fitted(combiner, registry)}


def _is_fitted(combiner: str | None, registry: Registry) -> bool:
    found = None if combiner is None else registry.combiners.get(combiner)
    return found is not None and found.fitting is not None


def combiner_of(name: str, ruleset: Ruleset) -> str:
    """The combiner of a set or of a label that is in none: what is said of it, else of the labels of the set."""
    members = ruleset.sets[name].members if name in ruleset.sets else ()
    said = said_of(ruleset.decide, name, *members)
    return next((found.combine for found in said if found.combine is not None), "max")


def check_combiners(ruleset: Ruleset, registry: Registry) -> Iterator[Problem]:
    """Combiners that compare the labels of a set, where they are to decide a label that is in none."""
    told: list[Decide] = []
    for label in ruleset.labels.values():
        decide = next((one for one in said_of(ruleset.decide, label.name) if one.combine is not None), None)
        if label.set is not None or decide is None or decide in told:
            continue
        combiner = registry.combiners.get(decide.combine or "")
        if combiner is None or decide.location is None or not (combiner.sets_only or combiner.fitting is not None):
            continue
        told.append(decide)
        message = f'"{combiner.name}" compares the labels of a set, and "{label.name}" is in none'
        yield problem("R013", message, decide.location, help="write combine: noisy_or")
