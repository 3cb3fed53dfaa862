"""The condition language as a tree: one small frozen class for each form.

Two trees are equal when they mean the same text: `span` takes no part in comparison.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Literal, TypeAlias

__all__ = [
    "And",
    "Arithmetic",
    "AtLeast",
    "Call",
    "Choice",
    "Column",
    "Compare",
    "Distance",
    "Doc",
    "Exists",
    "InContext",
    "InPlace",
    "It",
    "Learned",
    "ListOf",
    "Name",
    "Negative",
    "Node",
    "Not",
    "Number",
    "Or",
    "Place",
    "Quantified",
    "Regex",
    "Relation",
    "Span",
    "String",
    "Where",
    "Wildcard",
    "children",
    "walk",
]

Span: TypeAlias = "tuple[int, int]"
"""Half-open offsets in the text of the expression, in code points."""


UNLEARNED = 0.5
"""What stands for a learned confidence until the lock has its number; no run takes it."""


def _span() -> Span:
    return field(default=(0, 0), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A matcher, a `let`, or one of the sets that are always there: words, lines, sentences, clause."""

    name: str
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Wildcard:
    """`burn_*`: all matchers and lets whose name fits. Only inside a group."""

    pattern: str
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class String:
    """`"buy now"`: a set of matches where a set is wanted, a text where a value is wanted."""

    text: str
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Regex:
    """`/pattern/flags`."""

    pattern: str
    flags: str = ""
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Number:
    """A number."""

    value: float
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class ListOf:
    """`["en", "de"]`."""

    items: tuple[Node, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Doc:
    """`doc.price`: a field of the record, `doc.photo.width`: a part of it."""

    field: str
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class It:
    """`it`: the match at hand; `it.label`: one of its columns."""

    column: str | None = None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Column:
    """`senti.weight`: a column of each match of a set; only inside sum, max, min, mean, distinct."""

    name: str
    column: str
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Not:
    """`not a`: about the record."""

    item: Node
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class And:
    """`a and b and c`, flattened; two items or more."""

    items: tuple[Node, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Or:
    """`a or b or c`, flattened; two items or more."""

    items: tuple[Node, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Quantified:
    """`any of (...)`, `all of (...)`, `none of (...)`."""

    quantifier: Literal["any", "all", "none"]
    items: tuple[Node, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class AtLeast:
    """`at least 2 of (a, b, c)`: how many members are there."""

    least: int
    items: tuple[Node, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Distance:
    """`within 8 words`; `within same sentence` has no number."""

    number: int | None
    unit: Literal["words", "chars", "sentences", "sentence", "paragraph"]
    """`sentence` and `paragraph` belong to `same`."""
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Relation:
    """`a near b within 8 words`, `a not inside b`: matches of `left` that stand so to a match of `right`."""

    kind: Literal["near", "before", "after", "inside", "overlaps"]
    left: Node
    right: Node
    distance: Distance | None = None
    negated: bool = False
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Place:
    """`title`, `(title, body)`, `first 3 words of title`, `last 100 chars`."""

    fields: tuple[str, ...]
    """Empty: every text field."""
    edge: Literal["first", "last"] | None = None
    number: int | None = None
    unit: Literal["words", "chars", "sentences", "lines"] | None = None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class InPlace:
    """`a in title`, `a not in first 3 words of title`."""

    left: Node
    place: Place
    negated: bool = False
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class InContext:
    """`a is negated`, `a is not negated`."""

    left: Node
    context: str
    negated: bool = False
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Where:
    """`a where (it.weight > 0)`."""

    left: Node
    condition: Node
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Compare:
    """`x >= 3`, `doc.lang in [..]`, `doc.url contains "/p/"`, `doc.sku matches /../`."""

    operator: Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in", "contains", "matches"]
    left: Node
    right: Node
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Exists:
    """`doc.x exists`."""

    item: Node
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Call:
    """`count(a)`, `score(m, "apple")`, `label("x")`, `unit(it.n, it.unit)`, `date("2026-01-01")`."""

    name: str
    arguments: tuple[Node, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`x + y`."""

    operator: Literal["+", "-", "*", "/"]
    left: Node
    right: Node
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Negative:
    """`-x`."""

    item: Node
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Choice:
    """`x if C else y`."""

    value: Node
    condition: Node
    otherwise: Node
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Learned:
    """`learned`: a whole confidence, whose number is taken from the lock; None as long as it has none."""

    value: float | None = None
    span: Span = _span()

    @property
    def number(self) -> float:
        """What a vote is worth: nobody knows yet, without a number from the lock."""
        return UNLEARNED if self.value is None else self.value


Node: TypeAlias = (
    Name
    | Wildcard
    | String
    | Regex
    | Number
    | ListOf
    | Doc
    | It
    | Column
    | Not
    | And
    | Or
    | Quantified
    | AtLeast
    | Relation
    | InPlace
    | InContext
    | Where
    | Compare
    | Exists
    | Call
    | Arithmetic
    | Negative
    | Choice
    | Learned
)


class _Slots(dict[type, tuple[str, ...]]):
    """Class of a node -> its fields that can hold parts; looking at all fields of each node takes long."""

    def __missing__(self, form: type) -> tuple[str, ...]:
        found = self[form] = tuple(slot.name for slot in fields(form) if "Node" in str(slot.type))
        return found


_slots = _Slots()


def children(node: Node) -> list[Node]:
    """The direct parts of a node, left to right."""
    found: list[Node] = []
    for name in _slots[type(node)]:
        value = getattr(node, name)
        if isinstance(value, tuple):
            found += value
        elif value is not None:
            found.append(value)
    return found


def walk(node: Node) -> Iterator[Node]:
    """The node and all its parts, parents first, left to right."""
    waiting = [node]
    while waiting:
        item = waiting.pop()
        yield item
        waiting += reversed(children(item))
