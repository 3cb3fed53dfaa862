"""Lints of rules: none at all, citations of nothing, deprecated ones, those that another rule makes idle."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rubricate.language import tree
from rubricate.linting.entailing import Entailment
from rubricate.linting.places import key_place
from rubricate.linting.thresholds import combiner_of
from rubricate.linting.view import View
from rubricate.loading.wording import quoted
from rubricate.model.codes import problem
from rubricate.model.problem import Note, Problem
from rubricate.model.ruleset import Rule
from rubricate.planning.reaching import reach_of
from rubricate.planning.scoping import root
from rubricate.planning.staging import rule_stage

__all__ = ["lint_absence", "lint_citations", "lint_deprecated", "lint_shadowed"]

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


def lint_absence(view: View) -> Iterator[Problem]:
    """R138: a ruleset without a rule."""
    if view.ruleset.rules:
        return
    left = "each record gets what otherwise says" if view.ruleset.otherwise else "it never labels anything"
    place = key_place(view, "rules", "ruleset")
    help = "add rules: [{id: .., label: .., when: '..', confidence: 0.9}]"
    yield problem("R138", f"the ruleset has no rule, so {left}", place, help=help)


def lint_citations(view: View) -> Iterator[Problem]:
    """R137: sections that are cited where there is no guideline to look them up in."""
    citing = [rule for rule in view.ruleset.rules if rule.cites]
    if view.ruleset.guideline is not None or not citing:
        return
    first = citing[0]
    more = f", and {len(citing) - 1:,} more" if len(citing) > 1 else ""
    verb = "cite" if more else "cites"
    message = f"rule {quoted(first.id)}{more} {verb} sections such as {quoted(first.cites[0])} of no guideline"
    help = 'add guideline: {id: .., version: "1.0.0", file: guideline.md}'
    yield problem("R137", message, first.location, help=help)


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
        if rule.label is None or view.ruleset.labels[labels[0]].kind != "document":
            places[_exactly(rule, view)].append(candidate)
        elif combiner_of(rule.label, view) == "max":
            documents[rule.label].append(candidate)
    entailment = Entailment(view.formulas)
    for candidates in documents.values():
        yield from _shadowed(candidates, entailment)
    for same in places.values():
        label = same[0].rule.label
        if label is None or combiner_of(label, view) == "max":
            yield from _repeated(same)


def _candidate(number: int, rule: Rule, whole: int, view: View) -> _Candidate:
    confidence = root(rule.confidence)
    low, high = reach_of(confidence)
    # each rule learns a number of its own
    is_own = isinstance(confidence, tree.Learned)
    return _Candidate(
        number=number,
        rule=rule,
        clauses=_clauses(whole, view),
        low=low,
        high=high,
        confidence=-1 - number if is_own else view.formulas.value(confidence),
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


def _shadowed(candidates: Sequence[_Candidate], entailment: Entailment) -> Iterator[Problem]:
    """Each rule with the first one that makes it idle, found by the rarest of what that one needs."""
    keys = [[{entailment.key(part) for part in clause} for clause in each.clauses] for each in candidates]
    frequency = Counter(key for clauses in keys for clause in clauses for key in clause)
    waiting: Mapping[int, list[_Candidate]] = defaultdict(list)
    for each, clauses in zip(candidates, keys, strict=True):
        rarest = min(clauses, key=lambda clause: sum(frequency[key] for key in clause))
        for key in rarest:
            waiting[key].append(each)
    for each, clauses in zip(candidates, keys, strict=True):
        mine = {key for clause in clauses for key in clause}
        others = {other.number: other for key in mine for other in waiting.get(key, ())}
        for number in sorted(others):
            if number != each.number and _makes_idle(others[number], each, entailment):
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


def _makes_idle(strong: _Candidate, weak: _Candidate, entailment: Entailment) -> bool:
    if strong.stage > weak.stage or not _at_least_as_sure(strong, weak):
        return False
    if not _follows(weak.clauses, strong.clauses, entailment):
        return False
    alike = strong.stage == weak.stage and _at_least_as_sure(weak, strong)
    equal = alike and _follows(strong.clauses, weak.clauses, entailment)
    return not equal or strong.number < weak.number


def _at_least_as_sure(one: _Candidate, other: _Candidate) -> bool:
    if one.rule.priority < other.rule.priority:
        return False
    return one.confidence == other.confidence or one.low >= other.high


def _follows(narrow: Clauses, wide: Clauses, entailment: Entailment) -> bool:
    """Whether all that makes the narrow one true makes the wide one true."""
    return all(any(_is_enough(small, clause, entailment) for small in narrow) for clause in wide)


def _is_enough(small: frozenset[int], clause: frozenset[int], entailment: Entailment) -> bool:
    """Whether each part of one clause brings one of the other with it."""
    return all(part in clause or any(entailment.entails(part, other) for other in clause) for part in small)


def _told(weak: _Candidate, strong: _Candidate) -> Problem:
    rule, other = weak.rule, strong.rule
    same = weak.clauses == strong.clauses
    how = "asks the same" if same else "fires wherever this one does"
    message = f"rule {quoted(rule.id)} adds nothing: {quoted(other.id)} {how}, at least as surely"
    note = Note(other.location, "this is the other rule")
    help = "remove one of them" if same else "remove it, raise its confidence, or narrow the other one"
    return problem("R113", message, rule.location, notes=(note,), help=help)
