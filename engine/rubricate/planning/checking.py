"""Checks what conditions mean: names, types, columns, circles, stages. Nothing runs before this is clean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rubricate.language import tree
from rubricate.language.types import Scope, Type, Typed, members
from rubricate.language.typing import check_expression
from rubricate.model.codes import problem
from rubricate.model.location import Location
from rubricate.model.problem import Problem
from rubricate.model.ruleset import Expression, Rule, Ruleset
from rubricate.planning.dedupe_fields import check_dedupe
from rubricate.planning.enum_texts import find_impossible_texts
from rubricate.planning.fitting import check_combiners
from rubricate.planning.marking import check_marks
from rubricate.planning.mixing import find_mixed
from rubricate.planning.picture_texts import check_readers
from rubricate.planning.reaching import branches_of, unclamped_reach_of
from rubricate.planning.scoping import asked_labels, make_scope, named_matchers, root
from rubricate.planning.staging import assign_stages, let_circles, rule_labels, rule_levels, rule_stage, stages_of
from rubricate.planning.targets import check_targets
from rubricate.registry import Registry

__all__ = ["check_meaning"]

CONDITION = (Type.MATCH, Type.TRUTH)
ANYTHING = (Type.TEXT, Type.NUMBER, Type.ENUM, Type.DATE, Type.LIST)


def check_meaning(ruleset: Ruleset, registry: Registry) -> list[Problem]:
    """Every problem in the conditions of a built ruleset."""
    scope = make_scope(ruleset, registry)
    problems = check_dedupe(ruleset, scope) + check_readers(ruleset, registry, scope)
    for let in ruleset.lets.values():
        problems += check_expression(let.expression, scope, wanted=(*CONDITION, *ANYTHING))[1]
    problems += _check_contexts(ruleset, scope)
    circles = let_circles(ruleset, scope)
    if circles:
        return problems + circles
    for rule in ruleset.rules:
        problems += _check_rule(rule, ruleset, scope)
    for stage in ruleset.cascade:
        if stage.when is not None:
            problems += check_expression(stage.when, scope, wanted=CONDITION)[1]
    problems += find_mixed(ruleset) + _check_confidences(ruleset) + check_targets(ruleset, registry)
    problems += [*check_combiners(ruleset, registry), *_check_learned(ruleset, scope)]
    if any(found.is_error for found in problems):
        return problems
    problems += find_impossible_texts(ruleset, scope)  # of fields and patterns that were checked
    return problems + _check_stages(ruleset, registry, scope) + _unused(ruleset, scope)


def _check_rule(rule: Rule, ruleset: Ruleset, scope: Scope) -> list[Problem]:
    problems: list[Problem] = []
    for expression in rule.only:
        problems += check_expression(expression, scope, wanted=CONDITION)[1]
    when, found = check_expression(rule.when, scope, wanted=CONDITION)
    problems += found
    emitted = when
    if rule.emit is not None:
        emitted, found = check_expression(rule.emit, scope, wanted=(Type.MATCH,), emits=True)
        problems += found + _unfiltered(rule, scope)
    it = emitted.columns if emitted.type is Type.MATCH else None
    problems += check_expression(rule.confidence, scope, wanted=(Type.NUMBER,), it=it)[1]
    if rule.value is not None:
        problems += check_expression(rule.value, scope, wanted=ANYTHING, it=it)[1]
    if rule.label_from is not None:
        problems += check_expression(rule.label_from, scope, wanted=(Type.TEXT, Type.ENUM), it=it)[1]
    return problems + _check_label_column(rule, ruleset, scope) + _check_emission(rule, ruleset, emitted, it, scope)


def _check_emission(
    rule: Rule, ruleset: Ruleset, emitted: Typed, it: Mapping[str, str] | None, scope: Scope
) -> list[Problem]:
    label = ruleset.labels.get(rule.label) if rule.label is not None else None
    if emitted.type is not Type.UNKNOWN and (scope.images or (label is not None and label.kind == "box")):
        found = check_marks(rule, ruleset, scope, gives_matches=it is not None)
        if found or (label is not None and label.kind == "box"):
            return found
    if label is not None and label.kind == "span":
        if it is None and emitted.type is not Type.UNKNOWN:
            return [
                problem(
                    "R037",
                    f'"{label.name}" is a span label, and this condition gives no matches to mark',
                    _whole(rule.when),
                    help="say which matches: emit: NAME",
                )
            ]
        return []
    if label is not None:
        for key, expression in (("emit", rule.emit), ("value", rule.value)):
            if expression is not None:
                return [
                    problem(
                        "R036",
                        f'{key} marks places, but "{label.name}" is a document label',
                        _whole(expression),
                        help=f"remove {key}" if label.set else f"declare it as {label.name}: {{kind: span}}",
                    )
                ]
    return []


def _check_confidences(ruleset: Ruleset) -> list[Problem]:
    """Confidences that are worked out of numbers alone, and lie outside 0 to 1; those written out were looked at."""
    problems: list[Problem] = []
    for expression in {id(rule.confidence): rule.confidence for rule in ruleset.rules}.values():
        for branch in branches_of(root(expression)):
            low, high = unclamped_reach_of(branch)
            if low != high or 0 <= low <= 1 or not isinstance(branch, tree.Arithmetic):
                continue
            shown = " ".join(expression.text[slice(*branch.span)].split())
            message = f"the confidence {shown} is {low:g}, which is outside 0 to 1"
            problems.append(problem("R035", message, expression.locate(*branch.span)))
    return problems


def _check_learned(ruleset: Ruleset, scope: Scope) -> Iterator[Problem]:
    """Gold is not held against single spans yet, so nothing can be learned about the rules that mark them."""
    for rule in ruleset.rules:
        spans = [name for name in rule_labels(rule, ruleset, scope) if ruleset.labels[name].kind != "document"]
        if spans and isinstance(root(rule.confidence), tree.Learned):
            message = f'a learned confidence for the {ruleset.labels[spans[0]].kind} label "{spans[0]}" is part of '
            place = _whole(rule.confidence)
            yield problem("R014", f"{message}the language but not built yet", place, help="write a number from 0 to 1")


def _check_contexts(ruleset: Ruleset, scope: Scope) -> list[Problem]:
    problems: list[Problem] = []
    for context in ruleset.contexts.values():
        for expression in (context.cue, context.stop):
            if expression is None:
                continue
            problems += check_expression(expression, scope, wanted=(Type.MATCH,))[1]
            if _asks_context(root(expression), scope, frozenset()):
                message = f'context "{context.name}" may not rest on a context'
                problems.append(problem("R032", message, _whole(expression)))
    return problems


def _asks_context(node: tree.Node, scope: Scope, seen: frozenset[str]) -> bool:
    return any(
        isinstance(part, tree.InContext)
        or (
            isinstance(part, tree.Name)
            and part.name in scope.lets
            and part.name not in seen
            and _asks_context(root(scope.lets[part.name]), scope, seen | {part.name})
        )
        for part in tree.walk(node)
    )


def _check_label_column(rule: Rule, ruleset: Ruleset, scope: Scope) -> list[Problem]:
    """A label must be known at load, so its column must be one of a table, not what a pattern will find."""
    source = root(rule.label_from) if rule.label_from is not None else None
    if rule.label_from is None:
        return []
    if not isinstance(source, tree.It) or source.column is None:
        message = "the labels that this gives are only known when it runs"
        help = "take the label from a column of a table, such as it.label, where it can be checked"
        return [problem("R044", message, _whole(rule.label_from), help=help)]
    for name in sorted(named_matchers(root(rule.emit or rule.when), scope)):
        table = ruleset.matchers[name].table
        if source.column in scope.matchers[name] and (table is None or source.column not in table.columns):
            message = f'the labels in "{source.column}" of {name} are only known when it runs'
            help = "take the label from a column of a table, where it can be checked"
            return [problem("R044", message, _whole(rule.label_from), help=help)]
    return []


def _whole(expression: Expression) -> Location:
    """The place of all of an expression."""
    return expression.locate(0, len(expression.text))


def _unfiltered(rule: Rule, scope: Scope) -> list[Problem]:
    """`emit: a` where `when` filters a: all of a are marked, filtered or not."""
    if rule.emit is None or not isinstance(emitted := root(rule.emit), tree.Name):
        return []
    conditions = [
        rule.when,
        *(
            scope.lets[name]
            for name in _named_lets(root(rule.when), scope, set()) - {emitted.name}
            if name in scope.lets
        ),
    ]
    for node in (part for each in conditions for part in tree.walk(root(each))):
        if isinstance(node, tree.Relation | tree.InPlace | tree.InContext | tree.Where) and node.left == emitted:
            return [
                problem(
                    "R106",
                    f"`when` filters {emitted.name}, this marks all of its matches",
                    _whole(rule.emit),
                    help="leave emit out to mark those that `when` keeps",
                )
            ]
    return []


def _check_stages(ruleset: Ruleset, registry: Registry, scope: Scope) -> list[Problem]:
    stages = stages_of(ruleset, registry)
    homes, problems = assign_stages(ruleset.matchers.values(), stages)
    for number, stage in enumerate(stages):
        if stage.when is not None:
            late = [name for name in sorted(named_matchers(root(stage.when), scope)) if homes[name] >= number]
            if late:
                problems.append(
                    problem(
                        "R033", f'stage "{stage.name}" waits for {late[0]}, which runs no earlier', _whole(stage.when)
                    )
                )
    problems += _unheard(ruleset)
    problems += rule_levels(ruleset, scope)[1]
    problems += _late_only(ruleset, scope, homes)
    return problems


def _unheard(ruleset: Ruleset) -> list[Problem]:
    """What a stage's decide says of a label that holds for all stages."""
    found = []
    for stage in ruleset.cascade:
        for name, decide in stage.decide.items():
            for key in ("combine", "margin", "if_none"):
                if getattr(decide, key) is not None:
                    message = f'"{key}" is the same in all stages, so it means nothing in one'
                    help = f"move it out: decide: {{{name}: {{{key}: {getattr(decide, key)}}}}}"
                    found.append(problem("R010", message, decide.location or stage.location, help=help))
    return found


