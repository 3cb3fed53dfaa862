"""Why a condition is unknown on a record: what is not given, not looked for, or gives no value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rubricate.explaining.judging import Judge
from rubricate.language import tree
from rubricate.language.printing import to_text
from rubricate.language.types import SEGMENT_SETS, inline_name, members
from rubricate.planning.frame import Frame, OpenMatches
from rubricate.planning.plan import Plan
from rubricate.planning.scoping import measured_by, root
from rubricate.registry import Registry

__all__ = ["Unknowns"]

_OF_SETS = ("count", "distinct", "sum", "max", "min", "mean", "score")
"""Functions that take a set of matches, or a column of one."""


class Unknowns:
    """Asks the parts of a condition again, one by one, on a record that has been through the cascade."""

    def __init__(self, plan: Plan, registry: Registry, frame: Frame, *, judge: Judge | None = None) -> None:
        self.plan = plan
        self.frame = frame
        judge = Judge(plan, registry) if judge is None else judge
        self._scope, self._homes, self._conditions = judge.scope, judge.homes, judge.conditions
        frame.cache.clear()

    def of_condition(self, node: tree.Node) -> tuple[str, ...]:
        """Why a condition is neither yes nor no, each reason once; nothing when it is one of them."""
        return tuple(dict.fromkeys(self._truth(node)))

    def of_value(self, node: tree.Node) -> tuple[str, ...]:
        """Why an expression has no value, each reason once; nothing when it has one."""
        return tuple(dict.fromkeys(self._value(node)))

    # -- truth ---------------------------------------------------------------------------------------------

    def _truth(self, node: tree.Node) -> Iterator[str]:
        if self._conditions.truth(node)(self.frame) is not None:
            return
        match node:
            case tree.Name() if node.name in self._scope.lets:
                yield from self._truth(root(self._scope.lets[node.name]))
            case tree.Not():
                yield from self._truth(node.item)
            case tree.And() | tree.Or():
                yield from self._each(node.items)
            case tree.Quantified() | tree.AtLeast():
                yield from self._each(members(node.items, self._scope))
            case tree.Choice():
                yield from self._chosen(node, self._truth)
            case tree.Compare() | tree.Exists() | tree.Doc() | tree.Call():
                yield from self._value(node)
            case _:
                yield from self._open(node)

    def _each(self, items: Sequence[tree.Node]) -> Iterator[str]:
        for item in items:
            yield from self._truth(item)

    def _chosen(self, node: tree.Choice, inner: Callable[[tree.Node], Iterator[str]]) -> Iterator[str]:
        holds = self._conditions.truth(node.condition)(self.frame)
        if holds is None:
            yield from self._truth(node.condition)
        else:
            yield from inner(node.value if holds else node.otherwise)

    # -- values --------------------------------------------------------------------------------------------

    def _value(self, node: tree.Node) -> Iterator[str]:
        if self._conditions.value(node)(self.frame) is not None:
            return
        match node:
            case tree.Name() if node.name in self._scope.lets:
                yield from self._value(root(self._scope.lets[node.name]))
            case tree.Doc():
                yield f"{to_text(node)} is not given"
            case tree.Compare() | tree.Arithmetic():
                yield from self._below(node, (node.left, node.right))
            case tree.Negative():
                yield from self._value(node.item)
            case tree.Choice():
                yield from self._chosen(node, self._value)
            case tree.Call() if node.name in _OF_SETS:
                yield from self._open(node.arguments[0], otherwise=f"{to_text(node)} has nothing to go by")
            case tree.Call():
                yield from self._below(node, node.arguments)
            case tree.It():
                yield f"{to_text(node)} is empty"
            case _:
                yield from self._truth(node)

    def _below(self, node: tree.Node, parts: Sequence[tree.Node]) -> Iterator[str]:
        """What is unknown about the parts of a node; its own fault when they are all known."""
        found = [reason for part in parts if not isinstance(part, tree.Regex) for reason in self._value(part)]
        divides = isinstance(node, tree.Arithmetic) and node.operator == "/"
        yield from found or [f"{to_text(node)} divides by zero" if divides else f"{to_text(node)} has no value"]

    # -- matches -------------------------------------------------------------------------------------------

    def _open(self, node: tree.Node, *, otherwise: str | None = None) -> Iterator[str]:
        """Why there may be more matches of a set than are known."""
        if isinstance(node, tree.Column):
            node = tree.Name(node.name)
        if not isinstance(self._conditions.matches(node)(self.frame), OpenMatches):
            if otherwise is not None:
                yield otherwise
            return
        unmeasured = self._conditions.unmeasured(node)
        if unmeasured is not None and unmeasured(self.frame):
            yield self._not_looked_for(measured_by(node, self._scope)[0])
            return
        match node:
            case tree.Name() if node.name in self._scope.lets:
                yield from self._open(root(self._scope.lets[node.name]))
            case tree.Name() if node.name not in SEGMENT_SETS:
                yield self._not_looked_for(node.name)
            case tree.String() | tree.Regex():
                yield self._not_looked_for(inline_name(node))
            case tree.And() | tree.Or():
                yield from self._parts(node.items)
            case tree.Quantified() | tree.AtLeast():
                yield from self._parts(members(node.items, self._scope))
            case tree.Relation():
                yield from self._parts((node.left, node.right))
            case tree.InPlace():
                yield from self._open(node.left)
            case tree.InContext():
                context = self._scope.contexts[node.context]
                further = [root(found) for found in (context.cue, context.stop) if found is not None]
                yield from self._parts((node.left, *further))
            case tree.Where():
                yield from self._open(node.left)
                yield from self._filtered(node)
            case _:
                yield f"{to_text(node)} is unknown"

    def _parts(self, items: Sequence[tree.Node]) -> Iterator[str]:
        """Parts of a set may be sets or conditions; one that is neither open nor unknown gives nothing."""
        for item in items:
            found = list(self._open(item))
            yield from found or self._truth(item)

    def _filtered(self, node: tree.Where) -> Iterator[str]:
        outer = self.frame.it
        for match in self._conditions.matches(node.left)(self.frame):
            self.frame.it = match
            yield from self._truth(node.condition)
        self.frame.it = outer

    def _not_looked_for(self, matcher: str) -> str:
        told = f"the stage {self.plan.stages[self._homes[matcher]].name} did not run"
        if matcher in self.frame.document.off:
            told = "whatever it found, no rule could hold"
        return f"{matcher} was not looked for: {told}"
