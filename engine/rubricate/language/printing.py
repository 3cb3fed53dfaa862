"""From a tree back to text: one canonical text for each tree, with no more parentheses than it needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias, assert_never

from rubricate.language.tree import (
    And,
    Arithmetic,
    AtLeast,
    Call,
    Choice,
    Column,
    Compare,
    Distance,
    Doc,
    Exists,
    InContext,
    InPlace,
    It,
    Learned,
    ListOf,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Place,
    Quantified,
    Regex,
    Relation,
    String,
    Where,
    Wildcard,
)

__all__ = ["to_text"]

_CHOICE, _OR, _AND, _NOT, _COMPARISON, _RELATION, _SUM, _PRODUCT, _UNARY, _ATOM = range(10)
"""How tightly a form holds together; looser ones need parentheses where a tighter one is wanted."""

_Wanted: TypeAlias = "tuple[Node, int]"
"""A node that is still to be printed, and how tight it must be to stand there bare."""


def to_text(node: Node, *, keep: Callable[[Node], bool] | None = None) -> str:
    """The canonical text of a tree; parsing it gives the tree back.

    `keep` says of a node that parentheses stand around it for the reader, though none are needed.

    Works through a list of what is left to print instead of recursing, so a tree may be as deep as it likes.
    """
    printed: list[str] = []
    left: list[str | _Wanted] = [(node, _CHOICE)]
    while left:
        piece = left.pop()
        if isinstance(piece, str):
            printed.append(piece)
            continue
        inner, wanted = piece
        pieces = list(_pieces(inner))
        bare = _tightness(inner) >= wanted and (keep is None or not keep(inner))
        left.extend(reversed(pieces if bare else ["(", *pieces, ")"]))
    return "".join(printed)


def _tightness(node: Node) -> int:
    match node:
        case Choice():
            return _CHOICE
        case Or():
            return _OR
        case And():
            return _AND
        case Not():
            return _NOT
        case Compare(operator="in" | "not in"):
            return _RELATION
        case Compare() | Exists():
            return _COMPARISON
        case Relation() | InPlace() | InContext() | Where():
            return _RELATION
        case Arithmetic(operator="+" | "-"):
            return _SUM
        case Arithmetic():
            return _PRODUCT
        case Negative():
            return _UNARY
        case _:
            return _ATOM


def _pieces(node: Node) -> Iterable[str | _Wanted]:
    match node:
        case Choice(value, condition, otherwise):
            return [(value, _OR), " if ", (condition, _OR), " else ", (otherwise, _CHOICE)]
        case Or(items):
            return _joined(items, " or ", _AND)
        case And(items):
            return _joined(items, " and ", _NOT)
        case Not(item):
            return ["not ", (item, _NOT)]
        case Exists(item):
            return [(item, _RELATION), " exists"]
        case Compare(operator, left, right):
            tight = _ATOM if operator in ("in", "not in") else _RELATION
            return [(left, _RELATION), f" {operator} ", (right, tight)]
        case Relation() | InPlace() | InContext() | Where():
            return _relation(node)
        case Arithmetic(operator, left, right):
            tight = _tightness(node)
            return [(left, tight), f" {operator} ", (right, tight + 1)]
        case Negative(item):
            return ["-", (item, _UNARY)]
        case _:
            return _atom(node)


def _relation(node: Relation | InPlace | InContext | Where) -> list[str | _Wanted]:
    match node:
        case Relation(kind, left, right, distance, negated):
            far = "" if distance is None else f" within {_distance(distance)}"
            return [(left, _RELATION), f" {_negated(negated)}{kind} ", (right, _SUM), far]
        case InPlace(left, place, negated):
            return [(left, _RELATION), f" {_negated(negated)}in {_place(place)}"]
        case InContext(left, context, negated):
            return [(left, _RELATION), f" is {_negated(negated)}{context}"]
        case Where(left, condition):
            return [(left, _RELATION), " where ", (condition, _SUM)]
        case _:
            assert_never(node)


def _atom(
    node: Name
    | Wildcard
    | String
    | Regex
    | Number
    | Learned
    | ListOf
    | Doc
    | It
    | Column
    | Quantified
    | AtLeast
    | Call,
) -> list[str | _Wanted]:
    match node:
        case Name(name):
            return [name]
        case Wildcard(pattern):
            return [pattern]
        case String(text):
            return ['"', re.sub(r'["\\]', r"\\\g<0>", text), '"']
        case Regex(pattern, flags):
            return ["/", re.sub(r"\\[\s\S]|/", _escaped_slash, pattern), "/", flags]
        case Number(value):
            return [_number(float(value))]
        case Learned():
            return ["learned"]
        case Doc(field):
            return [f"doc.{field}"]
        case It(column):
            return ["it" if column is None else f"it.{column}"]
        case Column(name, column):
            return [f"{name}.{column}"]
        case ListOf(items):
            return ["[", *_joined(items, ", ", _CHOICE), "]"]
        case Call(name, arguments):
            return [f"{name}(", *_joined(arguments, ", ", _CHOICE), ")"]
        case Quantified(quantifier, items):
            return [f"{quantifier} of (", *_joined(items, ", ", _CHOICE), ")"]
        case AtLeast(least, items):
            return [f"at least {least} of (", *_joined(items, ", ", _CHOICE), ")"]
        case _:
            assert_never(node)


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


def _escaped_slash(found: re.Match[str]) -> str:
    return r"\/" if found[0] == "/" else found[0]


def _joined(items: Iterable[Node], between: str, wanted: int) -> Iterator[str | _Wanted]:
    for index, item in enumerate(items):
        if index:
            yield between
        yield item, wanted


def _negated(negated: bool) -> str:
    return "not " if negated else ""


def _distance(distance: Distance) -> str:
    if distance.number is None:
        return f"same {distance.unit}"
    return _counted(distance.number, distance.unit)


def _place(place: Place) -> str:
    fields = place.fields[0] if len(place.fields) == 1 else f"({', '.join(place.fields)})"
    if place.edge is None or place.number is None or place.unit is None:
        return fields
    edge = f"{place.edge} {_counted(place.number, place.unit)}"
    return f"{edge} of {fields}" if place.fields else edge


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit.removesuffix('s') if number == 1 else unit}"
