"""Digests of what rules, tables and settings mean: of the resolved tree, not of its text.

Names of lets, contexts and tables are replaced by what they stand for, groups are merged into their rules, and parts
that may stand in any order are put into one. Names of matchers stay, since they stand beside each vote as evidence.

The order of rules and of labels is no meaning: scores, ties and spans that overlap are settled without it. Nor is the
order of a table's rows, but where `take: first` goes by it, or the value of a span that several rows give. Each part
is digested on its own and wholes are made of digests, so that lets which name each other many times cost no more than
they are long.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Literal, NamedTuple, TypeAlias

import orjson

from rubricate.language import tree
from rubricate.language.types import SEGMENT_SETS, inline_name, members
from rubricate.model.ruleset import Context, Expression, Rule, Ruleset
from rubricate.planning.conditions import is_set
from rubricate.planning.digest import meaning
from rubricate.planning.matcher_meaning import DIGITS, MatcherMeanings, short_digest
from rubricate.planning.scoping import make_scope, measured_by, named_matchers, root
from rubricate.planning.staging import fits, rule_labels
from rubricate.registry import Registry

__all__ = ["DIGITS", "Meanings", "Reading", "short_digest"]

Reading: TypeAlias = Literal["truth", "matches", "value"]
"""What is asked of an expression: yes or no, its matches, or a number or text."""

_OF_MATCHES = frozenset({"count", "cover", "distinct", "max", "mean", "min", "sum"})


class _Form(NamedTuple):
    """A resolved part: its digest, and what it is made of where the whole may be merged into a larger one."""

    digest: str
    kind: str = ""
    items: tuple[str, ...] = ()


class Meanings:
    """Digests of the parts of one checked ruleset.

    `is_exact`: of everything that evidence shows, too - the order of alternatives and conditions, the lines of rows.
    """

    def __init__(self, ruleset: Ruleset, registry: Registry, *, is_exact: bool = False) -> None:
        self.ruleset = ruleset
        self.registry = registry
        self.is_exact = is_exact
        self.scope = make_scope(ruleset, registry)
        self._plain = _Resolver(self, is_ordered=is_exact)
        self._ordered = _Resolver(self, is_ordered=True)
        self._unseen = _Resolver(self, is_ordered=is_exact, is_shown=is_exact)
        self._contexts: dict[str, str] = {}
        self._of_matchers = MatcherMeanings(ruleset, registry, is_exact=is_exact)

    def rule(self, rule: Rule) -> str:
        """What a rule votes for, when, how surely, and what stands beside its vote."""
        return short_digest(self.rule_parts(rule))

    def rule_parts(self, rule: Rule) -> dict[str, object]:
        """The parts of a rule, resolved."""
        guards = [root(item) for item in rule.only]
        when = root(rule.when)
        asked = tree.And((*guards, when)) if guards else when
        emitted = root(rule.emit) if rule.emit is not None else when
        by_match = self.is_by_match(rule)
        # where several matches of one place give a value, the first of them gives it
        resolver = self._ordered if by_match and rule.value is not None else self._plain
        return {
            "label": rule.label,
            "label_from": self.optional(rule.label_from, "value"),
            "cites": sorted(set(rule.cites)),
            "asked": self._plain.truth(asked).digest,
            "marks": resolver.matches(emitted).digest if by_match else None,
            "confidence": self.expression(rule.confidence, "value"),
            "value": self.optional(rule.value, "value"),
            "draft": rule.status == "draft",
            "priority": rule.priority,
        }

    def is_by_match(self, rule: Rule) -> bool:
        """Whether a rule is worked out match by match."""
        labels = rule_labels(rule, self.ruleset, self.scope)
        if labels and self.ruleset.labels[labels[0]].kind != "document":
            return True
        looks_at_matches = any(isinstance(part, tree.It) for part in tree.walk(root(rule.confidence)))
        return rule.label_from is not None or looks_at_matches

    def expression(self, expression: Expression, reading: Reading) -> str:
        """What an expression says."""
        return self.node(root(expression), reading)

    def optional(self, expression: Expression | None, reading: Reading) -> str | None:
        """What an expression says, None of none."""
        return None if expression is None else self.expression(expression, reading)

    def node(self, node: tree.Node, reading: Reading) -> str:
        """What a part of an expression says."""
        return self._plain.read(node, reading).digest

    def matcher(self, name: str, *, is_ordered: bool = False, is_shown: bool = True) -> str:
        """What a matcher looks for.

        `is_ordered`: of several matches at the same place the first one counts. `is_shown`: evidence may name it.
        """
        return self._of_matchers.matcher(name, is_ordered=is_ordered, is_shown=is_shown)

    def table(self, name: str) -> str:
        """What the entries of a table are, in their order if a matcher goes by it."""
        return self._of_matchers.table(name, ordered=self._valued)

    def holds(self, name: str, digest: str) -> bool:
        """Whether a digest is that of a table's entries, whichever matchers there were when it was made."""
        return self._of_matchers.holds(name, digest)

    @cached_property
    def _valued(self) -> frozenset[str]:
        """The matchers of rules that give a value, which is that of the first match of a place."""
        rules = [rule for rule in self.ruleset.rules if rule.value is not None]
        marked = [root(rule.emit if rule.emit is not None else rule.when) for rule in rules]
        return frozenset[str]().union(*(named_matchers(node, self.scope) for node in marked))

    def context(self, name: str) -> str:
        """What a context's scopes are, whatever it is called."""
        if name not in self._contexts:
            self._contexts[name] = short_digest(self.context_parts(self.ruleset.contexts[name]))
        return self._contexts[name]

    def context_parts(self, context: Context) -> dict[str, object]:
        """The parts of a context, resolved; what they look for no evidence names."""
        stop = context.stop
        return {
            "cue": self._unseen.read(root(context.cue), "matches").digest,
            "direction": context.direction,
            "window": [context.number, context.unit, *self.units(tree.InContext(tree.It(), context.name))],
            "stop": None if stop is None else self._unseen.read(root(stop), "matches").digest,
        }

    def units(self, node: tree.Node) -> list[str]:
        """What the words or sentences are that a node counts or is measured in; nothing where they are Unicode's."""
        return [self.matcher(name, is_shown=False) for name in measured_by(node, self.scope)]

    def names_of(self, group: tree.Quantified | tree.AtLeast) -> list[str]:
        """The names among the members of a group, wildcards resolved."""
        return [item.name for item in members(group.items, self.scope) if isinstance(item, tree.Name)]

    def let(self, name: str) -> str:
        """What a let stands for."""
        let = self.ruleset.lets[name].expression
        return short_digest([self.expression(let, "truth"), self.expression(let, "matches")])


