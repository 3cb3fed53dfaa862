"""What stands around a set of matches and keeps some of them: relations, places, contexts, `where`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from rubricate.language import tree
from rubricate.language.printing import to_text
from rubricate.planning.meanings import Meanings, short_digest

__all__ = ["Guard", "Qualified", "core_of", "peel", "same_kind", "window_words"]

Qualified: TypeAlias = tree.Relation | tree.InPlace | tree.InContext | tree.Where
"""Forms that keep some of the matches on their left."""


class Guard(NamedTuple):
    """What a form says of the matches on its left, without them."""

    node: Qualified
    digest: str
    text: str


def peel(node: tree.Node, meanings: Meanings) -> Iterator[Guard]:
    """The guards of a node, the outermost first."""
    while isinstance(node, Qualified):
        text = to_text(_around_nothing(node)).partition(" ")[2]
        yield Guard(node, _digest(node, meanings), text)
        node = node.left


def core_of(node: tree.Node) -> tree.Node:
    """What is left of a node without its guards."""
    while isinstance(node, Qualified):
        node = node.left
    return node


def _around_nothing(node: Qualified) -> tree.Node:
    """The form with one word on its left, so that its own text can be cut off behind it."""
    left = tree.Name("it")
    match node:
        case tree.Relation():
            return tree.Relation(node.kind, left, node.right, node.distance, node.negated)
        case tree.InPlace():
            return tree.InPlace(left, node.place, node.negated)
        case tree.InContext():
            return tree.InContext(left, node.context, node.negated)
        case tree.Where():
            return tree.Where(left, node.condition)


def _digest(node: Qualified, meanings: Meanings) -> str:
    match node:
        case tree.Relation():
            right = meanings.node(node.right, "matches")
            distance = None if node.distance is None else [node.distance.number, node.distance.unit]
            return short_digest([node.kind, node.negated, right, distance])
        case tree.InPlace():
            return meanings.node(tree.InPlace(tree.It(), node.place, node.negated), "matches")
        case tree.InContext():
            return short_digest([node.negated, meanings.context(node.context)])
        case tree.Where():
            return meanings.node(node.condition, "truth")


def same_kind(one: Qualified, other: Qualified) -> bool:
    """Whether one guard may have been made from another."""
    if isinstance(one, tree.Relation) and isinstance(other, tree.Relation):
        return one.kind == other.kind
    return type(one) is type(other)


def window_words(distance: tree.Distance | None) -> str:
    """How far a relation reaches.

    >>> window_words(tree.Distance(8, "words")), window_words(tree.Distance(None, "sentence"))
    ('8 words', 'same sentence')
    """
    if distance is None:
        return "none"
    if distance.number is None:
        return f"same {distance.unit}"
    return f"{distance.number} {distance.unit if distance.number != 1 else distance.unit.removesuffix('s')}"
