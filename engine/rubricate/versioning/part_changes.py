"""What changed in matchers, tables, contexts and lets that both of two rulesets have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import orjson

from rubricate.model.ruleset import Context, MatcherSpec
from rubricate.planning.digest import meaning
from rubricate.planning.meanings import Meanings
from rubricate.planning.scoping import root
from rubricate.versioning.condition_words import ConditionWords
from rubricate.versioning.other_changes import Change
from rubricate.versioning.table_words import compare_tables
from rubricate.versioning.words import list_changes, pattern_changes

__all__ = ["part_changes"]


def part_changes(
    before: Meanings, after: Meanings, words: ConditionWords, users: Mapping[str, tuple[str, ...]]
) -> Iterator[Change]:
    """Lets, contexts, matchers and tables that stand for something else, with the rules that this reaches."""
    one, other = before.ruleset, after.ruleset
    for name in one.lets:
        if name in other.lets and before.let(name) != after.let(name):
            lines = words.compare(root(one.lets[name].expression), root(other.lets[name].expression), "matches")
            lines = lines or words.compare(root(one.lets[name].expression), root(other.lets[name].expression))
            yield Change("let", name, "changed", tuple(lines), users.get(f"let {name}", ()))
    for name in one.contexts:
        if name in other.contexts and before.context(name) != after.context(name):
            lines = list(_compare_contexts(one.contexts[name], other.contexts[name], words))
            yield Change("context", name, "changed", tuple(lines), users.get(f"context {name}", ()))
    yield from _matchers(before, after, users)
    for name, table in one.tables.items():
        if name in other.tables:
            is_same = table.digest == other.tables[name].digest or before.table(name) == after.table(name)
            lines = [] if is_same else compare_tables(table, other.tables[name])
            if lines:
                yield Change("table", name, "changed", tuple(lines), users.get(f"table {name}", ()))


def _compare_contexts(one: Context, other: Context, words: ConditionWords) -> Iterator[str]:
    yield from (f"cue: {line}" for line in words.compare(root(one.cue), root(other.cue), "matches"))
    if one.direction != other.direction:
        yield f"direction {one.direction} -> {other.direction}"
    if (one.number, one.unit) != (other.number, other.unit):
        yield f"window {_window(one)} -> {_window(other)}"
    if one.stop is not None and other.stop is not None:
        yield from (f"stop: {line}" for line in words.compare(root(one.stop), root(other.stop), "matches"))
    elif one.stop is not None or other.stop is not None:
        before, after = (each.stop.text if each.stop is not None else "none" for each in (one, other))
        yield f"stop {before} -> {after}"


def _window(context: Context) -> str:
    if context.number is None:
        return f"same {context.unit}"
    return f"{context.number} {context.unit if context.number != 1 else context.unit.removesuffix('s')}"


def _matchers(before: Meanings, after: Meanings, users: Mapping[str, tuple[str, ...]]) -> Iterator[Change]:
    for name, spec in before.ruleset.matchers.items():
        other = after.ruleset.matchers.get(name)
        if other is None or name[:1] in '"/' or before.matcher(name) == after.matcher(name):
            continue
        lines = tuple(_compare_matchers(spec, other, before, after))
        # that only the table behind it or the fold changed is said there
        if lines:
            yield Change("matcher", name, "changed", lines, users.get(f"matcher {name}", ()))


def _compare_matchers(one: MatcherSpec, other: MatcherSpec, before: Meanings, after: Meanings) -> Iterator[str]:
    if one.kind != other.kind:
        yield f"use {one.kind} -> {other.kind}"
    for key in dict.fromkeys((*one.options, *other.options)):
        yield from _compare_option(key, one.options.get(key), other.options.get(key))
    for key, *tables in (("of", one.table, other.table), ("except", one.exceptions, other.exceptions)):
        names = [None if table is None else table.name for table in tables]
        # a table that goes by another name and holds the same is the same
        digests = [
            None if name is None else side.table(name) for name, side in zip(names, (before, after), strict=True)
        ]
        if names[0] != names[1] and digests[0] != digests[1]:
            yield f"{key} {names[0] or 'none'} -> {names[1] or 'none'}"
    for key, old, new in (("take", one.take, other.take), ("check", one.check, other.check)):
        if old != new:
            yield f"{key} {old or 'none'} -> {new or 'none'}"
    if one.fold != other.fold:
        yield "looks at folded text now" if other.fold else "looks at the text as written now"
    fields = [", ".join(each.fields) if each.fields is not None else "every field" for each in (one, other)]
    if fields[0] != fields[1] and set(one.fields or ()) != set(other.fields or ()):
        yield f"field {fields[0]} -> {fields[1]}"


def _compare_option(key: str, before: object, after: object) -> Iterator[str]:
    if meaning(before) == meaning(after):
        return
    if isinstance(before, list | tuple) and isinstance(after, list | tuple):
        yield from (f"{key}: {line}" for line in list_changes(list(map(_shown, before)), list(map(_shown, after))))
        return
    if key == "pattern" and isinstance(before, str) and isinstance(after, str):
        alternatives = pattern_changes(before, after)
        yield from (f"pattern: {line}" for line in alternatives)
        if alternatives:
            return
    yield f"{key} {_shown(before)} -> {_shown(after)}"


def _shown(value: object) -> str:
    if value is None:
        return "none"
    return value if isinstance(value, str) and value[:1] == "/" else orjson.dumps(meaning(value)).decode()
