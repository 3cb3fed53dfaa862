"""What `cover(..)` marks: for each match the smallest span over it and its partners in relations."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias, cast

from rubricate.language import tree
from rubricate.language.types import SEGMENT_SETS
from rubricate.model.match import Match
from rubricate.planning.conditions import Conditions, is_set
from rubricate.planning.frame import Frame, OpenMatches
from rubricate.planning.logic import Matches
from rubricate.planning.places import stands_to

__all__ = ["Cover", "cover_of"]

Partner: TypeAlias = "Callable[[Match], Match | None]"
Partners: TypeAlias = "Callable[[Frame], Partner]"


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

    def partners(frame: Frame) -> Partner:
        opened = scopes(frame)

        def cue(match: Match) -> Match | None:
            scope = opened.around(match)
            return None if scope is None else scope.cue

        return cue

    return partners


def _nearest(node: tree.Relation, conditions: Conditions) -> Partners:
    right, related = conditions.matches(node.right), stands_to(node.kind, node.distance)

    def partners(frame: Frame) -> Partner:
        among = _by_field(right(frame))

        def nearest(match: Match) -> Match | None:
            found = among.get(match[1])
            if found is None:
                return None
            if node.kind in ("inside", "overlaps"):
                return _smallest(match, [other for other in found.around(match) if related(frame, match, other)])
            return next((other for other in found.by_distance(match) if related(frame, match, other)), None)

        return nearest

    return partners


class _Field:
    """The matches of one field, to be asked for the neighbours of a place."""

    def __init__(self, matches: Sequence[Match]) -> None:
        self.by_start = sorted(matches, key=lambda match: (match[2], match[3]))
        self.starts = [match[2] for match in self.by_start]
        self.longest = max(match[3] - match[2] for match in matches)
        self.by_end = sorted(matches, key=lambda match: (-match[3], -match[2]))
        self.ends = [-match[3] for match in self.by_end]

    def around(self, match: Match) -> Sequence[Match]:
        """Those that may share text with a match: none that starts behind it, or too far before it."""
        return self.by_start[bisect_left(self.starts, match[2] - self.longest) : bisect_left(self.starts, match[3])]

    def by_distance(self, match: Match) -> Iterator[Match]:
        """Those beside a match, nearest first; of two equally near ones that which stands before it."""
        before, after = bisect_left(self.ends, -match[2]), bisect_left(self.starts, match[3])
        while before < len(self.by_end) or after < len(self.by_start):
            left = match[2] - self.by_end[before][3] if before < len(self.by_end) else None
            right = self.by_start[after][2] - match[3] if after < len(self.by_start) else None
            if right is None or (left is not None and left <= right):
                yield self.by_end[before]
                before += 1
            else:
                yield self.by_start[after]
                after += 1


def _by_field(matches: Sequence[Match]) -> dict[str, _Field]:
    fields: dict[str, list[Match]] = {}
    for match in matches:
        fields.setdefault(match[1], []).append(match)
    return {field: _Field(given) for field, given in fields.items()}


def _smallest(match: Match, others: Sequence[Match]) -> Match | None:
    """The one with which the span over both is smallest; of equal ones the first."""
    return min(others, key=lambda other: max(match[3], other[3]) - min(match[2], other[2]), default=None)