class _Resolver:
    """Reads trees.

    `is_ordered`: of the members of a union the first one counts. `is_shown`: evidence may name the matchers.
    """

    def __init__(self, meanings: Meanings, *, is_ordered: bool, is_shown: bool = True) -> None:
        self._meanings = meanings
        self._ruleset = meanings.ruleset
        self._scope = meanings.scope
        self._is_ordered = is_ordered
        self._is_shown = is_shown
        self._lets: dict[tuple[str, Reading], _Form] = {}

    def read(self, node: tree.Node, reading: Reading) -> _Form:
        if reading == "truth":
            return self.truth(node)
        return self.matches(node) if reading == "matches" else self.value(node)

    def truth(self, node: tree.Node) -> _Form:
        match node:
            case tree.Name() if node.name in self._scope.lets:
                return self._let(node.name, "truth")
            case tree.Not():
                return _leaf("not", self.truth(node.item).digest)
            case tree.And():
                return self._all(node.items)
            case tree.Or():
                return self._any(node.items)
            case tree.Quantified():
                items = members(node.items, self._scope)
                if node.quantifier == "all":
                    return self._all(items)
                return self._any(items) if node.quantifier == "any" else _leaf("not", self._any(items).digest)
            case tree.AtLeast():
                found = [self.truth(item).digest for item in members(node.items, self._scope)]
                return _leaf("at least", node.least, found if self._meanings.is_exact else sorted(found))
            case tree.Choice():
                return self._choice(node, "truth")
            case _ if is_set(node, self._scope):
                return self.matches(node)
            case _:
                return self.value(node)

    def matches(self, node: tree.Node) -> _Form:
        match node:
            case tree.Name():
                return self._name(node.name)
            case tree.String() | tree.Regex():
                return self._in_place(node)
            case tree.And():
                return self._leftmost(node.items)
            case tree.Or():
                return self._union(node.items)
            case tree.Quantified() if node.quantifier == "all":
                return self._leftmost(members(node.items, self._scope))
            case tree.Quantified() if node.quantifier == "any":
                return self._union(members(node.items, self._scope))
            case tree.AtLeast():
                union = self._union(members(node.items, self._scope))
                return _leaf("those of", self.truth(node).digest, union.digest)
            case tree.Relation():
                far, units = node.distance, self._meanings.units(node)
                distance = None if far is None else [far.number, far.unit, *units]
                left, right = self.matches(node.left).digest, self.matches(node.right).digest
                return _leaf("relation", node.kind, node.negated, left, right, distance)
            case tree.InPlace():
                where = [*self._place(node.place), *self._meanings.units(node)]
                return _leaf("in", node.negated, self.matches(node.left).digest, where)
            case tree.InContext():
                context = self._meanings.context(node.context)
                return _leaf("context", node.negated, self.matches(node.left).digest, context)
            case tree.Where():
                return _leaf("where", self.matches(node.left).digest, self.truth(node.condition).digest)
            case tree.It():
                return _leaf("it", node.column)
            case _:
                return self.value(node)

    def value(self, node: tree.Node) -> _Form:
        match node:
            case tree.Name() if node.name in self._scope.lets:
                return self._let(node.name, "value")
            case tree.String():
                return _leaf("text", node.text)
            case tree.Regex():
                return _leaf("pattern", node.pattern, "".join(sorted(node.flags)))
            case tree.Number():
                return _leaf("number", float(node.value))
            case tree.Learned():  # its number is pinned beside the rule, and is no word of the rule's own
                return _leaf("learned", node.value) if self._meanings.is_exact else _leaf("learned")
            case tree.ListOf():
                return _leaf("list", [self.value(item).digest for item in node.items])
            case tree.Doc():
                return _leaf("doc", node.field, self._declared(node.field))
            case tree.It():
                return _leaf("it", node.column)
            case tree.Column():
                return _leaf("column", self.matches(tree.Name(node.name)).digest, node.column)
            case tree.Compare():
                return self._compare(node)
            case tree.Exists():
                return _leaf("exists", self.value(node.item).digest)
            case tree.Call():
                return self._call(node)
            case tree.Arithmetic():
                return _leaf("sum", node.operator, self.value(node.left).digest, self.value(node.right).digest)
            case tree.Negative():
                return _leaf("minus", self.value(node.item).digest)
            case tree.Choice():
                return self._choice(node, "value")
            case _:
                return self.truth(node)

    # -- several -------------------------------------------------------------------------------------------

    def _all(self, items: Iterable[tree.Node]) -> _Form:
        return _together("all", [self.truth(item) for item in items], is_ordered=self._meanings.is_exact)

    def _any(self, items: Iterable[tree.Node]) -> _Form:
        return _together("any", [self.truth(item) for item in items], is_ordered=self._meanings.is_exact)

    def _union(self, items: Iterable[tree.Node]) -> _Form:
        found = [self.matches(item) for item in items if is_set(item, self._scope)]
        return _together("any", found, is_ordered=self._is_ordered)

    def _leftmost(self, items: Sequence[tree.Node]) -> _Form:
        """The matches of the leftmost set, if all items hold."""
        condition = self._all(items)
        first = next((self.matches(item) for item in items if is_set(item, self._scope)), None)
        if first is None or first.digest == condition.digest:
            return condition
        return _leaf("those", first.digest, condition.digest)

    def _choice(self, node: tree.Choice, reading: Reading) -> _Form:
        one, other = self.read(node.value, reading).digest, self.read(node.otherwise, reading).digest
        return _leaf("choice", self.truth(node.condition).digest, one, other)

    def _compare(self, node: tree.Compare) -> _Form:
        right = node.right
        if node.operator in ("in", "not in") and isinstance(right, tree.ListOf):
            found: object = sorted({self.value(item).digest for item in right.items})
        else:
            found = self.value(right).digest
        return _leaf("compare", node.operator, self.value(node.left).digest, found)

    # -- names ---------------------------------------------------------------------------------------------

    def _let(self, name: str, reading: Reading) -> _Form:
        known = self._lets.get((name, reading))
        if known is None:
            known = self._lets[name, reading] = self.read(root(self._scope.lets[name]), reading)
        return known

    def _name(self, name: str) -> _Form:
        if name in self._scope.lets:
            return self._let(name, "matches")
        if name in SEGMENT_SETS or name not in self._ruleset.matchers:
            own = self._ruleset.conjunctions if name == "clause" else None
            said = [*self._meanings.units(tree.Name(name)), *([] if own is None else [sorted(set(own))])]
            return _leaf("set", name, *said)
        return _leaf("matcher", self._meanings.matcher(name, is_ordered=self._is_ordered))

    def _in_place(self, node: tree.String | tree.Regex) -> _Form:
        name = inline_name(node)
        if name in self._ruleset.matchers:
            found = self._meanings.matcher(name, is_ordered=self._is_ordered, is_shown=self._is_shown)
            return _leaf("matcher", found)
        return self.value(node)

    def _place(self, place: tree.Place) -> list[object]:
        fields = [[name, self._declared(name)] for name in sorted(set(place.fields))]
        return [fields, place.edge, place.number, place.unit]

    def _declared(self, name: str) -> object:
        """What is declared about a field that conditions name."""
        record = self._ruleset.record
        if name in record.derive:
            derived = record.derive[name]
            return ["derived", derived.source, derived.pattern]
        if name in record.meta:
            field = record.meta[name]
            return ["meta", field.type, sorted(orjson.dumps(meaning(each)).decode() for each in field.missing)]
        return None

    def _call(self, node: tree.Call) -> _Form:
        if node.name in ("label", "uncertain"):
            asked = [self._labels(item) for item in node.arguments]
            return _leaf("decided", node.name, asked)
        found: list[object] = []
        for index, argument in enumerate(node.arguments):
            of_matches = node.name in _OF_MATCHES or (node.name == "score" and index == 0)
            is_column = isinstance(argument, tree.Column)
            found.append(self.read(argument, "matches" if of_matches and not is_column else "value").digest)
        # distinct compares folded texts
        fold = sorted(set(self._ruleset.fold)) if node.name == "distinct" else None
        return _leaf("call", node.name, found, fold)

    def _labels(self, node: tree.Node) -> object:
        """The labels that a name in label() or uncertain() means."""
        if not isinstance(node, tree.String):
            return self.value(node).digest
        return sorted(
            name
            for name, label in self._ruleset.labels.items()
            if any(each is not None and fits(node.text, each) for each in (name, label.set))
        )


def _leaf(*parts: object) -> _Form:
    return _Form(short_digest(parts))


def _together(kind: str, forms: Sequence[_Form], *, is_ordered: bool) -> _Form:
    """Several parts as one, those of the same kind merged into it, each once."""
    items: dict[str, None] = {}
    for form in forms:
        items.update(dict.fromkeys(form.items if form.kind == kind else (form.digest,)))
    if len(items) == 1:
        [only] = items
        return next((form for form in forms if form.digest == only), _Form(only))
    found = tuple(items) if is_ordered else tuple(sorted(items))
    return _Form(short_digest([kind, found]), kind, found)
