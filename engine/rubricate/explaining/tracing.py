"""A rule's condition on one record, node by node: yes, no or unknown, and what each node found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rubricate.explaining.failing import Blame, failure_of, leaves
from rubricate.explaining.finding import Found, find, find_place, quote
from rubricate.explaining.judging import Judge, asked_of
from rubricate.explaining.missed_contexts import Reach, reaches
from rubricate.explaining.missed_values import said_of
from rubricate.explaining.misses import Misses
from rubricate.language import tree
from rubricate.language.printing import to_text
from rubricate.language.types import SEGMENT_SETS, members
from rubricate.planning.conditions import is_set
from rubricate.planning.frame import Frame
from rubricate.planning.plan import Plan, PlannedRule
from rubricate.planning.scoping import root
from rubricate.registry import Registry

__all__ = ["ScopeStory", "TraceNode", "Verdict", "trace"]

Verdict = Literal["yes", "no", "unknown"]
MOST_FOUND = 20
"""So many matches of a node are told."""
MOST_MATCHES = 5
"""So many matches of a `where` are followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeStory:
    """A scope that a cue opened."""

    cue: Found
    scope: Found
    """The text that it governs."""
    ended: Found | None
    """The stop that ended it; None: its window, or the text, did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceNode:
    """One node of a condition on one record."""

    text: str
    """In canonical form."""
    truth: Verdict
    found: tuple[Found, ...] = ()
    """The matches of a set, the first of them where there are many."""
    left_out: int = 0
    """How many further matches there are."""
    why: str = ""
    """What its value is, or how near it came to what the rule wants of it."""
    is_blamed: bool = False
    """Whether it is a part that keeps the rule from holding."""
    scopes: tuple[ScopeStory, ...] = ()
    """Of a node that asks a context: the scopes that are open in the record."""
    children: tuple[TraceNode, ...] = ()


def trace(
    plan: Plan,
    registry: Registry,
    frame: Frame,
    rule: PlannedRule,
    *,
    judge: Judge | None = None,
    misses: Misses | None = None,
) -> TraceNode:
    """The condition of a rule, with that of its groups, on a record that has been through the cascade."""
    frame.cache.clear()
    judge = Judge(plan, registry) if judge is None else judge
    return _Tracer(judge, rule.number, frame, misses if misses is not None else Misses()).trace()


class _Tracer:
    """Goes down a condition, also through lets and the members that a wildcard stands for."""

    def __init__(self, judge: Judge, number: int, frame: Frame, misses: Misses) -> None:
        self.judge = judge
        self.number = number
        self.frame = frame
        failure = failure_of(judge, number, frame)
        self._blamed: dict[tuple[tree.Node, object], Blame] = {}
        for blame in () if failure is None else leaves(failure):
            self._blamed.setdefault((blame.node, blame.it and blame.it[:4]), blame)
        self._misses = misses

    def trace(self) -> TraceNode:
        """All of it."""
        return self._node(asked_of(self.judge.ruleset, self.number))

    def _node(self, node: tree.Node) -> TraceNode:
        truth = self.judge.truth(node, self.frame)
        found = [] if _is_plain(node) or not is_set(node, self.judge.scope) else self.judge.matches(node, self.frame)
        blame = self._blamed.get((node, self.frame.it and self.frame.it[:4]))
        shown = () if isinstance(node, tree.Name) and node.name in SEGMENT_SETS else found[:MOST_FOUND]
        return TraceNode(
            text=to_text(node),
            truth="yes" if truth else "unknown" if truth is None else "no",
            found=tuple(find(self.judge.conditions.tables, self.frame, match) for match in shown),
            left_out=len(found) - len(shown),
            why=self._why(node, blame),
            is_blamed=blame is not None,
            scopes=tuple(self._scopes(node)),
            children=tuple(self._children(node)),
        )

    def _why(self, node: tree.Node, blame: Blame | None) -> str:
        if blame is not None:
            return self._misses.of(self.judge, self.number, blame, self.frame).sentence
        if isinstance(node, tree.Compare):
            sides = (said_of(self.judge, side, self.frame) for side in (node.left, node.right))
            return ", ".join(said for said in sides if said is not None)
        if isinstance(node, tree.Doc | tree.Exists):
            item = node.item if isinstance(node, tree.Exists) else node
            return said_of(self.judge, item, self.frame) or ""
        return ""

    def _children(self, node: tree.Node) -> Iterator[TraceNode]:
        scope = self.judge.scope
        match node:
            case tree.Name() if node.name in scope.lets:
                yield self._node(root(scope.lets[node.name]))
            case tree.Not():
                yield self._node(node.item)
            case tree.And() | tree.Or():
                yield from self._all(node.items)
            case tree.Quantified() | tree.AtLeast():
                yield from self._all(members(node.items, scope))
            case tree.Relation():
                yield from self._all((node.left, node.right))
            case tree.InPlace() | tree.InContext():
                yield self._node(node.left)
            case tree.Where():
                yield self._node(node.left)
                yield from self._each(node)
            case tree.Choice():
                yield from self._all((node.condition, node.value if self._holds(node) else node.otherwise))
            case tree.Compare() | tree.Arithmetic():
                for side in (node.left, node.right):
                    yield from self._sets(side)
            case tree.Negative() | tree.Exists():
                yield from self._sets(node.item)

    def _all(self, items: Sequence[tree.Node]) -> Iterator[TraceNode]:
        for item in items:
            yield self._node(item)

    def _holds(self, node: tree.Choice) -> bool:
        return self.judge.truth(node.condition, self.frame) is True

    def _sets(self, node: tree.Node) -> Iterator[TraceNode]:
        """The sets that a number is worked out from."""
        if isinstance(node, tree.Call) and node.name in ("count", "distinct", "sum", "max", "min", "mean", "score"):
            argument = node.arguments[0]
            yield self._node(tree.Name(argument.name) if isinstance(argument, tree.Column) else argument)
        elif isinstance(node, tree.Arithmetic):
            yield from self._sets(node.left)
            yield from self._sets(node.right)
        elif isinstance(node, tree.Choice):
            yield self._node(node.condition)

    def _each(self, node: tree.Where) -> Iterator[TraceNode]:
        """The condition of a `where` for each of the first matches."""
        outer = self.frame.it
        for match in list(self.judge.matches(node.left, self.frame))[:MOST_MATCHES]:
            self.frame.it = match
            inner = self._node(node.condition)
            yield TraceNode(text=f"it = {quote(self.frame, match)}", truth=inner.truth, children=(inner,))
        self.frame.it = outer

    def _scopes(self, node: tree.Node) -> Iterator[ScopeStory]:
        if isinstance(node, tree.InContext):
            for reach in reaches(self.judge, node.context, self.frame)[:MOST_FOUND]:
                yield self._scope(reach)

    def _scope(self, reach: Reach) -> ScopeStory:
        tables, scope = self.judge.conditions.tables, reach.scope
        return ScopeStory(
            cue=find(tables, self.frame, scope.cue),
            scope=find_place(self.frame, scope.field, scope.start, scope.end),
            ended=None if reach.stop is None else find(tables, self.frame, reach.stop),
        )


def _is_plain(node: tree.Node) -> bool:
    """Whether a node is a number, text or truth value and no set."""
    return isinstance(
        node, tree.Compare | tree.Exists | tree.Doc | tree.Call | tree.Not | tree.Number | tree.Arithmetic
    )
