"""What `cover(..)` marks: for each match the smallest span over it and its partners in relations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias, cast

from rubricate.language import tree
from rubricate.language.types import SEGMENT_SETS
from rubricate.model.match import Match
from rubricate.planning.conditions import Conditions, is_set
from rubricate.planning.frame import Frame, OpenMatches
from rubricate.planning.logic import Matches
from rubricate.planning.nearest import Nearest, nearest_of

__all__ = ["Cover", "cover_of"]

Partners: TypeAlias = "Callable[[Frame], Nearest]"


class Cover(NamedTuple):
    """The spans of a cover, and what each of them rests on."""

    matches: Matches
    parts: Callable[[Frame, Match], Sequence[Match]]
    """The matches that one of the spans lies over, without the words, lines, sentences and clauses beside them."""


def cover_of(node: tree.Node, when: tree.Node, conditions: Conditions) -> Cover:
    """What is marked by `cover(node)` in a rule with the condition `when`.

    Where `node` is the name of the set that `when` filters, it stands for what `when` keeps of it.
    """
    filtered = _leftmost(when, conditions)
    if isinstance(node, tree.Name) and filtered is not None and _innermost(filtered, conditions) == node.name:
        node = filtered
    matches, partners = conditions.matches(node), list(_partners(node, conditions))
    key = f"cover {id(node)}"

    def covers(frame: Frame) -> Sequence[Match]:
        found = matches(frame)
        beside = [partner(frame) for partner in partners]
        over: dict[int, Sequence[Match]] = {}
        marked: list[Match] = []
        for match in found:
            parts = [match, *(other for partner in beside if (other := partner(match)) is not None)]
            start, end = min(part[2] for part in parts), max(part[3] for part in parts)
            marked.append((match[0], match[1], start, end, match[4], match[5]))
            # by identity: two rows of a table may have one place
            over[id(marked[-1])] = [match, *(part for part in parts[1:] if part[0] not in SEGMENT_SETS)]
        frame.cache[key] = (marked, over)
        return OpenMatches(marked) if isinstance(found, OpenMatches) else marked

    def parts_of(frame: Frame, match: Match) -> Sequence[Match]:
        _, over = cast("tuple[object, dict[int, Sequence[Match]]]", frame.cache[key])
        return over[id(match)]

    return Cover(covers, parts_of)


def _leftmost(node: tree.Node, conditions: Conditions) -> tree.Node | None:
    """The part of a condition whose matches it gives."""
    while isinstance(node, tree.And) or (isinstance(node, tree.Name) and node.name in conditions.scope.lets):
        if isinstance(node, tree.Name):
            node = cast("tree.Node", conditions.scope.lets[node.name].tree)
            continue
        sets = [item for item in node.items if is_set(item, conditions.scope)]
        if not sets:
            return None
        node = sets[0]
    return node if is_set(node, conditions.scope) else None


def _innermost(node: tree.Node, conditions: Conditions) -> str | None:
    """The name of the set that relations, places, contexts and filters are hung on."""
    while True:
        if isinstance(node, tree.Relation | tree.InPlace | tree.InContext | tree.Where):
            node = node.left
        elif isinstance(node, tree.Name) and node.name in conditions.scope.lets:
            node = cast("tree.Node", conditions.scope.lets[node.name].tree)
        else:
            return node.name if isinstance(node, tree.Name) else None


def _partners(node: tree.Node, conditions: Conditions) -> Iterator[Partners]:
    """For each relation that the matches of a node went through, what gives the nearest partner of one."""
    match node:
        case tree.Name() if node.name in conditions.scope.lets:
            yield from _partners(cast("tree.Node", conditions.scope.lets[node.name].tree), conditions)
        case tree.InPlace() | tree.Where():
            yield from _partners(node.left, conditions)
        case tree.InContext():
            yield from _partners(node.left, conditions)
            if not node.negated:
                yield _cue(node, conditions)
        case tree.Relation():
            yield from _partners(node.left, conditions)
            if not node.negated:
                yield _nearest(node, conditions)
        case tree.And():
            first = _leftmost(node, conditions)
            if first is not None:
                yield from _partners(first, conditions)
        case _:
            return


def _cue(node: tree.InContext, conditions: Conditions) -> Partners:
    scopes = conditions.scopes_of(node.context)

    def partners(frame: Frame) -> Nearest:
        opened = scopes(frame)

        def cue(match: Match) -> Match | None:
            scope = opened.around(match)
            return None if scope is None else scope.cue

        return cue

    return partners


def _nearest(node: tree.Relation, conditions: Conditions) -> Partners:
    right, among = conditions.matches(node.right), nearest_of(node)
    return lambda frame: among(frame, right(frame))
