"""What two rulesets mean differently, part by part, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rubricate.language import tree
from rubricate.model.ruleset import Expression, Rule
from rubricate.planning.meanings import Meanings
from rubricate.planning.plan import Plan
from rubricate.planning.scoping import expressions_of, named_matchers, root
from rubricate.registry import Registry
from rubricate.versioning.condition_words import ConditionWords, under
from rubricate.versioning.number_changes import number_changes
from rubricate.versioning.other_changes import Change, label_changes, section_changes, setting_changes
from rubricate.versioning.part_changes import part_changes
from rubricate.versioning.words import list_changes

__all__ = ["Side", "find_changes"]


@dataclass(frozen=True, slots=True)
class Side:
    """One of two rulesets that are compared."""

    plan: Plan
    meanings: Meanings

    @classmethod
    def of(cls, plan: Plan, registry: Registry) -> Side:
        """A planned ruleset, ready to be compared."""
        return cls(plan, Meanings(plan.ruleset, registry))


def find_changes(before: Side, after: Side) -> list[Change]:
    """Everything that means something else in `after`, and every number that its lock gives it otherwise.

    Nothing exactly when both mean the same and label alike.
    """
    words = ConditionWords(before.meanings, after.meanings)
    return [
        *_rule_changes(before, after, words),
        *part_changes(before.meanings, after.meanings, words, _users(after)),
        *label_changes(before.plan, after.plan),
        *setting_changes(before.meanings, after.meanings, words),
        *section_changes(before.plan.ruleset, after.plan.ruleset),
        *number_changes(before.plan, after.plan),
    ]


# -- rules -------------------------------------------------------------------------------------------------


def _rule_changes(before: Side, after: Side, words: ConditionWords) -> Iterator[Change]:
    one = {rule.id: rule for rule in before.plan.ruleset.rules}
    other = {rule.id: rule for rule in after.plan.ruleset.rules}
    gone = {id: before.meanings.rule(rule) for id, rule in one.items() if id not in other}
    renamed: dict[str, str] = {}
    for id, rule in other.items():
        if id not in one:
            digest = after.meanings.rule(rule)
            former = next((name for name, known in gone.items() if known == digest and name not in renamed), None)
            if former is not None:
                renamed[former] = id
    for id, rule in one.items():
        if id in renamed:
            yield Change("rule", id, "renamed", (f"is called {renamed[id]} now",))
        elif id in gone:
            yield Change("rule", id, "removed", tuple(_told(rule)))
        else:
            lines = [*_compare_rules(rule, other[id], before, after, words), *_moved(id, before, after)]
            if lines:
                yield Change("rule", id, "changed", tuple(lines))
    for id, rule in other.items():
        if id not in one and id not in renamed.values():
            yield Change("rule", id, "added", tuple(_told(rule)))


def _told(rule: Rule) -> Iterator[str]:
    """What a rule says, in short."""
    yield f"label {rule.label}" if rule.label is not None else f"label_from {_text(rule.label_from)}"
    yield f"when {_text(rule.when)}"
    yield f"confidence {_text(rule.confidence)}"
    if rule.supersedes:
        yield f"supersedes {', '.join(rule.supersedes)}"


def _text(expression: Expression | None) -> str:
    return "nothing" if expression is None else " ".join(expression.text.split())


def _moved(id: str, before: Side, after: Side) -> Iterator[str]:
    one, other = _stage(id, before.plan), _stage(id, after.plan)
    if one != other:
        yield f"moved from stage {one} to {other}"


def _stage(id: str, plan: Plan) -> str:
    rule = next(rule for rule in plan.rules if rule.rule.id == id)
    return plan.stages[rule.stage].name


def _compare_rules(one: Rule, other: Rule, before: Side, after: Side, words: ConditionWords) -> list[str]:
    if before.meanings.rule(one) == after.meanings.rule(other):
        return []
    by_match = after.meanings.is_by_match(other)
    found = _compare_label(one, other, words)
    found += words.compare(_asked(one), _asked(other))
    if by_match and one.emit is None and other.emit is None and not found:
        found += words.compare(root(one.when), root(other.when), "matches")
    found += under("emit", _compare_optional(one.emit, other.emit, words, "matches"))
    found += _compare_confidence(one, other, words)
    found += under("value", _compare_optional(one.value, other.value, words, "value"))
    found += [f"cites {line}" for line in list_changes(sorted(set(one.cites)), sorted(set(other.cites)))]
    if (one.status == "draft") != (other.status == "draft"):
        found.append("is a draft now, and decides nothing" if other.status == "draft" else "is no draft any more")
    if one.priority != other.priority:
        found.append(f"priority {one.priority} -> {other.priority}")
    if before.meanings.is_by_match(one) != by_match:
        found.append("is worked out for each match now" if by_match else "is worked out once a record now")
    return list(dict.fromkeys(found)) or [f"when: {_text(one.when)} -> {_text(other.when)}"]


def _compare_label(one: Rule, other: Rule, words: ConditionWords) -> list[str]:
    if one.label != other.label and one.label is not None and other.label is not None:
        return [f"label {one.label} -> {other.label}"]
    if one.label != other.label:
        before, after = (each.label or f"label_from {_text(each.label_from)}" for each in (one, other))
        return [f"label: {before} -> {after}"]
    return [f"label_from: {line}" for line in _compare_optional(one.label_from, other.label_from, words, "value")]


def _asked(rule: Rule) -> tree.Node:
    """The condition of a rule with those of its groups."""
    when = root(rule.when)
    return tree.And((*map(root, rule.only), when)) if rule.only else when


def _compare_confidence(one: Rule, other: Rule, words: ConditionWords) -> list[str]:
    before, after = root(one.confidence), root(other.confidence)
    found = words.compare(before, after, "value")
    if isinstance(before, tree.Number) and isinstance(after, tree.Number):
        return [f"confidence {line}" for line in found]
    return under("confidence", found)


def _compare_optional(
    one: Expression | None, other: Expression | None, words: ConditionWords, reading: str
) -> list[str]:
    if one is None and other is None:
        return []
    if one is None or other is None:
        return [f"{_text(one)} -> {_text(other)}"]
    return words.compare(root(one), root(other), "matches" if reading == "matches" else "value")


def _users(side: Side) -> Mapping[str, tuple[str, ...]]:
    """Kind and name of a part -> the rules that it plays a part in: `let x`, `matcher x`, `context x`, `table x`."""
    found: dict[str, dict[str, None]] = {}
    for rule in side.plan.ruleset.rules:
        for part in _parts_of(rule, side.meanings):
            found.setdefault(part, {})[rule.id] = None
    return {part: tuple(rules) for part, rules in found.items()}


def _parts_of(rule: Rule, meanings: Meanings) -> Iterator[str]:
    scope, matchers = meanings.scope, meanings.ruleset.matchers
    left = [root(item) for item in expressions_of(rule)]
    seen: set[str] = set()
    for name in sorted(set[str]().union(*(named_matchers(node, scope) for node in left))):
        yield f"matcher {name}"
        for table in (matchers[name].table, matchers[name].exceptions):
            if table is not None:
                yield f"table {table.name}"
    while left:
        for part in tree.walk(left.pop()):
            names = [part.name] if isinstance(part, tree.Name | tree.Column) else []
            if isinstance(part, tree.Quantified | tree.AtLeast):
                names = meanings.names_of(part)
            for name in names:
                if name in scope.lets and name not in seen:
                    seen.add(name)
                    yield f"let {name}"
                    left.append(root(scope.lets[name]))
            if isinstance(part, tree.InContext) and f" {part.context}" not in seen:
                seen.add(f" {part.context}")
                yield f"context {part.context}"
                context = scope.contexts[part.context]
                left.extend(root(each) for each in (context.cue, context.stop) if each is not None)
