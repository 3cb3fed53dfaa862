"""Conditions as formulas: equal for conditions that mean the same, with lets resolved and values worked out.

A formula is a number; equal numbers mean equal conditions. What is about the record is kept apart from what is a set
of matches: the truth of a set is that it holds at least one match, `count(a) >= 1`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import TypeAlias

from rubricate.language import tree
from rubricate.language.types import Scope, members
from rubricate.model.ruleset import MetaField
from rubricate.planning.scoping import root
from rubricate.planning.values import folded_value

__all__ = ["NEGATED", "Form", "Formulas", "Value"]

Value: TypeAlias = "float | str | bool"
Form: TypeAlias = "tuple[object, ...]"
"""("and" | "or", items), ("not", item), ("compare", subject, operator, value), ("member", subject, values, whether),
("exists", subject), ("constant", value, why), ("set" | "value" | "other", ...)."""

_WRITTEN_OUT = "it compares two values that are written out"

NEGATED = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_FLIPPED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_SETS = (tree.Relation, tree.InPlace, tree.InContext, tree.Where)


class Formulas:
    """Makes formulas of trees, each once."""

    def __init__(self, scope: Scope, fold: Callable[[str], str]) -> None:
        self._scope = scope
        self._fold = fold
        self._numbers: dict[Form, int] = {}
        self._forms: list[Form] = []
        self._lets: dict[tuple[str, str], int] = {}
        self._negated: dict[int, int] = {}
        self._some: dict[int, int] = {}

    def form(self, number: int) -> Form:
        """What a formula is made of."""
        return self._forms[number]

    def field(self, subject: int) -> MetaField | None:
        """The declared field of the record that a subject of a comparison is, if it is one."""
        form = self._forms[subject]
        return self._scope.meta.get(str(form[2])) if form[:2] == ("value", "Doc") else None

    def base(self, number: int) -> int | None:
        """The set that a filtered set is a part of."""
        form = self._forms[number]
        return form[2] if form[0] == "set" and form[1] in _FILTERS else None  # type: ignore[return-value]

    def whole(self, conditions: Iterable[tree.Node]) -> int:
        """All conditions together."""
        return self._join("and", [self.truth(node) for node in conditions])

    # -- about the record ----------------------------------------------------------------------------------

    def truth(self, node: tree.Node) -> int:
        """The formula of a condition about the record."""
        match node:
            case tree.And():
                return self._join("and", map(self.truth, node.items))
            case tree.Or():
                return self._join("or", map(self.truth, node.items))
            case tree.Not():
                return self.negated(self.truth(node.item))
            case tree.Quantified() | tree.AtLeast():
                return self._group(node)
            case tree.Compare():
                return self._compare(node)
            case tree.Exists():
                return self._add(("exists", self.value(node.item)))
            case tree.Name() if node.name in self._scope.lets:
                return self._let("truth", node.name)
            case tree.Name() | tree.String() | tree.Regex() | tree.Relation() | tree.InPlace() | tree.InContext():
                return self.some(self.matches(node))
            case tree.Where():
                return self.some(self.matches(node))
            case _:
                return self._add(("other", self.value(node)))

    def negated(self, number: int) -> int:
        """The formula that holds where another one does not."""
        known = self._negated.get(number)
        if known is None:  # lets that name lets make few formulas, reached in very many ways
            known = self._negated[number] = self._negate(number)
        return known

    def _negate(self, number: int) -> int:
        match self._forms[number]:
            case ("constant", bool(value), str(why)):
                return self._add(("constant", not value, why))
            case ("not", int(item)):
                return item
            case ("and", tuple(items)):
                return self._join("or", map(self.negated, items))
            case ("or", tuple(items)):
                return self._join("and", map(self.negated, items))
            case ("compare", subject, str(operator), value):
                return self._add(("compare", subject, NEGATED[operator], value))
            case ("member", subject, values, inside):
                return self._add(("member", subject, values, not inside))
            case _:
                return self._add(("not", number))

    def some(self, matches: int) -> int:
        """That a set holds a match; for a set that is put together, what it is put together of."""
        known = self._some.get(matches)
        if known is None:
            known = self._some[matches] = self._holds_one(matches)
        return known

    def _holds_one(self, matches: int) -> int:
        match self._forms[matches]:
            case ("set", "And", *items):
                return self._join("and", map(self.some, items))  # type: ignore[arg-type]  # formulas
            case ("set", "Or", *items) | ("set", "group", "any", tuple(items)):
                return self._join("or", map(self.some, items))
            case ("set", "truth", int(truth)):
                return truth
            case _:
                return self._add(("compare", self._add(("value", "count", matches)), ">=", 1.0))

    def _group(self, node: tree.Quantified | tree.AtLeast) -> int:
        items = [self.truth(item) for item in members(node.items, self._scope)]
        if isinstance(node, tree.AtLeast):
            if node.least <= 0:
                return self._add(("constant", True, f"at least {node.least} of them are there on every record"))
            if node.least == 1:
                return self._join("or", items)
            if node.least >= len(items):
                return self._join("and", items)
            return self._add(("other", "at least", node.least, tuple(sorted(items))))
        match node.quantifier:
            case "any":
                return self._join("or", items)
            case "all":
                return self._join("and", items)
            case "none":
                return self.negated(self._join("or", items))

    def _join(self, word: str, items: Iterable[int]) -> int:
        flat: set[int] = set()
        for item in items:
            form = self._forms[item]
            if form[0] == word:
                flat.update(form[1])  # type: ignore[arg-type]  # the items of "and" and "or" are formulas
            else:
                flat.add(item)
        if len(flat) == 1:
            return flat.pop()
        return self._add((word, tuple(sorted(flat))))

    def _compare(self, node: tree.Compare) -> int:
        if node.operator in ("in", "not in") and isinstance(node.right, tree.ListOf):
            values = [self._constant(item) for item in node.right.items]
            if all(value is not None for value in values):
                return self._add(("member", self.value(node.left), frozenset(values), node.operator == "in"))
        if node.operator in NEGATED:
            left, right = self._constant(node.left), self._constant(node.right)
            if left is not None and right is not None and type(left) is type(right):
                return self._add(("constant", _holds(left, node.operator, right), _WRITTEN_OUT))
            unfolded = _unfolded(node.left, right) or _unfolded(node.right, left)
            if unfolded is not None and node.operator in ("==", "!="):
                return self._add(("constant", node.operator == "!=", unfolded))
            if right is not None:
                return self._add(("compare", self.value(node.left), node.operator, right))
            if left is not None:
                return self._add(("compare", self.value(node.right), _FLIPPED[node.operator], left))
        return self._add(("other", node.operator, self.value(node.left), self.value(node.right)))

    # -- values and sets -----------------------------------------------------------------------------------

    def value(self, node: tree.Node) -> int:
        """The formula of a number, text or other value."""
        constant = self._constant(node)
        if constant is not None:
            return self._add(("value", "constant", constant))
        match node:
            case tree.Name() if node.name in self._scope.lets:
                return self._let("value", node.name)
            case tree.Doc():
                return self._add(("value", "Doc", node.field))
            case tree.It():
                return self._add(("value", "It", node.column))
            case tree.Column():
                return self._add(("value", "Column", node.name, node.column))
            case tree.Regex():
                return self._add(("value", "Regex", node.pattern, node.flags))
            case tree.Call() if node.name in ("count", "distinct", "cover") and len(node.arguments) == 1:
                argument = node.arguments[0]
                inner = self.value(argument) if isinstance(argument, tree.Column) else self.matches(argument)
                return self._add(("value", node.name, inner))
            case tree.Call():
                return self._add(("value", "Call", node.name, *map(self.value, node.arguments)))
            case tree.Arithmetic():
                return self._add(("value", node.operator, self.value(node.left), self.value(node.right)))
            case tree.Negative():
                return self._add(("value", "-", self.value(node.item)))
            case tree.Choice():
                parts = (self.value(node.value), self.truth(node.condition), self.value(node.otherwise))
                return self._add(("value", "Choice", *parts))
            case tree.ListOf():
                return self._add(("value", "ListOf", *map(self.value, node.items)))
            case tree.Learned():
                return self._add(("value", "Learned", node.value))
            case tree.Name():
                return self._add(("set", "Name", node.name))
            case _:
                return self.truth(node) if not isinstance(node, tree.String | tree.Wildcard) else self.matches(node)

    def matches(self, node: tree.Node) -> int:
        """The formula of a set of matches, in which the order of the parts counts."""
        match node:
            case tree.Name() if node.name in self._scope.lets:
                return self._let("matches", node.name)
            case tree.Name():
                return self._add(("set", "Name", node.name))
            case tree.String():
                return self._add(("set", "String", self._fold(node.text)))
            case tree.Regex():
                return self._add(("set", "Regex", node.pattern, node.flags))
            case tree.Relation():
                distance = None if node.distance is None else (node.distance.number, node.distance.unit)
                parts = (self.matches(node.left), node.kind, self.matches(node.right), distance, node.negated)
                return self._add(("set", "Relation", *parts))
            case tree.InPlace():
                place = node.place
                where = (place.fields, place.edge, place.number, place.unit, node.negated)
                return self._add(("set", "InPlace", self.matches(node.left), *where))
            case tree.InContext():
                return self._add(("set", "InContext", self.matches(node.left), node.context, node.negated))
            case tree.Where():
                return self._add(("set", "Where", self.matches(node.left), self.truth(node.condition)))
            case tree.And() | tree.Or():
                return self._add(("set", type(node).__name__, *map(self.matches, node.items)))
            case tree.Quantified() | tree.AtLeast():
                items = tuple(self.matches(item) for item in members(node.items, self._scope))
                how = node.quantifier if isinstance(node, tree.Quantified) else node.least
                return self._add(("set", "group", how, items))
            case tree.It():
                return self._add(("set", "It"))
            case tree.Call() if node.name == "cover":
                return self._add(("set", "cover", *map(self.matches, node.arguments)))
            case tree.Wildcard():
                return self._add(("set", "Wildcard", node.pattern))
            case _:
                return self._add(("set", "truth", self.truth(node)))

    def _let(self, reading: str, name: str) -> int:
        known = self._lets.get((reading, name))
        if known is None:
            known = self._lets[reading, name] = getattr(self, reading)(root(self._scope.lets[name]))
        return known

    def _constant(self, node: tree.Node) -> Value | None:
        """What a value is, where it can be told without a record."""
        match node:
            case tree.Number():
                return float(node.value)
            case tree.String():
                return node.text
            case tree.Negative():
                inner = self._constant(node.item)
                return -inner if isinstance(inner, float) else None
            case tree.Arithmetic():
                return _computed(self._constant(node.left), node.operator, self._constant(node.right))
            case tree.Call(name="date", arguments=(tree.String(text=text),)):
                try:
                    return float(datetime.date.fromisoformat(text).toordinal())
                except ValueError:
                    return None
            case _:
                return None

    def _add(self, form: Form) -> int:
        number = self._numbers.get(form)
        if number is None:
            number = self._numbers[form] = len(self._forms)
            self._forms.append(form)
        return number


_FILTERS = frozenset(kind.__name__ for kind in _SETS)


def _computed(left: Value | None, operator: str, right: Value | None) -> float | None:
    if not isinstance(left, float) or not isinstance(right, float):
        return None
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return left / right if right else None


def _unfolded(side: tree.Node, other: Value | None) -> str | None:
    """Why `fold(..)` is never the text that it is compared with."""
    if not isinstance(side, tree.Call) or side.name != "fold" or not isinstance(other, str):
        return None
    folded = folded_value(other)
    return None if other == folded else f'fold() gives "{folded}" where "{other}" is meant; write fold("{other}")'


def _holds(left: Value, operator: str, right: Value) -> bool:
    match operator:
        case "==":
            return left == right
        case "!=":
            return left != right
        case "<":
            return left < right  # type: ignore[operator]  # both are of one type
        case "<=":
            return left <= right  # type: ignore[operator]  # as above
        case ">":
            return left > right  # type: ignore[operator]  # as above
        case _:
            return left >= right  # type: ignore[operator]  # as above
