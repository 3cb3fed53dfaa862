"""Asks conditions again, as they are or edited, of a record that has been through the cascade."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import cast

from rubricate.errors import RubricateError
from rubricate.language import tree
from rubricate.model.descriptors import Scanner
from rubricate.model.document import Document
from rubricate.model.match import Match
from rubricate.model.ruleset import MatcherSpec, Ruleset
from rubricate.planning.conditions import Conditions
from rubricate.planning.contexts import Scopes
from rubricate.planning.frame import NO_MATCHES, Frame
from rubricate.planning.keeping import make_keep
from rubricate.planning.literals import LiteralIndex, pieces_of
from rubricate.planning.logic import Matches, Truth
from rubricate.planning.plan import Plan
from rubricate.planning.scoping import make_scope, match_columns, root
from rubricate.planning.staging import assign_stages, fits, stages_of
from rubricate.planning.values import Value
from rubricate.registry import Registry

__all__ = ["Judge", "asked_of", "copied"]


def asked_of(ruleset: Ruleset, number: int) -> tree.Node:
    """All that a rule asks: the conditions of its groups and its own."""
    rule = ruleset.rules[number]
    asked = tuple(root(item) for item in (*rule.only, rule.when))
    return asked[0] if len(asked) == 1 else tree.And(asked)


def copied(frame: Frame, matches: Mapping[str, list[Match]]) -> Frame:
    """The same record with other matches of some matchers; what was worked out about it is forgotten."""
    other = Frame(frame.document, frame.decide)
    other.matches = {name: found for name, found in {**frame.matches, **matches}.items() if found}
    other.skipped, other.segments, other.segment = frame.skipped, frame.segments, frame.segment
    other.votes, other.decisions, other.last_stage = frame.votes, frame.decisions, frame.last_stage
    return other


class Judge:
    """The conditions of one ruleset, compiled when they are first asked."""

    def __init__(self, plan: Plan, registry: Registry, *, like: Judge | None = None, ruleset: Ruleset | None = None):
        """`ruleset` is an edited form of the plan's; `like` judges what it was edited from."""
        self.plan = plan
        self.registry = registry
        self.ruleset = plan.ruleset if ruleset is None else ruleset
        self.is_sound = True
        """Whether each matcher has a stage that runs it."""
        specs = self.ruleset.matchers
        if like is None:
            self.scope = make_scope(self.ruleset, registry)
            self.homes, _ = assign_stages(specs.values(), stages_of(plan.ruleset, registry))
        else:
            known = {name: like.scope.matchers.get(name) for name in specs}
            columns = {name: match_columns(specs[name], registry) if each is None else each
                       for name, each in known.items()}  # fmt: skip
            lets = {name: let.expression for name, let in self.ruleset.lets.items()}
            self.scope = dataclasses.replace(
                like.scope, matchers=columns, lets=lets, contexts=self.ruleset.contexts, meta=self.ruleset.record.meta
            )
            new = [spec for name, spec in specs.items() if name not in like.homes]
            homes, problems = assign_stages(new, stages_of(plan.ruleset, registry))
            self.homes = {**like.homes, **homes}
            self.is_sound = like.is_sound and not problems
        self.conditions = Conditions(
            self.scope,
            stages=self.homes,
            tables={name: spec.table for name, spec in specs.items() if spec.table is not None},
            normalisers={name: found.apply for name, found in registry.normalisers.items()},
            fold=plan.fold,
        )
        self.conditions.label_state = self._label_state
        self._known: dict[tuple[str, tree.Node], object] = {}
        self._scanners: dict[str, tuple[MatcherSpec, Callable[[Document], list[Match]]]] = {}

    # -- what the record says ------------------------------------------------------------------------------

    def truth(self, node: tree.Node, frame: Frame) -> bool | None:
        """Yes, no or unknown."""
        known = self._known.get(("truth", node))
        compiled = cast("Truth", known) if known is not None else self.conditions.truth(node)
        self._known["truth", node] = compiled
        found = compiled(frame)
        # a value that is read as a condition, such as a boolean field, is no truth by its type
        return found if found is None or isinstance(found, bool) else bool(found)

    def matches(self, node: tree.Node, frame: Frame) -> Sequence[Match]:
        """The matches that are there for certain; OpenMatches when there may be more."""
        known = self._known.get(("matches", node))
        compiled = cast("Matches", known) if known is not None else self.conditions.matches(node)
        self._known["matches", node] = compiled
        return compiled(frame)

    def value(self, node: tree.Node, frame: Frame) -> object:
        """A number, text, date or list; None when it has no value."""
        known = self._known.get(("value", node))
        compiled = cast("Value", known) if known is not None else self.conditions.value(node)
        self._known["value", node] = compiled
        return compiled(frame)

    def scopes(self, context: str) -> Scopes:
        """What gives the scopes of a context."""
        return self.conditions.scopes_of(context)

    def fires(self, number: int, frame: Frame) -> bool:
        """Whether a rule casts a vote: it holds, and says how sure it is of a label there is."""
        rule = self.ruleset.rules[number]
        planned = self.plan.rules[number]
        if self.truth(asked_of(self.ruleset, number), frame) is not True:
            return False
        if planned.matches is None:
            return _is_number(self.value(root(rule.confidence), frame))
        emitted = root(rule.when if rule.emit is None else rule.emit)
        if isinstance(emitted, tree.Call) and emitted.name == "cover":
            emitted = emitted.arguments[0]
        return any(self._votes(number, match, frame) for match in list(self.matches(emitted, frame)))

    def _votes(self, number: int, match: Match, frame: Frame) -> bool:
        rule, outer = self.ruleset.rules[number], frame.it
        frame.it = match
        label = rule.label if rule.label_from is None else self.value(root(rule.label_from), frame)
        sure = _is_number(self.value(root(rule.confidence), frame))
        frame.it = outer
        return sure and label in self.ruleset.labels

    # -- what else would be found --------------------------------------------------------------------------

    def can_scan(self, name: str) -> bool:
        """Whether a matcher can be asked again at little cost: terms and patterns can, models cannot."""
        spec = self.ruleset.matchers[name]
        kind = self.registry.matchers.get(spec.kind)
        return kind is not None and (kind.literals is not None or spec.kind == "regex")

    def scan(self, spec: MatcherSpec, document: Document) -> list[Match]:
        """What a matcher finds in a document; nothing where it fails."""
        known = self._scanners.get(spec.name)
        try:
            if known is None or known[0] is not spec:
                known = self._scanners[spec.name] = (spec, self._scanner(spec))
            return known[1](document)
        except (RubricateError, ValueError):
            return NO_MATCHES

    def _scanner(self, spec: MatcherSpec) -> Callable[[Document], list[Match]]:
        kind = self.registry.matchers[spec.kind]
        keep = make_keep(spec, self.registry, self.plan.fold)
        if kind.literals is not None:
            scanner: Scanner = LiteralIndex(
                [(spec.name, literal, spec.fields) for literal in pieces_of(kind.literals(spec))], self.plan.fold
            )
        else:
            assert kind.compile is not None, f"{kind.name} gives neither literals nor a scanner"
            scanner = kind.compile([spec])

        def scan(document: Document) -> list[Match]:
            found = list(scanner.scan([document])[0])
            return found if keep is None else keep(Frame(document, _no_decisions), found)

        return scan

    def edited(self, ruleset: Ruleset, names: Collection[str], frame: Frame) -> tuple[Judge, Frame]:
        """Who judges an edited ruleset, and the record with what the matchers `names` find in their edited form."""
        specs = ruleset.matchers
        found = {name: list(self.scan(specs[name], frame.document)) for name in sorted(names)}
        return Judge(self.plan, self.registry, like=self, ruleset=ruleset), copied(frame, found)

    def _label_state(self, function: str, text: str) -> Truth:
        """What label() and uncertain() say, once everything is decided. `otherwise` comes after all rules."""
        labels = [name for name, label in self.ruleset.labels.items() if fits(text, name) or label.set == text]
        wanted = "accepted" if function == "label" else "uncertain"
        fellows = {name: self.plan.subject_of[name].labels for name in labels}

        def state(frame: Frame) -> bool:
            for label in labels:
                decided = frame.decisions.get(label)
                votes = [vote for fellow in fellows[label] for vote in frame.votes.get(fellow, ())]
                if decided is None or (votes and all(vote.rule < 0 for vote in votes)):
                    continue
                if wanted in (decided.decision, *(span.decision for span in decided.spans)):
                    return True
            return False

        return state


def _no_decisions(_frame: Frame) -> None:
    """Nothing is decided about a record that is only looked at."""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and value == value
