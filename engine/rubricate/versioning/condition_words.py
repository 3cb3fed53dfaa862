"""What is different between two conditions, in words: the least that turns one tree into the other.

Each part of one condition may stand for several parts of the other: as it is named, with its `let` in place, with or
without its guards, as one of several conditions or alternatives. Each way to read them has a cost - about the number of
leaves that it adds and takes away - and the cheapest is told. A name that both rulesets have costs next to nothing,
however much changed behind it, since that is told where the name is declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rubricate.language import tree
from rubricate.language.printing import to_text
from rubricate.language.types import members
from rubricate.planning.meanings import Meanings, Reading
from rubricate.planning.scoping import root
from rubricate.versioning.guards import Guard, core_of, peel, same_kind, window_words
from rubricate.versioning.words import in_quotes, list_changes, pattern_changes

__all__ = ["ConditionWords", "under"]

MOST_LEAVES = 500
"""A part counts for no more than this, however often its lets name others."""

MOST_PAIRS = 2500
"""Of more members than this lets compare with each other, only equal ones are found again."""

ALIKE = 0.7
"""A member was made from another where the edit costs less than this share of taking it out and adding the other."""

MOST_SHOWN = 100
"""Characters of two texts that are shown whole beside each other, if what changed inside can be told instead."""

NAMED = 0.1
"""What a name costs behind which something changed."""

_OF_MATCHES = frozenset({"count", "cover", "distinct", "max", "mean", "min", "score", "sum"})
_WORDS = {"all": "condition", "any": "alternative"}


class _Edit(NamedTuple):
    """A way to make one part from another."""

    cost: float
    lines: tuple[str, ...]


_NOTHING = _Edit(0, ())


def _sum(edits: Iterable[_Edit], *, cost: float = 0) -> _Edit:
    found = list(edits)
    lines = dict.fromkeys(line for each in found for line in each.lines)
    return _Edit(cost + sum(each.cost for each in found), tuple(lines))


def under(word: str, lines: Iterable[str]) -> list[str]:
    """Lines with the place inside which they tell something; what is told of names needs none.

    >>> under("not", ['"a" -> "b"', 'let "c" changed'])
    ['not: "a" -> "b"', 'let "c" changed']
    """
    return [line if _is_of_name(line) else f"{word}: {line}" for line in lines]


def _under(word: str, edit: _Edit) -> _Edit:
    return _Edit(edit.cost, tuple(under(word, edit.lines)))


def _is_of_name(line: str) -> bool:
    return line.startswith(("let ", "matcher ", "context ")) and line.endswith(" changed")


class ConditionWords:
    """Compares conditions of one ruleset with conditions of another."""

    def __init__(self, before: Meanings, after: Meanings) -> None:
        self.before = before
        self.after = after
        self._known: dict[tuple[tree.Node, tree.Node, Reading], _Edit] = {}
        self._sizes: dict[tuple[int, tree.Node], int] = {}

    def compare(self, one: tree.Node, other: tree.Node, reading: Reading = "truth") -> list[str]:
        """The differences, each in a line; none when both mean the same."""
        return list(self._edit(one, other, reading).lines)

    def _edit(self, one: tree.Node, other: tree.Node, reading: Reading = "truth") -> _Edit:
        key = (one, other, reading)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._cheapest(one, other, reading)
        return known

    def _cheapest(self, one: tree.Node, other: tree.Node, reading: Reading) -> _Edit:
        if self.before.node(one, reading) == self.after.node(other, reading):
            return _NOTHING
        named = self._by_name(one, other)
        if named is not None:
            return named
        one, other = _as_not_any(one), _as_not_any(other)
        ways = [
            *self._joined(one, other),
            *self._guarded(one, other),
            *self._alike(one, other),
            self._replaced(one, other),
            *self._through_lets(one, other, reading),
        ]
        # a way that has nothing to tell has overlooked what is different; of equal ones the first names most
        return min((way for way in ways if way.lines), key=lambda way: way.cost)

    def _replaced(self, one: tree.Node, other: tree.Node) -> _Edit:
        """The last resort: both texts."""
        before, after = to_text(one), to_text(other)
        line = f"{before} -> {after}" if before != after else f"{before}: what it names is something else now"
        return _Edit(self._size(one, self.before) + self._size(other, self.after), (line,))

    def _size(self, node: tree.Node, side: Meanings) -> int:
        """How many leaves a part has, those behind lets too."""
        key = (id(side), node)
        known = self._sizes.get(key)
        if known is None:
            known = self._sizes[key] = min(MOST_LEAVES, self._leaves(node, side))
        return known

    def _leaves(self, node: tree.Node, side: Meanings) -> int:
        if isinstance(node, tree.Name) and node.name in side.scope.lets:
            return self._size(root(side.scope.lets[node.name]), side)
        parts = tree.children(node)
        own = 0 if isinstance(node, tree.And | tree.Or | tree.Quantified) else 1
        return own + sum(self._size(part, side) for part in parts)

    # -- names ---------------------------------------------------------------------------------------------

    def _by_name(self, one: tree.Node, other: tree.Node) -> _Edit | None:
        """Of names that both have only is said here that something changed behind them."""
        first, second = _name_of(one), _name_of(other)
        if first is None or first != second:
            return None
        for kind, before, after in (
            ("let", self.before.scope.lets, self.after.scope.lets),
            ("matcher", self.before.ruleset.matchers, self.after.ruleset.matchers),
        ):
            if first[0] in before and first[0] in after:
                return _Edit(NAMED, (f'{kind} "{first[0]}" changed',))
        return None

    def _through_lets(self, one: tree.Node, other: tree.Node, reading: Reading) -> Iterator[_Edit]:
        """What stands behind a name, where the other side has no such name."""
        if self._are_known(one, other):
            return
        inner, outer = _behind(one, self.before), _behind(other, self.after)
        if inner is not None:
            yield self._edit(inner, other, reading)
        if outer is not None:
            yield self._edit(one, outer, reading)

    def _are_known(self, one: tree.Node, other: tree.Node) -> bool:
        """Whether both are names of lets that both rulesets have: one was put in the place of the other."""
        lets = self.before.scope.lets.keys() & self.after.scope.lets.keys()
        return all(isinstance(node, tree.Name) and node.name in lets for node in (one, other))

    # -- several -------------------------------------------------------------------------------------------

    def _joined(self, one: tree.Node, other: tree.Node) -> Iterator[_Edit]:
        for kind, word in _WORDS.items():
            if _joins(one, kind) or _joins(other, kind):
                yield self._members(self._items(one, kind, self.before), self._items(other, kind, self.after), word)
        for kind, opposite, words in (("all", "any", "and -> or"), ("any", "all", "or -> and")):
            if _joins(one, kind) and _joins(other, opposite):
                ones, others = self._items(one, kind, self.before), self._items(other, opposite, self.after)
                yield _sum([_Edit(1, (words,)), self._members(ones, others, "member")])

    def _items(self, node: tree.Node, kind: str, side: Meanings) -> tuple[tree.Node, ...]:
        """The members of a conjunction or disjunction, those of the same form within it too; else the node alone."""
        if not _joins(node, kind):
            return (node,)
        assert isinstance(node, tree.And | tree.Or | tree.Quantified)
        found = members(node.items, side.scope)
        return tuple(inner for item in found for inner in self._items(item, kind, side))

    def _members(self, ones: Sequence[tree.Node], others: Sequence[tree.Node], word: str) -> _Edit:
        """What came and went among members, and what was made from what."""
        before = [(self.before.node(item, "truth"), item) for item in ones]
        after = [(self.after.node(item, "truth"), item) for item in others]
        kept = {digest for digest, _ in before} & {digest for digest, _ in after}
        gone = [item for digest, item in before if digest not in kept]
        new = [item for digest, item in after if digest not in kept]
        pairs = self._pairs(gone, new)
        gone = [item for place, item in enumerate(gone) if all(place != pair[0] for pair in pairs)]
        new = [item for place, item in enumerate(new) if all(place != pair[1] for pair in pairs)]
        edits = [edit for _, _, edit in pairs]
        edits += [self._whole(item, self.before, word, "removed") for item in gone]
        edits += [self._whole(item, self.after, word, "added") for item in new]
        return _sum(edits)

    def _pairs(self, gone: Sequence[tree.Node], new: Sequence[tree.Node]) -> list[tuple[int, int, _Edit]]:
        """Which member was probably made from which, in order; those first that save the most, each once."""
        if len(gone) * len(new) > MOST_PAIRS:
            return []
        found: list[tuple[float, int, int, _Edit]] = []
        for place, item in enumerate(gone):
            for number, other in enumerate(new):
                edit, apart = self._edit(item, other), self._size(item, self.before) + self._size(other, self.after)
                if edit.cost < ALIKE * apart:
                    found.append((edit.cost - apart, place, number, edit))
        used: tuple[set[int], set[int]] = set(), set()
        pairs: list[tuple[int, int, _Edit]] = []
        for _, place, number, edit in sorted(found):
            if place not in used[0] and number not in used[1]:
                used[0].add(place)
                used[1].add(number)
                pairs.append((place, number, edit))
        return sorted(pairs)

    def _whole(self, item: tree.Node, side: Meanings, word: str, how: str) -> _Edit:
        what = "guard" if word == "condition" and isinstance(_as_not_any(item), tree.Not) else word
        return _Edit(self._size(item, side), (f"{what} {in_quotes(to_text(item))} {how}",))

    # -- guards --------------------------------------------------------------------------------------------

    def _guarded(self, one: tree.Node, other: tree.Node) -> Iterator[_Edit]:
        """Forms around a core, which may stand behind a let: what each says is compared, and then the core."""
        are_known = self._are_known(core_of(one), core_of(other))
        for first, inner in _peelings(one, self.before, through=not are_known):
            for second, outer in _peelings(other, self.after, through=not are_known):
                if first or second:
                    yield _sum([self._edit(inner, outer, "matches"), self._guards(first, second)])

    def _guards(self, before: Sequence[Guard], after: Sequence[Guard]) -> _Edit:
        kept = {guard.digest for guard in before} & {guard.digest for guard in after}
        gone = [guard for guard in before if guard.digest not in kept]
        new = [guard for guard in after if guard.digest not in kept]
        edits = []
        alike = [(self._guard(guard, each), guard, each) for guard in gone for each in new
                 if same_kind(guard.node, each.node)]  # fmt: skip
        for edit, guard, other in sorted(alike, key=lambda found: found[0].cost):
            if guard in gone and other in new:
                gone.remove(guard)
                new.remove(other)
                edits.append(edit)
        for guards, side, how in ((gone, self.before, "removed"), (new, self.after, "added")):
            for guard in guards:
                size = self._size(guard.node, side) - self._size(guard.node.left, side)
                edits.append(_Edit(max(1, size), (f"guard {in_quotes(guard.text)} {how}",)))
        return _sum(edits)

    def _guard(self, before: Guard, after: Guard) -> _Edit:
        one, other = before.node, after.node
        match one, other:
            case tree.Relation(), tree.Relation() if one.negated == other.negated:
                found = [_under(one.kind, self._edit(one.right, other.right, "matches"))]
                if one.distance != other.distance:
                    words = f"window {window_words(one.distance)} -> {window_words(other.distance)}"
                    found.append(_Edit(1, (words,)))
                return _sum(found)
            case tree.InContext(), tree.InContext() if (one.context, one.negated) == (other.context, other.negated):
                return _Edit(NAMED, (f'context "{one.context}" changed',))
            case tree.Where(), tree.Where():
                return _under("where", self._edit(one.condition, other.condition))
            case _:
                return _Edit(1, (f"{before.text} -> {after.text}",))

    # -- forms ---------------------------------------------------------------------------------------------

    def _alike(self, one: tree.Node, other: tree.Node) -> Iterator[_Edit]:
        """Two parts of the same form."""
        match one, other:
            case tree.Not(), tree.Not():
                yield _under("not", self._edit(one.item, other.item))
            case (tree.Not(), _) | (_, tree.Not()):
                inner, outer = (each.item if isinstance(each, tree.Not) else each for each in (one, other))
                if self.before.node(inner, "truth") == self.after.node(outer, "truth"):
                    yield _Edit(1, self._replaced(one, other).lines)
            case tree.AtLeast(), tree.AtLeast():
                least = () if one.least == other.least else (f"at least {one.least} -> at least {other.least}",)
                inside = members(one.items, self.before.scope), members(other.items, self.after.scope)
                yield _sum([_Edit(len(least), least), self._members(*inside, "member")])
            case tree.Choice(), tree.Choice():
                yield _sum(
                    [
                        self._edit(one.value, other.value, "value"),
                        _under("if", self._edit(one.condition, other.condition)),
                        _under("else", self._edit(one.otherwise, other.otherwise, "value")),
                    ]
                )
            case tree.Compare(), tree.Compare():
                yield self._compared(one, other)
            case tree.Regex(), tree.Regex() if one.pattern == other.pattern:
                words = f"flags of /{one.pattern}/: {one.flags or 'none'} -> {other.flags or 'none'}"
                yield _Edit(1, (words,))
            case tree.Regex(), tree.Regex() if one.flags == other.flags:
                lines = pattern_changes(one.pattern, other.pattern)
                yield _Edit(1, tuple(f"/{one.pattern}/{one.flags}: {line}" for line in lines))
            case tree.Call(), tree.Call() if one.name == other.name and len(one.arguments) == len(other.arguments):
                yield self._called(one, other)
            case _ if type(one) is type(other) and _has_values(one):
                parts = zip(tree.children(one), tree.children(other), strict=True)
                yield self._in_one(one, other, [self._edit(*pair, "value") for pair in parts], cost=1)

    def _compared(self, one: tree.Compare, other: tree.Compare) -> _Edit:
        left = self._edit(one.left, other.left, "value")
        if isinstance(one.right, tree.ListOf) and isinstance(other.right, tree.ListOf):
            if one.operator == other.operator and not left.cost:
                texts = [[to_text(item) for item in tree.children(each.right)] for each in (one, other)]
                lines = tuple(f"{to_text(one.left)} {one.operator}: {line}" for line in list_changes(*texts))
                return _Edit(len(lines) / 2, lines)
            return self._in_one(one, other, [left], cost=2)
        right = self._edit(one.right, other.right, "value")
        is_same = one.operator == other.operator and not right.cost
        cost = left.cost + (0 if is_same else 1)
        if left.cost and isinstance(one.left, tree.Call) and isinstance(other.left, tree.Call):
            sides = [f"{each.operator} {to_text(each.right)}" for each in (one, other)]
            return _Edit(cost, left.lines if is_same else (*left.lines, " -> ".join(sides)))
        return self._in_one(one, other, [left, right], cost=cost)

    def _called(self, one: tree.Call, other: tree.Call) -> _Edit:
        pairs = list(zip(one.arguments, other.arguments, strict=True))
        if one.name in _OF_MATCHES:
            readings: list[Reading] = ["matches" if number == 0 else "value" for number in range(len(pairs))]
            edits = [self._edit(*pair, reading) for pair, reading in zip(pairs, readings, strict=True)]
            if len(pairs) == 1:
                return _under(one.name, edits[0])
            return self._in_one(one, other, edits)
        return self._in_one(one, other, [self._edit(*pair, "value") for pair in pairs])

    def _in_one(self, one: tree.Node, other: tree.Node, edits: Sequence[_Edit], *, cost: float = 0) -> _Edit:
        """Small forms are told whole; of long ones, and where both read the same, what changed inside."""
        found = _sum(edits, cost=cost)
        before, after = to_text(one), to_text(other)
        if before == after or (found.lines and len(before) + len(after) > MOST_SHOWN):
            return found
        return _Edit(found.cost, (f"{before} -> {after}",))


def _has_values(node: tree.Node) -> bool:
    return isinstance(node, tree.Arithmetic | tree.Negative | tree.Exists)


def _name_of(node: tree.Node) -> tuple[str, str | None] | None:
    """The name that a node is, with the column that is asked of it."""
    match node:
        case tree.Name():
            return node.name, None
        case tree.Column():
            return node.name, node.column
        case _:
            return None


def _behind(node: tree.Node, side: Meanings) -> tree.Node | None:
    """What a name of a let stands for."""
    return root(side.scope.lets[node.name]) if isinstance(node, tree.Name) and node.name in side.scope.lets else None


def _as_not_any(node: tree.Node) -> tree.Node:
    """`none of` as what it means, so that it is like other negations."""
    if isinstance(node, tree.Quantified) and node.quantifier == "none":
        return tree.Not(tree.Quantified("any", node.items) if len(node.items) != 1 else node.items[0])
    return node


def _joins(node: tree.Node, kind: str) -> bool:
    if isinstance(node, tree.Quantified):
        return node.quantifier == kind
    return isinstance(node, tree.And if kind == "all" else tree.Or)


def _peelings(node: tree.Node, side: Meanings, *, through: bool) -> Iterator[tuple[list[Guard], tree.Node]]:
    """The guards of a node and what is left; then, if wanted, with those that stand behind the let that is left."""
    guards, core = list(peel(node, side)), core_of(node)
    yield guards, core
    while through and (inner := _behind(core, side)) is not None:
        guards, core = [*guards, *peel(inner, side)], core_of(inner)
        yield guards, core
