"""What an `emit` of the form cover(..) marks: matches with the partners that they have because of relations."""

from __future__ import annotations

from dataclasses import replace

from rubricate.language import tree
from rubricate.language.types import SEGMENT_SETS
from rubricate.model.match import Match
from rubricate.reference.asking import leftmost_set, matches_of
from rubricate.reference.known import Known
from rubricate.reference.naming import gives_matches
from rubricate.reference.resting import cue_of, nearest_to

__all__ = ["cover_of", "covered"]


def covered(node: tree.Node) -> tree.Node | None:
    """What stands in cover(..), if a node is one."""
    return node.arguments[0] if isinstance(node, tree.Call) and node.name == "cover" else None


def cover_of(node: tree.Node, when: tree.Node, known: Known) -> list[tuple[Match, list[Match]]]:
    """(smallest span over a match and its partners, what it rests on) for each match of a set.

    It rests on itself and the partners, less the words, sentences and the like among these: nobody looked for them.

    A name that stands for the leftmost set of `when` is read as `when` keeps it.
    """
    kept = _leftmost(when, known)
    if isinstance(node, tree.Name) and kept is not None and _innermost(kept, known) == node.name:
        node = kept
    marked: list[tuple[Match, list[Match]]] = []
    for match in matches_of(node, known).matches:
        parts = [match, *_nearest_partners(node, match, known)]
        start, end = min(part[2] for part in parts), max(part[3] for part in parts)
        rests = [match, *(part for part in parts[1:] if part[0] not in SEGMENT_SETS)]
        marked.append(((match[0], match[1], start, end, match[4], match[5]), rests))
    return marked


def _leftmost(node: tree.Node, known: Known) -> tree.Node | None:
    """The part of a condition whose matches it gives."""
    if isinstance(node, tree.Name) and (named := known.let(node.name)) is not None:
        return _leftmost(named, known)
    if isinstance(node, tree.And):
        first = leftmost_set(node.items, known)
        return None if first is None else _leftmost(first, known)
    return node if gives_matches(node, known.ruleset) else None


def _innermost(node: tree.Node, known: Known) -> str | None:
    """The name of the set that relations, places, contexts and filters are hung on."""
    if isinstance(node, tree.Relation | tree.InPlace | tree.InContext | tree.Where):
        return _innermost(node.left, known)
    if not isinstance(node, tree.Name):
        return None
    named = known.let(node.name)
    return node.name if named is None else _innermost(named, known)


def _nearest_partners(node: tree.Node, match: Match, known: Known) -> list[Match]:
    """One partner for each relation that a match went through, the nearest."""
    if isinstance(node, tree.Name) and (named := known.let(node.name)) is not None:
        return _nearest_partners(named, match, replace(known, it=None))
    if isinstance(node, tree.And):
        first = leftmost_set(node.items, known)
        return [] if first is None else _nearest_partners(first, match, known)
    if not isinstance(node, tree.Relation | tree.InPlace | tree.InContext | tree.Where):
        return []
    before = _nearest_partners(node.left, match, known)
    if isinstance(node, tree.InContext) and not node.negated:
        return [*before, *cue_of(node, match, known)]
    if isinstance(node, tree.Relation) and not node.negated:
        theirs = matches_of(node.right, known)
        return [*before, *nearest_to(node, match, theirs, known)]
    return before
