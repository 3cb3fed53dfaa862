"""What is different between two conditions, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from rubricate.language import tree
from rubricate.language.printing import to_text
from rubricate.language.types import members
from rubricate.planning.scoping import root
from rubricate.versioning.meaning import Meanings, Reading, short_digest

__all__ = ["ConditionWords", "in_quotes", "list_changes", "pattern_changes"]

_Qualified: TypeAlias = tree.Relation | tree.InPlace | tree.InContext | tree.Where
"""Forms that keep some of the matches on their left."""


class _Guard(NamedTuple):
    """What a form says of the matches on its left, without them."""

    node: _Qualified
    digest: str
    text: str


class ConditionWords:
    """Compares conditions of one ruleset with conditions of another."""

    def __init__(self, before: Meanings, after: Meanings) -> None:
        self.before = before
        self.after = after

    def compare(self, one: tree.Node, other: tree.Node, reading: Reading = "truth") -> list[str]:
        """The differences, each in a line; none when both mean the same."""
        if self.before.node(one, reading) == self.after.node(other, reading):
            return []
        found = self._wrapped(one, other) or self._by_name(one, other, reading)
        if found is None:
            found = self._by_form(one, other)
        return found or self._both(one, other)

    def _wrapped(self, one: tree.Node, other: tree.Node) -> list[str]:
        """Guards that were put around the other condition, or taken from around it."""
        for outer, inner, side, beside, word in (
            (one, other, self.before, self.after, "removed"), (other, one, self.after, self.before, "added"),
        ):  # fmt: skip
            wanted = beside.node(inner, "matches")
            guards: list[_Guard] = []
            node = outer
            while isinstance(node, _Qualified):
                guards.append(next(iter(_peel(node, side))))
                node = node.left
                if side.node(node, "matches") == wanted:
                    return [f"guard {in_quotes(guard.text)} {word}" for guard in guards]
        return []

    def _both(self, one: tree.Node, other: tree.Node) -> list[str]:
        """The last resort: both texts."""
        before, after = to_text(one), to_text(other)
        if before == after:
            return [f"{before}: what it names is something else now"]
        return [f"{before} -> {after}"]

    def _by_name(self, one: tree.Node, other: tree.Node, reading: Reading) -> list[str] | None:
        """Through names: of lets that both have, only that they changed is said here."""
        lets = self.before.scope.lets, self.after.scope.lets
        first = one.name if isinstance(one, tree.Name) else None
        second = other.name if isinstance(other, tree.Name) else None
        if first is not None and first == second:
            if first in lets[0] and first in lets[1]:
                return [f'let "{first}" changed']
            if first in self.before.ruleset.matchers and first in self.after.ruleset.matchers:
                return [f'matcher "{first}" changed']
        if first in lets[0] or second in lets[1]:
            inner = root(lets[0][first]) if first is not None and first in lets[0] else one
            outer = root(lets[1][second]) if second is not None and second in lets[1] else other
            return self.compare(inner, outer, reading)
        return None

    def _by_form(self, one: tree.Node, other: tree.Node) -> list[str]:
        if _joins(one, "all") or _joins(other, "all"):
            if not (_joins(one, "any") or _joins(other, "any")):
                return self._members(self._items(one, "all"), self._items(other, "all"), "condition")
            return []
        if _joins(one, "any") or _joins(other, "any"):
            return self._members(self._items(one, "any"), self._items(other, "any"), "alternative")
        if isinstance(one, _Qualified) or isinstance(other, _Qualified):
            return self._guards(one, other)
        match one, other:
            case tree.Not(), tree.Not():
                return self.compare(one.item, other.item)
            case tree.AtLeast(), tree.AtLeast():
                least = [] if one.least == other.least else [f"at least {one.least} -> at least {other.least}"]
                inner = members(one.items, self.before.scope), members(other.items, self.after.scope)
                return [*least, *self._members(*inner, "member")]
            case tree.Choice(), tree.Choice():
                return [
                    *self.compare(one.value, other.value, "value"),
                    *(f"if: {line}" for line in self.compare(one.condition, other.condition)),
                    *(f"else: {line}" for line in self.compare(one.otherwise, other.otherwise, "value")),
                ]
            case tree.Compare(right=tree.ListOf()), tree.Compare(right=tree.ListOf()):
                return self._lists(one, other)
            case tree.Regex(), tree.Regex() if one.pattern == other.pattern:
                return [f"flags of /{one.pattern}/: {one.flags or 'none'} -> {other.flags or 'none'}"]
            case tree.Regex(), tree.Regex() if one.flags == other.flags:
                return [f"/{one.pattern}/{one.flags}: {line}" for line in pattern_changes(one.pattern, other.pattern)]
            case _:
                return []

    def _lists(self, one: tree.Compare, other: tree.Compare) -> list[str]:
        same_left = self.before.node(one.left, "value") == self.after.node(other.left, "value")
        if one.operator != other.operator or not same_left:
            return []
        texts = [[to_text(item) for item in tree.children(each.right)] for each in (one, other)]
        return [f"{to_text(one.left)} {one.operator}: {line}" for line in list_changes(*texts)]

    # -- several -------------------------------------------------------------------------------------------

    def _items(self, node: tree.Node, kind: str) -> tuple[tree.Node, ...]:
        """The members of a conjunction or disjunction, those of the same form within it too; else the node alone."""
        if not _joins(node, kind):
            return (node,)
        assert isinstance(node, tree.And | tree.Or | tree.Quantified)
        # wildcards stand for the same names in both, or they are among the differences
        return tuple(inner for item in node.items for inner in self._items(item, kind))

    def _members(self, ones: Sequence[tree.Node], others: Sequence[tree.Node], word: str) -> list[str]:
        ones, others = self._spread(ones, self.before), self._spread(others, self.after)
        before = [(self.before.node(item, "truth"), item) for item in ones]
        after = [(self.after.node(item, "truth"), item) for item in others]
        kept = {digest for digest, _ in before} & {digest for digest, _ in after}
        gone = [item for digest, item in before if digest not in kept]
        new = [item for digest, item in after if digest not in kept]
        found: list[str] = []
        for item in list(gone):
            other = next((each for each in new if self._are_alike(item, each)), None)
            if other is None and len(gone) == len(new) == 1 and not _is_literal(item):
                other = new[0]
            if other is not None:
                gone.remove(item)
                new.remove(other)
                found += self.compare(item, other)
        found += [f"{word} {in_quotes(to_text(item))} removed" for item in gone]
        found += [f"{word} {in_quotes(to_text(item))} added" for item in new]
        return found

    def _spread(self, items: Sequence[tree.Node], side: Meanings) -> tuple[tree.Node, ...]:
        return members(tuple(items), side.scope)

    def _are_alike(self, one: tree.Node, other: tree.Node) -> bool:
        """Whether one was probably made from the other."""
        if isinstance(one, tree.Name) and isinstance(other, tree.Name):
            return one.name == other.name
        if isinstance(one, _Qualified) and isinstance(other, _Qualified):
            return self.before.node(_core(one), "matches") == self.after.node(_core(other), "matches")
        if isinstance(one, _Qualified) or isinstance(other, _Qualified):
            return self.before.node(_core(one), "truth") == self.after.node(_core(other), "truth")
        if isinstance(one, tree.Compare) and isinstance(other, tree.Compare):
            return self.before.node(one.left, "value") == self.after.node(other.left, "value")
        return type(one) is type(other) and isinstance(one, tree.Not | tree.AtLeast | tree.Quantified | tree.Or)

    # -- guards --------------------------------------------------------------------------------------------

    def _guards(self, one: tree.Node, other: tree.Node) -> list[str]:
        """Forms around a core: what each says is compared, and then the core."""
        before, after = list(_peel(one, self.before)), list(_peel(other, self.after))
        kept = {guard.digest for guard in before} & {guard.digest for guard in after}
        gone = [guard for guard in before if guard.digest not in kept]
        new = [guard for guard in after if guard.digest not in kept]
        found: list[str] = []
        for guard in list(gone):
            match_ = next((each for each in new if _same_kind(guard.node, each.node)), None)
            if match_ is not None:
                gone.remove(guard)
                new.remove(match_)
                found += self._guard(guard, match_)
        found += [f"guard {in_quotes(guard.text)} removed" for guard in gone]
        found += [f"guard {in_quotes(guard.text)} added" for guard in new]
        return [*self.compare(_core(one), _core(other), "matches"), *found]

    def _guard(self, before: _Guard, after: _Guard) -> list[str]:
        one, other = before.node, after.node
        match one, other:
            case tree.Relation(), tree.Relation() if one.negated == other.negated:
                found = self.compare(one.right, other.right, "matches")
                if one.distance != other.distance:
                    found.append(f"window {_distance(one.distance)} -> {_distance(other.distance)}")
                return found
            case tree.InContext(), tree.InContext() if (one.context, one.negated) == (other.context, other.negated):
                return [f'context "{one.context}" changed']
            case tree.Where(), tree.Where():
                return [f"where: {line}" for line in self.compare(one.condition, other.condition)]
            case _:
                return [f"{before.text} -> {after.text}"]


def _joins(node: tree.Node, kind: str) -> bool:
    if isinstance(node, tree.Quantified):
        return node.quantifier == kind
    return isinstance(node, tree.And if kind == "all" else tree.Or)


def _is_literal(node: tree.Node) -> bool:
    return isinstance(node, tree.String | tree.Regex | tree.Name)


def _core(node: tree.Node) -> tree.Node:
    while isinstance(node, _Qualified):
        node = node.left
    return node


def _peel(node: tree.Node, meanings: Meanings) -> Iterable[_Guard]:
    while isinstance(node, _Qualified):
        text = to_text(_around_nothing(node)).partition(" ")[2]
        yield _Guard(node, _guard_digest(node, meanings), text)
        node = node.left


def _around_nothing(node: _Qualified) -> tree.Node:
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


def _guard_digest(node: _Qualified, meanings: Meanings) -> str:
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


def _same_kind(one: _Qualified, other: _Qualified) -> bool:
    if isinstance(one, tree.Relation) and isinstance(other, tree.Relation):
        return one.kind == other.kind
    return type(one) is type(other)


def _distance(distance: tree.Distance | None) -> str:
    if distance is None:
        return "none"
    if distance.number is None:
        return f"same {distance.unit}"
    return f"{distance.number} {distance.unit if distance.number != 1 else distance.unit.removesuffix('s')}"


def in_quotes(text: str) -> str:
    """A text in quotes, unless it brings its own."""
    return text if text[:1] == text[-1:] == '"' and len(text) > 1 and '"' not in text[1:-1] else f'"{text}"'


def list_changes(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """What was added to a list and removed from it; that only its order changed, if so.

    >>> list_changes(["a", "b"], ["b", "c"]), list_changes(["a", "b"], ["b", "a"])
    (['a removed', 'c added'], ['b, a in this order'])
    """
    found = [f"{item} removed" for item in before if item not in after]
    found += [f"{item} added" for item in after if item not in before]
    if not found and list(before) != list(after):
        return [f"{', '.join(after)} in this order"]
    return found


def pattern_changes(before: str, after: str) -> list[str]:
    """The alternatives that came and went between two patterns which share some; else nothing.

    >>> pattern_changes("ab|c(d|e)", "ab|c(d|e)|f"), pattern_changes("ab", "ac")
    (['alternative /f/ added'], [])
    """
    one, other = _alternatives(before), _alternatives(after)
    if not set(one) & set(other):
        return []
    found = [f"alternative /{each}/ removed" for each in one if each not in other]
    return found + [f"alternative /{each}/ added" for each in other if each not in one]


def _alternatives(pattern: str) -> list[str]:
    """A pattern cut at the bars that stand outside of groups and classes."""
    found, depth, in_class, start = [], 0, False, 0
    signs = re.finditer(r"\\.|[\[\]()|]", pattern, re.DOTALL)
    for sign in signs:
        match sign[0]:
            case "[":
                in_class = True
            case "]":
                in_class = False
            case "(" if not in_class:
                depth += 1
            case ")" if not in_class:
                depth -= 1
            case "|" if not in_class and not depth:
                found.append(pattern[start : sign.start()])
                start = sign.end()
            case _:
                pass
    return [*found, pattern[start:]]
