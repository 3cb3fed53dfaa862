"""Which records an expensive matcher is asked about: those on which a condition that names it may still hold.

`ner and heat_terms` cannot hold where no heat term is. What can be asked before the matcher runs is taken out of each
condition that names it; a record on which all of these say no cannot have a label that hangs on the matcher, so the
matcher is spared. Three-valued logic makes this exact: a conjunction with a no in it is no, whatever the rest says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rubricate.language import tree
from rubricate.language.types import Scope, members
from rubricate.model.descriptors import Cost
from rubricate.model.ruleset import Ruleset, Stage
from rubricate.planning.conditions import Conditions, is_set
from rubricate.planning.logic import Truth, conjunction, disjunction
from rubricate.planning.scoping import asked_labels, expressions_of, named_matchers, root

__all__ = ["Gates"]


class Gates:
    """The gates of one ruleset's expensive matchers."""

    def __init__(
        self,
        ruleset: Ruleset,
        stages: Sequence[Stage],
        conditions: Conditions,
        *,
        homes: Mapping[str, int],
        costs: Mapping[str, Cost],
    ) -> None:
        """`homes`: matcher -> number of its stage; `costs`: matcher -> its cost class."""
        self._conditions = conditions
        self._scope: Scope = conditions.scope
        self._homes = homes
        self._costs = costs
        self._asked = [_Asked(condition, names) for condition, names in _users(ruleset, stages, self._scope)]

    def gate(self, matchers: Iterable[str]) -> Truth | None:
        """Whether one of these matchers, all of one stage, may matter for a record; None: always.

        What it gives is no only where it is certain; it may be asked when the cheap matchers of the stage have run.
        """
        wanted = frozenset(matchers)
        stage = max(self._homes[name] for name in wanted)
        if any(self._costs[name] <= Cost.LEXICAL for name in wanted):
            return None
        found = []
        for asked in self._asked:
            if wanted & asked.names:
                needed = _Before(self, stage).holds(asked.condition)
                if needed is None:
                    return None
                found.append(needed)
        return disjunction(found) if found else _never

    def is_known(self, node: tree.Node, stage: int) -> bool:
        """Whether a condition can be asked before the expensive matchers of a stage run."""
        if asked_labels(node, self._scope):
            return False
        names = named_matchers(node, self._scope)
        return all(
            self._homes[name] < stage or (self._homes[name] == stage and self._costs[name] <= Cost.LEXICAL)
            for name in names
        )

    @property
    def scope(self) -> Scope:
        """What conditions may name."""
        return self._scope

    def truth(self, node: tree.Node) -> Truth:
        """The reading of a condition as yes, no or unknown."""
        return self._conditions.truth(node)


class _Asked:
    """A condition on which something hangs, with the matchers that it and what follows from it name."""

    def __init__(self, condition: tree.Node, names: frozenset[str]) -> None:
        self.condition = condition
        self.names = names


class _Before:
    """Takes out of conditions what can be asked before the expensive matchers of a stage."""

    def __init__(self, gates: Gates, stage: int) -> None:
        self._gates = gates
        self._stage = stage

    def holds(self, node: tree.Node) -> Truth | None:
        """What must not be no for the condition to be yes; None: nothing is known."""
        if self._gates.is_known(node, self._stage):
            return self._gates.truth(node)
        scope = self._gates.scope
        match node:
            case tree.Name() if node.name in scope.lets:
                return self.holds(root(scope.lets[node.name]))
            case tree.And():
                return self._all([self.holds(item) for item in node.items])
            case tree.Or():
                return self._one([self.holds(item) for item in node.items])
            case tree.Quantified() if node.quantifier == "any":
                return self._one([self.holds(item) for item in members(node.items, scope)])
            case tree.Quantified() if node.quantifier == "all":
                return self._all([self.holds(item) for item in members(node.items, scope)])
            case tree.Relation() | tree.InPlace() | tree.InContext() | tree.Where():
                return self._is_there(node)
            case _:
                return None

    def _is_there(self, node: tree.Node) -> Truth | None:
        """What must not be no for a set to hold a match."""
        scope = self._gates.scope
        match node:
            case tree.Relation() if not node.negated:
                return self._all([self._is_there(node.left), self._is_there(node.right)])
            case tree.Relation() | tree.InPlace() | tree.InContext() | tree.Where():
                return self._is_there(node.left)
            case tree.Name() if node.name in scope.lets:
                return self._is_there(root(scope.lets[node.name]))
            case tree.And():  # its matches are those of its leftmost set
                return next((self._is_there(item) for item in node.items if is_set(item, scope)), None)
            case tree.Name() | tree.String() | tree.Regex():
                return self._gates.truth(node) if self._gates.is_known(node, self._stage) else None
            case tree.Or():
                return self._one([self._is_there(item) for item in node.items if is_set(item, scope)])
            case tree.Quantified() if node.quantifier == "any":
                return self._one([self._is_there(item) for item in members(node.items, scope) if is_set(item, scope)])
            case _:
                return None

    def _all(self, parts: Sequence[Truth | None]) -> Truth | None:
        known = [part for part in parts if part is not None]
        return conjunction(known) if known else None

    def _one(self, parts: Sequence[Truth | None]) -> Truth | None:
        known = [part for part in parts if part is not None]
        return disjunction(known) if len(known) == len(parts) and known else None


def _users(ruleset: Ruleset, stages: Sequence[Stage], scope: Scope) -> Iterator[tuple[tree.Node, frozenset[str]]]:
    """Every condition that decides something, with all matchers that are looked at when it holds."""
    for rule in ruleset.rules:
        guards = tuple(root(item) for item in rule.only)
        when = root(rule.when)
        names = {name for item in expressions_of(rule) for name in named_matchers(root(item), scope)}
        yield tree.And((*guards, when)) if guards else when, frozenset(names)
    for stage in stages:
        if stage.when is not None:
            yield root(stage.when), frozenset(named_matchers(root(stage.when), scope))


def _never(_frame: object) -> bool:
    """A matcher that nothing names."""
    return False
