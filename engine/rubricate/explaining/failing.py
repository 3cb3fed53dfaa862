"""Which parts of a condition keep it from being what is wanted of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from rubricate.explaining.judging import Judge
from rubricate.explaining.spotting import Spot, inside
from rubricate.language import tree
from rubricate.language.types import SEGMENT_SETS, members
from rubricate.model.match import Match
from rubricate.planning.conditions import is_set
from rubricate.planning.frame import Frame
from rubricate.planning.scoping import root

__all__ = ["Blame", "Every", "Failure", "OneOf", "failure_of", "first_of", "leaves"]


class Blame(NamedTuple):
    """A part of a condition that is not what is wanted of it."""

    node: tree.Node
    spot: Spot | None
    """None: it stands nowhere itself, as a wildcard stands for it."""
    wanted: bool
    """Whether it would have to be yes, or no."""
    it: Match | None = None
    """The match at hand, inside a `where`."""


class Every(NamedTuple):
    """Failures of which each must be mended."""

    items: tuple[Failure, ...]


class OneOf(NamedTuple):
    """Failures of which mending one is enough."""

    items: tuple[Failure, ...]
    of: Blame | None = None
    """What they are the parts of, where it can be mended itself: `at least 2 of (..)`."""
    group: tree.Node | None = None
    """What they are all the parts of, as it is written."""


Failure: TypeAlias = Blame | Every | OneOf


def failure_of(judge: Judge, number: int, frame: Frame) -> Failure | None:
    """What keeps a rule from holding; None when it holds."""
    rule = judge.ruleset.rules[number]
    finder = _Finder(judge, frame)
    parts = [(root(item), Spot("only", index)) for index, item in enumerate(rule.only)]
    parts.append((root(rule.when), Spot("when", number)))
    found = [each for node, spot in parts if (each := finder.find(node, spot, wanted=True)) is not None]
    return None if not found else found[0] if len(found) == 1 else Every(tuple(found))


def leaves(failure: Failure) -> Iterator[Blame]:
    """Every part that is to blame, in the order of the condition."""
    match failure:
        case Blame():
            yield failure
        case Every() | OneOf():
            for item in failure.items:
                yield from leaves(item)


def first_of(failure: Failure) -> Failure:
    """The first of the failures that must be mended: a part of the condition, or parts of which one is enough."""
    while isinstance(failure, Every):
        failure = failure.items[0]
    return failure


class _Finder:
    """Goes down a condition that is not what is wanted of it."""

    def __init__(self, judge: Judge, frame: Frame) -> None:
        self.judge = judge
        self.frame = frame

    def find(self, node: tree.Node, spot: Spot | None, *, wanted: bool) -> Failure | None:
        """What keeps a node from being what is wanted; None when nothing does."""
        if self.judge.truth(node, self.frame) is wanted:
            return None
        match node:
            case tree.Name() if node.name in self.judge.scope.lets:
                return self.find(root(self.judge.scope.lets[node.name]), Spot("let", node.name), wanted=wanted)
            case tree.Not():
                return self.find(node.item, inside(spot, "item"), wanted=not wanted)
            case tree.And():
                return self._gathered(node, spot, self._items(node.items, spot), wanted=wanted, every=wanted)
            case tree.Or():
                return self._gathered(node, spot, self._items(node.items, spot), wanted=wanted, every=not wanted)
            case tree.Quantified():
                inner = wanted if node.quantifier != "none" else not wanted
                every = inner if node.quantifier == "all" else not inner
                return self._gathered(node, spot, self._members(node.items, spot), wanted=inner, every=every)
            case tree.AtLeast():
                return self._at_least(node, spot, wanted=wanted)
            case tree.Choice():
                return self._choice(node, spot, wanted=wanted)
            case _:
                return self._set(node, spot, wanted=wanted)

    def _items(self, items: Sequence[tree.Node], spot: Spot | None) -> list[tuple[tree.Node, Spot | None]]:
        return [(item, inside(spot, "items", number)) for number, item in enumerate(items)]

    def _members(self, items: tuple[tree.Node, ...], spot: Spot | None) -> list[tuple[tree.Node, Spot | None]]:
        """The members of a group; those that a wildcard stands for have no spot."""
        found: list[tuple[tree.Node, Spot | None]] = []
        for number, item in enumerate(items):
            if isinstance(item, tree.Wildcard):
                found += [(member, None) for member in members((item,), self.judge.scope)]
            else:
                found.append((item, inside(spot, "items", number)))
        return found

    def _gathered(
        self,
        node: tree.Node,
        spot: Spot | None,
        parts: Sequence[tuple[tree.Node, Spot | None]],
        *,
        wanted: bool,
        every: bool,
    ) -> Failure | None:
        found = tuple(each for part, at in parts if (each := self.find(part, at, wanted=wanted)) is not None)
        if len(found) < 2:
            return found[0] if found else Blame(node, spot, wanted, self.frame.it)
        return Every(found) if every else OneOf(found, group=node)

    def _at_least(self, node: tree.AtLeast, spot: Spot | None, *, wanted: bool) -> Failure | None:
        own = Blame(node, spot, wanted, self.frame.it)
        parts = self._members(node.items, spot)
        found = tuple(each for part, at in parts if (each := self.find(part, at, wanted=wanted)) is not None)
        missing = node.least - (len(parts) - len(found)) if wanted else len(found) - node.least + 1
        return OneOf(found, own) if missing == 1 and found else own

    def _choice(self, node: tree.Choice, spot: Spot | None, *, wanted: bool) -> Failure | None:
        holds = self.judge.truth(node.condition, self.frame)
        if holds is None:
            return self.find(node.condition, inside(spot, "condition"), wanted=True)
        slot = "value" if holds else "otherwise"
        return self.find(node.value if holds else node.otherwise, inside(spot, slot), wanted=wanted)

    def _set(self, node: tree.Node, spot: Spot | None, *, wanted: bool) -> Failure:
        """A set that is empty because one that it is made from is empty is not to blame itself."""
        own = Blame(node, spot, wanted, self.frame.it)
        if not wanted or not isinstance(node, tree.Relation | tree.InPlace | tree.InContext | tree.Where):
            return own
        sides = [("left", node.left)]
        if isinstance(node, tree.Relation) and not node.negated:
            sides.append(("right", node.right))
        empty = [self.find(side, inside(spot, slot), wanted=True) for slot, side in sides if not self._has(side)]
        if empty:
            found = tuple(each for each in empty if each is not None)
            return own if not found else found[0] if len(found) == 1 else Every(found)
        match node:
            case tree.InContext() if not node.negated:
                cue = root(self.judge.scope.contexts[node.context].cue)
                if not self._has(cue):
                    return self.find(cue, Spot("cue", node.context), wanted=True) or own
            case tree.Where():
                return self._where(node, spot) or own
        return own

    def _has(self, node: tree.Node) -> bool:
        if isinstance(node, tree.Name) and node.name in SEGMENT_SETS:
            return True
        return not is_set(node, self.judge.scope) or bool(self.judge.matches(node, self.frame))

    def _where(self, node: tree.Where, spot: Spot | None) -> Failure | None:
        """Each match is a chance of its own."""
        outer, found = self.frame.it, list[Failure]()
        for match in list(self.judge.matches(node.left, self.frame))[:20]:
            self.frame.it = match
            each = self.find(node.condition, inside(spot, "condition"), wanted=True)
            if each is not None:
                found.append(each)
        self.frame.it = outer
        return found[0] if len(found) == 1 else OneOf(tuple(found)) if found else None
