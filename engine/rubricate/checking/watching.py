"""The expressions of a ruleset with their branches, and which of them examples have taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath

from rubricate.checking.branches import NONE_HAS, Branch, branches_of, guard_branch, outcomes_of
from rubricate.checking.coverage import Gap
from rubricate.explaining.judging import Judge
from rubricate.language import tree
from rubricate.language.printing import to_text
from rubricate.model.ruleset import Expression
from rubricate.planning.frame import Frame
from rubricate.planning.plan import Plan, PlannedRule
from rubricate.planning.scoping import expressions_of, named_lets, root
from rubricate.registry import Registry

__all__ = ["Watch", "is_written"]


def is_written(rule: PlannedRule) -> bool:
    """Whether somebody wrote the rule: one that stands for a class of a matcher, `ner: ORG`, has nothing beside it."""
    return ": " not in rule.rule.id


class _Watched:
    """An expression with the branches of it that no example took yet."""

    __slots__ = ("branches", "expression", "left", "owner")

    def __init__(self, owner: str, expression: Expression, branches: Sequence[Branch]) -> None:
        self.owner = owner
        self.expression = expression
        self.branches = branches
        self.left = list(branches)

    def look(self, frame: Frame) -> None:
        if self.left:
            self.left = [branch for branch in self.left if not branch.takes(frame)]


class Watch:
    """Watches every condition of a plan while examples go by."""

    def __init__(self, plan: Plan, registry: Registry) -> None:
        self._plan = plan
        self._conditions = Judge(plan, registry).conditions
        self._shared: dict[str, _Watched] = {}
        self._of_rule = [list(self._watched(rule)) if is_written(rule) else [] for rule in plan.rules]
        self._of_stages = list(self._stages())
        everything = [each for found in self._of_rule for each in found]
        self._all = [*dict.fromkeys(everything), *self._of_stages]

    def look(self, frame: Frame, rules: Iterable[int] | None) -> None:
        """An example goes by that says something of some rules, or, being a final test, of all and of the stages."""
        frame.cache.clear()
        for watched in self._all if rules is None else dict.fromkeys(self._each(rules)):
            watched.look(frame)

    def _each(self, rules: Iterable[int]) -> Iterator[_Watched]:
        for number in rules:
            yield from self._of_rule[number]

    def count(self) -> tuple[int, list[Gap]]:
        """So many branches there are, and those that no example took."""
        touched: dict[object, bool] = {}
        gaps: dict[object, Gap] = {}
        for watched in self._all:
            left = set(watched.left)
            place = watched.expression.location
            for branch in watched.branches:
                # a condition that a group puts before each of its rules is watched once for each of them
                key = (place, branch.node.span, to_text(branch.node), branch.way, branch.wanted)
                touched[key] = touched.get(key, False) or branch not in left
                gaps.setdefault(key, self._gap(watched, branch))
        return len(touched), [gap for key, gap in gaps.items() if not touched[key]]

    def _gap(self, watched: _Watched, branch: Branch) -> Gap:
        node = branch.node
        table = self._plan.tables.get(node.name) if isinstance(node, tree.Name) else None
        reason = branch.reason
        if branch.way == "member" and table is not None:
            reason = f"{NONE_HAS} a row of {PurePath(table.path).name or table.name}"
        return Gap(
            kind="branches",
            name=watched.owner,
            reason=reason,
            location=watched.expression.locate(*node.span),
            text=watched.expression.text,
            span=node.span,
        )

    # -- which -----------------------------------------------------------------------------------------------

    def _watched(self, rule: PlannedRule) -> Iterator[_Watched]:
        declared, conditions = rule.rule, self._conditions
        parts = [root(item) for item in (*declared.only, declared.when)]
        for number, guard in enumerate(declared.only):
            others = [*parts[:number], *parts[number + 1 :]]
            branches = [guard_branch(parts[number], others, conditions), *branches_of(parts[number], conditions)]
            yield _Watched(f"the group of {declared.id}", guard, branches)
        yield _Watched(declared.id, declared.when, branches_of(parts[-1], conditions))
        for what in ("emit", "confidence", "value", "label_from"):
            expression: Expression | None = getattr(declared, what)
            if expression is not None:
                branches = branches_of(root(expression), conditions, of=rule.matches, given=rule.truth)
                yield _Watched(f"{declared.id}, {what}", expression, branches)
        yield from self._named(expressions_of(declared))

    def _named(self, expressions: Iterable[Expression]) -> Iterator[_Watched]:
        """The lets and contexts that expressions name, also through others."""
        seen: dict[str, Expression] = {}
        waiting = list(expressions)
        while waiting:
            for name, expression in self._names(root(waiting.pop())):
                if name not in seen:
                    seen[name] = expression
                    waiting.append(expression)
        for name, expression in seen.items():
            if name not in self._shared:
                branches = branches_of(root(expression), self._conditions)
                self._shared[name] = _Watched(name, expression, branches)
            yield self._shared[name]

    def _names(self, node: tree.Node) -> Iterator[tuple[str, Expression]]:
        scope = self._conditions.scope
        for name in sorted(named_lets(node, scope)):
            yield f"let {name}", scope.lets[name]
        for part in tree.walk(node):
            if isinstance(part, tree.InContext):
                context = scope.contexts[part.context]
                yield f"context {part.context}, cue", context.cue
                if context.stop is not None:
                    yield f"context {part.context}, stop", context.stop

    def _stages(self) -> Iterator[_Watched]:
        for stage in self._plan.ruleset.cascade:
            if stage.when is not None:
                node = root(stage.when)
                branches = [*outcomes_of(node, self._conditions), *branches_of(node, self._conditions)]
                yield _Watched(f"stage {stage.name}", stage.when, branches)