def _late_only(ruleset: Ruleset, scope: Scope, homes: Mapping[str, int]) -> list[Problem]:
    """Conditions of the first stage's records that ask for labels before any rule can have voted."""
    return [
        problem("R033", f'stage "{stage.name}" is the first, so no label is decided before it', _whole(stage.when))
        for stage in ruleset.cascade[:1]
        if stage.when is not None and asked_labels(root(stage.when), scope)
    ] + [
        problem("R033", f'rule "{rule.id}" has no stage to run in', rule.location)
        for rule in ruleset.rules
        if ruleset.cascade and rule_stage(rule, scope, homes) >= len(ruleset.cascade)
    ]


def _unused(ruleset: Ruleset, scope: Scope) -> list[Problem]:
    used = set(ruleset.segment.values())
    lets: set[str] = set()
    expressions = [
        item
        for rule in ruleset.rules
        for item in (*rule.only, rule.when, rule.emit, rule.value, rule.confidence, rule.label_from)
        if item is not None
    ]
    expressions += [stage.when for stage in ruleset.cascade if stage.when is not None]
    for expression in expressions:
        used |= named_matchers(root(expression), scope)
        lets |= _named_lets(root(expression), scope, set())
    problems = [
        problem("R103", f'no rule uses the matcher "{spec.name}"', spec.location)
        for spec in ruleset.matchers.values()
        if spec.name[:1] not in '"/' and spec.name not in used
    ]
    return problems + [
        problem("R103", f'no rule uses the let "{let.name}"', let.location)
        for let in ruleset.lets.values()
        if let.name not in lets
    ]


def _named_lets(node: tree.Node, scope: Scope, seen: set[str]) -> set[str]:
    for part in tree.walk(node):
        names = [part.name] if isinstance(part, tree.Name | tree.Column) else []
        if isinstance(part, tree.Quantified | tree.AtLeast):
            names = [item.name for item in members(part.items, scope) if isinstance(item, tree.Name)]
        if isinstance(part, tree.InContext) and part.context in scope.contexts and f"is {part.context}" not in seen:
            seen.add(f"is {part.context}")  # no let has a name like this
            context = scope.contexts[part.context]
            for expression in (context.cue, context.stop):
                if expression is not None:
                    _named_lets(root(expression), scope, seen)
        for name in names:
            if name in scope.lets and name not in seen:
                seen.add(name)
                _named_lets(root(scope.lets[name]), scope, seen)
    return seen
