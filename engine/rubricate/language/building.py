"""From the parser's steps to the tree: one method for each form of the grammar.

The methods run while the parser reduces, so no tree of tokens is ever made and nothing recurses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from math import isinf
from typing import Any, Generic, Literal, NamedTuple, TypeAlias, TypeVar, cast

from lark import Token, Transformer, v_args

from rubricate.language.malformed import ConditionSyntaxError
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
    Span,
    String,
    Where,
    Wildcard,
)

__all__ = ["MAX_DEPTH", "Builder", "Part", "too_deep"]

MAX_DEPTH = 100
"""How deep a tree may be: comparing takes four nested calls a level, checking as many, and Python allows a thousand."""

_MAX_COUNT = 1_000_000_000
_MAX_EXACT = 2**53 - 1
_FLAGS = "aimsx"
_DISTANCE_UNITS = {
    **dict.fromkeys(("word", "words"), "words"),
    **dict.fromkeys(("char", "chars", "character", "characters"), "chars"),
    **dict.fromkeys(("sentence", "sentences"), "sentences"),
}
_PLACE_UNITS = {**_DISTANCE_UNITS, **dict.fromkeys(("line", "lines"), "lines")}
_SAME_UNITS = {"sentence": "sentence", "paragraph": "paragraph"}

_Value = TypeVar("_Value")


class Part(NamedTuple, Generic[_Value]):
    """A value on its way into the tree, with the text it covers: parentheses around it are part of that."""

    value: _Value
    start_pos: int
    end_pos: int
    depth: int


_NodePart: TypeAlias = Part[Node]
_Piece: TypeAlias = "Token | Part[Any]"
_Kind: TypeAlias = Literal["near", "before", "after", "inside", "overlaps"]


@v_args(inline=True)
class Builder(Transformer[Token, _NodePart]):
    """Makes the nodes of the tree; a value that cannot be used raises `ConditionSyntaxError`."""

    def choice(self, value: _NodePart, _if: Token, condition: _NodePart, _else: Token, other: _NodePart) -> _NodePart:
        """`value if condition else other`."""
        span = _extent(value, other)
        return _part(Choice(value.value, condition.value, other.value, span), value, condition, other)

    def or_(self, *pieces: _Piece) -> _NodePart:
        """`a or b or c`."""
        parts = _parts(pieces)
        return _part(Or(_values(parts), _extent(*pieces)), *parts)

    def and_(self, *pieces: _Piece) -> _NodePart:
        """`a and b and c`."""
        parts = _parts(pieces)
        return _part(And(_values(parts), _extent(*pieces)), *parts)

    def not_(self, word: Token, item: _NodePart) -> _NodePart:
        """`not a`."""
        return _part(Not(item.value, _extent(word, item)), item)

    def compare(self, left: _NodePart, operator: Token, right: _NodePart) -> _NodePart:
        """`x >= 3`, `x contains "y"`, `x matches /y/`."""
        known = cast("Literal['==', '!=', '<', '<=', '>', '>=', 'contains', 'matches']", str(operator))
        return _part(Compare(known, left.value, right.value, _extent(left, right)), left, right)

    def exists(self, item: _NodePart, word: Token) -> _NodePart:
        """`x exists`."""
        return _part(Exists(item.value, _extent(item, word)), item)

    def relate(
        self, left: _NodePart, negation: Token | None, kind: Token, right: _NodePart, distance: Part[Distance] | None
    ) -> _NodePart:
        """`a near b within 8 words`."""
        span = _extent(left, distance or right)
        far = distance.value if distance else None
        made = Relation(cast(_Kind, str(kind)), left.value, right.value, far, negation is not None, span)
        return _part(made, left, right)

    def nest(self, left: _NodePart, negation: Token | None, kind: Token, right: _NodePart) -> _NodePart:
        """`a inside b`."""
        return self.relate(left, negation, kind, right, None)

    def in_place(self, left: _NodePart, negation: Token | None, _in: Token, place: Part[Place]) -> _NodePart:
        """`a in title`."""
        return _part(InPlace(left.value, place.value, negation is not None, _extent(left, place)), left)

    def in_list(self, left: _NodePart, negation: Token | None, _in: Token, items: _NodePart) -> _NodePart:
        """`x in ["a", "b"]`."""
        operator: Literal["in", "not in"] = "not in" if negation else "in"
        return _part(Compare(operator, left.value, items.value, _extent(left, items)), left, items)

    def in_context(self, left: _NodePart, _is: Token, negation: Token | None, context: Token) -> _NodePart:
        """`a is negated`."""
        return _part(InContext(left.value, str(context), negation is not None, _extent(left, context)), left)

    def where(self, left: _NodePart, _where: Token, condition: _NodePart) -> _NodePart:
        """`a where (it.weight > 0)`."""
        return _part(Where(left.value, condition.value, _extent(left, condition)), left, condition)

    def counted_distance(self, word: Token, number: Token, unit: Token) -> Part[Distance]:
        """`within 8 words`."""
        known = cast('Literal["words", "chars", "sentences"]', _unit(unit, _DISTANCE_UNITS))
        start, end = span = _extent(word, unit)
        return Part(Distance(_whole(number, "a distance"), known, span), start, end, 0)

    def same_distance(self, word: Token, _same: Token, unit: Token) -> Part[Distance]:
        """`within same sentence`."""
        known = cast('Literal["sentence", "paragraph"]', _unit(unit, _SAME_UNITS))
        start, end = span = _extent(word, unit)
        return Part(Distance(None, known, span), start, end, 0)

    def whole_place(self, fields: Part[tuple[str, ...]]) -> Part[Place]:
        """`title`, `(title, body)`."""
        span = (fields.start_pos, fields.end_pos)
        return Part(Place(fields.value, span=span), *span, 0)

    def edge_place(
        self, edge: Token, number: Token, unit: Token, _of: Token | None, fields: Part[tuple[str, ...]] | None
    ) -> Part[Place]:
        """`first 3 words of title`."""
        known = cast('Literal["words", "chars", "sentences", "lines"]', _unit(unit, _PLACE_UNITS))
        span = _extent(edge, fields or unit)
        names = fields.value if fields else ()
        side = cast('Literal["first", "last"]', str(edge))
        return Part(Place(names, side, _whole(number, f'the number after "{edge}"'), known, span), *span, 0)

    def fields(self, *pieces: Token) -> Part[tuple[str, ...]]:
        """`title` or `(title, body)` behind `in` or `of`."""
        names = tuple(str(piece) for piece in pieces if piece.type == "NAME")
        return Part(names, *_extent(*pieces), 0)

    def arithmetic(self, left: _NodePart, operator: Token, right: _NodePart) -> _NodePart:
        """`x + y`, `x / y`."""
        known = cast('Literal["+", "-", "*", "/"]', str(operator))
        return _part(Arithmetic(known, left.value, right.value, _extent(left, right)), left, right)

    def negative(self, sign: Token, item: _NodePart) -> _NodePart:
        """`-x`."""
        return _part(Negative(item.value, _extent(sign, item)), item)

    def name(self, word: Token) -> _NodePart:
        """`heat_terms`, or `it`."""
        span = _extent(word)
        if word == "doc":
            raise ConditionSyntaxError('"doc" has no field', *span, help='write "doc.price" for the field "price"')
        return _part(It(span=span) if word == "it" else Name(str(word), span))

    def dotted(self, word: Token) -> _NodePart:
        """`doc.price`, `it.label`, `senti.weight`."""
        span = _extent(word)
        first, _, rest = word.partition(".")
        if first == "doc":
            return _part(Doc(rest, span))
        if "." in rest:
            help = 'only "doc" takes more, as in "doc.photo.width"; a label stands in quotes, as in label("a.b.c")'
            raise ConditionSyntaxError(f'"{_short(word)}" has more than one dot', *span, help=help)
        return _part(It(rest, span) if first == "it" else Column(first, rest, span))

    def string(self, word: Token) -> _NodePart:
        r"""`"buy now"`; a backslash makes a quote or a backslash part of the text."""
        span = _extent(word)
        for escape in re.finditer(r"\\([\s\S])", word):
            if escape[1] not in "\"'\\":
                at = span[0] + escape.start()
                help = r'write "\\" for a backslash itself, or a /regex/ for a pattern'
                message = rf'"\{escape[1]}" means nothing in a string' if escape[1].isprintable() else _STRAY_BACKSLASH
                raise ConditionSyntaxError(message, at, at + 2, help=help)
        return _part(String(re.sub(r"\\([\s\S])", r"\1", word[1:-1]), span))

    def regex(self, word: Token) -> _NodePart:
        r"""`/pattern/flags`; `\/` is a slash in the pattern."""
        start, end = span = _extent(word)
        pattern, flags = word[1:].rsplit("/", 1)
        if not pattern:
            help = "write what it looks for between the two slashes"
            raise ConditionSyntaxError("the regex is empty", start, end, help=help)
        for index, flag in enumerate(flags, end - len(flags)):
            if flag not in _FLAGS:
                help = r'use "a", "i", "m", "s" or "x"; a slash inside the regex is written "\/"'
                raise ConditionSyntaxError(f'unknown regex flag "{flag}"', index, index + 1, help=help)
            if flags.count(flag) > 1:
                at = end - len(flags) + flags.rindex(flag)
                raise ConditionSyntaxError(f'the regex flag "{flag}" stands twice', at, at + 1, help="take one away")
        unescaped = re.sub(r"\\([\s\S])", lambda found: "/" if found[1] == "/" else found[0], pattern)
        return _part(Regex(unescaped, "".join(sorted(flags)), span))

    def number(self, word: Token) -> _NodePart:
        """`3`, `0.75`, `1e3`."""
        span = _extent(word)
        value = float(word)
        if isinf(value) or (word.isdecimal() and value > _MAX_EXACT):
            help = "the largest whole number is 9007199254740991; put longer ones, such as an id, in quotes"
            raise ConditionSyntaxError(f'the number "{_short(word)}" is too large', *span, help=help)
        return _part(Number(value, span))

    def parenthesised(self, opening: Token, inner: _NodePart, closing: Token) -> _NodePart:
        """`(a)`: the same node, in a wider text."""
        return Part(inner.value, *_extent(opening, closing), inner.depth)

    def call(self, name: Token, _opening: Token, *pieces: _Piece | None) -> _NodePart:
        """`count(a)`."""
        if name in ("it", "doc"):
            help = f'write "{name}.price" for "price"'
            raise ConditionSyntaxError(f'"{name}" is no function', *_extent(name), help=help)
        kept = [piece for piece in pieces if piece is not None]
        parts = _parts(kept)
        return _part(Call(str(name), _values(parts), _extent(name, kept[-1])), *parts)

    def quantified(self, word: Token, _of: Token, group: Part[list[_NodePart]]) -> _NodePart:
        """`any of (a, b)`."""
        known = cast('Literal["any", "all", "none"]', str(word))
        return _part(Quantified(known, _values(group.value), _extent(word, group)), *group.value)

    def at_least(
        self, word: Token, _least: Token, number: Token, _of: Token, group: Part[list[_NodePart]]
    ) -> _NodePart:
        """`at least 2 of (a, b, c)`."""
        least = _whole(number, 'the number after "at least"')
        return _part(AtLeast(least, _values(group.value), _extent(word, group)), *group.value)

    def list_of(self, *pieces: _Piece) -> _NodePart:
        """`["en", "de"]`."""
        parts = _parts(pieces)
        return _part(ListOf(_values(parts), _extent(*pieces)), *parts)

    def group(self, *pieces: _Piece) -> Part[list[_NodePart]]:
        """The members behind `of`."""
        return Part(_parts(pieces), *_extent(*pieces), 0)

    def wildcard(self, word: Token) -> _NodePart:
        """`burn_*`."""
        return _part(Wildcard(str(word), _extent(word)))


_STRAY_BACKSLASH = "the backslash means nothing here"


def too_deep(start: int, end: int) -> ConditionSyntaxError:
    """The error for a condition nested beyond `MAX_DEPTH`."""
    help = "give parts of it a name under `let`"
    return ConditionSyntaxError(f"the condition is nested more than {MAX_DEPTH} deep", start, end, help=help)


def _parts(pieces: Sequence[_Piece]) -> list[_NodePart]:
    return [piece for piece in pieces if isinstance(piece, Part)]


def _values(parts: Sequence[_NodePart]) -> tuple[Node, ...]:
    return tuple(part.value for part in parts)


def _extent(*pieces: _Piece) -> Span:
    start, end = pieces[0].start_pos, pieces[-1].end_pos
    assert start is not None
    assert end is not None
    return start, end


def _part(node: Node, *below: _NodePart) -> _NodePart:
    depth = 1 + max((part.depth for part in below), default=0)
    if depth > MAX_DEPTH:
        raise too_deep(*node.span)
    return Part(node, *node.span, depth)


def _unit(word: Token, known: dict[str, str]) -> str:
    if unit := known.get(word):
        return unit
    near = get_close_matches(word, known, n=1)
    units = sorted(set(known.values()))
    help = f'did you mean "{near[0]}"?' if near else f"use {_joined(units)}"
    raise ConditionSyntaxError(f'unknown unit "{_short(word)}"', *_extent(word), help=help)


def _joined(words: Sequence[str]) -> str:
    quoted = [f'"{word}"' for word in words]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]])


def _whole(word: Token, what: str) -> int:
    if not word.isdecimal():
        help = "write it in digits only"
        raise ConditionSyntaxError(f'{what} is a whole number, not "{_short(word)}"', *_extent(word), help=help)
    digits = word.lstrip("0") or "0"
    if len(digits) > len(str(_MAX_COUNT)) or int(digits) > _MAX_COUNT:
        help = f"the largest is {_MAX_COUNT}"
        raise ConditionSyntaxError(f'the number "{_short(word)}" is too large', *_extent(word), help=help)
    return int(digits)


def _short(word: str) -> str:
    return word if len(word) <= 30 else f"{word[:29]}…"
