"""What the votes of a plan's rules follow from, told so that a later plan knows which of them hold for it too.

A *pure* rule votes by the document alone, and not by what was decided before. Its votes hold for another plan where it
means the same there, and the stages of its matchers ran on the record in both or in neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from rubricate.language import tree
from rubricate.model.descriptors import Cost
from rubricate.planning.digest import SEMANTICS, digest_of, meaning
from rubricate.planning.meanings import Meanings
from rubricate.planning.plan import Plan, PlannedRule
from rubricate.planning.rule_meanings import reading_meaning, rule_meanings
from rubricate.planning.scoping import expressions_of, make_scope, named_lets, named_matchers, root
from rubricate.registry import Registry

__all__ = ["Voting", "VotingHeader"]

DIGITS = 32
"""So many hex digits name a rule or a matcher in a file of votes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VotingHeader:
    """What a file of votes says of the plan that they were cast under."""

    rules: Mapping[str, tuple[int, int]]
    """What a pure rule means -> its number, and its stage."""
    matchers: Mapping[str, tuple[str, int]]
    """Matcher -> what it finds, and its stage."""

    @classmethod
    def read(cls, told: Mapping[str, object], reading: str) -> VotingHeader | None:
        """From a file of votes; None where records were read otherwise, or it is no header of ours."""
        try:
            if told["reading"] != reading:
                return None
            rules = cast("Sequence[tuple[str, int] | None]", told["rules"])
            matchers = cast("Mapping[str, tuple[str, int]]", told["matchers"])
            return cls(
                rules={rule[0]: (number, rule[1]) for number, rule in enumerate(rules) if rule is not None},
                matchers={name: (digest, stage) for name, (digest, stage) in matchers.items()},
            )
        except (KeyError, TypeError, ValueError):
            return None


class Voting:
    """The rules and matchers of a plan, by what they mean."""

    def __init__(self, plan: Plan, registry: Registry) -> None:
        self.plan = plan
        self.registry = registry
        self._scope = make_scope(plan.ruleset, registry)
        self.home = {name: stage.number for stage in plan.stages for name in stage.matchers}
        """Matcher -> its stage."""

    def is_pure(self, rule: PlannedRule) -> bool:
        """Whether a rule asks for no decision."""
        return rule.level == 0

    @cached_property
    def names(self) -> Sequence[frozenset[str]]:
        """Rule, by number -> the matchers that it names, also through lets and contexts."""
        return [
            frozenset().union(*(named_matchers(root(item), self._scope) for item in expressions_of(rule.rule)))
            for rule in self.plan.rules
        ]

    @cached_property
    def names_of_when(self) -> Sequence[frozenset[str]]:
        """Stage -> the matchers that its `when` names."""
        stages = self.plan.ruleset.cascade or [None] * len(self.plan.stages)
        return [
            frozenset() if stage is None or stage.when is None else frozenset(self._named(stage.when.tree))
            for stage in stages
        ]

    @cached_property
    def names_of_gates(self) -> Mapping[str, frozenset[str]]:
        """Expensive matcher -> the matchers that must have been looked for before its gate is asked."""
        costs = {name: cost for stage in self.plan.stages for name, cost in stage.matchers.items()}
        users, home = [*self.names, *self.names_of_when], self.home
        return {
            name: frozenset(
                other
                for used in users
                if name in used
                for other in used
                if home[other] < home[name] or (home[other] == home[name] and costs[other] <= Cost.LEXICAL)
            )
            for name, cost in costs.items()
            if cost > Cost.LEXICAL
        }

    @cached_property
    def _meanings(self) -> Meanings:
        return Meanings(self.plan.ruleset, self.registry, is_exact=True)

    @cached_property
    def rules(self) -> Sequence[str | None]:
        """Rule, by number -> what its votes follow from; None of one that is not pure."""
        found = rule_meanings(self.plan.ruleset, self.registry, meanings=self._meanings)
        return [self._rule(rule, found[rule.rule.id]) if self.is_pure(rule) else None for rule in self.plan.rules]

    @cached_property
    def matchers(self) -> Mapping[str, str]:
        """Matcher -> what it finds, and by which version of its plugin."""
        origins, found = self.registry.origins, {}
        for name, spec in self.plan.ruleset.matchers.items():
            used = [origins["matchers", spec.kind]]
            used += [origins["checks", spec.check]] if spec.check is not None else []
            versions = {info.name: info.edition for info in used}
            found[name] = digest_of([SEMANTICS, self._meanings.matcher(name), versions])[:DIGITS]
        return found

    def header(self, reading: str) -> Mapping[str, object]:
        """What a file of votes says of this plan; `reading` is what the records of the unit follow from."""
        return {
            "reading": reading,
            "prepared": reading_meaning(self.plan.ruleset, self.registry),
            "rules": [None if digest is None else [digest, rule.stage]
                      for digest, rule in zip(self.rules, self.plan.rules, strict=True)],
            "matchers": {name: [digest, self.home[name]] for name, digest in self.matchers.items()},
        }  # fmt: skip

    def _named(self, node: object) -> set[str]:
        return named_matchers(cast("tree.Node", node), self._scope)

    def _rule(self, rule: PlannedRule, digest: str) -> str:
        """Its digest. What `cover` marks goes by names that stand for the same, so there they count as written."""
        if rule.parts is None:
            return digest[:DIGITS]
        trees, waiting = dict[str, object](), [root(item) for item in expressions_of(rule.rule)]
        written = [meaning(node) for node in waiting]
        while waiting:
            for name in sorted(named_lets(waiting.pop(), self._scope) - trees.keys()):
                trees[name] = meaning(self._scope.lets[name])
                waiting.append(root(self._scope.lets[name]))
        return digest_of([digest, written, trees])[:DIGITS]
