"""What a yes rests on: the matches that are shown beside a vote, and by which votes are connected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rubricate.language import tree
from rubricate.language.types import SEGMENT_SETS
from rubricate.model.match import Match
from rubricate.reference.asking import matches_of, truth_of
from rubricate.reference.known import Found, Known, members_of, root
from rubricate.reference.naming import gives_matches
from rubricate.reference.placing import gap, stands_to
from rubricate.reference.scoping import cues_around

__all__ = ["cue_of", "evidence_of", "nearest_to"]

OVER_MATCHES = ("count", "distinct", "score", "sum", "max", "min", "mean")


def evidence_of(node: tree.Node, known: Known) -> list[Match]:
    """The matches that a condition rests on which holds: of its parts those that hold, of relations both sides."""
    if isinstance(node, tree.Name) and (named := known.let(node.name)) is not None:
        return evidence_of(named, replace(known, it=None))
    match node:
        case tree.Name() if node.name in SEGMENT_SETS:
            return []
        case tree.And() | tree.Or():
            return _of_those_that_hold(node.items, known)
        case tree.Quantified() | tree.AtLeast():
            if isinstance(node, tree.Quantified) and node.quantifier == "none":
                return []
            return _of_those_that_hold(members_of(node.items, known.ruleset), known)
        case tree.Compare() | tree.Arithmetic():
            sides = [side for side in (node.left, node.right) if not isinstance(side, tree.String | tree.Regex)]
            return _each_once(match for side in sides for match in evidence_of(side, known))
        case tree.Call() if node.name in OVER_MATCHES:
            return _of_argument(node.arguments[0], known)
        case _ if gives_matches(node, known.ruleset):
            found = matches_of(node, known).matches
            return _each_once(each for match in found for each in (match, *_partners(node, match, known)))
        case _:
            return []


def _each_once(matches: Iterable[Match]) -> list[Match]:
    found: list[Match] = []
    for match in matches:
        found += [match] if match not in found else []
    return found


def _of_those_that_hold(items: Sequence[tree.Node], known: Known) -> list[Match]:
    holding = [item for item in items if truth_of(item, known) is True]
    return _each_once(match for item in holding for match in evidence_of(item, known))


def _of_argument(argument: tree.Node, known: Known) -> list[Match]:
    """count(a) and its kin rest on all that they go over."""
    node = tree.Name(argument.name) if isinstance(argument, tree.Column) else argument
    if isinstance(node, tree.Name) and node.name in SEGMENT_SETS:
        return []
    return list(matches_of(node, known).matches)


def _partners(node: tree.Node, match: Match, known: Known) -> list[Match]:
    """For each relation that a match went through the nearest partner, for each context its cue."""
    if isinstance(node, tree.Name) and (named := known.let(node.name)) is not None:
        return _partners(named, match, replace(known, it=None))
    if not isinstance(node, tree.Relation | tree.InPlace | tree.InContext | tree.Where):
        return []
    before = _partners(node.left, match, known)
    if isinstance(node, tree.InContext) and not node.negated:
        return [*before, *cue_of(node, match, known)]
    if isinstance(node, tree.Relation) and not node.negated and not _is_segments(node.right):
        return [*before, *nearest_to(node, match, matches_of(node.right, known), known)]
    return before


def nearest_to(node: tree.Relation, match: Match, theirs: Found, known: Known) -> Sequence[Match]:
    """The nearest of the partners that stand so to a match; of equally near ones those before it, and the shortest."""
    related = [other for other in theirs.matches if stands_to(node, match, other, known)]

    def rank(other: Match) -> tuple[int, int, int]:
        if node.kind in ("inside", "overlaps"):
            return (max(match[3], other[3]) - min(match[2], other[2]), other[2], other[3])
        start, end = gap(match, other)
        return (end - start, other[2] - match[2] > 0, other[3] - other[2])

    return sorted(related, key=rank)[:1]


def _is_segments(node: tree.Node) -> bool:
    return isinstance(node, tree.Name) and node.name in SEGMENT_SETS


def cue_of(node: tree.InContext, match: Match, known: Known) -> list[Match]:
    """The cue of the first scope that a match is in; of none if it is in none."""
    context = known.ruleset.contexts[node.context]
    outside = replace(known, it=None)
    cues = matches_of(root(context.cue), outside)
    stops = Found() if context.stop is None else matches_of(root(context.stop), outside)
    return cues_around(match, context, cues.matches, stops.matches, known)[:1]
