"""What the conditions of a ruleset may speak about, and what each expression names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import cast

from rubricate.language import tree
from rubricate.language.types import BUILT_IN_COLUMNS, NO_TEXT, SEGMENT_SETS, Function, Scope, inline_name, members
from rubricate.model.ruleset import Expression, MatcherSpec, Rule, Ruleset
from rubricate.registry import Registry

__all__ = [
    "asked_labels",
    "expressions_of",
    "make_scope",
    "match_columns",
    "measured_by",
    "named_lets",
    "named_matchers",
    "reached",
    "root",
]


def root(expression: Expression) -> tree.Node:
    """The tree of an expression, typed."""
    return cast("tree.Node", expression.tree)


def make_scope(ruleset: Ruleset, registry: Registry) -> Scope:
    """The names that conditions of a ruleset may use."""
    return Scope(
        matchers={name: match_columns(spec, registry) for name, spec in ruleset.matchers.items()},
        table_columns=frozenset(
            f"{name}.{column}"
            for name, spec in ruleset.matchers.items()
            if spec.table is not None
            for column in spec.table.columns
        ),
        lets={name: let.expression for name, let in ruleset.lets.items()},
        contexts=ruleset.contexts,
        conjunctions=ruleset.conjunctions,
        segment=ruleset.segment,
        meta=ruleset.record.meta,
        text_fields=ruleset.record.text,
        images=ruleset.record.image,
        on_images=frozenset(
            name
            for name, spec in ruleset.matchers.items()
            if spec.kind in registry.matchers and registry.matchers[spec.kind].images
        ),
        derived=frozenset(ruleset.record.derive),
        labels=frozenset(ruleset.labels),
        sets=frozenset(ruleset.sets),
        normalisers={name: Function(*found.arguments, found.result) for name, found in registry.normalisers.items()},
    )


def match_columns(spec: MatcherSpec, registry: Registry) -> Mapping[str, str]:
    """Column -> type of a matcher's matches: its table's, its kind's, text and field."""
    columns: dict[str, str] = {}
    if spec.table is not None:
        columns.update(spec.table.columns)
    kind = registry.matchers.get(spec.kind)
    if kind is not None and kind.columns is not None:
        columns.update(kind.columns(spec))
    if kind is not None and kind.scores:
        columns["score"] = "number"
    return {**columns, **BUILT_IN_COLUMNS, **({"text": NO_TEXT} if kind is not None and kind.images else {})}


def expressions_of(rule: Rule) -> Iterator[Expression]:
    """Every expression of a rule."""
    yield from rule.only
    yield rule.when
    for expression in (rule.emit, rule.value, rule.confidence, rule.label_from):
        if expression is not None:
            yield expression


def named_matchers(node: tree.Node, scope: Scope) -> set[str]:
    """Every matcher that a tree names, also through lets, contexts and wildcards."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [node]
    while waiting:
        for part in tree.walk(waiting.pop()):
            for name in _names_of(part, scope):
                if name not in scope.lets:
                    if name in scope.matchers and name not in SEGMENT_SETS:
                        found.add(name)
                elif name not in seen:
                    seen.add(name)
                    waiting.append(root(scope.lets[name]))
            found.update(measured_by(part, scope))
            if isinstance(part, tree.InContext) and part.context in scope.contexts:
                context = scope.contexts[part.context]
                if f"is {part.context}" not in seen:
                    seen.add(f"is {part.context}")
                    waiting += [root(each) for each in (context.cue, context.stop) if each is not None]
    return found


def measured_by(part: tree.Node, scope: Scope) -> list[str]:
    """The matcher whose matches are the words or sentences that a node itself counts, or is measured in, if any."""
    if not scope.segment:
        return []
    unit: str | None = None
    match part:
        case tree.Name():
            unit = part.name if part.name in SEGMENT_SETS else None
        case tree.Relation(distance=tree.Distance()):
            unit = part.distance.unit if part.distance is not None else None
        case tree.InPlace():
            unit = part.place.unit
        case tree.InContext() if part.context in scope.contexts:
            unit = scope.contexts[part.context].unit
        case _:
            pass
    unit = "sentences" if unit == "sentence" else unit
    found = None if unit is None else scope.segment.get(unit)
    return [] if found is None else [found]


def reached(nodes: Iterable[tree.Node], scope: Scope) -> Iterator[tree.Node]:
    """Every part of these trees and of the lets and contexts that they name, each let and context once."""
    seen: set[tuple[str, str]] = set()
    waiting = list(nodes)
    while waiting:
        for part in tree.walk(waiting.pop()):
            yield part
            for name in _names_of(part, scope):
                if name in scope.lets and ("let", name) not in seen:
                    seen.add(("let", name))
                    waiting.append(root(scope.lets[name]))
            if isinstance(part, tree.InContext) and ("context", part.context) not in seen:
                seen.add(("context", part.context))
                context = scope.contexts[part.context]
                waiting += [root(each) for each in (context.cue, context.stop) if each is not None]


def _names_of(part: tree.Node, scope: Scope) -> list[str]:
    """The names that a node itself holds, of matchers and of lets."""
    match part:
        case tree.Name() | tree.Column():
            return [part.name]
        case tree.Quantified() | tree.AtLeast():
            return [item.name for item in members(part.items, scope) if isinstance(item, tree.Name)]
        case tree.String() | tree.Regex():
            return [inline_name(part)]
        case _:
            return []


def asked_labels(node: tree.Node, scope: Scope) -> set[str]:
    """Every text that label() or uncertain() is asked about, also through lets; with stars also the sets that fit."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [node]
    while waiting:
        here = waiting.pop()
        for part in tree.walk(here):
            if isinstance(part, tree.Call) and part.name in ("label", "uncertain"):
                texts = [item.text for item in part.arguments if isinstance(item, tree.String)]
                found.update(texts)
                found.update(name for text in texts if "*" in text for name in scope.sets if fnmatchcase(name, text))
        new = named_lets(here, scope) - seen
        seen |= new
        waiting += [root(scope.lets[name]) for name in sorted(new)]
    return found


def named_lets(node: tree.Node, scope: Scope) -> set[str]:
    """Every let that a tree names itself, also by a wildcard."""
    found: set[str] = set()
    for part in tree.walk(node):
        match part:
            case tree.Name() | tree.Column():
                found.add(part.name)
            case tree.Quantified() | tree.AtLeast():
                found.update(item.name for item in members(part.items, scope) if isinstance(item, tree.Name))
            case _:
                pass
    return found & scope.lets.keys()
