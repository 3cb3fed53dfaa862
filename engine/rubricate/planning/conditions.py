"""Conditions as functions: each form of the language becomes a closure over a frame, once, before a run.

A condition has two readings here. As truth it gives True, False or None (unknown). As matches it gives those that
are there for certain, as OpenMatches when there may be more. What a yes rests on is in `evidence`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from rubricate.language import tree
from rubricate.language.types import SEGMENT_SETS, Scope, inline_name, members
from rubricate.model.document import Folder
from rubricate.model.match import Match
from rubricate.model.table import Table
from rubricate.planning.contexts import Scopes, in_context, open_scopes
from rubricate.planning.frame import NO_MATCHES, UNKNOWN, Frame, OpenMatches
from rubricate.planning.logic import Matches, Truth, at_least, choice, conjunction, disjunction, negation
from rubricate.planning.places import in_place, partner_of
from rubricate.planning.scoping import measured_by
from rubricate.planning.values import ValueCompiler
from rubricate.texts.segmenting import clauses

__all__ = ["Conditions", "is_set", "merged"]


def is_set(node: tree.Node, scope: Scope) -> bool:
    """Whether a checked node gives matches."""
    match node:
        case tree.Name() if node.name in scope.lets:
            known = scope.known_sets.get(node.name)
            if known is None:  # worked out once: lets that name lets would otherwise be followed again and again
                known = is_set(cast("tree.Node", scope.lets[node.name].tree), scope)
                scope.known_sets[node.name] = known
            return known
        case tree.Name():
            return True
        case tree.String() | tree.Regex() | tree.Relation() | tree.InPlace() | tree.InContext() | tree.Where():
            return True
        case tree.It():
            return node.column is None
        case tree.And() | tree.Or():
            return any(is_set(item, scope) for item in node.items)
        case tree.Quantified():
            return node.quantifier != "none" and any(is_set(item, scope) for item in members(node.items, scope))
        case tree.AtLeast():
            return any(is_set(item, scope) for item in members(node.items, scope))
        case _:
            return False


class Conditions(ValueCompiler):
    """Compiles the checked trees of one ruleset."""

    def __init__(
        self,
        scope: Scope,
        *,
        stages: Mapping[str, int],
        tables: Mapping[str, Table],
        normalisers: Mapping[str, Callable[..., object]],
        fold: Folder,
    ) -> None:
        super().__init__(scope, tables=tables, normalisers=normalisers, fold=fold)
        self.stages = stages
        self._lets: dict[tuple[str, str], Callable[[Frame], object]] = {}
        self._triggers: dict[str, frozenset[str] | None] = {}
        self.evidence: dict[str, Callable[[Frame], list[Match]]] = {}
        """Let -> what a yes of it rests on."""

    # -- truth ---------------------------------------------------------------------------------------------

    def truth(self, node: tree.Node) -> Truth:
        """The reading as yes, no or unknown."""
        match node:
            case tree.Name() if node.name in self.scope.lets:
                return cast("Truth", self._let(node.name, "truth"))
            case tree.Not():
                return negation(self.truth(node.item))
            case tree.And():
                return conjunction([self.truth(item) for item in node.items])
            case tree.Or():
                return disjunction([self.truth(item) for item in node.items])
            case tree.Quantified():
                parts = [self.truth(item) for item in members(node.items, self.scope)]
                if node.quantifier == "all":
                    return conjunction(parts)
                return disjunction(parts) if node.quantifier == "any" else negation(disjunction(parts))
            case tree.AtLeast():
                return at_least(node.least, [self.truth(item) for item in members(node.items, self.scope)])
            case tree.Compare() | tree.Exists() | tree.Doc() | tree.Column():
                return cast("Truth", self.value(node))
            case tree.Call():
                return cast("Truth", self.value(node))
            case tree.Choice():
                return choice(self.truth(node.condition), self.truth(node.value), self.truth(node.otherwise))
            case _:
                return _non_empty(self.matches(node))

    # -- matches -------------------------------------------------------------------------------------------

    def matches(self, node: tree.Node) -> Matches:
        """The reading as a set of matches."""
        match node:
            case tree.Name():
                return self._named(node.name)
            case tree.String() | tree.Regex():
                return self._matcher(inline_name(node))
            case tree.It():
                return _at_hand
            case tree.And():
                return self._if_true(node, self._leftmost(node.items))
            case tree.Or():
                return self._union(node.items)
            case tree.Quantified() if node.quantifier == "all":
                items = members(node.items, self.scope)
                return self._if_true(node, self._leftmost(items))
            case tree.Quantified() if node.quantifier == "any":
                return self._union(members(node.items, self.scope))
            case tree.AtLeast():
                return self._if_true(node, self._union(members(node.items, self.scope)))
            case tree.Relation():
                return self._measured(node, self._relation(node))
            case tree.InPlace():
                return self._measured(node, self._in_place(node))
            case tree.InContext():
                return self._measured(node, in_context(node, self.matches(node.left), self.scopes_of(node.context)))
            case tree.Where():
                return self._where(node)
            case _:
                return _nothing

    def _named(self, name: str) -> Matches:
        if name in SEGMENT_SETS:
            own = self.scope.conjunctions if name == "clause" else None
            unmeasured = self.unmeasured(tree.Name(name))
            if unmeasured is not None:
                return _unless(unmeasured, _segments(name))
            return _segments(name) if own is None else _clauses(own)
        if name in self.scope.lets:
            return cast("Matches", self._let(name, "matches"))
        return self._matcher(name)

    def _matcher(self, name: str) -> Matches:
        stage = self.stages[name]

        def matches(frame: Frame) -> Sequence[Match]:
            found = frame.matches.get(name)
            if found is not None:
                return found
            return UNKNOWN if stage in frame.skipped or name in frame.document.off else NO_MATCHES

        return matches

    def unmeasured(self, node: tree.Node) -> Callable[[Frame], bool] | None:
        """Whether the words or sentences that a node goes by were not looked for; None: there is no matcher of them."""
        found = measured_by(node, self.scope)
        if not found:
            return None
        name, stage = found[0], self.stages[found[0]]
        return lambda frame: stage in frame.skipped or name in frame.document.off

    def _measured(self, node: tree.Relation | tree.InPlace | tree.InContext, matches: Matches) -> Matches:
        """The same, of which nothing is certain where the words or sentences were not looked for that it goes by."""
        unmeasured = self.unmeasured(node)
        if unmeasured is None:
            return matches
        left, unknown = self.matches(node.left), unmeasured

        def measured(frame: Frame) -> Sequence[Match]:
            if not unknown(frame):
                return matches(frame)
            ours = left(frame)
            return UNKNOWN if ours or isinstance(ours, OpenMatches) else NO_MATCHES

        return measured

    def _let(self, name: str, reading: str) -> Callable[[Frame], object]:
        """A let's reading, worked out once a record however many rules name it."""
        known = self._lets.get((name, reading))
        if known is not None:
            return known
        compiled = getattr(self, reading)(self.scope.lets[name].tree)
        key = f"{reading} {name}"

        def read(frame: Frame) -> object:
            cache = frame.cache
            if key in cache:
                return cache[key]
            found = cache[key] = compiled(frame)
            return found

        self._lets[(name, reading)] = read
        return read

    def _leftmost(self, items: Sequence[tree.Node]) -> Matches:
        for item in items:
            if is_set(item, self.scope):
                return self.matches(item)
        return _nothing

    def _if_true(self, node: tree.Node, matches: Matches) -> Matches:
        truth = self.truth(node)

        def when_true(frame: Frame) -> Sequence[Match]:
            holds = truth(frame)
            if holds is None:
                return UNKNOWN
            return matches(frame) if holds else NO_MATCHES

        return when_true

    def _union(self, items: Sequence[tree.Node]) -> Matches:
        parts = [self.matches(item) for item in items if is_set(item, self.scope)]

        def union(frame: Frame) -> Sequence[Match]:
            found = [part(frame) for part in parts]
            return _kept(merged(found), is_open=any(isinstance(matches, OpenMatches) for matches in found))

        return union

    def _relation(self, node: tree.Relation) -> Matches:
        left, right = self.matches(node.left), self.matches(node.right)
        among, wanted = partner_of(node), not node.negated

        def related(frame: Frame) -> Sequence[Match]:
            ours = left(frame)
            if not ours:
                return ours
            theirs = right(frame)
            partner = among(frame, theirs)
            if not isinstance(theirs, OpenMatches):
                kept = [a for a in ours if (partner(frame, a) is not None) is wanted]
                return _kept(kept, is_open=isinstance(ours, OpenMatches))
            # whoever has no partner that is known may have one that is not
            paired = [a for a in ours if partner(frame, a) is not None]
            is_open = isinstance(ours, OpenMatches) or len(paired) < len(ours)
            return _kept(paired if wanted else [], is_open=is_open)

        return related

    def _in_place(self, node: tree.InPlace) -> Matches:
        left, inside, wanted = self.matches(node.left), in_place(node.place, self.scope.derived), not node.negated

        def placed(frame: Frame) -> Sequence[Match]:
            ours = left(frame)
            if not ours:
                return ours
            return _kept([a for a in ours if inside(frame, a) is wanted], is_open=isinstance(ours, OpenMatches))

        return placed

    def scopes_of(self, name: str) -> Scopes:
        """The scopes that a context opens, worked out once a record."""
        context = self.scope.contexts[name]
        cue = self.matches(cast("tree.Node", context.cue.tree))
        stop = self.matches(cast("tree.Node", context.stop.tree)) if context.stop is not None else None
        return open_scopes(context, cue, stop)

    def _where(self, node: tree.Where) -> Matches:
        left, condition = self.matches(node.left), self.truth(node.condition)

        def filtered(frame: Frame) -> Sequence[Match]:
            ours = left(frame)
            if not ours:
                return ours
            outer = frame.it
            kept, is_open = [], isinstance(ours, OpenMatches)
            for match in ours:
                frame.it = match
                holds = condition(frame)
                if holds:
                    kept.append(match)
                elif holds is None:
                    is_open = True
            frame.it = outer
            return _kept(kept, is_open=is_open)

        return filtered

    # -- what must match -----------------------------------------------------------------------------------

    def triggers(self, node: tree.Node) -> frozenset[str] | None:
        """Matchers of which one must have a match for a yes; None: a yes is possible without any."""
        match node:
            case tree.Name() if node.name in self.scope.lets:
                if node.name not in self._triggers:
                    self._triggers[node.name] = self.triggers(cast("tree.Node", self.scope.lets[node.name].tree))
                return self._triggers[node.name]
            case tree.Name():
                return None if node.name in SEGMENT_SETS else frozenset({node.name})
            case tree.String() | tree.Regex():
                return frozenset({inline_name(node)})
            case tree.And():
                return _smallest([self.triggers(item) for item in node.items])
            case tree.Quantified() if node.quantifier == "all":
                return _smallest([self.triggers(item) for item in members(node.items, self.scope)])
            case tree.Or():
                return _all_of([self.triggers(item) for item in node.items])
            case tree.Quantified() if node.quantifier == "any":
                return _all_of([self.triggers(item) for item in members(node.items, self.scope)])
            case tree.AtLeast() if node.least > 0:
                return _all_of([self.triggers(item) for item in members(node.items, self.scope)])
            case tree.Relation() | tree.InPlace() | tree.InContext() | tree.Where():
                return self.triggers(node.left)
            case tree.Compare():
                return self._count_triggers(node)
            case _:
                return None

    def _count_triggers(self, node: tree.Compare) -> frozenset[str] | None:
        left, right = node.left, node.right
        if not (isinstance(left, tree.Call) and left.name in ("count", "distinct") and isinstance(right, tree.Number)):
            return None
        needs_one = (node.operator in (">=", "==") and right.value > 0) or (node.operator == ">" and right.value >= 0)
        argument = left.arguments[0]
        if isinstance(argument, tree.Column):
            argument = tree.Name(argument.name)
        return self.triggers(argument) if needs_one else None


