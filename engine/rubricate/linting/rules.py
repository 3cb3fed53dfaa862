"""Lints of rules: those that another rule makes idle, and deprecated ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rubricate.linting.thresholds import combiner_of, reach_of
from rubricate.linting.view import View
from rubricate.loading.wording import quoted
from rubricate.model.codes import problem
from rubricate.model.problem import Note, Problem
from rubricate.model.ruleset import Rule
from rubricate.planning.scoping import root
from rubricate.planning.staging import rule_stage

__all__ = ["lint_deprecated", "lint_shadowed"]

Clauses: TypeAlias = "tuple[frozenset[int], ...]"
"""All of them hold, and of each one part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A rule with what decides whether it makes another one idle, or is made so."""

    number: int
    rule: Rule
    clauses: Clauses
    low: float
    high: float
    confidence: int
    stage: int


def lint_deprecated(view: View) -> Iterator[Problem]:
    """R133: deprecated rules that still vote."""
    followed = {old: rule.id for rule in view.ruleset.rules for old in rule.supersedes}
    for rule in view.ruleset.rules:
        if rule.status == "deprecated":
            follower = followed.get(rule.id)
            help = "remove it" if follower is None else f"remove it; {quoted(follower)} stands for it"
            yield problem("R133", f"rule {quoted(rule.id)} is deprecated and still votes", rule.location, help=help)


def lint_shadowed(view: View) -> Iterator[Problem]:
    """R113: rules that fire only where another rule of their label does, and not more surely."""
    documents: dict[str, list[_Candidate]] = defaultdict(list)
    places: dict[tuple[object, ...], list[_Candidate]] = defaultdict(list)
    for number, (rule, labels) in enumerate(zip(view.ruleset.rules, view.labels_of, strict=True)):
        if rule.status == "draft" or not labels:
            continue
        whole = view.formulas.whole([*map(root, rule.only), root(rule.when)])
        if view.decider.verdict(whole) is not None:  # which is told of by itself
            continue
        candidate = _candidate(number, rule, whole, view)
        if rule.label is None or view.ruleset.labels[labels[0]].kind == "span":
            places[_exactly(rule, view)].append(candidate)
        elif combiner_of(rule.label, view) == "max":
            documents[rule.label].append(candidate)
    for candidates in documents.values():
        yield from _shadowed(candidates)
    for same in places.values():
        label = same[0].rule.label
        if label is None or combiner_of(label, view) == "max":
            yield from _repeated(same)


def _candidate(number: int, rule: Rule, whole: int, view: View) -> _Candidate:
    low, high = reach_of(root(rule.confidence))
    return _Candidate(
        number=number,
        rule=rule,
        clauses=_clauses(whole, view),
        low=low,
        high=high,
        confidence=view.formulas.value(root(rule.confidence)),
        stage=rule_stage(rule, view.scope, view.homes),
    )


def _clauses(number: int, view: View) -> Clauses:
    form = view.formulas.form(number)
    items: Sequence[int] = form[1] if form[0] == "and" else (number,)  # type: ignore[assignment]  # formulas
    found = []
    for item in items:
        inner = view.formulas.form(item)
        found.append(frozenset(inner[1]) if inner[0] == "or" else frozenset({item}))  # type: ignore[call-overload]
    return tuple(found)


def _exactly(rule: Rule, view: View) -> tuple[object, ...]:
    """What two rules that mark places must share for one of them to be idle."""
    formulas = view.formulas
    others = tuple(None if item is None else formulas.value(root(item)) for item in (rule.label_from, rule.value))
    emitted = None if rule.emit is None else formulas.matches(root(rule.emit))
    only = tuple(formulas.truth(root(item)) for item in rule.only)
    return (rule.label, only, formulas.matches(root(rule.when)), emitted, *others)


def _shadowed(candidates: Sequence[_Candidate]) -> Iterator[Problem]:
    """Each rule with the first one that makes it idle, found by the rarest of what that one needs."""
    frequency = Counter(part for each in candidates for clause in each.clauses for part in clause)
    waiting: Mapping[int, list[_Candidate]] = defaultdict(list)
    for each in candidates:
        rarest = min(each.clauses, key=lambda clause: sum(frequency[part] for part in clause))
        for part in rarest:
            waiting[part].append(each)
    for each in candidates:
        parts = {part for clause in each.clauses for part in clause}
        others = {other.number: other for part in parts for other in waiting.get(part, ())}
        for number in sorted(others):
            if number != each.number and _makes_idle(others[number], each):
                yield _told(each, others[number])
                break


def _repeated(same: Sequence[_Candidate]) -> Iterator[Problem]:
    for each in same:
        for other in same:
            if other is not each and other.stage <= each.stage and _at_least_as_sure(other, each):
                equal = _at_least_as_sure(each, other) and other.stage == each.stage
                if not equal or other.number < each.number:
                    yield _told(each, other)
                    break


def _makes_idle(strong: _Candidate, weak: _Candidate) -> bool:
    if strong.stage > weak.stage or not _at_least_as_sure(strong, weak) or not _follows(weak.clauses, strong.clauses):
        return False
    equal = strong.stage == weak.stage and _at_least_as_sure(weak, strong) and _follows(strong.clauses, weak.clauses)
    return not equal or strong.number < weak.number


def _at_least_as_sure(one: _Candidate, other: _Candidate) -> bool:
    if one.rule.priority < other.rule.priority:
        return False
    return one.confidence == other.confidence or one.low >= other.high


def _follows(narrow: Clauses, wide: Clauses) -> bool:
    """Whether all that makes the narrow one true makes the wide one true."""
    return all(any(small <= clause for small in narrow) for clause in wide)


def _told(weak: _Candidate, strong: _Candidate) -> Problem:
    rule, other = weak.rule, strong.rule
    same = weak.clauses == strong.clauses
    how = "asks the same" if same else "fires wherever this one does"
    message = f"rule {quoted(rule.id)} adds nothing: {quoted(other.id)} {how}, at least as surely"
    note = Note(other.location, "this is the other rule")
    help = "remove one of them" if same else "remove it, raise its confidence, or narrow the other one"
    return problem("R113", message, rule.location, notes=(note,), help=help)
