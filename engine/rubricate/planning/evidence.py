"""The matches that a yes rests on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias, cast

from rubricate.language import tree
from rubricate.language.types import SEGMENT_SETS, members
from rubricate.model.match import Match
from rubricate.planning.conditions import Conditions, is_set, merged
from rubricate.planning.frame import Frame
from rubricate.planning.nearest import nearest_of

__all__ = ["evidence_of"]

Evidence: TypeAlias = "Callable[[Frame], list[Match]]"
Partners: TypeAlias = "Callable[[Frame], Callable[[Match], list[Match]]]"

OF_MATCHES = ("count", "distinct", "score", "sum", "max", "min", "mean")


def evidence_of(node: tree.Node, conditions: Conditions) -> Evidence:
    """A function that gives the evidence of a condition; ask only after the truth was yes."""
    scope = conditions.scope
    match node:
        case tree.Name() if node.name in scope.lets:
            if node.name not in conditions.evidence:
                found = evidence_of(_let(node, conditions), conditions)
                conditions.evidence[node.name] = _once(f"evidence {node.name}", found)
            return conditions.evidence[node.name]
        case tree.Name() if node.name in SEGMENT_SETS:
            return _none
        case tree.And():
            return _all_of(node.items, conditions)
        case tree.Or():
            return _of_those_that_hold(node.items, conditions)
        case tree.Quantified() if node.quantifier == "all":
            return _all_of(members(node.items, scope), conditions)
        case tree.Quantified() if node.quantifier == "any":
            return _of_those_that_hold(members(node.items, scope), conditions)
        case tree.AtLeast():
            return _of_those_that_hold(members(node.items, scope), conditions)
        case tree.Compare():
            # a string that is compared is a value and no matcher
            sides = [side for side in (node.left, node.right) if not isinstance(side, tree.String | tree.Regex)]
            return _all_of(sides, conditions)
        case tree.Arithmetic():
            return _all_of((node.left, node.right), conditions)
        case tree.Call() if node.name in OF_MATCHES:
            return _of_the_argument(node.arguments[0], conditions)
        case _ if is_set(node, scope):
            return _with_partners(node, conditions)
        case _:
            return _none


def _once(key: str, evidence: Evidence) -> Evidence:
    """Evidence that is gathered once a record, however many conditions ask for it."""

    def found(frame: Frame) -> list[Match]:
        known = frame.cache.get(key)
        if known is None:
            known = frame.cache[key] = evidence(frame)
        return list(cast("list[Match]", known))

    return found


def _let(node: tree.Name, conditions: Conditions) -> tree.Node:
    return cast("tree.Node", conditions.scope.lets[node.name].tree)


def _none(_frame: Frame) -> list[Match]:
    return []


def _all_of(items: Sequence[tree.Node], conditions: Conditions) -> Evidence:
    parts = [evidence_of(item, conditions) for item in items]
    return lambda frame: merged([part(frame) for part in parts])


def _of_those_that_hold(items: Sequence[tree.Node], conditions: Conditions) -> Evidence:
    parts = [(conditions.truth(item), evidence_of(item, conditions)) for item in items]
    return lambda frame: merged([evidence(frame) for truth, evidence in parts if truth(frame)])


def _of_the_argument(argument: tree.Node, conditions: Conditions) -> Evidence:
    if isinstance(argument, tree.Column):
        argument = tree.Name(argument.name)
    if isinstance(argument, tree.Name) and argument.name in SEGMENT_SETS:
        return _none
    matches = conditions.matches(argument)
    return lambda frame: list(matches(frame))


def _with_partners(node: tree.Node, conditions: Conditions) -> Evidence:
    matches, partners = conditions.matches(node), _partners_of(node, conditions)
    if partners is None:
        return lambda frame: list(matches(frame))

    def found(frame: Frame) -> list[Match]:
        ours = matches(frame)
        beside = partners(frame)
        return merged([[match, *beside(match)] for match in ours])

    return found


def _partners_of(node: tree.Node, conditions: Conditions) -> Partners | None:
    """What stands where a match of a node needs it: for each relation that it went through, the nearest partner."""
    match node:
        case tree.Name() if node.name in conditions.scope.lets:
            return _partners_of(_let(node, conditions), conditions)
        case tree.InPlace() | tree.Where():
            return _partners_of(node.left, conditions)
        case tree.InContext() if not node.negated:
            return _cues(node, _partners_of(node.left, conditions), conditions)
        case tree.InContext():
            return _partners_of(node.left, conditions)
        case tree.Relation():
            inner = _partners_of(node.left, conditions)
            return inner if node.negated else _partners_in(node, inner, conditions)
        case _:
            return None


def _cues(node: tree.InContext, inner: Partners | None, conditions: Conditions) -> Partners:
    scopes = conditions.scopes_of(node.context)

    def partners(frame: Frame) -> Callable[[Match], list[Match]]:
        opened, before = scopes(frame), inner(frame) if inner is not None else _alone

        def beside(match: Match) -> list[Match]:
            scope = opened.around(match)
            return before(match) if scope is None else [*before(match), scope.cue]

        return beside

    return partners


def _partners_in(node: tree.Relation, inner: Partners | None, conditions: Conditions) -> Partners:
    if isinstance(node.right, tree.Name) and node.right.name in SEGMENT_SETS:
        return inner or (lambda _frame: _alone)
    right, among = conditions.matches(node.right), nearest_of(node)

    def partners(frame: Frame) -> Callable[[Match], list[Match]]:
        nearest, before = among(frame, right(frame)), inner(frame) if inner is not None else _alone

        def beside(match: Match) -> list[Match]:
            other = nearest(match)
            return before(match) if other is None else [*before(match), other]

        return beside

    return partners


def _alone(_match: Match) -> list[Match]:
    return []
