"""Lints of patterns and cost: slow on some texts or on all, empty matches; expensive matchers before cheap ones.

Patterns are measured, on ordinary text and on texts made to hurt them, each under a limit of time.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from rubricate.language import tree
from rubricate.linting.measuring import HOSTILE_LIMIT, Cost, Measured, measure
from rubricate.linting.patterns import read_pattern
from rubricate.linting.view import View
from rubricate.loading.wording import quoted
from rubricate.model.codes import problem
from rubricate.model.location import Location
from rubricate.model.problem import Note, Problem
from rubricate.model.ruleset import MatcherSpec
from rubricate.planning.scoping import root
from rubricate.planning.walking import expressions_in

__all__ = ["lint_costs", "lint_empty", "lint_order"]

MOST_SECONDS = 3.0
"""What measuring the patterns of one ruleset may take; what is left then is told."""


def lint_order(view: View) -> Iterator[Problem]:
    """R116: stages whose matchers cost more than those of a later stage."""
    if not view.ruleset.cascade:
        return
    costs: dict[int, list[tuple[int, str]]] = {}
    for name, number in view.homes.items():
        kind = view.registry.matchers.get(view.ruleset.matchers[name].kind)
        if kind is not None:
            costs.setdefault(number, []).append((int(kind.cost), name))
    for number in sorted(costs):
        cost, name = max(costs[number])
        later = [(max(costs[other]), other) for other in sorted(costs) if other > number]
        cheaper = next(((other, found) for found, other in later if found[0] < cost), None)
        if cheaper is None:
            continue
        other, (_, cheap) = cheaper
        stage, after = view.stages[number], view.stages[other]
        message = f"stage {quoted(stage.name)} runs {name} before {cheap}, which costs less"
        note = Note(after.location, f"{cheap} runs here")
        help = f"put stage {quoted(after.name)} first, so that fewer records need {name}"
        yield problem("R116", message, stage.location, notes=(note,), help=help)


def lint_costs(view: View) -> Iterator[Problem]:
    """R114 and R115: patterns that are slow on texts made to hurt them, or on all texts."""
    spent, left = 0.0, 0
    last: Location | None = None
    for spec in view.ruleset.matchers.values():
        for text, flags, place in _patterns(spec):
            if spent > MOST_SECONDS:
                left, last = left + 1, place
                continue
            found = _measured(text, flags)
            spent += found.seconds
            yield from _told(spec, text, flags, place, found, view)
    if last is not None:
        patterns = "pattern was" if left == 1 else "patterns were"
        yield problem("R114", f"{left:,} more {patterns} not measured: those above took too long", last)


def _told(spec: MatcherSpec, text: str, flags: str, place: Location, found: Measured, view: View) -> Iterator[Problem]:
    structure = read_pattern(text, flags)
    if found.hostile is not None:
        cost = found.hostile
        much = f"over {HOSTILE_LIMIT:,}" if cost.stopped else f"about {_rounded(cost):,}"
        message = f"this pattern backtracks: {much} us/KB on a text such as {quoted(cost.sample)}"
        help = "let no two parts that repeat match the same text; (?>...) and *+ never go back"
        yield problem("R114", message, place, help=help)
    elif structure is not None and structure.nested is not None:
        part = text[slice(*structure.nested)]
        message = f"this pattern repeats what repeats, {quoted(part)}: a text that nearly fits can take it very long"
        help = "repeat once, or write *+ or (?>...), which never go back"
        yield problem("R114", message, place, help=help)
    elif structure is not None and structure.may_be_empty:
        return  # R124 tells of it; it is slow because it stops at every character
    elif found.plain is not None and _is_unindexed(spec, view):
        message = f"every text is searched for this pattern, at about {_rounded(found.plain):,} us/KB"
        help = "add a literal of 3 characters or more that each match holds, or count words with count(words)"
        yield problem("R115", message, place, help=help)


def _rounded(cost: Cost) -> int:
    """To one digit: the others are noise."""
    size = 10 ** max(0, len(str(int(cost.microseconds))) - 1)
    return int(round(cost.microseconds / size) * size)


def _is_unindexed(spec: MatcherSpec, view: View) -> bool:
    kind = view.registry.matchers.get(spec.kind)
    return kind is not None and kind.required_literals is not None and kind.required_literals(spec) is None


def lint_empty(view: View) -> Iterator[Problem]:
    """R124: patterns of which some or all matches are empty, and so never marked."""
    for spec in view.ruleset.matchers.values():
        for text, flags, place in _patterns(spec):
            structure = read_pattern(text, flags)
            if structure is None or not structure.may_be_empty:
                continue
            if structure.takes_nothing:
                message = "this pattern finds nothing: it looks around and takes no character"
                yield problem("R124", message, place, help="put what is to be found outside of (?=...) and the like")
            else:
                message = "this pattern matches the empty text too, which is never marked"
                yield problem("R124", message, place, help="write + in the place of *, or take a ? away")
    yield from _comparisons(view)


def _comparisons(view: View) -> Iterator[Problem]:
    """`doc.sku matches /x*/`, which every text does."""
    for expression in expressions_in(view.ruleset):
        for node in tree.walk(root(expression)):
            if isinstance(node, tree.Compare) and isinstance(node.right, tree.Regex):
                structure = read_pattern(node.right.pattern, node.right.flags)
                if structure is not None and structure.never_fails:
                    help = "write + in the place of *, or take a ? away"
                    place = expression.locate(*node.right.span)
                    yield problem("R124", "every text matches this pattern, even an empty one", place, help=help)


def _patterns(spec: MatcherSpec) -> Iterator[tuple[str, str, Location]]:
    """The patterns of a matcher with their flags and places."""
    given = spec.options.get("flags")
    flags = given if isinstance(given, str) else ""
    if spec.table is not None and spec.table.patterns:
        for row in spec.table.rows:
            for term in row.terms:
                yield term, flags, Location(spec.table.path, row.line, 1, max(1, len(term)))
    pattern = spec.options.get("pattern")
    if isinstance(pattern, str):
        yield pattern, flags, spec.location


@lru_cache(maxsize=4096)
def _measured(text: str, flags: str) -> Measured:
    return measure(text, flags)
