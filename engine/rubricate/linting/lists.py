"""Lints of the terms that are written in a matcher: those of tables, at the place of each term."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rubricate.linting.places import terms_node
from rubricate.linting.tables import (
    HELP_INSIDE,
    MOST,
    entry_terms,
    find_inside,
    likeness,
    mixture,
    searched_matchers,
    weakness,
    written_as_pattern,
)
from rubricate.linting.view import View
from rubricate.loading.wording import quoted
from rubricate.loading.yaml_tree import Scalar, Sequence
from rubricate.model.codes import problem
from rubricate.model.location import Location
from rubricate.model.problem import Edit, Fix, Note, Problem
from rubricate.model.ruleset import MatcherSpec

__all__ = ["lint_lists"]

_HELP = {
    "R117": "remove it",
    "R118": "type the word again",
    "R123": "write them as patterns, between slashes, in the condition",
}
_HELP_TWICE = "remove one of them"
_TESTS = {"R117": weakness, "R118": mixture, "R123": likeness}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finding:
    """What is wrong with one term."""

    code: str
    message: str
    index: int
    first: int | None = None
    """The earlier term that it repeats."""


def lint_lists(view: View) -> Iterator[Problem]:
    """R107, R117, R118, R119 and R123 for terms that are written in a matcher."""
    searched = searched_matchers(view)
    for spec in view.ruleset.matchers.values():
        terms = [] if spec.name.startswith('"') else entry_terms(spec)
        if not terms:
            continue
        repeated = list(_repeated(terms, view))
        found = [*repeated, *(_weak(terms, {each.index for each in repeated}) if spec.name in searched else ())]
        if found:
            yield from _placed(found, terms, spec, view)
        if spec.name in searched:
            message = find_inside(terms, f"of {quoted(spec.name)}")
            if message is not None:
                yield problem("R119", message, spec.location, help=HELP_INSIDE)


def _repeated(terms: list[str], view: View) -> Iterator[_Finding]:
    seen: dict[str, int] = {}
    for index, term in enumerate(terms):
        first = seen.setdefault(view.fold(term).strip(), index)
        if first != index:
            message = f"{quoted(term)} says the same as an earlier term"
            yield _Finding(code="R107", message=message, index=index, first=first)


def _weak(terms: list[str], repeated: set[int]) -> Iterator[_Finding]:
    for code, test in _TESTS.items():
        for index, term in enumerate(terms):
            message = None if index in repeated else test(term)
            if message is not None:
                yield _Finding(code=code, message=message, index=index)


def _placed(found: list[_Finding], terms: list[str], spec: MatcherSpec, view: View) -> Iterator[Problem]:
    """The first problems of each code, at their terms, and how many more there are."""
    node = terms_node(spec, view)
    known = node is not None and len(node.items) == len(terms)
    for code in dict.fromkeys(each.code for each in found):
        same = [each for each in found if each.code == code]
        for each in same[:MOST]:
            place, fix = spec.location, None
            notes: tuple[Note, ...] = ()
            if known and node is not None:
                place = node.items[each.index].location
                if each.first is not None:
                    notes = (Note(node.items[each.first].location, f"{quoted(terms[each.first])} stands here"),)
                    fix = _without(node, each.index)
            help = _HELP.get(code, _HELP_TWICE)
            if code == "R123":
                help = f"{written_as_pattern(terms[each.index], view)}, in the condition"
            yield problem(code, each.message, place, notes=notes, help=help, fix=fix)
        if len(same) > MOST:
            message = f"{len(same) - MOST:,} more terms of {quoted(spec.name)} like those above"
            yield problem(code, message, spec.location, help=_HELP.get(code, _HELP_TWICE))


def _without(node: Sequence, index: int) -> Fix | None:
    """The list without a term that is not its first; None where a comment or line break stands in between."""
    item, before = node.items[index], node.items[index - 1]
    if not isinstance(item, Scalar) or not isinstance(before, Scalar):
        return None
    source = item.source
    if node.flow:
        between = source.text[before.end : item.start]
        if between.strip(" ") != ",":
            return None
        return Fix.replacing(source.location(before.end, item.end), "")
    line = source.line_of(item.start)
    start = source.line_start(line)
    if source.text[start : item.start].strip() != "-" or source.line_end(line) != item.end:
        return None
    return Fix(edits=(Edit(Location(source.path, line, 1, item.end - start), "", whole_line=True),))
