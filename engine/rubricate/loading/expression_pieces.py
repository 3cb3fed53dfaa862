"""An expression cut into pieces: enough to know what is a literal, a comment or a space, without its grammar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from rubricate.language.malformed import RESERVED_WORDS

__all__ = ["Kind", "Piece", "has_open_literal", "pieces"]

Kind: TypeAlias = Literal["string", "comment", "space", "regex", "word", "sign"]

_PIECE = re.compile(
    r"""
      (?P<string>"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*')
    | (?P<comment>(?<=\s)\#[^\r\n]*)
    | (?P<space>\s+)
    | (?P<regex>/(?:[^/\\]|\\[\s\S])*/\w*)
    | (?P<word>\w+(?:\.\w+)*)
    | (?P<sign>[=!<>]=|[\s\S])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an expression."""

    kind: Kind
    text: str
    start: int
    """Its offset in the text that it was cut from."""


def pieces(text: str, start: int = 0, stop: int | None = None) -> Iterator[Piece]:
    """The pieces of `text[start:stop]`, without a gap; a slash behind an operand divides and opens no regex.

    >>> [piece.kind for piece in pieces("a / b near /x/i # why")]
    ['word', 'space', 'sign', 'space', 'word', 'space', 'word', 'space', 'regex', 'space', 'comment']
    """
    at, end = start, len(text) if stop is None else stop
    operand = False
    while at < end:
        found = _PIECE.match(text, at, end)
        assert found is not None  # a sign is anything
        kind, word = cast("Kind", found.lastgroup), found.group()
        if kind == "regex" and operand:
            kind, word = "sign", "/"
        yield Piece(kind, word, at)
        at += len(word)
        if kind not in ("space", "comment"):
            operand = kind in ("string", "regex") or word in (")", "]")
            operand = operand or (kind == "word" and word not in RESERVED_WORDS)


def has_open_literal(text: str, start: int, stop: int) -> bool:
    """Whether a string or regex that begins in `text[start:stop]` is not closed there.

    >>> [has_open_literal(text, 0, len(text)) for text in ['"a', "a or /b", "a / b", "'a'"]]
    [True, True, False, False]
    """
    operand = False
    for piece in pieces(text, start, stop):
        if piece.kind == "sign" and (piece.text in ("'", '"') or (piece.text == "/" and not operand)):
            return True
        if piece.kind not in ("space", "comment"):
            operand = piece.kind in ("string", "regex") or piece.text in (")", "]")
            operand = operand or (piece.kind == "word" and piece.text not in RESERVED_WORDS)
    return False
