"""Spots in a ruleset's expressions: where a node stands, and the ruleset with another node there."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rubricate.language import tree
from rubricate.language.printing import to_text
from rubricate.language.types import inline_name
from rubricate.loading.expressions import inline_matchers
from rubricate.model.location import Location
from rubricate.model.ruleset import Expression, MatcherSpec, Ruleset
from rubricate.planning.scoping import root

__all__ = ["Spot", "at_spot", "inside", "location_of", "parent_of", "replaced", "with_matcher"]

Step = tuple[str, int]
"""A slot of a node and, for a slot with several nodes, which of them; else -1."""


class Spot(NamedTuple):
    """Where a node stands."""

    owner: str
    """`when`, `only`, `let`, `cue` or `stop`."""
    name: str | int
    """The let or context; for `only` which of them; for `when` the rule's number."""
    path: tuple[Step, ...] = ()
    """From the root of the expression down to the node."""


def inside(spot: Spot | None, slot: str, number: int = -1) -> Spot | None:
    """The spot of a part of the node at a spot; a node that stands nowhere has parts that stand nowhere."""
    return None if spot is None else spot._replace(path=(*spot.path, (slot, number)))


def at_spot(ruleset: Ruleset, rule: int, spot: Spot) -> tree.Node:
    """The node at a spot."""
    node = root(_expression(ruleset, rule, spot))
    for step in spot.path:
        node = _part(node, step)
    return node


def parent_of(spot: Spot) -> Spot | None:
    """The spot that a spot lies directly inside; None at the root of an expression."""
    return spot._replace(path=spot.path[:-1]) if spot.path else None


def location_of(ruleset: Ruleset, rule: int, spot: Spot | None) -> Location | None:
    """The place in the file of the node at a spot."""
    if spot is None:
        return None
    expression, node = _expression(ruleset, rule, spot), at_spot(ruleset, rule, spot)
    return expression.locate(*node.span) if node.span != (0, 0) else expression.location


def replaced(ruleset: Ruleset, rule: int, spot: Spot, node: tree.Node) -> tuple[Ruleset, frozenset[str]]:
    """The ruleset with another node at a spot, and the names of the matchers in place that it has now besides."""
    old = _expression(ruleset, rule, spot)
    whole = _with(root(old), spot.path, node)
    new = dataclasses.replace(old, tree=whole, text=to_text(whole), places=())
    matchers = {**ruleset.matchers, **_in_place(whole, ruleset, old.location)}
    added = frozenset(matchers.keys() - ruleset.matchers.keys())
    edited = dataclasses.replace(ruleset, matchers=matchers)
    match spot.owner:
        case "when":
            return _with_rule(edited, rule, when=new), added
        case "only":
            only = list(ruleset.rules[rule].only)
            only[int(spot.name)] = new
            return _with_rule(edited, rule, only=tuple(only)), added
        case "let":
            let = dataclasses.replace(ruleset.lets[str(spot.name)], expression=new)
            return dataclasses.replace(edited, lets={**ruleset.lets, let.name: let}), added
    context = ruleset.contexts[str(spot.name)]
    context = dataclasses.replace(context, cue=new) if spot.owner == "cue" else dataclasses.replace(context, stop=new)
    return dataclasses.replace(edited, contexts={**ruleset.contexts, context.name: context}), added


def with_matcher(ruleset: Ruleset, spec: MatcherSpec) -> Ruleset:
    """The ruleset with another form of a matcher."""
    return dataclasses.replace(ruleset, matchers={**ruleset.matchers, spec.name: spec})


def _expression(ruleset: Ruleset, rule: int, spot: Spot) -> Expression:
    match spot.owner:
        case "when":
            return ruleset.rules[rule].when
        case "only":
            return ruleset.rules[rule].only[int(spot.name)]
        case "let":
            return ruleset.lets[str(spot.name)].expression
        case "cue":
            return ruleset.contexts[str(spot.name)].cue
    stop = ruleset.contexts[str(spot.name)].stop
    assert stop is not None, "only a context with a stop has a spot in one"
    return stop


def _with_rule(ruleset: Ruleset, number: int, **changes: object) -> Ruleset:
    rules = list(ruleset.rules)
    rules[number] = dataclasses.replace(rules[number], **changes)  # type: ignore[arg-type]  # the callers name fields
    return dataclasses.replace(ruleset, rules=tuple(rules))


def _part(node: tree.Node, step: Step) -> tree.Node:
    slot, number = step
    value = getattr(node, slot)
    found = value if number < 0 else value[number]
    assert isinstance(found, tree.Node)
    return found


def _with(node: tree.Node, path: Sequence[Step], new: tree.Node) -> tree.Node:
    """The tree with another node at the end of a path."""
    if not path:
        return new
    slot, number = path[0]
    inner = _with(_part(node, path[0]), path[1:], new)
    if number < 0:
        return dataclasses.replace(node, **{slot: inner})  # type: ignore[arg-type]  # a slot that holds a node
    items = list(getattr(node, slot))
    items[number] = inner
    return dataclasses.replace(node, **{slot: tuple(items)})  # type: ignore[arg-type]  # a slot that holds nodes


def _in_place(node: tree.Node, ruleset: Ruleset, location: Location) -> Mapping[str, MatcherSpec]:
    """The matchers of the strings and patterns of an expression that the ruleset does not have yet."""
    found: dict[str, MatcherSpec] = {}
    for part in inline_matchers(node):
        if (name := inline_name(part)) not in ruleset.matchers:
            options: dict[str, object] = {"terms": [part.text]} if isinstance(part, tree.String) else {
                "pattern": part.pattern, "flags": part.flags}  # fmt: skip
            kind = "dictionary" if isinstance(part, tree.String) else "regex"
            found[name] = MatcherSpec(name=name, kind=kind, options=options, location=location)
    return found