def _smallest(found: list[frozenset[str] | None]) -> frozenset[str] | None:
    known = [names for names in found if names is not None]
    return min(known, key=lambda names: (len(names), sorted(names))) if known else None


def _all_of(found: list[frozenset[str] | None]) -> frozenset[str] | None:
    known = [names for names in found if names is not None]
    return frozenset().union(*known) if len(known) == len(found) else None


def _non_empty(matches: Matches) -> Truth:
    def holds(frame: Frame) -> bool | None:
        found = matches(frame)
        return True if found else None if isinstance(found, OpenMatches) else False

    return holds


def _kept(matches: list[Match], *, is_open: bool) -> Sequence[Match]:
    return OpenMatches(matches) if is_open else matches


def merged(found: Sequence[Sequence[Match]]) -> list[Match]:
    """All matches, each once, in the order in which they were met."""
    if len(found) == 1:
        return list(found[0])
    together: dict[object, Match] = {}
    for matches in found:
        for match in matches:
            entry = match[5]
            # columns cannot be hashed, but one match has one mapping of them
            key = (*match[:4], entry if entry is None or isinstance(entry, int) else id(entry))
            together.setdefault(key, match)
    return list(together.values())


def _unless(unknown: Callable[[Frame], bool], matches: Matches) -> Matches:
    return lambda frame: UNKNOWN if unknown(frame) else matches(frame)


def _segments(unit: str) -> Matches:
    def matches(frame: Frame) -> Sequence[Match]:
        return [
            (unit, field, start, end, None, None)
            for field in frame.document.clean
            for start, end in frame.segmented(unit, field)
        ]

    return matches


def _clauses(conjunctions: tuple[str, ...]) -> Matches:
    """The clauses of a ruleset that names its own conjunctions."""

    def matches(frame: Frame) -> Sequence[Match]:
        found: list[Match] = []
        for field, text in frame.document.clean.items():
            spans = frame.segments.get(("clause", field))
            if spans is None:
                spans = frame.segments[("clause", field)] = clauses(text, conjunctions)
            found += [("clause", field, start, end, None, None) for start, end in spans]
        return found

    return matches


def _at_hand(frame: Frame) -> Sequence[Match]:
    return NO_MATCHES if frame.it is None else [frame.it]


def _nothing(_frame: Frame) -> Sequence[Match]:
    return NO_MATCHES
