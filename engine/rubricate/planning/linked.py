"""How the labels of a ruleset bear on one another: `implies` and `excludes`, followed to the end."""

from __future__ import annotations

from collections.abc import Mapping

from rubricate.model.ruleset import Ruleset
from rubricate.planning.plan import Links

__all__ = ["bound_together", "links_of"]


def links_of(ruleset: Ruleset) -> Links | None:
    """What implies and excludes what; None where nothing does."""
    implies = {name: label.implies for name, label in ruleset.labels.items() if label.implies}
    excludes: dict[str, set[str]] = {}
    for name, label in ruleset.labels.items():
        for other in label.excludes:
            excludes.setdefault(name, set()).add(other)
            excludes.setdefault(other, set()).add(name)
    if not implies and not excludes:
        return None
    rivals = {name: frozenset(excludes[name]) for name in ruleset.labels if name in excludes}
    closures = {name: tuple(_closure(name, implies)) for name in ruleset.labels}
    contested = {name: found for name, found in closures.items() if not rivals.keys().isdisjoint(found)}
    return Links(implies=implies, excludes=rivals, upward=_ordered(implies, ruleset), closures=contested)


def _closure(label: str, implies: Mapping[str, tuple[str, ...]]) -> dict[str, None]:
    """A label and all that it implies, the nearest first."""
    found = {label: None}
    waiting = [label]
    for each in waiting:
        new = [upper for upper in implies.get(each, ()) if upper not in found]
        found |= dict.fromkeys(new)
        waiting += new
    return found


def _ordered(implies: Mapping[str, tuple[str, ...]], ruleset: Ruleset) -> tuple[str, ...]:
    """The labels with each before those that it implies; there is no circle, as loading refuses one."""
    seen: dict[str, None] = {}

    def visit(label: str) -> None:
        if label not in seen:
            for upper in implies.get(label, ()):
                visit(upper)
            seen[label] = None

    for label in reversed(list(ruleset.labels)):
        visit(label)
    return tuple(reversed(seen))


def bound_together(ruleset: Ruleset) -> dict[str, frozenset[str]]:
    """Label -> all labels whose votes can change its decision through `implies` and `excludes`, itself among them."""
    groups: dict[str, set[str]] = {name: {name} for name in ruleset.labels}
    for name, label in ruleset.labels.items():
        for other in (*label.implies, *label.excludes):
            if groups[name] is not groups[other]:
                joined = groups[name] | groups[other]
                for each in joined:
                    groups[each] = joined
    return {name: frozenset(group) for name, group in groups.items()}
