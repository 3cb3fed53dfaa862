"""What the conditions of a ruleset may speak about, and what each expression names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import cast

from rubricate.language import tree
from rubricate.language.types import SEGMENT_SETS, Function, Scope, inline_name, members
from rubricate.model.ruleset import Expression, MatcherSpec, Rule, Ruleset
from rubricate.registry import Registry

__all__ = ["asked_labels", "expressions_of", "make_scope", "match_columns", "named_lets", "named_matchers", "root"]


def root(expression: Expression) -> tree.Node:
    """The tree of an expression, typed."""
    return cast("tree.Node", expression.tree)


def make_scope(ruleset: Ruleset, registry: Registry) -> Scope:
    """The names that conditions of a ruleset may use."""
    return Scope(
        matchers={name: match_columns(spec, registry) for name, spec in ruleset.matchers.items()},
        lets={name: let.expression for name, let in ruleset.lets.items()},
        contexts=ruleset.contexts,
        meta=ruleset.record.meta,
        text_fields=ruleset.record.text,
        derived=frozenset(ruleset.record.derive),
        labels=frozenset(ruleset.labels),
        sets=frozenset(ruleset.sets),
        normalisers={name: Function(*found.arguments, found.result) for name, found in registry.normalisers.items()},
    )


def match_columns(spec: MatcherSpec, registry: Registry) -> Mapping[str, str]:
    """Column -> type of a matcher's matches: its table's, its kind's, text and field."""
    columns: dict[str, str] = {"text": "text", "field": "text"}
    if spec.table is not None:
        columns.update(spec.table.columns)
    kind = registry.matchers.get(spec.kind)
    if kind is not None and kind.columns is not None:
        columns.update(kind.columns(spec))
    if kind is not None and kind.scores:
        columns["score"] = "number"
    return columns


def expressions_of(rule: Rule) -> Iterator[Expression]:
    """Every expression of a rule."""
    yield from rule.only
    yield rule.when
    for expression in (rule.emit, rule.value, rule.confidence, rule.label_from):
        if expression is not None:
            yield expression


def named_matchers(node: tree.Node, scope: Scope, seen: frozenset[str] = frozenset()) -> set[str]:
    """Every matcher that a tree names, also through lets and wildcards."""
    found: set[str] = set()
    for part in tree.walk(node):
        match part:
            case tree.Name() | tree.Column():
                found |= _of_name(part.name, scope, seen)
            case tree.Quantified() | tree.AtLeast():
                for item in members(part.items, scope):
                    if isinstance(item, tree.Name):
                        found |= _of_name(item.name, scope, seen)
            case tree.String() | tree.Regex():
                if inline_name(part) in scope.matchers:
                    found.add(inline_name(part))
            case tree.InContext() if part.context in scope.contexts:
                context = scope.contexts[part.context]
                for expression in (context.cue, context.stop):
                    if expression is not None:
                        found |= named_matchers(root(expression), scope, seen)
            case _:
                pass
    return found


def _of_name(name: str, scope: Scope, seen: frozenset[str]) -> set[str]:
    if name in scope.lets:
        return set() if name in seen else named_matchers(root(scope.lets[name]), scope, seen | {name})
    return set() if name in SEGMENT_SETS or name not in scope.matchers else {name}


def asked_labels(node: tree.Node, scope: Scope, seen: frozenset[str] = frozenset()) -> set[str]:
    """Every text that label() or uncertain() is asked about, also through lets; with stars also the sets that fit."""
    found: set[str] = set()
    for part in tree.walk(node):
        if isinstance(part, tree.Call) and part.name in ("label", "uncertain"):
            texts = [item.text for item in part.arguments if isinstance(item, tree.String)]
            found.update(texts)
            found.update(name for text in texts if "*" in text for name in scope.sets if fnmatchcase(name, text))
    for name in named_lets(node, scope) - seen:
        found |= asked_labels(root(scope.lets[name]), scope, seen | {name})
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
