"""Drives the parser over a text token by token, as far as it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

from lark import Lark, Token, UnexpectedCharacters, UnexpectedToken

from rubricate.language.building import MAX_DEPTH, Builder, Part, too_deep
from rubricate.language.tree import Node

__all__ = ["END", "Stop", "read"]

END = "$END"
"""The type of the token that stands for the end of the text."""

_OPENING = frozenset({"LPAR", "LSQB"})
_CLOSING = frozenset({"RPAR", "RSQB"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Where and in front of what the parser could not go on."""

    text: str
    position: int
    token: Token | None
    """What stands there; nothing if no token begins there."""
    state: int
    """The parser's state, which knows what may follow, but not how many parentheses are open."""
    expected: frozenset[str]
    """The types of the tokens that may follow; for the machine only, people never see them."""
    before: Token | None
    """The last token that was read."""
    opened: Token | None
    """The innermost parenthesis or bracket that is still open."""


def read(text: str) -> Node | Stop:
    """The tree of a condition, or where reading stopped. Values that cannot be used raise `ConditionSyntaxError`."""
    steps = _parser().parse_interactive(text)
    before: Token | None = None
    opened: list[Token] = []
    try:
        for token in steps.lexer_thread.lex(steps.parser_state):  # type: ignore[no-untyped-call]  # untyped in Lark
            steps.feed_token(token)
            before = token
            _follow_parentheses(token, opened)
        part = cast("Part[Node]", steps.feed_eof(before))  # type: ignore[no-untyped-call]  # untyped in Lark
    except (UnexpectedCharacters, UnexpectedToken) as error:
        return _stop(text, error, steps.parser_state.position, before, opened)
    return part.value


@cache
def _parser() -> Lark:
    grammar = files("rubricate.language").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", transformer=Builder(), keep_all_tokens=True)


def _follow_parentheses(token: Token, opened: list[Token]) -> None:
    if token.type in _OPENING:
        opened.append(token)
        if len(opened) > MAX_DEPTH:
            assert token.start_pos is not None
            raise too_deep(token.start_pos, token.start_pos + 1)
    elif token.type in _CLOSING:
        opened.pop()


def _stop(
    text: str, error: UnexpectedCharacters | UnexpectedToken, state: int, before: Token | None, opened: Sequence[Token]
) -> Stop:
    token = None if isinstance(error, UnexpectedCharacters) else error.token
    expected = error.allowed if isinstance(error, UnexpectedCharacters) else error.expected
    return Stop(
        text=text,
        position=_position(error, before),
        token=token,
        state=state,
        expected=frozenset(expected or ()),
        before=before,
        opened=opened[-1] if opened else None,
    )


def _position(error: UnexpectedCharacters | UnexpectedToken, before: Token | None) -> int:
    if isinstance(error, UnexpectedCharacters):
        return error.pos_in_stream or 0
    if error.token.type != END:
        return error.token.start_pos or 0
    return 0 if before is None else before.end_pos or 0
